"""What can be said over the wire: one class for each call, answer and notification.

A call is a frozen dataclass that knows its `method` and its `Result`; `values` makes JSON of it and reads it strictly.
Change a field here and both sides change; raise WIRE_VERSION when an older side would misread it.

    client    id, messages = peer.send_request(*call(FetchPreview(job="a1")))
    server    wish = values.from_json(CALLS[event.method], event.params)
    server    messages = peer.send_result(event.id, values.to_json(Picture(image)))
    client    picture = values.from_json(FetchPreview.Result, event.result)
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..errors import VersionError
from . import values

WIRE_VERSION = 1
"""Both sides must speak the same version."""
TOKEN_VARIABLE = "DREAMWRIGHT_TOKEN"
"""Environment variable that hands the token to the backend (never an argument: those are visible to every user)."""

DEVICE_VARIABLE = "DREAMWRIGHT_DEVICE"
"""Environment variable with the device of jobs whose own is 'auto'."""


def authorisation(token: str) -> str:
    """The value of the header `Authorization`."""
    return f"Bearer {token}"


def check_version(theirs: int, *, we_are: str, they_are: str) -> None:
    """Whether the other side speaks our version.

    Raises:
        VersionError: it does not; the sentence says which side to update.
    """
    if theirs == WIRE_VERSION:
        return
    older = they_are if theirs < WIRE_VERSION else we_are
    raise VersionError(
        f"The {they_are} speaks version {theirs} of the wire and the {we_are} version {WIRE_VERSION}: "
        f"update the {older}."
    )


# -- what a job is


@dataclass(frozen=True)
class JobRecord:
    """A job as it stands: in job.json, in lists and in answers."""

    job: str
    state: str
    """A JobState's value."""
    step: int
    steps: int
    prompt: str
    created: float
    """Seconds since 1970, as is `updated`."""
    updated: float
    config: dict[str, Any]
    loss: float | None = None
    terms: dict[str, Any] = dataclasses.field(default_factory=dict)
    """The parts of the loss, by name."""
    score: float | None = None
    evaluation: dict[str, Any] | None = None
    seconds_optimise: float = 0.0
    error: str | None = None
    """The sentence with which it failed."""
    models: list[Any] = dataclasses.field(default_factory=list)
    """Models it used: {"name", "licence", "source"} each."""
    notes: list[Any] = dataclasses.field(default_factory=list)
    """Sentences on its words (what of them was cut off or is not known), and how it began again with another seed."""


# -- answers


@dataclass(frozen=True)
class Nothing:
    """The answer where there is nothing to say but that it was done."""


@dataclass(frozen=True)
class Welcome:
    wire: int
    backend_version: str
    device: str
    models: list[Any]
    cache: str


@dataclass(frozen=True)
class Created:
    job: str


@dataclass(frozen=True)
class Standing:
    """Where the job is after a command."""

    state: str
    step: int


@dataclass(frozen=True)
class Edited:
    step: int
    """The step from which the edit holds."""


@dataclass(frozen=True)
class JobList:
    jobs: list[Any]
    """JobRecords as JSON, oldest first."""


@dataclass(frozen=True)
class GridData:
    """Samples at cell centres: position of index i on an axis = low + (i + 0.5) * (high - low) / n."""

    density: np.ndarray
    """float16 (x, y, z), in 1/metre of the field's world."""
    colour: np.ndarray
    """uint8 (x, y, z, 3), sRGB-encoded."""
    bounds_low: list[Any]
    bounds_high: list[Any]
    transform: list[Any]
    """4x4 rows: field world -> scene metres."""
    threshold: float
    """A density to mesh at."""
    histogram: dict[str, Any]
    step: int


@dataclass(frozen=True)
class Picture:
    image: np.ndarray
    """uint8 (height, width, 4), sRGB-encoded, straight alpha."""


@dataclass(frozen=True)
class BackendStatus:
    device: str
    peak_rss_mb: float
    jobs_running: int
    uptime_s: float


# -- calls


@dataclass(frozen=True)
class Hello:
    """Must be the first call of a connection."""

    method: ClassVar[str] = "hello"
    Result: ClassVar[type] = Welcome
    wire: int
    client: str
    client_version: str


@dataclass(frozen=True)
class CreateJob:
    method: ClassVar[str] = "jobs.create"
    Result: ClassVar[type] = Created
    config: dict[str, Any]
    """config.to_json of a JobConfig."""


@dataclass(frozen=True)
class StartJob:
    method: ClassVar[str] = "jobs.start"
    Result: ClassVar[type] = Standing
    job: str


@dataclass(frozen=True)
class PauseJob:
    method: ClassVar[str] = "jobs.pause"
    Result: ClassVar[type] = Standing
    job: str


@dataclass(frozen=True)
class ResumeJob:
    method: ClassVar[str] = "jobs.resume"
    Result: ClassVar[type] = Standing
    job: str


@dataclass(frozen=True)
class CancelJob:
    method: ClassVar[str] = "jobs.cancel"
    Result: ClassVar[type] = Standing
    job: str


@dataclass(frozen=True)
class EditJob:
    method: ClassVar[str] = "jobs.edit"
    Result: ClassVar[type] = Edited
    job: str
    prompt: str | None = None
    weights: dict[str, Any] | None = None
    """Weights of the loss's terms, by name."""
    words: dict[str, Any] | None = None
    """Settings of config's group `words` that change: what must not be seen, the words of cameras."""


@dataclass(frozen=True)
class ListJobs:
    method: ClassVar[str] = "jobs.list"
    Result: ClassVar[type] = JobList


@dataclass(frozen=True)
class GetJob:
    method: ClassVar[str] = "jobs.get"
    Result: ClassVar[type] = JobRecord
    job: str


@dataclass(frozen=True)
class DeleteJob:
    method: ClassVar[str] = "jobs.delete"
    Result: ClassVar[type] = Nothing
    job: str


@dataclass(frozen=True)
class FetchGrid:
    method: ClassVar[str] = "jobs.grid"
    Result: ClassVar[type] = GridData
    job: str
    resolution: int | None = None
    """Voxels along an axis; None takes the job's own."""


@dataclass(frozen=True)
class FetchPreview:
    method: ClassVar[str] = "jobs.preview"
    Result: ClassVar[type] = Picture
    job: str
    size: int | None = None
    """Width and height in pixels."""


@dataclass(frozen=True)
class GetStatus:
    method: ClassVar[str] = "backend.status"
    Result: ClassVar[type] = BackendStatus


@dataclass(frozen=True)
class ShutDown:
    method: ClassVar[str] = "backend.shutdown"
    Result: ClassVar[type] = Nothing


# -- notifications, from the server to every client


@dataclass(frozen=True)
class Progress:
    method: ClassVar[str] = "event.progress"
    job: str
    step: int
    steps: int
    seconds: float
    loss: float | None = None
    terms: dict[str, Any] = dataclasses.field(default_factory=dict)
    score: float | None = None
    steps_per_second: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class PreviewMade:
    method: ClassVar[str] = "event.preview"
    job: str
    step: int
    image: np.ndarray


@dataclass(frozen=True)
class StateChanged:
    method: ClassVar[str] = "event.state"
    job: str
    state: str
    step: int
    error: str | None = None


@dataclass(frozen=True)
class LogLine:
    method: ClassVar[str] = "event.log"
    level: str
    """debug, info, warning or error."""
    text: str
    job: str | None = None


@dataclass(frozen=True)
class Finished:
    method: ClassVar[str] = "event.finished"
    job: str
    step: int
    evaluation: dict[str, Any] | None = None


@dataclass(frozen=True)
class Failed:
    method: ClassVar[str] = "event.failed"
    job: str
    sentence: str
    code: int


CALLS: dict[str, type] = {
    kind.method: kind
    for kind in (
        Hello, CreateJob, StartJob, PauseJob, ResumeJob, CancelJob, EditJob, ListJobs, GetJob, DeleteJob, FetchGrid,
        FetchPreview, GetStatus, ShutDown,
    )
}  # fmt: skip
NOTIFICATIONS: dict[str, type] = {
    kind.method: kind for kind in (Progress, PreviewMade, StateChanged, LogLine, Finished, Failed)
}


def call(message: Any) -> tuple[str, dict[str, Any]]:
    """The method and parameters of a call or notification, as `Peer.send_request` takes them."""
    return message.method, values.to_json(message)
