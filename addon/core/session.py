"""What a person sees of the backend and of the job: one frozen Snapshot, and how each event makes the next.

`reduce` is pure, so every state that a panel can draw can be made in a test. `Session` is the inbox: threads post
events, the main thread drains them.
"""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from .backend_state import BackendState as BackendState
from .calls import ModelInfo
from .client import LOST, Event
from .disk_use import DiskUse
from .errors import BackendLostError
from .install_progress import InstallProgress
from .torch_build import Offer
from .wire import config

LOG_LINES = 20
HISTORY_POINTS = 256
"""Kept of a job for its curves; a panel is about as many pixels wide."""


class HistoryPoint(NamedTuple):
    """What a step came to."""

    step: int
    loss: float | None
    score: float | None


@dataclass(frozen=True)
class ModelFetch:
    """How a download stands."""

    state: str
    """fetching, here, stopped or failed"""
    bytes: int
    total_bytes: int
    sentence: str = ""
    """Why it failed."""
    at: float = 0.0
    """When this was told, by time.monotonic."""
    began_bytes: int = 0
    began_at: float = 0.0
    """What had arrived when the download was told of first, and when that was."""

    @property
    def fraction(self) -> float:
        return self.bytes / self.total_bytes if self.total_bytes else 1.0

    @property
    def bytes_per_second(self) -> float | None:
        """None before anything has come of which the time is known."""
        seconds, arrived = self.at - self.began_at, self.bytes - self.began_bytes
        return arrived / seconds if seconds > 0 and arrived > 0 else None


@dataclass(frozen=True)
class Snapshot:
    """All that is known now. Nothing in it changes; `preview` is (h, w, 4) uint8 or None."""

    backend: BackendState = BackendState.OFF
    device: str = ""
    computes: str = ""
    """What computes, as a person reads it: "NVIDIA GeForce RTX 3060, 12 GB", or "CPU: " and why no card does."""
    offers: tuple[Offer, ...] = ()
    """What the backend can be set up with on this machine, the best first; empty before somebody looked."""
    disk_use: DiskUse | None = None
    """What was counted last of our files; None before that."""
    setup: InstallProgress | None = None
    """How far the set-up is, in figures, while it runs."""
    activity: str = ""
    fraction: float | None = None
    job: str = ""
    state: str = ""
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    steps_per_second: float | None = None
    loss: float | None = None
    score: float | None = None
    preview: np.ndarray | None = None
    error: str = ""
    error_code: int = 0
    log: tuple[str, ...] = ()
    sentence: str = ""
    """What the backend said last of the job that is followed: what is prepared, what was lowered to fit."""
    report: str = ""
    """What came of the last job, and what a person should know of it."""
    notes: tuple[str, ...] = ()
    models: tuple[ModelInfo, ...] = ()
    """Those that a backend told of; empty before one did."""
    fetches: dict[str, ModelFetch] = field(default_factory=dict)
    """Downloads by the model's name, also those that have ended, until the backend is another."""
    memory_mb: float | None = None
    """What the backend holds."""
    prompt: str = ""
    """What the job is asked for now, as `weights`; both hold since step `holds_from`."""
    weights: dict[str, float] = field(default_factory=dict)
    """What pulls in this job, by the names that `calls.edit_job` takes."""
    objective_since: int = 0
    terms: dict[str, float] = field(default_factory=dict)
    """The parts of the loss of the last step, by name."""
    history: tuple[HistoryPoint, ...] = ()
    """Of the steps that were told of, spread evenly where they are many."""

    @property
    def running(self) -> bool:
        """Tells whether a job is on its way (a paused one is not)."""
        return self.state in (config.JobState.QUEUED, config.JobState.RUNNING)

    @property
    def ended(self) -> bool:
        return self.state in (config.JobState.FINISHED, config.JobState.CANCELLED, config.JobState.FAILED)

    @property
    def progress(self) -> float:
        return self.step / self.steps if self.steps else 0.0


def reduce(snapshot: Snapshot, event: Event) -> Snapshot:
    """The snapshot after `event`; an event of another job, or one that we do not know, changes nothing."""
    change = _CHANGES.get(event.name)
    about_another = "job" in event.values and event.name in _JOB_EVENTS and event.values["job"] != snapshot.job
    if change is None or about_another:
        return snapshot
    return replace(snapshot, **change(snapshot, event.values | {"at": event.at}))


def format_time_left(seconds: float | None) -> str:
    """A time left as a person says it."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"{seconds:.0f} s left"
    return f"{seconds / 60:.0f} min left" if seconds < 5400 else f"{seconds / 3600:.1f} h left"


def _progress(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    known = ("step", "steps", "seconds_left", "steps_per_second", "loss", "score", "memory_mb", "terms")
    changed = {name: values[name] for name in known if name in values}
    return changed | {"history": _extended_history(snapshot.history, values)}


def _model_fetch(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    told = _fetch_of(values, snapshot.fetches.get(values["model"]))
    changed: dict[str, Any] = {"fetches": snapshot.fetches | {values["model"]: told}}
    if told.state == "here":
        here = (replace(model, is_local=model.is_local or model.name == values["model"]) for model in snapshot.models)
        changed["models"] = tuple(here)
    return changed


def _fetch_of(values: dict[str, Any], before: ModelFetch | None) -> ModelFetch:
    goes_on = before is not None and before.state == "fetching"
    began = (before.began_bytes, before.began_at) if before and goes_on else (values["bytes"], values["at"])
    return ModelFetch(
        values["state"], values["bytes"], values["total_bytes"], values.get("sentence", ""), values["at"], *began
    )


def fetch_text(fetch: ModelFetch) -> str:
    """Says how a download stands: what has come of how much, how fast, and what is left."""
    whole, speed = fetch.total_bytes / 1e6, fetch.bytes_per_second
    words = [f"{fetch.bytes / 1e6:.0f} of {whole:.0f} MB" if whole < 1000 else
             f"{fetch.bytes / 1e9:.1f} of {whole / 1000:.1f} GB"]  # fmt: skip
    if speed:
        words += [f"{speed / 1e6:.1f} MB/s", format_time_left((fetch.total_bytes - fetch.bytes) / speed)]
    return ", ".join(words)


def _extended_history(history: tuple[HistoryPoint, ...], values: dict[str, Any]) -> tuple[HistoryPoint, ...]:
    """Adds this step at the end, without what a job that went back has undone, and evenly thinned where it is full."""
    told = HistoryPoint(values["step"], values.get("loss"), values.get("score"))
    moments = [*(moment for moment in history if moment.step < told.step), told]
    if len(moments) > HISTORY_POINTS:
        del moments[_most_redundant(moments)]
    return tuple(moments)


def _most_redundant(moments: list[HistoryPoint]) -> int:
    """The one whose neighbors are closest; the first and the last stay."""
    return min(range(1, len(moments) - 1), key=lambda i: moments[i + 1].step - moments[i - 1].step)


def _objective(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"prompt": values["prompt"], "weights": dict(values["weights"]), "objective_since": values["step"]}


def _preview(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"preview": values["image"]}


def _state(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"state": values["state"], "step": values.get("step", snapshot.step), "error": values.get("error") or ""}


def _log(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"log": (*snapshot.log, values["text"])[-LOG_LINES:], "sentence": values["text"]}


def _reported(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"report": values["sentence"], "notes": tuple(values["notes"])}


def _finished(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"state": config.JobState.FINISHED, "step": values.get("step", snapshot.step), "seconds_left": 0.0}


def _failed(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"state": config.JobState.FAILED, "error": values["sentence"], "error_code": values.get("code", 0)}


_WITHOUT_BACKEND: dict[str, Any] = {"device": "", "computes": "", "setup": None}


def _lost(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    said = {"error": values["sentence"], "error_code": BackendLostError.code}
    return (
        {"backend": BackendState.LOST, "activity": "", "fraction": None, **_WITHOUT_BACKEND}
        | said
        | _paused_if_running(snapshot)
    )


def _setting_up(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "backend": BackendState.SETTING_UP,
        "activity": values["text"],
        "fraction": values.get("fraction"),
        "setup": values.get("progress"),
        "error": "",
    }


def _starting(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"backend": BackendState.STARTING, "activity": "", "fraction": None, "error": ""}


def _ready(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "backend": BackendState.READY,
        "device": values.get("device", ""),
        "computes": values.get("computes", ""),
        "activity": "",
        "fraction": None,
        "error": "",
    }


def _off(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    said = {"error": values.get("sentence", ""), "error_code": values.get("code", 0)}
    return (
        {"backend": BackendState.OFF, "activity": "", "fraction": None, **_WITHOUT_BACKEND}
        | said
        | _paused_if_running(snapshot)
    )


def _paused_if_running(snapshot: Snapshot) -> dict[str, Any]:
    """Without a backend nothing runs: what was saved of the job can go on (`store.py` wakes it as paused, too)."""
    return {"state": config.JobState.PAUSED} if snapshot.running else {}


def _activity(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"activity": values["text"], "fraction": values.get("fraction")}


def _job_followed(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    fresh = {name: getattr(_EMPTY, name) for name in _JOB_FIELDS}
    return fresh | {"job": values["job"], "state": values["state"], "step": values["step"], "steps": values["steps"]}


def _error(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"error": values["sentence"], "error_code": values.get("code", 0), "activity": "", "fraction": None}


def _models(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"models": values["models"]}


def _offers(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"offers": values["offers"]}


def _disk_use(snapshot: Snapshot, values: dict[str, Any]) -> dict[str, Any]:
    return {"disk_use": values["use"]}


_JOB_FIELDS = (
    "seconds_left",
    "steps_per_second",
    "loss",
    "score",
    "preview",
    "error",
    "error_code",
    "activity",
    "fraction",
    "memory_mb",
    "prompt",
    "weights",
    "objective_since",
    "terms",
    "history",
    "sentence",
    "report",
    "notes",
)
_EMPTY = Snapshot()
_JOB_EVENTS = {
    "event.progress",
    "event.objective_changed",
    "event.preview",
    "event.state",
    "event.finished",
    "event.failed",
}
_CHANGES: dict[str, Callable[[Snapshot, dict[str, Any]], dict[str, Any]]] = {
    "event.progress": _progress,
    "event.objective_changed": _objective,
    "event.preview": _preview,
    "event.state": _state,
    "event.model": _model_fetch,
    "event.log": _log,
    "job.reported": _reported,
    "event.finished": _finished,
    "event.failed": _failed,
    LOST: _lost,
    "backend.setting_up": _setting_up,
    "backend.starting": _starting,
    "backend.ready": _ready,
    "backend.off": _off,
    "activity": _activity,
    "job.followed": _job_followed,
    "error": _error,
    "models": _models,
    "offers": _offers,
    "disk_use": _disk_use,
}


class Session:
    """The inbox and the snapshot. `post` from any thread; `drain` and `wait` from the main one."""

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self._inbox: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def post(self, name: str, **values: Any) -> None:
        self._inbox.put(Event(name, values))

    def receive(self, event: Event) -> None:
        self._inbox.put(event)

    def drain(self) -> bool:
        """Take in what has come; whether anything had."""
        before = self.snapshot
        while not self._inbox.empty():
            self.snapshot = reduce(self.snapshot, self._inbox.get())
        return self.snapshot is not before

    def wait(self, seconds: float) -> bool:
        """Does what `drain` does, but waits up to `seconds` for something to come."""
        try:
            self.snapshot = reduce(self.snapshot, self._inbox.get(timeout=seconds))
        except queue.Empty:
            return False
        self.drain()
        return True
