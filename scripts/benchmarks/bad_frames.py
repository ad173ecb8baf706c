"""Bad frames: each try gives one seeded bad message to a side of the wire; a value or one of our errors comes out.

Most meet `backend.wire` in memory; one in a thousand goes to a real backend through its socket, where a healthy client
must be answered all the while.
"""

from __future__ import annotations

import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from websockets.exceptions import ConnectionClosed

from backend.errors import DreamwrightError, ParamsError, ProtocolError
from backend.wire import messages, values
from backend.wire.rpc import Peer, RequestReceived
from tests.backend.server.live import Backend, Client

from .fault_line import Findings, Try

SOCKET_SHARE = 1000
SLOW_SECONDS = 0.5
Frame = str | bytes
_BITS: list[Any] = [
    None, True, 0, -1, 1 << 64, 10**400, 0.5, 1e308, "", "a", "\x00", "é🐉", [], {}, [[]], {"$array": 1},
]  # fmt: skip
_METHODS = [method for method in messages.CALLS if method != messages.ShutDown.method]


def run(wanted: Try) -> Findings:
    found = Findings("frames", wanted)
    longest, before = 0.0, _peak_mb()
    for number in wanted.numbers():
        began = time.perf_counter()
        with found.no_fault(number, "wire"):
            _receive(*bad_frame(wanted.seed, number))
        longest = max(longest, time.perf_counter() - began)
        found.count += 1
    if longest > SLOW_SECONDS:
        found.fault(wanted.first, "slow", f"{longest:.2f} s for one frame")
    sent = _through_a_socket(found)
    found.figures |= {"through_a_socket": sent, "longest_ms": round(1000 * longest, 1), "grew_mb": _peak_mb() - before}
    return found


def bad_frame(seed: int, number: int) -> tuple[bool, Frame]:
    """Whether an array was announced before, and the frame; the same two numbers always give the same."""
    choice = random.Random((seed << 40) + number)
    return choice.random() < 0.5, choice.choice(_KINDS)(choice)


def _receive(announced: bool, frame: Frame) -> None:
    peer = Peer()
    peer.send_request("backend.status", {})
    if announced:
        peer.receive(_ANNOUNCING)
    try:
        events = peer.receive(frame)
    except ProtocolError as error:
        _check_sentence(error)
        return
    for event in events:
        if isinstance(event, RequestReceived) and event.method in messages.CALLS:
            _read(event)


def _read(event: RequestReceived) -> None:
    try:
        values.from_json(messages.CALLS[event.method], event.params)
    except ParamsError as error:
        _check_sentence(error)


def _check_sentence(error: DreamwrightError) -> None:
    assert error.sentence.endswith("."), error.sentence
    assert len(error.sentence) < 2000, f"a sentence of {len(error.sentence)} characters"


# -- kinds of frames


def _noise(choice: random.Random) -> Frame:
    return choice.randbytes(choice.randrange(64))


def _noisy_text(choice: random.Random) -> Frame:
    return "".join(chr(choice.choice((choice.randrange(128), choice.randrange(0xD800)))) for _ in range(20))


def _damaged(choice: random.Random) -> Frame:
    """An honest message with something cut out, doubled or replaced."""
    honest: Any = choice.choice(_HONEST)  # text or bytes, and so is what becomes of it
    start = choice.randrange(len(honest))
    end = min(len(honest), start + choice.randrange(8))
    put = honest[choice.randrange(len(honest)) :][: choice.randrange(6)]
    damaged: Frame = choice.choice((honest[:start] + put + honest[end:], honest[:start], honest + put))
    return damaged


def _wrong_values(choice: random.Random) -> Frame:
    """JSON-RPC whose parts have wrong types or are missing."""
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": choice.choice(_METHODS), "params": {}}
    for name in ("jsonrpc", "id", "method", "params", "result", "error"):
        if choice.random() < 0.3:
            body[name] = _value(choice, 3)
        elif choice.random() < 0.1:
            body.pop(name, None)
    return _written(body)


def _wrong_parameters(choice: random.Random) -> Frame:
    kind: Any = messages.CALLS[choice.choice(_METHODS)]
    names = [*kind.__dataclass_fields__, "more"]
    params = {name: _value(choice, 2) for name in names if choice.random() < 0.7}
    return _written({"jsonrpc": "2.0", "id": 1, "method": kind.method, "params": params})


def _claim(choice: random.Random) -> Frame:
    """An array that is described with sizes that disagree, wrap around or cannot be held."""
    sides = (0, 1, 2, 3, 1 << 20, 1 << 31, 1 << 62, (1 << 64) - 1, -1, 2.5, "3", True)
    shape: Any = [choice.choice(sides) for _ in range(choice.randrange(8))]
    described = {"$array": choice.choice((1, 7, -1, 1 << 64, "1")), "dtype": choice.choice(_DTYPES), "shape": shape}
    described["bytes"] = choice.choice((0, 1, 4, 24, 1 << 30, 1 << 62, -1, None))
    params = {"image": [described] * choice.choice((1, 2))}
    return _written({"jsonrpc": "2.0", "method": "event.preview", "params": params})


def _deep(choice: random.Random) -> Frame:
    opening, closing = choice.choice((("[", "]"), ('{"a":', "}")))
    levels = choice.choice((30, 33, 200, 1200))
    return opening * levels + "1" + closing * choice.choice((levels, levels - 1, 0))


def _array(choice: random.Random) -> Frame:
    """Of the announced array or another, with too few, enough or too many bytes."""
    return choice.choice((7, 8, 1 << 63)).to_bytes(8, "little") + bytes(choice.choice((0, 23, 24, 25, 4096)))


def _value(choice: random.Random, depth: int) -> Any:
    if depth == 0 or choice.random() < 0.6:
        return choice.choice(_BITS)
    if choice.random() < 0.5:
        return [_value(choice, depth - 1) for _ in range(choice.randrange(4))]
    return {choice.choice(("a", "job", "$array", "", "x" * 300)): _value(choice, depth - 1) for _ in range(2)}


def _written(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False)


def _honest() -> list[Frame]:
    peer = Peer()
    shown, binary = peer.send_notification("event.preview", {"image": np.arange(6, dtype="<f4"), "step": 3})
    call = peer.send_request(*messages.call(messages.GetJob("20260101-000000-abcdef")))[1][0]
    error = peer.send_error(1, ParamsError("No."))[0]
    texts = [each for each in (shown, call, error) if isinstance(each, str)]
    assert len(texts) == 3 and not isinstance(binary, str)
    return [texts[0], b"".join(bytes(part) for part in binary), *texts[1:]]


_DTYPES = ("|u1", "<f4", "|b1", "|O", "<c8", "", None, ["<f4"], "f" * 500)
_KINDS: tuple[Callable[[random.Random], Frame], ...] = (
    _noise, _noisy_text, _damaged, _wrong_values, _wrong_parameters, _claim, _deep, _array,
)  # fmt: skip
_HONEST = _honest()
_ANNOUNCING = _written(
    {"jsonrpc": "2.0", "method": "m", "params": {"x": {"$array": 7, "dtype": "<f4", "shape": [6], "bytes": 24}}}
)


# -- through a real socket


def _through_a_socket(found: Findings) -> int:
    count = found.count // SOCKET_SHARE
    with tempfile.TemporaryDirectory(prefix="dreamwright-frames-") as folder:
        backend = Backend(Path(folder) / "cache")
        try:
            healthy = backend.connect()
            for number in range(found.wanted.first, found.wanted.first + count):
                with found.no_fault(number, "socket"):
                    _send(backend, bad_frame(found.wanted.seed, number)[1], greet=number % 2 == 0)
                    assert healthy.ask(messages.GetStatus()).uptime_s >= 0
                    assert backend.process.poll() is None, "the backend died"
        finally:
            backend.kill()
    return count


def _send(backend: Backend, frame: Frame, greet: bool) -> None:
    """A frame in a conversation of its own: it is answered, ignored or ends that conversation."""
    socket = backend.open()
    if greet:
        Client(socket)
    try:
        socket.send(frame.encode(errors="replace").decode() if isinstance(frame, str) else frame)
        socket.recv(0.01)
    except (ConnectionClosed, TimeoutError):
        pass
    finally:
        socket.close()


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
