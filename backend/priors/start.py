"""A dense grid that begins with the prior's answer instead of fog."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.config import EMBEDDED_PRIOR, JobConfig, prior_of
from backend.errors import ConfigError
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import Field
from backend.fields.latent_colors import logit
from backend.pretrained import resolve

from .fitting import without_specks
from .prior_field import OUTSIDE, prior_field, raw_density
from .query import CHUNK, coarse_to_fine, lattice, near_surface

NAME = "prior"
"""Of field.density_init."""
SHELL = 2
"""Cells around the surface whose colors are asked for; nobody looks deeper or farther off."""
CARD = {"name": "shape prior", "license": "GPL-3.0-or-later", "source": "backend/models/prior"}


class ShapeAnswer(Protocol):
    """What a prior makes of a prompt, at positions of the field's box as [-1, 1]^3."""

    @property
    def main_color(self) -> Float[Tensor, " 3"]:
        """Linear, of what nobody sees."""
        ...

    def logit(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the logit of being inside."""
        ...

    def color(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Linear."""
        ...


def starts_from_prior(config: JobConfig) -> bool:
    return config.field.density_init == NAME


def prior_card(config: JobConfig) -> dict[str, str]:
    """Returns what a report says of the prior that a job starts from.

    Raises:
        ModelError: its name means nothing.
    """
    name = prior_of(config)
    return CARD if name == EMBEDDED_PRIOR else resolve(name).card


def start_from_prior(field: Field, config: JobConfig) -> str:
    """Fills a grid with what the prior makes of the prompt; what a person should know of that, if anything.

    Raises:
        ConfigError: the field is no dense grid, there are photographs, or no object is named that the prior knows.
        ModelError: the prior's files are missing or broken.
    """
    grid = grid_to_fill(field, config)
    answer, prompt = prior_field(config.prompt, config.seed, field.bounds, code=config.field.prior_code)
    fill(grid, answer)
    return prompt.note


def grid_to_fill(field: Field, config: JobConfig) -> DenseGrid:
    """The field as the grid that it has to be.

    Raises:
        ConfigError: it is none, or there are photographs.
    """
    if config.uses_photos:
        raise ConfigError("The shape prior reads words alone: for photos choose another field.density_init.")
    if not isinstance(field, DenseGrid):
        raise ConfigError(
            f"A {config.field.kind} field cannot start from the shape prior: set field.kind to dense_grid, or choose "
            "another field.density_init."
        )
    return field


@torch.no_grad()
def fill(grid: DenseGrid, answer: ShapeAnswer) -> None:
    """Density in every cell, color near the surface and that of the main part elsewhere; latents are left alone."""
    logits = coarse_to_fine(answer.logit, grid.shape)
    specks = (logits > 0) & ~without_specks(logits > 0)
    logits[specks] = OUTSIDE
    grid.raw_density.copy_(raw_density(logits)[..., None])
    color_surface(grid, logits > 0, answer.color, answer.main_color)


@torch.no_grad()
def color_surface(
    grid: DenseGrid,
    held: Bool[Tensor, "x y z"],
    color: Callable[[Float[Tensor, "n 3"]], Float[Tensor, "n 3"]],
    elsewhere: Float[Tensor, " 3"],
) -> None:
    """Gives cells near the surface of what is `held` the `color` of their place in [-1, 1]^3, and all others one."""
    if grid.color_channels != 3:
        return
    colors = elsewhere.expand(*grid.shape, 3).clone()
    shell = near_surface(held, SHELL)
    chunks = lattice(grid.shape)[shell].split(CHUNK)
    if chunks[0].numel():
        colors[shell] = torch.cat([color(chunk) for chunk in chunks])
    grid.raw_color.copy_(logit(colors))
