"""The pictures of a folder as COLMAP gets them: copies beside what comes of it, their pixels as they lie in the file.

A mark of how the camera was held is taken off, not obeyed: pictures held upright and sideways then have one size and
one lens, and where they were taken from tells which way is up. What was taken with another lens, or has another size
(two phones, zoom, crops), gets a lens of its own.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from backend.config import VIDEOS
from backend.data.picture_file import Lens, lens_of, read_header, write_plain
from backend.data.picture_names import pictures_in
from backend.data.regular_file import brief
from backend.disk import disk_errors, make_folder, move_into_place
from backend.errors import DatasetError

FOLDERS = ("", "images", "input", "photos", "rgb", "image")
FEWEST = 3
MOST = 2000
PLAIN = (".jpg", ".jpeg", ".png")
"""What COLMAP reads as it is."""
NAMED = 3
_OTHERS = {VIDEOS: "videos", (".dng", ".cr2", ".nef"): "raw"}


@dataclass(frozen=True)
class Prepared:
    """Copies of the pictures, the names of those of each lens, and what is to be said of them."""

    folder: Path
    by_lens: dict[Lens, list[str]]
    notes: list[str]

    @property
    def names(self) -> list[str]:
        return sorted(name for names in self.by_lens.values() for name in names)


def picture_folder(given: Path) -> Path | None:
    """Returns the folder that has the pictures: this one, or one of the usual names in it; None where none has."""
    return next((given / place for place in FOLDERS if len(pictures_in(given / place)) >= FEWEST), None)


def prepare(source: Path, target: Path) -> Prepared:
    """Copies the pictures of a folder; those that are there already are not copied again.

    Raises:
        DatasetError: there are too few, too many, or one that cannot be read. DiskError
    """
    names = pictures_in(source)
    if not FEWEST <= len(names) <= MOST:
        raise DatasetError(
            f"There are {len(names)} pictures in {source.name}: from {FEWEST} to {MOST} of one scene can be posed."
        )
    lenses = {name: lens_of(source / name) for name in names}
    make_folder(target)
    by_lens: dict[Lens, list[str]] = {}
    for name, copy in _names_of_copies(source, names).items():
        _copy(source / name, target / copy)
        by_lens.setdefault(lenses[name], []).append(copy)
    return Prepared(target, by_lens, [*_several_lenses(by_lens), *_unreadable(source)])


def _several_lenses(by_lens: dict[Lens, list[str]]) -> list[str]:
    """Returns what is said of pictures that one lens cannot have taken: a lens is found for each, by fewer pictures."""
    if len(by_lens) < 2:
        return []
    most_first = sorted(by_lens.items(), key=lambda each: -len(each[1]))
    named = ", ".join(f"{len(names)} of {_brief_lens(lens)}" for lens, names in most_first[:NAMED])
    more = f" and {len(by_lens) - NAMED} more" if len(by_lens) > NAMED else ""
    return [f"The pictures are of {len(by_lens)} lenses or sizes: {named}{more}. A lens is found for each of them."]


def _brief_lens(lens: Lens) -> str:
    width, height = lens.size
    camera = f" by {brief(lens.camera, 40)}" if lens.camera else ""
    return f"{width} x {height} pixels{camera}"


def _names_of_copies(source: Path, names: list[str]) -> dict[str, str]:
    """Returns how each picture's copy is called: as the picture is where COLMAP reads it as it is, else as a PNG."""
    plain = [name for name in names if _is_plain(source / name)]
    taken = {name.lower() for name in plain}
    copies = {name: name for name in plain}
    for name in (name for name in names if name not in copies):
        short = f"{Path(name).stem}.png"
        copies[name] = f"{name}.png" if short.lower() in taken else short
        taken.add(copies[name].lower())
    return {name: copies[name] for name in names}


def _is_plain(path: Path) -> bool:
    return path.suffix.lower() in PLAIN and read_header(path).orientation == 1


def _copy(path: Path, to: Path) -> None:
    """Copies a picture as it is, or without its mark and in a format that COLMAP reads."""
    if to.exists():
        return
    partial = to.with_name(f".partial{to.suffix}")
    with disk_errors(to.parent):
        if to.name == path.name:
            shutil.copyfile(path, partial)
        else:
            write_plain(path, partial)
        move_into_place(partial, to)


def _unreadable(source: Path) -> list[str]:
    names = [name.lower() for name in os.listdir(source)]
    counts = {what: sum(name.endswith(ends) for name in names) for ends, what in _OTHERS.items()}
    found = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    return (
        [f"Not read beside them: {found} (save raw ones as JPEG or PNG; give a video itself instead of the folder)."]
        if found
        else []
    )
