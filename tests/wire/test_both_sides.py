"""Two peers in memory: what the one may say the other can read, and what cannot be read is not said."""

from __future__ import annotations

import dataclasses
import json
import random

import numpy as np
import pytest

from backend.config import preset, to_json
from backend.errors import ParseError, ProtocolError, UnknownJobError
from backend.wire import arrays, messages, text, values
from backend.wire.arrays import BYTES_LIMIT, DTYPES, Descriptor
from backend.wire.messages import CALLS, NOTIFICATIONS
from backend.wire.rpc import PENDING_LIMIT, NotificationReceived, Peer, ResponseReceived
from tests.for_each import for_each

from .conversation import carry, carry_one, on_the_wire, spoken
from .test_messages import EVERYTHING, example


def described(id: int, shape: list[int], dtype: str = "|u1") -> dict:
    return Descriptor(id, dtype, tuple(shape), int(np.prod(shape)) * np.dtype(dtype).itemsize).to_json()


def assert_equal(one: object, other: object) -> None:
    assert type(one) is type(other)
    for spec in dataclasses.fields(one):
        here, there = getattr(one, spec.name), getattr(other, spec.name)
        assert np.array_equal(here, there) if isinstance(here, np.ndarray) else here == there


@for_each(EVERYTHING)
def test_every_message_crosses_the_wire_as_itself(kind):
    there = example(kind)
    back = carry_one(Peer().send_notification("any", values.to_json(there)), Peer())
    assert_equal(there, values.from_json(kind, back.params))


@for_each(CALLS.values())
def test_every_call_is_made_and_answered(kind):
    client, server = Peer(), Peer()
    id, sent = client.send_request(*messages.call(example(kind)))
    request = carry_one(sent, server)
    assert_equal(values.from_json(CALLS[request.method], request.params), example(kind))
    answer = carry_one(server.send_result(request.id, values.to_json(example(kind.Result))), client)
    assert answer.id == id
    assert_equal(values.from_json(kind.Result, answer.result), example(kind.Result))


def test_every_message_of_the_module_can_be_said():
    said = {kind for kind in vars(messages).values() if isinstance(kind, type) and hasattr(kind, "method")}
    assert said == {*CALLS.values(), *NOTIFICATIONS.values()}


@pytest.mark.parametrize("method", ["text", "reconstruct"])
def test_a_whole_config_travels(method):
    config = to_json(preset(method, "normal"))
    back = carry_one(Peer().send_request(*messages.call(messages.CreateJob(config)))[1], Peer())
    assert back.params == {"config": json.loads(json.dumps(config))}


def test_random_talk_is_understood_whatever_is_under_way():
    """Requests, notifications, results and errors, with and without arrays, by two sides at once."""
    choice, rng = random.Random(4), np.random.default_rng(4)
    sides, asked = [Peer(), Peer()], [{}, {}]
    for turn in range(600):
        me = choice.randrange(2)
        content = {f"k{n}": rng.random(choice.randrange(4)) for n in range(choice.randrange(3))} | {"turn": turn}
        if choice.random() < 0.3:
            event = carry_one(sides[me].send_notification("told", content), sides[1 - me])
            assert isinstance(event, NotificationReceived)
        elif asked[1 - me] and choice.random() < 0.6:
            id = choice.choice(list(asked[1 - me]))
            expected = asked[1 - me].pop(id)
            if choice.random() < 0.3:
                event = carry_one(sides[me].send_error(id, UnknownJobError(f"No {turn}.")), sides[1 - me])
                assert event.id == id and str(event.error) == f"No {turn}."
            else:
                event = carry_one(sides[me].send_result(id, expected), sides[1 - me])
                assert event == ResponseReceived(id, expected)
        else:
            id, sent = sides[me].send_request("asked", content)
            asked[me][id] = turn
            event = carry_one(sent, sides[1 - me])
            assert (event.id, event.params["turn"]) == (id, turn)
            assert all((event.params[name] == content[name]).all() for name in content if name != "turn")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("x" * text.TEXT_LIMIT, f"too long: at most {text.TEXT_LIMIT} are sent"),
        (json.loads("[" * 33 + "]" * 33), "nested too deeply: at most 32 levels"),
        ({"path": "\udcff"}, "text that is not Unicode"),
        ({"\ud83e": 1}, "text that is not Unicode"),
    ],
    ids=["long", "deep", "half a character", "half a key"],
)
def test_what_the_other_side_would_not_read_is_not_written(value, sentence):
    """It could answer only that somebody sent nonsense, and whoever asked would wait for ever."""
    with pytest.raises(ProtocolError, match=sentence):
        text.dumps(value)
    with pytest.raises(ParseError):
        text.loads(json.dumps(value))


def test_a_sentence_that_names_a_strange_file_still_arrives():
    """Linux has file names that are not Unicode; Python holds them with half characters."""
    client, server = Peer(), Peer()
    id, _ = client.send_request("a", {})
    answer = carry_one(server.send_error(id, UnknownJobError("There is no /tmp/\udcff here.")), client)
    assert answer.error.sentence == "There is no /tmp/? here."


@pytest.mark.parametrize("shape", [[1 << 63, 0], [1 << 62, 0], [1 << 40, 1 << 40, 0]], ids=str)
def test_an_empty_array_whose_axes_cannot_be_counted_is_refused(shape):
    with pytest.raises(ProtocolError, match="too large to travel"):
        Descriptor.from_json({"$array": 1, "dtype": "<f4", "shape": shape, "bytes": 0})


def test_every_descriptor_that_is_accepted_can_be_filled():
    choice, accepted = random.Random(2), 0
    sides = [0, 0, 1, 2, 3, 1 << 20, 1 << 31, 1 << 40, 1 << 62, (1 << 64) - 1]
    for _ in range(5000):
        shape = [choice.choice(sides) for _ in range(choice.randrange(7))]
        dtype = choice.choice(DTYPES)
        count = int(np.prod([*shape, np.dtype(dtype).itemsize], dtype=object))
        try:
            descriptor = Descriptor.from_json({"$array": 1, "dtype": dtype, "shape": shape, "bytes": count})
        except ProtocolError:
            continue
        if descriptor.bytes > 1 << 16:
            continue  # would only take time
        assert arrays.from_message(descriptor, bytes(8 + descriptor.bytes)).shape == tuple(shape)
        accepted += 1
    assert accepted > 300


def test_random_damage_never_ends_in_anything_but_an_event_or_a_sentence():
    choice = random.Random(5)
    words, binary = Peer().send_notification("event.preview", {"image": np.arange(4, dtype="<f4"), "step": 3})
    for _ in range(3000):
        peer = Peer()
        for message in (words, on_the_wire(binary)):
            try:
                peer.receive(damaged(choice, message))
            except ProtocolError as error:
                assert error.sentence.endswith(".")
                break


def damaged(choice: random.Random, message: str | bytes) -> str | bytes:
    """With something cut out, doubled or replaced, or as it was."""
    start = choice.randrange(len(message))
    end = min(len(message), start + choice.randrange(6))
    put = message[choice.randrange(len(message)) :][: choice.randrange(4)]
    return choice.choice([message, message[:start] + put + message[end:], message[:start]])


def test_an_array_before_its_message_or_a_second_time_is_refused():
    words, binary = Peer().send_notification("picture", {"image": np.zeros(4)})
    for strange in ([binary, words], [words, binary, binary]):
        with pytest.raises(ProtocolError, match="no message announced it"):
            carry(strange, Peer())


def test_an_id_may_be_used_again_when_its_array_has_come():
    peer = Peer()
    for content in (b"abcd", b"efgh"):
        peer.receive(spoken(method="a", params={"x": described(1, [4])}))
        (told,) = peer.receive(bytes([1, 0, 0, 0, 0, 0, 0, 0]) + content)
        assert told.params["x"].tobytes() == content


def test_too_many_messages_that_wait_are_refused():
    peer = Peer()
    for id in range(PENDING_LIMIT):
        assert peer.receive(spoken(method="a", params={"x": described(id, [1])})) == []
    with pytest.raises(ProtocolError, match=f"More than {PENDING_LIMIT} messages wait for their arrays"):
        peer.receive(spoken(method="a", params={"x": described(PENDING_LIMIT, [1])}))


def test_what_waits_is_bounded_in_all():
    """Also by arrays that have come already, since they are kept until their message is whole."""
    peer, half = Peer(), BYTES_LIMIT // 2
    peer.receive(spoken(method="a", params={"x": described(1, [half]), "y": described(2, [1])}))
    peer.receive(bytes([2, 0, 0, 0, 0, 0, 0, 0]) + b"a")
    with pytest.raises(ProtocolError, match="Arrays of 1024 MiB in all are too large to travel"):
        peer.receive(spoken(method="a", params={"x": described(3, [half])}))
