"""The three machines drawn in CONTRIBUTING.md, arrow by arrow, against `reduce` and `Studio`."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from addon.core import session
from addon.core.app_state import AppState
from addon.core.client import LOST, Event
from addon.core.errors import BusyError
from addon.core.session import BackendState, Snapshot, reduce
from addon.core.wire import config
from tests.for_each import for_each

from .drawn import machines

BACKEND, JOB, DOING = machines()
STATES = [state.value for state in config.JobState]
NAMES_A_STATE = ("event.state", "job.followed")
VALUES = {
    "event.progress": {"job": "a", "step": 3, "steps": 9},
    "event.preview": {"job": "a", "image": np.zeros((2, 2, 4), np.uint8), "step": 3},
    "event.finished": {"job": "a", "step": 9, "evaluation": {}},
    "event.failed": {"job": "a", "sentence": "No.", "code": 1},
    "event.log": {"text": "words"},
    LOST: {"sentence": "Gone."},
    "backend.setting_up": {"text": "Collecting torch"},
    "backend.starting": {},
    "backend.ready": {"device": "cpu"},
    "backend.off": {},
    "activity": {"text": "Rendering"},
    "error": {"sentence": "No."},
}


def events(target=""):
    """One of each that says by its name alone what becomes of the states, and those that name the state `target`."""
    told = [Event(name, values) for name, values in VALUES.items()]
    named = {"event.state": {"job": "a", "step": 0}, "job.followed": {"job": "a", "step": 0, "steps": 9}}
    return told + [Event(name, values | {"state": target}) for name, values in named.items() if target]


def being(backend, state="", job="a"):
    return Snapshot(backend=backend, job=job, state=state, steps=9)


def event_to(name, target):
    return next(event for event in events(target) if event.name == name)


def led_to(machine, source, event, told_state=""):
    """Where the drawing says that an event leads from a state: to where its name's arrows lead, else nowhere."""
    if event.name in NAMES_A_STATE and machine is JOB:
        return told_state
    targets = {to for from_, name, to in machine if name == event.name and from_ == source}
    assert len(targets) <= 1, "a drawing that leaves a choice"
    return targets.pop() if targets else source


@for_each([arrow for arrow in BACKEND if arrow[1]])
def test_every_arrow_of_the_backend(arrow):
    source, name, target = arrow
    assert reduce(being(BackendState[source]), event_to(name, "running")).backend is BackendState[target]


@for_each(JOB)
def test_every_arrow_of_the_job(arrow):
    source, name, target = arrow
    before = being(BackendState.READY, "" if source == "[*]" else source, "" if source == "[*]" else "a")
    after = reduce(before, event_to(name, target))
    assert (after.job, after.state) == ("a", target)


def test_all_states_are_drawn():
    assert {each for arrow in BACKEND for each in (arrow[0], arrow[2])} == {
        "[*]",
        *(each.name for each in BackendState),
    }
    assert {each for arrow in JOB for each in (arrow[0], arrow[2])} == {"[*]", *STATES}
    assert BACKEND[0] == ("[*]", "", Snapshot().backend.name)


@for_each(list(BackendState), ["", *STATES])
def test_every_event_in_every_pair_of_states(backend, state):
    """The two machines do not disturb each other, and what is not drawn does nothing to the job."""
    for told_state in STATES:
        for event in events(told_state):
            after = reduce(being(backend, state), event)
            assert after.state == _job_after(state, event, told_state), event
            assert after.backend.name == _backend_after(backend.name, event), event


def _job_after(state, event, told_state):
    if event.name in ("event.finished", "event.failed"):  # believed from everywhere, as a state is
        return event.name.removeprefix("event.")
    return led_to(JOB, state, event, told_state)


def _backend_after(name, event):
    """An event is believed from everywhere: all its arrows lead to one state."""
    targets = {to for _, drawn, to in BACKEND if drawn == event.name}
    assert len(targets) <= 1
    return targets.pop() if targets else name


def test_no_event_is_forgotten_here():
    assert {event.name for event in events("running")} | {"models"} >= set(session._CHANGES) - _WITHOUT_STATES


_WITHOUT_STATES = {"event.objective_changed", "job.reported", "offers", "disk_use", "event.model"}
"""Further events that tell nothing of states."""


def test_events_of_another_job_change_no_state():
    for state, told_state in itertools.product(STATES, STATES):
        before = being(BackendState.READY, state)
        for event in events(told_state):
            if "job" in event.values and event.name != "job.followed":
                assert reduce(before, Event(event.name, event.values | {"job": "b"})) is before


def now(app_state):
    return "idle" if not app_state.current_task else "stopping" if app_state.stop_requested else "doing"


@pytest.mark.parametrize("arrow", [arrow for arrow in DOING if arrow[1]], ids=" ".join)
def test_every_arrow_of_what_is_being_done(arrow):
    source, name, target = arrow
    app_state = AppState()
    busy = app_state.busy("generating")
    if source != "idle":
        busy.__enter__()
    if source == "stopping":
        app_state.request_stop()
    assert now(app_state) == source
    {
        "occupied": busy.__enter__,
        "ended": lambda: busy.__exit__(None, None, None),
        "ask_stop": app_state.request_stop,
    }[name]()
    assert now(app_state) == target


@pytest.mark.parametrize("fails", [False, True])
def test_what_ends_and_what_fails_both_leave_it_idle(fails):
    app_state = AppState()
    try:
        with app_state.busy("meshing"):
            app_state.request_stop()
            assert 1 / (not fails)
    except ZeroDivisionError:
        pass
    assert now(app_state) == "idle" and not app_state.stop_requested


def test_what_is_not_drawn_is_refused():
    app_state = AppState()
    with pytest.raises(BusyError, match="nothing to stop"):
        app_state.request_stop()
    with app_state.busy("meshing"), pytest.raises(BusyError, match="Already meshing"), app_state.busy("generating"):
        pass
    assert now(app_state) == "idle"
