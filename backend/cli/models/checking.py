"""`models check`: every byte of what is here is read and compared with what was fetched, or with a card."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.errors import ModelError
from backend.pretrained import EMBEDDED_FOLDER, resolve
from backend.pretrained.store import Record, digest_of, records
from backend.pretrained.table import EMBEDDED, name_of

from .exit_codes import DONE, FAILED

CARD = "README.md"
_HASHED = re.compile(r"sha256 of `(?P<name>[^`]+)` \| `(?P<digest>[0-9a-f]{64})`")
"""How the card of an embedded model names the hash of a file."""


@dataclass(frozen=True)
class Verdict:
    name: str
    broken: list[str]
    """names of files"""
    remedy: str

    def __str__(self) -> str:
        if self.broken:
            return f"PROBLEM: {self.name} is broken in {', '.join(self.broken)}: {self.remedy}."
        return f"{self.name} is whole."


def check_models(name: str | None) -> int:
    """
    Raises:
        ModelError: the one that was named is not here.
    """
    broken = False
    for verdict in _verdicts() if name is None else _verdicts_of(name):
        sys.stdout.write(f"{verdict}\n")
        broken = broken or bool(verdict.broken)
    return FAILED if broken else DONE


def _verdicts() -> Iterator[Verdict]:
    for model in EMBEDDED:
        yield _of_embedded(model.name)
    yield from map(_of_record, records())


def _verdicts_of(name: str) -> Iterator[Verdict]:
    choice = resolve(name)
    if choice.embedded:
        yield _of_embedded(name)
        return
    found = [record for record in records() if record.repository == choice.repository]
    if not found:
        raise ModelError(f"{name} was not fetched (or not to its end), so there is nothing to compare it with.")
    yield from map(_of_record, found)


def _of_embedded(name: str) -> Verdict:
    folder = resolve(name).folder or EMBEDDED_FOLDER
    return Verdict(name, broken_by_card(folder), "restore it from the repository")


def _of_record(record: Record) -> Verdict:
    name = name_of(record.repository, record.kind)
    command = f"python -m backend models fetch {name} --yes"
    if record.kind == "words":  # not a model of its own
        command = f"python -m backend models remove {name}"
    return Verdict(name, record.broken(), f"run `{command}`")


def broken_by_card(folder: Path) -> list[str]:
    """Files that are not what the card of an embedded model says; the card itself where it says nothing."""
    card = folder / CARD
    found = _HASHED.finditer(card.read_text(encoding="utf-8")) if card.is_file() else ()
    hashes = {match["name"]: match["digest"] for match in found}
    if not hashes:
        return [CARD]
    return [name for name, digest in hashes.items() if not _is(folder / name, digest)]


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and digest_of(path, "sha256") == digest
