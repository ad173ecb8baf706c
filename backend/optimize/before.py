"""A network as it was before this run: what is shown where it is held.

A dense grid holds its cells; a network has none, so it is kept as it was, whole, with its own regions and, where it was
made of one before it, that one too. All of it lies in the checkpoint, below `before`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from backend.config import JobConfig, Method, from_json, to_json
from backend.errors import ConfigError
from backend.fields.build import build_field
from backend.fields.field import DensityField, Field
from backend.fields.regions import with_regions

from .checkpoint import Checkpoint
from .named_tensors import Tensors, prefixed, under
from .regions import regions_of
from .scene_transform import field_bounds

NAME = "before"


@dataclass(frozen=True)
class FieldBefore:
    """Tensors, and what they are of: as they go into a checkpoint."""

    tensors: Tensors
    state: dict[str, Any]

    def opened(self, device: torch.device) -> DensityField:
        """The field as it was seen then; nothing of it is learned."""
        config = from_json(self.state["config"])
        channels = self.state["color_channels"]
        field = build_field(config.field, field_bounds(config), Method(config.method), channels, config.seed).to(device)
        field.load_state_dict(under("field", self.tensors))
        for _, parameter in field.named_parameters():
            parameter.requires_grad_(False)
        before = before_of(Checkpoint(self.tensors, self.state))
        return with_regions(field, regions_of(config), before.opened(device) if before else None)


def needs_before(config: JobConfig) -> bool:
    return config.regions.holds and config.field.kind != "dense_grid"


def before_of(checkpoint: Checkpoint | None) -> FieldBefore | None:
    """Finds what a checkpoint has of before; None where it has nothing."""
    if checkpoint is None or not checkpoint.state.get(NAME):
        return None
    return FieldBefore(under(NAME, checkpoint.tensors), checkpoint.state[NAME])


def as_before(config: JobConfig, checkpoint: Checkpoint) -> FieldBefore:
    """Keeps what a job with this config and checkpoint shows, for one that goes on from it."""
    kept = {n: v.clone() for n, v in checkpoint.tensors.items() if n.split(".")[0] in ("field", NAME)}
    state = {"config": to_json(config), "color_channels": checkpoint.state.get("color_channels", 3)}
    return FieldBefore(kept, state | {NAME: checkpoint.state.get(NAME)})


def as_new(config: JobConfig, field: Field) -> FieldBefore:
    """A field that nothing was before, as it begins.

    Raises:
        ConfigError: its colors are still latents.
    """
    if field.color_channels > 3:
        raise ConfigError(
            "What is held must have colors, and this network begins with latents: set score_distillation.latents_until "
            "to 0, or take a dense grid."
        )
    tensors = prefixed("field", {name: value.detach().clone() for name, value in field.state_dict().items()})
    anew = to_json(config) | {"regions": {}}
    return FieldBefore(tensors, {"config": anew, "color_channels": field.color_channels, NAME: None})


def in_checkpoint(before: FieldBefore | None) -> tuple[Tensors, dict[str, Any]]:
    """Its tensors and its state, by their names there."""
    if before is None:
        return {}, {}
    return prefixed(NAME, before.tensors), {NAME: before.state}
