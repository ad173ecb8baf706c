"""Messages as JSON and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest

from backend.errors import ParamsError
from backend.wire import values


@dataclass(frozen=True)
class Wish:
    method: ClassVar[str] = "wishes.make"
    name: str
    count: int
    weight: float
    picture: np.ndarray
    parts: list[Any]
    terms: dict[str, Any] = field(default_factory=dict)
    size: int | None = None
    score: float | None = None


GOOD = {"name": "a", "count": 2, "weight": 0.5, "picture": np.zeros(3), "parts": [1], "terms": {"x": 1}, "size": 4}


def test_a_message_is_itself_again():
    wish = values.from_json(Wish, GOOD)
    assert values.to_json(wish) == GOOD | {"score": None}
    # As dictionaries: from Python 3.13 on two dataclasses that hold arrays cannot be compared.
    assert values.to_json(values.from_json(Wish, values.to_json(wish))) == GOOD | {"score": None}


def test_what_may_be_left_out_has_its_default():
    needed = {name: GOOD[name] for name in ("name", "count", "weight", "picture", "parts")}
    wish = values.from_json(Wish, needed)
    assert wish.terms == {} and wish.size is None and wish.score is None
    assert wish.terms is not values.from_json(Wish, needed).terms


def test_a_whole_number_is_a_number_too():
    wish = values.from_json(Wish, GOOD | {"weight": 2, "score": -3})
    assert (wish.weight, wish.score) == (2.0, -3.0)
    assert type(wish.weight) is float and type(wish.score) is float


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": 3}, "'name' of wishes.make must be text, not '3'"),
        ({"name": None}, "'name' of wishes.make must be text, not 'None'"),
        ({"count": 1.0}, "'count' of wishes.make must be a whole number"),
        ({"count": True}, "'count' of wishes.make must be a whole number"),
        ({"count": "1"}, "'count' of wishes.make must be a whole number"),
        ({"weight": "1"}, "'weight' of wishes.make must be a number"),
        ({"weight": False}, "'weight' of wishes.make must be a number"),
        ({"weight": 10**400}, "'weight' of wishes.make must be a number"),
        ({"score": 10**400}, "'score' of wishes.make must be a number"),
        ({"picture": [1, 2]}, "'picture' of wishes.make must be an array"),
        ({"parts": {}}, "'parts' of wishes.make must be a list"),
        ({"parts": np.zeros(2)}, "'parts' of wishes.make must be a list"),
        ({"terms": []}, "'terms' of wishes.make must be an object"),
        ({"size": "big"}, "'size' of wishes.make must be a whole number, not 'big'"),
        ({"nmae": "a"}, "wishes.make takes no 'nmae': it knows name, count, weight"),
    ],
    ids=str,
)
def test_a_wrong_value_is_named(change, sentence):
    with pytest.raises(ParamsError, match=sentence) as refusal:
        values.from_json(Wish, GOOD | change)
    assert refusal.value.code == -32602


@pytest.mark.parametrize("name", ["name", "count", "weight", "picture", "parts"])
def test_a_missing_value_is_named(name):
    with pytest.raises(ParamsError, match=f"wishes.make needs '{name}'"):
        values.from_json(Wish, {key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize("data", [None, [], "name", 3, np.zeros((50, 50))], ids=lambda data: type(data).__name__)
def test_values_come_by_name(data):
    with pytest.raises(ParamsError, match="wishes.make takes values by name"):
        values.from_json(Wish, data)


def test_long_nonsense_makes_a_short_sentence():
    for data in (GOOD | {"n" * 10_000: 1}, GOOD | {"name": ["x"] * 10_000}, "x" * 10_000):
        with pytest.raises(ParamsError) as refusal:
            values.from_json(Wish, data)
        assert len(refusal.value.sentence) < 300


def test_a_message_without_values_says_so():
    @dataclass(frozen=True)
    class Bare:
        pass

    assert values.from_json(Bare, {}) == Bare()
    with pytest.raises(ParamsError, match="Bare takes no 'x': it knows no values"):
        values.from_json(Bare, {"x": 1})
