"""A dense grid that begins with what Shap-E makes of the prompt."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from backend.config import JobConfig, prior_of
from backend.device import choose_device
from backend.errors import ModelError
from backend.fields.dense_grid import DenseGrid
from backend.pretrained import check_memory, local_folder, resolve
from backend.pretrained.offload import memory_guard
from backend.pretrained.shap_e import ShapEFolder, open_shap_e, usual_steps
from backend.pretrained.truncation import truncation_warning

from ..start import fill
from .latent_field import FittedField, field_of
from .sampling import Sampling, read_words, sample_latents

GUIDANCE = 15.0
"""As published, for words."""


def start_from_shap_e(grid: DenseGrid, config: JobConfig, log: Callable[[str], None], go_on: Callable[[], None]) -> str:
    """Fills a grid; returns what a person should know. `go_on` raises when nobody wants the job any more.

    Raises:
        ModelError: the model is not here and may not be fetched, is broken, or is no Shap-E that reads words.
        EmptyFieldError: nothing came of these words and this seed.
        MemoryShortError: it does not fit.
    """
    device = choose_device(config.device)
    model = _opened(config, device, log)
    with memory_guard(prior_of(config)):
        latents = sample_latents(model, read_words(model, config.prompt), _sampling(config, device, log, go_on))
        go_on()
        fill(grid, FittedField(field_of(model, latents), grid.bounds))
    return " ".join(filter(None, ["Shap-E made the shape that this began with.", _cut_words(model, config.prompt)]))


def _opened(config: JobConfig, device: torch.device, log: Callable[[str], None]) -> ShapEFolder:
    model_ref = resolve(prior_of(config))
    if model_ref.kind != "shape":
        raise ModelError(
            f"The model {model_ref.name} makes no shapes from words: set prior.model to embedded or shap-e."
        )
    folder = local_folder(model_ref, config.allow_download, log)
    model = open_shap_e(folder, device)
    if model.reads != "words":
        raise ModelError(f"The model {model_ref.name} reads pictures, not words: set prior.model to shap-e.")
    if device.type == "cpu":
        for part in ("prior", "shap_e_renderer"):
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


def _sampling(
    config: JobConfig, device: torch.device, log: Callable[[str], None], go_on: Callable[[], None]
) -> Sampling:
    steps = config.prior.steps or usual_steps(device)
    return Sampling(config.seed, steps, config.prior.guidance_scale or GUIDANCE, log, go_on)
