"""Every call, answer and notification: as JSON and back, and strictly."""

from __future__ import annotations

import dataclasses
import types
import typing

import numpy as np
import pytest

from backend.errors import ParamsError, VersionError
from backend.wire import messages, values
from backend.wire.messages import CALLS, NOTIFICATIONS, WIRE_VERSION, EditJob, FetchGrid, GetJob, JobRecord, Progress
from tests.for_each import for_each

RESULTS = dict.fromkeys(kind.Result for kind in CALLS.values())
EVERYTHING = [*CALLS.values(), *NOTIFICATIONS.values(), *RESULTS]
EXAMPLES = {bool: True, int: 3, float: 0.5, str: "text", dict: {"a": 1}, list: [1, 2], np.ndarray: np.zeros((2, 2))}


def example(kind: type) -> typing.Any:
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: _example_of(hints[field.name]) for field in dataclasses.fields(kind)})


def _example_of(hint: typing.Any) -> typing.Any:
    first = typing.get_args(hint)[0] if isinstance(hint, types.UnionType) else hint
    return EXAMPLES[typing.get_origin(first) or first]


@for_each(EVERYTHING)
def test_each_message_comes_back(kind):
    sent = values.to_json(example(kind))
    # As dictionaries: from Python 3.13 on two dataclasses that hold arrays cannot be compared.
    assert values.to_json(values.from_json(kind, sent)) == sent


@for_each(EVERYTHING)
def test_each_message_refuses_what_it_does_not_know(kind):
    with pytest.raises(ParamsError, match="takes no 'surprise'"):
        values.from_json(kind, {**values.to_json(example(kind)), "surprise": 1})


@for_each(EVERYTHING)
def test_each_message_refuses_wrong_types(kind):
    whole = values.to_json(example(kind))
    for name in whole:
        with pytest.raises(ParamsError, match=f"'{name}' of .* must be "):
            values.from_json(kind, {**whole, name: object()})


@for_each(EVERYTHING)
def test_each_message_needs_what_has_no_default(kind):
    whole = values.to_json(example(kind))
    for field in dataclasses.fields(kind):
        rest = {name: value for name, value in whole.items() if name != field.name}
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            with pytest.raises(ParamsError, match=f"needs '{field.name}'"):
                values.from_json(kind, rest)
        else:
            values.from_json(kind, rest)


def test_methods_have_the_names_of_the_treaty():
    assert set(CALLS) == {
        "hello", "jobs.create", "jobs.start", "jobs.pause", "jobs.resume", "jobs.cancel", "jobs.edit", "jobs.list",
        "jobs.get", "jobs.delete", "jobs.grid", "jobs.preview", "jobs.render", "jobs.checkpoints", "jobs.rewind",
        "jobs.branch", "datasets.begin", "datasets.write", "models.list", "models.fetch", "models.stop_fetch",
        "scenes.arrange", "pictures.read", "photos.inspect",
        "backend.status", "backend.shutdown",
    }  # fmt: skip
    assert set(NOTIFICATIONS) == {
        f"event.{name}"
        for name in ("progress", "objective_changed", "preview", "state", "model", "log", "finished", "failed")
    }


def test_a_call_is_a_method_and_its_parameters():
    assert messages.call(FetchGrid("a1", 64)) == ("jobs.grid", {"job": "a1", "resolution": 64})


def test_none_travels_as_none():
    assert values.from_json(EditJob, {"job": "a", "prompt": None}) == EditJob("a")


@pytest.mark.parametrize("wrong", [True, 1, None, ["a"]])
def test_text_is_only_text(wrong):
    with pytest.raises(ParamsError, match="'job' of jobs.get must be text"):
        values.from_json(GetJob, {"job": wrong})


def test_a_whole_number_is_a_number_but_truth_is_none():
    base = {"job": "a", "step": 1, "steps": 2}
    assert values.from_json(Progress, {**base, "seconds": 3}).seconds == 3.0
    with pytest.raises(ParamsError, match="'seconds' of event.progress must be a number"):
        values.from_json(Progress, {**base, "seconds": True})
    with pytest.raises(ParamsError, match="'step' of event.progress must be a whole number"):
        values.from_json(Progress, {**base, "seconds": 1.0, "step": 1.5})


@pytest.mark.parametrize("wrong", [None, [], "text", 5])
def test_values_are_given_by_name(wrong):
    with pytest.raises(ParamsError, match="JobRecord takes values by name"):
        values.from_json(JobRecord, wrong)


def test_the_same_version_is_fine():
    messages.check_version(WIRE_VERSION, we_are="backend", they_are="extension")


@pytest.mark.parametrize(("theirs", "update"), [(WIRE_VERSION - 1, "extension"), (WIRE_VERSION + 1, "backend")])
def test_the_older_side_is_the_one_to_update(theirs, update):
    with pytest.raises(VersionError, match=f"update the {update}"):
        messages.check_version(theirs, we_are="backend", they_are="extension")
