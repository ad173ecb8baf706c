"""Who may use a backend that stays: the owner who started it, and clients with a name and a token of their own.

`clients.json` in the cache folder (0600) holds hashes only, so that whoever reads a backup of it has no token. A token
of ours is 256 random bits: it needs no salt and no slow hash. The file is read again when it changed, so that a client
that is added or revoked is so at once, also while the backend runs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import math
import os
import re
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.disk import write_whole
from backend.errors import AuthorizationError, ConfigError, DiskError

FILE = "clients.json"
OWNER = ""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Who:
    """Whose connection it is; the owner, who started the backend, has no name."""

    name: str = OWNER

    @property
    def is_owner(self) -> bool:
        return self.name == OWNER

    def may_see(self, client: str) -> bool:
        """Tells whether a job of this client is shown to us."""
        return self.is_owner or self.name == client


@dataclass(frozen=True)
class Known:
    """A client in the file."""

    name: str
    digest: str
    created: float


class Clients:
    """The owner's token and the file of the others."""

    def __init__(self, cache: Path, owner_token: str) -> None:
        self._path = cache / FILE
        self._owner = digest(owner_token) if owner_token else ""
        self._stamp: tuple[int, int, int] | None = None
        self._known: dict[str, Known] = {}

    def whose(self, token: str) -> Who | None:
        """Whose token this is. All are compared, each in constant time, so that the time taken tells nothing."""
        given, found = digest(token), None
        if self._owner and hmac.compare_digest(given, self._owner):
            found = Who()
        for client in self._fresh().values():
            if hmac.compare_digest(given, client.digest):
                found = found or Who(client.name)
        return found

    def still(self, who: Who) -> bool:
        """Tells whether it was not revoked since."""
        return who.is_owner or who.name in self._fresh()

    def _fresh(self) -> dict[str, Known]:
        stamp = _stamp(self._path)
        if stamp != self._stamp:
            try:
                found = read_clients(self._path.parent)
            except DiskError as error:  # nobody of that file is let in, and the owner works on
                log.warning("%s", error.sentence)
                found = []
            self._known, self._stamp = {client.name: client for client in found}, stamp
        return self._known


def _known(data: dict[str, Any]) -> Known:
    client = Known(**data)
    if not (isinstance(client.name, str) and _NAME.fullmatch(client.name) and isinstance(client.digest, str)):
        raise ValueError("no client of ours")
    return client


def digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def read_clients(cache: Path) -> list[Known]:
    """Reads the clients that were given tokens.

    Raises:
        DiskError: the file is there and cannot be read, or others than its owner may write it.
    """
    path = cache / FILE
    try:
        _check_private(path)
        return [_known(each) for each in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, RecursionError) as cause:
        raise DiskError(f"The clients in {path} cannot be read: remove the file, and add them again.") from cause


def add_client(cache: Path, name: str) -> str:
    """A new client; gives its token, which is kept nowhere.

    Raises:
        ConfigError: the name cannot be used. DiskError
    """
    known = read_clients(cache)
    if not _NAME.fullmatch(name):
        raise ConfigError(f"'{name[:80]}' cannot name a client: take up to 40 letters, digits, dots, dashes.")
    if name in {client.name for client in known}:
        raise ConfigError(f"There is a client '{name}' already: revoke it first, or take another name.")
    token = secrets.token_urlsafe(32)
    _write(cache, [*known, Known(name, digest(token), time.time())])
    return token


def revoke_client(cache: Path, name: str) -> None:
    """Takes a client's token away.

    Raises:
        ConfigError: there is no such client. DiskError
    """
    known = read_clients(cache)
    if name not in {client.name for client in known}:
        there = ", ".join(client.name for client in known) or "there are none"
        raise ConfigError(f"There is no client '{name[:80]}': {there}.")
    _write(cache, [client for client in known if client.name != name])


def check_strength(token: str) -> None:
    """Checks that a token can stand for an account that is reached from elsewhere.

    Raises:
        AuthorizationError: it is no random text of 128 bits; the sentence says how to get one.
    """
    if strength(token) < BITS:
        raise AuthorizationError(
            f"The token is too easy to guess for a backend that stays: give a random one of {BITS} bits or more, "
            "as 'python -m backend clients token' prints."
        )


BITS = 128
_ALPHABETS = (("0123456789", 10), ("0123456789abcdef", 16), ("0123456789ABCDEF", 16))
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]*")  # RFC 6750, section 2.1


def strength(token: str) -> float:
    """Bits of a random text of this alphabet and length, at most; 0 for what no generator of tokens makes."""
    plain = token.rstrip("=")
    if not _TOKEN.fullmatch(token) or not plain or _repeats(plain):
        return 0.0
    letters = next((size for alphabet, size in _ALPHABETS if set(plain) <= set(alphabet)), 0)
    if not letters:
        letters = 26 if plain.isalpha() and (plain.islower() or plain.isupper()) else 36 if _one_case(plain) else 64
    return len(plain) * math.log2(letters)


def _one_case(text: str) -> bool:
    return text.isalnum() and (text == text.lower() or text == text.upper())


def _repeats(text: str) -> bool:
    """Tells whether it is a shorter text again and again, has few letters for its length, or counts up or down."""
    steps = {ord(b) - ord(a) for a, b in zip(text, text[1:], strict=False)}
    return text in (text + text)[1:-1] or len(set(text)) < min(8, 2 + len(text) // 4) or len(steps) < 4


def _write(cache: Path, known: list[Known]) -> None:
    content = json.dumps([vars(client) for client in known], indent=1).encode()
    write_whole(cache / FILE, lambda partial: _write_private(partial, content))


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _check_private(path: Path) -> None:
    status = path.stat()
    if sys.platform != "win32" and (status.st_mode & 0o022 or status.st_uid not in (os.geteuid(), 0)):
        raise DiskError(f"Others may write {path}, which says who may use this backend: chmod 600 it, and look at it.")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
