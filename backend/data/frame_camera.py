"""The camera of a frame in a file of poses: every number is looked at before it is believed."""

from __future__ import annotations

import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Camera
from backend.errors import DatasetError

LARGEST = 1e9
"""Of any number: beyond it single precision has no meters left, and squares leave its range."""
LEAST_FOCAL = 1e-3
_TINY = 1e-300
"""Where an angle is so small that half of it is none."""
FLAT = 1e-9
"""Volume of the three axes below which they do not span space."""


def camera_of(frame: dict[str, Any], size: tuple[int, int], where: str) -> Camera:
    """The camera of a picture of this size; `where` names the frame.

    Raises:
        DatasetError: a key is missing, or is not what it must be.
    """
    width, height = size
    pose, focal = _pose(required(frame, "transform_matrix", where), where), _focal(frame, width, where)
    center = _number(frame.get("cx", width / 2), "cx", where), _number(frame.get("cy", height / 2), "cy", where)
    return Camera(pose, width, height, focal, center)


def required(data: dict[str, Any], key: str, where: str) -> Any:
    if key not in data:
        raise DatasetError(f"{where} lacks '{key}': add it, or export the poses again.")
    return data[key]


def _focal(frame: dict[str, Any], width: int, where: str) -> tuple[float, float]:
    """Returns the focal lengths in pixels, from fl_x and fl_y, or from the horizontal angle."""
    if "fl_x" in frame:
        both = _number(frame["fl_x"], "fl_x", where), _number(frame.get("fl_y", frame["fl_x"]), "fl_y", where)
    else:
        angle = _number(required(frame, "camera_angle_x", where), "camera_angle_x", where)
        if not 0 < angle < math.pi:
            raise DatasetError(
                f"{where} has a camera_angle_x of {angle:g}: it must lie between 0 and pi, so export the poses again."
            )
        both = (0.5 * width / max(math.tan(0.5 * angle), _TINY),) * 2
    if not all(LEAST_FOCAL <= focal <= LARGEST for focal in both):
        raise DatasetError(f"{where} has a focal length of {min(both):g} pixels: export the poses again.")
    return both


def _number(value: Any, key: str, where: str) -> float:
    number = _as_float(value)
    if number is None:
        raise DatasetError(f"{where} has a {key} that is not a number: export the poses again.")
    if not abs(number) <= LARGEST:  # also NaN
        raise DatasetError(f"{where} has a {key} that is not finite, or beyond {LARGEST:g}: export the poses again.")
    return number


def _as_float(value: Any) -> float | None:
    """None for what is no number; what is too large for one is infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _pose(rows: Any, where: str) -> Float[Tensor, "4 4"]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise _no_matrix(where)
    numbers = [[_as_float(value) for value in row] for row in rows]
    if len({len(row) for row in numbers}) > 1 or any(value is None for row in numbers for value in row):
        raise _no_matrix(where)
    if [len(row) for row in numbers] != [4] * 4 or not all(abs(v or 0.0) <= LARGEST for row in numbers for v in row):
        raise DatasetError(
            f"{where} has a transform_matrix that is not a finite 4 x 4 matrix of numbers up to {LARGEST:g}: "
            "export the poses again."
        )
    pose = torch.tensor(numbers, dtype=torch.float32)
    if _volume(pose) < FLAT:
        raise DatasetError(
            f"{where} has a transform_matrix that turns the camera nowhere, its axes lie in one plane: "
            "export the poses again."
        )
    return pose


def _no_matrix(where: str) -> DatasetError:
    return DatasetError(f"{where} has a transform_matrix that is not a matrix of numbers: export the poses again.")


def _volume(pose: Float[Tensor, "4 4"]) -> float:
    """Returns the volume of the camera's three axes, each taken as long as 1."""
    a, b, c = torch.nn.functional.normalize(pose[:3, :3].double(), dim=0).T.tolist()
    volume: float = abs(
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    )
    return volume
