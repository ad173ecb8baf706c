"""Food, plants, animals and characters of the zoo: each is built as its caption will describe it."""

import numpy as np
import pytest

pytest.importorskip("trimesh", reason="the zoo is built with trimesh, which only the trainings need")
pytest.importorskip("mapbox_earcut", reason="it cuts the outlines of the zoo, for the trainings")

from scipy.interpolate import CubicHermiteSpline

import scripts.zoo.things  # noqa: F401  (fills THINGS)
from scripts.guide_data.colours import NAMED, OTHER
from scripts.zoo.details import curved, eyes
from scripts.zoo.thing import MAX_PARTS, THINGS, Vary

GROUPS = {"food", "plant", "animal", "character"}
LIVING = [thing for thing in THINGS.values() if thing.group in GROUPS]


def test_there_are_as_many_as_were_asked_for():
    assert len(LIVING) >= 65


@pytest.mark.parametrize("thing", LIVING, ids=lambda thing: thing.name)
def test_a_thing_is_built_as_its_caption_says(thing):
    parts = thing.build(Vary(thing.name))
    fixed = {part.name for part in parts if part.colour is not None}
    assert 1 <= len(parts) <= MAX_PARTS
    assert len(fixed) < len(parts), "no part takes the colour that the caption names"
    assert set(thing.named_parts) <= fixed, "a caption may colour a part that is not there"
    assert {part.colour for part in parts} | {thing.natural} <= NAMED.keys() | OTHER.keys() | {None}
    assert all(part.mesh.is_watertight and np.isfinite(part.mesh.vertices).all() for part in parts)


def test_no_name_is_given_twice():
    names = [name for thing in THINGS.values() for name in thing.names]
    assert sorted(names) == sorted(set(names))


def test_the_same_seed_builds_the_same_thing_and_another_one_another():
    first, again, other = (THINGS["cat"].build(Vary(seed))[0].mesh.vertices for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_curve_is_the_hermite_spline_whose_slopes_are_central_differences():
    points = np.array([(0.0, 1.0), (0.4, 0.2), (1.5, 0.3), (1.1, 2.0), (0.2, 2.2)])
    ends = np.concatenate([points[:1], points, points[-1:]])
    spline = CubicHermiteSpline(np.arange(5), points, 0.5 * (ends[2:] - ends[:-2]))
    assert np.allclose(curved(points, 8), spline(np.linspace(0, 4, 33)))


def test_a_curve_that_starts_with_radii_keeps_them_at_0_or_more():
    assert min(radius for radius, _ in curved([(0, 0), (0.0, 0.1), (2, 0.2), (0, 0.3)], 16)) == 0


def test_eyes_look_towards_the_front():
    white, pupils = eyes(apart=0.2, y=-0.5, z=1.0, size=0.1)
    assert pupils.mesh.bounds[0, 1] < white.mesh.bounds[0, 1] < -0.5
    assert np.allclose(white.mesh.bounds[:, 0].sum(), 0)
