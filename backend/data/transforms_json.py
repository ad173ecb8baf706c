"""Reads posed pictures in the two spellings of transforms.json that are in use.

- NeRF-synthetic: transforms_train.json, transforms_test.json (or _val) with one `camera_angle_x` for all frames.
- instant-ngp: one transforms.json with `fl_x`, `fl_y`, `cx`, `cy`, `w`, `h`, for all frames or for each.

Both give camera-to-world matrices in our own convention (the camera looks along its -Z, +Y up), so nothing is turned.
instant-ngp's `scale`, `offset` and `aabb_scale` describe its own unit cube and are not applied: poses stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.errors import DatasetError

from .frame_camera import camera_of, required
from .frames import Frame, check_fits, check_sizes, read_pictures
from .json_file import read_object
from .picture_file import Header, read_header
from .picture_names import PictureNames
from .pictures import PosedPictures
from .regular_file import NAME_LIMIT, brief

HELD_OUT_FILES = ("transforms_test.json", "transforms_val.json")
GoOn = Callable[[], None]
"""Called between two pictures; raises when whoever wanted them no longer does."""


@dataclass(frozen=True)
class Dataset:
    """Pictures to learn from, and pictures that are only looked at in the end."""

    train: PosedPictures
    held_out: PosedPictures


@dataclass(frozen=True)
class Listing:
    """A dataset of which only the poses and the pictures' headers were read, so that its size is known before it is."""

    train: list[Frame]
    held_out: list[Frame]

    def read(self, downscale: int = 1, go_on: GoOn = lambda: None) -> Dataset:
        """Reads all pictures that are listed.

        Raises:
            DatasetError: a picture cannot be read.
            MemoryShortError: all of them are more than there is room for.
        """
        check_fits(self.train + self.held_out, downscale)
        read: dict[Path, Any] = {}
        return Dataset(
            read_pictures(self.train, downscale, read, go_on), read_pictures(self.held_out, downscale, read, go_on)
        )


def read_dataset(
    folder: Path,
    downscale: int = 1,
    hold_out_every: int = 8,
    *,
    outside: bool = False,
    go_on: GoOn = lambda: None,
) -> Dataset:
    """Train and held-out pictures: by their own files where there are any, else every n-th frame is held out.

    Raises:
        DatasetError: the folder, a file, a key or a picture is missing or cannot be read; the sentence names it.
        MemoryShortError: the pictures are more than there is room for.
    """
    return list_dataset(folder, downscale, hold_out_every, outside=outside, go_on=go_on).read(downscale, go_on)


def list_dataset(
    folder: Path, downscale: int, hold_out_every: int, *, outside: bool = False, go_on: GoOn = lambda: None
) -> Listing:
    """Lists what `read_dataset` would read. `outside` allows pictures elsewhere than in the folder of their poses.

    Raises:
        DatasetError
    """
    _check_name(folder)
    train = folder / "transforms_train.json"
    if not os.path.exists(train):
        return _split(_listed(folder / "transforms.json", downscale, outside, go_on), hold_out_every)
    held_out = next((folder / name for name in HELD_OUT_FILES if os.path.exists(folder / name)), None)
    if held_out is None:
        return _split(_listed(train, downscale, outside, go_on), hold_out_every)
    return Listing(_listed(train, downscale, outside, go_on), _listed(held_out, downscale, outside, go_on))


def dataset_folder(name: str) -> Path:
    """Returns what a person wrote, with `~` as the home folder."""
    try:
        return Path(name).expanduser()
    except RuntimeError as cause:
        raise DatasetError(f"There is no home folder as {brief(name, 60)} names one: give the whole path.") from cause


def _check_name(folder: Path) -> None:
    if len(str(folder)) > NAME_LIMIT or "\0" in str(folder):
        raise DatasetError(f"There is no folder {brief(folder, 60)}: choose a folder of posed pictures.")


def _split(frames: list[Frame], every: int) -> Listing:
    """Frames 0, n, 2n, ... are held out."""
    if len(frames) < 2:
        raise DatasetError("The dataset has one picture: at least two are needed, one of them to check the result.")
    held_out = frames[::every]
    train = [frame for i, frame in enumerate(frames) if i % every]
    return Listing(train, held_out if len(held_out) < len(frames) else held_out[:1])


def _listed(path: Path, downscale: int, outside: bool, go_on: GoOn) -> list[Frame]:
    data = read_object(path)
    names, headers = PictureNames(path, outside), _Headers()
    found = []
    for number, frame in enumerate(_frames(data, path)):
        go_on()
        where = f"Frame {number} of {brief(path)}"
        file = names.file_of(required(frame, "file_path", where), number)
        header = headers.of(file)
        found.append(Frame(file, header, camera_of(data | frame, (header.width, header.height), where)))
    check_sizes(found, downscale, path)
    return found


class _Headers:
    """Each file's, read once: a list may name one picture as often as it likes."""

    def __init__(self) -> None:
        self._known: dict[Path, Header] = {}

    def of(self, path: Path) -> Header:
        if path not in self._known:
            self._known[path] = read_header(path)
        return self._known[path]


def _frames(data: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    frames = required(data, "frames", f"The file {brief(path)}")
    if not isinstance(frames, list) or not frames:
        raise DatasetError(f"The file {brief(path)} names no frames: export at least two posed pictures.")
    odd = next((i for i, frame in enumerate(frames) if not isinstance(frame, dict)), None)
    if odd is not None:
        raise DatasetError(f"Frame {odd} of {brief(path)} is not a JSON object: export the poses again.")
    return frames
