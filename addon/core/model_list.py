"""Which models can be chosen: those that came with this copy at once, all others once a backend has told of them."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from . import calls
from .calls import ModelChoice
from .client import Client
from .errors import DreamwrightError
from .process import ROOT
from .wire import config

FOLDER = ROOT / "backend" / "models"
_EMBEDDED = {"diffusion": config.JobConfig().model, "guide": config.ConsistencyConfig().model}
"""By the folder, which is named after the kind."""

log = logging.getLogger(__name__)


@functools.cache
def embedded() -> tuple[ModelChoice, ...]:
    """The models that came with this copy, as their folders tell; they need neither a backend nor a network."""
    return tuple(_embedded(kind, name, FOLDER / kind) for kind, name in _EMBEDDED.items())


def of_kinds(models: Iterable[ModelChoice], kinds: tuple[str, ...]) -> list[ModelChoice]:
    return [model for model in models if model.kind in kinds]


def named(models: Iterable[ModelChoice], name: str) -> ModelChoice | None:
    """The model that a job's config calls so; None for one that nobody told of, such as a path."""
    return next((model for model in models if model.name == name), None)


def in_words(model: ModelChoice) -> str:
    """Size, licence, and whether it is here, as a person reads it in a menu."""
    return f"{size_in_words(model.size_mb)}, {model.licence}, {_whether_here(model)}"


def size_in_words(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{max(1, round(megabytes))} MB"


def ask(client: Client, tell: Callable[[tuple[ModelChoice, ...]], None]) -> threading.Thread:
    """Ask a backend in a thread of its own, and `tell` what it says; if it says nothing, nothing is told."""
    thread = threading.Thread(target=_ask, args=(client, tell), name="dreamwright-models", daemon=True)
    thread.start()
    return thread


def _ask(client: Client, tell: Callable[[tuple[ModelChoice, ...]], None]) -> None:
    try:
        tell(tuple(calls.list_models(client)))
    except DreamwrightError as error:
        log.info("the backend did not say which models there are: %s", error.sentence)


def _embedded(kind: str, name: str, folder: Path) -> ModelChoice:
    megabytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    return ModelChoice(
        name=name,
        kind=kind,
        about="comes with Dreamwright",
        size_mb=round(megabytes),
        memory_mb=None,
        speed="",
        licence=_licence_in(folder / "README.md"),
        here=True,
        source=f"backend/models/{kind}",
    )


def _licence_in(card: Path) -> str:
    """What a model's card says of its licence."""
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    found = re.search(r"^\| licence \| ([^,|]+)", text, re.MULTILINE)
    return found.group(1).strip() if found else "licence unknown"


def _whether_here(model: ModelChoice) -> str:
    if model.name in _EMBEDDED.values():
        return "included"
    return "downloaded" if model.here else "not downloaded"
