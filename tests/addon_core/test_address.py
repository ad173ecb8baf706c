"""Where a running backend is said to be; and conversations with one that this test started itself."""

from __future__ import annotations

import socket
import threading

import pytest
from websockets.sync.server import serve

from addon.core import calls
from addon.core.address import RemoteBackend
from addon.core.connection import connect_to_remote
from addon.core.errors import AddressError, BackendLostError
from addon.core.wire import AuthorizationError, VersionError, messages, rpc, values
from tests.patience import PATIENCE

from .conftest import TOKEN, standing_backend

pytestmark = pytest.mark.process


def ignore(event):
    pass


@pytest.mark.parametrize(
    ("address", "url", "is_local"),
    [
        ("127.0.0.1:9000", "ws://127.0.0.1:9000", True),
        (" localhost:1 ", "ws://localhost:1", True),
        ("[::1]:9000", "ws://[::1]:9000", True),
        ("ws://127.0.0.1:65535/", "ws://127.0.0.1:65535", True),
        ("wss://render.example.org:443", "wss://render.example.org:443", False),
    ],
)
def test_an_address_as_a_url(address, url, is_local):
    assert (RemoteBackend(address, "").url, RemoteBackend(address, "").is_local) == (url, is_local)


@pytest.mark.parametrize(
    "wrong",
    ["", "9000", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:99999", "http://127.0.0.1:9000", "127.0.0.1:9000/jobs",
     "me@127.0.0.1:9000", "[::1:9000", ":9000"],
)  # fmt: skip
def test_what_is_no_address_has_a_sentence(wrong):
    with pytest.raises(AddressError, match="write host:port, as in 127.0.0.1:9000"):
        _ = RemoteBackend(wrong, "").url


def test_the_token_never_crosses_a_network_in_the_clear():
    with pytest.raises(AddressError, match=r"open a tunnel \(ssh -L 9000:127.0.0.1:9000 render.example.org\)"):
        _ = RemoteBackend("render.example.org:9000", TOKEN).url


def test_the_token_is_in_no_log():
    assert TOKEN not in repr(RemoteBackend("127.0.0.1:9000", TOKEN))


def test_greeting_one_that_runs_and_parting_leaves_it_running(standing):
    child, port, _ = standing
    for _ in range(2):
        connection = connect_to_remote(RemoteBackend(f"127.0.0.1:{port}", TOKEN), "0.0.test", ignore)
        assert (
            connection.alive
            and connection.process is None
            and connection.last_log_line == ""
            and connection.backend_info.device == "cpu"
        )
        assert calls.list_jobs(connection.client) == []
        connection.close()
        assert not connection.alive and child.poll() is None


@pytest.mark.parametrize("token", ["", "guess"])
def test_another_token_is_one_sentence(standing, token):
    address = f"127.0.0.1:{standing[1]}"
    with pytest.raises(AuthorizationError, match=f"^The backend at {address} refused the token: write the one"):
        connect_to_remote(RemoteBackend(address, token), "0.0.test", ignore)


def test_nobody_there_is_one_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BackendLostError, match=f"^No backend answers at 127.0.0.1:{port}: start it there, or open"):
        connect_to_remote(RemoteBackend(f"127.0.0.1:{port}", TOKEN), "0.0.test", ignore)


def test_another_version_is_one_sentence_and_the_connection_is_closed():
    closed = threading.Event()

    def older(connection):
        peer = rpc.Peer()
        for message in connection:
            for event in peer.receive(message):
                backend_info = messages.HelloResult(messages.WIRE_VERSION - 1, "0.0", "cpu", [], "")
                for answer in peer.send_result(event.id, values.to_json(backend_info)):
                    connection.send(answer)
        closed.set()

    with serve(older, "127.0.0.1", 0, compression=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(VersionError, match="update the backend"):
            connect_to_remote(RemoteBackend(f"127.0.0.1:{server.socket.getsockname()[1]}", "t"), "0.0.test", ignore)
        assert closed.wait(PATIENCE)
        server.shutdown()


def test_a_backend_that_dies_is_told_as_a_loss(tmp_path, inbox):
    with standing_backend(tmp_path / "cache") as (child, port):
        connection = connect_to_remote(RemoteBackend(f"127.0.0.1:{port}", TOKEN), "0.0.test", inbox)
        child.kill()
        assert inbox.wait_for("backend.lost").values["sentence"] and not connection.alive
        connection.close()
