"""The object classes: each builds from any seed, of few closed parts, as its caption will describe it.

There are hundreds of them and each test asks one thing of all: it names those that break the rule.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("trimesh", reason="objects are built with trimesh, which only the trainings need")
pytest.importorskip("mapbox_earcut", reason="it cuts the outlines of objects, for the trainings")

from scipy.interpolate import CubicHermiteSpline

from scripts.training import objects
from scripts.training.colors import NAMED, OTHER
from scripts.training.held_out import HELD_OUT_OBJECTS
from scripts.training.objects.mesh_details import eyes, smooth_curve
from scripts.training.objects.object_class import MAX_PARTS, OBJECT_CLASSES, Part, Rng, object_class
from scripts.training.objects.subjects import COMPANIONS, SOLIDS, STANDS
from scripts.training.raycasting.raycaster import fit_to_frame

SEEDS = (0, 1)
COLORS = {None, *NAMED, *OTHER}


@cache
def built(name: str, seed: int | str) -> list[Part]:
    return OBJECT_CLASSES[name].build(Rng(seed))


def instances() -> list[tuple[str, list[Part]]]:
    return [(name, built(name, seed)) for name in OBJECT_CLASSES for seed in (*SEEDS, name)]


def test_there_are_as_many_as_were_asked_for():
    groups = Counter(each.group for each in OBJECT_CLASSES.values())
    assert len(OBJECT_CLASSES) >= 390
    assert sum(groups[group] for group in ("food", "plant", "animal", "character")) >= 65


def test_every_file_is_a_family_that_registers():
    files = {path.stem for path in Path(objects.__file__).parent.glob("*.py")}
    helpers = {"__init__", "object_class", "mesh_primitives", "mesh_details", "figure", "subjects"}
    assert files - helpers == set(objects.FAMILIES)


@pytest.mark.slow
def test_an_object_is_a_few_parts_with_a_main_one():
    assert [name for name, parts in instances() if not 1 <= len(parts) <= MAX_PARTS] == []
    assert [name for name, parts in instances() if all(part.color is not None for part in parts)] == [], "no main part"


def test_meshes_are_finite_and_not_empty():
    broken = [
        (name, part.name)
        for name, parts in instances()
        for part in parts
        if not len(part.mesh.faces) or not np.isfinite(part.mesh.vertices).all()
    ]
    assert broken == []


def test_living_things_and_food_are_closed():
    groups = {"food", "plant", "animal", "character"}
    open_parts = [
        (name, part.name)
        for name, each in OBJECT_CLASSES.items()
        if each.group in groups
        for part in built(name, name)
        if not part.mesh.is_watertight
    ]
    assert open_parts == []


def test_colors_are_known():
    assert [name for name, parts in instances() if not {part.color for part in parts} <= COLORS] == []
    assert [name for name, each in OBJECT_CLASSES.items() if each.natural not in COLORS] == []


def test_parts_that_a_caption_may_name_are_there():
    """In any of the seeds: some parts come and go."""
    found = {name: {part.name for seed in SEEDS for part in built(name, seed)} for name in OBJECT_CLASSES}
    assert [name for name, each in OBJECT_CLASSES.items() if not set(each.named_parts) <= found[name]] == []


def test_a_caption_colors_only_parts_that_have_a_color_of_their_own():
    groups = {"food", "plant", "animal", "character"}
    own = {name: {part.name for part in built(name, name) if part.color is not None} for name in OBJECT_CLASSES}
    wrong = [n for n, each in OBJECT_CLASSES.items() if each.group in groups and not set(each.named_parts) <= own[n]]
    assert wrong == []


def test_a_fitted_object_is_centered_and_fits_the_picture():
    off_center, misfits = [], []
    for name in OBJECT_CLASSES:
        points = np.concatenate([mesh.vertices for mesh in fit_to_frame([part.mesh for part in built(name, 0)])])
        off_center += [name] if np.abs(points.min(0) + points.max(0)).max() > 1e-6 else []
        misfits += [] if 0.6 < np.linalg.norm(points, axis=1).max() <= 1.0 else [name]
    assert (off_center, misfits) == ([], [])


def test_the_same_seed_builds_the_same_instance_and_another_one_another():
    for name in ("cat", "cone"):
        first, again, other = (OBJECT_CLASSES[name].build(Rng(seed))[0].mesh.vertices for seed in (1, 1, 2))
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)


def test_no_name_means_two_objects():
    named = Counter(name for each in OBJECT_CLASSES.values() for name in each.names)
    assert [name for name, times in named.items() if times > 1] == []


def test_two_objects_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two things are called 'cube'"):
        object_class("cube", group="primitives")(lambda rng: [])


def test_the_objects_that_pairs_and_evaluation_ask_for_exist():
    assert {*SOLIDS, *STANDS, *COMPANIONS, *HELD_OUT_OBJECTS} <= set(OBJECT_CLASSES)


def test_a_curve_is_the_hermite_spline_whose_slopes_are_central_differences():
    points = np.array([(0.0, 1.0), (0.4, 0.2), (1.5, 0.3), (1.1, 2.0), (0.2, 2.2)])
    ends = np.concatenate([points[:1], points, points[-1:]])
    spline = CubicHermiteSpline(np.arange(5), points, 0.5 * (ends[2:] - ends[:-2]))
    assert np.allclose(smooth_curve(points, 8), spline(np.linspace(0, 4, 33)))


def test_a_curve_that_starts_with_radii_keeps_them_at_0_or_more():
    assert min(radius for radius, _ in smooth_curve([(0, 0), (0.0, 0.1), (2, 0.2), (0, 0.3)], 16)) == 0


def test_eyes_look_towards_the_front():
    white, pupils = eyes(apart=0.2, y=-0.5, z=1.0, size=0.1)
    assert pupils.mesh.bounds[0, 1] < white.mesh.bounds[0, 1] < -0.5
    assert np.allclose(white.mesh.bounds[:, 0].sum(), 0)
