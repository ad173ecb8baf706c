"""`models list`: one table of every model that is known or was fetched."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from backend.pretrained import EMBEDDED_FOLDER, resolve
from backend.pretrained.store import MEGABYTE, Record, arrived_bytes, cache, held, read_record, records, size_of
from backend.pretrained.table import MODELS, KnownModel, name_of

from .exit_codes import DONE

COPY, HERE, PART, AWAY = "in this copy", "here", "partly here", "not here"


@dataclass(frozen=True)
class Shown:
    """One row."""

    name: str
    kind: str
    about: str
    megabytes: int
    licence: str
    source: str
    memory_mb: int | None
    speed: str
    state: str


def list_models(as_json: bool) -> int:
    shown = [*map(_known, MODELS), *_beside_the_table()]
    if as_json:
        sys.stdout.write(json.dumps([vars(model) for model in shown], indent=1) + "\n")
    else:
        sys.stdout.write(_as_text(shown))
    return DONE


def _known(model: KnownModel) -> Shown:
    record = read_record(model.repository, model.kind) if model.repository else None
    return Shown(
        model.name,
        model.kind,
        model.about,
        _size_of(model, record),
        model.licence,
        model.repository or "backend/models",
        model.memory_mb,
        model.speed,
        _state(model.repository, model.kind),
    )


def _beside_the_table() -> Iterator[Shown]:
    """What was fetched though the table does not know it."""
    known = {(model.repository, model.kind) for model in MODELS}
    for record in records():
        if (record.repository, record.kind) not in known:
            yield _fetched(record)


def _fetched(record: Record) -> Shown:
    name, state = name_of(record.repository, record.kind), _state(record.repository, record.kind)
    return Shown(name, record.kind, "", _megabytes(record), record.licence, record.repository, None, "", state)


def _size_of(model: KnownModel, record: Record | None) -> int:
    """Megabytes on this disk where it is here, else what the table says."""
    if record:
        return _megabytes(record)
    if model.repository:
        return model.megabytes
    folder = resolve(model.name).folder or EMBEDDED_FOLDER
    return round(sum(size_of(path) for path in folder.rglob("*")) / MEGABYTE)


def _megabytes(record: Record) -> int:
    return round(record.bytes / MEGABYTE)


def _state(repository: str, kind: str) -> str:
    if not repository:
        return COPY
    if held(repository, kind):
        return HERE
    return PART if arrived_bytes(repository) or read_record(repository, kind) else AWAY


def _as_text(shown: list[Shown]) -> str:
    rows = [("name", "is", "size", "memory", "speed", "licence"), *map(_columns, shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    heads = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines = [f"{head}\n    {_what(model)}" for head, model in zip(heads[1:], shown, strict=True)]
    last = f"Fetched models lie in {cache()}; sizes of those that are not here are approximate."
    return "\n".join([heads[0], *lines, last]) + "\n"


def _columns(model: Shown) -> tuple[str, ...]:
    memory = f"{model.memory_mb} MB" if model.memory_mb else ""
    return (model.name, model.state, f"{model.megabytes} MB", memory, model.speed, model.licence)


def _what(model: Shown) -> str:
    return f"{model.kind}{': ' + model.about if model.about else ''}; from {model.source}"
