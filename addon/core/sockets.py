"""All that we use of the library that speaks WebSocket.

Loaded with the first connection (`lazily` in client.py): it takes as long as a fifth of the whole add-on, which Blender
would wait for at each start.
"""

from __future__ import annotations

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

__all__ = ["ClientConnection", "ConnectionClosed", "InvalidHandshake", "InvalidStatus", "connect"]
