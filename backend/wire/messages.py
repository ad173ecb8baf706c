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
from dataclasses import field as dataclass_field
from typing import Any, ClassVar

import numpy as np

from ..config.light_dataclass import dataclass
from ..errors import VersionError
from . import values

WIRE_VERSION = 9
"""Both sides must speak the same version. 2: views, kept checkpoints, branches, models; records know their parent.
3: lists of jobs in pages of summaries, jobs that belong to a client, datasets that are sent, runs that are offline,
and names in American spelling (`color`, `license`, `prompt_options`, event.objective_changed). 4: `hello` says in words
what computes. 5: a grid knows the parts of its object. 7: `pictures.read`, and jobs know the prior's code.
8: `photos.inspect`.
9: a picture of anything, which is sent as a mesh is (`prior.picture`, picture.png)."""

PAGE_LIMIT = 200
"""Summaries in one answer: a page then has less than a tenth of what a message may have."""
SENT = "sent:"
"""What the dataset of a job begins with when its files were sent with `datasets.write`."""
CHUNK_LIMIT = 4 << 20
"""Bytes of one `datasets.write`."""

TOKEN_VARIABLE = "DREAMWRIGHT_TOKEN"
"""Environment variable that hands the token to the backend (never an argument: those are visible to every user)."""

DEVICE_VARIABLE = "DREAMWRIGHT_DEVICE"
"""Environment variable with the device of jobs whose own is 'auto'."""


def bearer_header(token: str) -> str:
    """The value of the header `Authorization`."""
    return f"Bearer {token}"


def check_version(theirs: int, *, we_are: str, they_are: str) -> None:
    """Checks that the other side speaks our version.

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
    seconds_optimize: float = 0.0
    error: str | None = None
    """The sentence with which it failed."""
    models: list[Any] = dataclasses.field(default_factory=list)
    """Models it used: {"name", "license", "source"} each."""
    notes: list[Any] = dataclasses.field(default_factory=list)
    """Sentences on its words (what of them was cut off or is not known), and how it began again with another seed."""
    parent: str = ""
    """The job whose field it started from; empty where there is none."""
    parent_step: int | None = None
    """The step at which that field was taken."""
    client: str = ""
    """The name of the client whose job it is; empty where it is the owner's, who started the backend."""


@dataclass(frozen=True)
class JobSummary:
    """A job in a list: what fits on a line, and travels however many jobs there are."""

    job: str
    state: str
    """A JobState's value, or "broken" where its record cannot be read; `error` then says why."""
    step: int
    steps: int
    prompt: str
    """The beginning of it."""
    created: float
    updated: float
    score: float | None = None
    error: str | None = None
    client: str = ""
    bytes: int | None = None
    """What its folder holds on the disk, where that was asked for."""


@dataclass(frozen=True)
class View:
    """A camera in the coordinates of the job's scene, in Blender's words; lengths in meters of that scene.

    These coordinates are those that a grid's `transform` leads to: the box is not turned in them, whatever its rotation
    says. The pose may be any affine map: one that also turns, moves or stretches is the camera as the object sees it.
    """

    pose: list[Any]
    """4x4 rows, camera to scene; the camera looks along its local -Z, its local +Y is up in the picture."""
    width: int
    height: int
    lens: str = "perspective"
    """Or "orthographic"."""
    angle_x: float | None = None
    """Radians from the left edge of the picture to the right one, where the lens is a perspective one."""
    scale_x: float | None = None
    """Meters from the left edge of the picture to the right one, where it is orthographic."""
    shift_x: float = 0.0
    """How far the picture is moved to the right, in widths of the picture; upwards is `shift_y`, in widths as well."""
    shift_y: float = 0.0
    clip_start: float = 0.0
    """Along the view axis, as `clip_end`; what lies nearer or farther is not seen."""
    clip_end: float | None = None
    pixel_aspect: float = 1.0
    """Height of a pixel over its width."""
    normals: bool = True
    """Whether normals are wanted: without them a view takes less time."""


# -- answers


@dataclass(frozen=True)
class Empty:
    """The answer where there is nothing to say but that it was done."""


@dataclass(frozen=True)
class HelloResult:
    wire: int
    backend_version: str
    device: str
    models: list[Any]
    cache: str
    computes: str = ""
    """What computes, as a person reads it: "NVIDIA GeForce RTX 3060, 12 GB", or "CPU: " and why."""


@dataclass(frozen=True)
class JobCreated:
    job: str


@dataclass(frozen=True)
class JobStatus:
    """Where the job is after a command."""

    state: str
    step: int


@dataclass(frozen=True)
class EditApplied:
    step: int
    """The step from which the edit holds."""


@dataclass(frozen=True)
class JobList:
    jobs: list[Any]
    """JobSummaries as JSON, newest first."""
    total: int
    """Of all pages."""


@dataclass(frozen=True)
class GridData:
    """Samples at cell centers: position of index i on an axis = low + (i + 0.5) * (high - low) / n."""

    density: np.ndarray
    """float16 (x, y, z), in 1/meter of the field's world."""
    color: np.ndarray
    """uint8 (x, y, z, 3), sRGB-encoded."""
    bounds_low: list[Any]
    bounds_high: list[Any]
    transform: list[Any]
    """4x4 rows: field world -> scene meters."""
    threshold: float
    """A density to mesh at."""
    histogram: dict[str, Any]
    step: int
    parts: np.ndarray = dataclass_field(default_factory=lambda: np.zeros((0, 0, 0), np.uint8))
    """uint8 (x, y, z), the number of the part that each cell belongs to; (0, 0, 0) where no parts are known."""
    part_names: list[Any] = dataclass_field(default_factory=list)
    """By number."""


@dataclass(frozen=True)
class PreviewImage:
    image: np.ndarray
    """uint8 (height, width, 4), sRGB-encoded, straight alpha."""


@dataclass(frozen=True)
class RenderedView:
    """A view of a field, as large as there was time for: it may have fewer pixels than were asked, never more."""

    color: np.ndarray
    """float16 (height, width, 3), linear, straight alpha."""
    alpha: np.ndarray
    """float16 (height, width)."""
    depth: np.ndarray
    """float32 (height, width): meters along the view axis to where half of what is seen is seen, as Blender's Z pass;
    1e10 where nothing is."""
    normal: np.ndarray
    """float16 (height, width, 3): out of what is dense, in coordinates of the job's scene; 0 where nothing is.
    Its shape is (0, 0, 3) where normals were not wanted."""
    step: int


@dataclass(frozen=True)
class CheckpointList:
    checkpoints: list[Any]
    """{"step", "created", "score"} each, by step: `created` in seconds since 1970, `score` a number or null."""


@dataclass(frozen=True)
class ModelList:
    models: list[Any]
    """{"name", "kind", "about", "size_mb", "memory_mb", "speed", "license", "is_local", "source", "recommended",
    "cannot", "fits", "seconds"} each."""


@dataclass(frozen=True)
class ModelFetch:
    bytes: int
    """Still to come; 0 where all of it is here, and nothing is told of it any more."""


@dataclass(frozen=True)
class DatasetCreated:
    dataset: str
    """What a job's config calls it; it begins with "sent:"."""


@dataclass(frozen=True)
class Received:
    """How much of a file is there now; a `datasets.write` that was lost goes on from here."""

    bytes: int


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
    Result: ClassVar[type] = HelloResult
    wire: int
    client: str
    client_version: str


@dataclass(frozen=True)
class CreateJob:
    method: ClassVar[str] = "jobs.create"
    Result: ClassVar[type] = JobCreated
    config: dict[str, Any]
    """config.to_json of a JobConfig."""


@dataclass(frozen=True)
class StartJob:
    method: ClassVar[str] = "jobs.start"
    Result: ClassVar[type] = JobStatus
    job: str
    offline: bool = False
    """Whether nothing may be downloaded for this run, whatever the job's config once allowed."""


@dataclass(frozen=True)
class PauseJob:
    method: ClassVar[str] = "jobs.pause"
    Result: ClassVar[type] = JobStatus
    job: str


@dataclass(frozen=True)
class ResumeJob:
    method: ClassVar[str] = "jobs.resume"
    Result: ClassVar[type] = JobStatus
    job: str
    offline: bool = False
    """As of StartJob: consent that was given for an earlier run may have been taken back since."""
    when_memory_is_short: str = ""
    """'refuse' or 'lower' from now on; empty leaves the job's own setting."""


@dataclass(frozen=True)
class CancelJob:
    method: ClassVar[str] = "jobs.cancel"
    Result: ClassVar[type] = JobStatus
    job: str


@dataclass(frozen=True)
class EditJob:
    method: ClassVar[str] = "jobs.edit"
    Result: ClassVar[type] = EditApplied
    job: str
    prompt: str | None = None
    weights: dict[str, Any] | None = None
    """Weights of the loss's terms, by name."""
    prompt_options: dict[str, Any] | None = None
    """Settings of config's group `prompt_options` that change: what must not be seen, the words of cameras."""


@dataclass(frozen=True)
class ListJobs:
    """The jobs of whoever asks, a page at a time; the owner sees those of all."""

    method: ClassVar[str] = "jobs.list"
    Result: ClassVar[type] = JobList
    page: int = 0
    limit: int = PAGE_LIMIT
    """Summaries on a page, at most 200."""
    sizes: bool = False
    """Whether the folders are to be measured, which takes a while."""


@dataclass(frozen=True)
class GetJob:
    method: ClassVar[str] = "jobs.get"
    Result: ClassVar[type] = JobRecord
    job: str


@dataclass(frozen=True)
class DeleteJob:
    method: ClassVar[str] = "jobs.delete"
    Result: ClassVar[type] = Empty
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
    Result: ClassVar[type] = PreviewImage
    job: str
    size: int | None = None
    """Width and height in pixels."""


@dataclass(frozen=True)
class RenderView:
    """Of any job that has a field, also while it runs."""

    method: ClassVar[str] = "jobs.render"
    Result: ClassVar[type] = RenderedView
    job: str
    view: dict[str, Any]
    """A View as JSON."""
    seconds: float
    """The longest time it may take; resolution falls first."""


@dataclass(frozen=True)
class ListCheckpoints:
    method: ClassVar[str] = "jobs.checkpoints"
    Result: ClassVar[type] = CheckpointList
    job: str


@dataclass(frozen=True)
class RewindJob:
    """Back to a kept checkpoint: the job is paused there, and where it stood is kept as a checkpoint as well."""

    method: ClassVar[str] = "jobs.rewind"
    Result: ClassVar[type] = JobStatus
    job: str
    step: int


@dataclass(frozen=True)
class BranchJob:
    """A new job, queued, that starts from the field of another, at a kept step or where it stands."""

    method: ClassVar[str] = "jobs.branch"
    Result: ClassVar[type] = JobCreated
    job: str
    changes: dict[str, Any]
    """What differs in the config, as config.with_changes takes it."""
    step: int | None = None


@dataclass(frozen=True)
class BeginDataset:
    """Announces a dataset that is then sent: the pictures lie with the client, not where the backend runs.

    Names are transforms.json (or transforms_train, _test, _val) and pictures of six digits, 000000.png; each frame's
    `file_path` names one of these pictures.
    """

    method: ClassVar[str] = "datasets.begin"
    Result: ClassVar[type] = DatasetCreated
    files: dict[str, Any]
    """Bytes of each file by its name."""


@dataclass(frozen=True)
class WriteDataset:
    """The next bytes of a file."""

    method: ClassVar[str] = "datasets.write"
    Result: ClassVar[type] = Received
    dataset: str
    name: str
    offset: int
    """How much of it is there already; with no bytes in `data`, -1 asks how much that is."""
    data: np.ndarray
    """uint8 (n,), at most 4 MiB."""


@dataclass(frozen=True)
class ListModels:
    method: ClassVar[str] = "models.list"
    Result: ClassVar[type] = ModelList


@dataclass(frozen=True)
class FetchModel:
    """Download a model, beside whatever runs; `event.model` tells how it goes. Only who started the backend may."""

    method: ClassVar[str] = "models.fetch"
    Result: ClassVar[type] = ModelFetch
    model: str
    agreed: bool
    """Whether the person has agreed to its size and license; refused else."""


@dataclass(frozen=True)
class StopFetch:
    """What has arrived is kept, and the next fetch goes on from there."""

    method: ClassVar[str] = "models.stop_fetch"
    Result: ClassVar[type] = Empty
    model: str


@dataclass(frozen=True)
class GetStatus:
    method: ClassVar[str] = "backend.status"
    Result: ClassVar[type] = BackendStatus


@dataclass(frozen=True)
class ShutDown:
    method: ClassVar[str] = "backend.shutdown"
    Result: ClassVar[type] = Empty


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
    memory_mb: float | None = None
    """What the backend holds now, on the device where that has memory of its own."""


@dataclass(frozen=True)
class ObjectiveChanged:
    """What a job is asked for from this step on: told when it begins, and when it is edited."""

    method: ClassVar[str] = "event.objective_changed"
    job: str
    step: int
    prompt: str
    weights: dict[str, Any]
    """As `EditJob` takes them: those that pull in this job."""


@dataclass(frozen=True)
class PreviewUpdated:
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
class ModelProgress:
    """How a download stands; to who started the backend."""

    method: ClassVar[str] = "event.model"
    model: str
    state: str
    """fetching, here, stopped or failed."""
    bytes: int
    total_bytes: int
    sentence: str = ""
    """Why it failed."""


@dataclass(frozen=True)
class LogLine:
    method: ClassVar[str] = "event.log"
    level: str
    """debug, info, warning or error."""
    text: str
    job: str | None = None


@dataclass(frozen=True)
class Finished:
    """The numbers of a result are there; that the result itself is, `event.state` has said before."""

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


@dataclass(frozen=True)
class SceneObjects:
    objects: list[Any]
    """Of each {"prompt", "seed", "center", "size"}: what a job of its own needs to make it where it stands (the middle
    and the sides of its box, in meters of the scene). None where the prompt names one thing."""
    notes: list[Any] = dataclasses.field(default_factory=list)
    """Sentences on words that were passed over, and on what could not be as it was said."""


@dataclass(frozen=True)
class ArrangeObjects:
    """Where the several things of a prompt stand; nothing is made, and no job is there."""

    method: ClassVar[str] = "scenes.arrange"
    Result: ClassVar[type] = SceneObjects
    config: dict[str, Any]
    """As of CreateJob: its prompt, its seed and its box are read."""


@dataclass(frozen=True)
class PictureRead:
    sentence: str
    """What the picture was taken for, and how sure that is."""
    sure: bool
    """Whether the first choice need not be asked about."""
    choices: list[Any]
    """Likeliest first, of each {"name", "chance", "prompt", "code", "model"}: the object, how likely it is, and what of
    a job's config makes it (`prompt`, `field.prior_code`). Where a `model` is named, it makes that from the picture
    itself (`prior.model`, `prior.picture`), and nobody knows what it is: the name is empty."""


@dataclass(frozen=True)
class ReadPicture:
    """What one picture shows, of the objects that the shape prior knows; nothing is made, and no job is there."""

    method: ClassVar[str] = "pictures.read"
    Result: ClassVar[type] = PictureRead
    image: np.ndarray
    """uint8 (height, width, 4), sRGB-encoded, straight alpha, row 0 the top one; at most 1024 pixels a side."""
    prompt: str = ""
    """Words beside it; an object that they name is what the picture is taken for."""


@dataclass(frozen=True)
class PhotosInspected:
    """In the coordinates of the poses, which are those of the scene."""

    poses: np.ndarray
    """float32 (n, 4, 4): camera to world; looks along -Z with +Y up."""
    tangents: np.ndarray
    """float32 (n, 2): half the width and half the height of a picture at distance 1."""
    held_out: list[Any]
    """Of each picture, whether it is only for checking."""
    points: np.ndarray
    """float32 (m, 3): sparse points, some of them where there are many."""
    box: dict[str, Any]
    """As `bounds` of a job's config: what a job of these photos would fill."""
    notes: list[Any] = dataclasses.field(default_factory=list)
    """Sentences on how they were read, and on the box."""


@dataclass(frozen=True)
class InspectPhotos:
    """Where photographs were taken from, before a job of them is made; none is there afterwards."""

    method: ClassVar[str] = "photos.inspect"
    Result: ClassVar[type] = PhotosInspected
    config: dict[str, Any]
    """As of CreateJob: its dataset, its box and its photometric settings are read."""


CALLS: dict[str, type] = {
    kind.method: kind
    for kind in (
        Hello, CreateJob, StartJob, PauseJob, ResumeJob, CancelJob, EditJob, ListJobs, GetJob, DeleteJob, FetchGrid,
        FetchPreview, RenderView, ListCheckpoints, RewindJob, BranchJob, BeginDataset,
        WriteDataset, ListModels, FetchModel, StopFetch, ArrangeObjects, ReadPicture, InspectPhotos, GetStatus,
        ShutDown,
    )
}  # fmt: skip
NOTIFICATIONS: dict[str, type] = {
    kind.method: kind
    for kind in (Progress, ObjectiveChanged, PreviewUpdated, StateChanged, ModelProgress, LogLine, Finished, Failed)
}  # fmt: skip


def call(message: Any) -> tuple[str, dict[str, Any]]:
    """The method and parameters of a call or notification, as `Peer.send_request` takes them."""
    return message.method, values.to_json(message)
