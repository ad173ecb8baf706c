"""The box and the cameras of a scene: made, shown, and given their parts."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import bpy
import numpy as np

from ..blender import bounds, camera_roles, results
from ..blender.bounds import box_empty, job_box
from ..blender.camera_prompts import cameras_of, role_of
from ..blender.scene_changes import cleared_on_change
from ..core import poses, rig
from ..core.box import Box
from ..core.camera_choices import ORBIT, ROLES, SPHERE
from ..core.capture_config import CaptureConfig
from ..core.errors import SceneError
from ..core.wire import config

__all__ = [
    "add_box", "add_orbit_cameras", "box_empty",
    "describe_held_out_quality", "describe_roles", "describe_split", "hold_out_cameras", "image_count", "job_box",
    "rig_lines", "rig_of", "select_box",
]  # fmt: skip

DRAWN_ORBIT_CAMERAS = 24
"""Cameras drawn of an orbit, whose real ones are random and without end."""

Color = tuple[float, float, float, float]
COLORS: dict[str, Color] = {ORBIT: (0.35, 0.65, 1.0, 0.8), SPHERE: (1.0, 0.6, 0.2, 0.8)}


def add_box(context: bpy.types.Context, around_selected: bool = False) -> bpy.types.Object:
    """An Empty as the box, where the numbers of the panel say or around what is selected; it is selected then."""
    if around_selected:
        objects = [obj for obj in context.selected_objects if obj.type in bounds.SOLID]
        if not objects:
            raise SceneError("Nothing solid is selected: select the objects to put the box around.")
        box = bounds.box_around_objects(context, objects)
    else:
        box = job_box(context.scene)
    made = bounds.new_empty(context.scene, box)
    results.select_only(context, made)
    return made


def select_box(context: bpy.types.Context) -> bpy.types.Object:
    """Make the box the one selected object, so that it can be moved and its handles show."""
    empty = box_empty(context.scene)
    if empty is None:
        raise SceneError("There is no box: add one, or choose an Empty.")
    if not empty.visible_get():
        raise SceneError(f"The box '{empty.name}' is hidden in this view: show it first.")
    results.select_only(context, empty)
    return empty


def add_orbit_cameras(context: bpy.types.Context, which: str, count: int) -> list[bpy.types.Object]:
    """Real cameras where the rig has them; every n-th of them is held out."""
    made = camera_roles.add_cameras(context.scene, rig_of(context, which), count)
    camera_roles.hold_out_every(made, context.scene, _capture_config(context.scene).hold_out_every)
    return made


def hold_out_cameras(context: bpy.types.Context, every: int) -> tuple[int, int]:
    """Hold out every n-th camera of the scene that is in use; how many are held out, and how many are learned from."""
    cameras = [camera for camera in cameras_of(context.scene.objects) if camera_roles.in_use(camera, context.scene)]
    if len(cameras) < every:
        raise SceneError(f"{len(cameras)} cameras of this scene are in use, so every {every}th is none: add cameras.")
    aside = camera_roles.hold_out_every(cameras, context.scene, every)
    return aside, len(cameras) - aside


def image_count(context: bpy.types.Context) -> int:
    """Counts how many views of this scene the settings ask for.

    Raises:
        SceneError: the cameras do not do for that; the sentence says why.
    """
    settings = context.scene.dreamwright
    return settings.views if settings.source == SPHERE else len(camera_roles.cameras_from(context, settings.source))


def describe_split(context: bpy.types.Context) -> str:
    """Says how many of these views are learned from, and how many check the result.

    Raises:
        SceneError: as `picture_count`.
    """
    settings, count = context.scene.dreamwright, image_count(context)
    chosen = [] if settings.source == SPHERE else camera_roles.cameras_from(context, settings.source)
    aside = len(camera_roles.held_out(chosen, context.scene)) or len(
        poses.split_held_out(count, settings.scene_setup.hold_out_every)[1]
    )
    return f"{_views(count - aside, 'training')}, {_views(aside, 'validation')}"


def _views(number: int, role: str) -> str:
    return f"{number} {role} view{'' if number == 1 else 's'}"


def describe_roles(context: bpy.types.Context) -> str:
    """Says how many cameras of the scene are learned from, held out, and off."""
    roles = [role_of(camera, context.scene) for camera in cameras_of(context.scene.objects)]
    counts = [f"{roles.count(role)} {name.lower()}" for role, name, *_ in ROLES if role in roles]
    return f"Cameras: {', '.join(counts)}"


def describe_held_out_quality(scene: bpy.types.Scene) -> str:
    """Says how near the last reconstruction came to the pictures that it never saw; empty where there is none."""
    try:
        found = json.loads(scene.get(results.REPORT, "{}")).get("evaluation") or {}
    except (AttributeError, TypeError, ValueError):  # what anybody may have written there
        return ""
    psnr = found.get("psnr")
    return f"Validation views: {psnr:.1f} dB" if isinstance(psnr, float | int) else ""


def rig_of(context: bpy.types.Context, which: str) -> rig.Rig:
    """The rig as the settings of the scene have it."""
    scene = context.scene
    if which == ORBIT:
        return rig.orbit_rig(job_box(scene), _orbit_config(scene), scene.dreamwright.method.startswith("PHOTOS"))
    return rig.capture_rig(_subject_or_job_box(context), _capture_config(scene))


def rig_lines(context: bpy.types.Context) -> list[tuple[Color, np.ndarray]]:
    """Returns what is drawn in the viewport: each a color and lines (n, 2, 3); nothing where nothing can be shown."""
    scene_setup = context.scene.dreamwright.scene_setup
    wanted = [which for which, on in ((ORBIT, scene_setup.show_orbit), (SPHERE, scene_setup.show_sphere)) if on]
    try:
        return [(COLORS[which], _lines(context, which)) for which in wanted]
    except SceneError:  # a box that is flat at the moment: the panel says so
        return []


def _lines(context: bpy.types.Context, which: str) -> np.ndarray:
    count = DRAWN_ORBIT_CAMERAS if which == ORBIT else context.scene.dreamwright.views
    return rig.rig_lines(rig_of(context, which), count)


def _subject_or_job_box(context: bpy.types.Context) -> Box:
    scene = context.scene
    if box_empty(scene):
        return job_box(scene)
    if scene.name not in _subjects:
        _subjects[scene.name] = _subject(context)
    return _subjects[scene.name] or job_box(scene)


def _subject(context: bpy.types.Context) -> Box | None:
    try:
        return bounds.scene_box(context)
    except SceneError:  # nothing to see yet
        return None


_subjects: dict[str, Box | None] = cleared_on_change({})
"""What each scene shows, as long as nothing changes: of a thousand objects it takes as long as a frame."""


def _orbit_config(scene: bpy.types.Scene) -> config.OrbitConfig:
    return _read(config.OrbitConfig, scene.dreamwright.advanced.orbit)


def _capture_config(scene: bpy.types.Scene) -> CaptureConfig:
    settings, scene_setup = scene.dreamwright, scene.dreamwright.scene_setup
    return _read(CaptureConfig, scene_setup, views=settings.views, image_size=settings.image_size)


def _read(kind: Any, group: Any, **given: Any) -> Any:
    """A group of settings out of the properties of the same names."""
    names = [spec.name for spec in dataclasses.fields(kind) if hasattr(group, spec.name)]
    return kind(**{name: getattr(group, name) for name in names} | given)
