"""An object out of one picture: the backend takes it for one of the things that the shape prior knows."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import bpy

from ..blender import identity, results
from ..blender.picture_pixels import picture_pixels
from ..core import calls
from ..core.picture_question import PictureQuestion
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
        ConfigError: it shows nothing that the prior knows; nothing is made.
        DiskError: it is no picture.
    """
    APP.picture_question = None
    pixels = picture_pixels(file)
    scene = identity.uid_of(context.scene)
    with APP.busy("reading the picture"):
        connection = yield from ensure_connected()
        found = yield from run_in_thread(lambda: calls.read_picture(connection.client, pixels, words))
        if ask and not found.sure:
            APP.picture_question = PictureQuestion(str(file), found.sentence, _chances(found.choices))
            return APP.picture_question
        wanted = config.check_runnable(config.with_changes(wanted, _changes(found.choices[0])))
        report = yield from run_new_job(scene, wanted, Stopwatch())
    return record_report(scene, replace(report, taken_for=found.sentence))


def record_report(scene: int, report: Report) -> Report:
    """The same report, which the scene keeps and the panel shows with what the picture was taken for."""
    home = identity.find_scene(scene) or bpy.context.scene
    home[results.REPORT] = json.dumps(asdict(report))
    APP.session.post("job.reported", sentence=report.summary, notes=[report.taken_for, *report.warnings])
    return report


def _changes(choice: dict[str, Any]) -> dict[str, Any]:
    return {"prompt": choice["prompt"], "field": {"prior_code": choice["code"]}}


def _chances(choices: list[dict[str, Any]]) -> tuple[tuple[str, float], ...]:
    return tuple((str(each["name"]), float(each["chance"])) for each in choices)
