"""The one place where a file that somebody else made is opened as a picture.

Only as the formats named here: Pillow knows forty more, and starts Ghostscript for one of them. How large a picture is
is known from its header; nothing is decoded before that was compared with what there is room for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from backend.color import srgb_decoded
from backend.errors import DatasetError, MemoryShortError
from backend.free_memory import free_bytes, gigabytes

from .regular_file import NotAFileError, TooLargeError, brief, open_regular

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
FILE_LIMIT = 1_000_000_000
"""Bytes of a picture's file: more than the largest picture takes uncompressed."""
PIXEL_LIMIT = 150_000_000
"""Pixels of a picture, as many as the largest cameras make."""
DECODED_BYTES = 16
"""For each pixel while a picture is decoded: as it comes from the file, as RGBA, and what a codec holds beside it."""
RESULT_BYTES = 16
"""For each pixel that is kept: four numbers of single precision."""
_BAND_PIXELS = 1 << 20


@dataclass(frozen=True)
class Header:
    """What a picture says of itself."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def smaller(self, downscale: int) -> tuple[int, int]:
        """Width and height when it is made smaller; a border that does not fill a pixel is dropped."""
        return self.width // downscale, self.height // downscale


def read_header(path: Path) -> Header:
    """Reads format and size of a picture, and decodes nothing.

    Raises:
        DatasetError: the file is missing, is no picture of a format that we read, or larger than any camera's.
    """
    with _opened(path) as picture:
        header = Header(*picture.size)
    if header.pixels > PIXEL_LIMIT:
        raise DatasetError(
            f"The picture {brief(path)} has {header.width} x {header.height} pixels, where {PIXEL_LIMIT // 10**6} "
            "million are the most: make it smaller."
        )
    return header


def read_picture(path: Path, downscale: int = 1) -> Float[Tensor, "h w 4"]:
    """A picture as linear RGBA with straight alpha, made smaller by whole-pixel means of premultiplied color.

    Raises:
        DatasetError: the file is missing or is not a picture.
        MemoryShortError: it is larger than there is room for.
    """
    header = read_header(path)
    _check_room(path, header, downscale)
    width, height = header.smaller(downscale)
    out = torch.empty(height, width, 4)
    with _opened(path) as picture:
        if Header(*picture.size) != header:
            raise DatasetError(f"The picture {brief(path)} changed while it was read: start again.")
        _decode(picture, out, downscale)
    return out


def bytes_while_decoded(header: Header, downscale: int) -> int:
    """The most that reading one picture holds."""
    width, height = header.smaller(downscale)
    return DECODED_BYTES * header.pixels + RESULT_BYTES * width * height


def _check_room(path: Path, header: Header, downscale: int) -> None:
    need, free = bytes_while_decoded(header, downscale), free_bytes(torch.device("cpu"))
    if free is not None and need > free:
        raise MemoryShortError(
            f"The picture {brief(path)} of {header.width} x {header.height} pixels needs about {gigabytes(need)} of "
            f"memory and {gigabytes(free)} are free: make it smaller, or close other programs."
        )


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Whatever a decoder stumbles over, of whatever kind, is the file's fault: one sentence says so."""
    try:
        with open_regular(path, FILE_LIMIT) as file, Image.open(file, formats=FORMATS) as picture:
            yield picture
    except (DatasetError, MemoryShortError):
        raise
    except FileNotFoundError as cause:
        raise DatasetError(
            f"The picture {brief(path)} is named in the dataset but is not there: restore it."
        ) from cause
    except NotAFileError as cause:
        raise DatasetError(f"The picture {brief(path)} is {cause}: put the picture's file in its place.") from cause
    except TooLargeError as cause:
        raise DatasetError(f"The picture {brief(path)} has {cause}: make it smaller.") from cause
    except PermissionError as cause:
        raise DatasetError(f"The picture {brief(path)} may not be read: change its permissions.") from cause
    except Image.DecompressionBombError as cause:
        raise DatasetError(
            f"The picture {brief(path)} has more pixels than the {PIXEL_LIMIT // 10**6} million that are the most: "
            "make it smaller."
        ) from cause
    except MemoryError as cause:
        raise MemoryShortError(
            f"There is no memory to decode the picture {brief(path)}: make it smaller, or close other programs."
        ) from cause
    except Exception as cause:  # codecs raise whatever comes to hand: struct.error, SyntaxError, ValueError, zlib.error
        raise DatasetError(
            f"The picture {brief(path)} cannot be read: replace it by a whole PNG, JPEG, WebP, TIFF or BMP."
        ) from cause


def _decode(picture: Image.Image, out: Float[Tensor, "h w 4"], downscale: int) -> None:
    """Band by band, so that only the codec holds the whole picture."""
    rgba = picture if picture.mode == "RGBA" else picture.convert("RGBA")
    rows = max(1, _BAND_PIXELS // (picture.width * downscale))
    for first in range(0, len(out), rows):
        last = min(first + rows, len(out))
        band = rgba.crop((0, first * downscale, picture.width, last * downscale))
        out[first:last] = _made_smaller(_linear(np.asarray(band)), downscale)


def _linear(values: np.ndarray) -> Float[Tensor, "h w 4"]:
    encoded = torch.from_numpy(values.astype(np.float32) / 255)
    return torch.cat([srgb_decoded(encoded[..., :3]), encoded[..., 3:]], dim=-1)


def _made_smaller(linear: Float[Tensor, "h w 4"], factor: int) -> Float[Tensor, "i j 4"]:
    """Means over factor x factor pixels; a border that does not fill one is dropped."""
    if factor == 1:
        return linear
    premultiplied = torch.cat([linear[..., :3] * linear[..., 3:], linear[..., 3:]], dim=-1)
    mean = torch.nn.functional.avg_pool2d(premultiplied.permute(2, 0, 1)[None], factor)[0].permute(1, 2, 0)
    return torch.cat([mean[..., :3] / mean[..., 3:].clamp_min(1e-6), mean[..., 3:]], dim=-1)
