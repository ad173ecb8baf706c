"""What a camera of the scene, or a viewport, looks through."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from ..core.camera_view import CameraView
from ..core.errors import SceneError

_KINDS = ("PERSP", "ORTHO")


def view_from_camera(camera: bpy.types.Object, depsgraph: bpy.types.Depsgraph, render: Any) -> CameraView:
    """Returns what `camera` sees with the render settings `render`: lens, shift, sensor, pixel aspect and border.

    Raises:
        SceneError: its rays are not those of a flat picture.
    """
    if camera.data.type not in _KINDS:
        raise SceneError(
            f"The camera '{camera.name}' is {_type_name(camera.data.type)}: the field is rendered with perspective "
            "and orthographic ones only, so choose another lens type."
        )
    width, height = full_size(render)
    projection = camera.calc_matrix_camera(
        depsgraph, x=width, y=height, scale_x=render.pixel_aspect_x, scale_y=render.pixel_aspect_y
    )
    whole = CameraView.from_projection(np.array(projection), np.array(camera.matrix_world.normalized()), width, height)
    return _cropped_to_border(whole, render) if render.use_border else whole


def view_from_viewport(region: bpy.types.Region, view: bpy.types.RegionView3D) -> CameraView:
    """Returns what a 3D view looks at now."""
    pose = np.array(view.view_matrix.inverted())
    return CameraView.from_projection(np.array(view.window_matrix), pose, region.width, region.height)


def full_size(render: Any) -> tuple[int, int]:
    """Width and height of the whole picture, as Blender rounds them."""
    share = render.resolution_percentage / 100
    return max(1, int(render.resolution_x * share)), max(1, int(render.resolution_y * share))


def _cropped_to_border(whole: CameraView, render: Any) -> CameraView:
    """The pixels inside the border, as Blender counts them: its edges are cut to whole pixels."""
    left, right = (int(edge * whole.width) for edge in (render.border_min_x, render.border_max_x))
    low, high = (int(edge * whole.height) for edge in (render.border_min_y, render.border_max_y))
    right, high = max(right, left + 1), max(high, low + 1)
    top, bottom = whole.height - high, whole.height - low
    return whole.part(
        left / whole.width,
        right / whole.width,
        top / whole.height,
        bottom / whole.height,
        right - left,
        high - low,
    )


def _type_name(kind: str) -> str:
    return {"PANO": "panoramic"}.get(kind, kind.lower())
