"""What can be done with takes that needs no new run: remembered, promoted, compared, renamed, deleted."""

from __future__ import annotations

import contextlib
import logging
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..blender import (
    comparison,
    identity,
    mesh_replacement,
    paths,
    results,
    take_removal,
    take_visibility,
    takes,
    thumbnail,
    views,
)
from ..blender.takes import Take
from ..core import calls
from ..core.app_state import grid_path
from ..core.connection import BackendConnection
from ..core.errors import BusyError, DreamwrightError, SceneError
from ..core.take_record import TakeRecord, without_absolute_paths
from ..core.wire import UnknownJobError, config, messages
from .flow import APP, Flow, run_in_thread
from .manage_backend import ensure_connected
from .unfinished_runs import remove_unfinished_run

PICTURE_SIZE = 128
"""Pixels: as large as the panel shows it; 64 KB of a .blend for each take."""
CAPTION_WIDTH = 24
"""Characters of a line under a take that is compared: longer ones would run into the next."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobExtras:
    """What the backend knows of a job beside its field: a picture, and the steps that it can go back to."""

    picture: np.ndarray | None = None
    checkpoint_steps: tuple[int, ...] = ()


def fetch_job_extras(connection: BackendConnection, job: str) -> JobExtras:
    """Neither a picture nor the kept steps are worth losing a result for: what cannot be had is left out."""
    picture, steps = None, ()
    with _errors_logged():
        picture = calls.fetch_preview(connection.client, job, PICTURE_SIZE)
    with _errors_logged():
        steps = tuple(sorted(each.step for each in calls.list_checkpoints(connection.client, job)))
    return JobExtras(picture, steps)


def write_take(
    scene: bpy.types.Scene, made: bpy.types.Object, record: messages.JobRecord, look: JobExtras, stopped: bool
) -> Take:
    """Make the object of a run a take, and choose it in the list."""
    take = takes.write_take(made, _make_record(record, look, made["dreamwright_license"], stopped))
    if look.picture is not None:
        thumbnail.set_thumbnail(made, look.picture)
    scene.dreamwright.takes.chosen = take.job
    return take


def chosen_take(context: bpy.types.Context) -> Take | None:
    return takes.chosen_take(context)


def method_of(take: Take) -> config.Method:
    """Returns what the run of a take listens to; of version 0 only its standing place tells."""
    known = take.record.settings.get("method")
    if known in set(config.Method):
        return config.Method(known)
    return config.Method.TEXT if take.object.get("dreamwright_on_floor", True) else config.Method.RECONSTRUCT


def describe_take(take: Take) -> list[str]:
    """Returns what a person wants to know of a take, a line each."""
    record = take.record
    facts = [f"Seed {record.seed}", record.quality.capitalize()]
    facts += [f"score {format_score(record)}"] if record.score is not None else []
    if record.steps or record.step:
        facts += [f"step {record.step} of {record.steps}" if record.steps else f"step {record.step}"]
    facts = [fact for fact in facts if fact]
    lines = [f'"{record.prompt}"' if record.prompt else "From photos", ", ".join(facts)]
    if record.parent:
        older = takes.find_take(take.object.users_scene[0], record.parent) if take.object.users_scene else None
        at = f" at step {record.parent_step}" if record.parent_step is not None else ""
        lines.append(f"From '{older.name if older else record.parent}'{at}")
    names = [str(model.get("name", "")) for model in record.models if isinstance(model, dict)]
    if names:
        lines.append(", ".join(names) + (f" ({record.license})" if record.license else ""))
    return lines


def show_take(context: bpy.types.Context, take: Take) -> None:
    """Select a take and show it, alone of those in its place, in the viewport and in renders."""
    results.select_only(context, take_visibility.show_alone(context.scene, take))


def is_take_visible(obj: bpy.types.Object, scene: bpy.types.Scene) -> bool:
    """Tells whether the take that an object stands for is seen, itself or by what was made of it."""
    take = takes.take_of(obj)
    return take is not None and take_visibility.is_visible(scene, take)


def set_take_visible(obj: bpy.types.Object, scene: bpy.types.Scene, shown: bool) -> None:
    """Show or hide the take that an object stands for, in the viewport and in renders; others stay as they are."""
    take = takes.take_of(obj)
    if take is not None and not obj.library:
        (take_visibility.show if shown else take_visibility.hide)(scene, take)


def require_take(context: bpy.types.Context, job: str = "") -> Take:
    """The take of a job, or the chosen one where none is named.

    Raises:
        SceneError: there is none.
    """
    take = takes.find_take(context.scene, job) if job else takes.chosen_take(context)
    if take is None:
        raise SceneError(
            f"There is no take of job '{job[:40]}' in this scene." if job else "Choose a take in the list."
        )
    return take


def require_editable_take(context: bpy.types.Context, job: str) -> Take:
    """Returns what `found_take` does, where the take may be changed.

    Raises:
        SceneError: it may not; the sentence says why.
    """
    take = require_take(context, job)
    if take.why_read_only:
        raise SceneError(take.why_read_only)
    return take


def why_not_promoted(take: Take | None, target: bpy.types.Object | None) -> str:
    """The sentence that says why this mesh cannot go there; empty where it can."""
    shows = takes.take_of(target)
    if take is None:
        return "Choose a take in the list"
    if target is None or target.type != "MESH" or (shows and shows.job == take.job):
        return f"Make the mesh object active that should get the mesh of '{take.name}'"
    if identity.why_not_changeable(target):
        return f"'{target.name}' {identity.why_not_changeable(target)}"
    return "" if target.mode == "OBJECT" else f"'{target.name}' is being edited: go to Object Mode first"


def promote(context: bpy.types.Context, job: str = "", target: str = "") -> str:
    """The mesh of a take in place of that of the target (the active object); gives the sentence that says what is so.

    Raises:
        SceneError: it cannot be.
    """
    take = require_editable_take(context, job)
    obj = context.scene.objects.get(target) if target else context.view_layer.objects.active
    if target and obj is None:
        raise SceneError(f"There is no object '{target}' in this scene.")
    reason = why_not_promoted(take, obj)
    if reason:
        raise SceneError(reason + ".")
    aside = mesh_replacement.promote(context.scene, take, obj)
    kept = f"; what it was is kept, hidden, as '{aside.name}'" if aside else ""
    return f"'{obj.name}' now has the mesh of '{take.name}'{kept}."


def compare(context: bpy.types.Context, jobs: list[str] | None = None) -> int:
    """Lay takes out side by side at the 3D cursor: those named, else those selected, else all; gives how many.

    Raises:
        SceneError: there are fewer than two.
    """
    everything = takes.list_takes(context.scene)
    selected = {take.job for take in map(takes.take_of, context.selected_objects) if take}
    selected |= {each[comparison.MARK] for each in context.selected_objects if each.get(comparison.MARK)}
    wanted = set(jobs or ()) or (selected if len(selected) > 1 else {take.job for take in everything})
    among = [take for take in everything if take.job in wanted]
    if len(among) < 2:
        raise SceneError("There are fewer than two takes to compare: generate or refine first.")
    comparison.lay_out(context.scene, among, [caption(take) for take in among], context.scene.cursor.location.copy())
    context.view_layer.update()
    views.frame(context.scene, comparison.compared_objects(context.scene))
    return len(among)


def end_comparison(context: bpy.types.Context) -> int:
    """Take the comparison away.

    Raises:
        SceneError: there is none.
    """
    if not comparison.is_laid_out(context.scene):
        raise SceneError("There is no comparison.")
    return comparison.remove(context.scene)


def is_compared(context: bpy.types.Context) -> bool:
    return comparison.is_laid_out(context.scene)


def caption(take: Take) -> str:
    """Returns what stands under a take."""
    facts = [f"seed {take.record.seed}", take.record.quality, format_score(take.record)]
    return "\n".join([*textwrap.wrap(take.name, CAPTION_WIDTH), ", ".join(fact for fact in facts if fact)])


def short_facts(take: Take) -> str:
    """Seed, score and quality as short as a row of the list wants it: of the quality its first letter."""
    facts = [str(take.record.seed), format_score(take.record), take.record.quality[:1].upper()]
    return "  ".join(fact for fact in facts if fact)


def format_score(record: TakeRecord) -> str:
    return "" if record.score is None else f"{record.score:.2f}"


def rename_take(context: bpy.types.Context, job: str, name: str) -> Take:
    """Another name for the object of a take.

    Raises:
        SceneError: the take may not be changed, or the name is empty.
    """
    take = require_editable_take(context, job)
    if not name.strip():
        raise SceneError("The name is empty: type one.")
    take.object.name = name.strip()
    return take


@dataclass(frozen=True)
class Deletion:
    """A take that is gone, and what is left of it."""

    name: str
    warnings: list[str]


def delete_take(context: bpy.types.Context, job: str = "", with_job: bool = False) -> Flow[Deletion]:
    """Take a take out of the scene, and its job out of the backend's cache where that is wanted.

    Copies of its object, and objects that it was promoted onto, are only the user's from then on.

    Raises:
        SceneError: it may not be changed, is being edited, or is shared with another scene.
    """
    take = require_editable_take(context, job)
    job, name, scene = take.job, take.name, identity.uid_of(context.scene)
    if take.object.mode != "OBJECT":
        raise SceneError(f"'{name}' is being edited: go to Object Mode first.")
    with APP.busy("deleting"):
        if with_job:
            connection = yield from ensure_connected()
            cache = paths.cache_folder()
            yield from run_in_thread(lambda: delete_stored_job(connection, job, cache))
        home = identity.find_scene(scene) or bpy.context.scene
        there = takes.find_take(home, job)
        return Deletion(name, take_removal.remove(home, there) if there else [])


def forget_unfinished_run(context: bpy.types.Context, job: str) -> None:
    """Have the scene forget a run that has no take; what the backend keeps of it stays.

    Raises:
        BusyError: it is the one that is running.
    """
    if APP.current_task and APP.session.snapshot.job == job:
        raise BusyError("This run is on its way: stop it first.")
    remove_unfinished_run(context.scene, job)


def delete_stored_job(connection: BackendConnection, job: str, cache: Path) -> None:
    """Delete a job and its grid; one that is already gone is as good as deleted."""
    with contextlib.suppress(UnknownJobError):
        calls.delete_job(connection.client, job)
    grid_path(cache, job).unlink(missing_ok=True)


def _make_record(record: messages.JobRecord, look: JobExtras, license: str, stopped: bool) -> TakeRecord:
    return TakeRecord(
        job=record.job,
        prompt=record.prompt,
        seed=int(record.config["seed"]),
        quality=str(record.config["quality"]),
        settings=without_absolute_paths(record.config),
        score=record.score,
        step=record.step,
        steps=record.steps,
        stopped=stopped,
        checkpoint_steps=look.checkpoint_steps,
        parent=record.parent,
        parent_step=record.parent_step,
        models=without_absolute_paths(record.models),
        license=license,
        created=record.created,
    )


@contextlib.contextmanager
def _errors_logged() -> Any:
    try:
        yield
    except DreamwrightError as error:
        log.warning("%s", error.sentence)
