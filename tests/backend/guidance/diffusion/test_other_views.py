"""Which views are asked against, and how strongly."""

from __future__ import annotations

import math

import pytest

from backend.cameras.orbit import OrbitView, orbit_view
from backend.config import JobConfig, with_changes
from backend.guidance.diffusion.other_views import (
    FRONT_BEHIND,
    FRONT_OR_SIDE,
    SIDE_BEHIND,
    decay,
    view_prompt_with_other_views,
)

CONFIG = with_changes(JobConfig(prompt="a bear"), {"prompt_options": {"view_dependent": True}})


def view(azimuth_degrees: float, elevation_degrees: float = 10.0) -> OrbitView:
    return orbit_view(math.radians(azimuth_degrees), math.radians(elevation_degrees), 3.0, 0.7, 4)


def asked(azimuth_degrees: float, **words) -> tuple[dict[str, float], dict[str, float]]:
    said = view_prompt_with_other_views(with_changes(CONFIG, {"prompt_options": words}), view(azimuth_degrees))
    return dict(said.positive), dict(said.negative)


def test_published_numbers_end_at_zero_where_the_view_is_the_one_wanted():
    assert decay(FRONT_OR_SIDE, 1.0) == pytest.approx(0.0, abs=2e-3)
    assert decay(SIDE_BEHIND, 1.0) == pytest.approx(0.0, abs=2e-3)
    assert decay(FRONT_OR_SIDE, 0.0) == pytest.approx(1.574)
    assert decay(FRONT_BEHIND, 0.0) == pytest.approx(1.967), "the face is pushed away most behind"


@pytest.mark.parametrize("azimuth", [0.0, 30.0, -30.0, 90.0, 120.0, 180.0, 330.0])
def test_the_wanted_weights_sum_to_one(azimuth: float):
    assert sum(asked(azimuth)[0].values()) == pytest.approx(1.0)


def test_straight_from_the_front_only_the_front_is_wanted_and_only_the_side_is_not():
    positive, negative = asked(0.0)
    assert positive == {"a bear, front view": 1.0}
    assert negative["a bear, side view"] == pytest.approx(1.574)
    assert negative.get("a bear, front view", 0.0) == pytest.approx(0.0, abs=2e-3)


def test_half_way_to_the_side_both_are_wanted_alike():
    positive, negative = asked(-45.0)
    assert positive == pytest.approx({"a bear, front view": 0.5, "a bear, side view": 0.5})
    assert negative["a bear, front view"] == pytest.approx(4 * math.exp(-0.25) - 2.426)


def test_from_behind_the_face_is_what_is_least_wanted():
    positive, negative = asked(180.0)
    assert positive == {"a bear, back view": 1.0}
    assert negative["a bear, front view"] == pytest.approx(1.967)
    assert negative["a bear, side view"] == pytest.approx(1 - 0.606)


def test_from_above_no_other_view_is_against():
    said = view_prompt_with_other_views(CONFIG, view(0.0, 80.0))
    assert said.positive == (("a bear, overhead view", 1.0),) and said.negative == ()


def test_a_person_s_own_words_against_stay():
    _, negative = asked(0.0, negative="blurry", negative_weight=0.7)
    assert negative["blurry"] == 0.7 and "a bear, side view" in negative


def test_words_of_a_camera_keep_their_share_and_are_not_asked_against():
    camera = {"azimuth_degrees": 0.0, "elevation_degrees": 10.0, "prompt": "a nose"}
    positive, negative = asked(45.0, camera_prompts=[camera])
    own = positive["a nose, front view"]
    assert 0 < own < 1 and sum(positive.values()) == pytest.approx(1.0)
    assert not any("nose" in text for text in negative)
    positive, negative = asked(0.0, camera_prompts=[camera])
    assert positive["a nose, front view"] == pytest.approx(1.0) and negative == {}, "only the camera's words count here"
