"""Who may open a connection: whoever has the token, and no web page."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from http import HTTPStatus

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from backend.wire.messages import authorisation

log = logging.getLogger(__name__)

Gate = Callable[[ServerConnection, Request], Response | None]


def gate(token: str) -> Gate:
    """The check of the opening handshake: refuses any Origin with 403 and a wrong token with 401.

    Only browsers send an Origin, and a web page that guesses ports must not reach the backend even with the token.
    """
    expected = authorisation(token).encode()

    def check(connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get_all("Origin"):
            return _refused(connection, HTTPStatus.FORBIDDEN, "Web pages may not talk to the Dreamwright backend.\n")
        given = request.headers.get_all("Authorization")
        if len(given) != 1 or not hmac.compare_digest(given[0].encode(errors="replace"), expected):
            return _refused(connection, HTTPStatus.UNAUTHORIZED, "The token of this backend is missing or wrong.\n")
        return None

    return check


def _refused(connection: ServerConnection, status: HTTPStatus, sentence: str) -> Response:
    log.warning("refused a connection: %s", sentence.strip())
    return connection.respond(status, sentence)
