"""Pictures of this scene: taken for a reconstruction, or kept as a folder that other programs read."""

from __future__ import annotations

import contextlib
from pathlib import Path

import bpy

from ..blender import bounds, camera_roles, capture
from ..core.box import Box
from ..core.camera_choices import SPHERE
from ..core.capture_config import CaptureConfig
from ..core.errors import DiskError, StoppedError
from .flow import APP, Flow


def capture_views(context: bpy.types.Context, settings: CaptureConfig, source: str, folder: Path) -> Flow[Box]:
    """Take the pictures into a new folder, a view at each step; gives the box that they show."""
    box = bounds.subject_box(context)
    cameras = None if source == SPHERE else camera_roles.cameras_from(context, source)
    # Closed at once when it is stopped: the scene that the pictures are taken of is a copy, which goes with it.
    with contextlib.closing(capture.capture(context, folder, settings, box, cameras)) as views:
        for done, count in views:
            APP.session.post("activity", text=f"Rendering view {done} of {count}", fraction=done / count)
            if APP.stop_requested:
                raise StoppedError("Stopped while the views were rendered, so there is nothing to keep.")
            yield
    return box


def render_views(
    context: bpy.types.Context, settings: CaptureConfig, source: str, folder: Path | None
) -> Flow[tuple[Path, int]]:
    """Take the pictures and their poses for other programs; gives the folder, and how many there are."""
    if folder is None:
        raise DiskError(
            "There is no folder for the views: choose one; for one next to the .blend file, save that first."
        )
    with APP.busy("rendering views"):
        try:
            yield from capture_views(context, settings, source, folder)
        finally:
            APP.session.post("activity", text="", fraction=None)
        return folder, len(list(folder.glob("*.png")))
