"""`models list`: one table of every model that is known or was fetched."""

from __future__ import annotations

import json
import sys

from backend.pretrained.shelf import Shown, shown_models
from backend.pretrained.store import cache

from .exit_codes import DONE


def list_models(as_json: bool) -> int:
    shown = shown_models()
    if as_json:
        sys.stdout.write(json.dumps([vars(model) for model in shown], indent=1) + "\n")
    else:
        sys.stdout.write(_as_text(shown))
    return DONE


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
