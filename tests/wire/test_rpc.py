"""Two peers talk without a socket, and then one of them misbehaves."""

from __future__ import annotations

import json

import numpy as np
import pytest

from backend.errors import (
    ConfigError,
    DreamwrightError,
    ParamsError,
    ParseError,
    ProtocolError,
    RequestError,
    UnknownMethodError,
    leaves,
)
from backend.wire import arrays, rpc
from backend.wire.rpc import (
    BinaryMessage,
    ErrorReceived,
    NotificationReceived,
    Peer,
    ReplyRequired,
    RequestReceived,
    ResponseReceived,
)
from tests.for_each import for_each


def as_received(message: rpc.Message) -> str | bytes:
    """As the other side's socket gives it: fragments are joined."""
    return b"".join(message) if isinstance(message, BinaryMessage) else message


def deliver(messages: list[rpc.Message], to: Peer) -> list[rpc.Event]:
    return [event for message in messages for event in to.receive(as_received(message))]


def test_a_request_and_its_answer():
    client, server = Peer(), Peer()
    id, messages = client.send_request("jobs.get", {"job": "a1"})
    assert deliver(messages, server) == [RequestReceived(id, "jobs.get", {"job": "a1"})]
    assert deliver(server.send_result(id, {"step": 3}), client) == [ResponseReceived(id, {"step": 3})]


def test_answers_are_matched_to_requests_in_any_order():
    client, server = Peer(), Peer()
    ids = [client.send_request("m", {})[0] for _ in range(5)]
    assert len(set(ids)) == 5
    for id in (3, 1, 5, 2, 4):
        assert deliver(server.send_result(id, id * 10), client) == [ResponseReceived(id, id * 10)]


def test_a_notification_has_no_answer():
    assert deliver(Peer().send_notification("event.state", {"step": 1}), Peer()) == [
        NotificationReceived("event.state", {"step": 1})
    ]


def test_parameters_may_be_left_out():
    (event,) = Peer().receive('{"jsonrpc":"2.0","id":"x","method":"backend.status"}')
    assert event == RequestReceived("x", "backend.status", {})


@for_each(sorted(leaves().values(), key=lambda kind: kind.code))
def test_every_error_of_the_tree_crosses_as_itself(error):
    client, server = Peer(), Peer()
    id, _ = client.send_request("m", {})
    (event,) = deliver(server.send_error(id, error("What happened, and what to do.")), client)
    assert type(event.error) is error and event.error.sentence == "What happened, and what to do."


def test_an_unknown_code_becomes_the_root():
    client = Peer()
    id, _ = client.send_request("m", {})
    (event,) = client.receive(json.dumps({"jsonrpc": "2.0", "id": id, "error": {"code": 1, "message": "Later."}}))
    assert type(event.error) is DreamwrightError and event.error.sentence == "Later."


@for_each(range(20))
def test_arrays_arrive_in_their_places(seed):
    generator = np.random.default_rng(seed)
    sent = {f"a{i}": generator.normal(size=generator.integers(0, 4, 3)).astype("<f4") for i in range(4)}
    client, server = Peer(), Peer()
    id, _ = client.send_request("jobs.grid", {})
    messages = server.send_result(id, {"nested": [sent], "step": 5})
    assert deliver(messages[:-1], client) == []
    (event,) = client.receive(as_received(messages[-1]))
    assert event.id == id and event.result["step"] == 5
    for name, array in sent.items():
        assert np.array_equal(event.result["nested"][0][name], array)


def test_arrays_of_two_messages_may_come_interleaved():
    client, server = Peer(), Peer()
    first, second = (client.send_request("m", {})[0] for _ in range(2))
    one = server.send_result(first, {"a": np.zeros(2), "b": np.ones(2)})
    two = server.send_result(second, {"c": np.full(2, 7.0)})
    assert deliver([one[0], two[0], one[2]], client) == []
    (event,) = client.receive(as_received(two[1]))
    assert event.id == second and event.result["c"].tolist() == [7, 7]
    (event,) = client.receive(as_received(one[1]))
    assert event.id == first and event.result["b"].tolist() == [1, 1]


def test_text_overtakes_an_array_under_way():
    client, server = Peer(), Peer()
    id, _ = client.send_request("m", {})
    text, array = server.send_result(id, {"a": np.zeros(3)})
    assert client.receive(text) == []
    assert deliver(server.send_notification("n", {}), client) == [NotificationReceived("n", {})]
    assert client.receive(as_received(array))[0].id == id


def test_the_answer_to_an_abandoned_request_is_dropped_once():
    client, server = Peer(), Peer()
    id, _ = client.send_request("m", {})
    client.abandon(id)
    late = server.send_result(id, {"a": np.zeros(3)})
    assert deliver(late, client) == []
    with pytest.raises(ProtocolError, match="which was not asked"):
        deliver(server.send_result(id, {}), client)


def test_abandoning_what_was_answered_changes_nothing():
    client, server = Peer(), Peer()
    id, _ = client.send_request("m", {})
    deliver(server.send_result(id, 1), client)
    client.abandon(id)
    with pytest.raises(ProtocolError, match="which was not asked"):
        deliver(server.send_result(id, 1), client)


INVALID = [
    ("{", None, ParseError),
    ("1", None, RequestError),
    ("null", None, RequestError),
    ("{}", None, RequestError),
    ('{"jsonrpc":"1.0","id":1,"method":"m"}', None, RequestError),
    ('{"jsonrpc":"2.0","id":1}', None, RequestError),
    ('{"jsonrpc":"2.0","id":1,"result":1,"error":{"code":1,"message":""}}', None, RequestError),
    ('{"jsonrpc":"2.0","result":1}', None, RequestError),
    ('{"jsonrpc":"2.0","id":null,"result":1}', None, RequestError),
    ('{"jsonrpc":"2.0","id":[1],"result":1}', None, RequestError),
    ('{"jsonrpc":"2.0","id":1,"error":"no"}', None, RequestError),
    ('{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"no"}}', None, RequestError),
    ('{"jsonrpc":"2.0","id":null,"method":"m"}', None, RequestError),
    ('{"jsonrpc":"2.0","id":1.5,"method":"m"}', None, RequestError),
    ('{"jsonrpc":"2.0","id":true,"method":"m"}', None, RequestError),
    ('{"jsonrpc":"2.0","id":4,"method":5}', 4, RequestError),
    ('{"jsonrpc":"2.0","id":"x","method":"m","params":[1]}', "x", ParamsError),
    ('[{"jsonrpc":"2.0","id":1,"method":"m"}]', None, RequestError),
]


@pytest.mark.parametrize(("message", "id", "error"), INVALID)
def test_what_is_no_json_rpc_is_answered_with_its_code(message, id, error):
    (event,) = Peer().receive(message)
    assert isinstance(event, ReplyRequired)
    (answer,) = event.messages
    body = json.loads(answer)
    assert (body["jsonrpc"], body["id"], body["error"]["code"]) == ("2.0", id, error.code)
    assert body["error"]["message"].endswith(".")


def test_the_codes_are_those_of_the_specification():
    """JSON-RPC 2.0, section 5.1."""
    codes = {ParseError: -32700, RequestError: -32600, UnknownMethodError: -32601, ParamsError: -32602}
    assert all(kind.code == code for kind, code in codes.items())


def test_an_error_about_no_request_is_told_and_not_answered():
    """Else two peers would send each other errors for ever."""
    (due,) = Peer().receive("{")
    (event,) = deliver(due.messages, Peer())
    assert isinstance(event, ErrorReceived) and event.id is None and type(event.error) is ParseError


def _announcing(*claims: dict, id: int = 1) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": "m", "params": {"arrays": list(claims)}})


def _claim(id: int, bytes_: int = 4) -> dict:
    return {"$array": id, "dtype": "|u1", "shape": [bytes_], "bytes": bytes_}


def _array(id: int, content: bytes) -> bytes:
    return id.to_bytes(8, "little") + content


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        ([b""], "too short"),
        ([_array(5, b"abcd")], "no message announced it"),
        ([_announcing(_claim(1)), _array(2, b"abcd")], "no message announced it"),
        ([_announcing(_claim(1)), _array(1, b"abc")], "3 bytes: 4 were announced"),
        ([_announcing(_claim(1)), _array(1, b"abcd"), _array(1, b"abcd")], "no message announced it"),
        ([_announcing(_claim(1), _claim(1))], "same id"),
        ([_announcing(_claim(1)), _announcing(_claim(1), id=2)], "same id"),
        ([_announcing({**_claim(1), "dtype": "|O"})], "do not travel"),
        ([_announcing({"$array": 1})], "is described by"),
        ([_announcing(_claim(1, 600 << 20), _claim(2, 600 << 20))], "too large to travel"),
        ([_announcing(_claim(1, 600 << 20)), _announcing(_claim(2, 600 << 20), id=2)], "too large to travel"),
        ([_announcing(_claim(i), id=i) for i in range(rpc.PENDING_LIMIT + 1)], "wait for their arrays"),
        (['{"jsonrpc":"2.0","id":99,"result":1}'], "request 99, which was not asked"),
        (['{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"m"}}'], "which was not asked"),
    ],
)
def test_arrays_that_break_the_treaty_end_the_conversation(messages, sentence):
    peer = Peer()
    for message in messages[:-1]:
        peer.receive(message)
    with pytest.raises(ProtocolError, match=sentence):
        peer.receive(messages[-1])


@for_each(range(40))
def test_garbage_never_raises_anything_but_a_protocol_error(seed):
    generator = np.random.default_rng(seed)
    client, server = Peer(), Peer()
    id, _ = client.send_request("m", {})
    honest = [as_received(message) for message in server.send_result(id, {"a": np.arange(4), "b": "text"})]
    for message in honest:
        for _ in range(25):
            spoiled = _spoiled(message, generator)
            peer = Peer()
            peer.send_request("m", {})
            try:
                peer.receive(spoiled)
            except ProtocolError as error:
                assert error.sentence


def _spoiled(message: str | bytes, generator: np.random.Generator) -> str | bytes:
    content = bytearray(message.encode() if isinstance(message, str) else message)
    for _ in range(generator.integers(1, 4)):
        content[generator.integers(len(content))] = generator.integers(256)
    content = content[: generator.integers(len(content) + 1)] if generator.random() < 0.3 else content
    return content.decode(errors="replace") if isinstance(message, str) else bytes(content)


def test_arrays_that_are_too_large_together_are_refused_by_the_sender():
    half = np.broadcast_to(np.uint8(0), ((arrays.BYTES_LIMIT >> 1) + 1,))
    server = Peer()
    with pytest.raises(ProtocolError, match="in all are too large to travel"):
        server.send_result(1, {"a": half, "b": half})


def test_a_request_that_cannot_be_written_is_not_open():
    client = Peer()
    with pytest.raises(ProtocolError, match="cannot be written"):
        client.send_request("m", {"loss": float("nan")})
    id, _ = client.send_request("m", {})
    assert id == 1


def test_unicode_survives():
    client, server = Peer(), Peer()
    _, messages = client.send_request("m", {"prompt": "ein süßer 🐉"})
    (event,) = deliver(messages, server)
    assert event.params["prompt"] == "ein süßer 🐉"


def test_a_sentence_of_an_error_is_what_str_gives():
    assert str(ConfigError("One sentence.")) == "One sentence."
