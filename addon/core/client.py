"""A conversation with a running backend: one thread reads the socket, any thread may call."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .errors import BackendLostError, DreamwrightError
from .lazy_import import lazy_import
from .wire import AuthorizationError, ProtocolError, arrays, rpc

if TYPE_CHECKING:
    from . import sockets
else:
    sockets = lazy_import(".sockets", __package__)

LOST = "backend.lost"
"""Name of the event that tells that the conversation ended without our asking."""

CALL_SECONDS = 60.0
_LOST = "The backend stopped unexpectedly. What it had saved is kept: resume the run to continue."

log = logging.getLogger(__name__)
_socket_log = logging.getLogger(f"{__name__}.socket")
_socket_log.setLevel(logging.INFO)  # at DEBUG the library writes out each header, and with them the token


@dataclass(frozen=True)
class Event:
    """Something that the backend said unasked: its name and its values."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    at: float = field(default_factory=time.monotonic, compare=False)
    """When it came, by time.monotonic."""


class Client:
    """Make one with `connect`; close it when done."""

    def __init__(self, socket: sockets.ClientConnection, on_event: Callable[[Event], None]) -> None:
        self._life = contextlib.ExitStack()
        self._socket = self._life.enter_context(socket)
        self._on_event = on_event
        self._peer = rpc.Peer()
        self._lock = threading.Lock()
        self._answers: dict[rpc.RequestId, Future[Any]] = {}
        self._closing = False
        self._reader = threading.Thread(target=self._read, name="dreamwright-socket", daemon=True)
        self._reader.start()

    @classmethod
    def connect(cls, port: int, token: str, on_event: Callable[[Event], None]) -> Client:
        """Connect to the backend on this machine: see `connect_to`."""
        return cls.connect_to(f"ws://127.0.0.1:{port}", token, on_event)

    @classmethod
    def connect_to(cls, url: str, token: str, on_event: Callable[[Event], None]) -> Client:
        """Connect to a backend; `on_event` is called from the socket's thread.

        Raises:
            AuthorizationError: the backend refused the token.
            BackendLostError: nobody listens there, or not a backend of ours.
        """
        try:
            return cls(_open_socket(url, token), on_event)
        except sockets.InvalidStatus as cause:
            raise _connection_error(cause.response.status_code) from cause
        except (OSError, sockets.InvalidHandshake, EOFError, TimeoutError) as cause:
            raise BackendLostError(f"No backend answers on port {urlsplit(url).port}: start it again.") from cause

    @property
    def open(self) -> bool:
        """Tells whether the conversation goes on."""
        return self._reader.is_alive() and not self._closing

    def call(self, method: str, params: dict[str, Any] | None = None, timeout: float = CALL_SECONDS) -> Any:
        """Returns what the backend answers to `method`.

        Raises:
            DreamwrightError: the class and the sentence with which the backend refused.
            BackendLostError: the connection is gone, or no answer came in time.
        """
        number, answer = self._ask(method, params or {})
        try:
            return answer.result(timeout)
        except FutureTimeout as cause:
            self._abandon(number)
            sentence = (
                f"The backend did not answer '{method}' within {timeout:.0f} s: look at its log, or start it again."
            )
            raise BackendLostError(sentence) from cause

    def close(self) -> None:
        """End the conversation; waits for the thread that reads."""
        self._closing = True
        self._life.close()
        if threading.current_thread() is not self._reader:
            self._reader.join(5.0)

    def _ask(self, method: str, params: dict[str, Any]) -> tuple[rpc.RequestId, Future[Any]]:
        with self._lock:
            number, messages = self._peer.send_request(method, params)
            answer = self._answers[number] = Future()
            self._send(messages)
        if not self._reader.is_alive():  # the reader has failed all it knew of; this one may have come too late for it
            self._fail_waiting(BackendLostError(_LOST))
        return number, answer

    def _send(self, messages: list[rpc.Message]) -> None:
        try:
            for message in messages:
                self._socket.send(message)
        except (sockets.ConnectionClosed, OSError) as cause:
            raise BackendLostError(_LOST) from cause

    def _abandon(self, number: rpc.RequestId) -> None:
        with self._lock:
            self._peer.abandon(number)
            self._answers.pop(number, None)

    def _read(self) -> None:
        error: DreamwrightError = BackendLostError(_LOST)
        try:
            for message in self._socket:
                self._take(message)
        except (sockets.ConnectionClosed, OSError) as cause:
            log.info("the connection to the backend ended: %s", cause)
        except ProtocolError as broken:
            error = broken
            log.exception("the backend broke the protocol")
            self._socket.close()
        self._end(error)

    def _end(self, error: DreamwrightError) -> None:
        self._fail_waiting(error)
        if not self._closing:
            self._on_event(Event(LOST, {"sentence": error.sentence}))

    def _take(self, message: str | bytes) -> None:
        with self._lock:
            events = self._peer.receive(message)
        for event in events:
            self._handle(event)

    def _handle(self, event: rpc.Event) -> None:
        match event:
            case rpc.NotificationReceived(name, values):
                self._on_event(Event(name, values))
            case rpc.ResponseReceived(number, result):
                self._answered(number).set_result(result)
            case rpc.ErrorReceived(number, error) if number is not None:
                self._answered(number).set_exception(error)
            case rpc.ReplyRequired(messages):
                with self._lock:
                    self._send(messages)
            case _:
                log.warning("the backend said something that asks for no answer: %r", event)

    def _answered(self, number: rpc.RequestId) -> Future[Any]:
        with self._lock:
            return self._answers.pop(number)

    def _fail_waiting(self, error: DreamwrightError) -> None:
        with self._lock:
            waiting, self._answers = self._answers, {}
        for answer in waiting.values():
            with contextlib.suppress(Exception):  # a future that was answered in the same moment keeps its answer
                answer.set_exception(error)


def _open_socket(url: str, token: str) -> sockets.ClientConnection:
    return sockets.connect(
        url,
        logger=_socket_log,
        additional_headers={"Authorization": f"Bearer {token}"},
        compression=None,  # half-precision grids hardly shrink, and zlib is 20 times slower than the loopback
        max_size=arrays.BYTES_LIMIT + arrays.ID_BYTES,
        proxy=None,  # a proxy in the environment is for the world outside, not for this machine
        user_agent_header=None,
    )


def _connection_error(status: int) -> DreamwrightError:
    if status == 429:
        return AuthorizationError("Too many wrong tokens came to that backend: wait a minute, then give the right one.")
    if status == 401:
        return AuthorizationError("The backend refused our token: it was started by another Blender; start our own.")
    return BackendLostError(f"What listens there is not our backend (it answered {status}): start it again.")
