"""Which models a person allowed to be fetched: kept on this machine, never in a .blend, each model asked for once."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .errors import DiskError
from .own_files import make_own_folder, open_own

LONGEST = 1000
"""Characters of a model's name that is remembered."""


def allowed(file: Path) -> frozenset[str]:
    """The models that were allowed; none where nothing was written, or nothing that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    return frozenset(each for each in found if isinstance(each, str)) if isinstance(found, list) else frozenset()


def remember(file: Path, model: str, yes: bool) -> None:
    """Allow a model, or take that back.

    Raises:
        DiskError: it cannot be written down; what was allowed before still is.
    """
    before = allowed(file)
    wanted = before | {model[:LONGEST]} if yes else before - {model[:LONGEST]}
    if wanted == before:
        return
    partial = file.with_name(file.name + ".part")
    try:
        make_own_folder(file.parent)
        with open_own(partial) as written:
            written.write(json.dumps(sorted(wanted)).encode())
        os.replace(partial, file)
    except OSError as cause:
        raise DiskError(
            f"What you allowed cannot be kept in {file.parent} ({cause.strerror}): change its permissions."
        ) from cause
