"""What can be done with jobs, and the one that is being optimised. All of it runs on the worker's thread.

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
from backend.optimise.checkpoint import NEWEST, PREVIOUS
from backend.optimise.edits import edit_changes
from backend.optimise.job import Optimisation
from backend.optimise.looking import Between, Look, Passes, load_look
from backend.optimise.warm_start import start_in
from backend.wire.messages import (
    Edited,
    Failed,
    Finished,
    Holds,
    JobRecord,
    PreviewMade,
    Progress,
    Standing,
    StateChanged,
)

from .failures import as_sentence
from .job_log import JobLog
from .kept_steps import Check, KeptShown, branched, check_kept, kept_steps, taken_back
from .looks import Looks
from .picture import write_picture
from .run import Run, Tell
from .store import PREVIEW, JobStore

log = logging.getLogger(__name__)

T = TypeVar("T")
_RESUMABLE = (JobState.PAUSED, JobState.FAILED, JobState.CANCELLED)


class _HaltedError(Exception):
    """Nobody wants the job any more that is being begun."""


class Jobs:
    """The jobs of a store: at most one runs, those that were started after it wait in line."""

    def __init__(self, store: JobStore, tell: Tell, device: str = "auto") -> None:
        self._store = store
        self._tell_clients = tell
        self._device = device
        self._line: deque[str] = deque()
        self._run: Run | None = None
        self._kept: tuple[str, Optimisation] | None = None
        """The optimisation last looked at or ended, so that its grid can be had without loading it again."""
        self._looks = Looks()
        self.halting: set[str] = set()
        """Jobs that a client has asked to pause or cancel: added from any thread, looked at while a dataset is read."""

    # -- work, between which commands are taken

    def advance(self, besides: str = "") -> bool:
        """One step of the running job, or the beginning of the next; False when there is nothing to do.

        Nothing is done for the job `besides`, whose field somebody looks at.
        """
        if besides and besides in (self._run.job if self._run else "", *self._line):
            return False
        if self._run is not None:
            self._guarded(self._run.job, self._step)
        elif self._line:
            job = self._line.popleft()
            self._guarded(job, lambda: self._begin(job))
        else:
            return False
        return True

    def put_aside(self) -> None:
        """Keeps the running job as paused, where there is one."""
        if self._run is not None:
            self._guarded(self._run.job, lambda: self._leave(JobState.PAUSED))

    # -- commands

    def start(self, job: str) -> Standing:
        record = self._store.get(job)
        if record.state != JobState.QUEUED and not self._is_running(job):
            raise JobStateError(f"Job {job} is {record.state}: only a new job can be started, others are resumed.")
        return self._line_up(job)

    def resume(self, job: str) -> Standing:
        record = self._store.get(job)
        if record.state in _RESUMABLE:
            self._change_state(job, JobState.QUEUED, error=None)
        elif record.state != JobState.QUEUED and not self._is_active(job):
            raise JobStateError(f"Job {job} is {record.state}: only a paused, cancelled or failed job can be resumed.")
        return self._line_up(job)

    def pause(self, job: str) -> Standing:
        record = self._store.get(job)
        if not self._is_active(job) and record.state != JobState.PAUSED:
            raise JobStateError(f"Job {job} is {record.state}: only a running job can be paused.")
        return self._halt(job, JobState.PAUSED)

    def cancel(self, job: str) -> Standing:
        record = self._store.get(job)
        if JobState(record.state).ended:
            raise JobStateError(f"Job {job} is {record.state} already: there is nothing to cancel.")
        return self._halt(job, JobState.CANCELLED)

    def edit(
        self, job: str, prompt: str | None, weights: dict[str, float] | None, words: dict[str, Any] | None
    ) -> Edited:
        record = self._store.get(job)
        if JobState(record.state).ended:
            raise JobStateError(f"Job {job} is {record.state}: make a new job for another prompt.")
        changes = edit_changes(prompt, weights, words)
        config = configuration.check_runnable(configuration.with_changes(self._store.config(job), changes))
        step = self._edit_optimisation(job, prompt, weights, words)
        self._store.write(job, prompt=config.prompt, config=configuration.to_json(config))
        self._tell_what_holds(job, step)
        return Edited(step)

    def checkpoints(self, job: str) -> list[KeptShown]:
        """The steps that the job can go back to."""
        return kept_steps(self._store, job)

    def rewind(self, job: str, step: int) -> Standing:
        check_kept(self._store, job, step)
        if self._is_active(job):
            self._halt(job, JobState.PAUSED)
        there = taken_back(self._store, job, step)
        self._forget(job)
        now = self._store.config(job)
        prompt = str(there.config.get("prompt", ""))
        gone = {"loss": None, "terms": {}, "evaluation": None, "error": None}
        held = {
            "prompt": prompt,
            "config": there.config | {"device": now.device, "dataset": now.dataset},
            "score": there.score,
        }
        self._change_state(job, JobState.PAUSED, step=step, **held, **gone)
        self._tell_what_holds(job, step)
        self._show(job, step)
        return self._standing(job)

    def branch(
        self, job: str, changes: dict[str, Any], step: int | None, client: str = "", check: Check = lambda config: None
    ) -> str:
        """A new job of a client, queued, that starts from this one's field; `check` looks at its config first."""
        if step is None:
            if self._is_running(job):
                self._run.checkpoint()
            self._check_has_field(job)
        return branched(self._store, job, changes, step, client, check)

    def delete(self, job: str) -> None:
        if self._is_active(job):
            state = self._store.get(job).state
            raise JobStateError(f"Job {job} is {state}: cancel it before it is deleted.")
        self._forget(job)
        self._store.delete(job)

    def grid(self, job: str, resolution: int | None, between: Between | None = None) -> tuple[Grid, int]:
        """The grid of the last good field, and its step."""
        look = self._look(job)
        return look.grid(resolution, between), look.step

    def preview(self, job: str, size: int, between: Between | None = None) -> np.ndarray:
        return self._look(job).preview(size, between=between)

    def render(
        self, job: str, lens: Lens, seconds: float, normals: bool, between: Between | None = None
    ) -> tuple[Passes, int]:
        """The field through a lens, within `seconds`, and its step."""
        look = self._look(job)
        return look.passes(lens, seconds, normals=normals, between=between), look.step

    # -- the running job

    def _begin(self, job: str) -> None:
        self._kept = None  # frees its memory before the next is built
        self._looks.forget(job)
        record = self._change_state(job, JobState.RUNNING, error=None)
        try:
            optimisation = self._load(job) if self._has_checkpoint(job) else self._build(job)
        except _HaltedError:  # the command itself comes next, and finds it paused
            self._change_state(job, JobState.PAUSED)
            return
        config, folder = self._store.config(job), self._store.folder(job)
        keeps = config.optimise.keep_checkpoints
        self._run = Run(job, config, optimisation, folder, self._tell, record.seconds_optimise, keeps=keeps)
        self._note_beginning()
        self._tell_what_holds(job, self._run.step)

    def _note_beginning(self) -> None:
        """What the record says of how the running job began: at first, and each time that it begins anew."""
        job, optimisation = self._run.job, self._run.optimisation
        config = configuration.with_changes(self._store.config(job), {"seed": optimisation.config.seed})
        self._store.note(
            job,
            step=self._run.step,
            models=optimisation.models,
            notes=optimisation.notes,
            config=configuration.to_json(config),
        )

    def _step(self) -> None:
        before, more = self._run.optimisation, self._run.advance()
        if self._run.optimisation is not before:
            self._note_beginning()
        if not more:
            evaluation = self._run.finish()
            self._end_run(JobState.FINISHED, evaluation=evaluation, score=evaluation.get("score"))

    def _leave(self, state: JobState) -> None:
        self._run.keep()
        self._end_run(state)

    def _end_run(self, state: JobState, **changes: Any) -> None:
        run, self._run = self._run, None
        self._kept = (run.job, run.optimisation)
        self._change_state(run.job, state, step=run.step, seconds_optimise=run.seconds, **changes)
        if state is JobState.FINISHED:
            self._tell(Finished(run.job, run.step, changes["evaluation"]))

    def _go_on(self, job: str) -> None:
        if job in self.halting:
            self.halting.discard(job)
            raise _HaltedError

    def _halt(self, job: str, state: JobState) -> Standing:
        self.halting.discard(job)
        if self._is_running(job):
            self._guarded(job, lambda: self._leave(state))
        else:
            if job in self._line:
                self._line.remove(job)
            self._change_state(job, state)
        return self._standing(job)

    def _line_up(self, job: str) -> Standing:
        self.halting.discard(job)
        if not self._is_active(job):
            self._line.append(job)
        return self._standing(job)

    def _show(self, job: str, step: int) -> None:
        """The picture of a job that was taken back."""
        config = self._store.config(job)
        image = self._look(job).preview(config.optimise.preview_size, config.render.preview_seconds)
        write_picture(self._store.folder(job) / PREVIEW, image)
        self._tell(PreviewMade(job, step, image))

    def _tell_what_holds(self, job: str, step: int) -> None:
        config = self._store.config(job)
        self._tell(Holds(job, step, config.prompt, configuration.weights_of(config)))

    def _edit_optimisation(self, job: str, *edit: Any) -> int:
        """The step from which it holds; a job that has not begun will begin with it."""
        if not self._is_running(job) and not self._has_checkpoint(job):
            return 0
        optimisation = self._optimisation(job)
        prompt, weights, words = edit
        step = optimisation.edit(prompt=prompt, weights=weights, words=words)
        self._store.note(job, notes=optimisation.notes)
        if not self._is_running(job):
            optimisation.save(self._store.folder(job))
        return step

    # -- optimisations

    def _look(self, job: str) -> Look:
        """What shows the field: of an optimisation that is there, else loaded without what pulls on it."""
        there = self._run.optimisation if self._is_running(job) else self._held(job)
        if there is not None:
            return there.look
        folder = self._store.folder(job)
        start = None if self._has_checkpoint(job) else start_in(folder)
        if start is None:
            self._check_has_field(job)
        look = self._looks.get(job, lambda: load_look(self._config(job), start or folder))
        return look or self._optimisation(job).look

    def _held(self, job: str) -> Optimisation | None:
        return self._kept[1] if self._kept is not None and self._kept[0] == job else None

    def _branched(self, job: str) -> Optimisation:
        """A branch that has not begun shows the field that it starts from."""
        if start_in(self._store.folder(job)) is None:
            self._check_has_field(job)
        return self._build(job)

    def _forget(self, job: str) -> None:
        """What is held of it no longer is what is on the disk."""
        self._looks.forget(job)
        if self._held(job):
            self._kept = None

    def _check_has_field(self, job: str) -> None:
        if not self._has_checkpoint(job):
            state = self._store.get(job).state
            raise JobStateError(f"Job {job} is {state} and has no result yet: start it, or wait a moment.")

    def _optimisation(self, job: str) -> Optimisation:
        """The running one, the one last used, the checkpoint's, or the one that a branch begins with."""
        if self._is_running(job):
            return self._run.optimisation
        held = self._held(job)
        if held is None:
            held = self._load(job) if self._has_checkpoint(job) else self._branched(job)
            self._kept = (job, held)
        return held

    def _build(self, job: str) -> Optimisation:
        return Optimisation.build(
            self._config(job), self._store.folder(job), self._log_of(job), lambda: self._go_on(job)
        )

    def _load(self, job: str) -> Optimisation:
        return Optimisation.load(
            self._config(job), self._store.folder(job), self._log_of(job), lambda: self._go_on(job)
        )

    def _has_checkpoint(self, job: str) -> bool:
        folder = self._store.folder(job)
        return (folder / NEWEST).exists() or (folder / PREVIOUS).exists()

    def _config(self, job: str) -> JobConfig:
        config = self._store.runnable(job)
        if config.device != "auto":
            return config
        return configuration.with_changes(config, {"device": self._device})

    # -- records and events

    def _is_running(self, job: str) -> bool:
        return self._run is not None and self._run.job == job

    def _is_active(self, job: str) -> bool:
        return self._is_running(job) or job in self._line

    def _standing(self, job: str) -> Standing:
        record = self._store.get(job)
        return Standing(record.state, record.step)

    def _change_state(self, job: str, state: JobState, **changes: Any) -> JobRecord:
        try:
            record = self._store.write(job, state=state.value, **changes)
        except DiskError as error:  # the job is what it is, whether or not the disk takes the news
            self._log_of(job)(error.sentence, logging.WARNING)
            record = self._store.get(job)
        self._tell(StateChanged(job, record.state, record.step, record.error))
        return record

    def _tell(self, message: Any) -> None:
        if isinstance(message, Progress):
            self._note(message)
        self._tell_clients(message)

    def _note(self, progress: Progress) -> None:
        self._store.note(
            progress.job,
            step=progress.step,
            loss=progress.loss,
            terms=progress.terms,
            score=progress.score,
            seconds_optimise=progress.seconds,
        )

    def _log_of(self, job: str) -> JobLog:
        return JobLog(job, self._store.folder(job), self._tell)

    # -- failures

    def _guarded(self, job: str, action: Callable[[], None]) -> None:
        """Whatever goes wrong with a job ends that job with a sentence, never the worker's thread."""
        try:
            action()
        except Exception as cause:
            self._fail(job, as_sentence(cause))

    def _fail(self, job: str, error: DreamwrightError) -> None:
        log.error("job %s failed: %s", job, error.sentence, exc_info=error)
        run, self._run = self._run, None
        self._kept = None  # its field may hold NaN: what is asked for next comes from the checkpoint
        step = run.step if run else self._store.get(job).step
        self._change_state(job, JobState.FAILED, error=error.sentence, step=step)
        self._tell(Failed(job, error.sentence, error.code))
