"""Every model that is known by name or was fetched: what it is, and whether it is here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.config import CountedCost

from .foreign_models import find_foreign, foreign_bytes, foreign_models
from .hub_cache import MEGABYTE, Record, arrived_bytes, find_local, read_record, records, size_of
from .model_ref import EMBEDDED_FOLDER, resolve
from .registry import MODELS, KnownModel, name_for

BUNDLED, AVAILABLE, PARTIAL, MISSING = "in this copy", "here", "partly here", "not here"
FOREIGN = "here, by another program"


@dataclass(frozen=True)
class ModelStatus:
    """One row."""

    name: str
    kind: str
    about: str
    megabytes: int
    license: str
    source: str
    memory_mb: int | None
    speed: str
    state: str
    recommended: bool = False
    cannot: str = ""
    """what it cannot do, or does badly, where there is such a thing"""
    cost: CountedCost | None = None

    @property
    def is_here(self) -> bool:
        """Tells whether nothing must be fetched for it."""
        return self.state in (BUNDLED, AVAILABLE, FOREIGN)


def model_statuses() -> list[ModelStatus]:
    """Those of the table first, as they stand there."""
    return [*map(_known_status, MODELS), *_unregistered()]


def _known_status(model: KnownModel) -> ModelStatus:
    record = read_record(model.repository, model.kind) if model.repository else None
    return ModelStatus(
        model.name,
        model.kind,
        model.about,
        _size_of(model, record),
        model.license,
        model.repository or "backend/models",
        model.memory_mb,
        model.speed,
        _state(model.repository, model.kind),
        model.recommended,
        model.cannot,
        model.cost,
    )


def _unregistered() -> Iterator[ModelStatus]:
    """Yields what was fetched though the registry does not know it, by us or by another program."""
    known = {(model.repository, model.kind) for model in MODELS}
    ours = {(record.repository, record.kind) for record in records()}
    for repository, kind in foreign_models():
        if (repository, kind) not in known | ours:
            yield _foreign_status(repository, kind)
    for record in records():
        if (record.repository, record.kind) not in known:
            yield _fetched_status(record)


def _fetched_status(record: Record) -> ModelStatus:
    name, state = name_for(record.repository, record.kind), _state(record.repository, record.kind)
    return ModelStatus(name, record.kind, "", _megabytes(record), record.license, record.repository, None, "", state)


def _foreign_status(repository: str, kind: str) -> ModelStatus:
    megabytes = round(foreign_bytes(find_foreign(repository, kind) or Path()) / MEGABYTE)
    return ModelStatus(name_for(repository, kind), kind, "", megabytes, "unknown", repository, None, "", FOREIGN)


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
        return BUNDLED
    if find_local(repository, kind):
        return AVAILABLE
    if find_foreign(repository, kind):
        return FOREIGN
    return PARTIAL if arrived_bytes(repository) or read_record(repository, kind) else MISSING
