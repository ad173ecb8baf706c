"""Tokens: how one is given to `serve` without the shell's history, and `clients` with tokens of their own."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from pathlib import Path

from backend.cache import CACHE_VARIABLE, default_cache
from backend.errors import AuthorizationError

from .models.arguments import Add

LONGEST = 4096
"""Bytes of a token with its line's end; nobody types more."""


def given_token(variable: str, arguments: argparse.Namespace) -> str:
    """The token out of the environment, a file or standard input.

    Raises:
        AuthorizationError: the file cannot be read, or others can read it as well.
    """
    if arguments.token_stdin:
        return _first_line_of_stdin()
    return _token_in(arguments.token_file) if arguments.token_file else variable


def _token_in(path: Path) -> str:
    try:
        status = path.stat()
        if os.name == "posix" and status.st_mode & 0o077:
            raise AuthorizationError(f"Others can read the token in {path}: chmod 600 it, and put another token there.")
        if not path.is_file() or status.st_size > LONGEST:
            raise AuthorizationError(f"There is no token in {path}: it must be a file of one line.")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as cause:
        raise AuthorizationError(f"The token in {path} cannot be read: give a file of one line.") from cause


def _first_line_of_stdin() -> str:
    """A byte at a time: what follows belongs to who watches standard input for the end of the parent."""
    read = bytearray()
    while len(read) < LONGEST and (byte := os.read(0, 1)) not in (b"", b"\n"):
        read += byte
    return read.decode(errors="replace").strip()


def add_clients(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add) -> None:
    """`add(commands, name, function, about)` makes the parser of one command."""
    about = "Clients of a backend that stays: each has a name, a token and jobs of its own."
    parser = commands.add_parser("clients", help=about, description=about, allow_abbrev=False)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for name, function, about in (
        ("add", _add, "Let a client in: prints its token, once."),
        ("revoke", _revoke, "Let it in no more, also where it is connected now; its jobs stay."),
    ):
        verb = add(verbs, name, function, about)
        verb.add_argument("name", metavar="NAME")
        _add_cache(verb)
    _add_cache(add(verbs, "list", _list, "Say who is let in."))
    add(verbs, "token", _token, "Print a random token, for the owner's own.")


def _add_cache(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cache", type=Path, default=default_cache(), help=f"default ${CACHE_VARIABLE} or %(default)s")


def _add(arguments: argparse.Namespace) -> int:
    from backend.disk import make_folder
    from backend.jobs.clients import add_client

    sys.stdout.write(add_client(make_folder(arguments.cache), arguments.name) + "\n")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from backend.jobs.clients import revoke_client

    revoke_client(arguments.cache, arguments.name)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from backend.jobs.clients import read_clients

    for client in read_clients(arguments.cache):
        sys.stdout.write(f"{client.name}\t{time.strftime('%Y-%m-%d', time.localtime(client.created))}\n")
    return 0


def _token(arguments: argparse.Namespace) -> int:
    sys.stdout.write(secrets.token_urlsafe(32) + "\n")
    return 0
