"""The parsers of the wire against what hypothesis thinks up: what goes in comes out, and any bytes give a value or an
error of ours, in bounded time and memory.

Seeded cases stand in the other files; here a failing case is made small by itself. `derandomize`: CI runs the same
cases each time, and scripts/benchmarks/faults.py is what looks further.
"""

from __future__ import annotations

import dataclasses
import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.errors import DreamwrightError, ParamsError, ParseError, ProtocolError
from backend.wire import arrays, messages, text, values
from backend.wire.arrays import Descriptor
from backend.wire.rpc import (
    ErrorReceived,
    NotificationReceived,
    Peer,
    ReplyRequired,
    RequestReceived,
    ResponseReceived,
)

from .conversation import carry_one

EVENTS = (RequestReceived, NotificationReceived, ResponseReceived, ErrorReceived, ReplyRequired)
often = settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])

unicode = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
plain = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
keys = unicode.filter(lambda key: key != arrays.ARRAY_KEY)
trees = st.recursive(
    plain | unicode, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=12
)
junk = st.recursive(
    plain | st.text(max_size=20) | st.just(float("nan")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def any_array(draw):
    shape = draw(st.lists(st.integers(0, 4), max_size=arrays.NDIM_LIMIT))
    dtype = np.dtype(draw(st.sampled_from(arrays.DTYPES)))
    count = int(np.prod(shape, dtype=int))
    content = draw(st.binary(min_size=count * dtype.itemsize, max_size=count * dtype.itemsize))
    raw = np.frombuffer(content, np.uint8)
    return (raw & 1 if dtype.kind == "b" else raw).view(dtype).reshape(shape)


def assert_sentence(error: DreamwrightError) -> None:
    assert error.sentence.endswith(".") and len(error.sentence) < 2000


@often
@given(trees)
def test_text_any_value_comes_back(value):
    assert text.loads(text.dumps(value)) == value


@often
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")) | junk.map(json.dumps))
def test_text_any_characters_are_a_value_or_a_parse_error(written):
    try:
        assert text.loads(text.dumps(text.loads(written))) == text.loads(written)
    except ParseError as error:
        assert_sentence(error)


@often
@given(any_array(), st.integers(0, 2**64 - 1))
def test_arrays_bit_for_bit(array, id):
    descriptor, content = arrays.describe(array, id)
    message = b"".join(bytes(part) for part in arrays.fragments(descriptor, content))
    assert arrays.message_id(message) == id
    back = arrays.from_message(Descriptor.from_json(descriptor.to_json()), message)
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())


sides = st.integers(-1, 5) | st.sampled_from([1 << 31, 1 << 32, 1 << 62, 1 << 63, (1 << 64) - 1, 1 << 64]) | junk


@often
@given(
    st.fixed_dictionaries(
        {
            arrays.ARRAY_KEY: sides,
            "dtype": st.sampled_from(arrays.DTYPES) | junk,
            "shape": st.lists(sides, max_size=7) | junk,
            "bytes": sides,
        },
        optional={"more": junk},
    ),
    st.binary(max_size=64),
)
def test_arrays_no_claim_costs_more_than_its_message(claim, message):
    tracemalloc.start()
    try:
        arrays.from_message(Descriptor.from_json(claim), message)
    except ProtocolError as error:
        assert_sentence(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1 << 20


@often
@given(st.lists(st.text(max_size=60) | st.binary(max_size=40) | junk.map(json.dumps), max_size=5))
def test_rpc_any_frames_are_events_or_a_protocol_error(frames):
    peer = Peer()
    peer.send_request("asked", {})
    try:
        for frame in frames:
            for event in peer.receive(frame):
                assert isinstance(event, EVENTS)
    except ProtocolError as error:
        assert_sentence(error)


bodies = st.fixed_dictionaries(
    {"jsonrpc": st.just("2.0")},
    optional={
        "id": st.just(1) | junk,
        "method": st.sampled_from([*messages.CALLS, *messages.NOTIFICATIONS]) | junk,
        "params": st.dictionaries(st.sampled_from(["job", "config", "step"]) | unicode, junk, max_size=3) | junk,
        "result": junk,
        "error": junk | st.fixed_dictionaries({"code": st.integers(), "message": unicode}),
    },
)


@often
@given(bodies)
def test_rpc_and_messages_any_body_is_understood_answered_or_refused(body):
    """What is answered can be read by the other side, as an error about that request or about none."""
    peer = Peer()
    peer.send_request("asked", {})
    try:
        events = peer.receive(json.dumps(body))
    except ProtocolError as error:
        return assert_sentence(error)
    for event in events:
        if isinstance(event, ReplyRequired):
            (answer,) = event.messages
            assert text.loads(answer)["error"]["message"].endswith(".")
        if isinstance(event, RequestReceived | NotificationReceived):
            read_strictly(event)


def read_strictly(event: RequestReceived | NotificationReceived) -> None:
    kind = (messages.CALLS | messages.NOTIFICATIONS).get(event.method)
    if kind is None:
        return
    try:
        there = values.from_json(kind, event.params)
        assert values.to_json(there).keys() == {field.name for field in dataclasses.fields(kind)}
    except ParamsError as error:
        assert_sentence(error)


@often
@given(st.dictionaries(keys, trees | any_array(), max_size=4))
def test_rpc_any_parameters_cross(params):
    event = carry_one(Peer().send_notification("told", params), Peer())
    assert event.params.keys() == params.keys()
    for name, value in params.items():
        there = event.params[name]
        assert there.tobytes() == value.tobytes() if isinstance(value, np.ndarray) else there == value


@often
@given(st.sampled_from(list(messages.CALLS.values())), st.data())
def test_values_what_is_read_is_what_was_said(kind, data):
    """Every call with values of its own types is itself again; with others it is refused or means the same."""
    named = {name: data.draw(junk) for name in kind.__dataclass_fields__ if data.draw(st.booleans())}
    try:
        there = values.from_json(kind, named)
    except ParamsError as error:
        return assert_sentence(error)
    for name, value in named.items():
        assert getattr(there, name) == value or value != value


@pytest.mark.parametrize("levels", [10_000, 1_000_000])
def test_deep_and_long_texts_cost_little(levels):
    tracemalloc.start()
    try:
        with pytest.raises(ParseError):
            text.loads('{"a":' * levels)
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def test_the_token_goes_as_a_bearer():
    assert messages.bearer_header("abc") == "Bearer abc"
