"""The conversation with a real server, and with things that are no server of ours."""

from __future__ import annotations

import os
import signal
import socket
import threading

import pytest
from websockets.sync.server import serve

from addon.core import calls
from addon.core.client import Client
from addon.core.connection import start_and_connect
from addon.core.errors import BackendLostError
from addon.core.wire import AuthorizationError, DreamwrightError, VersionError, arrays, from_code, messages, rpc, values
from backend.errors import UnknownJobError, UnknownMethodError
from tests.patience import PATIENCE, wait_until

from .conftest import BACKEND_PYTHON

pytestmark = pytest.mark.process


def ignore(event):
    pass


@pytest.fixture
def server():
    """A server that answers as a test tells it to: `answers` takes (peer, event) and gives messages."""
    opened = []

    def make(answers):
        def handle(connection):
            peer = rpc.Peer()
            for message in connection:
                for event in peer.receive(message):
                    for answer in answers(peer, event):
                        connection.send(answer)

        one = serve(handle, "127.0.0.1", 0, compression=None, max_size=arrays.BYTES_LIMIT)
        opened.append(one)
        threading.Thread(target=one.serve_forever, daemon=True).start()
        return one.socket.getsockname()[1]

    yield make
    for one in opened:
        one.shutdown()


def test_greeting(connection):
    assert (
        connection.backend_info.wire == messages.WIRE_VERSION
        and connection.backend_info.device == "cpu"
        and connection.alive
    )


def test_a_wrong_token_is_refused(connection):
    with pytest.raises(AuthorizationError, match="refused our token"):
        Client.connect(connection.process.port, "guess", ignore)


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BackendLostError, match=f"No backend answers on port {port}"):
        Client.connect(port, "token", ignore)


def test_something_else_listens():
    with socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=_answer_as_a_printer, args=(other,), daemon=True).start()
        with pytest.raises(BackendLostError):
            Client.connect(other.getsockname()[1], "token", ignore)


def _answer_as_a_printer(listening):
    connection, _ = listening.accept()
    connection.recv(4096)
    connection.sendall(b"HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n")
    connection.close()


def test_an_unknown_method_is_the_class_that_the_backend_raised(connection):
    with pytest.raises(UnknownMethodError):
        connection.client.call("jobs.paint")


def test_an_unknown_job_is_the_class_that_the_backend_raised(connection):
    with pytest.raises(UnknownJobError):
        calls.start_job(connection.client, "20200101-000000-abcdef")


def test_another_version_of_the_wire_says_what_to_update(server):
    def older(peer, event):
        backend_info = messages.HelloResult(messages.WIRE_VERSION - 1, "0.0", "cpu", [], "")
        return peer.send_result(event.id, values.to_json(backend_info))

    client = Client.connect(server(older), "token", ignore)
    with pytest.raises(VersionError, match="update the backend"):
        calls.hello(client, "0.1.0")
    client.close()


def test_no_answer_in_time(server):
    client = Client.connect(server(lambda peer, event: []), "token", ignore)
    with pytest.raises(BackendLostError, match="did not answer 'hello' within 0 s"):
        client.call("hello", timeout=0.2)
    client.close()


def test_a_late_answer_to_an_abandoned_call_harms_nothing(server):
    given_up = threading.Event()

    def slow(peer, event):
        assert event.method != "slow" or given_up.wait(PATIENCE)
        return peer.send_result(event.id, {"asked": event.method})

    client = Client.connect(server(slow), "token", ignore)
    with pytest.raises(BackendLostError):
        client.call("slow", timeout=0.1)
    given_up.set()
    assert client.call("next", timeout=PATIENCE) == {"asked": "next"}
    client.close()


def test_a_server_that_breaks_the_treaty_is_left(server, inbox):
    def break_it(peer, event):
        return ['{"jsonrpc":"2.0","id":999,"result":1}']

    client = Client.connect(server(break_it), "token", inbox)
    with pytest.raises(DreamwrightError, match="not asked"):
        client.call("hello", timeout=PATIENCE)
    assert inbox.wait_for("backend.lost") and not client.open


def test_errors_cross_as_themselves(server):
    client = Client.connect(server(lambda peer, e: peer.send_error(e.id, from_code(-32071, "Empty."))), "t", ignore)
    with pytest.raises(DreamwrightError, match="Empty.") as raised:
        client.call("jobs.grid")
    assert type(raised.value).__name__ == "EmptyFieldError"
    client.close()


def test_killed_in_the_middle_of_a_call(own_connection, inbox):
    connection = own_connection
    os.kill(connection.process.pid, signal.SIGKILL)
    with pytest.raises(BackendLostError, match="resume the run"):
        for _ in range(100):
            calls.list_jobs(connection.client)
    assert inbox.wait_for("backend.lost").values["sentence"]
    assert not connection.alive
    with pytest.raises(BackendLostError):
        calls.list_jobs(connection.client)


def test_closing_is_no_loss_and_leaves_no_thread(own_connection, inbox):
    connection = own_connection
    connection.close()
    assert "backend.lost" not in inbox.names()
    assert not [each for each in threading.enumerate() if each.name == "dreamwright-socket"]


def test_many_threads_may_call(connection):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(calls.fetch_status(connection.client).device)) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["cpu"] * 16


def test_a_backend_that_refuses_us_is_not_left_running(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(calls, "hello", lambda client, version: started.append(client) or _refuse())
    with pytest.raises(VersionError):
        start_and_connect(BACKEND_PYTHON, tmp_path / "cache", "cpu", "0", ignore)
    assert wait_until(lambda: not started[0].open)


def _refuse():
    raise VersionError("older")
