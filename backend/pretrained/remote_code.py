"""A model's folder is data, wherever it came from: what in it asks for code of its own to run is refused.

Every JSON file of the folder is looked through before any library reads it. Vocabularies are left out: their names are
words, and what reads them knows nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.config import is_share
from backend.errors import ModelError, RemoteCodeError

_ASKS_FOR_CODE = ("auto_map", "trust_remote_code", "custom_pipeline", "custom_pipelines", "custom_revision",
                  "custom_generate", "code_revision", "use_kernels", "kernel_config", "use_hub_kernels")  # fmt: skip
"""Names that make transformers or diffusers look for Python: in the folder, or in a repository of the hub."""
_NAMES_A_KERNEL = ("attn_implementation", "experts_implementation")
"""How these end; a value such as OWNER/NAME is compiled code of the hub."""
_VOCABULARIES = ("tokenizer.json", "vocab.json", "added_tokens.json", "vocabulary.json")
_LARGEST = 32 * 2**20
"""Bytes. The index of a thousand shards has some hundred thousand."""
_DEPTH = 2
"""Folders below the model's own: those of a pipeline's parts."""


def refuse_code(place: Path) -> None:
    """Looks for code in a model's folder, and refuses it.

    Raises:
        RemoteCodeError: something in the model's folder (or beside its file) asks for code of its own to run.
        ModelError: a file of it cannot be looked through.
    """
    for path in _texts(place if place.is_dir() else place.parent, _DEPTH if place.is_dir() else 0):
        for name, value in _pairs(_content(path)):
            _check(path, name, value)


def _texts(folder: Path, depth: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and depth:
            yield from _texts(path, depth - 1)
        elif path.suffix.lower() == ".json" and path.name not in _VOCABULARIES and path.is_file():
            yield path


def _content(path: Path) -> Any:
    if path.stat().st_size > _LARGEST:
        raise ModelError(f"{path} is too large for a model's settings: choose another model.")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError) as cause:
        raise ModelError(
            f"The model in {path.parent} is missing, broken or of another architecture ({path.name} is no JSON): "
            "restore it, or choose another."
        ) from cause


def _pairs(content: Any) -> Iterator[tuple[str, Any]]:
    """Every name with its value, however deep; without recursion, for the depth is the file's."""
    waiting = [content]
    while waiting:
        now = waiting.pop()
        if isinstance(now, dict):
            yield from now.items()
            waiting.extend(now.values())
        elif isinstance(now, list):
            yield from (("", value) for value in now if isinstance(value, str))
            waiting.extend(now)


def _check(path: Path, name: str, value: Any) -> None:
    lowered = name.lower()
    kernel = lowered.endswith(_NAMES_A_KERNEL) and "/" in str(value)
    if (lowered in _ASKS_FOR_CODE and value not in (None, False)) or kernel:
        raise RemoteCodeError(
            f"The model in {path.parent} asks to run code of its own ({name} in {path.name}), which is never done: "
            "choose a model that needs none."
        )
    if isinstance(value, str) and is_share(value) and not value[2:3].isspace() and value[2:]:
        raise RemoteCodeError(
            f"The model in {path.parent} names a file on another machine ({path.name}), which is not opened: "
            "choose another model."
        )
