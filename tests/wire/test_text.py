"""Strict JSON, with arrays taken out and put back."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from backend.errors import ParseError, ProtocolError
from backend.wire import text
from tests.for_each import for_each


def _random_value(generator: np.random.Generator, depth: int = 4):
    kind = generator.integers(0, 8 if depth else 6)
    if kind == 6:
        return [_random_value(generator, depth - 1) for _ in range(generator.integers(0, 4))]
    if kind == 7:
        return {f"k{i}é\n": _random_value(generator, depth - 1) for i in range(generator.integers(0, 4))}
    plain = [
        None,
        True,
        int(generator.integers(-(2**60), 2**60)),
        float(generator.normal()),
        'süß \U0001f9ca \x00"\\',
        "",
    ]
    return plain[kind]


@for_each(range(60))
def test_any_value_comes_back(seed):
    value = _random_value(np.random.default_rng(seed))
    assert text.loads(text.dumps(value)) == value


@for_each(range(20))
def test_a_message_cut_anywhere_is_a_parse_error_and_nothing_else(seed):
    whole = text.dumps({"values": [_random_value(np.random.default_rng(seed + i)) for i in range(4)]})
    for end in range(len(whole)):
        with pytest.raises(ParseError):
            text.loads(whole[:end])


@pytest.mark.parametrize("value", [math.nan, math.inf, {"loss": -math.inf}, object(), {1, 2}, b"bytes"])
def test_what_json_cannot_say_is_refused_by_the_sender(value):
    with pytest.raises(ProtocolError, match="cannot be written as JSON"):
        text.dumps(value)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("{'a': 1}", "is not JSON"),
        ("NaN", "NaN is not a JSON value"),
        ('{"a": -Infinity}', "-Infinity is not a JSON value"),
        ("[" * 100_000, "nested too deeply|is not JSON"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('{"a":' * 40 + "1" + "}" * 40, "at most 32 levels"),
        ("9" * 5000, "is not JSON"),
        (r'"\ud800"', "not Unicode"),
        (r'{"\udfff": 1}', "not Unicode"),
    ],
)
def test_bad_text_is_refused(message, sentence):
    with pytest.raises(ParseError, match=sentence):
        text.loads(message)


def test_text_that_is_too_long_is_not_even_parsed(monkeypatch):
    monkeypatch.setattr(text, "TEXT_LIMIT", 10)
    monkeypatch.setattr(json, "loads", None)
    with pytest.raises(ParseError, match="11 characters is too long"):
        text.loads("[" + " " * 9 + "]")


def test_as_deep_as_is_allowed_is_read():
    deepest = text.DEPTH_LIMIT - 1
    assert text.loads("[" * deepest + "]" * deepest) is not None
    with pytest.raises(ParseError):
        text.loads("[" * (deepest + 2) + "]" * (deepest + 2))


def test_arrays_are_taken_out_and_put_back_wherever_they_are():
    first, second = np.arange(3), np.ones((2, 2))
    taken: list[np.ndarray] = []

    def keep(array):
        taken.append(array)
        return {"$array": len(taken), "dtype": "<f8", "shape": [0], "bytes": 0}

    plain = text.extract_arrays({"a": [first, {"b": (second, 5)}], "c": np.float32(0.5)}, keep)
    assert [array is kept for array, kept in zip((first, second), taken, strict=True)] == [True, True]
    assert plain["c"] == 0.5 and json.dumps(plain)
    assert [descriptor.id for descriptor in text.descriptors(plain)] == [1, 2]
    back = text.restore_arrays(plain, {1: first, 2: second})
    assert back["a"][0] is first and back["a"][1]["b"] == [second, 5] and back["c"] == 0.5


@pytest.mark.parametrize("value", [{"$array": 1}, {"a": {"$array": {}}}, {3: "a key that is no text"}])
def test_keys_that_would_be_misread_are_refused_by_the_sender(value):
    with pytest.raises(ProtocolError, match="keys are text"):
        text.extract_arrays(value, lambda array: {})
