"""What captions ask for, what colors come of it, and which are held out."""

import random

import numpy as np
import pytest

pytest.importorskip("trimesh", reason="the world of objects is built with trimesh, which only the trainings need")
pytest.importorskip("mapbox_earcut", reason="it cuts the outlines of things, for the trainings")

from scripts.training.colors import NAMED, linear_color
from scripts.training.materials import surface_layers as surfaces
from scripts.training.materials.material_sampler import MATERIALS
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.prior.captions import (
    Wanted,
    caption_of,
    is_held_out_color,
    is_held_out_part_color,
    wanted,
)
from scripts.training.prior.paint import SCENE, colors, finished, palette

ASKED = {
    "a red cube": Wanted("cube", "red"),
    "A tall, purple pine tree": Wanted("pine tree", "purple", size="tall"),
    "a snowman with a red hat": Wanted("snowman", None, {"hat": "red"}),
    "a blue and white striped mug with a gray handle": Wanted("mug", "blue", {"handle": "grey"}, "striped", "white"),
    "a wooden chair": Wanted("chair", finish="wooden"),
    "a car that is violet": Wanted("car", "purple"),
    "an orange cat": Wanted("cat", "orange"),
}
BASE, SECOND = np.array([0.9, 0.1, 0.1]), np.array([0.2, 0.3, 0.8])
DRAW = np.random.default_rng(0)
POINTS = DRAW.uniform(-1, 1, (500, 3))
NORMALS = (lambda drawn: drawn / np.linalg.norm(drawn, axis=1, keepdims=True))(DRAW.normal(size=(500, 3)))


@pytest.mark.parametrize("text", ASKED, ids=str)
def test_a_caption_asks_for(text):
    assert wanted(text) == ASKED[text]


def test_no_thing_is_none():
    assert wanted("a red democracy") is None
    assert wanted("") is None


def test_what_the_world_says_is_what_is_understood():
    choose = random.Random(0)
    for name in ("car", "mug", "snowman", "teapot", "cat", "pine tree", "sphere"):
        part = next(iter(OBJECT_CLASSES[name].named_parts), None)
        for finish in ("", *MATERIALS):
            asked = Wanted(name, choose.choice(list(NAMED)), {part: "green"} if part else {}, finish)
            assert wanted(caption_of(asked, choose)) == asked


def test_colors_are_held_out_by_a_rule_but_no_natural_one():
    pairs = [(name, color) for name in OBJECT_CLASSES for color in NAMED]
    held = [pair for pair in pairs if is_held_out_color(*pair)]
    assert 0.07 < len(held) / len(pairs) < 0.13
    assert held == [pair for pair in pairs if is_held_out_color(*pair)]
    assert not any(OBJECT_CLASSES[name].natural == color for name, color in held)
    parts = [(t.name, part, color) for t in OBJECT_CLASSES.values() for part in t.named_parts for color in NAMED]
    assert 0.07 < np.mean([is_held_out_part_color(*of) for of in parts]) < 0.13
    assert {name for name, _ in pairs if not all(is_held_out_color(name, c) for c in NAMED)} == set(OBJECT_CLASSES)


SLOTS = [("body", None), ("hat", "black"), ("scarf", "yellow")]


def test_parts_take_the_color_that_is_said_of_them_and_no_other_does():
    plain = palette(Wanted("snowman"), SLOTS, "white")
    red = palette(Wanted("snowman", None, {"hat": "red"}), SLOTS, "white")
    assert np.allclose(red[1], linear_color("red")) and np.allclose(red[[0, 2]], plain[[0, 2]])
    assert np.allclose(palette(Wanted("snowman", "blue"), SLOTS, "white")[0], linear_color("blue"))
    assert np.allclose(palette(Wanted("snowman", finish="metal"), SLOTS, "white")[0], linear_color("silver"))


def test_only_main_parts_take_the_finish():
    chances = np.eye(6)[DRAW.integers(3, size=500)]
    seen = colors(Wanted("snowman", "red", {}, "striped"), SLOTS, "white", chances, POINTS, NORMALS)
    striped = np.mod(POINTS[:, 2] * SCENE / surfaces.STRIPE, 1) < 0.5
    expected = np.where(striped[:, None], linear_color("white"), linear_color("red"))
    assert np.allclose(seen[chances[:, 0] > 0], expected[chances[:, 0] > 0])
    assert np.allclose(seen[chances[:, 1] > 0], linear_color("black"))


def test_stripes_lie_along_z_and_spots_on_the_face_that_is_seen():
    striped = finished("striped", BASE, SECOND, POINTS, NORMALS)
    assert np.allclose(striped, finished("striped", BASE, SECOND, POINTS * (1, 1, 1) + (0.3, -0.2, 0), -NORMALS))
    up = np.tile([0.0, 0, 1], (500, 1))
    spotted = finished("spotted", BASE, SECOND, POINTS, up)
    assert np.allclose(spotted, finished("spotted", BASE, SECOND, POINTS + (0, 0, 0.4), up))
    assert {tuple(color) for color in spotted.round(3)} == {tuple(BASE), tuple(SECOND)}


def test_checks_alternate_and_wood_has_rings():
    edge = surfaces.CHECK / 2 / SCENE
    here, beside = (finished("checkered", BASE, SECOND, POINTS + (by, 0, 0), NORMALS) for by in (0, edge))
    assert (np.abs(here - beside).max(1) > 0).mean() > 0.99
    wood = finished("wooden", BASE, SECOND, POINTS, NORMALS)
    assert wood[:, 0].max() > 0.95 * BASE[0] and wood[:, 0].min() < 0.45 * BASE[0]


def test_metal_depends_on_the_normal_alone():
    metal = finished("metal", BASE, SECOND, POINTS, NORMALS)
    assert np.allclose(metal, finished("metal", BASE, SECOND, POINTS[::-1], NORMALS))
    assert not np.allclose(metal, finished("metal", BASE, SECOND, POINTS, -NORMALS))


@pytest.mark.parametrize("finish", ["", *MATERIALS])
def test_every_finish_has_a_surface(finish):
    assert np.isfinite(finished(finish, BASE, SECOND, POINTS, NORMALS)).all()
