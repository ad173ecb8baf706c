"""Photographs before they are reconstructed: their cameras and points in the view, and the box to be adjusted."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np

from ..blender import bounds, identity, views
from ..core import calls
from ..core.box import Box, corners
from ..core.photo_lines import camera_lines, point_lines
from ..core.wire import config, messages
from .flow import APP, Flow, run_in_thread
from .manage_backend import ensure_connected

FOUND_FOR = "dreamwright_photos"
"""Custom property of a box that was found: of which photographs."""
TRAINING, HELD_OUT, POINT = (0.35, 0.65, 1.0, 0.8), (1.0, 0.6, 0.2, 0.8), (0.9, 0.9, 0.9, 0.6)

Lines = tuple[tuple[float, float, float, float], np.ndarray]


@dataclass(frozen=True)
class PhotoCameras:
    """What is drawn of photographs, and what is said of them."""

    photos: str
    lines: list[Lines]
    sentence: str


_shown: dict[int, PhotoCameras] = {}
"""By the number of their scene."""


def show_photo_cameras(context: bpy.types.Context, wanted: config.JobConfig, photos: str) -> Flow[PhotoCameras]:
    """Show where the photographs that the panel names as `photos` were taken from, and give the scene the box of a job
    of them, unless a person chose one.

    Raises:
        DatasetError: they cannot be read, or have no poses yet.
    """
    scene = identity.uid_of(context.scene)
    if _is_outdated(context.scene, photos):
        wanted = config.with_changes(wanted, {"bounds": {"automatic": True}})
    finds_box = wanted.bounds.automatic
    with APP.busy("reading the photos"):
        connection = yield from ensure_connected()
        found = yield from run_in_thread(lambda: calls.inspect_photos(connection.client, wanted))
    home = identity.find_scene(scene) or bpy.context.scene
    box = Box(*(tuple(found.box[name]) for name in ("center", "size", "rotation_degrees")))
    if finds_box:
        _set_box(home, box, photos)
    _shown[identity.uid_of(home)] = shown = PhotoCameras(photos, _lines(found, box), _sentence(found))
    everything = np.concatenate([found.poses[:, :3, 3], corners(box)])
    views.frame_box(home, everything.min(axis=0), everything.max(axis=0))
    return shown


def hide_photo_cameras(scene: bpy.types.Scene) -> None:
    """Draw nothing of the photographs any more; the box stays."""
    _shown.pop(identity.uid_of(scene), None)


def visible_cameras(scene: bpy.types.Scene) -> PhotoCameras | None:
    """Returns what is shown of the photographs that the panel names now."""
    shown = _shown.get(identity.uid_of(scene))
    return shown if shown and shown.photos == scene.dreamwright.dataset else None


def _is_outdated(scene: bpy.types.Scene, photos: str) -> bool:
    """Tells whether the scene's box was found for other photographs."""
    empty = bounds.box_empty(scene)
    return empty is not None and empty.get(FOUND_FOR, photos) != photos


def _set_box(scene: bpy.types.Scene, box: Box, photos: str) -> None:
    empty = bounds.box_empty(scene)
    if empty is not None and FOUND_FOR not in empty:
        return  # a person made or chose it while the photographs were read
    empty = empty or bounds.new_empty(scene, box)
    bounds.set_box(empty, box)
    empty[FOUND_FOR] = photos


def _lines(found: messages.PhotosInspected, box: Box) -> list[Lines]:
    aside = np.array(found.held_out, bool)
    both = [
        (color, camera_lines(found.poses[chosen], found.tangents[chosen], box))
        for color, chosen in ((TRAINING, ~aside), (HELD_OUT, aside))
    ]
    return [(color, lines) for color, lines in (*both, (POINT, point_lines(found.points, box))) if len(lines)]


def _sentence(found: messages.PhotosInspected) -> str:
    aside = sum(map(bool, found.held_out))
    cameras = f"{len(found.held_out)} cameras, {aside} of them only for checking"
    points = f", {len(found.points)} sparse points" if len(found.points) else ""
    return " ".join([f"{cameras}{points}.", *map(str, found.notes)])
