"""One typed function for each method of the backend."""

from __future__ import annotations

import json
import math
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .client import CALL_SECONDS, Client
from .errors import DiskError
from .new_file import write_over
from .own_files import make_own_folder, open_own
from .renamed_properties import GRID_ARRAYS, current
from .wire import ProtocolError, config, messages, values

GRID_SECONDS = 300.0
"""A 512^3 grid takes a minute to evaluate on two cores."""
EMPTY_DEPTH = 1e10
"""The depth where nothing is, as in Blender's own Z pass."""


@dataclass(frozen=True)
class GridData:
    """A field as grids: `density` (x, y, z), `color` (x, y, z, 3) uint8 sRGB; values are samples at cell centers."""

    density: np.ndarray
    color: np.ndarray
    bounds_low: tuple[float, float, float]
    bounds_high: tuple[float, float, float]
    transform: np.ndarray
    threshold: float
    histogram: dict[str, list[float]]
    step: int
    parts: np.ndarray | None = None
    """uint8 (x, y, z): the number of the part that each cell belongs to, where parts are known"""
    part_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class RenderedView:
    """A view of a field, as large as there was time for; row 0 is the top one.

    `color` (h, w, 3) is linear with straight `alpha` (h, w); `depth` (h, w) is in meters along the view axis, NOTHING
    where nothing is; `normal` (h, w, 3) in coordinates of the job's scene, (0, 0, 3) where it was not wanted.
    """

    color: np.ndarray
    alpha: np.ndarray
    depth: np.ndarray
    normal: np.ndarray
    step: int

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.alpha.shape[1], self.alpha.shape[0]


@dataclass(frozen=True)
class CheckpointInfo:
    """A step that a job can go back to."""

    step: int
    created: float
    """Seconds since 1970."""
    score: float | None


@dataclass(frozen=True)
class ModelInfo:
    """A model that is known by name."""

    name: str
    """What a job's config calls it."""
    kind: str
    """diffusion, clip, controlnet or shape"""
    about: str
    size_mb: int
    memory_mb: int | None
    speed: str
    license: str
    is_local: bool
    """Whether nothing must be fetched for it."""
    source: str
    recommended: bool = False
    """The one to begin with, of its kind."""
    cannot: str = ""
    """What it cannot do, or does badly; the rest of a sentence that begins with its name."""
    fits: bool | None = None
    """Whether the memory of the device holds it at work; None where nobody can tell."""
    seconds: float | None = None
    """About how long a job of normal quality takes there; None where nobody can tell."""


def hello(client: Client, version: str) -> messages.HelloResult:
    """Introduce ourselves; has to be the first call.

    Raises:
        VersionError: the backend speaks another version of the wire; says which side to update.
    """
    backend_info: messages.HelloResult = _request(
        client, messages.Hello(messages.WIRE_VERSION, "dreamwright-addon", version)
    )
    messages.check_version(backend_info.wire, we_are="Dreamwright extension", they_are="backend")
    return backend_info


def create_job(client: Client, wanted: config.JobConfig) -> str:
    created: messages.JobCreated = _request(client, messages.CreateJob(config.to_json(wanted)))
    return created.job


def arrange_objects(client: Client, wanted: config.JobConfig) -> messages.SceneObjects:
    """Asks where the several things of a prompt stand, and what a job of its own needs for each; no job is made."""
    placed: messages.SceneObjects = _request(client, messages.ArrangeObjects(config.to_json(wanted)), GRID_SECONDS)
    return placed


def read_picture(client: Client, image: np.ndarray, words: str = "") -> messages.PictureRead:
    """Asks what one picture shows, (h, w, 4) uint8 sRGB with straight alpha; no job is made.

    Raises:
        ConfigError: nothing that the shape prior knows.
    """
    found: messages.PictureRead = _request(client, messages.ReadPicture(image, words), GRID_SECONDS)
    if not found.choices:
        raise ProtocolError("The backend read a picture and named nothing: update it.")
    return found


def inspect_photos(client: Client, wanted: config.JobConfig) -> messages.PhotosInspected:
    """Asks where the photographs of a job were taken from, and which box it would fill; no job is made.

    Raises:
        DatasetError: they cannot be read, or have no poses yet.
    """
    found: messages.PhotosInspected = _request(client, messages.InspectPhotos(config.to_json(wanted)), GRID_SECONDS)
    return found


def start_job(client: Client, job: str, offline: bool = False) -> messages.JobStatus:
    """Have a new job run; where we are `offline` nothing is downloaded for it, whatever its config allows."""
    status: messages.JobStatus = _request(client, messages.StartJob(job, offline))
    return status


def pause_job(client: Client, job: str) -> messages.JobStatus:
    status: messages.JobStatus = _request(client, messages.PauseJob(job))
    return status


def resume_job(client: Client, job: str, offline: bool = False, when_memory_is_short: str = "") -> messages.JobStatus:
    """Have a job go on; `offline` as of `start_job`: what an earlier run was allowed to download is over.

    `when_memory_is_short` is 'refuse' or 'lower' (go on with what fits) from now on; empty leaves what the job says.
    """
    status: messages.JobStatus = _request(client, messages.ResumeJob(job, offline, when_memory_is_short))
    return status


def cancel_job(client: Client, job: str) -> messages.JobStatus:
    status: messages.JobStatus = _request(client, messages.CancelJob(job))
    return status


def edit_job(
    client: Client,
    job: str,
    prompt: str | None = None,
    weights: dict[str, float] | None = None,
    prompt_options: dict[str, Any] | None = None,
) -> int:
    """Change the words or weights of a job that runs or is paused; the answer is the step from which they hold."""
    applied: messages.EditApplied = _request(client, messages.EditJob(job, prompt, weights, prompt_options))
    return applied.step


def list_checkpoints(client: Client, job: str) -> list[CheckpointInfo]:
    """The steps that a job can go back to, earliest first."""
    return [CheckpointInfo(**each) for each in _request(client, messages.ListCheckpoints(job)).checkpoints]


def rewind_job(client: Client, job: str, step: int) -> messages.JobStatus:
    """Back to a kept checkpoint: the job is paused there, and where it stood is kept as a checkpoint as well."""
    status: messages.JobStatus = _request(client, messages.RewindJob(job, step))
    return status


def branch_job(client: Client, job: str, changes: dict[str, Any], step: int | None = None) -> str:
    """A new job, queued, that starts from the field of another, at a kept step or where it stands now.

    `changes` are what differs in its config, as config.with_changes takes them.

    Raises:
        ConfigError: the field does not fit what is asked for; nothing was made.
    """
    created: messages.JobCreated = _request(client, messages.BranchJob(job, changes, step))
    return created.job


def render_view(client: Client, job: str, view: messages.View, seconds: float) -> RenderedView:
    """Renders how the field of a job looks now, also while it runs; it takes at most `seconds`, with fewer pixels if
    need be.

    A step of a running job comes first, and a field that was not looked at lately is loaded first.
    """
    call = messages.RenderView(job, values.to_json(view), float(seconds))
    return checked_view(_request(client, call, CALL_SECONDS + seconds))


def checked_view(sent: messages.RenderedView) -> RenderedView:
    """The passes of an answer, when they fit together.

    Raises:
        ProtocolError: they do not.
    """
    size = sent.alpha.shape
    normals = ((*size, 3), (0, 0, 3))
    if len(size) != 2 or sent.color.shape != (*size, 3) or sent.depth.shape != size or sent.normal.shape not in normals:
        raise ProtocolError(f"The backend sent passes that do not fit ({sent.color.shape}, {size}): update it.")
    return RenderedView(sent.color, sent.alpha, sent.depth, sent.normal, sent.step)


def list_models(client: Client) -> list[ModelInfo]:
    """The models that are known by name, those that came with this copy first."""
    return [ModelInfo(**each) for each in _request(client, messages.ListModels()).models]


def fetch_model(client: Client, model: str, *, agreed: bool) -> int:
    """Have a model downloaded, as the person has `agreed`; the bytes that are still to come. What becomes of it is told
    by `event.model`, which a snapshot keeps as `fetches`.

    Raises:
        ModelError: nobody has agreed, there is no such model, or the hub does not give it.
    """
    fetch: messages.ModelFetch = _request(client, messages.FetchModel(model, agreed))
    return fetch.bytes


def stop_fetch(client: Client, model: str) -> None:
    """Have a download stop; what has arrived is kept, and the next one goes on from there."""
    _request(client, messages.StopFetch(model))


def list_jobs(client: Client, pages: int = 50) -> list[messages.JobSummary]:
    """Our jobs in the backend's cache, newest first; of very many only the newest."""
    found: list[messages.JobSummary] = []
    for page in range(pages):
        answer = _request(client, messages.ListJobs(page))
        found += [values.from_json(messages.JobSummary, each) for each in answer.jobs]
        if len(found) >= answer.total or not answer.jobs:
            break
    return found


def get_job(client: Client, job: str) -> messages.JobRecord:
    record: messages.JobRecord = _request(client, messages.GetJob(job))
    return record


def delete_job(client: Client, job: str) -> None:
    _request(client, messages.DeleteJob(job))


def fetch_status(client: Client) -> messages.BackendStatus:
    status: messages.BackendStatus = _request(client, messages.GetStatus())
    return status


def fetch_grid(client: Client, job: str, resolution: int | None = None) -> GridData:
    """The field of a job as it is now (also while it runs, and after it was stopped)."""
    return checked_grid(_request(client, messages.FetchGrid(job, resolution), GRID_SECONDS))


def checked_grid(sent: messages.GridData) -> GridData:
    """The grids of an answer, when they fit together.

    Raises:
        ProtocolError: they do not.
    """
    density, color, transform = sent.density, sent.color, np.asarray(sent.transform, np.float64)
    if density.ndim != 3 or color.shape != (*density.shape, 3) or color.dtype != np.uint8 or transform.shape != (4, 4):
        raise ProtocolError(f"The backend sent grids that do not fit ({density.shape}, {color.shape}): update it.")
    low, high = tuple(sent.bounds_low), tuple(sent.bounds_high)
    grid = GridData(density, color, low, high, transform, sent.threshold, sent.histogram, sent.step)
    parts, names = sent.parts, tuple(map(str, sent.part_names))
    if not parts.size:
        return grid
    if not _parts_fit(parts, names, density.shape):
        raise ProtocolError(f"The backend sent parts that do not fit ({parts.shape}, {density.shape}): update it.")
    return replace(grid, parts=parts, part_names=names)


def _parts_fit(parts: np.ndarray, names: tuple[str, ...], shape: tuple[int, ...]) -> bool:
    return parts.shape == shape and parts.dtype == np.uint8 and int(parts.max()) < len(names)


def fetch_preview(client: Client, job: str, size: int) -> np.ndarray:
    """A picture of a job's field, (size, size, 4) uint8 sRGB with straight alpha; row 0 is the top one."""
    preview: messages.PreviewImage = _request(client, messages.FetchPreview(job, size), GRID_SECONDS)
    return preview.image


def save_grid(grid: GridData, path: Path) -> None:
    """Keep a grid on disk, so that it can be meshed again without the backend; never a half-written file.

    Raises:
        DiskError: the folder cannot be written, or the disk is full.
    """
    try:
        make_own_folder(path.parent)
        write_over(path, lambda partial: _save_arrays(partial, grid))
    except OSError as cause:
        raise DiskError(
            f"The grid cannot be kept in {path.parent}: {cause.strerror}. Choose another folder."
        ) from cause


def _save_arrays(path: Path, grid: GridData) -> None:
    with open_own(path) as file:  # numpy would add a suffix to a name
        np.savez(file, **_to_arrays(grid))


_ARRAYS = ("density", "color", "bounds", "transform", "threshold", "edges", "counts", "step", "parts", "part_names")
"""Of a kept grid; the last two where parts are known."""
_UNREADABLE = (OSError, ValueError, TypeError, KeyError, IndexError, OverflowError, EOFError, MemoryError,
               NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)  # fmt: skip


def load_grid(path: Path) -> GridData:
    """A grid that `save_grid` kept.

    Raises:
        DiskError: it is not there, or not whole.
    """
    try:
        _check_sizes(path)
        with np.load(path, allow_pickle=False) as kept:
            return _checked(_from_arrays(kept))
    except _UNREADABLE as cause:
        raise DiskError(f"The grid of this result is no longer in {path.parent}: generate it again.") from cause


def _request(client: Client, call: Any, timeout: float = CALL_SECONDS) -> Any:
    answer = client.call(*messages.call(call), timeout=timeout)
    return values.from_json(call.Result, answer)


def _check_sizes(path: Path) -> None:
    """Before a byte is unpacked: `save_grid` packs nothing, so a file that says it holds more than it has is a bomb."""
    with zipfile.ZipFile(path) as kept:
        entries = kept.infolist()
        if len(entries) > len(_ARRAYS) or any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise ValueError("no grid of ours")
        for entry in entries:
            with kept.open(entry) as part:
                _check_header(part, entry.file_size)


def _check_header(part: Any, size: int) -> None:
    """The array is as large as its header says: numpy makes room for it before it reads."""
    major, _ = np.lib.format.read_magic(part)
    read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, _, kind = read(part)
    if kind.hasobject or math.prod(shape) * kind.itemsize + part.tell() != size:
        raise ValueError("no array of ours")


def _checked(grid: GridData) -> GridData:
    """Checks that the parts of a grid belong together.

    Raises:
        ValueError: its parts do not belong together, or hold what is no number.
    """
    fits = grid.density.ndim == 3 and min(grid.density.shape) > 1 and grid.color.shape == (*grid.density.shape, 3)
    kinds = grid.density.dtype.kind == "f" and grid.color.dtype == np.uint8
    placed = len(grid.bounds_low) == len(grid.bounds_high) == 3 and np.shape(grid.transform) == (4, 4)
    known = grid.parts is None or _parts_fit(grid.parts, grid.part_names, grid.density.shape)
    if not (fits and kinds and placed and known):
        raise ValueError("its parts do not belong together")
    placing = (grid.bounds_low, grid.bounds_high, grid.transform, grid.threshold)
    numbers: list[Any] = [*placing, *grid.histogram.values()]
    if not (all(np.isfinite(each).all() for each in numbers) and np.isfinite(grid.density).all()):
        raise ValueError("not finite")
    return grid


def _to_arrays(grid: GridData) -> dict[str, Any]:
    named = np.frombuffer(json.dumps(grid.part_names).encode(), np.uint8)
    parts = {} if grid.parts is None else {"parts": grid.parts, "part_names": named}
    return parts | {
        "density": grid.density,
        "color": grid.color,
        "bounds": np.array([grid.bounds_low, grid.bounds_high]),
        "transform": grid.transform,
        "threshold": grid.threshold,
        "edges": grid.histogram["edges"],
        "counts": grid.histogram["counts"],
        "step": grid.step,
    }


def _from_arrays(stored: Any) -> GridData:
    kept = current(stored, GRID_ARRAYS)
    low, high = (tuple(corner) for corner in kept["bounds"].tolist())
    histogram = {"edges": kept["edges"].tolist(), "counts": kept["counts"].tolist()}
    grids = kept["density"], kept["color"]
    grid = GridData(*grids, low, high, kept["transform"], float(kept["threshold"]), histogram, int(kept["step"]))
    if "parts" not in kept:
        return grid
    return replace(grid, parts=kept["parts"], part_names=tuple(json.loads(kept["part_names"].tobytes())))
