"""What changes in a job's config where another goes on from its field: what is wanted now, on what the field is.

The add-on and the command line both ask here; `jobs.branch` takes what comes of it.
"""

from __future__ import annotations

import json
from typing import Any

from .job import JobConfig, Method, to_json
from .regions import REDO

FOLLOWED = (
    "prompt", "seed", "quality", "model", "allow_download", "device", "prompt_options", "render", "score_distillation",
    "dream_fields", "consistency", "photometric", "regularizer", "optimize", "early_stopping", "collapse", "regions",
)  # fmt: skip
"""What a job takes over from what is wanted now. The box, the kind of field and the pictures are those of before."""
PROMPT_SETTINGS = ("prompt", "prompt_options", "model")
"""What only a job that listens to words takes over."""

SettingsTree = dict[str, Any]


def changes_going_on(before: SettingsTree, wanted: JobConfig) -> SettingsTree:
    """Returns what changes in a job's config so that it does what is wanted now; it never becomes coarser."""
    asked = to_json(wanted)
    kept = () if Method(before["method"]).uses_text else PROMPT_SETTINGS
    follows = {name: asked[name] for name in FOLLOWED if name not in kept}
    if not wanted.prompt.strip():
        follows.pop("prompt", None)  # nothing was written: it stays what it is
    finer = {group: _finer(before[group], asked[group]) for group in ("field", "export")}
    if wanted.regions.of_kind(REDO):
        finer["export"]["threshold"] = asked["export"]["threshold"]
    return differences(before, follows | finer)


def _finer(before: SettingsTree, wanted: SettingsTree) -> SettingsTree:
    return {"resolution": max(before["resolution"], wanted["resolution"])}


def differences(settings: SettingsTree, wanted: SettingsTree) -> SettingsTree:
    """Returns what of `wanted` differs from `settings`: groups as nested dictionaries of only what differs."""
    found = {}
    for name, value in wanted.items():
        before = settings.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            value = differences(before, value)
            if value:
                found[name] = value
        elif _as_json(value) != _as_json(before):
            found[name] = value
    return found


def _as_json(value: Any) -> Any:
    """Returns a value as JSON has it, which knows no tuples."""
    return json.loads(json.dumps(value))
