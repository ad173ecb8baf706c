"""From a folder or file to a model that can be asked, and the eye that goes before it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from backend.config import ScoreDistillationConfig
from backend.errors import ConfigError, ModelError
from backend.pretrained import check_memory
from backend.pretrained.offline import offline, online
from backend.pretrained.remote_code import refuse_code

from ...pretrained.autoencoder import Autoencoder
from ...pretrained.offload import memory_guard
from ...pretrained.pipeline_parts import PipelineParts, import_diffusers, largest_weights, loading_errors, open_parts
from ...pretrained.precision import choose_precision
from .depth_control import DepthControl
from .latent_map import fit_latent_map
from .prediction import PREDICTION_TYPES
from .render_adapter import LatentAdapter, PixelAdapter, RenderAdapter
from .text_encoders import TextEncoders
from .unet_denoiser import UNetDenoiser

_SHARED = ("in_channels", "block_out_channels", "cross_attention_dim", "addition_embed_type")
"""What a ControlNet has in common with its network."""
MAP_PIXELS = 64
"""Side of the pictures that latents and colors are compared on, in pixels."""


@dataclass(frozen=True)
class Source:
    """Where a model lies, and how it is to be read."""

    name: str
    path: Path
    settings: ScoreDistillationConfig
    device: torch.device
    allow_download: bool = False
    control: Path | None = None
    """folder or file of a ControlNet"""
    log: Callable[[str], None] = lambda line: None

    @property
    def precision(self) -> torch.dtype:
        return choose_precision(self.settings.precision, self.device)


def load_diffusion(source: Source, first_texts: Iterable[str]) -> tuple[UNetDenoiser, RenderAdapter]:
    """The texts are read first, while the network does not yet take its place.

    Raises:
        ModelError: a part is missing, broken, or of a kind that cannot be used here.
        MemoryShortError: it does not fit.
        ConfigError: a setting does not go with this model.
    """
    settings, device = source.settings, source.device
    parts = open_parts(source.path, allow_download=source.allow_download, precision=source.precision)
    alphas_cumprod, prediction_type = noise_schedule(parts.scheduler_config(), source.name)
    words = TextEncoders(parts.words, device, source.precision, stay=not settings.offload, on_cpu=settings.words_on_cpu,
                         log=source.log)  # fmt: skip
    check_memory_for(source)
    with memory_guard(source.name):
        words.read(first_texts)
        coder, unet = _autoencoder(parts, source), parts.unet(source.precision)
        _check_channels(unet, coder, source.name)
        pixels = 1 if coder is None else coder.pixels
        control = _control(source, unet, pixels * unet.config.sample_size)
        _slice_attention(settings, unet, control)
        denoiser = UNetDenoiser(
            source.name, unet, alphas_cumprod, prediction_type, words, device, source.precision,
            pixels=pixels, control=control, offload=settings.offload,
        )  # fmt: skip
    return denoiser, _adapter(settings, denoiser, coder)


def check_memory_for(source: Source) -> None:
    """Refuses a pipeline that a processor has no memory for, where the system would end the process; a graphics card
    says itself when it is full.

    Raises:
        MemoryShortError: the largest file alone does not fit.
    """
    if source.device.type == "cpu":
        check_memory(source.name, largest_weights(source.path), source.device)


def noise_schedule(config: dict[str, Any], name: str) -> tuple[Float[Tensor, " t"], str]:
    """abar of each timestep, and what is predicted: whatever sampler a model was saved with, its noise is that of DDPM.

    Raises:
        ModelError: the model knows another kind of noise.
    """
    scheduler = import_diffusers().DDPMScheduler
    known = set(inspect.signature(scheduler.__init__).parameters)
    prediction_type = config.get("prediction_type", "epsilon")
    if "beta_schedule" not in config or prediction_type not in PREDICTION_TYPES or "sigma_data" in config:
        raise ModelError(
            f"The noise of {name} ({config.get('_class_name', 'unnamed')}, {prediction_type}) is of an unknown kind: "
            "choose a model that predicts noise, v or the picture."
        )
    with loading_errors(Path(name)):
        used = {key: value for key, value in config.items() if key in known and not key.startswith("_")}
        return scheduler(**used).alphas_cumprod, prediction_type


def _autoencoder(parts: PipelineParts, source: Source) -> Autoencoder | None:
    vae = parts.vae(source.precision)
    if vae is None:
        return None
    if source.settings.attention_slicing:
        vae.enable_slicing()
    settings = source.settings
    return Autoencoder(
        vae, source.name, source.device, source.precision, stays=not settings.offload, keep=settings.keep_activations,
        overflows=parts.vae_overflows(), log=source.log,
    )  # fmt: skip


def _check_channels(unet: Any, coder: Autoencoder | None, name: str) -> None:
    """An inpainting model has channels for a mask, an upscaler for the small picture.

    Raises:
        ModelError: the UNet reads more than a noisy picture and words.
    """
    wanted = 3 if coder is None else coder.channels
    if unet.config.in_channels != wanted:
        raise ModelError(
            f"The UNet of {name} reads {unet.config.in_channels} channels instead of {wanted}: it is for inpainting or "
            "a later stage, so choose the base model."
        )


def _control(source: Source, unet: Any, size: int) -> DepthControl | None:
    """Loads the ControlNet of a source, if it names one.

    Raises:
        ModelError: it cannot be read, or belongs to another network.
    """
    if source.control is None:
        return None
    network = import_diffusers().ControlNetModel
    read = network.from_single_file if source.control.is_file() else network.from_pretrained
    if source.control.is_dir():
        refuse_code(source.control)
    with loading_errors(source.control), online() if source.allow_download else offline():
        loaded = read(source.control, torch_dtype=source.precision, local_files_only=not source.allow_download)
    if any(loaded.config[name] != unet.config[name] for name in _SHARED):
        raise ModelError(
            f"The ControlNet in {source.control} belongs to another model than {source.name}: choose one that was made "
            "for it, or leave 'depth_control' empty."
        )
    return DepthControl(loaded, source.settings.depth_control_scale, size, source.device, source.precision)


def _slice_attention(settings: ScoreDistillationConfig, unet: Any, control: DepthControl | None) -> None:
    if settings.attention_slicing:
        for network in (unet, *([control.network] if control else [])):
            network.set_attention_slice("auto")


def _adapter(settings: ScoreDistillationConfig, model: UNetDenoiser, coder: Autoencoder | None) -> RenderAdapter:
    size = settings.render_size or model.size
    if coder is None:
        if settings.space != "auto":
            raise ConfigError(f"The model {model.name} works on pixels: leave the setting 'space' at 'auto'.")
        return PixelAdapter(size, model.size, settings.background)
    pixels = PixelAdapter(size, model.side, settings.background)
    fit: Callable[[], Any] = partial(fit_latent_map, coder.encode, coder.decode, MAP_PIXELS, model.device)
    return LatentAdapter(pixels, coder.encode, model.size, fit() if settings.space == "latents_first" else None)
