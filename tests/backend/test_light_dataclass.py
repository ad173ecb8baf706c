"""Our frozen dataclasses against the standard library's, which says what is right."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import field
from typing import ClassVar

import pytest

from backend.config.light_dataclass import dataclass as light


def made(decorated):
    @decorated(frozen=True)
    class Plain:
        """Words."""

        kind: ClassVar[str] = "point"
        x: int
        y: float = 0.5
        rest: list = field(default_factory=list, repr=False)

    return Plain


@light(frozen=True)
class Bare:
    x: int = 1


Light, Real = made(light), made(dataclasses.dataclass)


def both(call):
    """What `call` gives for the two classes; for errors their class."""
    given = []
    for kind in (Light, Real):
        try:
            given.append(call(kind))
        except Exception as error:
            given.append(type(error))
    return given


@pytest.mark.parametrize(
    "call",
    [
        lambda kind: dataclasses.astuple(kind(1)),
        lambda kind: dataclasses.asdict(kind(1, 2.0, [3])),
        lambda kind: dataclasses.asdict(kind(x=1, rest=[3])),
        lambda kind: repr(kind(1, rest=[3])),
        lambda kind: kind(1) == kind(1) and kind(1) != kind(2) and kind(1) != 1,
        lambda kind: [each.name for each in dataclasses.fields(kind)],
        lambda kind: dataclasses.replace(kind(1), y=3.0).y,
        lambda kind: kind.__match_args__,
        lambda kind: (kind.y, kind.kind, kind.__doc__),
        lambda kind: kind(1).rest is kind(1).rest,
        lambda kind: copy.deepcopy(kind(1, rest=[2])).rest,
        lambda kind: hash(kind(1)),
        lambda kind: kind(),
        lambda kind: kind(1, 2.0, [], 4),
        lambda kind: kind(1, x=1),
        lambda kind: kind(1, z=1),
        lambda kind: setattr(kind(1), "x", 2),
        lambda kind: delattr(kind(1), "x"),
        lambda kind: setattr(kind(1), "z", 2),
    ],
)
def test_it_does_what_the_standard_librarys_does(call):
    ours, theirs = both(call)
    assert ours == theirs


def test_equal_ones_are_found_by_their_hash():
    assert {Bare(1): "a"}[Bare(1)] == "a" and hash(Bare(1)) == hash(Bare(1)) and hash(Bare(1)) != hash(Bare(2))


def test_one_without_words_is_called_by_its_name():
    assert Bare.__doc__ == "Bare"


def test_it_comes_back_out_of_a_pickle():
    assert pickle.loads(pickle.dumps(Bare(3))) == Bare(3)


def test_others_than_frozen_ones_are_refused():
    with pytest.raises(AssertionError):
        light(frozen=False)
