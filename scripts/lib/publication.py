"""Results appear whole: written in a folder of their own, then moved file by file over those of an earlier run."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

ARTIFACTS = ("result.blend", "result.glb", "preview.png", "turntable.gif", "report.json", "log.txt")
CHATTER = ("Fra:", "Saved:", "Time:")
"""Starts of the many lines that Blender writes for each picture."""


class PublicationError(Exception):
    """A folder cannot be written. `str(error)` is the sentence a person reads."""


@contextlib.contextmanager
def staging_folder(destination: Path) -> Iterator[Path]:
    """A temporary folder beside `place`, on the same disk; gone at the end."""
    with _explain_disk_errors(destination):
        destination.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{destination.name}.", dir=destination.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            destination.rmdir()  # only when it is empty: nothing came of it


def publish(folder: Path, destination: Path) -> list[Path]:
    """Moves what was made into place, and takes away what an earlier run made and this one did not."""
    with _explain_disk_errors(destination):
        destination.mkdir(parents=True, exist_ok=True)
        for name in ARTIFACTS:
            if (folder / name).exists():
                os.replace(folder / name, destination / name)
            else:
                (destination / name).unlink(missing_ok=True)
    return [destination / name for name in ARTIFACTS if (destination / name).exists()]


def publish_log(folder: Path, destination: Path) -> None:
    """After a failure only the log is moved: an earlier result stays as it was."""
    with _explain_disk_errors(destination):
        destination.mkdir(parents=True, exist_ok=True)
        lines = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()
        worth_reading = [line for line in lines if line.strip() and not line.startswith(CHATTER)]
        (folder / "log.txt").write_text("\n".join(worth_reading) + "\n", encoding="utf-8")
        os.replace(folder / "log.txt", destination / "log.txt")


@contextlib.contextmanager
def _explain_disk_errors(destination: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        sentence = f"{destination} cannot be written ({error.strerror}): choose another folder with --out."
        raise PublicationError(sentence) from error
