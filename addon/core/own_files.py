"""Folders and files of ours that nobody else on the machine may read; exports follow the habits of the person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the extension, or of the checkout."""


def make_own_folder(folder: Path) -> None:
    """A folder with those above it that are missing, each for the person alone; one that is there stays as it is.

    Raises:
        OSError
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(exist_ok=True)


def open_own(path: Path) -> BinaryIO:
    """A new or emptied file to write, for the person alone.

    Raises:
        OSError
    """
    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))
