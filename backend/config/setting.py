"""What one setting knows of itself, and how values are read into groups of settings: strictly, by name and type.

A group is a frozen dataclass of settings; `read_group` refuses anything unknown, of the wrong type or out of bounds
with one sentence.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import field as dataclass_field
from typing import Any

from ..errors import ConfigError


def setting(
    default: Any,
    meaning: str,
    *,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    choices: tuple[str, ...] = (),
    source: str = "",
    item: type | None = None,
) -> Any:
    """A dataclass field that knows its meaning, bounds and origin (for panels, the command line and `from_json`).

    `item` is the group that each entry of a list is.
    """
    metadata = {
        "meaning": meaning, "low": low, "high": high, "unit": unit, "choices": choices, "source": source, "item": item,
    }  # fmt: skip
    return dataclass_field(default=default, metadata=metadata)


def leaves(kind: type, path: str = "") -> Iterator[tuple[str, dataclasses.Field[Any]]]:
    """Every setting below a group, by its dotted path."""
    for spec in dataclasses.fields(kind):
        if "meaning" in spec.metadata:
            yield path + spec.name, spec
        else:
            yield from leaves(spec.default_factory, f"{path}{spec.name}.")  # type: ignore[arg-type]


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with what `changes` gives, group by group."""
    both = dict(base)
    for name, value in changes.items():
        nested = isinstance(value, dict) and isinstance(base.get(name), dict)
        both[name] = merged(base[name], value) if nested else value
    return both


def read_group(kind: type, data: Any, path: str) -> Any:
    """The group that `data` describes; what it leaves out has its default.

    Raises:
        ConfigError: an unknown name, a wrong type, a value out of bounds; the sentence names it.
    """
    if not isinstance(data, dict):
        raise ConfigError(f"The setting '{path.rstrip('.') or 'config'}' must be a group of settings, not {data!r}.")
    known = {f.name: f for f in dataclasses.fields(kind)}
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ConfigError(f"There is no setting '{path}{unknown[0]}': known are {', '.join(sorted(known))}.")
    return kind(**{name: _value(known[name], value, path + name) for name, value in data.items()})


def _value(spec: dataclasses.Field[Any], value: Any, path: str) -> Any:
    if "meaning" not in spec.metadata:  # a group of settings
        return read_group(spec.default_factory, value, path + ".")  # type: ignore[arg-type]
    if isinstance(spec.default, tuple):
        return _tuple(spec, value, path)
    return _scalar(spec, type(spec.default), value, path)


def _tuple(spec: dataclasses.Field[Any], value: Any, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigError(f"The setting '{path}' must be a list, not {value!r}.")
    item = spec.metadata["item"]
    if item is not None:
        return tuple(read_group(item, entry, f"{path}[{i}].") for i, entry in enumerate(value))
    variable, wanted = "..." in str(spec.type), len(spec.default)  # type: ignore[arg-type]
    if not variable and len(value) != wanted:
        raise ConfigError(f"The setting '{path}' must have {wanted} numbers, not {len(value)}.")
    return tuple(_scalar(spec, float, entry, path) for entry in value)


def _scalar(spec: dataclasses.Field[Any], kind: type, value: Any, path: str) -> Any:
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) < 1e300 else math.inf  # refused below as not finite
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ConfigError(f"The setting '{path}' must be {_TYPE_NAMES[kind]}, not {value!r}.")
    _check_bounds(spec, value, path)
    choices = spec.metadata["choices"]
    if choices and value not in choices:
        raise ConfigError(f"The setting '{path}' is {value!r}: choose one of {', '.join(choices)}.")
    return kind(value)


_TYPE_NAMES = {float: "a number", int: "a whole number", str: "text", bool: "true or false"}


def _check_bounds(spec: dataclasses.Field[Any], value: Any, path: str) -> None:
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"The setting '{path}' is {value}: give a finite number.")
    low, high = spec.metadata["low"], spec.metadata["high"]
    if (low is not None and value < low) or (high is not None and value > high):
        raise ConfigError(f"The setting '{path}' is {str(value)[:24]}: give a value from {low:g} to {high:g}.")
