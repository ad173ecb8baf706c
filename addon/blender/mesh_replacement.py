"""A take's mesh in the place of another object's: what the user did to that object stays."""

from __future__ import annotations

import bpy

from . import mesh_edits, results, takes
from .takes import Take


def promote(scene: bpy.types.Scene, take: Take, target: bpy.types.Object) -> bpy.types.Object | None:
    """Give `target` the mesh of `take`; its transform, materials, modifiers, parent and name stay.

    The take itself stays as it is. What would be lost is laid aside as a hidden object, which is given back: the take
    that `target` alone showed, or a person's work on its mesh that another one cannot have (shape keys, weights, UVs).

    Raises:
        SceneError: the target is being edited.
    """
    results.check_not_edited(target)
    aside = _hidden_copy(scene, target) if _is_to_be_kept(scene, target) else None
    try:
        results.replace_mesh(target, take.object.data.copy())
    except BaseException:
        if aside:
            bpy.data.objects.remove(aside)
        raise
    takes.show_take(target, take)
    return aside


def _is_to_be_kept(scene: bpy.types.Scene, target: bpy.types.Object) -> bool:
    former = takes.take_of(target)
    if former and _is_last_of(scene, former):
        return True
    work = [each for each in mesh_edits.edits_of(target) if former or each != "UV maps"]  # any new cube has those
    return bool(work) and target.data.users < 2


def _is_last_of(scene: bpy.types.Scene, take: Take) -> bool:
    return takes.objects_showing(scene, take.job) == [take.object]


def _hidden_copy(scene: bpy.types.Scene, target: bpy.types.Object) -> bpy.types.Object:
    aside = target.copy()  # with the mesh of the target, which thus outlives the change
    results.collection_of(scene).objects.link(aside)
    aside.hide_viewport = aside.hide_render = True
    if takes.PROMOTED in aside:
        del aside[takes.PROMOTED]
    return aside
