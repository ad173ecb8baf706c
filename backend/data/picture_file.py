"""The one place where a file that somebody else made is opened as a picture.

Only as the formats named here: Pillow knows forty more, and starts Ghostscript for one of them. How large a picture is
is known from its header; nothing is decoded before that was compared with what there is room for.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from backend.color import srgb_bytes, srgb_decoded
from backend.config import VIDEOS
from backend.errors import DatasetError, MemoryShortError
from backend.free_memory import free_bytes, gigabytes

from . import exr_file
from .regular_file import NotAFileError, TooLargeError, brief, open_regular

pillow_heif: ModuleType | None
try:
    pillow_heif = importlib.import_module("pillow_heif")
except ImportError:  # an environment from before it was among the requirements
    pillow_heif = None

HEIC = (".heic", ".heif")
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", *(("HEIF",) if pillow_heif else ()))
if pillow_heif:
    pillow_heif.register_heif_opener(thumbnails=False)
FILE_LIMIT = 1_000_000_000
"""Bytes of a picture's file: more than the largest picture takes uncompressed."""
PIXEL_LIMIT = 150_000_000
"""Pixels of a picture, as many as the largest cameras make."""
DECODED_BYTES = 16
"""For each pixel while a picture is decoded: as it comes from the file, as RGBA, and what a codec holds beside it."""
RESULT_BYTES = 16
"""For each pixel that is kept: four numbers of single precision."""
_REPLACE = "replace it by a whole PNG, JPEG, HEIC, WebP, TIFF, BMP or OpenEXR"
_BAND_PIXELS = 1 << 20
ORIENTATION = 0x0112
"""EXIF's tag."""
_SHOT, _MAKE, _MODEL, _FOCAL, _FILM = 0x8769, 0x010F, 0x0110, 0x920A, 0xA405
_TURNS = {
    1: Image.Transpose.ROTATE_180,  # never asked for
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
"""What turns the pixels upright, by the camera's mark."""
_ELSEWHERE = {
    (".exr", ".hdr"): "save it as OpenEXR, or as a PNG of 8 or 16 bits",
    (".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf"): "develop it to JPEG or PNG",
    VIDEOS: "give the video itself instead of a folder of pictures",
}
"""What to do with formats that are not read, by how their names end."""


@dataclass(frozen=True)
class Lens:
    """What of a picture's file tells one lens from another: size in pixels; maker, model, focal length, and on film."""

    size: tuple[int, int]
    told: tuple[str, ...]

    @property
    def camera(self) -> str:
        """Returns how the camera is called; empty where it did not say."""
        return self.told[1].strip() if len(self.told) > 1 and self.told[1] != "None" else ""


@dataclass(frozen=True)
class Header:
    """What a picture says of itself."""

    width: int
    height: int
    orientation: int = 1
    """How the camera was held, as EXIF counts it: 1 upright, 3 upside down, 6 and 8 a quarter; 2, 4, 5, 7 mirrored."""
    decoded_bytes: int = DECODED_BYTES

    """For each pixel while it is decoded."""

    @property
    def sideways(self) -> bool:
        return self.orientation > 4

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height

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
    header = _exr_header(path) if _is_exr(path) else _pillow_header(path)
    if header.pixels > PIXEL_LIMIT:
        raise DatasetError(
            f"The picture {brief(path)} has {header.width} x {header.height} pixels, where {PIXEL_LIMIT // 10**6} "
            "million are the most: make it smaller."
        )
    return header


def read_picture(path: Path, downscale: int = 1, *, upright: bool = False) -> Float[Tensor, "h w 4"]:
    """A picture as linear RGBA with straight alpha, made smaller by whole-pixel means of premultiplied color.

    Its pixels lie as they lie in the file; `upright` turns them as the camera was held.

    Raises:
        DatasetError: the file is missing or is not a picture.
        MemoryShortError: it is larger than there is room for.
    """
    header = read_header(path)
    _check_room(path, header, downscale)
    if _is_exr(path):
        return _made_smaller(_read_exr(path), downscale)
    with _opened(path) as picture:
        if picture.size != (header.width, header.height):
            raise DatasetError(f"The picture {brief(path)} changed while it was read: start again.")
        turned = picture.transpose(_TURNS[header.orientation]) if upright and header.orientation > 1 else picture
        out = torch.empty(turned.height // downscale, turned.width // downscale, 4)
        _decode(_as_rgba(turned, path), out, downscale)
    return out


def _pillow_header(path: Path) -> Header:
    with _opened(path) as picture:
        return Header(*picture.size, _orientation(picture))


def _exr_header(path: Path) -> Header:
    with _sentences(path):
        header = exr_file.read_exr_header(path)
    width, height = header.size
    stored = (header.data[2] - header.data[0]) * (header.data[3] - header.data[1])
    return Header(width, height, decoded_bytes=-(-header.pixel_bytes * max(stored, width * height) // (width * height)))


def _read_exr(path: Path) -> Float[Tensor, "h w 4"]:
    with _sentences(path):
        return exr_file.read_exr(path)


def _is_exr(path: Path) -> bool:
    """Tells whether a file is called OpenEXR, and is it."""
    if path.suffix.lower() != exr_file.SUFFIX:
        return False
    with _sentences(path), open_regular(path, FILE_LIMIT) as file:
        return file.read(len(exr_file.MAGIC)) == exr_file.MAGIC


def read_mask(path: Path, size: tuple[int, int], downscale: int = 1, *, upright: bool = False) -> Float[Tensor, "h w"]:
    """Reads which part of a picture counts, from a file of the same shape: 1 where it is white, 0 where it is black.

    Raises:
        DatasetError: the file is missing, is no picture, or has another shape than the picture of this size.
    """
    gray = read_picture(path, upright=upright)[..., 0]
    height, width = gray.shape
    if abs(width * size[1] / (height * size[0]) - 1) > 0.02:
        raise DatasetError(
            f"The mask {brief(path)} has {width} x {height} pixels, another shape than its picture of {size[0]} x "
            f"{size[1]}: make it anew."
        )
    smaller = (size[1] // downscale, size[0] // downscale)
    resized = torch.nn.functional.interpolate((gray > srgb_decoded(torch.tensor(0.5)))[None, None].float(), smaller)
    return resized[0, 0]


def _orientation(picture: Image.Image) -> int:
    """Returns the camera's mark; 1 where there is none, or a broken one. Pillow turns a TIFF by itself."""
    if picture.format == "TIFF":
        return 1
    try:
        mark = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # a broken EXIF block raises whatever comes to hand, and the picture may be whole
        return 1
    return mark if mark in _TURNS else 1


def _as_rgba(picture: Image.Image, path: Path) -> Image.Image:
    """Returns eight bits of each channel; what else there may be is said, and not clipped."""
    if picture.mode.startswith("I"):  # sixteen bits of gray
        return Image.fromarray((np.asarray(picture).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)).convert(
            "RGBA"
        )
    if picture.mode == "F":
        raise DatasetError(
            f"The picture {brief(path)} holds numbers without bounds (32 bits): save it as a PNG of 8 or 16 bits."
        )
    if picture.mode in ("CMYK", "LAB", "HSV", "YCbCr"):
        return picture.convert("RGB").convert("RGBA")
    return picture if picture.mode == "RGBA" else picture.convert("RGBA")


def lens_of(path: Path) -> Lens:
    """Reads what tells a picture's lens from another's: its size, and what the camera wrote of itself.

    Raises:
        DatasetError: it cannot be read.
    """
    if _is_exr(path):
        return Lens(_exr_header(path).size, ())
    with _opened(path) as picture:
        size = picture.size
        try:
            exif = picture.getexif()
            shot = exif.get_ifd(_SHOT)
            told = tuple(str(value) for value in (exif.get(_MAKE), exif.get(_MODEL), shot.get(_FOCAL), shot.get(_FILM)))
        except Exception:  # as in `_orientation`
            told = ()
    return Lens(size, told)


def write_plain(path: Path, to: Path) -> None:
    """Writes a picture's pixels as they lie in the file, as PNG with its EXIF but without the mark of how it was held.

    Raises:
        DatasetError: it cannot be read. OSError: it cannot be written.
    """
    if _is_exr(path):
        _save(Image.fromarray(_encoded(_read_exr(path))), to, Image.Exif())
        return
    with _opened(path) as picture:
        try:
            exif = picture.getexif()
            exif.pop(ORIENTATION, None)
        except Exception:  # as in `_orientation`
            exif = Image.Exif()
        plain = _as_rgba(picture, path)
        plain.load()
    _save(plain, to, exif)


def _encoded(linear: Float[Tensor, "h w 4"]) -> np.ndarray:
    """Returns eight bits of each channel, as a screen shows them."""
    alpha = (linear[..., 3:] * 255).round().to(torch.uint8)
    return torch.cat([srgb_bytes(linear[..., :3]), alpha], dim=-1).numpy()


def _save(plain: Image.Image, to: Path, exif: Image.Exif) -> None:
    lowest, _ = plain.getchannel("A").getextrema()
    (plain.convert("RGB") if lowest == 255 else plain).save(to, format="PNG", exif=exif)


def bytes_while_decoded(header: Header, downscale: int) -> int:
    """The most that reading one picture holds."""
    width, height = header.smaller(downscale)
    return header.decoded_bytes * header.pixels + RESULT_BYTES * width * height


def _check_room(path: Path, header: Header, downscale: int) -> None:
    need, free = bytes_while_decoded(header, downscale), free_bytes(torch.device("cpu"))
    if free is not None and need > free:
        raise MemoryShortError(
            f"The picture {brief(path)} of {header.width} x {header.height} pixels needs about {gigabytes(need)} of "
            f"memory and {gigabytes(free)} are free: make it smaller, or close other programs."
        )


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    with _sentences(path), open_regular(path, FILE_LIMIT) as file, Image.open(file, formats=FORMATS) as picture:
        yield picture


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Whatever a decoder stumbles over, of whatever kind, is the file's fault: one sentence says so."""
    try:
        yield
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
    except UnidentifiedImageError as cause:
        raise DatasetError(f"The picture {brief(path)} cannot be read: {_advice(path)}.") from cause
    except Exception as cause:  # codecs raise whatever comes to hand: struct.error, SyntaxError, ValueError, zlib.error
        raise DatasetError(f"The picture {brief(path)} cannot be read: {_REPLACE}.") from cause


def _advice(path: Path) -> str:
    """Says what to do about a picture of a format that is not read."""
    suffix = path.suffix.lower()
    if suffix in HEIC and pillow_heif is None:
        return "set up the backend again, which then reads it, or save it as JPEG"
    return next((what for ends, what in _ELSEWHERE.items() if suffix in ends), _REPLACE)


def _decode(rgba: Image.Image, out: Float[Tensor, "h w 4"], downscale: int) -> None:
    """Band by band, so that only the codec holds the whole picture."""
    rows = max(1, _BAND_PIXELS // (rgba.width * downscale))
    for first in range(0, len(out), rows):
        last = min(first + rows, len(out))
        band = rgba.crop((0, first * downscale, rgba.width, last * downscale))
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
