"""Who is let in, and what is said to whom is not."""

from __future__ import annotations

import json

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from backend.errors import ParamsError, ProtocolError, UnknownMethodError, VersionError
from backend.wire.messages import WIRE_VERSION, Hello, ListJobs
from backend.wire.text import TEXT_LIMIT

from .live import Client


def test_the_backend_announces_itself_and_says_what_it_is(backend, client):
    assert set(backend.announced) == {"port", "wire", "pid"}
    assert backend.announced["pid"] == backend.process.pid
    welcome = client.welcome
    assert welcome.wire == WIRE_VERSION and welcome.device == "cpu" and welcome.cache == str(backend.cache)
    assert welcome.computes.startswith("CPU: ")
    assert welcome.backend_version not in ("", "unknown")


@pytest.mark.parametrize("token", ["", "wrong", "ünïcode"])
def test_a_wrong_token_is_refused(backend, token):
    with pytest.raises(InvalidStatus) as refusal:
        backend.open(token=token)
    assert refusal.value.response.status_code == 401
    assert b"token of this backend is missing or wrong" in refusal.value.response.body


@pytest.mark.parametrize("origin", ["http://localhost", "null", "https://example.org"])
def test_a_web_page_is_refused_even_with_the_token(backend, origin):
    with pytest.raises(InvalidStatus) as refusal:
        backend.open(origin=origin)
    assert refusal.value.response.status_code == 403
    assert b"Web pages may not talk" in refusal.value.response.body


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (WIRE_VERSION + 1, "update the backend"),
        (WIRE_VERSION - 1, "update the the tests"),
    ],
)
def test_another_wire_version_is_told_which_side_to_update(backend, theirs, sentence):
    client = Client(backend.open(), greet=False)
    with pytest.raises(VersionError, match=sentence):
        client.ask(Hello(theirs, "the tests", "0"))
    with pytest.raises(ProtocolError, match="'hello' must be the first call"):
        client.ask(ListJobs())
    client.socket.close()


def test_nothing_is_answered_before_hello(backend):
    client = Client(backend.open(), greet=False)
    with pytest.raises(ProtocolError, match="'hello' must be the first call"):
        client.ask(ListJobs())
    with pytest.raises(ParamsError, match="hello needs 'wire'"):
        _ask_raw(client, "hello", {})
    client.ask(Hello(WIRE_VERSION, "the tests", "0"))
    assert client.ask(ListJobs()).jobs == []
    client.socket.close()


def test_an_unknown_method_is_refused(client):
    with pytest.raises(UnknownMethodError, match=r"knows no method 'jobs.dance': update the backend"):
        _ask_raw(client, "jobs.dance", {})


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", -32700),
        ('{"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"wire": NaN}}', -32700),
        ("[" * 100_000, -32700),
        ("[]", -32600),
        ('[{"jsonrpc": "2.0", "id": 1, "method": "hello"}]', -32600),
        ('{"id": 1}', -32600),
    ],
)
def test_what_is_no_json_rpc_is_answered_and_the_conversation_goes_on(client, message, code):
    client.socket.send(message)
    answer = json.loads(client.socket.recv(10))
    assert (answer["id"], answer["error"]["code"]) == (None, code)
    assert client.ask(ListJobs()).jobs == []


@pytest.mark.parametrize(
    "message",
    [
        b"short",
        b"\x01" + bytes(7) + b"nobody announced this",
        '{"jsonrpc":"2.0","id":9,"method":"hello","params":{"wire":{"$array":1,"dtype":"|O","shape":[1],"bytes":8}}}',
        '{"jsonrpc":"2.0","id":7,"result":{}}',
    ],
)
def test_arrays_that_break_the_treaty_end_the_connection_and_only_that(backend, client, message):
    other = backend.connect()
    other.socket.send(message)
    with pytest.raises(ConnectionClosed) as closed:
        other.socket.recv(10)
    assert closed.value.rcvd.code == 1002 and closed.value.rcvd.reason
    assert client.ask(ListJobs()).jobs == []


def test_an_endless_message_ends_the_connection_and_only_that(backend, client):
    other = backend.connect()
    with pytest.raises(ConnectionClosed):
        other.socket.send("x" * (9 << 20))
        other.socket.recv(10)
    assert client.ask(ListJobs()).jobs == []


def test_a_notification_that_we_do_not_take_is_ignored(client):
    client.socket.send('{"jsonrpc":"2.0","method":"event.progress","params":{}}')
    assert client.ask(ListJobs()).jobs == []


def _ask_raw(client, method, params):
    id, (message,) = client.peer.send_request(method, params)
    client.socket.send(message)
    return client.result(id)


def test_an_answer_too_long_to_send_does_not_end_the_conversation(backend, client):
    """An answer repeats the id of its request, here one that leaves no room for anything else."""
    shell = '{"jsonrpc":"2.0","id":"%s","method":"jobs.get","params":{}}'
    client.socket.send(shell % ("x" * (TEXT_LIMIT - len(shell) + 2)))
    assert client.ask(ListJobs()).jobs == []
    assert "something could not be told to a client: A message of" in backend.stderr
