"""The camera of a frame in a file of poses: every number is looked at before it is believed."""

from __future__ import annotations

import functools
import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Camera
from backend.cameras.distortion import NO_DISTORTION, Distortion, inverse_share
from backend.errors import DatasetError

LARGEST = 1e9
"""Of any number: beyond it single precision has no meters left, and squares leave its range."""
LEAST_FOCAL = 1e-3
WIDEST = math.radians(175)
"""Of a view through a flat lens: what is wider is a focal length in millimeters."""
LEAST_INVERSE = {False: 0.98, True: 0.75}
"""Share of the pixels that must have a ray of their own; a fisheye's corners may lie outside of its circle."""
_TINY = 1e-300
"""Where an angle is so small that half of it is none."""
FLAT = 1e-9
"""Volume of the three axes below which they do not span space."""
_SAME_SHAPE = 0.02
"""How far width / height of the file and of the picture may differ: rounding of small pictures."""
PERSPECTIVE = ("", "PINHOLE", "SIMPLE_PINHOLE", "SIMPLE_RADIAL", "RADIAL", "OPENCV", "FULL_OPENCV", "PERSPECTIVE")
FISHEYES = ("OPENCV_FISHEYE", "SIMPLE_RADIAL_FISHEYE", "RADIAL_FISHEYE", "SIMPLE_FISHEYE", "FISHEYE")
PANORAMAS = ("EQUIRECTANGULAR", "VR180_L", "VR180_R", "OMNIDIRECTIONALSTEREO_L", "OMNIDIRECTIONALSTEREO_R")
MATRIX_KEYS = ("K", "intrinsic_matrix", "intrinsics", "camera_matrix")
_COEFFICIENTS = ("k1", "k2", "k3", "k4", "k5", "k6", "p1", "p2")


def camera_of(frame: dict[str, Any], size: tuple[int, int], where: str) -> Camera:
    """The camera of a picture of this size; `where` names the frame.

    Where the frame says that its lens was measured on pictures of another size (`w`, `h`), the lens is that of this
    size.

    Raises:
        DatasetError: a key is missing, or is not what it must be.
    """
    pose = _pose(required(frame, "transform_matrix", where), where)
    width, height = measured_size(frame, where) or size
    frame = _with_matrix(frame, where)
    focal, center = _focal(frame, width, height, where), _center(frame, width, height, where)
    distortion = _distortion(frame, where)
    camera = Camera(pose, width, height, focal, center, distortion)
    _check_view(camera, where)
    return camera if (width, height) == size else camera.resized(*size)


def measured_size(frame: dict[str, Any], where: str) -> tuple[int, int] | None:
    """Returns the size of the pictures that a frame's numbers are about; None where it does not say.

    Raises:
        DatasetError: they are no sizes.
    """
    if frame.get("w") is None or frame.get("h") is None:
        return None
    width, height = _number(frame["w"], "w", where), _number(frame["h"], "h", where)
    if not (1 <= width <= 1e6 and 1 <= height <= 1e6):
        raise DatasetError(f"{where} has a w and h of {width:g} x {height:g} pixels: export the poses again.")
    return round(width), round(height)


def is_turned(frame: dict[str, Any], size: tuple[int, int], sideways: bool, where: str) -> bool:
    """Tells whether the frame means its picture as a camera's mark says that it is held (EXIF orientation), and not as
    its pixels lie: `sideways` where the mark turns it by a quarter.

    Raises:
        DatasetError: the picture has another shape than the frame says, however it is held.
    """
    told = measured_size(frame, where)
    if told is None or _same_shape(told, size):
        return False
    if sideways and _same_shape(told, size[::-1]):
        return True
    raise DatasetError(
        f"{where} is about pictures of {told[0]} x {told[1]} pixels, and its picture has {size[0]} x {size[1]}, "
        "another shape: use the pictures that were posed, or export the poses again."
    )


def _same_shape(a: tuple[int, int], b: tuple[int, int]) -> bool:
    least = 1 / min(*a, *b)  # a pixel more or less, where a picture was made smaller
    return abs(a[0] * b[1] / (a[1] * b[0]) - 1) < _SAME_SHAPE + least


def required(data: dict[str, Any], key: str, where: str) -> Any:
    if key not in data:
        raise DatasetError(f"{where} lacks '{key}': add it, or export the poses again.")
    return data[key]


def _with_matrix(frame: dict[str, Any], where: str) -> dict[str, Any]:
    """Returns the frame with focal lengths and center out of its K matrix, where it has one."""
    key = next((key for key in MATRIX_KEYS if key in frame), None)
    if key is None or "fl_x" in frame:
        return frame
    try:
        (fl_x, skew, cx, *_), (_, fl_y, cy, *_), *_ = frame[key]
    except (TypeError, ValueError) as cause:
        raise DatasetError(f"{where} has a {key} that is no 3 x 3 matrix: export the poses again.") from cause
    if abs(_number(skew, key, where)) > 1e-3 * abs(_number(fl_x, key, where)):
        raise DatasetError(f"{where} has a {key} with skewed pixels, which are not read: undistort the pictures first.")
    return frame | {"fl_x": fl_x, "fl_y": fl_y, "cx": cx, "cy": cy}


def _focal(frame: dict[str, Any], width: int, height: int, where: str) -> tuple[float, float]:
    """Returns the focal lengths in pixels: fl_x and fl_y, or by the film's width, or by the angle of view."""
    if "fl_x" in frame:
        both = _number(frame["fl_x"], "fl_x", where), _number(frame.get("fl_y", frame["fl_x"]), "fl_y", where)
    elif "film_focal" in frame:
        both = (frame["film_focal"][0] * max(width, height),) * 2
    elif "x_fov" in frame and "camera_angle_x" not in frame:
        across = _by_degrees(frame["x_fov"], width, "x_fov", where)
        both = across, _by_degrees(frame["y_fov"], height, "y_fov", where) if "y_fov" in frame else across
    else:
        across = _by_angle(required(frame, "camera_angle_x", where), width, "camera_angle_x", where)
        up = (
            _by_angle(frame["camera_angle_y"], height, "camera_angle_y", where) if "camera_angle_y" in frame else across
        )
        both = across, up
    if not all(LEAST_FOCAL <= focal <= LARGEST for focal in both):
        raise DatasetError(f"{where} has a focal length of {min(both):g} pixels: export the poses again.")
    return both


def _by_angle(value: Any, pixels: int, key: str, where: str) -> float:
    angle = _number(value, key, where)
    if math.pi <= angle < 180:
        raise DatasetError(
            f"{where} has a {key} of {angle:g}, which looks like degrees: write it in radians "
            f"({math.radians(angle):.4g}), or export the poses again."
        )
    if not 0 < angle < math.pi:
        raise DatasetError(
            f"{where} has a {key} of {angle:g}: it must lie between 0 and pi, so export the poses again."
        )
    return 0.5 * pixels / max(math.tan(0.5 * angle), _TINY)


def _by_degrees(value: Any, pixels: int, key: str, where: str) -> float:
    """Returns the focal length by an angle as instant-ngp writes it, in degrees."""
    degrees = _number(value, key, where)
    if not 0 < degrees < 180:
        raise DatasetError(
            f"{where} has a {key} of {degrees:g}: it must lie between 0 and 180 degrees, so export the poses again."
        )
    return _by_angle(math.radians(degrees), pixels, key, where)


def _center(frame: dict[str, Any], width: int, height: int, where: str) -> tuple[float, float]:
    if "film_focal" in frame:
        _, x, y = frame["film_focal"]
        return width / 2 + x * max(width, height), height / 2 + y * max(width, height)
    x, y = _number(frame.get("cx", width / 2), "cx", where), _number(frame.get("cy", height / 2), "cy", where)
    if not (abs(x - width / 2) <= width and abs(y - height / 2) <= height):
        raise DatasetError(
            f"{where} has its center at ({x:g}, {y:g}), far outside of a picture of {width} x {height} pixels: add the "
            "w and h of the pictures that were posed, or export the poses again."
        )
    return x, y


def _distortion(frame: dict[str, Any], where: str) -> Distortion:
    """Returns the lens; a model that is not known is never taken for a pinhole.

    Raises:
        DatasetError
    """
    model = str(frame.get("camera_model") or "").upper()
    if model in PANORAMAS:
        raise DatasetError(f"{where} is a panorama ({model}), which is not read: cut it into flat pictures first.")
    if (model not in PERSPECTIVE and model not in FISHEYES) or frame.get("ftheta_p0"):
        raise DatasetError(
            f"{where} has the lens model '{model[:40] or 'F-Theta'}', which is not read: undistort the pictures, or "
            "export them as OPENCV or OPENCV_FISHEYE."
        )
    k1, k2, k3, k4, k5, k6, p1, p2 = (_number(frame.get(key) or 0.0, key, where) for key in _COEFFICIENTS)
    if model in FISHEYES or frame.get("is_fisheye"):
        if p1 or p2:
            raise DatasetError(
                f"{where} has a fisheye with p1 and p2, which is not read: undistort the pictures first."
            )
        return Distortion((k1, k2, k3, k4), fisheye=True)
    if model == "FULL_OPENCV" or k5 or k6:
        return Distortion((k1, k2, k3, 0.0), (k4, k5, k6), (p1, p2))
    distortion = Distortion((k1, k2, k3, k4), tangential=(p1, p2))
    return NO_DISTORTION if distortion.none else distortion


def _check_view(camera: Camera, where: str) -> None:
    """Checks that the lens shows a picture that there can be.

    Raises:
        DatasetError: it is wider than any flat lens, or bends so that pixels have no ray.
    """
    low = tuple(-center / focal for center, focal in zip(camera.center, camera.focal, strict=True))
    sizes = zip((camera.width, camera.height), camera.center, camera.focal, strict=True)
    high = tuple((size - center) / focal for size, center, focal in sizes)
    if not camera.distortion.fisheye and math.atan(high[0]) - math.atan(low[0]) > WIDEST:
        raise DatasetError(
            f"{where} has a focal length of {camera.focal[0]:g} pixels for {camera.width} pixels of width, wider than "
            "any lens: it may be in millimeters; export the poses again."
        )
    share = 1.0 if camera.distortion.none else _inverse_share(camera.distortion, low, high)
    if share < LEAST_INVERSE[camera.distortion.fisheye]:
        raise DatasetError(
            f"{where} has a lens whose formula folds over: {1 - share:.0%} of its pixels have no ray. Undistort the "
            "pictures first, or export the poses again."
        )


@functools.lru_cache(maxsize=1024)
def _inverse_share(lens: Distortion, low: tuple[float, float], high: tuple[float, float]) -> float:
    return inverse_share(lens, low, high)


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
    if [len(row) for row in numbers] not in ([4] * 4, [4] * 3) or not _all_finite(numbers):
        raise DatasetError(
            f"{where} has a transform_matrix that is not a finite 3 x 4 or 4 x 4 matrix of numbers up to {LARGEST:g}: "
            "export the poses again."
        )
    pose = torch.tensor([*numbers[:3], [0.0, 0.0, 0.0, 1.0]], dtype=torch.float32)
    volume = _volume(pose)
    if abs(volume) < FLAT:
        raise DatasetError(
            f"{where} has a transform_matrix that turns the camera nowhere, its axes lie in one plane: "
            "export the poses again."
        )
    if volume < 0:
        raise DatasetError(
            f"{where} has a transform_matrix that mirrors the picture, as no camera does: one axis has the wrong sign, "
            "so export the poses again."
        )
    return pose


def _all_finite(numbers: list[list[float | None]]) -> bool:
    return all(abs(value or 0.0) <= LARGEST for row in numbers for value in row)


def _no_matrix(where: str) -> DatasetError:
    return DatasetError(f"{where} has a transform_matrix that is not a matrix of numbers: export the poses again.")


def _volume(pose: Float[Tensor, "4 4"]) -> float:
    """Returns the volume of the camera's three axes, each taken as long as 1; negative where they mirror."""
    a, b, c = torch.nn.functional.normalize(pose[:3, :3].double(), dim=0).T.tolist()
    volume: float = (
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    )
    return volume
