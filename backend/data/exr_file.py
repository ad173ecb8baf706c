"""OpenEXR pictures: linear light as renderers write it, half or single precision, with premultiplied alpha.

Our colors are linear too, straight and from 0 to 1: nothing is decoded, alpha is divided out, and what is brighter than
white is white, as it would be in a PNG of the same picture. A picture is what the file calls its display window, which
the camera sees; what was rendered beyond it is dropped, and what was not rendered is transparent.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from backend.errors import DatasetError

from .regular_file import brief

OpenEXR: ModuleType | None
try:
    OpenEXR = importlib.import_module("OpenEXR")
except ImportError:  # an environment from before it was among the requirements
    OpenEXR = None

SUFFIX, MAGIC = ".exr", b"\x76\x2f\x31\x01"
_CHANNEL_BYTES = 4
Window = tuple[int, int, int, int]
"""First column and row, and those behind the last ones."""


@dataclass(frozen=True)
class ExrHeader:
    """What an OpenEXR file says of its first part: two windows, and the channels with the picture's color."""

    display: Window
    data: Window
    color: tuple[str, ...]
    channels: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.display[2] - self.display[0], self.display[3] - self.display[1]

    @property
    def pixel_bytes(self) -> int:
        """Bytes for each pixel while it is read: every channel of the file, and the four that are taken."""
        return _CHANNEL_BYTES * (self.channels + 4)


def read_exr_header(path: Path) -> ExrHeader:
    """Reads sizes and channels, and decodes nothing.

    Raises:
        DatasetError: it has no color, or is of a kind that is not read.
    """
    with _opened(path, header_only=True) as file:
        header = dict(file.header())  # its own is emptied when it is closed
    names = [channel.name for channel in header["channels"]]
    if str(header["type"]) not in _FLAT:
        raise DatasetError(
            f"The picture {brief(path)} is a deep OpenEXR, which is not read: flatten it, or save a PNG."
        )
    return ExrHeader(_window(header["displayWindow"]), _window(header["dataWindow"]), _color(names, path), len(names))


def read_exr(path: Path) -> Float[Tensor, "h w 4"]:
    """Reads the picture as straight linear RGBA from 0 to 1.

    Raises:
        DatasetError: as `read_exr_header`.
    """
    header = read_exr_header(path)
    with _opened(path, separate_channels=True) as file:
        planes = {name: file.channels()[name] for name in header.color}
        if any(plane.xSampling != 1 or plane.ySampling != 1 for plane in planes.values()):
            raise DatasetError(
                f"The picture {brief(path)} has colors at half its resolution: save it as RGB, or a PNG."
            )
        pixels = [torch.from_numpy(planes[name].pixels.astype(np.float32)) for name in header.color]
    return _straight(_in_display(_rgba(pixels), header))


_FLAT = ("Storage.scanlineimage", "Storage.tiledimage")


def _rgba(planes: list[Float[Tensor, "i j"]]) -> Float[Tensor, "i j 4"]:
    """Returns gray or color, with or without alpha, as four channels."""
    alpha = planes[-1] if len(planes) in (2, 4) else torch.ones_like(planes[0])
    color = planes[:3] if len(planes) > 2 else planes[:1] * 3
    return torch.stack([*color, alpha], dim=-1)


def _window(corners: Any) -> Window:
    (left, top), (right, bottom) = corners
    return int(left), int(top), int(right) + 1, int(bottom) + 1


def _color(names: list[str], path: Path) -> tuple[str, ...]:
    """Returns the channels of red, green and blue, or of gray, and of alpha where there is one; where there are layers,
    those of the layer that Blender calls Combined, or else the first that has color."""
    layers = sorted(
        {name.rpartition(".")[0] for name in names}, key=lambda layer: (layer != "", "Combined" not in layer)
    )
    for layer in layers:
        prefix = f"{layer}." if layer else ""
        for color in (("R", "G", "B"), ("Y",)):
            if all(prefix + each in names for each in color):
                return tuple(prefix + each for each in (*color, "A") if prefix + each in names)
    raise DatasetError(
        f"The picture {brief(path)} has no channels of color ({brief(', '.join(names), 60)}): name the picture itself, "
        "not its depth."
    )


def _in_display(pixels: Float[Tensor, "i j 4"], header: ExrHeader) -> Float[Tensor, "h w 4"]:
    """Returns what of the data lies in the display window."""
    (left, top, right, bottom), (x, y, *_) = header.display, header.data
    shown = torch.zeros(bottom - top, right - left, 4)
    first, last = (max(left, x), max(top, y)), (min(right, header.data[2]), min(bottom, header.data[3]))
    if first[0] < last[0] and first[1] < last[1]:
        part = pixels[first[1] - y : last[1] - y, first[0] - x : last[0] - x]
        shown[first[1] - top : last[1] - top, first[0] - left : last[0] - left] = part
    return shown


def _straight(premultiplied: Float[Tensor, "h w 4"]) -> Float[Tensor, "h w 4"]:
    finite = premultiplied.nan_to_num(nan=0.0, posinf=1e9, neginf=0.0)
    alpha = finite[..., 3:].clamp(0, 1)
    return torch.cat([(finite[..., :3] / alpha.clamp_min(1e-6)).clamp(0, 1) * (alpha > 0), alpha], dim=-1)


def _opened(path: Path, **how: bool) -> Any:
    if OpenEXR is None:
        raise DatasetError(
            f"The picture {brief(path)} is OpenEXR, which this backend cannot read yet: set it up again, or save the "
            "picture as a PNG of 8 or 16 bits."
        )
    return OpenEXR.File(str(path), **how)
