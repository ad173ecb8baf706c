"""All that we use of the library that speaks WebSocket.

Loaded with the first connection (`lazily` in client.py): it takes as long as a fifth of the whole add-on, which Blender
would wait for at each start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
    from websockets.sync.client import ClientConnection, connect
else:
    from . import own_websockets

    _exceptions, _client = own_websockets.load("exceptions"), own_websockets.load("sync.client")
    ConnectionClosed, InvalidHandshake, InvalidStatus = (
        getattr(_exceptions, name) for name in ("ConnectionClosed", "InvalidHandshake", "InvalidStatus")
    )
    ClientConnection, connect = _client.ClientConnection, _client.connect

__all__ = ["ClientConnection", "ConnectionClosed", "InvalidHandshake", "InvalidStatus", "connect"]
