"""Takes: every run is one, and lives on in the .blend as a record and a picture on the object that shows it.

    dreamwright_take     the record as JSON (core/take_record.py); takes of version 0 have only the plain properties
    the object's preview a small picture of the field, so that a list can show it (thumbnail.py)

A take is known by its job. Several objects may show one take (the user duplicated it, or promoted it onto another
object): one of them stands for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from typing import Any

import bpy

from ..core.take_record import TakeRecord, from_text, to_text, whole
from . import results, shape_record, thumbnail

RECORD = "dreamwright_take"
PROMOTED = "dreamwright_promoted"
"""Marks an object of the user's that was given the mesh of a take: it is never deleted with the take."""

OURS = (*(f"dreamwright_{spec.name}" for spec in fields(results.Origin)), RECORD, PROMOTED)
"""The custom properties by which an object shows a take."""


@dataclass(frozen=True)
class Take:
    """A run as it is in the scene. Hold it no longer than until something is undone: then `object` is stale."""

    record: TakeRecord
    object: bpy.types.Object = field(compare=False)

    @property
    def job(self) -> str:
        return self.record.job

    @property
    def name(self) -> str:
        return self.object.name

    @property
    def why_read_only(self) -> str:
        """The sentence with which a change is refused; empty where the take may be changed."""
        if self.record.is_newer:
            return (
                f"The take '{self.name}' was made by a newer Dreamwright (its record has version "
                f"{self.record.version}): update the extension to change it."
            )
        if self.object.library:
            return (
                f"The take '{self.name}' is linked from another file: open that file, or make it local, to change it."
            )
        return ""


def of(thing: bpy.types.Object | None) -> Take | None:
    """The take that an object shows; None for an object that is not ours."""
    if thing is None or not results.is_result(thing):
        return None
    text = thing.get(RECORD)
    record = from_text(text) if isinstance(text, str) else None
    return Take(record or _of_version_0(thing), thing)


def all_in(scene: bpy.types.Scene) -> list[Take]:
    """The takes of a scene, each once, oldest first."""
    found: dict[str, Take] = {}
    for take in _shown(scene):
        found[take.job] = min(found.get(take.job, take), take, key=_stands_for)
    return sorted(found.values(), key=lambda take: (take.record.created, take.job, take.name))


def find(scene: bpy.types.Scene, job: str) -> Take | None:
    """The take of a job."""
    return next((take for take in all_in(scene) if take.job == job), None)


def showing(scene: bpy.types.Scene, job: str) -> list[bpy.types.Object]:
    """Every object of a scene that shows the take of a job."""
    return [take.object for take in _shown(scene) if take.job == job]


def chosen(context: bpy.types.Context) -> Take | None:
    """The take that the list has chosen, else the one that the active object shows, else the only one."""
    settings = getattr(context.scene.dreamwright, "takes", None)
    everything = all_in(context.scene)
    for job in (settings.chosen if settings else "", _job_of(context.view_layer.objects.active)):
        for take in everything:
            if job and take.job == job:
                return take
    return everything[0] if len(everything) == 1 else None


def write(thing: bpy.types.Object, record: TakeRecord) -> Take:
    """Make an object show this take from now on."""
    thing[RECORD] = to_text(record)
    return Take(record, thing)


def update(take: Take, **changes: Any) -> Take:
    """The take with a changed record."""
    return write(take.object, replace(take.record, **changes))


def forget(thing: bpy.types.Object) -> None:
    """Make an object one of the user's, that shows no take."""
    for name in OURS:
        if name in thing:
            del thing[name]


def show(thing: bpy.types.Object, take: Take) -> None:
    """Make an object of the user's show a take, with its sliders as they are there."""
    forget(thing)
    for name in OURS:
        if name in take.object:
            thing[name] = take.object[name]
    thing[PROMOTED] = True
    shape_record.set_wanted(thing, shape_record.wanted_of(take.object))
    thumbnail.share(take.object, thing)


def _shown(scene: bpy.types.Scene) -> list[Take]:
    """The take of each object that shows one; the look at the property is what keeps large scenes quick."""
    ours = [thing for thing in scene.objects.values() if "dreamwright_job" in thing]
    return [take for take in map(of, ours) if take]


def _stands_for(take: Take) -> tuple[bool, str]:
    """By this the object that stands for a take is the least: its own before the user's, then the first by name."""
    return PROMOTED in take.object, take.name


def _job_of(thing: bpy.types.Object | None) -> str:
    take = of(thing)
    return take.job if take else ""


def _of_version_0(thing: bpy.types.Object) -> TakeRecord:
    """What the properties say that every result has had from the beginning, of whatever type someone made them."""
    return TakeRecord(
        job=str(thing["dreamwright_job"]),
        prompt=str(thing.get("dreamwright_prompt", "")),
        seed=whole(thing.get("dreamwright_seed", 0)),
        step=whole(thing.get("dreamwright_step", 0)),
        models=_list_in(thing.get("dreamwright_models", "")),
        licence=str(thing.get("dreamwright_licence", "")),
        version=0,
    )


def _list_in(text: Any) -> list[Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
