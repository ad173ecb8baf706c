"""Posed pictures of whatever program, read: those to learn from, and those that are only looked at in the end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from backend.errors import DatasetError

from .formats.recognize import posed_lists
from .frame_camera import camera_of, is_turned, required
from .frames import Frame, Key, check_fits, check_sizes, read_pictures
from .picture_file import Header, read_header
from .picture_names import PictureNames
from .pictures import PosedPictures
from .posed_list import Points, PosedList, no_points, same_name
from .regular_file import NAME_LIMIT, brief

NAMED_SIZES = 3
GoOn = Callable[[], None]
"""Called between two pictures; raises when whoever wanted them no longer does."""


@dataclass(frozen=True)
class Dataset:
    """Pictures to learn from, and pictures that are only looked at in the end."""

    train: PosedPictures
    held_out: PosedPictures
    notes: tuple[str, ...] = ()
    """What a person should know of how they were read."""


@dataclass(frozen=True)
class Listing:
    """A dataset of which only the poses and the pictures' headers were read, so that its size is known before it is."""

    train: list[Frame]
    held_out: list[Frame]
    notes: tuple[str, ...] = ()
    points: Callable[[], Points] = no_points
    cube: tuple[tuple[float, float, float], float] | None = None

    def read(self, downscale: int = 1, go_on: GoOn = lambda: None) -> Dataset:
        """Reads all pictures that are listed.

        Raises:
            DatasetError: a picture cannot be read.
            MemoryShortError: all of them are more than there is room for.
        """
        check_fits(self.train + self.held_out, downscale)
        read: dict[Key, Any] = {}
        train, held_out = (read_pictures(frames, downscale, read, go_on) for frames in (self.train, self.held_out))
        return Dataset(train, held_out, self.notes)


def read_dataset(
    folder: Path,
    downscale: int = 1,
    hold_out_every: int = 8,
    *,
    outside: bool = False,
    go_on: GoOn = lambda: None,
) -> Dataset:
    """Train and held-out pictures: by their own files or names where there are any, else every n-th is held out.

    Raises:
        DatasetError: the folder, a file, a key or a picture is missing or cannot be read; the sentence names it.
        MemoryShortError: the pictures are more than there is room for.
    """
    return list_dataset(folder, downscale, hold_out_every, outside=outside, go_on=go_on).read(downscale, go_on)


def list_dataset(
    folder: Path, downscale: int, hold_out_every: int, *, outside: bool = False, go_on: GoOn = lambda: None
) -> Listing:
    """Lists what `read_dataset` would read: a folder of whatever program, or its file of poses itself. `outside` allows
    pictures elsewhere than in that folder.

    Raises:
        DatasetError
    """
    _check_name(folder)
    whole, other = posed_lists(folder, outside)
    frames, names, notes = _listed(whole, downscale, outside, go_on)
    if other is not None:
        held_out, _, more = _listed(other, downscale, outside, go_on)
        return Listing(frames, held_out, (*notes, *more), whole.points, whole.cube)
    train, held_out = _split(frames, names, whole.held_out, hold_out_every)
    return Listing(train, held_out, notes, whole.points, whole.cube)


def dataset_folder(name: str) -> Path:
    """Returns what a person wrote, with `~` as the home folder."""
    try:
        return Path(name).expanduser()
    except RuntimeError as cause:
        raise DatasetError(f"There is no home folder as {brief(name, 60)} names one: give the whole path.") from cause


def _check_name(folder: Path) -> None:
    if len(str(folder)) > NAME_LIMIT or "\0" in str(folder) or not _may_exist(folder):
        raise DatasetError(f"There is no folder {brief(folder, 60)}: choose a folder of posed pictures.")


def _may_exist(folder: Path) -> bool:
    """Tells whether a name is one that a folder can have, on this system."""
    try:
        os.stat(folder)
    except FileNotFoundError:
        return True
    except (OSError, ValueError):
        return False
    return True


def _split(
    frames: list[Frame], names: Sequence[str], held_out: frozenset[str] | None, every: int
) -> tuple[list[Frame], list[Frame]]:
    """Returns those to learn from and those that are held out: by names where the file says which, else every n-th."""
    if len(frames) < 2:
        raise DatasetError("The dataset has one picture: at least two are needed, one of them to check the result.")
    apart = {i for i, name in enumerate(names) if held_out and name in held_out}
    if not 0 < len(apart) < len(frames):
        apart = set(range(0, len(frames), every))
    if len(apart) == len(frames):
        apart = {0}
    return [frame for i, frame in enumerate(frames) if i not in apart], [frames[i] for i in sorted(apart)]


def _listed(
    posed: PosedList, downscale: int, outside: bool, go_on: GoOn
) -> tuple[list[Frame], list[str], tuple[str, ...]]:
    """Returns frames, their names, and what is to be said of them."""
    reading, missing = _Reading(posed, outside), list[str]()
    found, spoken = list[Frame](), list[str]()
    for number, frame in enumerate(posed.frames):
        go_on()
        made = reading.frame(frame, number)
        if made is None:
            missing.append(str(frame["file_path"]))
            continue
        found.append(made)
        spoken.append(same_name(str(frame["file_path"])))
    notes = [*posed.notes, *_missing(posed, missing), *_several_sizes(found)]
    check_sizes(found, downscale, posed.path)
    return found, spoken, tuple(notes)


class _Reading:
    """The frames of one list: each file's header is read once, for a list may name a picture as often as it likes."""

    def __init__(self, posed: PosedList, outside: bool) -> None:
        self._posed = posed
        self._names = PictureNames(posed.path, outside, posed.home, posed.folders, by_file_name=posed.by_file_name)
        self._known: dict[Path, Header] = {}

    def frame(self, frame: dict[str, Any], number: int) -> Frame | None:
        """Returns a frame; None where its picture is missing and may be."""
        where = f"{self._posed.noun} {number} of {brief(self._posed.path)}"
        path = self._names.file_of(required(frame, "file_path", where), number)
        if self._posed.missing_share and not os.path.lexists(path):
            return None
        header = self._header(path)
        size = header.width, header.height
        upright = is_turned(frame, size, header.sideways, where)
        camera = camera_of(frame, size[::-1] if upright and header.sideways else size, where)
        return Frame(path, header, camera, upright, self._mask(frame, number))

    def _mask(self, frame: dict[str, Any], number: int) -> Path | None:
        name = frame.get("mask_path")
        if name is None or name == "":
            return None
        path = self._names.file_of(name, number, "mask_path")
        self._header(path)
        return path

    def _header(self, path: Path) -> Header:
        if path not in self._known:
            self._known[path] = read_header(path)
        return self._known[path]


def _several_sizes(frames: list[Frame]) -> list[str]:
    """Returns what is said of pictures that differ in size: nothing is lost by it, but somebody may not know."""
    sizes = Counter(frame.smaller(1) for frame in frames)
    if len(sizes) < 2:
        return []
    named = ", ".join(f"{count} of {width} x {height}" for (width, height), count in sizes.most_common(NAMED_SIZES))
    return [f"The pictures are of {len(sizes)} sizes: {named}{' and others' if len(sizes) > NAMED_SIZES else ''}."]


def _missing(posed: PosedList, names: list[str]) -> list[str]:
    """Returns what is said of pictures that are not there.

    Raises:
        DatasetError: they are too many.
    """
    if not names:
        return []
    every, where = len(posed.frames), brief(posed.path)
    if len(names) > posed.missing_share * every:
        raise DatasetError(
            f"Of the {every} pictures that {where} names {len(names)} are not there ({brief(names[0], 60)}"
            f"{', ...' if len(names) > 1 else ''}): put them where the file says; up to {posed.missing_share:.0%} "
            "may be missing."
        )
    return [f"{len(names)} of the {every} pictures that {where} names are not there, and were left out."]


def box_points(listing: Listing) -> Points:
    """Reads the sparse points of a dataset; none where it has none, or they cannot be read."""
    try:
        return listing.points()
    except DatasetError:
        return np.empty((0, 3))
