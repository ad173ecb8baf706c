"""A job that starts from the field of another: what of it is taken over, and whether it fits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from backend.config import REDO, JobConfig, Method, with_changes
from backend.errors import ConfigError
from backend.fields.build import build_field
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import Field
from backend.priors.start import starts_from_prior
from backend.render.occupancy import OccupancyGrid
from backend.scenes.start import start_from_words

from .before import FieldBefore, as_before, in_checkpoint, needs_before
from .checkpoint import NEWEST, Checkpoint, write_checkpoint
from .held_solid import CUT, HeldSolid, read_solid, solid_from_mesh, write_solid
from .hold import Hold as Hold
from .named_tensors import under
from .part_start import start_part, with_gentle_start
from .prior_start import with_prior_start, with_start
from .scene_transform import field_bounds
from .stamp import stamp

FOLDER = "start"


def warm_start_folder(folder: Path | None) -> Path | None:
    """Returns where the field lies that the job in this folder starts from; None where it starts by itself."""
    start = folder / FOLDER if folder else None
    return start if start and (start / NEWEST).exists() else None


def forget_start(folder: Path) -> None:
    """Has a job in this folder start by itself, whatever an earlier one there started from."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def first_field(config: JobConfig, folder: Path | None) -> tuple[JobConfig, Path | None]:
    """Returns the job as it begins, and where the field lies that it starts from: without one, it starts from a mesh,
    or from the shape prior where it may."""
    start = warm_start_folder(folder)
    return (config if start else with_start(config)), start


def first_solid(config: JobConfig, folder: Path | None) -> HeldSolid | None:
    """Returns the solid that a job begins with: of the mesh that it starts from, or what the job before was held to.

    Raises:
        DatasetError: the mesh cannot be read, or encloses nothing of the field's box.
    """
    inherited = held_solid(folder)
    if inherited and (not inherited.starts or not Path(config.start.mesh).expanduser().is_file()):
        return inherited
    return solid_from_mesh(config) if config.starts_from_mesh else None


def held_solid(folder: Path | None) -> HeldSolid | None:
    """Returns the solid that lies with the job in this folder; None where there is none."""
    return read_solid(folder / FOLDER) if folder else None


def keep_solid(folder: Path | None, solid: HeldSolid | None) -> None:
    """Has the solid lie with the job in this folder.

    Raises:
        DiskError: it could not be written.
    """
    if folder and solid:
        write_solid(folder / FOLDER, solid)


def inherit_solid(folder: Path, parent: Path) -> None:
    """Has the job in `folder` be held to what the job in `parent` is held to, where it is to anything."""
    solid = held_solid(parent)
    keep_solid(folder, replace(solid, starts=False) if solid else None)


def resumed_config(config: JobConfig, checkpoint: Checkpoint) -> JobConfig:
    """Returns the job that a checkpoint is of, also where its settings are as they were before it began (a command that
    is given again with --resume): it goes on from a mesh or the shape prior's answer only if it began with that."""
    if checkpoint.state.get("from_mesh"):
        return with_start(config)
    return with_prior_start(config) if checkpoint.state.get("from_prior") else config


def write_warm_start(folder: Path, parent: Checkpoint, before: FieldBefore | None = None) -> None:
    """Has the job in this folder start from the field of another's checkpoint; with how that looked, where a network is
    to be held.

    Raises:
        DiskError: it could not be written.
    """
    tensors = {name: value for name, value in parent.tensors.items() if name.split(".")[0] in ("field", "occupancy")}
    state = {"step": 0, "color_channels": color_channels(parent)}
    held, of = in_checkpoint(before)
    write_checkpoint(folder / FOLDER, Checkpoint(tensors | held, state | of), 0)


def held_before(wanted: JobConfig, before: JobConfig, parent: Checkpoint) -> FieldBefore | None:
    """Returns how the parent looked, with the config it had, for a job that holds some of that and has no cells to
    hold."""
    return as_before(before, parent) if needs_before(wanted) else None


def color_channels(parent: Checkpoint) -> int:
    channels: int = parent.state.get("color_channels", 3)
    return channels


def initialize_field(
    field: Field,
    occupancy: OccupancyGrid,
    config: JobConfig,
    start: Checkpoint | None,
    solid: HeldSolid | None,
    note: Callable[[str], None],
    go_on: Callable[[], None],
    log: Callable[[str], None] = lambda line: None,
) -> HeldSolid | None:
    """Fills a new field with what it starts from, beyond what it begins with; returns the solid that it is held to.

    `note` takes what a person should know; `go_on` raises when nobody wants the job any more; `log` is told how far
    a prior has come.

    Raises:
        ConfigError, ModelError, EmptyFieldError, MemoryShortError: a shape prior is asked for and cannot answer.
    """
    if start:
        load_warm_start(field, occupancy, start)
        sentence = start_part(field, config) if config.regions.of_kind(REDO) else ""
    else:
        sentence = start_from_words(field, config, log, go_on) if starts_from_prior(config) else ""
    if sentence:
        note(sentence)
    if solid and solid.starts and solid.is_cut:
        note(CUT)
    return stamp(field, occupancy, solid, config, go_on) if solid and solid.starts else solid


def load_warm_start(field: Field, occupancy: OccupancyGrid, start: Checkpoint) -> None:
    """The field as it was; what was known of its empty space, where the grid of it has the same cells."""
    field.load_state_dict(under("field", start.tensors))
    known = under("occupancy", start.tensors)
    if known["occupied"].shape == occupancy.occupied.shape:
        occupancy.load_state_dict(known)


def fit_config(wanted: JobConfig, before: JobConfig, parent: Checkpoint) -> JobConfig:
    """The config with which a job can start from the field that `before` made: its lattice begins as fine as that.

    Raises:
        ConfigError: the field does not fit what is wanted.
    """
    if wanted.field.kind != before.field.kind:
        raise ConfigError(
            f"The field to start from is a {before.field.kind}, not a {wanted.field.kind}: "
            "keep field.kind, or make a new job."
        )
    _check_colors(wanted, before, parent)
    tensors, wanted = under("field", parent.tensors), with_gentle_start(wanted)
    if wanted.field.kind == "dense_grid":
        wanted = _match_resolution(wanted, max(tensors["raw_density"].shape))
        if wanted.regions.holds:  # a finer lattice is the same function only at the centers of its cells
            wanted = with_changes(wanted, {"field": {"resolution": wanted.field.start_resolution}})
    if color_channels(parent) > 3 and wanted.regions.holds:
        raise ConfigError(
            "The field to start from still holds latents of its diffusion model, and what is held must have colors: "
            "start from a later step."
        )
    _check_shapes(wanted, tensors, color_channels(parent))
    return (
        wanted if color_channels(parent) > 3 else with_changes(wanted, {"score_distillation": {"latents_until": 0.0}})
    )


def _check_colors(wanted: JobConfig, before: JobConfig, parent: Checkpoint) -> None:
    """Latents are of one model, and mean nothing to another."""
    if color_channels(parent) > 3 and _latents_of(wanted) != _latents_of(before):
        raise ConfigError(
            "The field to start from still holds latents of its diffusion model: keep the model, "
            "or start from a later step, where they have become colors."
        )


def _latents_of(config: JobConfig) -> tuple[object, ...]:
    return config.uses_text, config.model, config.score_distillation.model, config.score_distillation.space


def _match_resolution(wanted: JobConfig, cells: int) -> JobConfig:
    if cells > wanted.field.resolution:
        raise ConfigError(
            f"The field to start from has {cells} cells a side, and field.resolution is {wanted.field.resolution}: "
            f"set it to {cells} or more."
        )
    return with_changes(wanted, {"field": {"start_resolution": cells}})


def _check_shapes(wanted: JobConfig, tensors: dict[str, Tensor], channels: int) -> None:
    """Checks that the field that the config describes has the same parameters."""
    built = build_field(wanted.field, field_bounds(wanted), Method(wanted.method), channels, wanted.seed)
    expected = {name: tuple(value.shape) for name, value in built.state_dict().items()}
    if expected == {name: tuple(value.shape) for name, value in tensors.items()}:
        return
    what = "box has other proportions" if isinstance(built, DenseGrid) else f"{wanted.field.kind} is built otherwise"
    raise ConfigError(
        f"The field to start from does not fit, because its {what}: keep bounds.size and the settings of the field, "
        "or make a new job."
    )
