r"""Paths that lead to another machine: to look whether they exist tells that machine who asks (Windows sends a hash of
the person's password along), so they are not touched before a person wrote them.

A share is opened only where it was typed on the command line of this process. What comes out of a file (a .blend, a
dataset, a model's config) or over the wire is refused with a sentence; a share that has a drive letter or is mounted is
a folder like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from ..errors import ShareError

_LOCAL = re.compile(r"\\\\\?\\[A-Za-z]:(\\|$)")
r"""\\?\C:\...: long, and on this machine."""
_FILE_ON_THIS_MACHINE = re.compile(r"file:(///|/)?(?![/\\])", re.IGNORECASE)
_PLACES = ("dataset", "path", "model", "depth_control", "mesh", "picture")
"""Settings that may name a file or a folder."""
_PREFIXES = re.compile(r"(local-dir:|timm/[^/\\]*/)+")
"""What may stand before a path in the name of a model."""

_typed: set[str] = set()


def is_share(path: str | PurePath) -> bool:
    r"""Tells whether to open it would ask another machine or device: \\host, //host, \\?\UNC\, \\.\, file://host.

    The same answer on every system, for files travel.
    """
    text = str(path).strip().strip("\"'").strip()
    if text[:5].lower() == "file:":
        return not _FILE_ON_THIS_MACHINE.match(text)
    text = text.replace("/", "\\")
    return text.startswith(("\\\\", "\\??\\")) and not _LOCAL.match(text)


def allow_shares(paths: Iterable[str | PurePath]) -> None:
    """A person typed these on the command line of this process, alone or as --option=PATH."""
    for path in map(str, paths):
        _typed.update({_key(path), _key(path.partition("=")[2])})


def refuse_share(path: str | PurePath) -> None:
    """Refuses a path on another machine.

    Raises:
        ShareError: it is on a network share, and nobody typed it.
    """
    text = _PREFIXES.sub("", str(path))
    if any(map(is_share, (path, text, _behind_architecture(text)))) and _key(str(path)) not in _typed:
        raise ShareError(
            f"{shortened(str(path))} is on a network share, which is not opened for a file or a message that names it: "
            "give the share a drive letter or mount it, and choose the folder there."
        )


def refuse_shares_in(settings: Any) -> None:
    """Refuses a job's settings (as JSON has them) that name one.

    Raises:
        ShareError
    """
    if isinstance(settings, dict):
        for name, value in settings.items():
            if name in _PLACES and isinstance(value, str):
                refuse_share(value)
            else:
                refuse_shares_in(value)
    elif isinstance(settings, list | tuple):
        for value in settings:
            refuse_shares_in(value)


def shortened(text: str, longest: int = 120) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _key(path: str) -> str:
    return path.replace("/", "\\").rstrip("\\")


def _behind_architecture(text: str) -> str:
    """An open_clip name may have a path behind it: ViT-B-32/PATH."""
    name, _, path = text.partition("/")
    return path if name and ":" not in name else ""
