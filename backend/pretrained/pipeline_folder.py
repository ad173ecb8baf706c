"""A diffusers folder on this machine: what it is, and whether its parts are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from backend.errors import ModelError

from .selection import PARTS, variant_of

PIPELINE_FILE = "model_index.json"
_WITH_WEIGHTS = ("unet", "vae", "text_encoder", "text_encoder_2")


def check_pipeline(folder: Path) -> None:
    """
    Raises:
        ModelError: parts that its index names are not there.
    """
    index = _json(folder / PIPELINE_FILE)
    named = [part for part in PARTS if isinstance(index.get(part), list) and index[part][1] is not None]
    lacking = [part for part in named if not _is_there(folder / part)]
    if lacking or "unet" not in named:
        raise ModelError(
            f"The pipeline in {folder} lacks {', '.join(lacking or ['a unet'])}: copy the whole folder, or choose "
            "another model."
        )


def variant_in(folder: Path) -> str | None:
    """The `variant` to give diffusers for the weights in the folder of one part: "fp16", or None."""
    return variant_of(path.name for path in folder.iterdir())


def is_controlnet(folder: Path) -> bool:
    return _json(folder / "config.json").get("_class_name") == "ControlNetModel"


def _is_there(part: Path) -> bool:
    """The folder, something in it, and weights where it has some."""
    names = [path.name for path in part.iterdir()] if part.is_dir() else []
    weights = any(name.endswith((".safetensors", ".bin")) for name in names)
    return weights or (bool(names) and part.name not in _WITH_WEIGHTS)


def _json(path: Path) -> dict[str, Any]:
    """Nothing where there is no such file, or none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
