"""Why the main button cannot be pressed now, in one sentence that says what to do; or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from .. import flows
from ..blender import paths
from ..core.errors import DreamwrightError
from ..core.lazy_import import lazy_imports
from ..core.wire import EmptyPromptError, config
from . import requests
from .methods import method_choice, model_name

if TYPE_CHECKING:
    from ..core import model_list
else:
    (model_list,) = lazy_imports(__package__, "..core.model_list")

TRANSFORMS_FILES = ("transforms.json", "transforms_train.json")
"""The two spellings in which photos say where they were taken from, as the backend reads them."""


def why_not_ready(settings: Any) -> str:
    """Empty where the panel's request can be made."""
    try:
        return (
            _busy_problem()
            or _set_up_problem()
            or _prompt_problem(settings)
            or _photos_problem(settings)
            or _model_problem(settings)
        )
    except DreamwrightError as error:
        return error.sentence


def _busy_problem() -> str:
    return f"Already {flows.APP.current_task}" if flows.APP.current_task else ""


def _set_up_problem() -> str:
    return "" if paths.is_set_up() else "The backend is not set up: press Set Up Backend"


def _prompt_problem(settings: Any) -> str:
    """Says what is wrong with the prompt, as the backend's own check says it."""
    if method_choice(settings).method.uses_text and not settings.prompt.strip():
        try:
            config.check_runnable(config.JobConfig())
        except EmptyPromptError as error:
            return error.sentence
    return ""


def _photos_problem(settings: Any) -> str:
    if not method_choice(settings).method.uses_photos:
        return ""
    folder = requests.dataset_folder(settings.dataset)
    if folder is None:
        return f"No photos are chosen: choose a folder with photos and a {TRANSFORMS_FILES[0]}"
    if not folder.is_dir():
        return f"There is no folder {folder}: choose another"
    if not any((folder / name).is_file() for name in TRANSFORMS_FILES):
        return f"There is no {TRANSFORMS_FILES[0]} in {folder.name}, which says where each photo was taken from"
    return ""


def _model_problem(settings: Any) -> str:
    model = model_list.find_model(flows.known_models(), model_name(settings))
    if not method_choice(settings).kinds or model is None or model.is_local:
        return ""
    if not settings.allow_download:
        size = model_list.format_size(model.size_mb)
        return f"The model {model.name} is not downloaded ({size}): enable Allow Download or choose another one"
    if not bpy.app.online_access:
        return f"The model {model.name} is not downloaded and Blender is offline: allow online access"
    return ""
