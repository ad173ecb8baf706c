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

from ..blender import comparison, paths, promotion, results, takes, thumbnail
from ..blender.takes import Take
from ..core import calls
from ..core.errors import BusyError, DreamwrightError, SceneError
from ..core.link import Link
from ..core.studio import grid_path
from ..core.take_record import TakeRecord, portable
from ..core.wire import UnknownJobError, config, messages
from .backend import connected
from .begun import forget_run
from .flow import STUDIO, Flow, awaited

PICTURE_SIZE = 128
"""Pixels: as large as the panel shows it; 64 KB of a .blend for each take."""
CAPTION_WIDTH = 24
"""Characters of a line under a take that is compared: longer ones would run into the next."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Look:
    """What the backend knows of a job beside its field: a picture, and the steps that it can go back to."""

    picture: np.ndarray | None = None
    kept_steps: tuple[int, ...] = ()


def looked_at(link: Link, job: str) -> Look:
    """Neither a picture nor the kept steps are worth losing a result for: what cannot be had is left out."""
    picture, steps = None, ()
    with _only_logged():
        picture = calls.fetch_preview(link.client, job, PICTURE_SIZE)
    with _only_logged():
        steps = tuple(sorted(each.step for each in calls.list_checkpoints(link.client, job)))
    return Look(picture, steps)


def remembered(
    scene: bpy.types.Scene, made: bpy.types.Object, record: messages.JobRecord, look: Look, stopped: bool
) -> Take:
    """Make the object of a run a take, and choose it in the list."""
    take = takes.write(made, _record(record, look, made["dreamwright_licence"], stopped))
    if look.picture is not None:
        thumbnail.give(made, look.picture)
    scene.dreamwright.takes.chosen = take.job
    return take


def chosen_take(context: bpy.types.Context) -> Take | None:
    return takes.chosen(context)


def method_of(take: Take) -> config.Method:
    """What the run of a take listens to; of version 0 only its standing place tells."""
    known = take.record.settings.get("method")
    if known in set(config.Method):
        return config.Method(known)
    return config.Method.TEXT if take.object.get("dreamwright_seated", True) else config.Method.RECONSTRUCT


def about_take(take: Take) -> list[str]:
    """What a person wants to know of a take, a line each."""
    record = take.record
    facts = [f"Seed {record.seed}", record.quality]
    facts += [f"score {score_words(record)}"] if record.score is not None else []
    facts += [f"step {record.step} of {record.steps}" if record.steps else f"step {record.step}"]
    facts = [fact for fact in facts if fact]
    lines = [f'"{record.prompt}"' if record.prompt else "From pictures", ", ".join(facts)]
    if record.parent:
        older = takes.find(take.object.users_scene[0], record.parent) if take.object.users_scene else None
        at = f" at step {record.parent_step}" if record.parent_step is not None else ""
        lines.append(f"From '{older.name if older else record.parent}'{at}")
    names = [str(model.get("name", "")) for model in record.models if isinstance(model, dict)]
    if names:
        lines.append(", ".join(names) + (f" ({record.licence})" if record.licence else ""))
    return lines


def show_take(context: bpy.types.Context, take: Take) -> None:
    """Select the object of a take; one that was hidden is seen again."""
    thing = take.object
    if thing.hide_viewport and thing.hide_render:  # as takes are laid aside
        thing.hide_render = False
    thing.hide_viewport = False
    if thing.name in context.view_layer.objects:
        thing.hide_set(False)
    results.select_only(context, thing)


def found_take(context: bpy.types.Context, job: str = "") -> Take:
    """The take of a job, or the chosen one where none is named.

    Raises:
        SceneError: there is none.
    """
    take = takes.find(context.scene, job) if job else takes.chosen(context)
    if take is None:
        raise SceneError(
            f"There is no take of job '{job[:40]}' in this scene." if job else "Choose a take in the list."
        )
    return take


def changeable(context: bpy.types.Context, job: str) -> Take:
    """As `found_take`, where the take may be changed.

    Raises:
        SceneError: it may not; the sentence says why.
    """
    take = found_take(context, job)
    if take.why_read_only:
        raise SceneError(take.why_read_only)
    return take


def why_not_promoted(take: Take | None, target: bpy.types.Object | None) -> str:
    """The sentence that says why this mesh cannot go there; empty where it can."""
    shows = takes.of(target)
    if take is None:
        return "Choose a take in the list"
    if target is None or target.type != "MESH" or (shows and shows.job == take.job):
        return f"Click the mesh object that should become '{take.name}': it has to be the active one"
    if target.library or target.override_library:
        return f"'{target.name}' is linked from another file: make it local first"
    return "" if target.mode == "OBJECT" else f"'{target.name}' is being edited: go to Object Mode first"


def promote(context: bpy.types.Context, job: str = "", target: str = "") -> str:
    """The mesh of a take in place of that of the target (the active object); gives the sentence that says what is so.

    Raises:
        SceneError: it cannot be.
    """
    take = changeable(context, job)
    thing = context.scene.objects.get(target) if target else context.view_layer.objects.active
    if target and thing is None:
        raise SceneError(f"There is no object '{target}' in this scene.")
    reason = why_not_promoted(take, thing)
    if reason:
        raise SceneError(reason + ".")
    aside = promotion.promote(context.scene, take, thing)
    kept = f"; the take that it was is kept, hidden, as '{aside.name}'" if aside else ""
    return f"'{thing.name}' now has the mesh of '{take.name}'{kept}."


def compare(context: bpy.types.Context, jobs: list[str] | None = None) -> int:
    """Lay takes out side by side at the 3D cursor: those named, else those selected, else all; gives how many.

    Raises:
        SceneError: there are fewer than two.
    """
    everything = takes.all_in(context.scene)
    selected = {take.job for take in map(takes.of, context.selected_objects) if take}
    wanted = set(jobs or ()) or (selected if len(selected) > 1 else {take.job for take in everything})
    among = [take for take in everything if take.job in wanted]
    if len(among) < 2:
        raise SceneError("There are fewer than two takes to compare: generate or iterate first.")
    comparison.lay_out(context.scene, among, [caption(take) for take in among], context.scene.cursor.location.copy())
    return len(among)


def end_comparison(context: bpy.types.Context) -> int:
    """Take the comparison away.

    Raises:
        SceneError: there is none.
    """
    if not comparison.is_laid_out(context.scene):
        raise SceneError("Nothing is laid out to be compared.")
    return comparison.remove(context.scene)


def is_compared(context: bpy.types.Context) -> bool:
    return comparison.is_laid_out(context.scene)


def caption(take: Take) -> str:
    """What stands under a take."""
    facts = [f"seed {take.record.seed}", take.record.quality, score_words(take.record)]
    return "\n".join([*textwrap.wrap(take.name, CAPTION_WIDTH), ", ".join(fact for fact in facts if fact)])


def facts_of(take: Take) -> str:
    """Seed, score and quality as short as a row of the list wants it: of the quality its first letter."""
    facts = [str(take.record.seed), score_words(take.record), take.record.quality[:1].upper()]
    return "  ".join(fact for fact in facts if fact)


def score_words(record: TakeRecord) -> str:
    return "" if record.score is None else f"{record.score:.2f}"


def rename(context: bpy.types.Context, job: str, name: str) -> Take:
    """Another name for the object of a take.

    Raises:
        SceneError: the take may not be changed, or the name is empty.
    """
    take = changeable(context, job)
    if not name.strip():
        raise SceneError("The name is empty: type one.")
    take.object.name = name.strip()
    return take


def delete(context: bpy.types.Context, job: str = "", with_job: bool = False) -> Flow[str]:
    """Take a take out of the scene, and its job out of the backend's cache where that is wanted; gives its name.

    Objects of the user's that it was promoted onto keep their mesh, and are only the user's from then on.
    """
    take = changeable(context, job)
    job, name, scene = take.job, take.name, context.scene.name
    if take.object.mode != "OBJECT":
        raise SceneError(f"'{name}' is being edited: go to Object Mode first.")
    with STUDIO.occupied("deleting"):
        if with_job:
            link = yield from connected()
            cache = paths.cache_folder()
            yield from awaited(lambda: _delete_job(link, job, cache))
        _remove_from(bpy.data.scenes.get(scene) or bpy.context.scene, job)
    return name


def give_up_run(context: bpy.types.Context, job: str) -> None:
    """Have the scene forget a run that has no take; what the backend keeps of it stays.

    Raises:
        BusyError: it is the one that is running.
    """
    if STUDIO.doing and STUDIO.session.snapshot.job == job:
        raise BusyError("This run is on its way: stop it first.")
    forget_run(context.scene, job)


def _remove_from(scene: bpy.types.Scene, job: str) -> None:
    for thing in takes.showing(scene, job):
        if takes.PROMOTED in thing:
            takes.forget(thing)
            continue
        mesh = thing.data
        bpy.data.objects.remove(thing)
        if not mesh.users:
            bpy.data.meshes.remove(mesh)


def _delete_job(link: Link, job: str, cache: Path) -> None:
    """A job that is already gone is as good as deleted."""
    with contextlib.suppress(UnknownJobError):
        calls.delete_job(link.client, job)
    grid_path(cache, job).unlink(missing_ok=True)


def _record(record: messages.JobRecord, look: Look, licence: str, stopped: bool) -> TakeRecord:
    return TakeRecord(
        job=record.job,
        prompt=record.prompt,
        seed=int(record.config["seed"]),
        quality=str(record.config["quality"]),
        settings=portable(record.config),
        score=record.score,
        step=record.step,
        steps=record.steps,
        stopped=stopped,
        kept_steps=look.kept_steps,
        parent=record.parent,
        parent_step=record.parent_step,
        models=portable(record.models),
        licence=licence,
        created=record.created,
    )


@contextlib.contextmanager
def _only_logged() -> Any:
    try:
        yield
    except DreamwrightError as error:
        log.warning("%s", error.sentence)
