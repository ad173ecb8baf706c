"""COLMAP's lenses (src/colmap/sensor/models.h) in the words of transforms.json, and its pictures' lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.errors import DatasetError

_F, _FF = ("f", "cx", "cy"), ("fl_x", "fl_y", "cx", "cy")
MODELS: dict[int, tuple[str, tuple[str, ...]]] = {
    0: ("SIMPLE_PINHOLE", _F),
    1: ("PINHOLE", _FF),
    2: ("SIMPLE_RADIAL", (*_F, "k1")),
    3: ("RADIAL", (*_F, "k1", "k2")),
    4: ("OPENCV", (*_FF, "k1", "k2", "p1", "p2")),
    5: ("OPENCV_FISHEYE", (*_FF, "k1", "k2", "k3", "k4")),
    6: ("FULL_OPENCV", (*_FF, "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")),
    8: ("SIMPLE_RADIAL_FISHEYE", (*_F, "k1")),
    9: ("RADIAL_FISHEYE", (*_F, "k1", "k2")),
    14: ("SIMPLE_FISHEYE", _F),
    15: ("FISHEYE", _FF),
}
"""By the numbers of the binary files: the name, and what the parameters are."""
OTHERS = {
    7: "FOV", 10: "THIN_PRISM_FISHEYE", 11: "RAD_TAN_THIN_PRISM_FISHEYE", 12: "SIMPLE_DIVISION", 13: "DIVISION",
    16: "EUCM", 17: "EQUIRECTANGULAR",
}  # fmt: skip
NUMBERS = {name: number for number, (name, _) in MODELS.items()}


@dataclass(frozen=True)
class Image:
    """A line of `images`: world to camera, by a quaternion (w, x, y, z) and a translation."""

    name: str
    camera: int
    quaternion: Sequence[float]
    translation: Sequence[float]


def lens_of(model: int, name: str, width: int, height: int, parameters: Sequence[float]) -> dict[str, Any]:
    """Returns a lens in the words of transforms.json.

    Raises:
        DatasetError: a model that we do not know.
        ValueError: it has another number of parameters.
    """
    if model not in MODELS:
        raise unknown(name)
    spelled, words = MODELS[model]
    lens: dict[str, Any] = dict(zip(words, parameters, strict=True))
    if "f" in lens:
        lens["fl_x"] = lens["fl_y"] = lens.pop("f")
    return lens | {"camera_model": spelled, "w": width, "h": height}


def unknown(name: str) -> DatasetError:
    """Returns the error for a lens that we do not know."""
    return DatasetError(
        f"The lens model {name} of COLMAP is not read: undistort the pictures there (colmap image_undistorter), and "
        "choose the folder that comes of it."
    )
