"""A result is announced before it is measured, and its numbers come after it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest

from backend.errors import DiskError
from backend.server.late_evaluation import PATIENCE_S, LateEvaluation
from backend.wire.messages import CancelJob, FetchGrid, Finished, GetJob, RewindJob, StateChanged


@dataclass
class Run:
    """As much of a JobRunner as is asked for: what it measures is the matter of tests/backend/jobs."""

    job: str = "a"
    step: int = 3
    numbers: dict = field(default_factory=lambda: {"score": 0.5})
    fault: Exception | None = None

    def conclude(self):
        if self.fault:
            raise self.fault
        return self.numbers


class Records:
    def __init__(self, fault=None):
        self.kept, self.fault = {}, fault

    def update(self, job, **changes):
        if self.fault:
            raise self.fault
        self.kept[job] = changes


@pytest.fixture
def late():
    late = LateEvaluation(Records(), [].append, lambda: late.now)
    late.now, late.told = 100.0, []
    late._notify = late.told.append
    return late


def test_it_is_due_a_moment_after_it_was_announced_or_once_its_grid_is_out(late):
    assert late.seconds_left is None and late.job == ""
    late.add(Run())
    assert late.seconds_left == PATIENCE_S and late.job == "a"
    late.now += PATIENCE_S / 2
    assert late.seconds_left == pytest.approx(PATIENCE_S / 2)
    late.hurry("another")
    assert late.seconds_left
    late.hurry("a")
    assert late.seconds_left == 0


def test_its_numbers_are_kept_and_told_once(late):
    late.add(Run())
    late.measure()
    late.measure()
    assert late._store.kept == {"a": {"evaluation": {"score": 0.5}, "score": 0.5}}
    assert late.told == [Finished("a", 3, {"score": 0.5})]


def test_what_cannot_be_measured_costs_no_result(late, caplog):
    late.add(Run(fault=RuntimeError("no memory")))
    late.measure()
    assert late._store.kept["a"]["evaluation"] == {} and late.told == [Finished("a", 3, {})]
    assert "Job a was not measured" in caplog.text


def test_a_full_disk_keeps_no_numbers_and_they_are_told(late, caplog):
    late._store.fault = DiskError("The disk is full.")
    late.add(Run())
    with caplog.at_level(logging.WARNING):
        late.measure()
    assert "The disk is full." in caplog.text and late.told[0].evaluation == {"score": 0.5}


def test_one_that_is_no_longer_what_was_announced_is_not_measured(late):
    late.add(Run())
    late.forget("another")
    assert late.job
    late.forget("a")
    late.measure()
    assert late.told == [] and late._store.kept == {}


def test_where_no_time_is_left_the_record_says_that_nothing_was_measured(late):
    late.skip()
    late.add(Run())
    late.skip()
    assert late._store.kept == {"a": {"evaluation": {}, "score": None}} and late.job == ""


# of the real backend


def test_the_result_is_announced_before_its_numbers(client, tiny):
    job = client.begin(tiny())
    client.wait_for_state(job, "finished")
    assert client.ask(FetchGrid(job)).step == 40
    finished = client.wait_for((Finished, StateChanged))
    assert isinstance(finished, Finished) and finished.evaluation["psnr"] > 12
    assert client.ask(GetJob(job)).evaluation == finished.evaluation


def test_the_next_job_waits_for_the_numbers_of_the_one_before(client, tiny):
    first, second = client.begin(tiny()), client.begin(tiny())
    client.wait_for_state(first, "finished")
    told = client.wait_for((Finished, StateChanged))
    assert told == Finished(first, 40, client.ask(GetJob(first)).evaluation)
    client.ask(CancelJob(second))


def test_a_job_that_is_taken_back_at_once_has_no_numbers(client, tiny):
    job = client.begin(tiny(optimize={"keep_checkpoints": 2}))
    client.wait_for_state(job, "finished")
    client.ask(RewindJob(job, 20))
    assert client.ask(GetJob(job)).evaluation is None


def test_a_backend_that_ends_first_says_that_nothing_was_measured(start, tiny):
    backend = start()
    client = backend.connect()
    job = client.begin(tiny())
    client.wait_for_state(job, "finished")
    backend.end()
    assert start().connect().ask(GetJob(job)).evaluation == {}
