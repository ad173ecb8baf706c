"""What lies on the disk because of us: the backend's environment, its models, and what each run left."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .environment_folder import folder_bytes


@dataclass(frozen=True)
class StoredRun:
    """What a run left: `job` is its name on the disk, `updated` the time of its last change (seconds)."""

    job: str
    prompt: str
    bytes: int
    updated: float


@dataclass(frozen=True)
class DiskUse:
    """Bytes; `runs` are those of all .blend files, the largest first."""

    environment: int
    models: int
    cache: int
    runs: tuple[StoredRun, ...]


def measure(environment: Path, models: Path, cache: Path) -> DiskUse:
    """Counts the files in the three folders; takes a moment, so call it from a thread. What cannot be read is not
    counted."""
    runs = [_stored_run(folder, cache) for folder in _folders(cache / "jobs")]
    runs.sort(key=lambda run: (-run.bytes, run.job))
    fetched = sum(folder_bytes(folder) for folder in _folders(models) if _is_ours(folder))
    return DiskUse(folder_bytes(environment), fetched, folder_bytes(cache), tuple(runs))


def models_folder(environ: Mapping[str, str]) -> Path:
    """Returns where models are fetched to: the cache that huggingface_hub uses, whichever way it is named."""
    named = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")
    if named:
        return Path(named).expanduser()
    home = environ.get("HF_HOME") or Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "huggingface"
    return Path(home).expanduser() / "hub"


def format_bytes(count: float) -> str:
    """Returns a size as a person reads it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"


def _is_ours(folder: Path) -> bool:
    """Tells whether we fetched it: other programs keep their models in the same cache."""
    return any(folder.glob("dreamwright.*.json"))


def _folders(parent: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(parent) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _stored_run(folder: Path, cache: Path) -> StoredRun:
    grid = cache / "grids" / f"{folder.name}.npz"
    try:
        updated = folder.stat().st_mtime
    except OSError:
        updated = 0.0
    size = folder_bytes(folder) + (grid.stat().st_size if grid.is_file() else 0)
    return StoredRun(folder.name, _prompt_in(folder / "job.json"), size, updated)


def _prompt_in(record: Path) -> str:
    try:
        kept = json.loads(record.read_text(encoding="utf-8"))
        return str(kept.get("prompt") or kept["config"].get("prompt") or "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
