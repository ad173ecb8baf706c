"""What each method of the wire does."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from backend import config as configuration
from backend.config import JobConfig, JobState
from backend.device import peak_memory_mb
from backend.errors import ConfigError
from backend.export.grid import Grid
from backend.wire import messages, values

from .about import About
from .jobs import Jobs
from .models import known_models
from .store import JobStore
from .views import as_rendered, lens_of, view_from
from .worker import Worker

T = TypeVar("T")
LONGEST_S = 3600.0
"""A view may take no longer, whatever is asked: nothing else is answered meanwhile."""


class Calls:
    """Answers calls. Lists and records come from memory; everything else waits for the worker's next pause."""

    def __init__(self, about: About, store: JobStore, jobs: Jobs, worker: Worker, stop: Callable[[], None]) -> None:
        self._about = about
        self._store = store
        self._jobs = jobs
        self._worker = worker
        self._stop = stop
        self._started = time.monotonic()
        self._answers: dict[type, Callable[[Any], Awaitable[Any]]] = {
            messages.Hello: self._hello,
            messages.CreateJob: self._create,
            messages.StartJob: lambda call: self._on_worker(jobs.start, call.job),
            messages.PauseJob: lambda call: self._halt(jobs.pause, call.job),
            messages.ResumeJob: lambda call: self._on_worker(jobs.resume, call.job),
            messages.CancelJob: lambda call: self._halt(jobs.cancel, call.job),
            messages.EditJob: lambda call: self._on_worker(jobs.edit, call.job, call.prompt, call.weights, call.words),
            messages.ListJobs: self._list,
            messages.GetJob: self._get,
            messages.DeleteJob: self._delete,
            messages.FetchGrid: self._grid,
            messages.FetchPreview: self._preview,
            messages.RenderView: self._render,
            messages.ListCheckpoints: self._checkpoints,
            messages.RewindJob: lambda call: self._on_worker(jobs.rewind, call.job, call.step),
            messages.BranchJob: self._branch,
            messages.ListModels: self._models,
            messages.GetStatus: self._status,
            messages.ShutDown: self._shut_down,
        }

    async def answer(self, call: Any) -> Any:
        """The `Result` of a call.

        Raises:
            DreamwrightError: the call is refused; the sentence says why.
        """
        return await self._answers[type(call)](call)

    async def _hello(self, call: messages.Hello) -> messages.Welcome:
        messages.check_version(call.wire, we_are="backend", they_are=call.client[:80] or "client")
        about = self._about
        return messages.Welcome(messages.WIRE_VERSION, about.version, about.device, about.models, about.cache)

    async def _create(self, call: messages.CreateJob) -> messages.Created:
        config = configuration.from_json(call.config)
        _check_trust(config)
        record = await asyncio.to_thread(self._store.create, config)  # waits for the disk
        return messages.Created(record.job)

    async def _list(self, call: messages.ListJobs) -> messages.JobList:
        return messages.JobList([values.to_json(record) for record in self._store.list()])

    async def _get(self, call: messages.GetJob) -> messages.JobRecord:
        return self._store.get(call.job)

    async def _delete(self, call: messages.DeleteJob) -> messages.Nothing:
        await self._on_worker(self._jobs.delete, call.job)
        return messages.Nothing()

    async def _grid(self, call: messages.FetchGrid) -> messages.GridData:
        if call.resolution is not None:
            self._check(call.job, {"export": {"resolution": call.resolution}})
        grid, step = await self._on_worker(self._jobs.grid, call.job, call.resolution)
        return _grid_data(grid, step)

    async def _preview(self, call: messages.FetchPreview) -> messages.Picture:
        size = call.size or self._store.config(call.job).optimise.preview_size
        self._check(call.job, {"optimise": {"preview_size": size}})
        return messages.Picture(await self._on_worker(self._jobs.preview, call.job, size))

    async def _render(self, call: messages.RenderView) -> messages.Rendered:
        self._store.get(call.job)
        view = view_from(call.view)
        seconds = min(max(call.seconds, 0.0), LONGEST_S)
        seen, step = await self._on_worker(self._jobs.render, call.job, lens_of(view), seconds, view.normals)
        return as_rendered(seen, step)

    async def _checkpoints(self, call: messages.ListCheckpoints) -> messages.CheckpointList:
        kept = await self._on_worker(self._jobs.checkpoints, call.job)
        return messages.CheckpointList([values.to_json(each) for each in kept])

    async def _branch(self, call: messages.BranchJob) -> messages.Created:
        _check_trust(configuration.with_changes(self._store.config(call.job), call.changes))
        return messages.Created(await self._on_worker(self._jobs.branch, call.job, call.changes, call.step))

    async def _models(self, call: messages.ListModels) -> messages.ModelList:
        return messages.ModelList([values.to_json(model) for model in await asyncio.to_thread(known_models)])

    async def _status(self, call: messages.GetStatus) -> messages.BackendStatus:
        running = sum(record.state == JobState.RUNNING for record in self._store.list())
        uptime = time.monotonic() - self._started
        return messages.BackendStatus(self._about.device, peak_memory_mb(), running, uptime)

    async def _shut_down(self, call: messages.ShutDown) -> messages.Nothing:
        self._stop()
        return messages.Nothing()

    def _check(self, job: str, changes: dict[str, Any]) -> None:
        """Raises ConfigError where a value asked for is out of the config's bounds."""
        configuration.with_changes(self._store.config(job), changes)

    def _halt(self, command: Callable[[str], T], job: str) -> Awaitable[T]:
        """The worker looks for this between two pictures that it reads, where it would not yet take the command."""
        self._jobs.halting.add(job)
        return self._on_worker(command, job)

    def _on_worker(self, command: Callable[..., T], *arguments: Any) -> Awaitable[T]:
        return asyncio.wrap_future(self._worker.ask(functools.partial(command, *arguments)))


def _check_trust(config: JobConfig) -> None:
    """Who is at the other end of a socket may not be the person whose files these are."""
    if config.pictures_outside:
        raise ConfigError(
            "Pictures outside of the dataset's folder are read only from the command line: copy them into the folder."
        )


def _grid_data(grid: Grid, step: int) -> messages.GridData:
    return messages.GridData(
        density=grid.density,
        colour=grid.colour,
        bounds_low=list(grid.bounds_low),
        bounds_high=list(grid.bounds_high),
        transform=[list(map(float, row)) for row in grid.transform],
        threshold=float(grid.threshold),
        histogram=grid.histogram,
        step=step,
    )
