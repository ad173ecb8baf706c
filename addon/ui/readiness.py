"""Why the main button cannot be pressed now, in one sentence that says what to do; or nothing."""

from __future__ import annotations

from pathlib import Path
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


def why_not_ready(settings: Any) -> str:
    """Empty where the panel's request can be made."""
    try:
        return (
            _busy_problem()
            or _set_up_problem()
            or _prompt_problem(settings)
            or _photos_problem(settings)
            or _start_problem(settings)
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
        return "No photos are chosen: choose a folder with photos"
    if config.names_video(folder) and folder.is_file():
        return ""
    if not folder.is_dir():
        return f"There is no folder {folder}: choose another"
    if _is_empty(folder):
        return f"The folder {folder.name} is empty, or cannot be opened: choose another"
    return ""


def _start_problem(settings: Any) -> str:
    if settings.start_from == "MESHES" and not flows.start_mesh.selected_solids(bpy.context):
        return "No mesh is selected to start from: select meshes, or start from nothing"
    return ""


def _is_empty(folder: Path) -> bool:
    """Tells whether there is nothing to be read; what lies there is the backend's to recognize."""
    try:
        return next(folder.iterdir(), None) is None
    except OSError:
        return True


def _model_problem(settings: Any) -> str:
    model = model_list.find_model(flows.known_models(), model_name(settings))
    if not method_choice(settings).kinds or model is None or model.is_local:
        return ""
    if not bpy.app.online_access:
        return f"The model {model.name} is not downloaded and Blender is offline: allow online access"
    if not settings.allow_download:
        size = model_list.format_size(model.size_mb)
        return f"The model {model.name} is not downloaded ({size}): press Download or choose another one"
    return ""
