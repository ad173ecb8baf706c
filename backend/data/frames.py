"""Frames whose pictures' sizes are known, and all their pictures: counted first, decoded afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Camera
from backend.errors import DatasetError, MemoryShortError
from backend.free_memory import free_bytes, gigabytes

from .picture_file import RESULT_BYTES, Header, bytes_while_decoded, read_mask, read_picture
from .pictures import PosedPictures
from .regular_file import brief

SMALLEST = 11  # the window of structural similarity, by which a result is judged
LARGEST = 64_000_000_000
"""Bytes of all pictures together, whatever a machine has: four thousand pictures of a million pixels."""
LARGEST_DOWNSCALE = 16
_CAMERA_BYTES = 2000
"""What a camera and its pose take as Python has them."""
Key = tuple[Path, bool, Path | None]


@dataclass(frozen=True)
class Frame:
    """A picture's file, its header, and the camera that the whole picture was taken with."""

    path: Path
    header: Header
    camera: Camera
    upright: bool = False
    """Whether its pixels are turned as the camera was held."""
    mask: Path | None = None
    """The file that says which part of it counts."""

    @property
    def key(self) -> Key:
        """Returns what its pixels depend on."""
        return self.path, self.upright, self.mask

    def smaller(self, downscale: int) -> tuple[int, int]:
        """Returns width and height as it is read."""
        width, height = self.header.smaller(downscale)
        return (height, width) if self.upright and self.header.sideways else (width, height)

    def read(self, downscale: int) -> Float[Tensor, "h w 4"]:
        """Reads its pixels; what its mask leaves out is transparent."""
        pixels = read_picture(self.path, downscale, upright=self.upright)
        if self.mask is not None:
            width, height = self.smaller(1)
            pixels[..., 3] *= read_mask(self.mask, (width, height), downscale, upright=self.upright)
        return pixels


def read_pictures(
    frames: list[Frame], downscale: int, known: dict[Key, Tensor], go_on: Callable[[], None]
) -> PosedPictures:
    """Decoded one after another into one array; a picture that was read before, as `find_known` has it, is copied."""
    cameras = [_smaller(frame.camera, *frame.smaller(downscale), downscale) for frame in frames]
    read = PosedPictures(torch.empty(sum(camera.width * camera.height for camera in cameras), 4), cameras)
    for number, frame in enumerate(frames):
        go_on()
        place = read.picture(number)
        if frame.key not in known:
            place.copy_(frame.read(downscale))
            known[frame.key] = place
        else:
            place.copy_(known[frame.key])
    return read


def _smaller(camera: Camera, width: int, height: int, downscale: int) -> Camera:
    """Returns the camera of a picture whose border, where it does not fill a pixel, was dropped."""
    return replace(camera, width=width * downscale, height=height * downscale).resized(width, height)


def bytes_of(frames: list[Frame], downscale: int) -> int:
    """The most that is held until all are read."""
    sizes = [frame.header.smaller(downscale) for frame in frames]
    kept = sum(RESULT_BYTES * width * height + _CAMERA_BYTES for width, height in sizes)
    masked = {frame.header for frame in frames if frame.mask is not None}
    masks = max((RESULT_BYTES * header.pixels for header in masked), default=0)
    return kept + masks + max(bytes_while_decoded(header, downscale) for header in {frame.header for frame in frames})


def check_fits(frames: list[Frame], downscale: int) -> None:
    """Checks that the pictures fit into memory.

    Raises:
        MemoryShortError: they do not; the sentence says what would.
    """
    need, room = bytes_of(frames, downscale), _room()
    if need > room:
        fits = fitting_downscale(frames, downscale)
        advice = f"photometric.downscale {fits} would fit" if fits else "take fewer or smaller ones"
        raise MemoryShortError(
            f"The {len(frames)} pictures of the dataset need about {gigabytes(need)} of memory and {gigabytes(room)} "
            f"are free: {advice}{_largest(frames)}."
        )


def fitting_downscale(frames: list[Frame], least: int) -> int | None:
    """The least downscale from `least` on with which they fit; None where none does."""
    smallest = min(min(frame.header.width, frame.header.height) for frame in frames)
    tried = range(least, min(LARGEST_DOWNSCALE, smallest // SMALLEST) + 1)
    return next((downscale for downscale in tried if bytes_of(frames, downscale) <= _room()), None)


def _room() -> int:
    free = free_bytes(torch.device("cpu"))
    return LARGEST if free is None else min(LARGEST, free)


def _largest(frames: list[Frame]) -> str:
    """Names the picture to blame, where a few are much larger than they should be."""
    sizes = {frame.path: frame.header for frame in frames}
    path, header = max(sizes.items(), key=lambda item: item[1].pixels)
    return f" (the largest is {brief(path.name, 60)}, {header.width} x {header.height} pixels)"


def check_sizes(frames: list[Frame], downscale: int, path: Path) -> None:
    """Checks that all pictures have enough pixels to be compared.

    Raises:
        DatasetError: one has not.
    """
    sizes = [frame.smaller(downscale) for frame in frames]
    small = min(range(len(frames)), key=lambda number: min(sizes[number]))
    width, height = sizes[small]
    if min(width, height) < SMALLEST:
        alike = len(set(sizes)) == 1
        which = (
            f"The pictures of {brief(path)} are" if alike else f"The picture {brief(frames[small].path.name, 60)} is"
        )
        raise DatasetError(f"{which} {width} x {height} pixels: {SMALLEST} are the least.")
