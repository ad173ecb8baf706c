"""One side of a JSON-RPC 2.0 conversation, without the socket.

`send_*` gives the messages to send; `receive` takes one message that came and gives what it meant. A text message is a
`str`; an array is a `BinaryMessage`, whose fragments the socket's owner sends as one fragmented binary message.
Both sides use the same class:

    id, messages = peer.send_request("jobs.get", {"job": "a1"})     for message in messages: socket.send(message)
    for event in peer.receive(socket.recv()): ...                    RequestReceived, ResponseReceived, ...

A message that is broken in a way that leaves the conversation sound (no JSON, no JSON-RPC, a batch) is answered with an
error, as the specification asks. Arrays that breaks the protocol raise ProtocolError: close the connection then, since
what follows cannot be told apart any more. Not thread-safe: the caller holds a lock, or uses one thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import DreamwrightError, ParamsError, ParseError, ProtocolError, RequestError, from_code
from . import arrays, text

PENDING_LIMIT = 64
"""Messages that may wait for their arrays at the same time. An honest side sends one message whole, then the next."""

RequestId = int | str


@dataclass(frozen=True)
class BinaryMessage:
    """An array under way; iterate over it for the fragments of one binary message."""

    descriptor: arrays.Descriptor
    array: np.ndarray

    def __iter__(self) -> Iterator[bytes | memoryview]:
        return arrays.fragments(self.descriptor, self.array)


Message = str | BinaryMessage


@dataclass(frozen=True)
class RequestReceived:
    id: RequestId
    method: str
    params: dict[str, Any]


@dataclass(frozen=True)
class NotificationReceived:
    method: str
    params: dict[str, Any]


@dataclass(frozen=True)
class ResponseReceived:
    id: RequestId
    result: Any


@dataclass(frozen=True)
class ErrorReceived:
    """The other side refused; `id` is None where it could not even tell which request was meant."""

    id: RequestId | None
    error: DreamwrightError


@dataclass(frozen=True)
class ReplyRequired:
    """What came was no message of JSON-RPC 2.0: `messages` say so and must be sent."""

    messages: list[Message]


Event = RequestReceived | NotificationReceived | ResponseReceived | ErrorReceived | ReplyRequired


@dataclass
class _PendingMessage:
    """A message whose arrays have not all come yet."""

    body: dict[str, Any]
    announced: list[arrays.Descriptor]
    missing: dict[int, arrays.Descriptor]
    found: dict[int, np.ndarray]


class Peer:
    """The state of one side: which requests are open, which arrays are under way."""

    def __init__(self, limit: int = arrays.BYTES_LIMIT) -> None:
        """`limit` is of the bytes of all arrays that may be on their way to us."""
        self._limit = limit
        self._next_request = 1
        self._next_array = 1
        self._open: set[RequestId] = set()
        self._abandoned: set[RequestId] = set()
        self._waiting: list[_PendingMessage] = []

    # -- sending

    def send_request(self, method: str, params: dict[str, Any]) -> tuple[int, list[Message]]:
        """A new request: its id, by which the response will be known, and what to send."""
        id = self._next_request
        messages = self._messages({"id": id, "method": method, "params": params})
        self._next_request += 1
        self._open.add(id)
        return id, messages

    def send_notification(self, method: str, params: dict[str, Any]) -> list[Message]:
        return self._messages({"method": method, "params": params})

    def send_result(self, id: RequestId, result: Any) -> list[Message]:
        return self._messages({"id": id, "result": result})

    def send_error(self, id: RequestId | None, error: DreamwrightError) -> list[Message]:
        sentence = error.sentence.encode(errors="replace").decode()  # it may name a file whose name is not Unicode
        return self._messages({"id": id, "error": {"code": error.code, "message": sentence}})

    def abandon(self, id: RequestId) -> None:
        """Nobody waits for the answer to this request any more: it is dropped when it comes."""
        if id in self._open:
            self._open.discard(id)
            self._abandoned.add(id)

    def _messages(self, body: dict[str, Any]) -> list[Message]:
        binaries: list[BinaryMessage] = []

        def keep(array: np.ndarray) -> dict[str, Any]:
            descriptor, content = arrays.describe(array, self._next_array)
            self._next_array += 1
            binaries.append(BinaryMessage(descriptor, content))
            return descriptor.to_json()

        plain = text.extract_arrays({"jsonrpc": "2.0", **body}, keep)
        _check_total([binary.descriptor for binary in binaries])
        return [text.dumps(plain), *binaries]

    # -- receiving

    def receive(self, message: str | bytes) -> list[Event]:
        """Returns what a whole message means: no event (an array is still missing) or one.

        Raises:
            ProtocolError: an array that breaks the protocol, or an answer to nothing asked; close the connection
        """
        return self._receive_array(message) if isinstance(message, bytes) else self._receive_text(message)

    def _receive_text(self, message: str) -> list[Event]:
        try:
            body = _check_message(text.loads(message))
        except ParseError as error:
            return [ReplyRequired(self.send_error(None, error))]
        except _InvalidMessage as refusal:
            return [ReplyRequired(self.send_error(refusal.id, refusal.error))]
        found = text.descriptors(body)
        if not found:
            return self._complete(body)
        self._wait_for(body, found)
        return []

    def _wait_for(self, body: dict[str, Any], found: list[arrays.Descriptor]) -> None:
        missing = {descriptor.id: descriptor for descriptor in found}
        taken = {id for waiting in self._waiting for id in waiting.missing}
        if len(missing) < len(found) or taken & missing.keys():
            raise ProtocolError("Two arrays under way have the same id.")
        if len(self._waiting) >= PENDING_LIMIT:
            raise ProtocolError(f"More than {PENDING_LIMIT} messages wait for their arrays.")
        under_way = [descriptor for waiting in self._waiting for descriptor in waiting.announced]
        _check_total([*found, *under_way], self._limit)
        self._waiting.append(_PendingMessage(body, found, missing, {}))

    def _receive_array(self, message: bytes) -> list[Event]:
        id = arrays.message_id(message)
        waiting = next((each for each in self._waiting if id in each.missing), None)
        if waiting is None:
            raise ProtocolError(f"Array {id} came, but no message announced it.")
        waiting.found[id] = arrays.from_message(waiting.missing.pop(id), message)
        if waiting.missing:
            return []
        self._waiting.remove(waiting)
        return self._complete(text.restore_arrays(waiting.body, waiting.found))

    def _complete(self, body: dict[str, Any]) -> list[Event]:
        if "method" not in body:
            return self._answered(body)
        params = body.get("params", {})
        if "id" in body:
            return [RequestReceived(body["id"], body["method"], params)]
        return [NotificationReceived(body["method"], params)]

    def _answered(self, body: dict[str, Any]) -> list[Event]:
        id = body["id"]
        if id in self._abandoned:
            self._abandoned.discard(id)
            return []
        if id is None:  # `_checked` has seen that it is an error
            return [ErrorReceived(None, _parse_error(body["error"]))]
        if id not in self._open:
            raise ProtocolError(f"An answer came to request {id!r}, which was not asked.")
        self._open.discard(id)
        if "error" in body:
            return [ErrorReceived(id, _parse_error(body["error"]))]
        return [ResponseReceived(id, body["result"])]


def _parse_error(described: dict[str, Any]) -> DreamwrightError:
    return from_code(described["code"], described["message"])


def _check_total(found: list[arrays.Descriptor], limit: int = arrays.BYTES_LIMIT) -> None:
    total = sum(descriptor.bytes for descriptor in found)
    if total > limit:
        raise ProtocolError(
            f"Arrays of {total / 2**20:.0f} MiB in all are too large to travel: ask for a lower resolution "
            f"(at most {limit / 2**20:.0f} MiB)."
        )


# -- JSON-RPC 2.0, sections 4 and 5


class _InvalidMessage(Exception):
    """A message that is none of JSON-RPC 2.0; `id` is the request to answer to, where it could be told."""

    def __init__(self, error: ProtocolError, id: RequestId | None = None) -> None:
        super().__init__(error.sentence)
        self.error = error
        self.id = id


def _check_message(body: Any) -> dict[str, Any]:
    """`body`, which is a request, a notification or a response; raises _Refusal where it is none."""
    if isinstance(body, list):
        raise _InvalidMessage(RequestError("Batches are not taken: send each request as a message of its own."))
    if not isinstance(body, dict) or body.get("jsonrpc") != "2.0":
        raise _InvalidMessage(RequestError('A message must be an object with "jsonrpc": "2.0".'))
    if "method" in body:
        _check_call(body)
    else:
        _check_answer(body)
    return body


def _check_call(body: dict[str, Any]) -> None:
    id, method = body.get("id"), body["method"]
    if "id" in body and not _is_id(id):
        raise _InvalidMessage(RequestError("The id of a request must be a whole number or text."))
    if not isinstance(method, str):
        raise _InvalidMessage(RequestError('The "method" of a message must be text.'), id)
    if not isinstance(body.get("params", {}), dict):
        raise _InvalidMessage(ParamsError(f"The parameters of {method[:80]} are given by name, as an object."), id)


def _check_answer(body: dict[str, Any]) -> None:
    if "id" not in body or ("result" in body) == ("error" in body):
        raise _InvalidMessage(RequestError('A message needs "method", or "id" with either "result" or "error".'))
    if not _is_id(body["id"]) and not (body["id"] is None and "error" in body):
        raise _InvalidMessage(RequestError("The id of an answer must be a whole number or text."))
    if "error" in body and not _is_error(body["error"]):
        raise _InvalidMessage(
            RequestError('The "error" of an answer must be an object with a whole "code" and a "message".')
        )


def _is_error(error: Any) -> bool:
    return isinstance(error, dict) and type(error.get("code")) is int and isinstance(error.get("message"), str)


def _is_id(id: Any) -> bool:
    return type(id) is int or isinstance(id, str)
