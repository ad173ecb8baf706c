"""JSON as the protocol allows it: strict both ways, of bounded size and depth, with arrays taken out and put back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import ParseError, ProtocolError
from .arrays import ARRAY_KEY, Descriptor

TEXT_LIMIT = 8 << 20
"""Characters of one message. The longest honest one is a list of some thousand jobs."""
DEPTH_LIMIT = 32


def dumps(value: Any) -> str:
    """JSON text.

    Raises:
        ProtocolError: what the other side would not read: NaN or infinity (JSON has neither), something that JSON does
            not know, half a character, or too much of it.
    """
    try:
        written = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (ValueError, TypeError, RecursionError) as cause:
        raise ProtocolError(f"A message cannot be written as JSON: {cause}.") from cause
    if len(written) > TEXT_LIMIT:
        raise ProtocolError(f"A message of {len(written)} characters is too long: at most {TEXT_LIMIT} are sent.")
    _check(value, DEPTH_LIMIT)
    return written


def loads(text: str) -> Any:
    """The value of strict JSON text.

    Raises:
        ParseError: it is no JSON, holds NaN, infinity or half a character, is too long, or nested too deeply.
    """
    if len(text) > TEXT_LIMIT:
        raise ParseError(f"A message of {len(text)} characters is too long: at most {TEXT_LIMIT} are read.")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as cause:
        raise ParseError("A message is nested too deeply to be read.") from cause
    except ValueError as cause:  # JSONDecodeError, and integers of more digits than Python converts
        raise ParseError(f"A message is not JSON: {cause}.") from cause
    _check(value, DEPTH_LIMIT)
    return value


def extract_arrays(value: Any, keep: Callable[[np.ndarray], dict[str, Any]]) -> Any:
    """A copy of `value` with what `keep` gives in place of each array; numpy's scalars become Python's.

    Raises:
        ProtocolError: a dictionary that uses the key of array descriptors itself, or a key that is not text.
    """
    if isinstance(value, np.ndarray):
        return keep(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {_check_key(key): extract_arrays(item, keep) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [extract_arrays(item, keep) for item in value]
    return value


def descriptors(value: Any) -> list[Descriptor]:
    """The descriptors of all arrays in a message that was read.

    Raises:
        ProtocolError: one of them is malformed.
    """
    if isinstance(value, dict):
        if ARRAY_KEY in value:
            return [Descriptor.from_json(value)]
        return [found for item in value.values() for found in descriptors(item)]
    if isinstance(value, list):
        return [found for item in value for found in descriptors(item)]
    return []


def restore_arrays(value: Any, arrays: dict[int, np.ndarray]) -> Any:
    """A copy of a message that was read, with its arrays in place of their descriptors."""
    if isinstance(value, dict):
        if ARRAY_KEY in value:
            return arrays[value[ARRAY_KEY]]
        return {key: restore_arrays(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [restore_arrays(item, arrays) for item in value]
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _check_key(key: Any) -> str:
    if not isinstance(key, str) or key == ARRAY_KEY:
        raise ProtocolError(f"A message uses the key {key!r}: keys are text, and '{ARRAY_KEY}' stands for arrays.")
    return key


def _check(value: Any, levels_left: int) -> None:
    if levels_left == 0:
        raise ParseError(f"A message is nested too deeply: at most {DEPTH_LIMIT} levels are read.")
    if isinstance(value, str):
        _check_unicode(value)
    elif isinstance(value, list):
        for item in value:
            _check(item, levels_left - 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _check_unicode(key)
            _check(item, levels_left - 1)


def _check_unicode(value: str) -> None:
    """JSON can escape half of a surrogate pair, which no file and no socket takes later."""
    try:
        value.encode()
    except UnicodeEncodeError as cause:
        raise ParseError("A message holds text that is not Unicode.") from cause
