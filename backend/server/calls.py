"""What each method of the wire does."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import math
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from backend import config as configuration
from backend.config import JobConfig, JobState
from backend.device import choose_device, peak_memory_mb
from backend.errors import AuthorizationError, ConfigError, ParamsError, UnknownJobError
from backend.export.grid import Grid
from backend.optimize.from_picture import from_bytes, job_from_picture
from backend.optimize.inspected_photos import InspectedPhotos, inspect_photos
from backend.scenes.objects import arrange_objects
from backend.wire import messages, values

from ..jobs.backend_info import BackendInfo
from ..jobs.clients import Who
from ..jobs.photographs import with_kept_poses
from ..jobs.store import JobStore, unknown_job
from .job_queue import JobQueue
from .model_fetches import ModelFetches
from .models import ModelInfo, list_known_models
from .readable_files import ReadableFiles
from .views import parse_view, that_travels, to_lens, to_rendered_view
from .worker import Between, Worker

T = TypeVar("T")
NO_PARTS = np.zeros((0, 0, 0), np.uint8)
LONGEST_S = 600.0
"""A view may take no longer, whatever is asked: other views wait for it."""


class Calls:
    """Answers calls. Lists and records come from memory; everything else waits for the worker's next pause."""

    def __init__(
        self,
        about: BackendInfo,
        store: JobStore,
        jobs: JobQueue,
        worker: Worker,
        stop: Callable[[], None],
        readable_files: ReadableFiles,
        notify: Callable[[Any], None],
        device: str = "auto",
    ) -> None:
        self._about = about
        self._store = store
        self._jobs = jobs
        self._worker = worker
        self._stop = stop
        self._readable_files = readable_files
        self._fetches, self._device = ModelFetches(notify), device
        self._started = time.monotonic()
        self._answers: dict[type, Callable[[Any, Who], Awaitable[Any]]] = {
            messages.Hello: self._hello,
            messages.CreateJob: self._create,
            messages.StartJob: lambda call, who: self._on_worker(jobs.start, call.job, call.offline),
            messages.PauseJob: lambda call, who: self._halt(jobs.pause, call.job),
            messages.ResumeJob: lambda call, who: self._on_worker(
                jobs.resume, call.job, call.offline, call.when_memory_is_short
            ),
            messages.CancelJob: lambda call, who: self._halt(jobs.cancel, call.job),
            messages.EditJob: self._edit,
            messages.ListJobs: self._list,
            messages.GetJob: self._get,
            messages.DeleteJob: self._delete,
            messages.FetchGrid: self._grid,
            messages.FetchPreview: self._preview,
            messages.RenderView: self._render,
            messages.ListCheckpoints: self._checkpoints,
            messages.RewindJob: lambda call, who: self._on_worker(jobs.rewind, call.job, call.step),
            messages.BranchJob: self._branch,
            messages.BeginDataset: self._begin_dataset,
            messages.WriteDataset: self._write_dataset,
            messages.ListModels: self._models,
            messages.FetchModel: self._fetch,
            messages.StopFetch: self._stop_fetch,
            messages.ArrangeObjects: self._arrange_objects,
            messages.ReadPicture: self._read_picture,
            messages.InspectPhotos: self._inspect_photos,
            messages.GetStatus: self._status,
            messages.ShutDown: self._shut_down,
        }

    async def answer(self, call: Any, who: Who) -> Any:
        """The `Result` of a call of a client, who has to do with its own jobs only.

        Raises:
            DreamwrightError: the call is refused; the sentence says why.
        """
        job = getattr(call, "job", None)
        if isinstance(job, str):
            self._check_its_own(job, who)
        return await self._answers[type(call)](call, who)

    def _check_its_own(self, job: str, who: Who) -> None:
        """Raises UnknownJobError, as of a job that is nowhere: that there are others' is none of its business."""
        if not who.is_owner and self._store.owner_of(job) != who.name:
            raise UnknownJobError(unknown_job(job))

    async def _hello(self, call: messages.Hello, who: Who) -> messages.HelloResult:
        messages.check_version(call.wire, we_are="backend", they_are=call.client[:80] or "client")
        about = self._about
        cache = about.cache if who.is_owner else ""  # a path of this machine
        return messages.HelloResult(
            messages.WIRE_VERSION, about.version, about.device, about.models, cache, about.computes
        )

    async def _create(self, call: messages.CreateJob, who: Who) -> messages.JobCreated:
        config = configuration.from_json(call.config)
        _check_trust(config)

        def create() -> str:  # waits for the disk
            self._readable_files.check(config, who)
            return self._store.create(config, client=who.name).job

        return messages.JobCreated(await asyncio.to_thread(create))

    async def _edit(self, call: messages.EditJob, who: Who) -> messages.EditApplied:
        if call.prompt_options:
            words = configuration.with_changes(self._store.config(call.job), {"prompt_options": call.prompt_options})
            await asyncio.to_thread(self._readable_files.check, words, who)
        return await self._on_worker(self._jobs.edit, call.job, call.prompt, call.weights, call.prompt_options)

    async def _list(self, call: messages.ListJobs, who: Who) -> messages.JobList:
        if call.page < 0 or not 1 <= call.limit <= messages.PAGE_LIMIT:
            raise ParamsError(f"Pages begin at 0 and have from 1 to {messages.PAGE_LIMIT} jobs.")
        found, total = self._store.summaries(call.page, call.limit, who.may_see)
        if call.sizes:
            found = await asyncio.to_thread(self._measured, found)
        return messages.JobList([values.to_json(each) for each in found], total)

    def _measured(self, found: Sequence[messages.JobSummary]) -> list[messages.JobSummary]:
        return [dataclasses.replace(each, bytes=self._store.bytes_of(each.job)) for each in found]

    async def _begin_dataset(self, call: messages.BeginDataset, who: Who) -> messages.DatasetCreated:
        begin = functools.partial(self._store.sent.begin, who.name, call.files, self._store.datasets())
        return messages.DatasetCreated(await asyncio.to_thread(begin))

    async def _write_dataset(self, call: messages.WriteDataset, who: Who) -> messages.Received:
        piece = (call.dataset, call.name, call.offset, call.data)
        return messages.Received(await asyncio.to_thread(self._store.sent.write, who.name, *piece))

    async def _get(self, call: messages.GetJob, who: Who) -> messages.JobRecord:
        return self._store.get(call.job)

    async def _delete(self, call: messages.DeleteJob, who: Who) -> messages.Empty:
        await self._on_worker(self._jobs.delete, call.job)
        return messages.Empty()

    async def _grid(self, call: messages.FetchGrid, who: Who) -> messages.GridData:
        if call.resolution is not None:
            self._check(call.job, {"export": {"resolution": call.resolution}})
        view_of = functools.partial(self._jobs.grid, call.job, call.resolution)
        grid, step = await self._run_view(call.job, math.inf, view_of)
        return _grid_data(grid, step)

    async def _preview(self, call: messages.FetchPreview, who: Who) -> messages.PreviewImage:
        size = call.size or self._store.config(call.job).optimize.preview_size
        self._check(call.job, {"optimize": {"preview_size": size}})
        view_of = functools.partial(self._jobs.preview, call.job, size)
        return messages.PreviewImage(await self._run_view(call.job, math.inf, view_of))

    async def _render(self, call: messages.RenderView, who: Who) -> messages.RenderedView:
        self._store.get(call.job)
        view = parse_view(call.view)
        seconds = min(max(call.seconds, 0.0), LONGEST_S)
        lens = that_travels(to_lens(view))
        view_of = functools.partial(self._jobs.render, call.job, lens, seconds, view.normals)
        rendered, step = await self._run_view(call.job, seconds, view_of)
        return await asyncio.to_thread(to_rendered_view, rendered, step)

    async def _checkpoints(self, call: messages.ListCheckpoints, who: Who) -> messages.CheckpointList:
        kept = await self._on_worker(self._jobs.checkpoints, call.job)
        return messages.CheckpointList([values.to_json(each) for each in kept])

    async def _branch(self, call: messages.BranchJob, who: Who) -> messages.JobCreated:
        _check_trust(configuration.with_changes(self._store.config(call.job), call.changes))
        check = functools.partial(self._readable_files.check, who=who)
        branch = (self._jobs.branch, call.job, call.changes, call.step, who.name, check)
        return messages.JobCreated(await self._on_worker(*branch))

    async def _models(self, call: messages.ListModels, who: Who) -> messages.ModelList:
        return messages.ModelList([values.to_json(model) for model in await asyncio.to_thread(self._known_models)])

    def _known_models(self) -> list[ModelInfo]:
        return list_known_models(choose_device(self._device))

    async def _fetch(self, call: messages.FetchModel, who: Who) -> messages.ModelFetch:
        _check_owner(who, "Only who started the backend downloads models for it: ask them to.")
        return messages.ModelFetch(await asyncio.to_thread(self._fetches.start, call.model, call.agreed))

    async def _stop_fetch(self, call: messages.StopFetch, who: Who) -> messages.Empty:
        _check_owner(who, "Only who started the backend stops its downloads.")
        self._fetches.stop(call.model)
        return messages.Empty()

    async def _arrange_objects(self, call: messages.ArrangeObjects, who: Who) -> messages.SceneObjects:
        objects, notes = await asyncio.to_thread(arrange_objects, configuration.from_json(call.config))
        return messages.SceneObjects([values.to_json(each) for each in objects], notes)

    async def _read_picture(self, call: messages.ReadPicture, who: Who) -> messages.PictureRead:
        found = await asyncio.to_thread(lambda: job_from_picture(from_bytes(call.image), call.prompt))
        return messages.PictureRead(found.sentence, found.sure, [values.to_json(each) for each in found.choices])

    async def _inspect_photos(self, call: messages.InspectPhotos, who: Who) -> messages.PhotosInspected:
        config = configuration.from_json(call.config)

        def inspect() -> InspectedPhotos:  # waits for the disk
            self._readable_files.check(config, who)
            return inspect_photos(with_kept_poses(self._store.sent.resolved(config), self._store.cache))

        found = await asyncio.to_thread(inspect)
        aside, notes = found.held_out.tolist(), list(found.notes)
        return messages.PhotosInspected(found.poses, found.tangents, aside, found.points, found.box, notes)

    async def _status(self, call: messages.GetStatus, who: Who) -> messages.BackendStatus:
        running = sum(record.state == JobState.RUNNING for record in self._store.list())
        uptime = time.monotonic() - self._started
        return messages.BackendStatus(self._about.device, peak_memory_mb(), running, uptime)

    async def _shut_down(self, call: messages.ShutDown, who: Who) -> messages.Empty:
        _check_owner(who, "Only who started the backend ends it: part from it instead.")
        self._stop()
        return messages.Empty()

    def _check(self, job: str, changes: dict[str, Any]) -> None:
        """Raises ConfigError where a value asked for is out of the config's bounds."""
        configuration.with_changes(self._store.config(job), changes)

    async def _run_view(self, job: str, seconds: float, view_of: Callable[[Between], T]) -> T:
        """Returns what a view gives; it is given up when whoever asked has gone."""
        nobody_waits = threading.Event()
        try:
            return await asyncio.wrap_future(self._worker.run_view(job, seconds, view_of, nobody_waits))
        finally:
            nobody_waits.set()

    def _halt(self, command: Callable[[str], T], job: str) -> Awaitable[T]:
        """The worker looks for this between two pictures that it reads, where it would not yet take the command."""
        self._jobs.halting.add(job)
        return self._on_worker(command, job)

    def _on_worker(self, command: Callable[..., T], *arguments: Any) -> Awaitable[T]:
        return asyncio.wrap_future(self._worker.ask(functools.partial(command, *arguments)))


def _check_owner(who: Who, sentence: str) -> None:
    if not who.is_owner:
        raise AuthorizationError(sentence)


def _check_trust(config: JobConfig) -> None:
    """Who is at the other end of a socket may not be the person whose files these are."""
    if config.pictures_outside:
        raise ConfigError(
            "Pictures outside of the dataset's folder are read only from the command line: copy them into the folder."
        )


def _grid_data(grid: Grid, step: int) -> messages.GridData:
    return messages.GridData(
        density=grid.density,
        color=grid.color,
        bounds_low=list(grid.bounds_low),
        bounds_high=list(grid.bounds_high),
        transform=[list(map(float, row)) for row in grid.transform],
        threshold=float(grid.threshold),
        histogram=grid.histogram,
        step=step,
        parts=NO_PARTS if grid.parts is None else grid.parts,
        part_names=list(grid.part_names),
    )
