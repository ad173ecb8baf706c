"""`python -m backend serve`: from the cache folder to the last checkpoint."""

from __future__ import annotations

import asyncio
import functools
import json
import logging
import os
import signal
import socket
import sys
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from websockets.asyncio.server import Server, ServerConnection, serve

from backend.device import choose_device
from backend.disk import make_folder
from backend.errors import AuthorizationError, PortError
from backend.processor_share import lower_priority
from backend.wire.messages import TOKEN_VARIABLE, WIRE_VERSION

from ..jobs.backend_info import backend_info
from ..jobs.cache_lock import CacheLock
from ..jobs.clients import Clients, check_strength, read_clients
from ..jobs.store import JobStore
from ..jobs.sweep import sweep
from .auth import token_check
from .broadcast import Broadcaster
from .calls import Calls
from .connection import Connection
from .job_queue import JobQueue
from .lobby import LIMITS, Guest, Lobby
from .log_file import log_to_file
from .parent_watchdog import end_with_parent
from .readable_files import ReadableFiles
from .worker import Worker

HOST = "127.0.0.1"
LAST_STEP_SECONDS = 8.0
"""How long a step in progress and its checkpoint may take at the end; the add-on waits 12 s before it kills us."""
_GOODBYE_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServerSettings:
    """How the backend is started."""

    cache: Path
    token: str
    port: int = 0
    """0 takes a free one."""
    device: str = "auto"
    """Of jobs whose own is "auto"."""
    stay: bool = False
    """Whether to go on when the parent has ended. Then who connects may be elsewhere: the token must be a strong one,
    and files of this machine are read from allowed folders only."""
    allowed_folders: tuple[Path, ...] = ()
    host_names: tuple[str, ...] = ()
    """By which the backend goes beside those of this machine, as in the header Host."""
    parent: int = 0
    """The process that started us; 0 takes the one that is our parent now."""


def serve_forever(settings: ServerSettings) -> None:
    """Serves until the parent ends, a signal comes or a client asks; the running job is kept.

    Raises:
        AuthorizationError: there is no token.
        DeviceError: the device is not on this machine.
        PortError: the port is taken.
        DiskError: the cache folder cannot be written, or another backend works in it.
    """
    _check_token(settings)
    choose_device(settings.device)
    cache = make_folder(settings.cache)
    lock = CacheLock(cache)
    if not settings.stay:  # beside the Blender that a person works in
        lower_priority()
    log_to_file(cache)
    sweep(cache, time.time())
    try:
        asyncio.run(_Server(settings, _listening_socket(settings.port)).run())
    finally:
        lock.release()


def _check_token(settings: ServerSettings) -> None:
    if settings.stay and settings.token:
        check_strength(settings.token)
    if not settings.token and not (settings.stay and read_clients(settings.cache)):
        raise AuthorizationError(f"The backend needs a token: set {TOKEN_VARIABLE} to a long random text.")


def _listening_socket(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where TCP is named, and with it every answer that brings an array would
    # wait 40 ms for the client's delayed acknowledgement.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # on Windows this would let two processes share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
        return listening
    except (OSError, OverflowError) as cause:
        listening.close()
        raise PortError(f"Port {port} cannot be used ({cause}): choose another, or 0 for a free one.") from cause


class _Server:
    """All parts of a running backend, inside its event loop."""

    def __init__(self, settings: ServerSettings, listening: socket.socket) -> None:
        self._settings = settings
        self._listening = listening
        self._ending = asyncio.Event()
        self._connections: set[Connection] = set()

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        settings = self._settings
        store = JobStore(settings.cache)
        store.sent.forget_unused(store.datasets(), time.time())
        self._broadcaster = Broadcaster(self._loop, store.owner_of)
        self._clients, self._lobby = Clients(settings.cache, settings.token), Lobby()
        readable_files = ReadableFiles(store.sent, settings.allowed_folders, everywhere=not settings.stay)
        jobs = JobQueue(store, self._broadcaster.notify, self._settings.device)
        worker = Worker(jobs)
        said = backend_info(settings.device, settings.cache)
        self._calls = Calls(said, store, jobs, worker, self._ending.set, readable_files)
        worker.start()
        async with self._server():
            self._start_monitors()
            self._announce()
            await self._ending.wait()
            await self._end(worker)

    def _server(self) -> AbstractAsyncContextManager[Server]:
        return serve(
            self._serve_client,
            sock=self._listening,
            create_connection=cast(Any, functools.partial(Guest, self._lobby)),  # a factory will do, as they say
            process_request=token_check(self._clients, self._lobby, self._settings.host_names),
            compression=None,  # half-precision grids hardly shrink, and zlib is 20 times slower than the loopback
            **LIMITS,
            # A Blender busy in a long render answers no ping; a dead one closes its socket.
            ping_interval=None,
            close_timeout=_GOODBYE_SECONDS,
            server_header=None,
        )

    async def _serve_client(self, socket: ServerConnection) -> None:
        assert isinstance(socket, Guest)
        connection = Connection(socket, self._calls, self._broadcaster, self._clients)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)

    def _start_monitors(self) -> None:
        if not self._settings.stay:
            end_with_parent(lambda: self._end_soon("the parent process has ended"), self._settings.parent)
        for number in (signal.SIGINT, signal.SIGTERM):
            name = signal.Signals(number).name
            signal.signal(number, lambda *_, name=name: self._end_soon(f"{name} came"))

    def _end_soon(self, why: str) -> None:
        log.info("the backend ends: %s", why)
        self._loop.call_soon_threadsafe(self._ending.set)

    def _announce(self) -> None:
        """The one line on standard output, by which the parent knows where to connect."""
        port = self._listening.getsockname()[1]
        log.info("listening on port %d, cache %s", port, self._settings.cache)
        sys.stdout.write(json.dumps({"port": port, "wire": WIRE_VERSION, "pid": os.getpid()}) + "\n")
        sys.stdout.flush()

    async def _end(self, worker: Worker) -> None:
        worker.stop()
        await asyncio.to_thread(worker.join, LAST_STEP_SECONDS)
        await self._flush()
        if worker.is_alive():
            log.warning("a step did not end within %.0f s: its job goes on from its last checkpoint", LAST_STEP_SECONDS)
            logging.shutdown()
            os._exit(0)  # the thread is inside native code, which the interpreter cannot end in good order

    async def _flush(self) -> None:
        waiting = [asyncio.ensure_future(connection.flush()) for connection in self._connections]
        if waiting:
            await asyncio.wait(waiting, timeout=_GOODBYE_SECONDS)
        for flush in waiting:
            flush.cancel()
