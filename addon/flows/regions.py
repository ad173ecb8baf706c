"""Where nothing may grow, something must be, or all stays as it is: what objects of a scene say of that to a job."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import Any

import bpy
import numpy as np

from ..blender import bounds, identity, region_marks, results
from ..blender.field_instances import MIN_DETERMINANT, field_instance
from ..blender.region_marks import Region
from ..blender.standing import world_matrix
from ..blender.takes import Take, take_of
from ..core.box import Box, to_scene, transform_points
from ..core.errors import SceneError
from ..core.region_kinds import KINDS
from ..core.wire import config
from .camera_prompts import with_camera_prompts as with_camera_prompts  # what else a scene says to a job
from .flow import Flow, run_in_thread

Color = tuple[float, float, float, float]
COLORS: dict[str, Color] = {
    config.KEEP_OUT: (1.0, 0.25, 0.2, 0.9),
    config.KEEP_IN: (0.3, 0.9, 0.35, 0.9),
    config.FROZEN: (0.35, 0.75, 1.0, 0.9),
    config.REDO: (1.0, 0.8, 0.2, 0.9),
}
NEW_SIZE = 1 / 3
"""Of a new region, in sizes of the box or of the take around which it is made."""


def mark_regions(context: bpy.types.Context, kind: str) -> list[bpy.types.Object]:
    """Makes the selected objects regions of a kind, or none where that is empty.

    Raises:
        SceneError: none is selected, or one can be none; nothing is changed then.
    """
    chosen = list(context.selected_objects)
    if not chosen:
        raise SceneError("Nothing is selected: select meshes, or Empties, which are boxes.")
    before = [region_marks.kind_of(obj) for obj in chosen]
    try:
        for obj in chosen:
            region_marks.mark(obj, kind)
    except SceneError:
        for obj, kind_before in zip(chosen, before, strict=True):
            if not identity.why_not_changeable(obj) and region_marks.kind_of(obj) != kind_before:
                region_marks.mark(obj, kind_before)
        raise
    return chosen


def unmark_region(context: bpy.types.Context, name: str) -> bpy.types.Object:
    """Takes the mark from an object of this scene.

    Raises:
        SceneError: it is no region.
    """
    obj = context.scene.objects.get(name)
    if obj is None or not region_marks.kind_of(obj):
        raise SceneError(f"'{name}' is no region of this scene: choose one of the list.")
    region_marks.mark(obj, "")
    return obj


def add_region(context: bpy.types.Context, kind: str) -> bpy.types.Object:
    """A box of this kind, selected: on top of the selected result, else in the middle of where the next one will be."""
    around = results.active_result(context)
    box = _upper_part(around) if around else _middle_of(bounds.job_box(context.scene))
    made = region_marks.add_box(context.scene, kind, box)
    results.select_only(context, made)
    return made


def list_regions(scene: bpy.types.Scene) -> list[tuple[bpy.types.Object, str]]:
    """The regions of a scene and what each is called, in the order of their kinds."""
    order = list(KINDS)
    found = sorted(region_marks.marked(scene), key=lambda obj: (order.index(region_marks.kind_of(obj)), obj.name))
    return [(obj, KINDS[region_marks.kind_of(obj)]) for obj in found]


def region_lines(context: bpy.types.Context) -> list[tuple[Color, np.ndarray]]:
    """Returns what is drawn of regions in the viewport: each a color and the edges (12, 2, 3) of its box."""
    regions = region_marks.marked(context.scene)
    return [
        (COLORS[region_marks.kind_of(obj)], transform_points(region_marks.cube_of(obj), _CUBE_EDGES)) for obj in regions
    ]


def with_regions(scene: bpy.types.Scene, wanted: config.JobConfig) -> Flow[config.JobConfig]:
    """Adds what the scene's objects hold to what a script gave, for a job that begins in the scene; those that are not
    in its box say nothing."""
    found = [region_marks.read(obj) for obj in region_marks.marked(scene, *_HELD_ANYWHERE)]
    return (yield from with_found(found, wanted, np.eye(4)))


def with_regions_of_take(
    scene: bpy.types.Scene, wanted: config.JobConfig, result: bpy.types.Object, part: Region | None
) -> Flow[config.JobConfig]:
    """The same for a job that goes on from a take, which may have been moved since: and a part to make anew.

    Raises:
        SceneError: the part lies outside of the take's box, or nobody knows where the take stands.
    """
    check_not_flat(result)
    found = [region_marks.read(obj) for obj in region_marks.marked(scene, *_HELD_ANYWHERE)]
    instance = field_instance(result, np.array(world_matrix(result), np.float64))
    if instance.legacy_floor is not None and (found or part):
        raise SceneError(f"'{result.name}' was meshed by an older version, which did not note its height: remesh it.")
    to_job = to_scene(wanted.bounds) @ instance.to_field
    changed = yield from with_found([*found, *([part] if part else [])], wanted, to_job)
    if part and not changed.regions.of_kind(config.REDO):
        raise SceneError(f"The part '{part.name}' is not in the box of the take: move it to where it is to change.")
    return changed


def check_not_flat(result: bpy.types.Object) -> None:
    """Refuses a result that no point of the scene leads back into.

    Raises:
        SceneError: it is scaled to nothing along an axis.
    """
    determinant = abs(world_matrix(result).to_3x3().determinant())
    if not determinant > MIN_DETERMINANT:  # NaN too
        raise SceneError(f"'{result.name}' is scaled to nothing: give every axis of its scale a length.")


def with_found(found: list[Region], wanted: config.JobConfig, to_job: np.ndarray) -> Flow[config.JobConfig]:
    """Adds these regions, those of a mesh made into cells in a thread."""
    if not found:
        return wanted
    items = yield from run_in_thread(lambda: [each.to_config(to_job, wanted.bounds) for each in found])
    given = config.to_json(wanted)["regions"]["items"]
    there = [dataclasses.asdict(each) for each in items if each]
    return config.with_changes(wanted, {"regions": {"items": [*given, *there]}})


def moved_regions(wanted: config.JobConfig, shift: Sequence[float]) -> list[dict[str, Any]]:
    """Returns the regions of a job whose box is moved, where they are the same to it."""
    return [
        dataclasses.asdict(region) | {"center": [at + by for at, by in zip(region.center, shift, strict=True)]}
        for region in wanted.regions.items
    ]


def edited_take(context: bpy.types.Context) -> str:
    """The job of the take whose mesh is in Edit Mode; empty where that is none."""
    active = context.view_layer.objects.active
    take = take_of(active) if active is not None and active.mode == "EDIT" else None
    return take.job if take else ""


def chosen_part(context: bpy.types.Context, take: Take, name: str, margin: float) -> Region:
    """Reads what is to be made anew of a take: the object of this name, else the faces that are selected in Edit Mode,
    else the object that is marked as a part.

    Raises:
        SceneError: there is none of these, or several.
    """
    if name:
        obj = context.scene.objects.get(name)
        if obj is None:
            raise SceneError(f"There is no object '{name}' in this scene: name an Empty or a mesh around the part.")
        return region_marks.read(obj, config.REDO)
    if take.object.mode == "EDIT":
        faces = region_marks.read_selected_faces(take.object, margin)
        if faces is None:
            raise SceneError("No faces are selected: select those of the part, or leave Edit Mode and mark a box.")
        return faces
    parts = region_marks.marked(context.scene, config.REDO)
    if len(parts) != 1:
        there = f"{len(parts)} objects are marked as a part" if parts else "Nothing is marked as a part"
        raise SceneError(f"{there}: mark one box or mesh around it, or select its faces in Edit Mode.")
    return region_marks.read(parts[0])


_HELD_ANYWHERE = (config.KEEP_OUT, config.KEEP_IN, config.FROZEN)
_CORNERS = np.array(list(itertools.product((-1.0, 1.0), repeat=3)))
_CUBE_EDGES = np.array([(_CORNERS[i], _CORNERS[i | bit]) for i in range(8) for bit in (1, 2, 4) if not i & bit])


def _middle_of(box: Box) -> Box:
    return Box(box.center, tuple(side * NEW_SIZE for side in box.size), box.rotation_degrees)


def _upper_part(result: bpy.types.Object) -> Box:
    """The uppermost third of the box around an object, in the scene."""
    points = transform_points(np.array(world_matrix(result)), np.array(result.bound_box))
    low, high = points.min(axis=0), points.max(axis=0)
    low[2] = high[2] - NEW_SIZE * (high[2] - low[2])
    size = np.maximum(high - low, 1e-3)
    return Box(tuple(((low + high) / 2).tolist()), tuple(size.tolist()))
