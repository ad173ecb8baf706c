"""What each camera of the scene is for: pictures to learn from, pictures to check the result with, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

import bpy
import numpy as np
from mathutils import Matrix

from ..core.box import cube_matrix
from ..core.camera_choices import HOLD_OUT, TRAIN
from ..core.errors import SceneError
from ..core.rig import Rig, rig_poses
from .camera_prompts import cameras_of, in_use, role_of

COLLECTION = "Dreamwright Cameras"
NAME = "Orbit"


def cameras_from(context: bpy.types.Context, source: str) -> list[bpy.types.Object]:
    """The cameras that take pictures, by name: SELECTED are those selected now, SCENE all; without what is off.

    Raises:
        SceneError: fewer than two, one without perspective, or none to learn from.
    """
    among = context.selected_objects if source == "SELECTED" else context.scene.objects
    everything = cameras_of(among)
    cameras = [camera for camera in everything if in_use(camera, context.scene)]
    if len(cameras) < 2:
        where = "are selected" if source == "SELECTED" else "of this scene are in use"
        off = f" ({len(everything) - len(cameras)} hidden or off)" if len(everything) > len(cameras) else ""
        what = "select more, or use Automatic Sphere" if source == "SELECTED" else "add cameras, or turn some on"
        raise SceneError(f"{len(cameras)} cameras {where}{off} and at least two are needed: {what}.")
    flat = next((camera.name for camera in cameras if camera.data.type != "PERSP"), None)
    if flat:
        raise SceneError(f"The camera '{flat}' is not a perspective one: only those can be reconstructed from.")
    if len(held_out(cameras, context.scene)) == len(cameras):
        raise SceneError(
            "Every camera is for validation, so there is none to train with: set the role of some to Training."
        )
    return cameras


def held_out(cameras: Iterable[bpy.types.Object], scene: bpy.types.Scene) -> list[int]:
    """Returns the numbers of the cameras that are kept aside."""
    return [number for number, camera in enumerate(cameras) if role_of(camera, scene) == HOLD_OUT]


def hold_out_every(cameras: list[bpy.types.Object], scene: bpy.types.Scene, every: int) -> int:
    """Keep every n-th of the cameras in use aside, not the first, and let the others be learned from; how many are.

    Raises:
        SceneError: two of them that should have different roles share their data, which has the role.
    """
    used = [camera for camera in cameras if in_use(camera, scene)]
    roles = [HOLD_OUT if number % every == every - 1 else TRAIN for number in range(len(used))]
    _check_not_shared(used, roles)
    for camera, role in zip(used, roles, strict=True):
        camera.data.dreamwright_role = role
    return len(held_out(used, scene))


def _check_not_shared(cameras: list[bpy.types.Object], roles: list[str]) -> None:
    first: dict[bpy.types.Camera, tuple[str, str]] = {}
    for camera, role in zip(cameras, roles, strict=True):
        other, known = first.setdefault(camera.data, (camera.name, role))
        if known != role:
            raise SceneError(
                f"The cameras '{other}' and '{camera.name}' share their data, and with it their role: select them, and "
                "use Object > Relations > Make Single User > Object & Data."
            )


def add_cameras(scene: bpy.types.Scene, rig: Rig, count: int) -> list[bpy.types.Object]:
    """Real cameras where the rig shows them, in a collection of their own; all of one field of view."""
    home = _collection(scene)
    return [_camera(home, scene, rig, pose) for pose in rig_poses(rig, count)]


def _camera(home: bpy.types.Collection, scene: bpy.types.Scene, rig: Rig, pose: np.ndarray) -> bpy.types.Object:
    data = bpy.data.cameras.new(NAME)
    data.sensor_fit, data.angle = "VERTICAL", rig.angle
    data.clip_end = max(data.clip_end, 2 * (rig.far + float(np.linalg.norm(cube_matrix(rig.box)[:3, :3]))))
    data.clip_start = min(data.clip_start, 0.01 * rig.near)
    data.display_size = 0.1 * rig.far
    made = bpy.data.objects.new(NAME, data)
    made.matrix_world = Matrix(pose)
    home.objects.link(made)
    return made


def _collection(scene: bpy.types.Scene) -> bpy.types.Collection:
    found = next((each for each in scene.collection.children if each.name.split(".")[0] == COLLECTION), None)
    if found is None:
        found = bpy.data.collections.new(COLLECTION)
        scene.collection.children.link(found)
    return found
