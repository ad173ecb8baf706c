"""One client: what it asks is answered, what happens is told to it, and it can slow nobody down but itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from backend.errors import DreamwrightError, InternalError, ProtocolError, UnknownMethodError
from backend.wire import messages, values
from backend.wire.rpc import Event, Message, NotificationReceived, Peer, ReplyRequired, RequestReceived

from ..jobs.clients import Clients, Who
from .broadcast import Broadcaster
from .calls import Calls
from .error_messages import to_readable_error
from .lobby import Guest
from .outbox import Outbox, OutboxFullError
from .rate_limit import RateLimitedLog

OPEN_CALLS = 8
"""Calls of one client under way; more are not read before an answer was sent, so answers take bounded memory."""
_REASON_BYTES = 123  # RFC 6455, section 5.5.1

TAKEN_BYTES = 32 << 20
"""Of arrays on their way to us: a call brings one piece of a file at most."""

log = logging.getLogger(__name__)
_LIMITED_LOG = RateLimitedLog(log)


@dataclass(frozen=True)
class _Outgoing:
    """Something to send, encoded only when it is its turn: what is replaced before that costs nothing."""

    encode: Callable[[], list[Message]]
    is_answer: bool = False


class Connection:
    """A client that has shown its token. `run` until it goes."""

    def __init__(self, socket: Guest, calls: Calls, broadcaster: Broadcaster, clients: Clients) -> None:
        self._socket = socket
        self._clients = clients
        self._calls = calls
        self._broadcaster = broadcaster
        self._peer = Peer(TAKEN_BYTES)
        self._outbox: Outbox[_Outgoing] = Outbox()
        self._filled = asyncio.Event()
        self._sent_all = asyncio.Event()
        self._room = asyncio.Semaphore(OPEN_CALLS)
        self._tasks: set[asyncio.Task[None]] = set()
        self._greeted = False

    async def run(self) -> None:
        sender = self._spawn(self._send_all())
        try:
            async for message in self._socket:
                for event in self._peer.receive(message):
                    await self._take(event)
        except ProtocolError as error:
            _LIMITED_LOG.warning("a client broke the protocol: %s", error.sentence)
            await self._socket.close(CloseCode.PROTOCOL_ERROR, _reason(error.sentence))
        except ConnectionClosed as cause:
            _LIMITED_LOG.log(logging.INFO, "a client went: %s", cause)
        finally:
            self._broadcaster.leave(self)
            sender.cancel()
            for task in self._tasks:
                task.cancel()

    async def flush(self) -> None:
        """Waits until everything in the outbox has been handed to the socket."""
        await self._sent_all.wait()

    @property
    def who(self) -> Who:
        return self._socket.who

    def hears(self, client: str | None) -> bool:
        """Tells whether it is told what happens to the jobs of a client; None is of a job that is gone."""
        return self.who.is_owner or (client is not None and self.who.may_see(client) and self._clients.still(self.who))

    def notify(self, message: Any, key: Hashable, *, expendable: bool) -> None:
        """Puts a notification into the outbox."""
        self._put(_Outgoing(lambda: self._peer.send_notification(*messages.call(message))), key, expendable=expendable)

    # -- in

    async def _take(self, event: Event) -> None:
        if isinstance(event, RequestReceived):
            await self._room.acquire()
            self._spawn(self._answer(event))
        elif isinstance(event, ReplyRequired):
            await self._room.acquire()
            self._put(_Outgoing(lambda: event.messages, is_answer=True))
        elif isinstance(event, NotificationReceived):
            log.debug("a client notified us of %s, which we do not take", event.method[:80])
        else:
            log.warning("a client answered with an error: %r", event)

    async def _answer(self, request: RequestReceived) -> None:
        try:
            call = self._understood(request)
            if not self._clients.still(self.who):
                await self._part()
                return
            result = await self._calls.answer(call, self.who)
        except Exception as cause:
            self._refuse(request, to_readable_error(cause))
            return
        if isinstance(result, messages.HelloResult):
            self._greet()
        self._put(_Outgoing(lambda: self._result(request, values.to_json(result)), is_answer=True))

    def _understood(self, request: RequestReceived) -> Any:
        kind = messages.CALLS.get(request.method)
        if kind is None:
            raise UnknownMethodError(f"The backend knows no method '{request.method[:80]}': update the backend.")
        if kind is not messages.Hello and not self._greeted:
            raise ProtocolError(f"'{messages.Hello.method}' must be the first call of a connection.")
        return values.from_json(kind, request.params)

    def _greet(self) -> None:
        self._greeted = True
        self._broadcaster.join(self)

    # -- out

    async def _part(self) -> None:
        """Its token was revoked since it came."""
        _LIMITED_LOG.warning("the client %s was revoked: its connection is closed", self.who.name)
        await self._socket.close(CloseCode.POLICY_VIOLATION, "The token of this client was revoked.")

    def _refuse(self, request: RequestReceived, error: DreamwrightError) -> None:
        if error.__cause__ is not None or isinstance(error, InternalError):
            log.info("refused %s: %s", request.method[:80], error.sentence, exc_info=error.__cause__)
        else:
            _LIMITED_LOG.log(logging.INFO, "refused %s: %s", request.method[:80], error.sentence)
        self._put(_Outgoing(lambda: self._peer.send_error(request.id, error), is_answer=True))

    def _result(self, request: RequestReceived, result: dict[str, Any]) -> list[Message]:
        try:
            return self._peer.send_result(request.id, result)
        except ProtocolError as error:  # too large to travel
            return self._peer.send_error(request.id, error)

    def _put(self, outgoing: _Outgoing, key: Hashable = None, *, expendable: bool = False) -> None:
        try:
            self._outbox.put(outgoing, key, expendable=expendable)
        except OutboxFullError as cause:
            log.warning("closing the connection of a client that does not read: %s", cause)
            self._socket.transport.abort()
            return
        self._sent_all.clear()
        self._filled.set()

    async def _send_all(self) -> None:
        while True:
            while len(self._outbox):
                await self._send(self._outbox.take())
            self._sent_all.set()
            self._filled.clear()
            await self._filled.wait()

    async def _send(self, outgoing: _Outgoing) -> None:
        try:
            for message in outgoing.encode():
                await self._socket.send(message)
        except ConnectionClosed:
            log.debug("a client went before it was sent everything")
        except ProtocolError as error:
            log.error("something could not be told to a client: %s", error.sentence)
        finally:
            if outgoing.is_answer:
                self._room.release()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _reason(sentence: str) -> str:
    return sentence.encode()[:_REASON_BYTES].decode(errors="ignore")
