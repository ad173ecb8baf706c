"""Why the main button cannot be pressed now, in one sentence that says what to do; or nothing."""

from __future__ import annotations

from typing import Any

import bpy

from .. import flows
from ..blender import paths
from ..core import model_list
from ..core.errors import DreamwrightError
from ..core.wire import EmptyPromptError, config
from . import requests
from .methods import model_of, way_of

PICTURES_FILES = ("transforms.json", "transforms_train.json")
"""The two spellings in which photos say where they were taken from, as the backend reads them."""


def why_not(settings: Any) -> str:
    """Empty where the panel's request can be made."""
    try:
        return _busy() or _not_set_up() or _words(settings) or _photos(settings) or _model(settings)
    except DreamwrightError as error:
        return error.sentence


def _busy() -> str:
    return f"Already {flows.STUDIO.doing}" if flows.STUDIO.doing else ""


def _not_set_up() -> str:
    return "" if paths.is_set_up() else "The backend is not set up: press Set Up Backend"


def _words(settings: Any) -> str:
    """As the backend's own check says it."""
    if way_of(settings).method.reads_words and not settings.prompt.strip():
        try:
            config.check_runnable(config.JobConfig())
        except EmptyPromptError as error:
            return error.sentence
    return ""


def _photos(settings: Any) -> str:
    if not way_of(settings).method.reads_pictures:
        return ""
    folder = requests.dataset_folder(settings.dataset)
    if folder is None:
        return f"No photos were chosen: choose a folder with photos and a {PICTURES_FILES[0]}"
    if not folder.is_dir():
        return f"There is no folder {folder}: choose another"
    if not any((folder / name).is_file() for name in PICTURES_FILES):
        return f"There is no {PICTURES_FILES[0]} in {folder.name}, which says where each photo was taken from"
    return ""


def _model(settings: Any) -> str:
    model = model_list.named(flows.known_models(), model_of(settings))
    if not way_of(settings).kinds or model is None or model.here:
        return ""
    if not settings.allow_download:
        size = model_list.size_in_words(model.size_mb)
        return f"The model {model.name} is not on this machine ({size}): tick Allow Download or choose another"
    if not bpy.app.online_access:
        return f"The model {model.name} is not on this machine and Blender is offline: allow online access"
    return ""
