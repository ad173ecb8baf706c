"""What a model takes at work, counted: its real shapes pass through its real code, and nothing is computed.

PyTorch's FakeTensorMode gives tensors that have a shape and no memory; a mode around it adds up what would be held, and
the sums and products that would be made. What is not counted: the workspace of a card's libraries, and the half
gigabyte that CUDA itself takes (CONTEXT).
"""

from __future__ import annotations

import functools
import json
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter

from backend.config import CountedCost

from .autoencoder import recompute_blocks
from .pipeline_parts import PipelineFolder, import_diffusers
from .shap_e import renderer_class
from .shap_e_folder import is_shap_e

CONTEXT = 500_000_000
"""What CUDA takes of a card for itself, before anything is computed; seen on many cards, not counted."""
LATENT_PIXELS = 8
TOKENS = 77
FIELD_CHUNK = 1 << 15
"""Positions that a field of Shap-E's is asked for at once (backend/priors/query.py)."""
_CPU_ATTENTION = "_scaled_dot_product_flash_attention_for_cpu"


class Tally(TorchDispatchMode):
    """Adds up the bytes of the tensors that are alive, and what is computed; `weights` were there before."""

    def __init__(self, weights: Iterator[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's own has no types
        self.held = self.peak = self.flops = 0
        self._known = weakref.WeakSet(weight.untyped_storage() for weight in weights)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        self.flops += _flops(func, args, kwargs or {}, out)
        for each in tree_iter(out):
            if isinstance(each, Tensor):
                self._see(each.untyped_storage())
        return out

    def _see(self, storage: torch.UntypedStorage) -> None:
        if storage in self._known:
            return
        self._known.add(storage)
        size = storage.nbytes()
        self.held += size
        self.peak = max(self.peak, self.held)
        weakref.finalize(storage, self._let_go, size)

    def _let_go(self, size: int) -> None:
        self.held -= size


@dataclass(frozen=True)
class Counted:
    peak: int
    """bytes beside the weights"""
    flops: int


def count_encoding(vae: Any, side: int, precision: torch.dtype, *, recomputed: bool = True) -> Counted:
    """Counts one picture that is encoded, with the slope in it; `vae` is one of `faked`."""
    if recomputed:
        recompute_blocks(vae)
    with _fake():
        picture = torch.empty(1, 3, side, side, dtype=precision, requires_grad=True)
        tally = Tally(vae.parameters())
        with tally:
            if recomputed:
                with torch.no_grad():
                    vae.encode(picture)
            latents = vae.encode(picture).latent_dist.mean
            torch.autograd.grad(latents.sum(), picture)
    return Counted(tally.peak, tally.flops)


@torch.no_grad()
def count_asking(unet: Any, questions: int, precision: torch.dtype) -> Counted:
    """Counts a UNet that is asked `questions` at once."""
    config = unet.config
    given: dict[str, Any] = {"dtype": precision}
    with _fake():
        added = {}
        if config.addition_embed_type == "text_time":
            pooled = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
            added = {
                "text_embeds": torch.empty(questions, pooled, **given),
                "time_ids": torch.empty(questions, 6, **given),
            }
        width = config.encoder_hid_dim or config.cross_attention_dim
        noisy = torch.empty(questions, config.in_channels, config.sample_size, config.sample_size, **given)
        words = torch.empty(questions, TOKENS, width, **given)
        tally = Tally(unet.parameters())
        with tally:
            unet(noisy, torch.zeros(questions, dtype=torch.long), encoder_hidden_states=words,
                 added_cond_kwargs=added or None)  # fmt: skip
    return Counted(tally.peak, tally.flops)


def count_pictures(model: Any, size: int, pictures: int, precision: torch.dtype) -> Counted:
    """Counts pictures that the eye of an image-text model looks at, with the slope in them."""
    with _fake():
        seen = torch.empty(pictures, 3, size, size, dtype=precision, requires_grad=True)
        tally = Tally(model.parameters())
        with tally:
            torch.autograd.grad(model.encode_image(seen, normalize=True).sum(), seen)
    return Counted(tally.peak, tally.flops)


def faked(build: Any, precision: torch.dtype) -> nn.Module:
    """Builds a module of numbers that are nowhere."""
    before = torch.get_default_dtype()
    with _fake():
        torch.set_default_dtype(precision)
        try:
            built: nn.Module = build()
            return built.eval().requires_grad_(False)
        finally:
            torch.set_default_dtype(before)


def parameter_count(module: nn.Module) -> int:
    return sum(value.numel() for value in module.parameters())


def cost_of(unet: Any, vae: Any, words: int, precision: torch.dtype, eye: torch.dtype) -> CountedCost:
    """Counts a diffusion model's cost, from modules of `faked`; `eye` is the precision of its autoencoder."""
    side = LATENT_PIXELS * unet.config.sample_size
    encoding = count_encoding(vae, side, eye) if vae is not None else Counted(0, 0)
    one, two = (count_asking(unet, questions, precision) for questions in (2, 4))
    return CountedCost(
        precision=str(precision).removeprefix("torch."),
        unet=parameter_count(unet) * precision.itemsize,
        vae=0 if vae is None else parameter_count(vae) * eye.itemsize,
        words=words,
        view=encoding.peak,
        ask=one.peak,
        ask_more=max(0, two.peak - one.peak),
        teraflops=round((encoding.flops + one.flops) / 1e12, 3),
    )


def cost_of_shap_e(prior: Any, renderer: Any, words: int, precision: torch.dtype, patches: int = 0) -> CountedCost:
    """Counts Shap-E, from modules of `faked`: its prior in `precision`, its renderer in single; `words` are the
    bytes of what reads words, or a picture as so many `patches`."""
    asked, made = count_denoising(prior, precision, patches), count_field(renderer)
    return CountedCost(
        precision=str(precision).removeprefix("torch."),
        unet=parameter_count(prior) * precision.itemsize,
        vae=parameter_count(renderer) * torch.float32.itemsize,
        words=words,
        view=made.peak,
        ask=asked.peak,
        ask_more=0,
        teraflops=round(asked.flops / 1e12, 3),
    )


@torch.no_grad()
def count_denoising(prior: Any, precision: torch.dtype, patches: int = 0) -> Counted:
    """Counts Shap-E's transformer that is asked once, under words, or so many patches of a picture, and without."""
    config, given = prior.config, cast(dict[str, Any], {"dtype": precision})
    width = config.embedding_proj_dim or config.embedding_dim
    with _fake():
        latents = torch.empty(2, config.num_embeddings, config.embedding_dim, **given)
        condition = torch.empty(*((2, patches) if patches else (2,)), width, **given)
        tally = Tally(prior.parameters())
        with tally:
            prior(latents, timestep=torch.zeros(2, **given), proj_embedding=condition)
    return Counted(tally.peak, tally.flops)


@torch.no_grad()
def count_field(renderer: Any) -> Counted:
    """Counts Shap-E's renderer that makes a network of latents, and that network at a chunk of positions."""
    rows = sum(shape[0] for shape in renderer.config.param_shapes)
    with _fake():
        latents = torch.empty(1, rows, renderer.config.d_latent)
        positions = torch.empty(1, FIELD_CHUNK, 3)
        tally = Tally(renderer.parameters())
        with tally:
            made = renderer.params_proj(latents)
            renderer.mlp(position=positions, direction=None, ts=None, nerf_level="fine", rendering_mode="stf")
            del made
    return Counted(tally.peak, tally.flops)


def cost_of_folder(folder: Path, precision: torch.dtype) -> CountedCost:
    """Counts the cost of a diffusers pipeline from its configurations: no weight is read.

    Raises:
        ModelError: it is no such pipeline.
    """
    stamp = max(file.stat().st_mtime for file in folder.rglob("config.json"))
    return _cost_of_folder(folder, precision, stamp)


@functools.lru_cache(maxsize=16)
def _cost_of_folder(folder: Path, precision: torch.dtype, stamp: float) -> CountedCost:
    if is_shap_e(folder):
        return _cost_of_shap_e(folder, precision)
    diffusers, parts = import_diffusers(), PipelineFolder(folder)
    unet = faked(lambda: diffusers.UNet2DConditionModel.from_config(_json(folder / "unet")), precision)
    eye = torch.float32 if precision == torch.float16 and parts.vae_overflows() else precision
    vae = None
    if (folder / "vae").is_dir():
        kind = getattr(diffusers, parts.index["vae"][1])
        vae = faked(lambda: kind.from_config(_json(folder / "vae")), eye)
    words = sum(file.stat().st_size for part in folder.glob("text_encoder*") for file in _weights(part))
    return cost_of(unet, vae, words, precision, eye)


def _cost_of_shap_e(folder: Path, precision: torch.dtype) -> CountedCost:
    diffusers = import_diffusers()
    prior = faked(lambda: diffusers.PriorTransformer.from_config(_json(folder / "prior")), precision)
    renderer = faked(lambda: renderer_class().from_config(_json(folder / "shap_e_renderer")), torch.float32)
    encoders = [folder / name for name in ("text_encoder", "image_encoder") if (folder / name).is_dir()]
    words = sum(file.stat().st_size for part in encoders for file in _weights(part))
    return cost_of_shap_e(prior, renderer, words, precision, _patches(folder / "image_encoder"))


def _patches(encoder: Path) -> int:
    """Returns the patches that an encoder of pictures looks at; 0 where there is none."""
    if not (encoder / "config.json").is_file():
        return 0
    config = _json(encoder)
    return int((config["image_size"] // config["patch_size"]) ** 2)


def _weights(folder: Path) -> list[Path]:
    files = [file for file in folder.iterdir() if file.suffix in (".safetensors", ".bin")]
    half = [file for file in files if ".fp16" in file.name]
    return half or [file for file in files if file.suffix == ".safetensors"] or files


def _json(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return content


@contextmanager
def _fake() -> Iterator[None]:
    from torch._subclasses.fake_tensor import FakeTensorMode

    with FakeTensorMode(allow_non_fake_inputs=True):
        yield


def _flops(func: Any, args: Any, kwargs: Any, out: Any) -> int:
    """Sums and products, each for one, as PyTorch's own counter has them; of the processor's attention, which stands
    for any device's here, by hand."""
    from torch.utils.flop_counter import flop_registry

    packet = func._overloadpacket
    if packet in flop_registry:
        return int(flop_registry[packet](*args, **kwargs, out_val=out))
    if _CPU_ATTENTION not in str(func):
        return 0
    tensors = args[1:4] if "backward" in str(func) else args[:3]
    query, key, _ = (tensor.shape for tensor in tensors)
    once = 4 * query[0] * query[1] * query[2] * key[2] * query[3]
    return int(once * 2.5) if "backward" in str(func) else once
