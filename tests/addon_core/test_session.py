"""Every transition of the snapshot, and the inbox between threads."""

from __future__ import annotations

import dataclasses
import threading

import numpy as np
import pytest

from addon.core.calls import ModelInfo
from addon.core.client import Event
from addon.core.session import HISTORY_POINTS, LOG_LINES, BackendState, Session, Snapshot, format_time_left, reduce
from addon.core.wire import messages
from tests.patience import PATIENCE

FOLLOWING = Snapshot(backend=BackendState.READY, device="cpu", job="a1", state="running", steps=100)


def after(snapshot, name, **values):
    return reduce(snapshot, Event(name, values))


def test_progress():
    snapshot = after(FOLLOWING, "event.progress", job="a1", step=25, steps=100, loss=0.5, seconds_left=9.0, terms={})
    assert (snapshot.step, snapshot.loss, snapshot.seconds_left, snapshot.progress) == (25, 0.5, 9.0, 0.25)


def test_progress_goes_back_where_a_job_begins_again():
    late = after(FOLLOWING, "event.progress", job="a1", step=60, steps=100, loss=0.5, score=0.3, seconds_left=4.0)
    again = {"step": 0, "steps": 100, "loss": None, "score": None, "seconds_left": 10.0, "terms": {}}
    snapshot = after(late, "event.progress", job="a1", **again)
    assert (snapshot.step, snapshot.progress, snapshot.seconds_left) == (0, 0.0, 10.0)
    assert (snapshot.state, snapshot.loss, snapshot.score) == ("running", None, None)


def test_progress_tells_memory_and_the_terms_of_the_loss():
    told = {"job": "a1", "step": 2, "steps": 100, "memory_mb": 812.5, "terms": {"photometric": 0.25}}
    snapshot = after(FOLLOWING, "event.progress", **told)
    assert (snapshot.memory_mb, snapshot.terms) == (812.5, {"photometric": 0.25})


def curve(steps, snapshot=FOLLOWING):
    for step in steps:
        told = {"job": "a1", "step": step, "steps": 10_000, "loss": 1.0 / step, "score": step if step % 3 else None}
        snapshot = after(snapshot, "event.progress", **told)
    return snapshot


def test_the_curve_has_every_step_that_was_told():
    assert curve([1, 2, 3]).history == ((1, 1.0, 1), (2, 0.5, 2), (3, 1 / 3, None))


def test_a_long_curve_stays_bounded_spans_the_run_and_ends_now():
    steps = [moment.step for moment in curve(range(1, 5000)).history]
    assert len(steps) == HISTORY_POINTS and steps[0] == 1 and steps[-1] == 4999
    assert steps == sorted(set(steps)) and max(np.diff(steps)) <= 5000 / (HISTORY_POINTS / 4)


def test_what_a_job_that_went_back_has_undone_is_not_in_its_curve():
    assert [moment.step for moment in curve([1, 2, 5, 9, 4]).history] == [1, 2, 4]


def test_another_job_begins_without_curve_terms_and_weights():
    holds = {"job": "a1", "step": 7, "prompt": "a pear", "weights": {"photometric": 2.0}}
    snapshot = after(curve([1, 2]), "event.objective_changed", **holds)
    assert (snapshot.prompt, snapshot.weights, snapshot.objective_since) == ("a pear", {"photometric": 2.0}, 7)
    fresh = after(snapshot, "job.followed", job="b2", state="queued", step=0, steps=9)
    assert (fresh.history, fresh.terms, fresh.weights, fresh.prompt, fresh.objective_since) == ((), {}, {}, "", 0)


def test_preview():
    picture = np.zeros((4, 4, 4), np.uint8)
    assert after(FOLLOWING, "event.preview", job="a1", step=3, image=picture).preview is picture


@pytest.mark.parametrize("name", ["event.progress", "event.preview", "event.state", "event.finished", "event.failed"])
def test_another_job_changes_nothing(name):
    values = {"step": 5, "steps": 9, "image": None, "state": "failed", "sentence": "no", "code": 1}
    assert reduce(FOLLOWING, Event(name, values | {"job": "b2"})) is FOLLOWING


def test_an_unknown_event_changes_nothing():
    assert after(FOLLOWING, "event.invented", job="a1") is FOLLOWING


@pytest.mark.parametrize(
    ("state", "running", "ended"),
    [
        ("queued", True, False),
        ("running", True, False),
        ("paused", False, False),
        ("finished", False, True),
        ("cancelled", False, True),
        ("failed", False, True),
    ],
)
def test_states(state, running, ended):
    snapshot = after(FOLLOWING, "event.state", job="a1", state=state, step=7, error=None)
    assert (snapshot.state, snapshot.step, snapshot.running, snapshot.ended) == (state, 7, running, ended)


def test_finished_and_failed():
    finished = after(FOLLOWING, "event.finished", job="a1", step=100, evaluation={})
    assert finished.ended and finished.step == 100 and finished.seconds_left == 0.0
    failed = after(FOLLOWING, "event.failed", job="a1", sentence="Out of paint.", code=-32071)
    assert (failed.state, failed.error, failed.error_code) == ("failed", "Out of paint.", -32071)


def test_the_log_is_bounded():
    snapshot = FOLLOWING
    for number in range(LOG_LINES + 5):
        snapshot = after(snapshot, "event.log", level="info", text=str(number), job=None)
    assert len(snapshot.log) == LOG_LINES and snapshot.log[-1] == str(LOG_LINES + 4)


def test_the_life_of_the_backend():
    snapshot = after(Snapshot(error="old"), "backend.setting_up", text="Collecting torch", fraction=0.2)
    assert (snapshot.backend, snapshot.activity, snapshot.fraction) == (
        BackendState.SETTING_UP,
        "Collecting torch",
        0.2,
    )
    snapshot = after(snapshot, "backend.starting")
    assert (snapshot.backend, snapshot.activity, snapshot.error) == (BackendState.STARTING, "", "")
    snapshot = after(snapshot, "backend.ready", device="cpu")
    assert (snapshot.backend, snapshot.device) == (BackendState.READY, "cpu")
    lost = after(snapshot, "backend.lost", sentence="Gone.")
    assert (lost.backend, lost.error, lost.device) == (BackendState.LOST, "Gone.", "")
    off = after(snapshot, "backend.off", sentence="Could not start.")
    assert (off.backend, off.error) == (BackendState.OFF, "Could not start.")


def test_a_new_job_forgets_the_old_one():
    old = dataclasses.replace(
        FOLLOWING, loss=0.1, error="It failed.", error_code=3, preview=np.zeros(1), seconds_left=3.0
    )
    new = after(old, "job.followed", job="b2", state="queued", step=0, steps=50)
    expected = Snapshot(backend=BackendState.READY, device="cpu", job="b2", state="queued", steps=50)
    assert new == expected


def test_every_notification_of_the_backend_is_understood():
    from addon.core.session import _CHANGES

    assert set(messages.NOTIFICATIONS) <= set(_CHANGES)


def test_a_snapshot_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FOLLOWING.step = 3


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, ""), (0.4, "0 s left"), (89, "89 s left"), (120, "2 min left"), (7200, "2.0 h left")],
)
def test_time_left_in_words(seconds, words):
    assert format_time_left(seconds) == words


def test_events_cross_from_a_thread_in_order():
    session = Session()
    session.post("job.followed", job="a1", state="running", step=0, steps=1000)
    events = [Event("event.progress", {"job": "a1", "step": step, "steps": 1000}) for step in range(1000)]
    thread = threading.Thread(target=lambda: [session.receive(event) for event in events])
    thread.start()
    seen = []
    while session.snapshot.step < 999:
        assert session.wait(PATIENCE)
        seen.append(session.snapshot.step)
    thread.join()
    assert seen == sorted(seen)


def test_waiting_for_nothing_ends():
    session = Session()
    assert session.wait(0.01) is False and session.drain() is False


def test_a_download_is_kept_by_the_model_s_name_and_ends_with_the_model_here():
    far = ModelInfo("far", "diffusion", "", 100, 1000, "", "MIT", False, "a/b")
    snapshot = dataclasses.replace(Snapshot(), models=(far,))
    told = {"model": "far", "state": "fetching", "bytes": 25, "total_bytes": 100, "sentence": ""}
    snapshot = reduce(snapshot, Event("event.model", told))
    assert snapshot.fetches["far"].fraction == 0.25 and not snapshot.models[0].is_local
    snapshot = reduce(snapshot, Event("event.model", told | {"state": "failed", "sentence": "No room."}))
    assert snapshot.fetches["far"].sentence == "No room."
    snapshot = reduce(snapshot, Event("event.model", told | {"state": "here", "bytes": 100}))
    assert snapshot.fetches["far"].state == "here" and snapshot.models[0].is_local
