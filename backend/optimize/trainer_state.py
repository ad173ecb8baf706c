"""All of a job that lasts from one step to the next: how it is built, saved and loaded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import torch

from backend.config import JobConfig, Method, check_runnable, merged, settings_sentence, with_changes
from backend.data.dataset import Dataset, GoOn, dataset_folder, read_dataset
from backend.device import choose_device
from backend.errors import CheckpointError, DreamwrightError
from backend.fields.build import build_field
from backend.fields.field import Field, Upsampleable
from backend.guidance.build import build_guidances
from backend.guidance.guidance import OptimizesLatents
from backend.guidance.regularizers import Regularizers
from backend.render.chunks import Chunks
from backend.render.fused.availability import compile_ahead

from .checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from .collapse import CollapseDetector
from .early_stopping import EarlyStopping
from .field_view import RegionState, occupancy_of
from .history import History
from .named_tensors import Tensors, load_field, prefixed, under
from .optimizers import make_optimizer
from .scene_transform import field_bounds, to_box_frame
from .warm_start import (
    Hold,
    color_channels,
    first_field,
    first_solid,
    held_solid,
    initialize_field,
    keep_solid,
    resumed_config,
    warm_start_folder,
)

Log = Callable[[str], None]


class TrainerState:
    """A field, what pulls on it, and how far it has come."""

    def __init__(
        self,
        config: JobConfig,
        log: Log,
        restarts: Sequence[str] = (),
        start: Path | None = None,
        go_on: GoOn = lambda: None,
        lowered: Sequence[str] = (),
        *,
        hold: Hold | None = None,
        fresh: bool = True,
    ) -> None:
        """Makes the field and its guidances; use `build` or `load`. Arguments are those of `Trainer`; one that is not
        `fresh` is about to be filled from its checkpoint."""
        self.config, self.log, self.start = check_runnable(config), log, start
        self.device = choose_device(config.device)
        self.generator = torch.Generator().manual_seed(config.seed)
        self.step_index = 0
        self.not_finite = 0
        self.edits: dict[str, Any] = {}
        self.history = History()
        self.early_stopping = EarlyStopping(config, self.device, log)
        self.collapse_detector = CollapseDetector(config)
        self.dataset = _dataset(config, go_on)
        self.lowered, self.restarts, self.notes = list(lowered), list(restarts), [*lowered, *restarts]
        for sentence in self.dataset.notes if self.dataset else ():
            self._add_note(sentence)
        self.guidances = build_guidances(config, self.dataset, self.device, self.generator, self._add_note)
        for sentence in settings_sentence(config) if fresh else []:
            self._add_note(sentence)
        self.latents = next(
            (g for g in self.guidances if isinstance(g, OptimizesLatents) and g.color_channels > 3), None
        )
        self.regularizers = Regularizers(config.regularizer, config.optimize.steps)
        started = read_checkpoint(start) if start else None
        self.field = self._field(color_channels(started) if started else None)
        self.occupancy, self.chunks = (
            occupancy_of(config, self.field, self.dataset).to(self.device),
            Chunks(log=log),
        )
        solid = hold.solid if hold else None
        if fresh:
            solid = initialize_field(self.field, self.occupancy, config, started, solid, self._add_note, go_on, log)
        self.hold = Hold(solid, config.start)
        self.regions = RegionState(config, self.device)
        if fresh:
            self.regions.begin(self.field, self.occupancy, started)
        self._optimizer: torch.optim.Optimizer | None = None
        compile_ahead(self.field, log)
        for sentence in self.regularizers.notes(self.field):
            log(sentence)

    @classmethod
    def build(
        cls,
        config: JobConfig,
        folder: Path | None = None,
        log: Log = lambda line: None,
        go_on: GoOn = lambda: None,
        lowered: Sequence[str] = (),
    ) -> Self:
        """A job at its first step, with the field that lies in its folder to start from, where one does.

        Raises:
            DreamwrightError: a leaf that says what the config, dataset, model or device lacks.
        """
        config, start = first_field(config, folder)
        hold = Hold(first_solid(config, folder), config.start)
        job = cls(config, log, start=start, go_on=go_on, lowered=lowered, hold=hold)
        keep_solid(folder, job.hold.solid)
        return job

    def save(self, folder: Path) -> None:
        """A checkpoint.

        Raises:
            DiskError: it could not be written; the one before is still there.
        """
        state = {"step": self.step_index, "not_finite": self.not_finite, "edits": self.edits}
        state |= {"seed": self.config.seed, "restarts": self.restarts, "lowered": self.lowered}
        state |= {"color_channels": getattr(self.field, "color_channels", 3)}
        state |= {"from_prior": self.config.field.density_init == "prior"}
        state |= {"from_mesh": self.config.starts_from_mesh and self.start is None}
        state |= self.regions.in_checkpoint()[1]
        write_checkpoint(folder, Checkpoint(self._tensors(), state), self.step_index, len(self.restarts))

    @classmethod
    def load(
        cls,
        config: JobConfig,
        folder: Path,
        log: Log = lambda line: None,
        go_on: GoOn = lambda: None,
        lowered: Sequence[str] = (),
    ) -> Self:
        """The job as it was saved; its seed and what was edited while it ran are taken from the checkpoint.

        Raises:
            CheckpointError: missing, broken, of another version or of another kind of field.
        """
        checkpoint = read_checkpoint(folder)
        config = resumed_config(config, checkpoint)
        seed = {"seed": checkpoint.state.get("seed", config.seed)}
        known = [each for each in checkpoint.state.get("lowered", ()) if each not in lowered]
        restarts = checkpoint.state.get("restarts", ())
        lowered, hold = [*known, *lowered], Hold(held_solid(folder), config.start)
        job = cls(with_changes(config, seed), log, restarts, go_on=go_on, lowered=lowered, hold=hold, fresh=False)
        job.start = warm_start_folder(folder)
        try:
            job._load_field_and_moments(checkpoint.tensors)
            job.regions.restore(checkpoint)
            job.apply_edit(checkpoint.state["edits"])
            job._load_remaining(checkpoint.tensors)
            job.step_index, job.not_finite = checkpoint.state["step"], checkpoint.state["not_finite"]
            job._coarsen_if_lowered()
        except (KeyError, RuntimeError, TypeError, ValueError) as cause:
            raise CheckpointError(f"The checkpoint in {folder} does not fit this job: start the job again.") from cause
        return job

    def _coarsen_if_lowered(self) -> None:
        """A grid that was kept finer than it may be now; Adam starts anew there."""
        finest = self.config.field.resolution
        if isinstance(self.field, Upsampleable) and max(self.field.shape) > finest:
            self.log(f"The field of {max(self.field.shape)} cells a side was made coarser: {finest}.")
            self.field.upsample(finest)
            self._optimizer = None

    def apply_edit(self, changes: dict[str, Any]) -> None:
        """All guidances take an edit, or none does."""
        edited = check_runnable(with_changes(self.config, changes))
        try:
            for guidance in self.guidances:
                guidance.edit(edited)
        except DreamwrightError:
            for guidance in self.guidances:
                guidance.edit(self.config)
            raise
        self.early_stopping.edit(edited)
        self.regularizers = Regularizers(edited.regularizer, edited.optimize.steps)
        self.hold = Hold(self.hold.solid, edited.start)
        self.config, self.edits = edited, merged(self.edits, changes)

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """Made when a step needs it, and anew where the field has other parameters than before: a job of no steps does
        not wait the 2 s that torch's optimizers take to import."""
        if self._optimizer is None:
            self._optimizer = make_optimizer(self.field, self.config.optimize)
        return self._optimizer

    def _field(self, channels: int | None = None) -> Field:
        channels = channels or (3 if self.latents is None else self.latents.color_channels)
        bounds, method = field_bounds(self.config), Method(self.config.method)
        return build_field(self.config.field, bounds, method, channels, self.config.seed).to(self.device)

    def _add_note(self, sentence: str) -> None:
        """Keeps what a guidance says of the words it was given, for the log and the report."""
        if sentence not in self.notes:
            self.notes.append(sentence)
        self.log(sentence)

    # --- what a checkpoint holds ----------------------------------------------------------------------------------

    def _tensors(self) -> Tensors:
        """All of it, each part under its own prefix."""
        tensors = prefixed("field", self.field.state_dict()) | prefixed("occupancy", self.occupancy.state_dict())
        moments = self._optimizer.state if self._optimizer is not None else {}
        for name, parameter in self.field.named_parameters():
            tensors |= prefixed(f"optimizer.{name}", moments.get(parameter, {}))
        for i, guidance in enumerate(self.guidances):
            tensors |= prefixed(f"guidance.{i}", guidance.state())
        tensors |= prefixed("early_stopping", self.early_stopping.state()) | prefixed("history", self.history.tensors())
        tensors |= prefixed("collapse_detector", self.collapse_detector.state())
        return tensors | {"generator": self.generator.get_state()} | self.regions.in_checkpoint()[0]

    def _load_field_and_moments(self, tensors: Tensors) -> None:
        """The field, and Adam's moments."""
        load_field(self.field, self.occupancy, tensors)
        self._optimizer = None
        for name, parameter in self.field.named_parameters():
            moments = under(f"optimizer.{name}", tensors)
            if moments:
                self.optimizer.state[parameter] = {moment: value.to(self.device) for moment, value in moments.items()}

    def _load_remaining(self, tensors: Tensors) -> None:
        """Restores what guidances, early stopping and curves have gathered, and the next random number."""
        for i, guidance in enumerate(self.guidances):
            guidance.restore(under(f"guidance.{i}", tensors))
        self.early_stopping.restore(under("early_stopping", tensors))
        self.collapse_detector.restore(under("collapse_detector", tensors))
        self.history.restore(under("history", tensors))
        self.generator.set_state(tensors["generator"])


def _dataset(config: JobConfig, go_on: GoOn) -> Dataset | None:
    if not config.uses_photos:
        return None
    settings = config.photometric
    outside, every = config.pictures_outside, settings.hold_out_every
    read = read_dataset(dataset_folder(config.dataset), settings.downscale, every, outside=outside, go_on=go_on)
    return to_box_frame(config, read)
