"""What can be done with jobs, and the one that is being optimized. All of it runs on the worker's thread.

QUEUED -> RUNNING <-> PAUSED          start, pause, resume: one job runs, those that were started wait in line
          RUNNING -> FINISHED         all steps done
          any of these -> CANCELLED   kept as it is, and can be resumed
          RUNNING -> FAILED           with a sentence; the last good checkpoint is kept, and can be resumed
          any of these -> PAUSED      taken back to a kept checkpoint
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from backend import config as configuration
from backend.cameras.lens import Lens
from backend.config import JobConfig, JobState
from backend.errors import DiskError, DreamwrightError, JobStateError
from backend.export.grid import Grid
from backend.optimize.edits import edit_changes
from backend.optimize.field_view import Between, FieldView, Passes, load_field_view
from backend.optimize.memory_fit import MemoryFit
from backend.optimize.trainer import Trainer
from backend.optimize.warm_start import warm_start_folder
from backend.wire.messages import (
    EditApplied,
    Failed,
    JobRecord,
    JobStatus,
    ObjectiveChanged,
    PreviewUpdated,
    Progress,
    StateChanged,
)

from ..jobs.checkpoints import (
    Check,
    CheckpointInfo,
    check_checkpoint,
    create_branch,
    has_checkpoint,
    list_checkpoints,
    rewind_to,
)
from ..jobs.job_log import JobLog
from ..jobs.memory_tracker import MemoryTracker
from ..jobs.photographs import posed_folder, prepare_photographs
from ..jobs.png import write_png
from ..jobs.runner import JobRunner, Notify
from ..jobs.store import PREVIEW, JobStore
from .error_messages import to_readable_error
from .field_view_cache import FieldViewCache
from .late_evaluation import LateEvaluation

log = logging.getLogger(__name__)

T = TypeVar("T")
_RESUMABLE = (JobState.PAUSED, JobState.FAILED, JobState.CANCELLED)


class _HaltedError(Exception):
    """Nobody wants the job any more whose pictures are read."""


class JobQueue:
    """The jobs of a store: at most one runs, those that were started after it wait in line."""

    def __init__(self, store: JobStore, notify: Notify, device: str = "auto") -> None:
        self._store = store
        self._notify_clients = notify
        self._device = device
        self._queue: deque[str] = deque()
        self._runner: JobRunner | None = None
        self._tracker: MemoryTracker | None = None
        self._last_trainer: tuple[str, Trainer] | None = None
        """The optimization last looked at or ended, so that its grid can be had without loading it again."""
        self._field_views = FieldViewCache()
        self._late_evaluation = LateEvaluation(store, notify)
        self._online: set[str] = set()
        """Jobs whose run now may download what their config allows; what was allowed for an earlier run is over."""
        self.halting: set[str] = set()
        """Jobs that a client has asked to pause or cancel: added from any thread, looked at while a dataset is read."""

    # -- work, between which commands are taken

    def advance(self, besides: str = "") -> bool:
        """One step of the running job, or the beginning of the next; False when there is nothing to do.

        Nothing is done for the job `besides`, whose field somebody looks at.
        """
        if besides and besides in (self._runner.job if self._runner else "", self._late_evaluation.job, *self._queue):
            return False
        late = self._late_evaluation
        if self._runner is not None:
            self._guarded(self._runner.job, self._step)
        elif late.job and (self._queue or not late.seconds_left):
            late.measure()
        elif self._queue:
            job = self._queue.popleft()
            self._guarded(job, lambda: self._begin(job))
        else:
            return False
        return True

    @property
    def seconds_to_work(self) -> float | None:
        """Until there is something to do, though nobody asks for anything; None where there is not."""
        return self._late_evaluation.seconds_left

    def suspend(self) -> None:
        """Keeps the running job as paused, where there is one."""
        self._late_evaluation.skip()
        if self._runner is not None:
            self._guarded(self._runner.job, lambda: self._leave(JobState.PAUSED))

    # -- commands

    def start(self, job: str, offline: bool = False) -> JobStatus:
        record = self._store.get(job)
        if record.state != JobState.QUEUED and not self._is_running(job):
            raise JobStateError(f"Job {job} is {record.state}: only a new job can be started, others are resumed.")
        return self._enqueue(job, offline)

    def resume(self, job: str, offline: bool = False, when_memory_is_short: str = "") -> JobStatus:
        record = self._store.get(job)
        if record.state in _RESUMABLE:
            self._set_when_memory_is_short(job, when_memory_is_short)
            self._change_state(job, JobState.QUEUED, error=None)
        elif record.state != JobState.QUEUED and not self._is_active(job):
            raise JobStateError(f"Job {job} is {record.state}: only a paused, cancelled or failed job can be resumed.")
        return self._enqueue(job, offline)

    def _set_when_memory_is_short(self, job: str, choice: str) -> None:
        if choice:
            changes = {"optimize": {"when_memory_is_short": choice}}
            config = configuration.with_changes(self._store.config(job), changes)
            self._store.update(job, config=configuration.to_json(config))

    def pause(self, job: str) -> JobStatus:
        self.halting.discard(job)  # the command is here, whatever comes of it: what reads the job next is not for it
        record = self._store.get(job)
        if not self._is_active(job) and record.state != JobState.PAUSED:
            raise JobStateError(f"Job {job} is {record.state}: only a running job can be paused.")
        return self._halt(job, JobState.PAUSED)

    def cancel(self, job: str) -> JobStatus:
        self.halting.discard(job)
        record = self._store.get(job)
        if JobState(record.state).ended:
            raise JobStateError(f"Job {job} is {record.state} already: there is nothing to cancel.")
        return self._halt(job, JobState.CANCELLED)

    def edit(
        self, job: str, prompt: str | None, weights: dict[str, float] | None, prompt_options: dict[str, Any] | None
    ) -> EditApplied:
        record = self._store.get(job)
        if JobState(record.state).ended:
            raise JobStateError(f"Job {job} is {record.state}: make a new job for another prompt.")
        changes = edit_changes(prompt, weights, prompt_options)
        config = configuration.check_runnable(configuration.with_changes(self._store.config(job), changes))
        step = self._edit_trainer(job, prompt, weights, prompt_options)
        self._store.update(job, prompt=config.prompt, config=configuration.to_json(config))
        self._notify_objective(job, step)
        return EditApplied(step)

    def checkpoints(self, job: str) -> list[CheckpointInfo]:
        """The steps that the job can go back to."""
        return list_checkpoints(self._store, job)

    def rewind(self, job: str, step: int) -> JobStatus:
        check_checkpoint(self._store, job, step)
        if self._is_active(job):
            self._halt(job, JobState.PAUSED)
        there = rewind_to(self._store, job, step)
        self._forget(job)
        now = self._store.config(job)
        stored = configuration.to_json(configuration.from_json(there.config))  # by the names of now
        gone: dict[str, Any] = {"loss": None, "terms": {}, "evaluation": None, "error": None}
        trainer = {
            "prompt": stored["prompt"],
            "config": stored | {name: getattr(now, name) for name in ("device", "dataset", "allow_download")},
            "score": there.score,
        }
        self._change_state(job, JobState.PAUSED, step=step, **trainer, **gone)
        self._notify_objective(job, step)
        self._write_preview(job, step)
        return self._status(job)

    def branch(
        self, job: str, changes: dict[str, Any], step: int | None, client: str = "", check: Check = lambda config: None
    ) -> str:
        """A new job of a client, queued, that starts from this one's field; `check` looks at its config first."""
        if step is None:
            if self._is_running(job):
                self._current_run().checkpoint()
            self._check_has_field(job)
        return create_branch(self._store, job, changes, step, client, check)

    def delete(self, job: str) -> None:
        if self._is_active(job):
            state = self._store.get(job).state
            raise JobStateError(f"Job {job} is {state}: cancel it before it is deleted.")
        self._forget(job)
        self._online.discard(job)
        self._store.delete(job)

    def grid(self, job: str, resolution: int | None, between: Between | None = None) -> tuple[Grid, int]:
        """The grid of the last good field, and its step."""
        field_view = self._field_view(job)
        grid = field_view.grid(resolution, between)
        self._late_evaluation.hurry(job)
        return grid, field_view.step

    def preview(self, job: str, size: int, between: Between | None = None) -> np.ndarray:
        return self._field_view(job).preview(size, between=between)

    def render(
        self, job: str, lens: Lens, seconds: float, normals: bool, between: Between | None = None
    ) -> tuple[Passes, int]:
        """The field through a lens, within `seconds`, and its step."""
        field_view = self._field_view(job)
        return field_view.passes(lens, seconds, normals=normals, between=between), field_view.step

    # -- the running job

    def _begin(self, job: str) -> None:
        self._last_trainer = None  # frees its memory before the next is built
        self._field_views.forget(job)
        record = self._change_state(job, JobState.RUNNING, error=None)
        try:
            found, fit = self._prepare_photographs(job), self._fit_memory(job)
            notes = (*found, *fit.notes)
            trainer = self._load(job, notes) if self._has_checkpoint(job) else self._build(job, notes)
            trainer.chunks.size = fit.chunk
        except _HaltedError:  # the command itself comes next, and finds it paused
            self._end_tracking()
            self._change_state(job, JobState.PAUSED)
            return
        config, folder = self._store.config(job), self._store.folder(job)
        max_checkpoints = config.optimize.keep_checkpoints
        self._runner = JobRunner(
            job, config, trainer, folder, self._notify, record.seconds_optimize, max_checkpoints=max_checkpoints,
            tracker=self._tracker,
        )  # fmt: skip
        self._record_start()
        self._notify_objective(job, self._runner.step)

    def _prepare_photographs(self, job: str) -> tuple[str, ...]:
        """Finds poses and box of a new job's photographs where none are given, and returns what is to be said."""
        if self._has_checkpoint(job):
            return ()
        before = self._config(job)
        posed = posed_folder(self._store.cache, before.dataset)
        config, notes = prepare_photographs(before, posed, self._log_of(job), lambda: self._go_on(job))
        changes: dict[str, Any] = {"bounds": configuration.to_json(config)["bounds"]}
        changes |= {} if config.dataset == before.dataset else {"dataset": config.dataset}
        if config != before:
            stored = configuration.with_changes(self._store.config(job), changes)
            self._store.update(job, config=configuration.to_json(stored))
        return notes

    def _fit_memory(self, job: str) -> MemoryFit:
        """Returns what fits; its config is that from now on, where something was lowered, as it was allowed."""
        self._tracker = MemoryTracker(self._store.folder(job))
        fit = self._tracker.begin(self._config(job), lambda: self._go_on(job))
        if fit.notes:
            config = configuration.with_changes(self._store.config(job), fit.changes)
            self._store.update(job, config=configuration.to_json(config))
            for note in fit.notes:
                self._log_of(job)(note)
        return fit

    def _end_tracking(self) -> None:
        tracker, self._tracker = self._tracker, None
        if tracker is not None:
            tracker.end()

    def _record_start(self) -> None:
        """Records how the running job began: at first, and each time that it begins anew."""
        run = self._current_run()
        job, trainer = run.job, run.trainer
        config = configuration.with_changes(self._store.config(job), {"seed": trainer.config.seed})
        self._store.update_in_memory(
            job,
            step=run.step,
            models=trainer.models,
            notes=trainer.notes,
            config=configuration.to_json(config),
        )

    def _step(self) -> None:
        run = self._current_run()
        before, more = run.trainer, run.advance()
        if run.trainer is not before:
            self._record_start()
        if not more:
            run.finish()
            self._end_run(JobState.FINISHED)
            self._late_evaluation.add(run)

    def _leave(self, state: JobState) -> None:
        self._current_run().save()
        self._end_run(state)

    def _end_run(self, state: JobState) -> None:
        run, self._runner = self._current_run(), None
        self._end_tracking()
        self._last_trainer = (run.job, run.trainer)
        self._change_state(run.job, state, step=run.step, seconds_optimize=run.seconds)

    def _go_on(self, job: str) -> None:
        if job in self.halting:
            self.halting.discard(job)
            raise _HaltedError

    def _halt(self, job: str, state: JobState) -> JobStatus:
        if self._is_running(job):
            self._guarded(job, lambda: self._leave(state))
        else:
            if job in self._queue:
                self._queue.remove(job)
            self._change_state(job, state)
        return self._status(job)

    def _enqueue(self, job: str, offline: bool) -> JobStatus:
        self.halting.discard(job)
        (self._online.discard if offline else self._online.add)(job)
        if not self._is_active(job):
            self._queue.append(job)
        return self._status(job)

    def _write_preview(self, job: str, step: int) -> None:
        """The picture of a job that was taken back."""
        config = self._store.config(job)
        image = self._field_view(job).preview(config.optimize.preview_size, config.render.preview_seconds)
        write_png(self._store.folder(job) / PREVIEW, image)
        self._notify(PreviewUpdated(job, step, image))

    def _notify_objective(self, job: str, step: int) -> None:
        config = self._store.config(job)
        self._notify(ObjectiveChanged(job, step, config.prompt, configuration.weights_of(config)))

    def _edit_trainer(self, job: str, *edit: Any) -> int:
        """The step from which it holds; a job that has not begun will begin with it."""
        if not self._is_running(job) and not self._has_checkpoint(job):
            return 0
        trainer = self._trainer(job)
        prompt, weights, prompt_options = edit
        step = trainer.edit(prompt=prompt, weights=weights, prompt_options=prompt_options)
        self._store.update_in_memory(job, notes=trainer.notes)
        if not self._is_running(job):
            trainer.save(self._store.folder(job))
        return step

    # -- optimizations

    def _field_view(self, job: str) -> FieldView:
        """Returns what shows the field: of an optimization that is there, else loaded without what pulls on it."""
        there = self._current_run().trainer if self._is_running(job) else self._cached_trainer(job)
        if there is not None:
            return there.field_view
        folder = self._store.folder(job)
        start = None if self._has_checkpoint(job) else warm_start_folder(folder)
        if start is None:
            self._check_has_field(job)
        field_view = self._field_views.get(job, lambda: load_field_view(self._config(job), start or folder))
        return field_view or self._trainer(job).field_view

    def _cached_trainer(self, job: str) -> Trainer | None:
        return self._last_trainer[1] if self._last_trainer is not None and self._last_trainer[0] == job else None

    def _build_branch(self, job: str) -> Trainer:
        """A branch that has not begun shows the field that it starts from."""
        if warm_start_folder(self._store.folder(job)) is None:
            self._check_has_field(job)
        return self._build(job)

    def _forget(self, job: str) -> None:
        """Drops what is held of it, which no longer is what is on the disk."""
        self._field_views.forget(job)
        self._late_evaluation.forget(job)
        if self._cached_trainer(job):
            self._last_trainer = None

    def _check_has_field(self, job: str) -> None:
        if not self._has_checkpoint(job):
            state = self._store.get(job).state
            raise JobStateError(f"Job {job} is {state} and has no result yet: start it, or wait a moment.")

    def _trainer(self, job: str) -> Trainer:
        """The running one, the one last used, the checkpoint's, or the one that a branch begins with."""
        if self._is_running(job):
            return self._current_run().trainer
        trainer = self._cached_trainer(job) or self._stored_trainer(job)
        self._last_trainer = (job, trainer)
        return trainer

    def _stored_trainer(self, job: str) -> Trainer:
        try:
            return self._load(job) if self._has_checkpoint(job) else self._build_branch(job)
        except _HaltedError as cause:
            raise JobStateError(f"Job {job} was paused or cancelled meanwhile: ask again.") from cause

    def _build(self, job: str, lowered: tuple[str, ...] = ()) -> Trainer:
        config, folder, log_line = self._config(job), self._store.folder(job), self._log_of(job)
        return Trainer.build(config, folder, log_line, lambda: self._go_on(job), lowered)

    def _load(self, job: str, lowered: tuple[str, ...] = ()) -> Trainer:
        config, folder, log_line = self._config(job), self._store.folder(job), self._log_of(job)
        return Trainer.load(config, folder, log_line, lambda: self._go_on(job), lowered)

    def _has_checkpoint(self, job: str) -> bool:
        return has_checkpoint(self._store.folder(job))

    def _config(self, job: str) -> JobConfig:
        config = self._store.runnable(job)
        device = self._device if config.device == "auto" else config.device
        consent = config.allow_download and job in self._online
        return configuration.with_changes(config, {"device": device, "allow_download": consent})

    # -- records and events

    def _current_run(self) -> JobRunner:
        """Returns the run that there is: only for where it is known that a job runs."""
        assert self._runner is not None
        return self._runner

    def _is_running(self, job: str) -> bool:
        return self._runner is not None and self._runner.job == job

    def _is_active(self, job: str) -> bool:
        return self._is_running(job) or job in self._queue

    def _status(self, job: str) -> JobStatus:
        record = self._store.get(job)
        return JobStatus(record.state, record.step)

    def _change_state(self, job: str, state: JobState, **changes: Any) -> JobRecord:
        try:
            record = self._store.update(job, state=state.value, **changes)
        except DiskError as error:  # the job is what it is, whether or not the disk takes the news
            self._log_of(job)(error.sentence, logging.WARNING)
            record = self._store.get(job)
        self._notify(StateChanged(job, record.state, record.step, record.error))
        return record

    def _notify(self, message: Any) -> None:
        if isinstance(message, Progress):
            self._note(message)
        self._notify_clients(message)

    def _note(self, progress: Progress) -> None:
        self._store.update_in_memory(
            progress.job,
            step=progress.step,
            loss=progress.loss,
            terms=progress.terms,
            score=progress.score,
            seconds_optimize=progress.seconds,
        )

    def _log_of(self, job: str) -> JobLog:
        return JobLog(job, self._store.folder(job), self._notify)

    # -- failures

    def _guarded(self, job: str, action: Callable[[], None]) -> None:
        """Whatever goes wrong with a job ends that job with a sentence, never the worker's thread."""
        try:
            action()
        except Exception as cause:
            self._fail(job, to_readable_error(cause))

    def _fail(self, job: str, error: DreamwrightError) -> None:
        log.error("job %s failed: %s", job, error.sentence, exc_info=error)
        run, self._runner = self._runner, None
        self._end_tracking()
        self._last_trainer = None  # its field may hold NaN: what is asked for next comes from the checkpoint
        step = run.step if run else self._store.get(job).step
        self._change_state(job, JobState.FAILED, error=error.sentence, step=step)
        self._notify(Failed(job, error.sentence, error.code))
