"""Files appear where they are wanted when all of them are there, or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import DiskError


@dataclass(frozen=True)
class StagingFolder:
    """Two empty folders: what is put into `files` is moved to the target in the end, what is `apart` is thrown away."""

    files: Path
    scratch: Path
    target: Path

    def commit(self, overwrite: bool) -> list[Path]:
        """Move everything to the target; when one file cannot be moved, those before it are taken back.

        Raises:
            DiskError: a file is there and must not be overwritten, or the folder cannot be written.
        """
        names = sorted(path.relative_to(self.files) for path in self.files.rglob("*") if path.is_file())
        check_not_existing([self.target / name for name in names], overwrite)
        with contextlib.ExitStack() as undo:
            for number, name in enumerate(names):
                _move_with_undo(self.files / name, self.target / name, self.scratch / f"before-{number}", undo)
            undo.pop_all()
        return [self.target / name for name in names]


@contextlib.contextmanager
def staging_folder(target: Path) -> Iterator[StagingFolder]:
    """Makes one on the disk of the folder `target`, so that moving is quick and whole; it is gone afterwards.

    Raises:
        DiskError: the folder is not there, or cannot be written.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=".dreamwright-", dir=target))
    except OSError as cause:
        raise DiskError(f"The folder {target} cannot be written ({cause.strerror}): choose another.") from cause
    try:
        made = StagingFolder(folder / "files", folder / "apart", target)
        made.files.mkdir()
        made.scratch.mkdir()
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def check_not_existing(files: list[Path], overwrite: bool) -> None:
    """Raises DiskError when a file is there already, and must not be overwritten."""
    taken = next((file for file in files if file.exists()), None)
    if taken and not overwrite:
        raise DiskError(f"{taken} exists already: choose another name, or allow it to be overwritten (overwrite=True).")


def _move_with_undo(source: Path, target: Path, kept: Path, undo: contextlib.ExitStack) -> None:
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            os.replace(target, kept)
            undo.callback(os.replace, kept, target)
        else:
            undo.callback(target.unlink, missing_ok=True)
        os.replace(source, target)
    except OSError as cause:
        raise DiskError(f"{target} cannot be written ({cause.strerror}): choose another folder.") from cause
