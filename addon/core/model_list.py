"""Which models can be chosen: those that came with this copy at once, all others once a backend has told of them."""

from __future__ import annotations

import functools
import logging
import re
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from . import calls
from .calls import ModelInfo
from .client import Client
from .errors import DreamwrightError
from .own_files import ROOT
from .wire import config

FOLDER = ROOT / "backend" / "models"
_EMBEDDED = {"diffusion": config.JobConfig().model, "clip": config.ConsistencyConfig().model}
"""By the folder, which is named after the kind."""

PRIOR = "Built-in (shapes, instant)"
"""What a menu calls the shape prior, which answers at quality Instant."""
BUILT_IN = "Built-in (toy shapes)"
"""The label of the models that came with this copy; a config calls them by their names."""

log = logging.getLogger(__name__)


@functools.cache
def embedded_models() -> tuple[ModelInfo, ...]:
    """The models that came with this copy, as their folders tell; they need neither a backend nor a network."""
    return tuple(_embedded_model(kind, name, FOLDER / kind) for kind, name in _EMBEDDED.items())


_KINDS = {
    "view_diffusion": "diffusion", "diffusion": "diffusion", "image_text": "clip", "controlnet": "controlnet",
    "shape": "shape",
}  # fmt: skip
"""What a model is for, by the kind that the list in the zip has."""


@functools.cache
def listed_models() -> tuple[ModelInfo, ...]:
    """All that are known by name, as the list that came with this copy tells: before any backend ran. Here is what some
    program has fetched whole, as far as can be seen; a backend says it more exactly."""
    others = (_listed_model(known) for known in config.known_models() if known.repository)
    return (*embedded_models(), *others)


def _listed_model(known: config.KnownModel) -> ModelInfo:
    return ModelInfo(
        name=known.name,
        kind=_KINDS[known.kind],
        about=known.about,
        size_mb=known.megabytes,
        memory_mb=known.memory_mb or None,
        speed=known.speed,
        license=known.license,
        is_local=_is_whole(known.repository),
        source=known.repository,
        recommended=known.recommended,
        cannot=known.cannot,
    )


def _is_whole(repository: str) -> bool:
    """Tells whether a repository lies in the hub's folder, and nothing of it is still on its way."""
    snapshot = config.cached_snapshot(repository)
    return snapshot is not None and not any((snapshot.parents[1] / "blobs").glob("*.incomplete"))


def embedded_folder(model: str) -> Path | None:
    """The folder of a model that came with this copy; None for any other."""
    return next((FOLDER / kind for kind, name in _EMBEDDED.items() if name == model), None)


def models_of_kinds(models: Iterable[ModelInfo], kinds: tuple[str, ...]) -> list[ModelInfo]:
    return [model for model in models if model.kind in kinds]


def find_model(models: Iterable[ModelInfo], name: str) -> ModelInfo | None:
    """The model that a job's config calls so; None for one that nobody told of, such as a path."""
    return next((model for model in models if model.name == name), None)


def describe_model(model: ModelInfo) -> str:
    """Says whether it is here, what it would download and what it needs, as a person reads it in a menu."""
    words = ["Ready" if model.is_local else f"{format_size(model.size_mb)} download"]
    if model.memory_mb:
        words.append(f"{format_size(model.memory_mb)} memory" + (", more than is here" if model.fits is False else ""))
    return ", ".join(words)


def describe_download(model: ModelInfo) -> list[str]:
    """Says what a person agrees to: what it is and how large, under which license, and from where it comes."""
    return [
        f"{model.name}: {model.about}." if model.about else f"{model.name}.",
        f"Size: {format_size(model.size_mb)}." + (f" It needs {format_size(model.memory_mb)} of memory."
                                                  if model.memory_mb else ""),
        f"License: {model.license}.",
        f"From: huggingface.co/{model.source}.",
        *([f"It {model.cannot}."] if model.cannot else []),
    ]  # fmt: skip


def label_of(model: ModelInfo) -> str:
    """Returns what a menu calls it; the one to begin with says so, but for ours, which everybody begins with."""
    is_marked = model.recommended and model.name not in _EMBEDDED.values()
    return label_of_name(model.name) + (", recommended" if is_marked else "")


def label_of_name(name: str) -> str:
    return BUILT_IN if name in _EMBEDDED.values() else name


def format_size(megabytes: float) -> str:
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{max(1, round(megabytes))} MB"


def request_models(client: Client, tell: Callable[[tuple[ModelInfo, ...]], None]) -> threading.Thread:
    """Ask a backend in a thread of its own, and `tell` what it says; if it says nothing, nothing is told."""
    thread = threading.Thread(target=_request_models, args=(client, tell), name="dreamwright-models", daemon=True)
    thread.start()
    return thread


def _request_models(client: Client, tell: Callable[[tuple[ModelInfo, ...]], None]) -> None:
    try:
        tell(tuple(calls.list_models(client)))
    except DreamwrightError as error:
        log.info("the backend did not say which models there are: %s", error.sentence)


def _embedded_model(kind: str, name: str, folder: Path) -> ModelInfo:
    megabytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    return ModelInfo(
        name=name,
        kind=kind,
        about="comes with Dreamwright",
        size_mb=round(megabytes),
        memory_mb=None,
        speed="",
        license=_license_in_card(folder / "README.md"),
        is_local=True,
        source=f"backend/models/{kind}",
    )


def _license_in_card(card: Path) -> str:
    """Returns what a model's card says of its license."""
    text = card.read_text(encoding="utf-8") if card.is_file() else ""
    found = re.search(r"^\| license \| ([^,|]+)", text, re.MULTILINE)
    return found.group(1).strip() if found else "license unknown"
