"""Which file a frame means by its `file_path`, and whether a stranger's list may have it opened.

A list of poses comes from somewhere: it may name the pictures in its own folder, and no others. Whoever wrote the list
himself says so (`pictures_outside`); a network share is not opened even then, because asking for one already tells its
owner who we are.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from backend.errors import DatasetError

from .regular_file import NAME_LIMIT, brief

SUFFIXES = ("", ".png", ".jpg", ".jpeg")
"""NeRF-synthetic leaves the suffix out."""
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(//|$)|file:", re.ASCII)


class PictureNames:
    """The pictures of one list of poses; each name is looked for once."""

    def __init__(self, poses: Path, outside: bool) -> None:
        """`depth_outside` allows pictures that lie elsewhere than in the folder of `poses`."""
        self._folder, self._poses, self._outside = poses.parent, poses, outside
        self._home = Path(os.path.realpath(self._folder))
        self._found: dict[str, Path] = {}

    def file_of(self, name: Any, frame: int) -> Path:
        """Returns the file that a frame's picture name means.

        Raises:
            DatasetError: it is no name of a file, or of one that may not be opened.
        """
        if not isinstance(name, str):
            raise DatasetError(f"The file_path of frame {frame} in {brief(self._poses)} is not text: export it again.")
        if name not in self._found:
            self._check_name(name, frame)
            self._found[name] = self._candidates(name, frame)
        return self._found[name]

    def _check_name(self, name: str, frame: int) -> None:
        """Checks a name by its text alone: nothing is touched yet."""
        for wrong, what in _FAULTS:
            if wrong(name):
                raise self._refusal(name, frame, what)
        if not self._outside and _leaves(name):
            raise self._refusal(name, frame, _OUTSIDE)

    def _candidates(self, name: str, frame: int) -> Path:
        spellings = dict.fromkeys((name, name.replace("\\", "/")))  # as it stands, else as Windows writes folders
        candidates = [self._folder / (each + suffix) for each in spellings for suffix in SUFFIXES]
        kinds = [_mode(path) for path in candidates]
        found = next((path for path, mode in zip(candidates, kinds, strict=True) if stat.S_ISREG(mode)), None)
        found = found or next((path for path, mode in zip(candidates, kinds, strict=True) if mode), candidates[0])
        real = Path(os.path.realpath(found))
        if not self._outside and not real.is_relative_to(self._home):
            raise self._refusal(name, frame, _OUTSIDE)
        return real if real.exists() else found

    def _refusal(self, name: str, frame: int, what: str) -> DatasetError:
        return DatasetError(f"The file_path '{brief(name, 60)}' of frame {frame} in {brief(self._poses)} {what}.")


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
