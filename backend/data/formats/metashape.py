"""Agisoft Metashape's cameras as XML (File > Export > Export Cameras).

A chunk has sensors (size and calibration, cx and cy off the middle) and cameras, whose 4 x 4 transform leads from a
camera that looks along +Z with +Y down to the chunk; where the chunk has a transform, that leads on to the world.
The XML is refused where it declares entities: with them a few lines can swell to gigabytes.
"""

from __future__ import annotations

import os
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np

from backend.errors import DatasetError

from ..posed_list import PosedList
from ..regular_file import brief
from .matrices import OPENCV, Matrix
from .text_file import numbers, opened, read_text

MISSING = 0.25
_PROBED = 2000
_BENT = ("k1", "k2", "k3", "k4", "p1", "p2")


def find(folder: Path) -> Path | None:
    """Finds an XML that begins as Metashape's do."""
    names = sorted(entry.name for entry in os.scandir(folder) if entry.name.lower().endswith(".xml"))
    return next((folder / name for name in names[:20] if _is_list(folder / name)), None)


def _is_list(path: Path) -> bool:
    with opened(path) as file:
        head = file.read(_PROBED)
    return b"<document" in head and b"<chunk" in head


def read(folder: Path, path: Path) -> PosedList:
    """Reads the cameras that were aligned; pictures are found by their labels, wherever they lie below the folder.

    Raises:
        DatasetError
    """
    chunk = _chunk(path)
    lenses = {sensor.get("id"): _lens(sensor, path) for sensor in chunk.findall("./sensors/sensor")}
    world, frames, loose = _world(chunk), [], 0
    for camera in chunk.findall("./cameras//camera"):
        found = camera.findtext("transform")
        lens = lenses.get(camera.get("sensor_id"))
        if found is None or lens is None:
            loose += 1
            continue
        pose = world @ _matrix(found, path) @ OPENCV
        frames.append(lens | {"file_path": camera.get("label") or "", "transform_matrix": pose.tolist()})
    notes = (f"Metashape did not align {loose} of {loose + len(frames)} pictures: they are left out.",) if loose else ()
    return PosedList(path, folder, frames, by_file_name=True, missing_share=MISSING, notes=notes, noun="Camera")


def _chunk(path: Path) -> ElementTree.Element:
    text = read_text(path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DatasetError(f"The file {brief(path)} declares entities, which Metashape never does: export it again.")
    try:
        chunk = ElementTree.fromstring(text.encode()).find("chunk")
    except ElementTree.ParseError as cause:
        raise DatasetError(f"The file {brief(path)} cannot be read as XML: export the cameras again.") from cause
    if chunk is None:
        raise DatasetError(f"The file {brief(path)} holds no chunk of cameras: export the cameras again.")
    return chunk


def _lens(sensor: ElementTree.Element, path: Path) -> dict[str, Any] | None:
    """Returns the lens of a sensor; None where it was not calibrated."""
    size, calibration = sensor.find("resolution"), sensor.find("calibration")
    if size is None or calibration is None or calibration.find("f") is None:
        return None
    try:
        width, height = numbers([size.get("width") or "", size.get("height") or ""])
        words = ("f", "cx", "cy", *_BENT, "b1", "b2")
        focal, cx, cy, *bent, b1, b2 = numbers([calibration.findtext(word) or "0" for word in words])
    except ValueError as cause:
        raise DatasetError(f"A sensor of {brief(path)} is not whole: export the cameras again.") from cause
    if b2:
        raise DatasetError(f"A sensor of {brief(path)} is skewed (b2), which is not read: align again without b2.")
    if sensor.get("type", "frame") not in ("frame", "fisheye"):
        raise DatasetError(
            f"The pictures of {brief(path)} are '{brief(sensor.get('type'), 30)}', not flat ones: cut them into flat "
            "pictures first."
        )
    k1, k2, k3, k4, p1, p2 = bent
    return {
        "fl_x": focal + b1, "fl_y": focal, "cx": width / 2 + cx, "cy": height / 2 + cy, "w": width, "h": height,
        "k1": k1, "k2": k2, "k3": k3, "k4": k4, "p1": p2, "p2": p1, "is_fisheye": sensor.get("type") == "fisheye",
    }  # fmt: skip


def _world(chunk: ElementTree.Element) -> Matrix:
    """Returns the chunk's transform, where it has one that is told apart by rotation, translation and scale."""
    world = np.eye(4)
    rotation, translation, scale = (
        chunk.findtext(f"transform/{name}") for name in ("rotation", "translation", "scale")
    )
    if rotation:
        world[:3, :3] = np.array(numbers(rotation.split())).reshape(3, 3)
    world[:3, :3] *= numbers([scale or "1"])[0]
    if translation:
        world[:3, 3] = numbers(translation.split())
    return world


def _matrix(text: str, path: Path) -> Matrix:
    try:
        return np.array(numbers(text.split())).reshape(4, 4)
    except ValueError as cause:
        raise DatasetError(f"A camera's transform in {brief(path)} is not 4 x 4 numbers: export again.") from cause
