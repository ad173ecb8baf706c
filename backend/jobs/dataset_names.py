"""Whether the pictures that a dataset names lie where its client may have files read from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from backend.errors import DatasetError

POSES = ("transforms.json", "transforms_train.json", "transforms_test.json", "transforms_val.json")
BYTES_LIMIT = 64 << 20
"""Of a file of poses: 100 000 frames have fewer."""


def check_pictures(folder: Path, allowed: tuple[Path, ...]) -> None:
    """Checks that the poses in `folder` name pictures in allowed folders only.

    Raises:
        DatasetError: poses that cannot be read, or a picture elsewhere.
    """
    for name in POSES:
        path = folder / name
        if path.exists():
            for picture in _named(path):
                spellings = (picture, picture.replace("\\", "/"))  # Windows' separators are read as well
                if not all(lies_in(folder / each, allowed) for each in spellings):
                    raise DatasetError(f"A picture of {name} lies outside of its dataset: name pictures beside it.")


def lies_in(path: Path, folders: tuple[Path, ...]) -> bool:
    """Tells whether a path leads into one of these folders, wherever its links and dots lead."""
    try:
        real = path.resolve()
        return any(real.is_relative_to(folder.resolve()) for folder in folders)  # a cache folder may be a link itself
    except (OSError, ValueError, RuntimeError):  # NUL, a circle of links
        return False


def _named(path: Path) -> list[str]:
    try:
        if not path.is_file() or path.stat().st_size > BYTES_LIMIT:
            raise ValueError("no file, or too large")
        data: Any = json.loads(path.read_text(encoding="utf-8-sig"))
        frames = data["frames"]
        return [frame["file_path"] for frame in frames if isinstance(frame["file_path"], str)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as cause:
        raise DatasetError(f"The poses in {path.name} cannot be read: export them again.") from cause
