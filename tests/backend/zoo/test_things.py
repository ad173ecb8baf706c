"""Every thing: builds from any seed, of few closed parts, with a main one; its names are its own."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

from scripts.guide_data.colours import NAMED, OTHER
from scripts.zoo import things  # noqa: F401  (fills THINGS)
from scripts.zoo.casting import fitted
from scripts.zoo.held_out import THINGS_HELD_OUT
from scripts.zoo.subjects import COMPANIONS, SOLIDS, STANDS
from scripts.zoo.thing import MAX_PARTS, THINGS, Part, Thing, Vary, thing


@cache
def built(name: str, seed: int) -> list[Part]:
    return THINGS[name].build(Vary(seed))


@pytest.mark.parametrize("thing", THINGS.values(), ids=list(THINGS))
def test_a_thing_is_a_few_finite_parts_of_known_colours(thing: Thing):
    for seed in range(2):
        parts = built(thing.name, seed)
        assert 1 <= len(parts) <= MAX_PARTS
        assert any(part.colour is None for part in parts), "no main part"
        assert {part.colour for part in parts} <= {None, *NAMED, *OTHER}
        for part in parts:
            assert len(part.mesh.faces) and np.isfinite(part.mesh.vertices).all(), part.name


@pytest.mark.parametrize("thing", THINGS.values(), ids=list(THINGS))
def test_parts_that_a_caption_may_name_are_there(thing: Thing):
    assert set(thing.named_parts) <= {part.name for seed in range(2) for part in built(thing.name, seed)}
    assert thing.natural in {None, *NAMED, *OTHER}


@pytest.mark.parametrize("thing", THINGS.values(), ids=list(THINGS))
def test_a_placed_thing_is_centred_and_fits_the_picture(thing: Thing):
    points = np.concatenate([mesh.vertices for mesh in fitted([part.mesh for part in built(thing.name, 0)])])
    assert points.min(0) + points.max(0) == pytest.approx((0, 0, 0), abs=1e-6)
    assert 0.6 < np.linalg.norm(points, axis=1).max() <= 1.0


def test_instances_differ_and_come_back():
    first, other = (THINGS["cone"].build(Vary(seed))[0].mesh for seed in (1, 2))
    assert not np.allclose(first.vertices, other.vertices)
    assert np.array_equal(first.vertices, THINGS["cone"].build(Vary(1))[0].mesh.vertices)


def test_no_name_means_two_things():
    named = Counter(name for thing in THINGS.values() for name in thing.names)
    assert [name for name, times in named.items() if times > 1] == []


def test_two_things_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two things are called 'cube'"):
        thing("cube", group="primitives")(lambda vary: [])


def test_the_things_that_pairs_and_evaluation_ask_for_exist():
    assert {*SOLIDS, *STANDS, *COMPANIONS, *THINGS_HELD_OUT} <= set(THINGS)
