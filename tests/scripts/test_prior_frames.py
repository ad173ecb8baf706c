"""Instances by their codes, the frames they lie in, and which are held out."""

import numpy as np
import pytest

pytest.importorskip("trimesh", reason="the world of objects is built with trimesh, which only the trainings need")
pytest.importorskip("mapbox_earcut", reason="it cuts the outlines of things, for the trainings")

from scripts.training.objects.object_class import OBJECT_CLASSES, Rng
from scripts.training.prior.frames import (
    CODE,
    FIRST_HELD_OUT,
    NAMES,
    Drawn,
    asked,
    code_of,
    frame_of,
    is_held_out_instance,
    parts_of,
)
from scripts.training.prior.shards import BLOCK

SOME = ("car", "cat", "bicycle", "sword", "sphere", "train")


def test_all_things_of_the_world_are_there():
    assert set(NAMES) == set(OBJECT_CLASSES) and len(NAMES) >= 390


def test_given_draws_build_what_random_ones_build():
    class Noted(Rng):
        def __init__(self, seed):
            super().__init__(seed)
            self.uniform = []

        def __call__(self, low, high):
            value = super().__call__(low, high)
            self.uniform.append((value - low) / (high - low))
            return value

    noted = Noted(5)
    parts = OBJECT_CLASSES["cat"].build(noted)
    again = OBJECT_CLASSES["cat"].build(Drawn(np.array(noted.uniform)))
    assert all(np.allclose(a.mesh.vertices, b.mesh.vertices) for a, b in zip(parts, again, strict=True))


def test_a_choice_takes_each_option():
    assert [Drawn(np.array([u])).choice("a", "b", "c") for u in (0.0, 0.5, 0.99, 1.0)] == ["a", "b", "c", "c"]


@pytest.mark.parametrize("name", SOME)
def test_instances_stay_in_the_box_of_their_thing(name):
    numbers = [0, 1, 2, 3, FIRST_HELD_OUT, FIRST_HELD_OUT + 1]
    bounds = np.array(
        [p.mesh.bounds for n in numbers for p in parts_of(OBJECT_CLASSES[name], code_of(OBJECT_CLASSES[name], n))]
    )
    half = frame_of(name).half
    assert (np.abs(bounds) <= half + 0.01).all()
    assert half.max() == pytest.approx(1.0, abs=0.02) and (half > 0).all()


def test_held_out_instances_are_a_rule_and_no_training_block_has_one():
    assert not any(is_held_out_instance(number) for number in range(BLOCK * 1000))
    assert is_held_out_instance(FIRST_HELD_OUT) and is_held_out_instance(FIRST_HELD_OUT + 7)
    trained = {tuple(code_of(OBJECT_CLASSES["cat"], n)) for n in range(256)}
    kept = {tuple(code_of(OBJECT_CLASSES["cat"], FIRST_HELD_OUT + n)) for n in range(32)}
    assert len(trained) == 256 and len(kept) == 32 and not trained & kept


@pytest.mark.parametrize("name", SOME)
def test_codes_of_training_fill_the_cube_evenly(name):
    codes = np.array([code_of(OBJECT_CLASSES[name], number) for number in range(1, 65)])[
        :, : asked(OBJECT_CLASSES[name])
    ]
    assert (np.abs(codes) <= 1).all() and not code_of(OBJECT_CLASSES[name], 0).any()
    for axis in codes.T:
        assert np.histogram(axis, 4, (-1, 1))[0].min() >= 10
    assert codes.shape[1] <= CODE
