"""Pictures of the user's scene from many cameras, with their poses, as a dataset folder.

The pictures are rendered from a linked COPY of the scene: every setting is changed on the copy, which is thrown away,
so the user's scene needs no restoring however rendering ends.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix

from ..core import poses
from ..core.box import Box
from ..core.capture_config import CaptureConfig
from ..core.errors import DiskError, SceneError
from ..core.rig import capture_rig, rig_poses
from .camera_roles import held_out
from .scene_copy import scene_copy
from .still_image import render_still

SWITCHED_OFF = (
    "use_border", "use_compositing", "use_sequencer", "use_stamp", "use_multiview", "use_motion_blur", "use_freestyle",
    "use_placeholder",
)  # fmt: skip
"""Of the render settings: what would put something else into the pictures than the scene as it stands."""

log = logging.getLogger(__name__)


def capture(
    context: bpy.types.Context,
    folder: Path,
    settings: CaptureConfig,
    box: Box,
    cameras: list[bpy.types.Object] | None = None,
) -> Generator[tuple[int, int], None, None]:
    """Render all views into `folder`, one at each step of the iteration, which says how many are done of how many.

    With `cameras` those are used, and those whose role says so are held out; else `settings.views` on a sphere around
    `box`. Poses are the scene's, however the box is turned. The folder is new, and removed when it fails.

    Raises:
        SceneError: Cycles is missing, rendering failed, or the pictures show nothing.
        DiskError: the folder cannot be written.
    """
    _make_folder(folder)
    try:
        context.view_layer.update()  # where the cameras are after what a script has just done
        with _prepared_copy(context.scene, settings) as made:
            yield from _render_all(made, folder, settings, box, cameras)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _render_all(
    scene_copy: bpy.types.Scene,
    folder: Path,
    settings: CaptureConfig,
    box: Box,
    cameras: Sequence[bpy.types.Object] | None,
) -> Iterator[tuple[int, int]]:
    views = []
    rig = [_lens_of(camera) for camera in cameras] if cameras else _sphere(box, settings)
    for index, (pose, lens) in enumerate(rig):
        views.append(_render_view(scene_copy, folder, f"view_{index:04d}.png", pose, lens, settings.image_size))
        yield index + 1, len(rig)
    _check_pictures([folder / view.file for view in views])
    poses.write_transforms(folder, views, settings.hold_out_every, held_out(cameras or [], bpy.context.scene))


def _sphere(box: Box, settings: CaptureConfig) -> list[tuple[np.ndarray, float]]:
    """Poses around the box, and the field of view (radians) that each has."""
    rig = capture_rig(box, settings)
    return [(pose, rig.angle) for pose in rig_poses(rig, settings.views)]


def _lens_of(camera: bpy.types.Object) -> tuple[np.ndarray, bpy.types.Camera]:
    unscaled = camera.matrix_world.normalized()
    return np.array(unscaled), camera.data


def _render_view(
    scene_copy: bpy.types.Scene, folder: Path, file: str, pose: np.ndarray, lens: float | bpy.types.Camera, size: int
) -> poses.PosedImage:
    """Render one view; `lens` is a field of view in radians, or the camera data of the user to see as."""
    with _temporary_camera(scene_copy, pose, lens) as camera:
        _render(scene_copy, folder / file)
        focal, center = _pinhole(scene_copy, camera, size)
    return poses.PosedImage(file, pose, size, size, focal, center)


@contextlib.contextmanager
def _temporary_camera(
    scene_copy: bpy.types.Scene, pose: np.ndarray, lens: float | bpy.types.Camera
) -> Iterator[bpy.types.Object]:
    data = bpy.data.cameras.new("Dreamwright capture") if isinstance(lens, float) else lens.copy()
    camera = bpy.data.objects.new("Dreamwright capture", data)
    try:
        if isinstance(lens, float):
            data.angle = lens
            distance = float(np.linalg.norm(pose[:3, 3])) + 1.0
            data.clip_start, data.clip_end = distance * 1e-4, distance * 1e3
        data.dof.use_dof = False
        camera.matrix_world = Matrix(pose)
        scene_copy.collection.objects.link(camera)
        scene_copy.camera = camera
        yield camera
    finally:
        bpy.data.cameras.remove(data)  # and with it the object


def _pinhole(scene_copy: bpy.types.Scene, camera: bpy.types.Object, size: int) -> tuple[float, tuple[float, float]]:
    """Focal length and center in pixels, out of the projection that Blender itself uses (lens shift included)."""
    graph = scene_copy.view_layers[0].depsgraph
    matrix = camera.calc_matrix_camera(graph, x=size, y=size)  # Python's own numbers, which JSON takes
    return matrix[0][0] * size / 2, ((1 - matrix[0][2]) * size / 2, (1 + matrix[1][2]) * size / 2)


def _render(scene_copy: bpy.types.Scene, file: Path) -> None:
    try:
        render_still(scene_copy, file)
    except RuntimeError as cause:
        raise SceneError(f"A view could not be rendered: {str(cause).strip()}") from cause
    except OSError as cause:
        raise DiskError(f"A view could not be written to {file}: is the disk full?") from cause


@contextlib.contextmanager
def _prepared_copy(scene: bpy.types.Scene, settings: CaptureConfig) -> Iterator[bpy.types.Scene]:
    """A copy of the scene, set up for plain small pictures; gone afterwards, as is a render result that we made."""
    had_result = "Render Result" in bpy.data.images
    try:
        with scene_copy(scene) as made:
            _set_up_render(made, settings)
            yield made
    finally:
        made_image = bpy.data.images.get("Render Result")
        if made_image and not had_result:
            bpy.data.images.remove(made_image)


def _set_up_render(scene_copy: bpy.types.Scene, settings: CaptureConfig) -> None:
    """Small square PNGs with alpha in plain sRGB (the view transform Standard), straight out of Cycles."""
    render, view = scene_copy.render, scene_copy.view_settings
    _use_cycles(scene_copy, settings.samples)
    render.resolution_x = render.resolution_y = settings.image_size
    render.resolution_percentage = 100
    render.pixel_aspect_x = render.pixel_aspect_y = 1.0
    render.film_transparent = True
    render.dither_intensity = 0.0
    for switch in SWITCHED_OFF:
        setattr(render, switch, False)
    render.use_file_extension = render.use_overwrite = True
    render.use_persistent_data = True  # the scene stays the same from view to view
    _plain_png(render.image_settings)
    scene_copy.display_settings.display_device = "sRGB"
    view.view_transform, view.look = "Standard", "None"
    view.exposure, view.gamma, view.use_curve_mapping = 0.0, 1.0, False
    if hasattr(view, "use_white_balance"):
        view.use_white_balance = False


def _use_cycles(scene_copy: bpy.types.Scene, samples: int) -> None:
    try:
        scene_copy.render.engine = "CYCLES"
    except TypeError as cause:
        raise SceneError("Views are rendered with Cycles, which is switched off: enable it in the add-ons.") from cause
    scene_copy.cycles.samples = samples
    scene_copy.cycles.use_denoising = False  # at these sizes it blurs what the reconstruction needs
    scene_copy.cycles.film_transparent_glass = False
    scene_copy.cycles.film_exposure = 1.0  # as bright as the scene is: the view's exposure is not all there is
    scene_copy.cycles.time_limit, scene_copy.cycles.use_layer_samples = 0.0, "IGNORE"


def _plain_png(image: bpy.types.ImageFormatSettings) -> None:
    if hasattr(image, "media_type"):  # from Blender 5.0 on
        image.media_type = "IMAGE"
    image.file_format = "PNG"
    image.color_mode, image.color_depth, image.compression = "RGBA", "8", 15
    image.color_management = "FOLLOW_SCENE"


def _make_folder(folder: Path) -> None:
    """A new folder; one with something in it is the user's, and left alone."""
    try:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        folder.mkdir(parents=True, exist_ok=False)
    except FileExistsError as cause:
        raise DiskError(f"The folder {folder} has something in it: choose a new or an empty one.") from cause
    except OSError as cause:
        raise DiskError(f"The folder {folder} cannot be made ({cause.strerror}): choose another one.") from cause


def _check_pictures(files: list[Path]) -> None:
    """That the views show something, and that there is light."""
    most = np.max([_brightest(file) for file in files], axis=0)
    if most[3] == 0:
        raise SceneError("The views show nothing: move the cameras, or show the objects in renders.")
    if most[:3].max() == 0:
        raise SceneError("The views are black: add a light, or a world that shines.")


def _brightest(file: Path) -> np.ndarray:
    """The highest value of each channel in a picture."""
    image = bpy.data.images.load(str(file))
    try:
        pixels = np.empty(len(image.pixels), np.float32)
        image.pixels.foreach_get(pixels)
        return pixels.reshape(-1, 4).max(axis=0)
    finally:
        bpy.data.images.remove(image)
