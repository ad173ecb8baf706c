"""A result as an asset: marked, pictured, tagged, listed in a catalogue, with who made it and under which licence."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..core import catalogue
from ..core.errors import DiskError
from ..core.finish_config import AssetConfig, TurntableConfig
from . import thumbnail, turntable
from .pictures import pixels_of

PREVIEW = TurntableConfig(frames=12, size=256, samples=24, denoise=False, transparent=True)
PREVIEW_FRAME = 2
"""A little from the side: the second of twelve."""
MAKER = "Dreamwright"
WORD = re.compile(r"\w[\w'-]+")
SMALL_WORDS = {"a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "the", "to", "with"}


@dataclass(frozen=True)
class Origin:
    """What an asset says of how it came to be."""

    prompt: str
    models: list[dict[str, Any]]
    licence: str


def origin_of(thing: bpy.types.Object) -> Origin:
    """Out of the properties that every result has; neutral where someone removed or broke one."""
    return Origin(
        str(thing.get("dreamwright_prompt", "")),
        _models_in(thing.get("dreamwright_models", "")),
        str(thing.get("dreamwright_licence", "")),
    )


def check_can_list(wanted: AssetConfig) -> None:
    """Raises DiskError where a catalogue is wanted, and there is no .blend yet to lie beside, or its list is broken."""
    if not wanted.catalogue.strip():
        return
    if not bpy.data.filepath:
        raise DiskError("The catalogue lies beside the .blend, which was never saved: save it first.")
    catalogue.check(library_folder(), wanted.catalogue)


def publish(thing: bpy.types.Object, wanted: AssetConfig) -> None:
    """Make an asset of it; what was one before is told anew.

    Raises:
        DiskError: the .blend was never saved, or the list of catalogues cannot be written.
        SceneError: Cycles, which takes the picture, is switched off.
    """
    check_can_list(wanted)
    picture = _picture_of(thing)
    listed = catalogue.entered(library_folder(), wanted.catalogue) if wanted.catalogue.strip() else ""
    thing.asset_mark()
    _describe(thing.asset_data, origin_of(thing), wanted)
    if listed:
        thing.asset_data.catalog_id = listed
    thumbnail.give_pixels(thing, picture)


def library_folder() -> Path:
    """Where Blender looks for this file's catalogues: the asset library that it lies in, else its own folder."""
    home = Path(bpy.data.filepath).resolve().parent
    libraries = [Path(bpy.path.abspath(each.path)).resolve() for each in _libraries() if each.path]
    return next((folder for folder in libraries if folder == home or folder in home.parents), home)


def _libraries() -> Any:
    return bpy.context.preferences.filepaths.asset_libraries


def tags_of(prompt: str, more: str) -> list[str]:
    """The words of the prompt that mean something, and what was written beside them, each once."""
    words = [word for word in WORD.findall(prompt.lower()) if word not in SMALL_WORDS]
    typed = [tag.strip() for tag in more.split(",") if tag.strip()]
    return list(dict.fromkeys([*typed, *words]))


def _describe(data: bpy.types.AssetMetaData, origin: Origin, wanted: AssetConfig) -> None:
    names = ", ".join(str(model["name"]) for model in origin.models if model.get("name"))
    made = f"made with {MAKER}" + (f" and {names}" if names else "")
    data.description = f"{origin.prompt}, {made}" if origin.prompt else made.capitalize()
    data.author = wanted.author.strip() or MAKER
    data.license = origin.licence
    for tag in tags_of(origin.prompt, wanted.tags):
        data.tags.new(tag, skip_if_exists=True)


def _models_in(text: Any) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (TypeError, ValueError):
        return []
    return [model for model in found if isinstance(model, dict)] if isinstance(found, list) else []


def _picture_of(thing: bpy.types.Object) -> np.ndarray:
    """(size, size, 4) float32, row 0 the lowest: Blender's own preview needs a window, Cycles does not."""
    with turntable.passing(thing, PREVIEW) as scene, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "preview.png"
        turntable.take(scene, PREVIEW_FRAME, file)
        image = bpy.data.images.load(str(file))
        try:
            return pixels_of(image)
        finally:
            bpy.data.images.remove(image)
