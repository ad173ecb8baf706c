"""Which of the formats lies in a folder: found by looking, since nobody knows what their program called it.

The first that is found is read: files that say most stand first, for a folder may hold several (nerfstudio keeps
COLMAP's model beside its transforms.json).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from backend.errors import DatasetError

from ..posed_list import PosedList
from ..regular_file import brief
from . import colmap, llff, matrix_files, metashape, phone_apps, reality_capture, transforms_json


@dataclass(frozen=True)
class Format:
    """How a format is called, found and read."""

    name: str
    find: Callable[[Path], Path | None]
    read: Callable[[Path, Path], PosedList]


FORMATS = (
    Format("transforms.json", transforms_json.find, transforms_json.read),
    Format("COLMAP", colmap.find, colmap.read),
    Format("LLFF", llff.find, llff.read),
    Format("SDFStudio", matrix_files.find_sdfstudio, matrix_files.read_sdfstudio),
    Format("NSVF", matrix_files.find_nsvf, matrix_files.read_nsvf),
    Format("Polycam", phone_apps.find_polycam, phone_apps.read_polycam),
    Format("Record3D", phone_apps.find_record3d, phone_apps.read_record3d),
    Format("RealityCapture", reality_capture.find, reality_capture.read),
    Format("Metashape", metashape.find, metashape.read),
)
_FOREIGN = {
    "cameras_sphere.npz": "NeuS and IDR",
    "cameras.npz": "NeuS and IDR",
    "database.db": "COLMAP before it posed anything",
    "project.ini": "COLMAP before it posed anything",
    "bundle.out": "Bundler",
    "sfm_data.json": "OpenMVG",
    "cameras.sfm": "Meshroom",
    "reconstruction.json": "OpenSfM",
    "scene.mvs": "OpenMVS",
}
"""Files that we know and do not read."""


def posed_lists(given: Path, outside: bool = False) -> tuple[PosedList, PosedList | None]:
    """Returns the poses of a folder, or of a file in it, and those that are only for checking where a file of their own
    lists them.

    Raises:
        DatasetError: there is none of a format that we read, or it is broken.
    """
    folder, path, form = _found(given)
    if form.read is transforms_json.read:
        other = transforms_json.held_out_file(folder, path)
        whole = transforms_json.read(folder, path, outside)
        return whole, transforms_json.read(folder, other, outside) if other else None
    return form.read(folder, path), None


def has_poses(given: Path) -> bool:
    """Tells whether there is something in a folder that says where its pictures were taken from."""
    folder = given if os.path.isdir(given) else given.parent
    return os.path.isdir(folder) and any(form.find(folder) for form in FORMATS)


def _found(given: Path) -> tuple[Path, Path, Format]:
    """Returns the folder, the file and its format; a file is taken for itself where a format knows it."""
    folder = given if os.path.isdir(given) or not os.path.exists(given) else given.parent
    if os.path.isfile(given) and given.suffix.lower() == ".json" and given.name not in _OWN_JSON:
        return folder, given, FORMATS[0]
    if os.path.isdir(folder):
        for form in FORMATS:
            path = form.find(folder)
            if path is not None:
                return folder, path, form
    raise DatasetError(_nothing(folder))


_OWN_JSON = (transforms_json.TRAIN, matrix_files.SDFSTUDIO, phone_apps.RECORD3D)


def _nothing(folder: Path) -> str:
    """Says what was looked for, and what there is instead."""
    there = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    program = next((program for name, program in _FOREIGN.items() if name in there), "")
    if program:
        return (
            f"The poses in {brief(folder)} are of {program}, which is not read: export them as transforms.json or as a "
            "COLMAP model."
        )
    if there & {"cameras.bin", "images.bin", "cameras.txt", "images.txt"}:
        return f"The COLMAP model in {brief(folder)} is not whole: it needs cameras and images, both .bin or both .txt."
    return (
        f"There is no transforms.json in {brief(folder)}, nor any other file of poses that is known (docs/photos.md "
        "lists them): choose the folder of posed pictures, or have them posed first (python -m backend pose FOLDER)."
    )
