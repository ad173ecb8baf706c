"""The pictures of a folder as COLMAP gets them: copies beside what comes of it, their pixels as they lie in the file.

A mark of how the camera was held is taken off, not obeyed: pictures held upright and sideways then have one size and
one lens, and where they were taken from tells which way is up.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from backend.data.picture_file import lens_of, read_header, write_plain
from backend.data.picture_names import pictures_in
from backend.disk import disk_errors, make_folder, move_into_place
from backend.errors import DatasetError

FOLDERS = ("", "images", "input", "photos", "rgb", "image")
FEWEST = 3
MOST = 2000
_OTHERS = {(".mp4", ".mov", ".avi", ".mkv"): "videos", (".dng", ".cr2", ".nef"): "raw"}


@dataclass(frozen=True)
class Prepared:
    """Copies of the pictures, and what is to be said of those that were left out."""

    folder: Path
    names: list[str]
    one_lens: bool
    size: tuple[int, int]
    notes: list[str]


def picture_folder(given: Path) -> Path | None:
    """Returns the folder that has the pictures: this one, or one of the usual names in it; None where none has."""
    return next((given / place for place in FOLDERS if len(pictures_in(given / place)) >= FEWEST), None)


def prepare(source: Path, target: Path) -> Prepared:
    """Copies the pictures that can be posed; those that are there already are not copied again.

    Raises:
        DatasetError: there are too few, too many, or one that cannot be read. DiskError
    """
    names = pictures_in(source)
    if len(names) > MOST:
        raise DatasetError(f"There are {len(names)} pictures in {source.name}: take {MOST} or fewer of them.")
    lenses = {name: lens_of(source / name) for name in names}
    sizes = Counter(lens.size for lens in lenses.values())
    size = sizes.most_common(1)[0][0]
    chosen = [name for name in names if lenses[name].size == size]
    if len(chosen) < FEWEST:
        raise DatasetError(
            f"Only {len(chosen)} pictures in {source.name} have one size: give {FEWEST} or more of one camera."
        )
    notes = [] if len(chosen) == len(names) else [_other_sizes(len(names) - len(chosen), size)]
    make_folder(target)
    copies = [_copy(source / name, target) for name in chosen]
    return Prepared(target, copies, len({lenses[name] for name in chosen}) == 1, size, [*notes, *_unreadable(source)])


def _other_sizes(count: int, size: tuple[int, int]) -> str:
    return f"{count} pictures are not of {size[0]} x {size[1]} pixels, as most are, and were left out."


def _copy(path: Path, folder: Path) -> str:
    """Copies a picture as it is, or without its mark and in a format that COLMAP reads; returns its name there."""
    plain = path.suffix.lower() in (".jpg", ".jpeg", ".png") and read_header(path).orientation == 1
    name = path.name if plain else f"{path.stem}.png"
    if not (folder / name).exists():
        partial = folder / f".partial{path.suffix if plain else '.png'}"
        with disk_errors(folder):
            if plain:
                shutil.copyfile(path, partial)
            else:
                write_plain(path, partial)
            move_into_place(partial, folder / name)
    return name


def _unreadable(source: Path) -> list[str]:
    names = [name.lower() for name in os.listdir(source)]
    counts = {what: sum(name.endswith(ends) for name in names) for ends, what in _OTHERS.items()}
    found = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return [f"Not read beside them: {found} (save them as JPEG or PNG first)."] if found else []
