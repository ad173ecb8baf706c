"""Command-line options made from backend/config: every setting is one, with its meaning, unit and bounds as help.

A setting of a group is `--group.name`; where only one group has the name, `--name` alone does as well.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections import Counter
from operator import attrgetter
from typing import Any

from backend.config import JobConfig, leaves

_NOT_GIVEN = argparse.SUPPRESS


def add_options(
    parser: argparse.ArgumentParser, initial: JobConfig | None = None, *, without: tuple[str, ...] = ()
) -> None:
    """An option for every setting of a JobConfig but those, and those of groups, in `without`; defaults are told as
    `initial` has them, which is what a job begins with."""
    initial = initial or JobConfig()
    settings = [(path, spec) for path, spec in leaves(JobConfig) if not {path, path.split(".")[0]} & set(without)]
    counts = Counter(path.rpartition(".")[2] for path, _ in settings)
    for path, spec in settings:
        name = path.rpartition(".")[2]
        names = [path] if counts[name] > 1 or name == path else [path, name]
        _add_option(parser, names, path, spec, attrgetter(path)(initial))


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """The settings that were given, as `config.with_changes` takes them."""
    changes: dict[str, Any] = {}
    for path, _ in leaves(JobConfig):
        if hasattr(arguments, path):
            *groups, name = path.split(".")
            inner = changes
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[name] = getattr(arguments, path)
    return changes


def _add_option(
    parser: argparse.ArgumentParser, names: list[str], path: str, spec: dataclasses.Field[Any], default: Any
) -> None:
    options = [f"--{name.replace('_', '-')}" for name in names]
    shared: dict[str, Any] = {"dest": path, "default": _NOT_GIVEN, "help": _option_help(spec, default)}
    if isinstance(spec.default, bool):
        parser.add_argument(*options, action=argparse.BooleanOptionalAction, **shared)
    elif spec.metadata["item"] is not None:
        parser.add_argument(*options, type=_json_entry, nargs="+", metavar="JSON", **shared)
    elif isinstance(spec.default, tuple):
        variable = "..." in str(spec.type)
        parser.add_argument(*options, type=float, nargs="+" if variable else len(spec.default), metavar="N", **shared)
    else:
        kind = type(spec.default)
        parser.add_argument(*options, type=kind, metavar=kind.__name__.upper(), **shared)


def _json_entry(text: str) -> dict[str, Any]:
    """One entry of a list of groups, as JSON: '{"text": "a tail", "weight": 0.5}'."""
    try:
        entry: dict[str, Any] = json.loads(text)
        return entry
    except json.JSONDecodeError as cause:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON ({cause})") from cause


def _option_help(spec: dataclasses.Field[Any], default: Any) -> str:
    about = spec.metadata
    parts = [about["meaning"]]
    if about["item"] is not None:
        parts.append("each as JSON: " + ", ".join(f.name for f in dataclasses.fields(about["item"])))
    if about["choices"]:
        parts.append("one of " + ", ".join(about["choices"]))
    elif about["low"] is not None:
        parts.append(f"{about['low']:g} to {about['high']:g} {about['unit']}".rstrip())
    if default not in ("", ()):
        parts.append(f"default {default}")
    return "; ".join(parts).replace("%", "%%")
