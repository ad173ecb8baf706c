"""Janus: cubes with painted faces, whose sides are known by construction, and the numbers by slow definitions."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
import torch
from painted_cube import BLUE, GREEN, RED, EyeForPaint, PaintedCube
from scipy.special import softmax

from backend.cameras.orbit import UNIT_FRAME
from backend.evaluate.orbit_views import pictures, views_around
from backend.evaluate.sides import agreement, fronts, runs, side_probabilities, true_side
from backend.pretrained import load_image_text, resolve
from backend.render.renderer import Renderer

CPU = torch.device("cpu")
CIRCLE = views_around(12, 20.0, EyeForPaint.size, UNIT_FRAME)


def seen(cube: PaintedCube) -> tuple[float, int]:
    """Agreement and fronts of a cube under the evaluator that knows paint."""
    found = side_probabilities(EyeForPaint(), "a cube", pictures(Renderer(cube, 64), CIRCLE, CPU))
    return agreement(found, [view.azimuth for view in CIRCLE]), fronts(found)


def test_a_cube_with_its_faces_in_place_agrees_and_has_one_front():
    share, count = seen(PaintedCube(front=RED, right=GREEN, back=BLUE, left=GREEN))
    assert share > 0.95 and count == 1


def test_a_face_on_the_back_is_a_second_front():
    """The sides and the front are right, the back is wrong: two thirds."""
    share, count = seen(PaintedCube(front=RED, right=GREEN, back=RED, left=GREEN))
    assert share == pytest.approx(2 / 3, abs=0.03) and count == 2


def test_a_face_on_one_side_widens_the_front_but_is_no_second_one():
    share, count = seen(PaintedCube(front=RED, right=RED, back=BLUE, left=GREEN))
    assert 2 / 3 < share < 0.9 and count == 1


def test_a_face_all_around_is_one_front_that_agrees_no_more_than_chance():
    share, count = seen(PaintedCube(RED, RED, RED, RED))
    assert share == pytest.approx(1 / 3, abs=0.01) and count == 1


def test_a_thing_turned_about_has_its_front_behind():
    share, count = seen(PaintedCube(front=BLUE, right=GREEN, back=RED, left=GREEN))
    assert share == pytest.approx(1 / 3, abs=0.03) and count == 1


def test_the_quarters_of_the_circle():
    names = ["front", "side", "back"]
    found = {turn: names[true_side(math.radians(turn))] for turn in (0, 44, -44, 316, 46, 90, -134, 136, 180, 540, 225)}
    assert found == {
        **{0: "front", 44: "front", -44: "front", 316: "front", 46: "side", 90: "side", -134: "side"},
        **{136: "back", 180: "back", 540: "back", 225: "back"},
    }


@pytest.mark.parametrize("always", [0, 1, 2])
def test_who_always_says_the_same_has_a_third(always: int):
    """Though half of the views are sides."""
    told = torch.zeros(12, 3)
    told[:, always] = 1.0
    assert agreement(told, [view.azimuth for view in CIRCLE]) == pytest.approx(1 / 3)


def test_agreement_by_hand():
    """Front 0.5; sides (0.2 + 0.4) / 2; nobody looked from behind."""
    told = torch.tensor([[0.5, 0.3, 0.2], [0.8, 0.2, 0.0], [0.3, 0.4, 0.3]])
    assert agreement(told, [0.0, math.pi / 2, -math.pi / 2]) == pytest.approx((0.5 + 0.3) / 2)


def slow_runs(marked: tuple[bool, ...]) -> int:
    """Turned until it begins with one that is not marked, a circle is a line."""
    if all(marked):
        return 1
    start = marked.index(False)
    line = marked[start:] + marked[:start]
    return sum(key for key, _ in itertools.groupby(line))


def test_runs_on_every_circle_of_seven():
    for marked in itertools.product([False, True], repeat=7):
        assert runs(torch.tensor(marked)) == slow_runs(marked), marked


def test_probabilities_are_a_softmax_of_scaled_cosines(guide_folder: Path, generator):
    model = load_image_text(resolve(str(guide_folder)), CPU)
    seen = torch.rand(3, 3, model.size, model.size, generator=generator)
    texts = torch.stack([model.embed_text(f"a dog, {side} view") for side in ("front", "side", "back")])
    cosines = model.embed_pictures(seen).double().numpy() @ texts.double().numpy().T
    expected = softmax(math.exp(float(model.model.logit_scale)) * cosines, axis=1)
    torch.testing.assert_close(
        side_probabilities(model, "a dog", seen).double(), torch.tensor(expected), atol=1e-5, rtol=0
    )
