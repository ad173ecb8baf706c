"""Which file a frame means by its `file_path`, and whether a stranger's list may have it opened.

A list of poses comes from somewhere: it may name the pictures in its own folder, and no others. Whoever wrote the list
himself says so (`pictures_outside`); a network share is not opened even then, because asking for one already tells its
owner who we are.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from backend.errors import DatasetError

from .regular_file import NAME_LIMIT, brief

SUFFIXES = ("", ".png", ".jpg", ".jpeg", ".heic", ".heif", ".webp", ".tif", ".tiff", ".bmp", ".exr")
"""NeRF-synthetic leaves the suffix out, and so do others."""
MOST_ENTRIES, DEEPEST = 50_000, 5
"""Of folders that are searched for a picture by its name."""
_PROBED = 50
"""Names by which the folder of pictures is chosen."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(//|$)|file:", re.ASCII)


class PictureNames:
    """The pictures of one list of poses; each name is looked for once."""

    def __init__(
        self,
        poses: Path,
        outside: bool,
        home: Path | None = None,
        folders: tuple[str, ...] = ("",),
        *,
        by_file_name: bool = False,
    ) -> None:
        """`outside` allows pictures that lie elsewhere than in `home`, the folder of `poses` where none is given; names
        are looked for in `folders` of it, and `by_file_name` wherever a picture of that name lies below it."""
        self._folder, self._poses, self._outside = home or poses.parent, poses, outside
        self._home = Path(os.path.realpath(self._folder))
        self._folders, self._by_file_name = folders, by_file_name
        self._found: dict[str, Path] = {}
        self._entries: dict[Path, dict[str, str]] = {}
        self._anywhere: dict[str, Path] | None = None

    def file_of(self, name: Any, frame: int, key: str = "file_path") -> Path:
        """Returns the file that a frame's picture name means.

        Raises:
            DatasetError: it is no name of a file, or of one that may not be opened.
        """
        if not isinstance(name, str):
            raise DatasetError(f"The {key} of frame {frame} in {brief(self._poses)} is not text: export it again.")
        if name not in self._found:
            spoken = name.replace("\\", "/").rpartition("/")[2] if self._by_file_name else name
            self._check_name(spoken, frame, key)
            self._found[name] = self._candidates(spoken, frame, key)
        return self._found[name]

    def _check_name(self, name: str, frame: int, key: str) -> None:
        """Checks a name by its text alone: nothing is touched yet."""
        for wrong, what in _FAULTS:
            if wrong(name):
                raise self._refusal(name, frame, key, what)
        if not self._outside and _leaves(name):
            raise self._refusal(name, frame, key, _OUTSIDE)

    def _candidates(self, name: str, frame: int, key: str) -> Path:
        spellings = dict.fromkeys((name, name.replace("\\", "/")))  # as it stands, else as Windows writes folders
        stems = [self._folder / folder / each for folder in self._folders for each in spellings]
        candidates = [Path(f"{stem}{suffix}") for stem in stems for suffix in SUFFIXES]
        kinds = [_mode(path) for path in candidates]
        found = next((path for path, mode in zip(candidates, kinds, strict=True) if stat.S_ISREG(mode)), None)
        found = found or next((each for stem in stems if (each := self._other_case(stem))), None)
        found = found or self._somewhere(name)
        found = found or next((path for path, mode in zip(candidates, kinds, strict=True) if mode), candidates[0])
        real = Path(os.path.realpath(found))
        if not self._outside and not real.is_relative_to(self._home):
            raise self._refusal(name, frame, key, _OUTSIDE)
        return real if real.exists() else found

    def _other_case(self, stem: Path) -> Path | None:
        """Finds the name in its folder with letters of another case, as Windows and macOS would."""
        folder = stem.parent
        if not self._outside and not Path(os.path.realpath(folder)).is_relative_to(self._home):
            return None
        if folder not in self._entries:
            self._entries[folder] = {name.lower(): name for name in pictures_in(folder)}
        known = self._entries[folder]
        found = (known[name] for suffix in SUFFIXES if (name := f"{stem.name}{suffix}".lower()) in known)
        return next((folder / name for name in found), None)

    def _somewhere(self, name: str) -> Path | None:
        """Finds the one picture of this name, with or without its suffix, below the folder."""
        if not self._by_file_name:
            return None
        if self._anywhere is None:
            self._anywhere = _pictures_below(self._home)
        return self._anywhere.get(name.lower()) or self._anywhere.get(name.lower().rpartition(".")[0])

    def _refusal(self, name: str, frame: int, key: str, what: str) -> DatasetError:
        return DatasetError(f"The {key} '{brief(name, 60)}' of frame {frame} in {brief(self._poses)} {what}.")


def pictures_in(folder: Path) -> list[str]:
    """Lists the names of a folder's files that end as pictures do, in order; none where there is no folder."""
    if not os.path.isdir(folder):
        return []
    return sorted(
        name for name in os.listdir(folder)[:MOST_ENTRIES]
        if name.lower().endswith(SUFFIXES[1:]) and not name.startswith(".")
    )  # fmt: skip


def folder_with_most(home: Path, folders: Sequence[str], names: Sequence[str]) -> str:
    """Returns which of these folders holds most of the first names; the first one where none does."""
    wanted = [name.replace("\\", "/") for name in names[:_PROBED] if not _leaves(name) and "\0" not in name]
    counts = [sum(bool(_mode(home / folder / name)) for name in wanted) for folder in folders]
    return folders[counts.index(max(counts))]


def _pictures_below(home: Path) -> dict[str, Path]:
    """Every picture below a folder by its name and by its stem, in lower case; names that stand there twice are left
    out, and links to other folders are not followed."""
    found: dict[str, Path | None] = {}
    entries = 0
    for place, folders, files in os.walk(home):
        if len(Path(place).relative_to(home).parts) >= DEEPEST:
            folders.clear()
        entries += len(files)
        if entries > MOST_ENTRIES:
            break
        for name in files:
            low = name.lower()
            if low.endswith(SUFFIXES[1:]):
                for key in (low, low.rpartition(".")[0]):
                    found[key] = None if key in found else Path(place) / name
    return {key: path for key, path in found.items() if path is not None}


def _leaves(name: str) -> bool:
    """Tells whether it stands at a root, or climbs out of where it begins; separators of both kinds count."""
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root:
        return True
    depth = 0
    for part in windows.parts:
        depth += -1 if part == ".." else 1
        if depth < 0:
            return True
    return False


def _mode(path: Path) -> int:
    """0 where there is nothing."""
    try:
        return os.stat(path).st_mode
    except (OSError, ValueError):
        return 0


_OUTSIDE = (
    "lies outside of that folder: copy the picture into it, or, if you trust the file, "
    "read it from the command line with --pictures-outside"
)
_FAULTS: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda name: not name.strip(), "is empty: name the picture"),
    (lambda name: len(name) > NAME_LIMIT, f"has more than {NAME_LIMIT} characters: name the picture's file"),
    (lambda name: "\0" in name or not _encodes(name), "holds characters that no file name has: name the file anew"),
    (_ADDRESS.match, "is an address, and pictures are read from files: download it into that folder"),
    (lambda name: name.replace("\\", "/").startswith("//"), "lies on a network share: copy it into that folder"),
)


def _encodes(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:
        return False
    return True
