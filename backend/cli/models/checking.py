"""`models check`: every byte of what is here is read and compared with what was fetched, or with a card."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.errors import ModelError
from backend.pretrained import EMBEDDED_FOLDER, resolve
from backend.pretrained.hub_cache import Record, digest_of, records
from backend.pretrained.registry import EMBEDDED, name_for

from ..exit_codes import DONE, FAILED

CARD = "README.md"
_HASH_LINE = re.compile(r"sha256 of `(?P<name>[^`]+)` \| `(?P<digest>[0-9a-f]{64})`")
"""How the card of an embedded model names the hash of a file."""


@dataclass(frozen=True)
class CheckResult:
    name: str
    broken: list[str]
    """names of files"""
    remedy: str

    def __str__(self) -> str:
        if self.broken:
            return f"PROBLEM: {self.name} is broken in {', '.join(self.broken)}: {self.remedy}."
        return f"{self.name} is whole."


def check_models(name: str | None) -> int:
    """Compares what is here with what was fetched; returns the exit code.

    Raises:
        ModelError: the one that was named is not here.
    """
    broken = False
    for verdict in _check_all() if name is None else _check_one(name):
        sys.stdout.write(f"{verdict}\n")
        broken = broken or bool(verdict.broken)
    return FAILED if broken else DONE


def _check_all() -> Iterator[CheckResult]:
    for model in EMBEDDED:
        yield _check_embedded(model.name)
    yield from map(_check_record, records())


def _check_one(name: str) -> Iterator[CheckResult]:
    choice = resolve(name)
    if choice.embedded:
        yield _check_embedded(name)
        return
    found = [record for record in records() if record.repository == choice.repository]
    if not found:
        raise ModelError(f"{name} was not fetched (or not to its end), so there is nothing to compare it with.")
    yield from map(_check_record, found)


def _check_embedded(name: str) -> CheckResult:
    folder = resolve(name).folder or EMBEDDED_FOLDER
    return CheckResult(name, corrupt_files_by_card(folder), "restore it from the repository")


def _check_record(record: Record) -> CheckResult:
    name = name_for(record.repository, record.kind)
    command = f"python -m backend models fetch {name} --yes"
    if record.kind == "words":  # not a model of its own
        command = f"python -m backend models remove {name}"
    return CheckResult(name, record.corrupt_files(), f"run `{command}`")


def corrupt_files_by_card(folder: Path) -> list[str]:
    """Files that are not what the card of an embedded model says; the card itself where it says nothing."""
    card = folder / CARD
    found = _HASH_LINE.finditer(card.read_text(encoding="utf-8")) if card.is_file() else ()
    hashes = {match["name"]: match["digest"] for match in found}
    if not hashes:
        return [CARD]
    return [name for name, digest in hashes.items() if not _has_digest(folder / name, digest)]


def _has_digest(path: Path, digest: str) -> bool:
    return path.is_file() and digest_of(path, "sha256") == digest
