"""What each button does, in words.

A flow is a generator: it yields whenever it would wait, and returns its result. In a window an operator takes it one
step further at each tick of a timer; in background mode headless.py runs it to its end. Either way nothing here blocks
for long, and the user's scene is only touched in the last step, when everything that can fail has been done.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
import tomllib
import uuid
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeVar

import bpy
import numpy as np

from .blender import camera_words, capture, grid_mesh, paths, results
from .core import calls, install
from .core.calls import GridData
from .core.capture_config import CaptureConfig
from .core.errors import (
    BackendLostError,
    BusyError,
    DiskError,
    DreamwrightError,
    SceneError,
    StoppedError,
)
from .core.link import Link, open_link
from .core.process import ROOT
from .core.studio import Studio
from .core.wire import EmptyPromptError, config, from_code

chosen_result = results.chosen_result
VERSION = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["version"]
DOWNLOAD_WORDS = install.DOWNLOAD_WORDS
SMOOTH_PASSES = 5
"""Of the mesh: voxel stairs and the ripples of a distilled field are gone after five, and edges are still edges."""

STUDIO = Studio()
"""The one of this Blender."""

T = TypeVar("T")
Flow = Generator[None, None, T]

log = logging.getLogger(__name__)


@dataclass
class Report:
    """What came of a job, for the person and for scripts; kept on the scene as JSON."""

    prompt: str
    seed: int
    job: str
    device: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    step: int = 0
    steps: int = 0
    stopped: bool = False
    score: float | None = None
    evaluation: dict[str, Any] | None = None
    backend_peak_rss_mb: float = 0.0
    vertices: int = 0
    faces: int = 0
    models: list[Any] = field(default_factory=list)
    object: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        how = f"stopped at step {self.step}" if self.stopped else f"{self.step} steps"
        return f"Made '{self.object}': {self.faces} faces, {how}."


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, stage: str) -> None:
        now = time.monotonic()
        self.seconds[stage], self._last = round(now - self._last, 3), now


# -- the buttons


def generate(context: bpy.types.Context, wanted: config.JobConfig) -> Flow[Report]:
    """Make an object out of words: start the backend, optimise, fetch the grid, mesh it into the scene."""
    wanted = config.check_runnable(_with_camera_words(context.scene, wanted))
    with STUDIO.occupied("generating"):
        return (yield from _made(context.scene.name, wanted, Stopwatch()))


def reconstruct(
    context: bpy.types.Context,
    wanted: config.JobConfig,
    settings: CaptureConfig,
    source: str = "SPHERE",
    dataset: Path | None = None,
) -> Flow[Report]:
    """Make an object out of posed pictures: those in `dataset`, or views of this scene that are taken now.

    Where the method is "both", the prompt and the cameras' own words pull as well.
    """
    with STUDIO.occupied("reconstructing"):
        clock = Stopwatch()
        if dataset is None:
            dataset, box = yield from _captured(context, settings, source)
            wanted = config.with_changes(wanted, {"bounds": _bounds(box)})
            clock.lap("capture")
        wanted = _with_camera_words(context.scene, config.with_changes(wanted, {"dataset": str(dataset)}))
        config.check_runnable(wanted)
        return (yield from _made(context.scene.name, wanted, clock))


def resume(context: bpy.types.Context, job: str = "") -> Flow[Report | None]:
    """Go on with a paused job: the one that is followed now, else `job` (or the last that can go on) from the disk."""
    if STUDIO.doing:
        client, followed = _link().client, _followed_job()
        yield from _awaited(lambda: calls.resume_job(client, followed))
        return None
    with STUDIO.occupied("resuming"):
        clock = Stopwatch()
        link = yield from _connected()
        clock.lap("start")
        scene = context.scene.name
        record = yield from _awaited(lambda: _resumable(link, job))
        _choose(record.job, record.state, record.steps, record.step)
        yield from _awaited(lambda: calls.resume_job(link.client, record.job))
        return (yield from _finished(scene, link, record.job, clock))


def remesh(context: bpy.types.Context, threshold: float = 0.0, resolution: int = 0) -> Flow[bpy.types.Object]:
    """Give a result another mesh out of the grid that was kept, without optimising again; 0 chooses."""
    result = results.chosen_result(context)
    if result is None:
        raise SceneError("No result of Dreamwright is selected: select the object to mesh again.")
    with STUDIO.occupied("meshing"):
        origin, name, cache = results.recalled(result), result.name, paths.cache_folder()
        grid = yield from _awaited(lambda: _grid_of(origin.job, resolution, cache))
        threshold = threshold or grid.threshold
        surface = yield from _awaited(lambda: grid_mesh.surface_of(grid, threshold, SMOOTH_PASSES))
        surface = grid_mesh.about(surface, np.array(origin.place), origin.seated)
        result = _still_there(name)
        results.replace_mesh(result, grid_mesh.mesh_from(surface, result.name))
        results.remember(result, results.changed(origin, threshold=threshold, step=grid.step))
        return result


def stop() -> None:
    """Stop what is being done; what is good so far is kept."""
    STUDIO.ask_stop()


def pause() -> Flow[None]:
    """Hold the running job; it is saved, and can go on even in another session."""
    client, job = _link().client, _followed_job()
    yield from _awaited(lambda: calls.pause_job(client, job))


def scene_cameras(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The cameras that words may be written on."""
    return camera_words.cameras_of(context.scene)


def edit_prompt(prompt: str) -> Flow[int]:
    """Change the words of the running job; gives the step from which they hold."""
    if not prompt.strip():
        raise EmptyPromptError("The prompt is empty: say in a few words what to make.")
    client, job = _link().client, _followed_job()
    return (yield from _awaited(lambda: calls.edit_job(client, job, prompt)))


def start_backend() -> Flow[str]:
    """Start the backend, so that the next job begins at once; gives the device it computes on."""
    with STUDIO.occupied("starting the backend"):
        link = yield from _connected()
        return link.welcome.device


def stop_backend() -> Flow[None]:
    """End the backend; it saves a running job first, which may take a while."""
    if STUDIO.link is None:
        raise BusyError("The backend is not running.")
    yield from _link_closed()


def set_up_backend(online: bool) -> Flow[Path]:
    """Make the backend's own Python environment out of the Python that runs Blender."""
    with STUDIO.occupied("setting up the backend"):
        folder, abandoned = paths.environment_folder(), Event()
        yield from _link_closed()  # it may run out of the environment that is about to be replaced
        try:
            return (yield from _awaited(lambda: _install(folder, online, abandoned)))
        finally:
            abandoned.set()  # also when the flow is thrown away in the middle
            STUDIO.session.post("backend.off")


def log_folder(cache: Path) -> Path:
    """The folder of the backend's log."""
    folder = cache / "log"
    if not folder.exists():
        raise DiskError("There is no log yet: it is written when the backend runs.")
    return folder


def leave() -> None:
    """Blender ends, or the add-on is disabled: nothing of ours goes on."""
    if STUDIO.doing:
        STUDIO.ask_stop()
    STUDIO.close_link()


# -- their parts


def _install(folder: Path, online: bool, abandoned: Event) -> Path:
    def progress(text: str, fraction: float | None) -> None:
        STUDIO.session.post("backend.setting_up", text=text, fraction=fraction)

    def cancelled() -> bool:
        return STUDIO.stop_wanted or abandoned.is_set()

    return install.set_up_backend(Path(sys.executable), folder, paths.REQUIREMENTS, online, progress, cancelled)


def _made(scene: str, wanted: config.JobConfig, clock: Stopwatch) -> Flow[Report]:
    link = yield from _connected()
    clock.lap("start")
    job = yield from _awaited(lambda: calls.create_job(link.client, wanted))
    _choose(job, config.JobState.QUEUED.value, wanted.optimise.steps)
    yield from _awaited(lambda: calls.start_job(link.client, job))
    return (yield from _finished(scene, link, job, clock))


def _finished(scene: str, link: Link, job: str, clock: Stopwatch) -> Flow[Report]:
    """Follow a job to its end and put what came of it into the scene.

    The scene goes by its name: an undo of the user in the meantime makes references to it stale.
    """
    state = yield from _followed(link, job)
    clock.lap("optimise")
    record = yield from _awaited(lambda: calls.get_job(link.client, job))
    if state == config.JobState.CANCELLED and record.step == 0:
        raise StoppedError("Stopped before the first step, so there is nothing to keep.")
    grid = yield from _awaited(lambda: calls.fetch_grid(link.client, job))
    warnings = _kept(job, grid)
    clock.lap("export")
    peak = (yield from _awaited(lambda: calls.fetch_status(link.client))).peak_rss_mb
    wanted = config.from_json(record.config)
    threshold = wanted.export.threshold or grid.threshold
    surface = yield from _awaited(lambda: grid_mesh.surface_of(grid, threshold, SMOOTH_PASSES))
    home = bpy.data.scenes.get(scene) or bpy.context.scene
    made = _placed(home, surface, wanted, _origin(surface, wanted, record, threshold, grid.step))
    clock.lap("mesh")
    report = _report(record, made, clock, link, peak, state == config.JobState.CANCELLED)
    report.warnings = warnings + record.notes
    home[results.REPORT] = json.dumps(asdict(report))
    return report


def _followed(link: Link, job: str) -> Flow[str]:
    """Wait until a job ends, passing on the wish to stop; gives its state.

    When nobody waits any more (another file was opened, Blender closes) the job is held, so that it can be resumed.

    Raises:
        DreamwrightError: why it failed. BackendLostError: the backend went away.
    """
    try:
        yield from _until_ended(link, job)
    except GeneratorExit:
        with contextlib.suppress(DreamwrightError):
            calls.pause_job(link.client, job)
        raise
    if STUDIO.session.snapshot.state == config.JobState.FAILED:
        yield  # the event with the sentence may come behind the one with the state
        snapshot = STUDIO.session.snapshot
        raise from_code(
            snapshot.error_code, snapshot.error or calls.get_job(link.client, job).error or "The job failed."
        )
    return STUDIO.session.snapshot.state


def _until_ended(link: Link, job: str) -> Flow[None]:
    asked_to_stop = False
    while not STUDIO.session.snapshot.ended:
        _check_there(link)
        if STUDIO.stop_wanted and not asked_to_stop:
            asked_to_stop = True
            yield from _awaited(lambda: calls.cancel_job(link.client, job))
        yield


def _check_there(link: Link) -> None:
    if STUDIO.link is link and link.alive:
        return
    STUDIO.close_link()
    words = link.process.stderr_tail(1)
    log.error("the backend went away; its last words: %s", words)
    raise BackendLostError("The backend ended in mid-job. What it had saved is kept: resume the job to go on.")


def _connected() -> Flow[Link]:
    """The running backend, started if it is not there."""
    if STUDIO.link and STUDIO.link.alive:
        return STUDIO.link
    STUDIO.close_link()
    python, cache, device = paths.backend_python(), paths.cache_folder(), paths.device()
    STUDIO.session.post("backend.starting")
    try:
        link = yield from _awaited(lambda: open_link(python, cache, device, VERSION, STUDIO.session.receive), _close)
    except DreamwrightError as error:
        STUDIO.session.post("backend.off", sentence=error.sentence)
        raise
    STUDIO.adopt(link)
    return link


def _close(link: Link) -> None:
    link.close()


def _link_closed() -> Flow[None]:
    """End our backend, if there is one, without waiting for it here."""
    link = STUDIO.give_up_link()
    if link:
        yield from _awaited(link.close)


def _awaited(work: Callable[[], T], undo: Callable[[T], None] | None = None) -> Flow[T]:
    """Do `work` in a thread; `undo` what it gave when nobody waits for it any more."""
    future: Future[T] = Future()
    Thread(target=_do, args=(work, future), name="dreamwright-work", daemon=True).start()
    try:
        while not future.done():
            yield
    except GeneratorExit:
        if undo:
            future.add_done_callback(lambda done: undo(done.result()) if not done.exception() else None)
        raise
    return future.result()


def _do(work: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)  # raised again where the flow waits


def _captured(context: bpy.types.Context, settings: CaptureConfig, source: str) -> Flow[tuple[Path, capture.Box]]:
    box = capture.scene_box(context)
    cameras = capture.selected_cameras(context) if source == "SELECTED" else None
    folder = paths.cache_folder() / "captures" / uuid.uuid4().hex[:12]
    for done, count in capture.capture(context, folder, settings, box, cameras):
        STUDIO.session.post("activity", text=f"Rendering view {done} of {count}", fraction=done / count)
        if STUDIO.stop_wanted:
            raise StoppedError("Stopped while the views were rendered, so there is nothing to keep.")
        yield
    return folder, box


def _bounds(box: capture.Box) -> dict[str, list[float]]:
    return {"centre": box.centre.tolist(), "size": box.size.tolist()}


def _kept(job: str, grid: GridData) -> list[str]:
    """Keep the grid for meshing again; a full disk must not cost the result itself, so it only makes a warning."""
    try:
        STUDIO.keep_grid(job, grid, paths.cache_folder())
    except DiskError as error:
        log.warning("%s", error.sentence)
        return [error.sentence]
    return []


def _placed(
    scene: bpy.types.Scene, surface: grid_mesh.Surface, wanted: config.JobConfig, origin: results.Origin
) -> bpy.types.Object:
    """Put the surface into the scene and select it."""
    name = wanted.prompt or "Reconstruction"
    mesh = grid_mesh.mesh_from(grid_mesh.about(surface, np.array(origin.place), origin.seated), name)
    made = results.add_result(scene, mesh, origin, name)
    results.select_only(bpy.context, made)
    return made


def _origin(
    surface: grid_mesh.Surface, wanted: config.JobConfig, record: Any, threshold: float, step: int
) -> results.Origin:
    """Words stand on the bottom of the box that the user gave, a reconstruction stays where the scene is."""
    seated = wanted.method == config.Method.TEXT
    return results.Origin(
        prompt=record.prompt,
        seed=wanted.seed,
        job=record.job,
        threshold=threshold,
        step=step,
        models=json.dumps(record.models),
        licence=", ".join(sorted({str(model.get("licence", "")) for model in record.models})),
        seated=seated,
        place=results.place_of(_bottom_of(wanted.bounds) if seated else grid_mesh.bottom_of(surface)),
    )


def _with_camera_words(scene: bpy.types.Scene, wanted: config.JobConfig) -> config.JobConfig:
    """With the words of the scene's cameras beside those that a script gave."""
    if not wanted.reads_words:
        return wanted
    given = config.to_json(wanted)["words"]["cameras"]
    found = camera_words.camera_words(scene, wanted.bounds.centre)
    return config.with_changes(wanted, {"words": {"cameras": [*given, *found]}})


def _bottom_of(bounds: config.BoundsConfig) -> np.ndarray:
    x, y, z = bounds.centre
    return np.array([x, y, z - bounds.size[2] / 2])


def _still_there(name: str) -> bpy.types.Object:
    """The result by its name, since an undo in the meantime makes references stale."""
    result = bpy.data.objects.get(name)
    if not results.is_result(result):
        raise SceneError(f"The object '{name}' is gone or was renamed: select it and mesh it again.")
    return result


def _grid_of(job: str, resolution: int, cache: Path) -> GridData:
    """The grid that was kept, coarser if that is asked; a finer one comes from the backend where it is running."""
    finer = STUDIO.link is not None and STUDIO.link.alive and resolution > 0
    kept = STUDIO.kept_grid(job, cache)
    if finer and resolution > max(kept.density.shape):
        kept = calls.fetch_grid(STUDIO.link.client, job, resolution)
        STUDIO.keep_grid(job, kept, cache)
    return grid_mesh.resampled(kept, resolution) if resolution else kept


def _resumable(link: Link, job: str) -> Any:
    """The record of `job`, or of the job that was last at work among those that can go on."""
    if job:
        return calls.get_job(link.client, job)
    waiting = [each for each in calls.list_jobs(link.client) if each.state == config.JobState.PAUSED]
    if not waiting:
        raise BusyError("No job is waiting to go on.")
    return max(waiting, key=lambda each: each.updated)


def _choose(job: str, state: str, steps: int, step: int = 0) -> None:
    """Follow this job from now on, and have that seen before its first event comes."""
    STUDIO.session.post("job.chosen", job=job, state=state, step=step, steps=steps)
    STUDIO.session.drain()


def _link() -> Link:
    if STUDIO.link is None or not STUDIO.link.alive:
        raise BackendLostError("The backend is not running: start it first.")
    return STUDIO.link


def _followed_job() -> str:
    snapshot = STUDIO.session.snapshot
    if not snapshot.job or snapshot.ended:
        raise BusyError("No job is running.")
    return snapshot.job


def _report(record, made, clock: Stopwatch, link: Link, peak: float, stopped: bool) -> Report:
    return Report(
        prompt=record.prompt,
        seed=int(record.config["seed"]),
        job=record.job,
        device=link.welcome.device,
        seconds=clock.seconds,
        step=record.step,
        steps=record.steps,
        stopped=stopped,
        score=record.score,
        evaluation=record.evaluation,
        backend_peak_rss_mb=peak,
        vertices=len(made.data.vertices),
        faces=len(made.data.polygons),
        models=record.models,
        object=made.name,
    )
