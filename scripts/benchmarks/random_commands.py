"""Random commands: every call of the wire to a live backend, in any state, to jobs that are there or are not.

Each is answered by its result or by a sentence of ours that is not a fault of our own, every change of a job's state is
an arrow of CONTRIBUTING.md, and the add-on's `reduce` makes a snapshot of whatever comes, in any order.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from addon.core.client import Event
from addon.core.session import BackendState as BackendState
from addon.core.session import Snapshot, reduce
from backend.config import JobState
from backend.errors import DreamwrightError, InternalError
from backend.wire import messages, values
from tests.addon_core.drawn import machines
from tests.backend.server.live import Backend, Client

from .fault_jobs import jobs, small_job
from .fault_line import Findings, Try

JOBS = 5
REDUCED_PER_COMMAND = 10
STATES = {state.value for state in JobState}
VIEW = {"pose": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 3], [0, 0, 0, 1]], "width": 8, "height": 8, "angle_x": 0.7}
_NUMBERS = (None, None, 0, -1, 1, 8, 1 << 40)


def run(wanted: Try) -> Findings:
    found = Findings("commands", wanted)
    with tempfile.TemporaryDirectory(prefix="dreamwright-commands-") as folder:
        backend = Backend(Path(folder) / "cache")
        try:
            talk = Talk(found, backend.connect(), Path(folder) / "scene")
            for number in wanted.numbers():
                with found.no_fault(number, "command"):
                    talk.send(number)
                found.count += 1
                if backend.process.poll() is not None:
                    found.fault(number, "the backend died", backend.process.returncode)
                    break
            if backend.end() != 0:
                found.fault(found.count, "end", f"status {backend.process.returncode}")
        finally:
            backend.kill()
    found.figures |= {"answered": dict(talk.answered), "changes_of_state": talk.changes, "reduced": talk.reduced}
    return found


class Talk:
    """A client that says anything, and what it believes of the jobs."""

    def __init__(self, found: Findings, client: Client, scene: Path) -> None:
        self._found, self._client, self._scene = found, client, scene
        self._states: dict[str, str] = {}
        """Of the jobs that are there, as they were last told."""
        self._arrows = {(source, target) for source, event, target in machines()[1] if event != "job.followed"}
        self._snapshot = Snapshot(backend=BackendState.READY)
        self._told: list[Event] = []
        self.answered: Counter[str] = Counter()
        self.changes = self.reduced = 0

    def send(self, number: int) -> None:
        choice = random.Random(f"{self._found.wanted.seed}-{number}")
        call = self._call(choice)
        try:
            self._believe(call, self._client.ask(call))
            self.answered["done"] += 1
        except InternalError as error:
            self._found.fault(number, f"{call.method} met a fault of our own", error.sentence)
        except DreamwrightError as error:
            self.answered[type(error).__name__] += 1
            if not error.sentence.rstrip().endswith((".", "?")):
                self._found.fault(number, "no sentence", error.sentence)
        self._hear(number)
        self._reduce(number, choice)

    # -- what is said

    def _call(self, choice: random.Random) -> Any:
        job = choice.choice([*self._states, "20000101-000000-000000"])
        if (len(self._states) < JOBS and choice.random() < 0.1) or not self._states:
            steps = choice.choice((3, 40, 100_000))
            return messages.CreateJob(small_job(self._scene, steps, seed=choice.randrange(100)))
        if len(self._states) >= JOBS and choice.random() < 0.2:
            return choice.choice((messages.CancelJob, messages.DeleteJob))(job)
        return choice.choice(_CALLS)(job, choice, self)

    def a_checkpoint_step(self, job: str, choice: random.Random) -> int:
        try:
            kept = self._client.ask(messages.ListCheckpoints(job)).checkpoints
        except DreamwrightError:
            kept = []
        steps: list[int] = [each["step"] for each in kept]
        return choice.choice(steps or [0, 7])

    # -- what is believed

    def _believe(self, call: Any, answer: Any) -> None:
        if isinstance(answer, messages.JobCreated):
            self._states[answer.job] = "queued"
        elif isinstance(call, messages.DeleteJob):
            self._hear(-1)
            self._states.pop(call.job, None)
        elif isinstance(call, messages.ListJobs):
            assert set(jobs(self._client)) == set(self._states), "the list is not what was made and not deleted"
        elif isinstance(answer, messages.JobStatus):
            assert answer.state in STATES, answer

    def _hear(self, number: int) -> None:
        """Every change of state that was told is drawn."""
        for event in self._client.events:
            self._told.append(Event(event.method, values.to_json(event)))
            if isinstance(event, messages.StateChanged):
                before = self._states.get(event.job)
                if before and before != event.state and (before, event.state) not in self._arrows:
                    self._found.fault(number, f"not drawn: {before} -> {event.state}", event)
                self.changes += before != event.state
                self._states[event.job] = event.state
        self._client.events.clear()
        del self._told[:-200]

    def _reduce(self, number: int, choice: random.Random) -> None:
        """What was told, in any order and any number of times, and what happens to a backend."""
        for _ in range(REDUCED_PER_COMMAND):
            event = choice.choice([*self._told[-50:], *_HAPPENINGS, self._chosen(choice)])
            with self._found.no_fault(number, f"reduce {event.name}"):
                self._snapshot = reduce(self._snapshot, event)
                assert isinstance(self._snapshot.backend, BackendState)
                assert str(getattr(self._snapshot.state, "value", self._snapshot.state)) in {"", *STATES}
                assert len(self._snapshot.history) <= 256 and self._snapshot.progress >= 0
            self.reduced += 1

    def _chosen(self, choice: random.Random) -> Event:
        job, state = choice.choice([*self._states.items(), ("none", "paused")])
        return Event("job.followed", {"job": job, "state": state, "step": 0, "steps": 40})


_HAPPENINGS = [
    Event("backend.lost", {"sentence": "Gone."}),
    Event("backend.off", {}),
    Event("backend.starting", {}),
    Event("backend.ready", {"device": "cpu"}),
    Event("backend.setting_up", {"text": "Collecting"}),
    Event("activity", {"text": "Rendering"}),
    Event("error", {"sentence": "No."}),
    Event("unknown", {}),
]
_CALLS: tuple[Callable[[str, random.Random, Talk], Any], ...] = (
    lambda job, choice, talk: messages.StartJob(job),
    lambda job, choice, talk: messages.StartJob(job),
    lambda job, choice, talk: messages.PauseJob(job),
    lambda job, choice, talk: messages.ResumeJob(job),
    lambda job, choice, talk: messages.ResumeJob(job),
    lambda job, choice, talk: messages.CancelJob(job),
    lambda job, choice, talk: messages.DeleteJob(job),
    lambda job, choice, talk: messages.GetJob(job),
    lambda job, choice, talk: messages.ListJobs(),
    lambda job, choice, talk: messages.GetStatus(),
    lambda job, choice, talk: messages.ListCheckpoints(job),
    lambda job, choice, talk: messages.RewindJob(job, talk.a_checkpoint_step(job, choice)),
    lambda job, choice, talk: messages.BranchJob(job, choice.choice(({}, {"steps": 3}, {"seed": 4}))),
    lambda job, choice, talk: messages.EditJob(job, weights={choice.choice(("photometric", "no")): choice.random()}),
    lambda job, choice, talk: messages.EditJob(job, prompt=choice.choice(("", "a cube", "x" * 5000))),
    lambda job, choice, talk: messages.FetchGrid(job, choice.choice(_NUMBERS)),
    lambda job, choice, talk: messages.FetchPreview(job, choice.choice(_NUMBERS)),
    lambda job, choice, talk: messages.RenderView(job, choice.choice((VIEW, VIEW, {}, {"pose": []})), 0.02),
)
