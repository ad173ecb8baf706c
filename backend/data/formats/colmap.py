"""COLMAP's sparse models, as text and as binary, of versions 1 to 4.

`cameras` has lenses by number, `images` the pose and the lens of each picture, `points3D` the sparse points. Version 4
has `rigs` and `frames` beside them; each picture's own pose is still written in `images`, so those need no reading.
Where a folder holds several models (sparse/0, sparse/1: pictures that could not be joined), the largest is taken.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from backend.errors import DatasetError

from ..picture_names import folder_with_most
from ..posed_list import PosedList
from ..regular_file import brief
from . import colmap_binary, colmap_text
from .matrices import from_world_to_camera

PLACES = ("", "sparse/0", "sparse", "colmap/sparse/0", "dense/sparse", "dense/0/sparse", "model", "colmap")
PICTURES = ("images", "input", "", "image", "rgb", "imgs", "photos", "dense/images", "dense/0/images")
MOST_MODELS = 20
MISSING = 0.25
"""Share of the pictures that may be missing: people sort out blurred ones afterwards."""
_READERS = {".bin": colmap_binary, ".txt": colmap_text}


def find(folder: Path) -> Path | None:
    """Finds the folder of the model below this one; None where there is none."""
    return next((folder / place for place in PLACES if _suffix(folder / place)), None)


def _suffix(model: Path) -> str:
    """Returns how the files of a model end; empty where there is none."""
    there = (end for end in _READERS if all(os.path.exists(model / f"{name}{end}") for name in ("cameras", "images")))
    return next(there, "")


def read(folder: Path, model: Path) -> PosedList:
    """Reads a model.

    Raises:
        DatasetError: a file is broken, or names a lens that we do not know.
    """
    chosen, others = _largest(model)
    path, frames = _frames(chosen)
    if not frames:
        raise DatasetError(f"The file {brief(path)} names no pictures: let COLMAP register some, and export again.")
    frames.sort(key=lambda frame: str(frame["file_path"]))
    pictures = folder_with_most(folder, PICTURES, [str(frame["file_path"]) for frame in frames])
    note = f"COLMAP made {others + 1} models that could not be joined: the largest, {len(frames)} pictures, is read."
    points = partial(_READERS[path.suffix].read_points, chosen / f"points3D{path.suffix}")
    return PosedList(
        path, folder, frames, folders=(pictures,), missing_share=MISSING, points=points,
        notes=(note,) if others else (), noun="Picture",
    )  # fmt: skip


def _largest(model: Path) -> tuple[Path, int]:
    """Returns the one with the most pictures of 0, 1, 2, ... and how many others there are."""
    if model.name != "0":
        return model, 0
    every = [model.parent / str(number) for number in range(MOST_MODELS)]
    there = [each for each in every if _suffix(each)]
    sizes = [os.path.getsize(each / f"images{_suffix(each)}") for each in there]
    return there[sizes.index(max(sizes))], len(there) - 1


def _frames(model: Path) -> tuple[Path, list[dict[str, Any]]]:
    end = _suffix(model)
    reader, path = _READERS[end], model / f"images{end}"
    lenses = reader.read_cameras(model / f"cameras{end}")
    frames = []
    for image in reader.read_images(path):
        if image.camera not in lenses:
            raise DatasetError(
                f"Picture '{brief(image.name, 60)}' of {brief(path)} has the camera {image.camera}, which is not in "
                f"cameras{end}: export the model again."
            )
        try:
            pose = from_world_to_camera(image.quaternion, image.translation)
        except ValueError as cause:
            raise DatasetError(
                f"Picture '{brief(image.name, 60)}' of {brief(path)} has a quaternion of no length: export again."
            ) from cause
        frames.append(lenses[image.camera] | {"file_path": image.name, "transform_matrix": pose})
    return path, frames
