"""`models list`: one table of every model that is known or was fetched."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from backend.device import choose_device
from backend.pretrained.hub_cache import hub_cache_folder
from backend.pretrained.inventory import ModelStatus, model_statuses
from backend.pretrained.pace import estimate_seconds, fits

from ..exit_codes import DONE


def list_models(as_json: bool) -> int:
    shown = model_statuses()
    if as_json:
        sys.stdout.write(json.dumps([asdict(model) for model in shown], indent=1) + "\n")
    else:
        sys.stdout.write(_format_table(shown))
    return DONE


def _format_table(shown: list[ModelStatus]) -> str:
    rows = [("name", "is", "size", "memory", "speed", "license"), *map(_row, shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    heads = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines = [f"{head}\n    {_describe(model)}" for head, model in zip(heads[1:], shown, strict=True)]
    last = f"Fetched models lie in {hub_cache_folder()}; sizes of those that are not here are approximate."
    return "\n".join([heads[0], *lines, last]) + "\n"


def _row(model: ModelStatus) -> tuple[str, ...]:
    memory = f"{model.memory_mb} MB" if model.memory_mb else ""
    return (model.name, model.state, f"{model.megabytes} MB", memory, model.speed, model.license)


def _describe(model: ModelStatus) -> str:
    mark = "recommended; " if model.recommended else ""
    limit = f"; {model.cannot}" if model.cannot else ""
    return f"{mark}{model.kind}{': ' + model.about if model.about else ''}; from {model.source}{limit}{_here(model)}"


def _here(model: ModelStatus) -> str:
    """Says what this machine makes of it."""
    if model.cost is None:
        return ""
    device = choose_device("auto")
    held = fits(model.memory_mb, model.cost, device)
    room = "" if held is None else " fits," if held else " does not fit,"
    work = "a shape" if model.kind == "shape" else "at normal"
    return f"; here, on {device.type},{room} about {span(estimate_seconds(model.name, model.cost, device))} {work}"


def span(seconds: float) -> str:
    """A time as a person says it."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"
