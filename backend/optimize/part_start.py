"""A part that is made anew begins with what the shape prior makes of its words, fitted into the part's box.

The object keeps its proportions: it is as large as the box allows, stands on the box's floor and in the middle of it.
Where the prior does not know the words, what is there is what guidance begins to change.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.config import REDO, JobConfig, prior_start_settings, with_changes
from backend.errors import ConfigError
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE, Field
from backend.fields.region_shapes import Cells, Shape, TurnedBox
from backend.fields.regions import cell_centers
from backend.fields.trilinear import interpolate
from backend.priors.captions import parse
from backend.priors.prior_field import PRIOR_FOLDER, RAW_LOW, RAW_SURFACE, prior_field
from backend.priors.start import fill
from backend.priors.vocabulary import load_vocabulary

from .regions import regions_of

_NOTHING_TO_DO = (
    "Without a step a part becomes what the shape prior makes of its words, in a dense grid: set optimize.steps to 1 "
    "or more, or regions.part_start to words."
)
SKETCH_CELLS = 96
"""Cells a side of the object before it is fitted."""


def may_start_from_words(config: JobConfig) -> bool:
    """Tells whether a part of this job's field may begin with what the prior makes of its words."""
    wanted = config.regions.of_kind(REDO) and config.regions.part_start == "words"
    return bool(wanted) and config.uses_text and config.field.kind == "dense_grid"


def with_gentle_start(config: JobConfig) -> JobConfig:
    """Returns the settings of a run that goes on from the prior's answer, for a part that begins with it: from those of
    one that starts in fog the model draws its own shape over it."""
    if not may_start_from_words(config):
        return config
    try:
        parse(config.prompt, load_vocabulary(PRIOR_FOLDER))
    except ConfigError:
        return config
    changes = {group: values for group, values in prior_start_settings(config).items() if group != "field"}
    return with_changes(config, changes)


def start_part(field: Field, config: JobConfig) -> str:
    """Fills the parts of a dense grid that are made anew; returns a note for the person, or "".

    Raises:
        ConfigError: nothing is ever trained, and nothing is known to begin with.
        ModelError: the prior's files are missing or broken.
    """
    if not may_start_from_words(config) or not isinstance(field, DenseGrid):
        if not config.optimize.steps:
            raise ConfigError(_NOTHING_TO_DO)
        return ""
    try:
        answer, prompt = prior_field(config.prompt, config.seed, UNIT_CUBE)
    except ConfigError as unknown:
        if not config.optimize.steps:
            raise
        return f"The part begins as it was: {unknown.sentence}"
    sketch = DenseGrid(UNIT_CUBE, SKETCH_CELLS)
    fill(sketch, answer)
    regions = regions_of(config)
    moves = ~regions.held_cells(field.bounds, field.shape)
    for part in regions.redo:
        _paste(field, moves, sketch, _box_of(part))
    return prompt.note


@torch.no_grad()
def _paste(field: DenseGrid, moves: Bool[Tensor, "x y z"], sketch: DenseGrid, box: TurnedBox) -> None:
    centers = cell_centers(field.bounds, field.shape)
    local = box.local(centers.reshape(-1, 3)).reshape(centers.shape)
    within = moves & (local.abs() <= box.half).all(-1)
    at = _Fit.of(sketch, box.half).to_sketch(local[within])
    inside = (at.abs() <= 1).all(-1, keepdim=True)
    raw = torch.where(inside, interpolate(sketch.raw_density, at), RAW_LOW)
    device = field.raw_density.device
    field.raw_density[within.to(device)] = raw.to(device)
    if field.color_channels == 3:
        field.raw_color[within.to(device)] = interpolate(sketch.raw_color, at.clamp(-1, 1)).to(device)


@dataclass(frozen=True)
class _Fit:
    """Brings a sketch into a box: local = scale (sketch - middle) + place."""

    scale: float
    middle: Float[Tensor, " 3"]
    place: Float[Tensor, " 3"]

    @classmethod
    def of(cls, sketch: DenseGrid, half: Float[Tensor, " 3"]) -> _Fit:
        """The object of the sketch in a box of these half sides: as large as it can be, on the floor."""
        solid = cell_centers(UNIT_CUBE, sketch.shape)[sketch.raw_density[..., 0] > RAW_SURFACE]
        low, high = solid.amin(0), solid.amax(0)
        scale = float((2 * half / (high - low)).min())
        floor = torch.tensor([0.0, 0.0, float(scale * (high - low)[2] / 2 - half[2])])
        return cls(scale, (low + high) / 2, floor)

    def to_sketch(self, local: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return (local - self.place) / self.scale + self.middle


def _box_of(part: Shape) -> TurnedBox:
    assert isinstance(part, TurnedBox | Cells)
    return part.box if isinstance(part, Cells) else part
