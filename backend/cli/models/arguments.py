"""What can be typed after `models`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

Add = Callable[
    ["argparse._SubParsersAction[argparse.ArgumentParser]", str, Callable[[argparse.Namespace], int], str],
    argparse.ArgumentParser,
]


def add_models(commands: argparse._SubParsersAction[argparse.ArgumentParser], add: Add) -> None:
    """`add(commands, name, function, about)` makes the parser of one command."""
    about = "Models: which can be used, which are here, and whether they are whole."
    parser = commands.add_parser("models", help=about, description=about, allow_abbrev=False)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    listing = add(verbs, "list", _list, "Show every known model: size, license, memory, and whether it is here.")
    listing.add_argument("--json", action="store_true", help="for programs")
    fetching = add(verbs, "fetch", _fetch, "Fetch a model from the hub, or what it lacks.")
    _add_name(fetching)
    fetching.add_argument("--yes", action="store_true", help="do not ask: its size and license are accepted")
    _add_name(add(verbs, "remove", _remove, "Delete a model from the cache."))
    checking = add(verbs, "check", _check, "Compare what is here, byte for byte, with what was fetched.")
    _add_name(checking, nargs="?")


def _add_name(parser: argparse.ArgumentParser, nargs: str | None = None) -> None:
    parser.add_argument("name", metavar="NAME", nargs=nargs, help="as `models list` shows it, or OWNER/NAME")


def _list(arguments: argparse.Namespace) -> int:
    from .listing import list_models

    return list_models(as_json=arguments.json)


def _fetch(arguments: argparse.Namespace) -> int:
    from .fetching import fetch_model

    return fetch_model(arguments.name, agreed=arguments.yes)


def _remove(arguments: argparse.Namespace) -> int:
    from .fetching import remove_model

    return remove_model(arguments.name)


def _check(arguments: argparse.Namespace) -> int:
    from .checking import check_models

    return check_models(arguments.name)
