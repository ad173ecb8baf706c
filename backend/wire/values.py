"""Messages as JSON and back: dataclasses to plain values, and plain values strictly to dataclasses."""

from __future__ import annotations

import dataclasses
import functools
import sys
import types
import typing
from typing import Any, TypeVar

import numpy as np

from ..errors import ParamsError

M = TypeVar("M")


def to_json(message: Any) -> dict[str, Any]:
    """The fields of a message by name. Arrays stay arrays: `rpc` takes them out."""
    return {field.name: getattr(message, field.name) for field in dataclasses.fields(message)}


def from_json(kind: type[M], data: Any) -> M:
    """The message of class `kind` that `data` holds; what may be left out has its default.

    Raises:
        ParamsError: an unknown or missing name, or a value of the wrong type; the sentence names it.
    """
    what = getattr(kind, "method", kind.__name__)
    if not isinstance(data, dict):
        raise ParamsError(f"{what} takes values by name, not {str(data)[:80]!r}.")
    _check_names(what, {field.name: field for field in dataclasses.fields(kind)}, data)  # type: ignore[arg-type]
    hints = _hints(kind)  # type: ignore[arg-type]  # a class can be hashed
    return kind(**{name: _check_type(what, name, hints[name], value) for name, value in data.items()})


def _check_names(what: str, fields: dict[str, dataclasses.Field[Any]], data: dict[str, Any]) -> None:
    for name in data:
        if name not in fields:
            raise ParamsError(f"{what} takes no '{name[:80]}': it knows {', '.join(fields) or 'no values'}.")
    for name, field in fields.items():
        if name not in data and _is_needed(field):
            raise ParamsError(f"{what} needs '{name}'.")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """Once for each class: it takes as long as all else together, and a cache folder may hold thousands of jobs."""
    return typing.get_type_hints(kind)


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


_TYPE_NAMES = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    np.ndarray: "an array",
}


def _check_type(what: str, name: str, hint: Any, value: Any) -> Any:
    allowed = [typing.get_origin(each) or each for each in _alternatives(hint)]
    if float in allowed and type(value) is int and abs(value) <= sys.float_info.max:
        return float(value)
    if isinstance(value, tuple(allowed)) and (bool in allowed or not isinstance(value, bool)):
        return value
    words = " or ".join(_TYPE_NAMES[each] for each in allowed if each in _TYPE_NAMES)
    raise ParamsError(f"'{name}' of {what} must be {words}, not {str(value)[:80]!r}.")


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
