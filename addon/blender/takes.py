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

from ..core.take_record import TakeRecord, from_text, to_int, to_text
from . import identity, remesh_record, results, take_order, thumbnail

RECORD = "dreamwright_take"
PROMOTED = "dreamwright_promoted"
"""Marks an object of the user's that was given the mesh of a take: it is never deleted with the take."""

PROPERTIES = (
    *(f"dreamwright_{spec.name}" for spec in fields(results.Provenance)),
    RECORD,
    PROMOTED,
    results.MATRIX,
    take_order.RANK,
)
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
        reason = identity.why_not_changeable(self.object)
        return f"The take '{self.name}' {reason}." if reason else ""


def take_of(obj: bpy.types.Object | None) -> Take | None:
    """The take that an object shows; None for an object that is not ours."""
    if obj is None or not results.is_result(obj):
        return None
    text = obj.get(RECORD)
    record = from_text(text) if isinstance(text, str) else None
    return Take(record or _record_of_version_0(obj), obj)


def list_takes(scene: bpy.types.Scene) -> list[Take]:
    """The takes of a scene, each once, oldest first."""
    found: dict[str, Take] = {}
    for take in _takes_of_objects(scene):
        found[take.job] = min(found.get(take.job, take), take, key=_priority)
    return sorted(found.values(), key=lambda take: (take.record.created, take.job, take.name))


def find_take(scene: bpy.types.Scene, job: str) -> Take | None:
    """The take of a job."""
    return next((take for take in list_takes(scene) if take.job == job), None)


def objects_showing(scene: bpy.types.Scene, job: str) -> list[bpy.types.Object]:
    """Every object of a scene that shows the take of a job."""
    return [take.object for take in _takes_of_objects(scene) if take.job == job]


def chosen_take(context: bpy.types.Context) -> Take | None:
    """The take that the list has chosen, else the one that the active object shows, else the only one."""
    settings = getattr(context.scene.dreamwright, "takes", None)
    everything = list_takes(context.scene)
    for job in (settings.chosen if settings else "", _job_of(context.view_layer.objects.active)):
        for take in everything:
            if job and take.job == job:
                return take
    return everything[0] if len(everything) == 1 else None


def write_take(obj: bpy.types.Object, record: TakeRecord) -> Take:
    """Make an object show this take from now on."""
    obj[RECORD] = to_text(record)
    return Take(record, obj)


def update_take(take: Take, **changes: Any) -> Take:
    """The take with a changed record."""
    return write_take(take.object, replace(take.record, **changes))


def clear_take(obj: bpy.types.Object) -> None:
    """Make an object one of the user's, that shows no take."""
    for name in PROPERTIES:
        if name in obj:
            del obj[name]


def show_take(obj: bpy.types.Object, take: Take) -> None:
    """Make an object of the user's show a take, with its sliders as they are there."""
    clear_take(obj)
    for name in PROPERTIES:
        if name in take.object:
            obj[name] = take.object[name]
    obj[PROMOTED] = True
    remesh_record.set_remesh_settings(obj, remesh_record.remesh_settings_of(take.object))
    thumbnail.copy_thumbnail(take.object, obj)


def _takes_of_objects(scene: bpy.types.Scene) -> list[Take]:
    """The take of each object that shows one; the look at the property is what keeps large scenes quick."""
    ours = [obj for obj in scene.objects.values() if "dreamwright_job" in obj]
    return [take for take in map(take_of, ours) if take]


def _priority(take: Take) -> tuple[bool, bool, tuple[int, int]]:
    """Orders the objects of a take; the least stands for it: its own before the user's, this file's before another's,
    what was made before its copies."""
    return PROMOTED in take.object, bool(take.object.library), take_order.age_of(take.object)


def _job_of(obj: bpy.types.Object | None) -> str:
    take = take_of(obj)
    return take.job if take else ""


def _record_of_version_0(obj: bpy.types.Object) -> TakeRecord:
    """Reads the properties that every result has had from the beginning, of whatever type someone made them."""
    return TakeRecord(
        job=str(obj["dreamwright_job"]),
        prompt=str(obj.get("dreamwright_prompt", "")),
        seed=to_int(obj.get("dreamwright_seed", 0)),
        step=to_int(obj.get("dreamwright_step", 0)),
        models=_parse_list(obj.get("dreamwright_models", "")),
        license=str(obj.get("dreamwright_license", "")),
        version=0,
    )


def _parse_list(text: Any) -> list[Any]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return []
    return found if isinstance(found, list) else []
