"""A picture that was copied in another program, as a file of ours.

Blender pastes pictures into an Image Editor alone: one that is open is used, else another area than the one that was
pressed becomes one for as long as that takes. Nothing of it stays in the open file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from ..core.errors import DiskError, SceneError
from .image_files import write_png
from .paths import own_folder

FILE = "pasted.png"
EDITOR = "IMAGE_EDITOR"


def pasted_picture(context: bpy.types.Context) -> Path:
    """Writes what is in the clipboard into our own folder; the next one takes its place.

    Raises:
        SceneError: there is no window, or no picture in the clipboard.
        DiskError: it cannot be written.
    """
    if bpy.app.background:
        raise SceneError("A picture is pasted in a window, and Blender has none here: name its file instead.")
    return picture_from_clipboard(context)


def picture_from_clipboard(context: bpy.types.Context) -> Path:
    """The same, where there is a window."""
    before = set(bpy.data.images)
    try:
        with image_editor(context) as (window, area):
            region = next(each for each in area.regions if each.type == "WINDOW")
            with context.temp_override(window=window, screen=window.screen, area=area, region=region):
                pasted = _paste(set(bpy.data.images))
        return _written(pasted)
    finally:
        for image in set(bpy.data.images) - before:  # also what an Image Editor makes to show renders in
            bpy.data.images.remove(image)


@contextmanager
def image_editor(context: bpy.types.Context) -> Iterator[tuple[Any, Any]]:
    """Gives a window and an area of it that shows images; another area is what it was afterwards."""
    areas = [(window, area) for window in context.window_manager.windows for area in window.screen.areas]
    shown = next((each for each in areas if each[1].type == EDITOR), None)
    if shown:
        yield shown
        return
    if not areas:
        raise SceneError("A picture is pasted in a window, and Blender has none here: name its file instead.")
    window, area = max(areas, key=lambda each: (each[1] != context.area, each[1].type != "VIEW_3D"))
    kind = area.ui_type
    area.type = EDITOR
    try:
        yield window, area
    finally:
        area.ui_type = kind


def paste_operator() -> Any:
    """Returns Blender's own, which pastes into the Image Editor of the context."""
    return bpy.ops.image.clipboard_paste


def _paste(before: set[bpy.types.Image]) -> bpy.types.Image:
    """Returns the image that Blender makes of the clipboard."""
    paste = paste_operator()
    pasted = paste.poll() and paste() == {"FINISHED"} and set(bpy.data.images) - before
    if not pasted:
        raise SceneError(
            "There is no picture in the clipboard that Blender can read: copy one in another program, or choose its "
            "file."
        )
    return pasted.pop()


def _written(image: bpy.types.Image) -> Path:
    file = own_folder() / FILE
    if not min(image.size):
        raise DiskError("The picture in the clipboard is empty: copy it again, or choose its file.")
    write_png(image, file)
    return file
