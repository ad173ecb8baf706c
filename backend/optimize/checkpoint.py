"""A job's state on disk: the last good one is never lost.

`checkpoint.json` names the tensors' file that belongs to it, so replacing that one small file is the moment at which a
new checkpoint becomes the checkpoint. The one before is kept as `checkpoint.previous.json` with its tensors, and is
taken when the newest cannot be read.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from backend.disk import replace_whole
from backend.errors import CheckpointError, DiskError

from .renamed_tensors import renamed_state, renamed_tensors

VERSION = 1
NEWEST, PREVIOUS = "checkpoint.json", "checkpoint.previous.json"


@dataclass(frozen=True)
class Checkpoint:
    """Tensors by name, and what goes into JSON."""

    tensors: dict[str, Tensor]
    state: dict[str, Any]


def write_checkpoint(folder: Path, checkpoint: Checkpoint, step: int, beginning: int = 0) -> None:
    """Write under temporary names, flush to the disk, then rename; older tensors are deleted last.

    `beginning` counts how often the job began anew: the same step of two beginnings has two files.

    Raises:
        DiskError: the disk is full or the folder cannot be written; the last good checkpoint is untouched.
    """
    tensors = f"checkpoint-{beginning}-{step:06d}.safetensors"
    state = json.dumps({"version": VERSION, "tensors": tensors, **checkpoint.state}, indent=1)
    held = {name: value.detach().cpu().contiguous() for name, value in checkpoint.tensors.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_whole(folder / tensors, lambda path: save_file(held, path))
        if (folder / NEWEST).exists():
            replace_whole(folder / PREVIOUS, (folder / NEWEST).read_bytes())
        replace_whole(folder / NEWEST, state.encode())
        _delete_unnamed(folder)
    except (OSError, SafetensorError) as cause:
        sentence = f"The job could not be saved in {folder} ({_reason(cause)})"
        raise DiskError(f"{sentence}: make room there or choose another cache folder.") from cause


def read_checkpoint(folder: Path) -> Checkpoint:
    """The newest checkpoint that is whole.

    Raises:
        CheckpointError: there is none, none can be read, or it was written by another version.
    """
    present = [folder / name for name in (NEWEST, PREVIOUS) if (folder / name).exists()]
    if not present:
        raise CheckpointError(f"There is no checkpoint in {folder}: start the job again.")
    for path in present:
        found = _read(path)
        if found is not None:
            return found
    raise CheckpointError(f"The checkpoint in {folder} is broken: start the job again.")


def tensors_named(path: Path) -> str:
    """The file of the tensors that a checkpoint's JSON belongs to.

    Raises:
        OSError, ValueError, KeyError: it is not there, or is no checkpoint.
    """
    return Path(json.loads(path.read_text())["tensors"]).name


def step_named(folder: Path) -> int | None:
    """The step of the newest checkpoint, without its tensors; None where there is none that can be read."""
    try:
        return int(json.loads((folder / NEWEST).read_text())["step"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(path: Path) -> Checkpoint | None:
    """None when it is broken."""
    try:
        state = json.loads(path.read_text())
        version, tensors = state.pop("version"), state.pop("tensors")
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    if version != VERSION:
        raise CheckpointError(
            f"The checkpoint {path} is of version {version}, this backend reads {VERSION}: start again."
        )
    try:
        return Checkpoint(renamed_tensors(_read_tensors(path.parent / tensors)), renamed_state(state))
    except (OSError, SafetensorError, TypeError):
        return None


def _read_tensors(path: Path) -> dict[str, Tensor]:
    """Return them in memory of their own: those that are read are pages of the file, and what keeps one of them
    (Adam its
    moments) keeps the whole file mapped. Windows deletes and replaces no such file, so that no later step was saved."""
    return {name: value.clone() for name, value in load_file(path).items()}


def _delete_unnamed(folder: Path) -> None:
    """Delete tensors that neither JSON file names any more; one that somebody reads just now stays for the next
    time."""
    named = {json.loads((folder / n).read_text()).get("tensors") for n in (NEWEST, PREVIOUS) if (folder / n).exists()}
    for path in folder.glob("checkpoint-*.safetensors"):
        if path.name not in named:
            with contextlib.suppress(PermissionError):  # Windows, and a backup, an antivirus or a search that reads it
                path.unlink()


def _reason(cause: Exception) -> str:
    return (getattr(cause, "strerror", None) or str(cause)).lower()
