"""Every model that is known by name or was fetched: what it is, and whether it is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .choice import EMBEDDED_FOLDER, resolve
from .store import MEGABYTE, Record, arrived_bytes, held, read_record, records, size_of
from .table import MODELS, KnownModel, name_of

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

    @property
    def is_here(self) -> bool:
        """Whether nothing must be fetched for it."""
        return self.state in (COPY, HERE)


def shown_models() -> list[Shown]:
    """Those of the table first, as they stand there."""
    return [*map(_known, MODELS), *_beside_the_table()]


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
