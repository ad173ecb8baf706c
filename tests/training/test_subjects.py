"""Two things together: what stands on what, what is beside what, and which pairs training never sees."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.training.held_out import (
    COLOR_SHARE,
    HELD_OUT_OBJECTS,
    PAIR_SHARE,
    held_out_colors,
    is_held_out_pair,
    share_of,
)
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject, bounds, pairs, singles

NAMED_PAIRS = {pair.name: pair for pair in pairs()}


def boxes(subject: Subject, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The boxes around the first and the second thing."""
    pieces = subject.build(seed)
    return tuple(bounds([piece.mesh for piece in pieces if piece.owner == owner]) for owner in (0, 1))


@pytest.mark.parametrize("name", ["sphere on cube", "cone on cylinder", "torus on brick"])
def test_what_is_on_something_touches_its_top_and_stands_over_its_middle(name: str):
    upper, lower = boxes(NAMED_PAIRS[name])
    assert upper[0, 2] == pytest.approx(lower[1, 2], abs=1e-6)
    assert upper.mean(0)[:2] == pytest.approx(lower.mean(0)[:2], abs=1e-6)


@pytest.mark.parametrize("name", ["sphere next to cube", "cone next to cone"])
def test_what_is_next_to_something_stands_left_of_it_on_the_same_floor(name: str):
    left, right = boxes(NAMED_PAIRS[name])
    assert left[0, 2] == pytest.approx(right[0, 2], abs=1e-6)
    assert 0 < right[0, 0] - left[1, 0] < 0.2


def test_pairs_are_centered_and_fit_the_picture():
    points = {
        pair.name: np.concatenate([piece.mesh.vertices for piece in pair.build(1)])
        for pair in list(NAMED_PAIRS.values())[::7]
    }
    assert len(points) > 30
    assert not [name for name, p in points.items() if np.abs(p.min(0) + p.max(0)).max() > 1e-6], "not centered"
    assert not [name for name, p in points.items() if np.linalg.norm(p, axis=1).max() > 1.0], (
        "too large for the picture"
    )


def test_there_are_hundreds_of_pairs_and_every_thing_alone():
    assert 200 < len(NAMED_PAIRS) < 400 and len(NAMED_PAIRS) == len(pairs())
    assert {single.name for single in singles()} == set(OBJECT_CLASSES)


def test_about_the_shares_that_are_said_are_held_out():
    held = [name for name in NAMED_PAIRS if is_held_out_pair(name)]
    assert len(held) / len(NAMED_PAIRS) == pytest.approx(PAIR_SHARE, abs=0.05)
    assert len(held_out_colors()) / (12 * len(OBJECT_CLASSES)) == pytest.approx(COLOR_SHARE, abs=0.03)


def test_shares_are_uniform_and_the_same_everywhere():
    shares = [share_of(str(number)) for number in range(2000)]
    assert np.histogram(shares, 4, (0, 1))[0] == pytest.approx(500, abs=80)
    assert share_of("cube on cylinder") == pytest.approx(0.89759, abs=1e-5)


def test_things_held_out_are_in_no_pair():
    assert not {obj.name for pair in NAMED_PAIRS.values() for obj in pair.objects} & set(HELD_OUT_OBJECTS)


def test_a_natural_color_is_never_held_out():
    assert all(OBJECT_CLASSES[name].natural != color for color, name in held_out_colors())
