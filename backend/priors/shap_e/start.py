"""A dense grid that begins with what Shap-E makes of the prompt, or of a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from backend.color import srgb_encoded
from backend.config import JobConfig, prior_of
from backend.data.one_picture import read_file
from backend.device import choose_device
from backend.errors import ConfigError, ModelError
from backend.fields.dense_grid import DenseGrid
from backend.pretrained import check_memory, local_folder, resolve
from backend.pretrained.offload import memory_guard
from backend.pretrained.shap_e import ShapEFolder, open_shap_e, usual_steps
from backend.pretrained.truncation import truncation_warning

from ..picture import over_backdrop, whole_square
from ..start import fill
from .latent_field import FittedField, field_of
from .sampling import Condition, Sampling, read_picture, read_words, sample_latents

GUIDANCE = {"words": 15.0, "picture": 3.0}
"""As published."""
WHITE = 1.0
"""What a picture with alpha is laid over, as those are that were published beside it."""
_PARTS = {"words": ("prior", "shap_e_renderer"), "picture": ("image_encoder", "prior", "shap_e_renderer")}
"""That are large."""


def start_from_shap_e(grid: DenseGrid, config: JobConfig, log: Callable[[str], None], go_on: Callable[[], None]) -> str:
    """Fills a grid; returns what a person should know. `go_on` raises when nobody wants the job any more.

    Raises:
        ConfigError: it reads a picture and none was given, or none can be read; or a picture, and it reads words.
        ModelError: the model is not here and may not be fetched, is broken, or is no Shap-E.
        EmptyFieldError: nothing came of these words, or this picture, and this seed.
        MemoryShortError: it does not fit.
    """
    device = choose_device(config.device)
    model = _opened(config, device, log)
    by_picture = model.reads == "picture"
    with memory_guard(prior_of(config)):
        condition = picture_condition(model, config) if by_picture else read_words(model, config.prompt)
        go_on()
        latents = sample_latents(model, condition, _sampling(model, config, log, go_on))
        go_on()
        fill(grid, FittedField(field_of(model, latents), grid.bounds, of_picture=by_picture))
    cut = "" if by_picture else _cut_words(model, config.prompt)
    made = "Shap-E made the shape that this began with"
    return " ".join(filter(None, [f"{made}, of the picture." if by_picture else f"{made}.", cut]))


def picture_condition(model: ShapEFolder, config: JobConfig) -> Condition:
    """Reads the picture that a job is of.

    Raises:
        ConfigError: it is missing, or no picture. ModelError: a part of the model is missing or broken.
    """
    square = whole_square(over_backdrop(read_file(Path(config.prior.picture)), WHITE))
    return read_picture(model, srgb_encoded(square.clamp(0, 1)))


def _opened(config: JobConfig, device: torch.device, log: Callable[[str], None]) -> ShapEFolder:
    model_ref = resolve(prior_of(config))
    if model_ref.kind != "shape":
        raise ModelError(
            f"The model {model_ref.name} makes no shapes from words: set prior.model to embedded or shap-e."
        )
    shown = config.prior.picture
    folder = local_folder(model_ref, config.allow_download, log)
    model = open_shap_e(folder, device)
    if model.reads == "picture" and not shown:
        raise ConfigError(
            f"The model {model_ref.name} reads pictures, not words: set prior.model to shap-e, or name a prior.picture."
        )
    if model.reads == "words" and shown:
        raise ConfigError(f"The model {model_ref.name} reads words, not pictures: set prior.model to shap-e-img2img.")
    if device.type == "cpu":
        for part in _PARTS[model.reads]:
            check_memory(model_ref.name, folder / part, device)
    return model


def _cut_words(model: ShapEFolder, text: str) -> str:
    """Returns what a person should know of a prompt that is too long; empty where all is read."""
    tokenizer = model.tokenizer()

    def tokens(texts: list[str]) -> Tensor:
        length = tokenizer.model_max_length
        found: Tensor = tokenizer(
            texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        ).input_ids
        return found

    return truncation_warning(tokens, text)


def _sampling(model: ShapEFolder, config: JobConfig, log: Callable[[str], None], go_on: Callable[[], None]) -> Sampling:
    steps = config.prior.denoising_steps or usual_steps(model.device)
    return Sampling(config.seed, steps, config.prior.denoising_guidance or GUIDANCE[model.reads], log, go_on)
