"""What kind of model a name means, as far as settings go by it: told from the name, and from the files of a folder.

    embedded     the models that come with this copy, and their like: narrow, sure of themselves, a guidance of 1 to 2
    latent       Stable Diffusion: renders pass through its encoder
    pixel        DeepFloyd IF's first stage: renders are what it reads
    image_text   CLIP and its kin, by open_clip
    shape        Shap-E: makes a shape at once, and guides nothing

Standard library only, and nothing but small files of this machine is read: Blender asks this while it draws.
"""

from __future__ import annotations

import enum
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from .known_models import find_known
from .shares import is_share

SHAP_E_PICTURE = "shap-e-img2img"
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_OPEN_CLIP = re.compile(
    r"(RN\d|ViT|ViTamin|convnext|coca|roberta|xlm|nllb|EVA|MobileCLIP|mt5|swin|vit_)[\w.+-]*/", re.IGNORECASE
)
"""How the architectures of open_clip begin."""


class ModelFamily(enum.StrEnum):
    EMBEDDED = "embedded"
    LATENT = "latent"
    PIXEL = "pixel"
    IMAGE_TEXT = "image_text"
    SHAPE = "shape"


def model_family(name: str) -> ModelFamily:
    """Returns the family of what a person writes after `--model`; of what is not known and not here, that of its like:
    a repository or a single file is taken for a Stable Diffusion."""
    known = find_known(name)
    if known is not None:
        return ModelFamily(known.family) if known.family else ModelFamily.LATENT
    if not name or is_share(name):
        return ModelFamily.EMBEDDED
    if name.startswith("hf-hub:"):
        return ModelFamily.IMAGE_TEXT
    try:
        found = _family_of_path(Path(name.removeprefix("local-dir:")).expanduser())
    except (OSError, ValueError, RuntimeError):  # too long, not allowed, nobody's home: whoever loads it says so
        found = None
    if found is not None:
        return found
    if _OPEN_CLIP.match(name):
        return ModelFamily.IMAGE_TEXT
    snapshot = cached_snapshot(name)
    return ModelFamily.LATENT if snapshot is None else _family_of_folder(snapshot)


def makes_shape_of_picture(model: str) -> bool:
    """Tells whether a model makes a shape of a picture, where others make one of words."""
    if find_known(model) is not None or not model or is_share(model):
        return model == SHAP_E_PICTURE
    with suppress(OSError, ValueError, RuntimeError):  # as above
        place = Path(model.removeprefix("local-dir:")).expanduser()
        index = _json((place if place.is_dir() else cached_snapshot(model) or place) / "model_index.json")
        return index is not None and index.get("_class_name") == "ShapEImg2ImgPipeline"
    return False


def _family_of_path(path: Path) -> ModelFamily | None:
    """None where nothing lies there."""
    if path.is_dir():
        return _family_of_folder(path)
    if not path.is_file():
        return None
    image_text = (path.parent / "open_clip_config.json").is_file()
    return ModelFamily.IMAGE_TEXT if image_text else ModelFamily.LATENT


def hub_cache() -> Path:
    """Returns where huggingface_hub keeps what was fetched, by any program: its own rules, without importing it."""
    cache = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if cache:
        return Path(os.path.expandvars(cache)).expanduser()
    general = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or os.path.join(general, "huggingface")
    return Path(os.path.expandvars(home)).expanduser() / "hub"


def cached_snapshot(repository: str, cache: Path | None = None) -> Path | None:
    """Returns the folder of a repository that some program has fetched, whole or not: the one that `main` points at,
    else the youngest. `cache` is the hub's folder, where it is known."""
    if not _REPOSITORY.fullmatch(repository):
        return None
    folder = (cache or hub_cache()) / f"models--{repository.replace('/', '--')}"
    try:
        commit = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        commit = ""
    main = folder / "snapshots" / commit
    if re.fullmatch(r"[0-9a-f]{40,64}", commit) and main.is_dir():
        return main
    try:
        return max((path for path in (folder / "snapshots").iterdir() if path.is_dir()), key=_written, default=None)
    except OSError:
        return None


def _written(path: Path) -> float:
    return path.stat().st_mtime


def _family_of_folder(folder: Path) -> ModelFamily:
    if (folder / "conditioner.json").is_file():
        return ModelFamily.EMBEDDED
    index = _json(folder / "model_index.json")
    if index is not None:
        if str(index.get("_class_name")).startswith("ShapE"):
            return ModelFamily.SHAPE
        return ModelFamily.LATENT if _names_part(index, "vae") else ModelFamily.PIXEL
    if (folder / "open_clip_config.json").is_file() or any(folder.glob("open_clip_*")):
        return _family_by_vocabulary(folder)
    return ModelFamily.LATENT


def _family_by_vocabulary(folder: Path) -> ModelFamily:
    """A copy of ours has its words beside it, and was taught what ours was."""
    return ModelFamily.EMBEDDED if (folder / "vocabulary.json").is_file() else ModelFamily.IMAGE_TEXT


def _names_part(index: dict[str, Any], part: str) -> bool:
    named = index.get(part)
    return isinstance(named, list) and len(named) == 2 and named[1] is not None


def _json(file: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
