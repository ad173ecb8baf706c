"""A camera that goes once around an object, in a scene of its own that the user may open, change and render again.

Camera and lights hang on an empty that turns, so it looks as if the object stood on a turntable. The object is linked
into that scene: what is changed on it shows there. Nothing is added to the user's own scene.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
from mathutils import Vector

from ..core.bake_export_config import TurntableConfig
from ..core.errors import DiskError, SceneError
from .scratch_scene import use_cycles
from .staging_folder import check_not_existing, staging_folder
from .still_image import plain_name
from .video import encode_video

SUBJECT = "dreamwright_turntable"
"""Custom property of such a scene: what it shows."""
ANGLE = math.radians(40)
"""The camera's field of view."""
DISTANCE_MARGIN = 1.08
"""The camera is this much farther than it has to be."""
SKY, KEY, RIM = 0.6, 2.5, 1.5
BOUNCES = 3
VIDEO, IMAGES = ".mp4", ".png"


def build_turntable(obj: bpy.types.Object, wanted: TurntableConfig) -> bpy.types.Scene:
    """The turntable scene of an object: made, or found and set up again as is wanted now.

    Raises:
        SceneError: Cycles is switched off.
    """
    ball = _bounding_sphere(obj)
    scene = scene_of(obj) or _new_turntable(obj)
    _arrange(scene, ball, wanted)
    return scene


def scene_of(obj: bpy.types.Object) -> bpy.types.Scene | None:
    return next((each for each in bpy.data.scenes if each.get(SUBJECT) == obj), None)


@contextlib.contextmanager
def temporary_turntable(obj: bpy.types.Object, wanted: TurntableConfig) -> Iterator[bpy.types.Scene]:
    """A turntable that is gone afterwards, with all that it was made of."""
    ball = _bounding_sphere(obj)
    scene = _new_turntable(obj)
    try:
        _arrange(scene, ball, wanted)
        with _render_result_restored():
            yield scene
    finally:
        remove(scene.name)


def remove(scene_name: str) -> None:
    """Take a turntable away, with all that it was made of; what it showed stays."""
    scene = bpy.data.scenes.get(scene_name)
    if scene is None:
        return
    stands, world = list(scene.collection.children), [scene.world] if scene.world else []
    parts = [part for stand in stands for part in stand.objects]
    actions = [part.animation_data.action for part in parts if part.animation_data]
    data = [part.data for part in parts if part.data]
    bpy.data.batch_remove([scene, *world, *stands, *parts, *actions, *data])


def _arrange(scene: bpy.types.Scene, ball: tuple[Vector, float], wanted: TurntableConfig) -> None:
    center, radius = ball
    pivot, camera = _part(scene, "Turntable"), scene.camera or _camera(scene)
    pivot.location = center
    _place_camera(camera, radius, math.radians(wanted.elevation_degrees))
    _animate_turn(pivot, wanted.frames)
    _set_up(scene, wanted)


def render(scene_name: str, file: Path, overwrite: bool) -> Iterator[tuple[int, int]]:
    """Render the turn into one film (.mp4) or numbered pictures (.png), a picture at each step of the iteration.

    The scene goes by its name: an undo of the user in the meantime makes references to it stale. Files appear when all
    pictures are there, or not at all.

    Raises:
        SceneError: the scene is gone, the ending is unknown, or rendering failed.
        DiskError: a file is there and must not be overwritten, or the folder cannot be written.
    """
    frames = _scene(scene_name).frame_end
    targets = _targets(file, frames)
    check_not_existing(targets, overwrite)
    with staging_folder(file.parent) as staging, _render_result_restored():
        as_one = len(targets) == 1
        pictures = [(staging.scratch if as_one else staging.files) / name for name in _names(file, frames)]
        for number, picture in enumerate(pictures, 1):
            render_frame(_scene(scene_name), number, picture)
            yield number, frames
        if as_one:
            encode_video(pictures, _scene(scene_name), staging.files / file.name)
        staging.commit(overwrite)


def _targets(file: Path, frames: int) -> list[Path]:
    """The files that will be there: one film, or a picture for each frame."""
    if file.suffix.lower() == VIDEO:
        return [file]
    if file.suffix.lower() == IMAGES:
        return [file.with_name(name) for name in _names(file, frames)]
    raise SceneError(f"'{file.name}' ends neither in {VIDEO} (a film) nor in {IMAGES} (pictures): choose one.")


def _names(file: Path, frames: int) -> list[str]:
    """name_0001.png and so on."""
    return [f"{file.stem}_{number:04d}{IMAGES}" for number in range(1, frames + 1)]


def _new_turntable(obj: bpy.types.Object) -> bpy.types.Scene:
    scene = bpy.data.scenes.new(f"Turntable {obj.name.encode()[:48].decode(errors='ignore')}")
    scene[SUBJECT] = obj
    scene.collection.objects.link(obj)
    scene.world = bpy.data.worlds.new("Turntable")
    if not scene.world.node_tree:  # from Blender 5.0 on it is always there
        scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (SKY, SKY, SKY, 1.0)
    stand = bpy.data.collections.new("Turntable")
    scene.collection.children.link(stand)
    pivot = bpy.data.objects.new("Turntable", None)
    for part in (pivot, _sun("Turntable key", KEY, (50, 0, -35)), _sun("Turntable rim", RIM, (60, 0, 150))):
        stand.objects.link(part)
        part.parent = pivot if part != pivot else None
    return scene


def _camera(scene: bpy.types.Scene) -> bpy.types.Object:
    camera = bpy.data.objects.new("Turntable camera", bpy.data.cameras.new("Turntable camera"))
    scene.collection.children[0].objects.link(camera)
    camera.parent = _part(scene, "Turntable")
    scene.camera = camera
    return camera


def _sun(name: str, energy: float, degrees: tuple[float, float, float]) -> bpy.types.Object:
    light = bpy.data.lights.new(name, "SUN")
    light.energy, light.angle = energy, math.radians(15)
    obj = bpy.data.objects.new(name, light)
    obj.rotation_euler = [math.radians(angle) for angle in degrees]
    return obj


def _part(scene: bpy.types.Scene, name: str) -> bpy.types.Object:
    """A part of the turntable: by the start of its name, since Blender numbers twins."""
    for obj in scene.objects:
        if obj.type == "EMPTY" and obj.name.split(".")[0] == name:
            return obj
    raise SceneError(f"The empty of '{scene.name}' that turns the camera is gone: delete that scene.")


def _bounding_sphere(obj: bpy.types.Object) -> tuple[Vector, float]:
    """A ball, in the world, that holds every point of an object; its center is that of the object's box."""
    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    points = np.empty(len(shown.data.vertices) * 3, np.float32)
    shown.data.vertices.foreach_get("co", points)
    matrix = np.array(shown.matrix_world)
    points = points.reshape(-1, 3) @ matrix[:3, :3].T + matrix[:3, 3]
    if not len(points):
        raise SceneError(f"'{obj.name}' has no points: lower its threshold, or switch its modifiers off.")
    center = (points.min(axis=0) + points.max(axis=0)) / 2
    return Vector(center), max(float(np.linalg.norm(points - center, axis=1).max()), 1e-6)


def _place_camera(camera: bpy.types.Object, radius: float, elevation: float) -> None:
    """So far away that the ball fits into the view whatever the turn: r / sin(angle / 2)."""
    distance = DISTANCE_MARGIN * radius / math.sin(ANGLE / 2)
    camera.data.sensor_fit, camera.data.angle = "AUTO", ANGLE
    camera.data.clip_start, camera.data.clip_end = distance / 100, distance * 100
    camera.location = (0.0, -distance * math.cos(elevation), distance * math.sin(elevation))
    camera.rotation_euler = (math.pi / 2 - elevation, 0.0, 0.0)


def _animate_turn(pivot: bpy.types.Object, frames: int) -> None:
    """Once around from frame 1 to the frame after the last, which would be the first again."""
    _clear_turn(pivot)
    for frame, angle in ((1, 0.0), (frames + 1, math.tau)):
        pivot.rotation_euler = (0.0, 0.0, angle)
        pivot.keyframe_insert("rotation_euler", index=2, frame=frame)
    for curve in _curves(pivot.animation_data):
        for key in curve.keyframe_points:
            key.interpolation = "LINEAR"
    pivot.rotation_euler = (0.0, 0.0, 0.0)


def _clear_turn(pivot: bpy.types.Object) -> None:
    action = pivot.animation_data.action if pivot.animation_data else None
    pivot.animation_data_clear()
    if action and not action.users:
        bpy.data.actions.remove(action)


def _curves(animation: bpy.types.AnimData) -> list[bpy.types.FCurve]:
    """Returns the curves of the action's one slot; `Action.fcurves` went with Blender 5.0."""
    strip = animation.action.layers[0].strips[0]
    return list(strip.channelbag(animation.action_slot).fcurves)


def _set_up(scene: bpy.types.Scene, wanted: TurntableConfig) -> None:
    render, picture = scene.render, scene.render.image_settings
    use_cycles(scene, wanted.samples)
    scene.cycles.use_denoising, scene.cycles.max_bounces = wanted.denoise, BOUNCES
    scene.frame_start, scene.frame_end, render.fps, render.fps_base = 1, wanted.frames, wanted.rate, 1.0
    render.resolution_x = render.resolution_y = wanted.size
    render.resolution_percentage, render.film_transparent = 100, wanted.transparent
    render.use_persistent_data = True
    scene.view_settings.view_transform, scene.view_settings.look = "Standard", "None"
    if hasattr(picture, "media_type"):  # from Blender 5.0 on
        picture.media_type = "IMAGE"
    picture.file_format, picture.color_depth = "PNG", "8"
    picture.color_mode = "RGBA" if wanted.transparent else "RGB"


def _scene(name: str) -> bpy.types.Scene:
    scene = bpy.data.scenes.get(name)
    if scene is None:
        raise SceneError(f"The scene '{name}' is gone, undone or deleted: render the turntable again.")
    return scene


def render_frame(scene: bpy.types.Scene, frame: int, file: Path) -> None:
    """Render one picture of the turn, of what it shows also where that is hidden from renders.

    Raises:
        SceneError: it could not be rendered. DiskError: it could not be written.
    """
    try:  # inside the scene: what is animated in a scene that no window shows stays as it was
        with (
            _subject_visible(scene),
            plain_name(scene, file),
            bpy.context.temp_override(scene=scene, view_layer=scene.view_layers[0]),
        ):
            scene.frame_set(frame)
            bpy.ops.render.render(write_still=True)
    except RuntimeError as cause:
        raise SceneError(f"The turntable could not be rendered: {str(cause).strip()}") from cause
    except OSError as cause:
        raise DiskError(f"{file.name} could not be written: is the disk full?") from cause


@contextlib.contextmanager
def _subject_visible(scene: bpy.types.Scene) -> Iterator[None]:
    """Inside, what a turntable shows is seen; then it is hidden again where it was."""
    subject = scene.get(SUBJECT)
    if not isinstance(subject, bpy.types.Object) or subject.library:
        yield
        return
    before = subject.hide_viewport, subject.hide_render
    subject.hide_viewport = subject.hide_render = False
    try:
        yield
    finally:
        subject.hide_viewport, subject.hide_render = before


@contextlib.contextmanager
def _render_result_restored() -> Iterator[None]:
    """A file without a Render Result has none afterwards."""
    had = "Render Result" in bpy.data.images
    try:
        yield
    finally:
        made = bpy.data.images.get("Render Result")
        if made and not had:
            bpy.data.images.remove(made)
