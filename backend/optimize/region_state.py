"""The regions of one run: how its field is seen with them, what they ask of a step, what a checkpoint holds of them."""

from __future__ import annotations

from typing import Any

import torch

from backend.config import JobConfig
from backend.fields.field import DensityField, Field
from backend.fields.regions import with_regions
from backend.guidance.regularizers.terms import Term
from backend.render.occupancy import OccupancyGrid

from .before import FieldBefore, as_new, before_of, in_checkpoint, needs_before
from .checkpoint import Checkpoint
from .named_tensors import Tensors
from .regions import HeldCells, check_effect, fill_keep_in, keep_in_term, regions_of


def apply_regions(config: JobConfig, field: DensityField, before: DensityField | None = None) -> DensityField:
    """The field as the regions of its job let it be seen."""
    return with_regions(field, regions_of(config), before)


def field_before(checkpoint: Checkpoint, device: torch.device) -> DensityField | None:
    """Opens what a checkpoint has of before; None where it has nothing."""
    before = before_of(checkpoint)
    return before.opened(device) if before else None


class RegionState:
    """What lasts from one step to the next of what a job's regions hold."""

    def __init__(self, config: JobConfig, device: torch.device) -> None:
        self._config, self._device = config, device
        self.regions = regions_of(config)
        self._cells = HeldCells(self.regions)
        self._saved: FieldBefore | None = None
        self.before: DensityField | None = None

    def begin(self, field: Field, occupancy: OccupancyGrid, start: Checkpoint | None) -> None:
        """Fills a field that begins with what must be there, and keeps what a network was.

        Raises:
            ConfigError: the regions leave nothing to do.
        """
        if not self._config.regions.items:
            return
        check_effect(field, self.regions)
        before = before_of(start)
        if needs_before(self._config):
            self._show(before or as_new(self._config, field))
        fill_keep_in(field, self.regions)
        occupancy.occupied.fill_(True)  # what was known of empty space was known without these regions

    def apply(self, field: DensityField) -> DensityField:
        """The field as its regions let it be seen."""
        return with_regions(field, self.regions, self.before)

    def hold(self, field: Field) -> None:
        """Takes the gradient of what is held away; call it last before the optimizer's step."""
        self._cells.hold(field)

    def terms(self, config: JobConfig, field: DensityField, generator: torch.Generator) -> list[Term]:
        """Returns the pull of what must be there, by its present weight."""
        return keep_in_term(self.apply(field), self.regions, config.regions.keep_in_weight, generator, self._device)

    def in_checkpoint(self) -> tuple[Tensors, dict[str, Any]]:
        """Its tensors and its state, by their names there."""
        return in_checkpoint(self._saved)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Takes back what `in_checkpoint` gave."""
        self._show(before_of(checkpoint))

    def _show(self, before: FieldBefore | None) -> None:
        self._saved, self.before = before, before.opened(self._device) if before else None
