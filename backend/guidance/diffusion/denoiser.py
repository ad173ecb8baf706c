"""What score distillation needs of a diffusion model; `ViewDiffusion` and `UNetDenoiser` are such."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .prediction import Views

NULL_PROMPT = ""
"""The text that stands for no text: each model has its own way to be asked for nothing."""


@dataclass(frozen=True)
class Conditions:
    """What each of n pictures is asked to show, and from where."""

    texts: Sequence[str]
    cameras: Float[Tensor, "n 3"]
    """azimuth, elevation (radians) and distance in half-widths of the frame"""
    depth: Float[Tensor, "n 1 h w"] | None = None
    """nearness in [0, 1], 0 where nothing is; for models that read it"""


class Denoiser(Protocol):
    """A frozen network that tells noise from picture, with its schedule."""

    name: str
    device: torch.device
    size: int
    """width and height of what it denoises: pixels, or latents"""
    channels: int
    alphas_cumprod: Float[Tensor, " t"]
    """abar of each timestep"""
    prediction_type: str
    """what it predicts: one of `prediction.KINDS`"""
    reads_depth: bool

    def read(self, texts: Iterable[str]) -> list[str]:
        """Encodes the texts that are new to it; a sentence for each whose end it does not see."""
        ...

    def predict(self, noisy: Views, timestep: Int[Tensor, " n"], conditions: Conditions) -> Views:
        """Its prediction for each picture, of `kind`; no gradient."""
        ...
