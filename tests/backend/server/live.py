"""A real backend in a process of its own, and a client that talks to it over a real socket."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from backend.wire import arrays, messages, values
from backend.wire.rpc import ErrorReceived, NotificationReceived, Peer, ResponseReceived
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
ENDLESS = {"steps": 1_000_000}
NO_KEEPALIVE = {"ping_interval": None}
"""A client that got no time of a busy machine must not take its own silence for the backend's."""


class Backend:
    """A backend's process, its port and its token."""

    def __init__(
        self, cache: Path, *options: str, stdin: Any = subprocess.PIPE, wrapper: list[str] | None = None
    ) -> None:
        self.cache = cache
        self.token = secrets.token_hex(16)
        command = [*(wrapper or []), sys.executable, "-m", "backend", "serve", "--cache", str(cache), *options]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {messages.TOKEN_VARIABLE: self.token, "OMP_NUM_THREADS": "1"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=open(cache.with_name(cache.name + ".stderr"), "ab"),  # noqa: SIM115  (the process holds it)
        )
        line = self.process.stdout.readline()
        self.announced = json.loads(line) if line else None

    @property
    def stderr(self) -> str:
        return self.cache.with_name(self.cache.name + ".stderr").read_text()

    def connect(self) -> Client:
        return Client(self.open())

    def open(self, token: str | None = None, **options: Any) -> ClientConnection:
        headers = {"Authorization": messages.bearer_header(self.token if token is None else token)}
        limit = arrays.BYTES_LIMIT + arrays.ID_BYTES
        url = f"ws://127.0.0.1:{self.announced['port']}"
        options = {"compression": None, "max_size": limit, "proxy": None, **NO_KEEPALIVE} | options
        return connect(url, additional_headers=headers, **options).__enter__()  # whoever calls this closes it

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ends it as its parent's death would, and gives its exit status."""
        if self.process.stdin:
            self.process.stdin.close()
        return self.process.wait(PATIENCE)


class Client:
    """A blocking client that keeps the notifications that came between answers."""

    def __init__(self, socket: ClientConnection, *, greet: bool = True) -> None:
        self.socket = socket
        self.peer = Peer()
        self.events: list[Any] = []
        if greet:
            self.welcome = self.ask(messages.Hello(messages.WIRE_VERSION, "the tests", "0"))

    def ask(self, call: Any) -> Any:
        id, out = self.peer.send_request(*messages.call(call))
        for message in out:
            self.socket.send(message)
        return values.from_json(call.Result, self.result(id))

    def result(self, id: int | None) -> Any:
        while True:
            for event in self.receive():
                if isinstance(event, ErrorReceived) and event.id == id:
                    raise event.error
                if isinstance(event, ResponseReceived) and event.id == id:
                    return event.result

    def receive(self) -> list[Any]:
        events = self.peer.receive(self.socket.recv(PATIENCE))
        for event in events:
            if isinstance(event, NotificationReceived):
                self.events.append(values.from_json(messages.NOTIFICATIONS[event.method], event.params))
        return events

    def wait_for(self, kind: type | tuple[type, ...], accept: Callable[[Any], bool] = lambda event: True) -> Any:
        """The next notification of a kind that is accepted; those already kept are looked at first."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for index, event in enumerate(self.events):
                if isinstance(event, kind) and accept(event):
                    del self.events[: index + 1]
                    return event
            self.receive()
        raise TimeoutError(kind)

    def wait_for_state(self, job: str, state: str) -> messages.StateChanged:
        return self.wait_for(messages.StateChanged, lambda event: event.job == job and event.state == state)

    def begin(self, config: dict[str, Any]) -> str:
        """Creates and starts a job."""
        job = self.ask(messages.CreateJob(config)).job
        self.ask(messages.StartJob(job))
        return job
