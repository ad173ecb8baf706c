"""Where a running backend is said to be; and conversations with one that this test started itself."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading

import pytest
from websockets.sync.server import serve

from addon.core import calls
from addon.core.address import Remote
from addon.core.errors import AddressError, BackendLostError
from addon.core.link import open_remote
from addon.core.process import ROOT
from addon.core.wire import AuthorisationError, VersionError, messages, rpc, values
from tests.patience import PATIENCE

from .conftest import BACKEND_PYTHON

TOKEN = "Vx2m-0h7QeZkP9sJtLwYb4nRcUaGd6oI_3fHqNyKe8M"


@contextlib.contextmanager
def standing_backend(cache, token=TOKEN):
    """`python -m backend serve --stay`, as somebody else would have started it; gives process and port."""
    command = [str(BACKEND_PYTHON), "-m", "backend", "serve", "--stay", "--cache", str(cache)]
    environ = os.environ | {"DREAMWRIGHT_TOKEN": token, "DREAMWRIGHT_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    child = subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes)
    try:
        yield child, json.loads(child.stdout.readline())["port"]
    finally:
        child.terminate()
        child.wait(PATIENCE)
        child.stdout.close()


@pytest.fixture(scope="module")
def standing(tmp_path_factory):
    with standing_backend(tmp_path_factory.mktemp("standing")) as running:
        yield running


def ignore(event):
    pass


@pytest.mark.parametrize(
    ("address", "url", "here"),
    [
        ("127.0.0.1:9000", "ws://127.0.0.1:9000", True),
        (" localhost:1 ", "ws://localhost:1", True),
        ("[::1]:9000", "ws://[::1]:9000", True),
        ("ws://127.0.0.1:65535/", "ws://127.0.0.1:65535", True),
        ("wss://render.example.org:443", "wss://render.example.org:443", False),
    ],
)
def test_an_address_as_a_url(address, url, here):
    assert (Remote(address, "").url, Remote(address, "").here) == (url, here)


@pytest.mark.parametrize(
    "wrong",
    ["", "9000", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:99999", "http://127.0.0.1:9000", "127.0.0.1:9000/jobs",
     "me@127.0.0.1:9000", "[::1:9000", ":9000"],
)  # fmt: skip
def test_what_is_no_address_has_a_sentence(wrong):
    with pytest.raises(AddressError, match="write host:port, as in 127.0.0.1:9000"):
        _ = Remote(wrong, "").url


def test_the_token_never_crosses_a_network_in_the_clear():
    with pytest.raises(AddressError, match=r"open a tunnel \(ssh -L 9000:127.0.0.1:9000 render.example.org\)"):
        _ = Remote("render.example.org:9000", TOKEN).url


def test_the_token_is_in_no_log():
    assert TOKEN not in repr(Remote("127.0.0.1:9000", TOKEN))


def test_greeting_one_that_runs_and_parting_leaves_it_running(standing):
    child, port = standing
    for _ in range(2):
        link = open_remote(Remote(f"127.0.0.1:{port}", TOKEN), "0.0.test", ignore)
        assert link.alive and link.process is None and link.last_words == "" and link.welcome.device == "cpu"
        assert calls.list_jobs(link.client) == []
        link.close()
        assert not link.alive and child.poll() is None


@pytest.mark.parametrize("token", ["", "guess"])
def test_another_token_is_one_sentence(standing, token):
    address = f"127.0.0.1:{standing[1]}"
    with pytest.raises(AuthorisationError, match=f"^The backend at {address} refused the token: write the one"):
        open_remote(Remote(address, token), "0.0.test", ignore)


def test_nobody_there_is_one_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(BackendLostError, match=f"^No backend answers at 127.0.0.1:{port}: start it there, or open"):
        open_remote(Remote(f"127.0.0.1:{port}", TOKEN), "0.0.test", ignore)


def test_another_version_is_one_sentence_and_the_connection_is_closed():
    closed = threading.Event()

    def older(connection):
        peer = rpc.Peer()
        for message in connection:
            for event in peer.receive(message):
                welcome = messages.Welcome(messages.WIRE_VERSION - 1, "0.0", "cpu", [], "")
                for answer in peer.send_result(event.id, values.to_json(welcome)):
                    connection.send(answer)
        closed.set()

    with serve(older, "127.0.0.1", 0, compression=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(VersionError, match="update the backend"):
            open_remote(Remote(f"127.0.0.1:{server.socket.getsockname()[1]}", "t"), "0.0.test", ignore)
        assert closed.wait(PATIENCE)
        server.shutdown()


def test_a_backend_that_dies_is_told_as_a_loss(tmp_path, inbox):
    with standing_backend(tmp_path / "cache") as (child, port):
        link = open_remote(Remote(f"127.0.0.1:{port}", TOKEN), "0.0.test", inbox)
        child.kill()
        assert inbox.wait_for("backend.lost").values["sentence"] and not link.alive
        link.close()
