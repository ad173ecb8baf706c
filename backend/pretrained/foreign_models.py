"""Models that other programs have fetched into the hub's cache: found, checked as far as can be told, and used.

There is no record of ours for them, so what they should hold is told by themselves: the names of a pipeline's parts,
the shards that an index lists, the length that the head of a .safetensors file states. Nothing is asked of any hub, and
nothing of them is changed.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

from backend.config import cached_snapshot
from backend.errors import DreamwrightError

from .hub_cache import hub_cache_folder, read_record, repository_folder, stopped_here
from .open_clip_config import CONFIG_FILE
from .pipeline_folder import PIPELINE_FILE, check_pipeline, is_controlnet
from .repo_files import needed_files
from .shap_e_folder import check_shap_e, is_shap_e

_HEAD = 8
"""Bytes of a .safetensors file that say how long its header is."""


def find_foreign(repository: str, kind: str) -> Path | None:
    """The folder of a whole model that some program has left in the cache; else nothing."""
    folder = cached_snapshot(repository, hub_cache_folder())
    if folder is None or stopped_here(repository_folder(repository)) or read_record(repository, kind):
        return None  # ours: its record decides
    try:
        names = [
            path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or path.is_file()
        ]
        chosen = needed_files(kind, names, repository)
        if kind == "diffusion":
            check_pipeline(folder)
        if kind == "shape":
            check_shap_e(folder)
        configured = all((folder / name).with_name("config.json").is_file() for name in chosen if _is_network(name))
        whole = configured and all(_is_whole(folder / name) for name in chosen) and not _missing_shards(folder, names)
    except (DreamwrightError, OSError, ValueError):
        return None
    return folder if whole else None


def foreign_models() -> Iterator[tuple[str, str]]:
    """Yields repository and kind of every model in the cache that could guide, whoever fetched it."""
    for folder in sorted(hub_cache_folder().glob("models--*--*")):
        repository = folder.name.removeprefix("models--").replace("--", "/", 1)
        kind = _kind(cached_snapshot(repository, hub_cache_folder()))
        if kind and find_foreign(repository, kind):
            yield repository, kind


def foreign_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _kind(folder: Path | None) -> str:
    if folder is None:
        return ""
    if (folder / PIPELINE_FILE).is_file():
        return "shape" if is_shap_e(folder) else "diffusion"
    if (folder / CONFIG_FILE).is_file():
        return "image_text"
    return "controlnet" if is_controlnet(folder) else ""


def _is_network(name: str) -> bool:
    """Tells whether these are weights of a part that its own config.json describes."""
    return "/" in name and name.endswith((".safetensors", ".bin"))


def _missing_shards(folder: Path, names: list[str]) -> bool:
    """Tells whether an index names a file that is not there, of the weights that would be read: half precision has an
    index of its own."""
    for name in names:
        if not name.endswith(".index.json"):
            continue
        index = folder / name
        shards = set(json.loads(index.read_text(encoding="utf-8")).get("weight_map", {}).values())
        found = [shard for shard in shards if (index.parent / shard).is_file()]
        if found and len(found) < len(shards):
            return True
    return False


def _is_whole(path: Path) -> bool:
    """A link whose bytes have not come is no file, and one that was cut is shorter than its head says."""
    size = path.stat().st_size
    if path.suffix != ".safetensors":
        return size > 0
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(_HEAD))[0] if size > _HEAD else size
        if _HEAD + length > size:
            return False
        header = json.loads(file.read(length))
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    return bool(ends) and _HEAD + length + max(ends) == size
