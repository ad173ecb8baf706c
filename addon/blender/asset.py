"""A result as an asset: marked, pictured, tagged, listed in a catalog, with who made it and under which license."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core import catalog
from ..core.bake_export_config import AssetConfig, TurntableConfig
from ..core.errors import DiskError
from . import thumbnail, turntable
from .image_files import pixels_of

PREVIEW = TurntableConfig(frames=12, size=256, samples=24, denoise=False, transparent=True)
PREVIEW_FRAME = 2
"""A little from the side: the second of twelve."""
CREATOR = "Dreamwright"
WORD = re.compile(r"\w[\w'-]+")
SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with"}


@dataclass(frozen=True)
class AssetCredits:
    """What an asset says of how it came to be."""

    prompt: str
    models: list[dict[str, Any]]
    license: str


def credits_of(obj: bpy.types.Object) -> AssetCredits:
    """Out of the properties that every result has; neutral where someone removed or broke one."""
    return AssetCredits(
        str(obj.get("dreamwright_prompt", "")),
        _models_in(obj.get("dreamwright_models", "")),
        str(obj.get("dreamwright_license", "")),
    )


def check_catalog(wanted: AssetConfig) -> None:
    """Raises DiskError where a catalog is wanted, and there is no .blend yet to lie beside, or its list is broken."""
    if not wanted.catalog.strip():
        return
    if not bpy.data.filepath:
        raise DiskError("The catalog is next to the .blend file, which was never saved: save it first.")
    catalog.check_catalog(library_folder(), wanted.catalog)


def publish(obj: bpy.types.Object, wanted: AssetConfig) -> None:
    """Make an asset of it; what was one before is told anew.

    Raises:
        DiskError: the .blend was never saved, or the list of catalogs cannot be written.
        SceneError: Cycles, which takes the picture, is switched off.
    """
    check_catalog(wanted)
    picture = _picture_of(obj)
    listed = catalog.ensure_catalog(library_folder(), wanted.catalog) if wanted.catalog.strip() else ""
    obj.asset_mark()
    _describe(obj.asset_data, credits_of(obj), wanted)
    if listed:
        obj.asset_data.catalog_id = listed
    thumbnail.set_thumbnail_pixels(obj, picture)


def library_folder() -> Path:
    """Returns where Blender looks for this file's catalogs: the asset library that it lies in, else its own folder."""
    home = Path(bpy.data.filepath).resolve().parent
    libraries = [Path(bpy.path.abspath(each.path)).resolve() for each in _asset_libraries() if each.path]
    return next((folder for folder in libraries if folder == home or folder in home.parents), home)


def _asset_libraries() -> Any:
    return bpy.context.preferences.filepaths.asset_libraries


def tags_of(prompt: str, more: str) -> list[str]:
    """The words of the prompt that mean something, and what was written beside them, each once."""
    words = [word for word in WORD.findall(prompt.lower()) if word not in SMALL_WORDS]
    typed = [tag.strip() for tag in more.split(",") if tag.strip()]
    return list(dict.fromkeys([*typed, *words]))


def _describe(data: bpy.types.AssetMetaData, origin: AssetCredits, wanted: AssetConfig) -> None:
    names = ", ".join(str(model["name"]) for model in origin.models if model.get("name"))
    made = f"made with {CREATOR}" + (f" and {names}" if names else "")
    data.description = f"{origin.prompt}, {made}" if origin.prompt else made.capitalize()
    data.author = wanted.author.strip() or CREATOR
    data.license = origin.license
    for tag in tags_of(origin.prompt, wanted.tags):
        data.tags.new(tag, skip_if_exists=True)


def _models_in(text: Any) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return []
    return [model for model in found if isinstance(model, dict)] if isinstance(found, list) else []


def _picture_of(obj: bpy.types.Object) -> np.ndarray:
    """(size, size, 4) float32, row 0 the lowest: Blender's own preview needs a window, Cycles does not."""
    with turntable.temporary_turntable(obj, PREVIEW) as scene, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "preview.png"
        turntable.render_frame(scene, PREVIEW_FRAME, file)
        image = bpy.data.images.load(str(file))
        try:
            return pixels_of(image)
        finally:
            bpy.data.images.remove(image)
