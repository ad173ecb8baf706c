"""Who may open a connection: whoever has a token, and no web page."""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from ..jobs.clients import Clients
from .lobby import Guest, Lobby
from .rate_limit import RateLimitedLog
from .tries import Tries

log = logging.getLogger(__name__)

HandshakeCheck = Callable[[ServerConnection, Request], Awaitable[Response | None]]
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")


def token_check(clients: Clients, lobby: Lobby, host_names: tuple[str, ...] = ()) -> HandshakeCheck:
    """The check of the opening handshake: refuses any Origin and any foreign Host with 403, a wrong token with 401.

    Only browsers send an Origin, and a web page that guesses ports must not reach the backend even with the token. A
    page whose name was made to mean 127.0.0.1 (DNS rebinding) sends that name as Host.
    """
    hosts = {name.lower() for name in (*LOOPBACK, *host_names)}
    tries, limited = Tries(), RateLimitedLog(log)

    def refused(connection: ServerConnection, status: HTTPStatus, sentence: str) -> Response:
        limited.warning("refused a connection: %s", sentence)
        return connection.respond(status, sentence + "\n")

    async def wrong(connection: ServerConnection, address: str) -> Response:
        """The right token is never made to wait: whoever tries wrong ones locks nobody out, on one address or many."""
        seconds = tries.wrong(address)
        await asyncio.sleep(seconds)
        if seconds:
            sentence = "Too many wrong tokens came: wait a minute before the next."
            answer = refused(connection, HTTPStatus.TOO_MANY_REQUESTS, sentence)
            answer.headers["Retry-After"] = str(math.ceil(seconds))
        else:
            answer = refused(connection, HTTPStatus.UNAUTHORIZED, "The token of this backend is missing or wrong.")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer

    async def check(connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get_all("Origin"):
            return refused(connection, HTTPStatus.FORBIDDEN, "Web pages may not talk to the Dreamwright backend.")
        if host_of(request.headers.get_all("Host")) not in hosts:
            sentence = "The backend does not go by that name: use 127.0.0.1, or start it with --host-name."
            return refused(connection, HTTPStatus.FORBIDDEN, sentence)
        token = bearer(request.headers.get_all("Authorization"))
        who = clients.whose(token) if token else None
        if who is None:
            return await wrong(connection, str((connection.remote_address or ("",))[0]))
        assert isinstance(connection, Guest)
        if not lobby.admit(connection, who):
            sentence = "This client has too many connections: close some."
            return refused(connection, HTTPStatus.SERVICE_UNAVAILABLE, sentence)
        return None

    return check


def host_of(given: list[str]) -> str:
    """The name in the one header Host, without its port; empty where it is none."""
    found = _HOST.fullmatch(given[0].strip()) if len(given) == 1 else None
    return found[1].lower() if found else ""


def bearer(given: list[str]) -> str:
    """The token in the one header Authorization: the scheme is "bearer" in any case (RFC 9110, section 11.1)."""
    scheme, _, token = given[0].strip().partition(" ") if len(given) == 1 else ("", "", "")
    return token.strip() if scheme.lower() == "bearer" else ""
