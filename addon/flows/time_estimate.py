"""How long it will take here, said before the click and when a run begins."""

from __future__ import annotations

import logging
from typing import Any

from ..blender import paths
from ..core import measured_pace, model_list
from ..core.connection import BackendConnection
from ..core.errors import DiskError
from ..core.wire import config
from .flow import APP, Flow, run_in_thread
from .job_report import Stopwatch
from .list_models import known_models

log = logging.getLogger(__name__)


def time_estimate(wanted: config.JobConfig) -> str:
    """Says how long a job takes on this machine, and whether that was measured or counted; never waits."""
    measured = measured_pace.measured_seconds(_file(), APP.session.snapshot.computes, wanted)
    return measured_pace.estimate_sentence(measured, _counted_seconds(wanted))


def remember_pace(connection: BackendConnection, record: Any, clock: Stopwatch) -> Flow[None]:
    """Keep what a job took, for the next one like it; a full disk costs no more than that."""
    file = _file()
    wanted = config.from_json(record.config)
    seconds = record.seconds_optimize if wanted.optimize.steps else clock.seconds.get("optimize", 0.0)
    computes = connection.backend_info.computes or connection.backend_info.device
    try:
        yield from run_in_thread(lambda: measured_pace.remember_pace(file, computes, wanted, record.step, seconds))
    except DiskError as error:
        log.warning("%s", error.sentence)


def _counted_seconds(wanted: config.JobConfig) -> float | None:
    """Returns what the backend counted for its device, of a model's questions at normal quality, for these steps."""
    model = model_list.find_model(known_models(), wanted.model) if wanted.uses_text else None
    if model is not None and model.kind == "shape":
        return model.seconds
    if model is None or model.seconds is None or not wanted.optimize.steps:
        return None
    usual = config.preset(config.Method.TEXT, config.Quality.NORMAL, wanted.model)
    views = wanted.orbit.views / usual.orbit.views if model.kind == "diffusion" else 1.0
    return model.seconds * views * wanted.optimize.steps / usual.optimize.steps


def _file() -> Any:
    return paths.cache_folder() / measured_pace.FILE
