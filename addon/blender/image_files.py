"""Where baked pictures are kept: inside the .blend, or as files beside it that the .blend names relatively."""

from __future__ import annotations

import os
from pathlib import Path

import bpy
import numpy as np

from ..core.errors import DiskError
from ..core.new_file import safe_file_name

FOLDER = "textures"


def check_can_save(pack: bool) -> None:
    """Raises DiskError where files beside the .blend are wanted, and there is no .blend yet."""
    if not pack and not bpy.data.filepath:
        raise DiskError("The textures are next to the .blend file, which was never saved: save it first, or pack them.")


def save_images(images: list[bpy.types.Image], pack: bool) -> None:
    """Packed, or as new files in the folder textures beside the .blend; nothing that is there is overwritten.

    Raises:
        DiskError: a file cannot be written.
    """
    check_can_save(pack)
    for image in images:
        if pack:
            image.pack()
        else:
            _save_beside(image)


def write_png(image: bpy.types.Image, file: Path) -> None:
    """A copy of the picture as it is kept; the image itself stays what it was.

    Raises:
        DiskError: the file cannot be written.
    """
    pixels = pixels_of(image)
    opaque = pixels.shape[-1] < 4 or bool((pixels[..., 3] == 1).all())
    copy = bpy.data.images.new(image.name, *image.size, alpha=not opaque)  # Image.save(save_copy=True) crashes
    try:
        copy.colorspace_settings.name = image.colorspace_settings.name
        set_pixels(copy, pixels)
        copy.filepath_raw, copy.file_format = str(file), "PNG"
        copy.save()
    except (RuntimeError, OSError) as cause:
        raise DiskError(f"The picture {file.name} cannot be written to {file.parent}: is the disk full?") from cause
    finally:
        bpy.data.images.remove(copy)


def pixels_of(image: bpy.types.Image) -> np.ndarray:
    """(height, width, channels) float32, row 0 the lowest, as they are kept (colors encoded)."""
    pixels = np.empty(len(image.pixels), np.float32)
    image.pixels.foreach_get(pixels)
    return pixels.reshape(image.size[1], image.size[0], -1)


def set_pixels(image: bpy.types.Image, pixels: np.ndarray) -> None:
    image.pixels.foreach_set(np.ascontiguousarray(pixels, np.float32).ravel())
    image.update()


def _save_beside(image: bpy.types.Image) -> None:
    folder = Path(bpy.path.abspath("//")) / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        file = _free_path(folder / f"{safe_file_name(bpy.path.clean_name(image.name))}.png")
        partial = file.with_suffix(".part")
        write_png(image, partial)
        os.replace(partial, file)
    except OSError as cause:
        raise DiskError(f"The folder {folder} cannot be written ({cause.strerror}): pack the textures.") from cause
    image.source, image.file_format = "FILE", "PNG"
    image.filepath = f"//{FOLDER}/{file.name}"


def _free_path(file: Path) -> Path:
    """The first of name.png, name 2.png ... that is not there yet."""
    number, free = 1, file
    while free.exists():
        number += 1
        free = file.with_stem(f"{file.stem} {number}")
    return free
