"""Which of the objects that show one take is the take's own, when others are copies of it.

A copy has all properties of what it was copied from, its mark as well; but Blender numbers data-blocks as it makes
them, so of two with the same mark the later is the copy. The numbers end with the session: before a file is saved each
object is marked with its rank.
"""

from __future__ import annotations

from collections import defaultdict

import bpy
from bpy.app.handlers import persistent

RANK = "dreamwright_rank"
"""Custom property of an object: its place among those that showed the same take when the file was saved."""


def age_of(obj: bpy.types.Object) -> tuple[int, int]:
    """The less, the earlier the object was made, among those that show one take."""
    rank = obj.get(RANK, 0)
    return rank if isinstance(rank, int) else 0, obj.session_uid


@persistent
def write_ranks(*_: object) -> None:
    """Have the order outlive the session."""
    showing: dict[str, list[bpy.types.Object]] = defaultdict(list)
    for obj in bpy.data.objects:
        if "dreamwright_job" in obj and not obj.library:
            showing[str(obj["dreamwright_job"])].append(obj)
    for objects in (each for each in showing.values() if len(each) > 1):
        for rank, obj in enumerate(sorted(objects, key=age_of)):
            obj[RANK] = rank


def start() -> None:
    bpy.app.handlers.save_pre.append(write_ranks)


def stop() -> None:
    if write_ranks in bpy.app.handlers.save_pre:
        bpy.app.handlers.save_pre.remove(write_ranks)
