"""An object out of one picture: the backend takes it for one of the things that the shape prior knows, or has Shap-E
make a shape of it, where that was chosen, or is there and the prior does not know the thing.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from ..blender import identity, results
from ..blender.picture_pixels import picture_pixels
from ..core import calls
from ..core.connection import BackendConnection
from ..core.picture_question import PictureQuestion
from ..core.sending import send_picture
from ..core.wire import config
from .flow import APP, Flow, run_in_thread
from .job_report import Report, Stopwatch
from .manage_backend import ensure_connected
from .start_job import run_new_job


def generate_from_picture(
    context: bpy.types.Context, wanted: config.JobConfig, file: Path, words: str = "", ask: bool = False
) -> Flow[Report | PictureQuestion]:
    """Make what a picture shows; `words` beside it say the rest ("wooden"), or which thing it is ("a mug").

    Where the backend is not sure and we may `ask`, nothing is made and the answer is a question, which the panel shows;
    else the likeliest is made, and the report says so.

    Raises:
        ConfigError: it shows nothing that the prior knows, and Shap-E is not there; nothing is made.
        DiskError: it is no picture.
    """
    APP.picture_question = None
    pixels = picture_pixels(file)
    scene = identity.uid_of(context.scene)
    with APP.busy("reading the picture"):
        connection = yield from ensure_connected()
        sentence, choice = (
            f"{_chosen(wanted)} makes a shape of the picture.",
            {"model": _chosen(wanted), "prompt": words},
        )
        if not choice["model"]:
            found = yield from run_in_thread(lambda: calls.read_picture(connection.client, pixels, words))
            if ask and not found.sure:
                APP.picture_question = PictureQuestion(str(file), found.sentence, _chances(found.choices))
                return APP.picture_question
            sentence, choice = found.sentence, found.choices[0]
        changes = yield from _changes(connection, choice, pixels)
        wanted = config.check_runnable(config.with_changes(wanted, changes))
        report = yield from run_new_job(scene, wanted, Stopwatch())
    return record_report(scene, replace(report, taken_for=sentence))


def record_report(scene: int, report: Report) -> Report:
    """The same report, which the scene keeps and the panel shows with what the picture was taken for."""
    home = identity.find_scene(scene) or bpy.context.scene
    home[results.REPORT] = json.dumps(asdict(report))
    APP.session.post("job.reported", sentence=report.summary, notes=[report.taken_for, *report.warnings])
    return report


def _chosen(wanted: config.JobConfig) -> str:
    """The model that makes shapes of pictures, where one was chosen."""
    model = wanted.prior.model or wanted.model
    return model if config.makes_shape_of_picture(model) else ""


def _changes(connection: BackendConnection, choice: dict[str, Any], pixels: np.ndarray) -> Flow[dict[str, Any]]:
    """Returns what differs in the job; the picture itself is sent where a model reads it."""
    if model := str(choice.get("model", "")):
        sent = yield from run_in_thread(lambda: send_picture(connection.client, pixels, lambda: APP.stop_requested))
        return config.picture_changes(sent, model, str(choice["prompt"]))
    return {"prompt": choice["prompt"], "field": {"prior_code": choice["code"]}}


def _chances(choices: list[dict[str, Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((str(each["name"]), float(each["chance"])) for each in choices)
