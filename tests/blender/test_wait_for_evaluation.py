"""The numbers of a result are worth a wait, and never the result itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from addon import headless
from addon.core import calls
from addon.core.errors import BackendLostError
from addon.core.wire import messages
from addon.flows import wait_for_job

CONNECTION = SimpleNamespace(client=None)


def record(state="finished", evaluation=None):
    counted = dict.fromkeys(("step", "steps", "created", "updated"), 0)
    return messages.JobRecord(job="a", state=state, prompt="", config={}, evaluation=evaluation, **counted)


def waited(first):
    return headless.run(wait_for_job.wait_for_evaluation(CONNECTION, first))


def test_it_waits_until_the_numbers_are_there(monkeypatch):
    answers = iter([record(), record(), record(evaluation={"psnr": 30.0})])
    monkeypatch.setattr(calls, "get_job", lambda client, job: next(answers))
    assert waited(record()).evaluation == {"psnr": 30.0}


@pytest.mark.parametrize("there", [record("cancelled"), record(evaluation={})], ids=["stopped", "none to be had"])
def test_nobody_waits_for_what_will_not_come(monkeypatch, there):
    monkeypatch.setattr(calls, "get_job", lambda client, job: pytest.fail("asked"))
    assert waited(there) is there


def test_a_backend_that_goes_away_leaves_the_record_without(monkeypatch, caplog):
    def gone(client, job):
        raise BackendLostError("The backend is gone.")

    monkeypatch.setattr(calls, "get_job", gone)
    assert waited(record()).evaluation is None
    assert "no numbers of job a: The backend is gone." in caplog.text


def test_it_waits_no_longer_than_it_may(monkeypatch):
    monkeypatch.setattr(wait_for_job, "EVALUATION_SECONDS", 0.0)
    monkeypatch.setattr(calls, "get_job", lambda client, job: record())
    assert waited(record()).evaluation is None
