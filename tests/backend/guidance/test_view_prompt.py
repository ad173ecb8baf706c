"""The words of a view, by hand-worked weights, and their continuity in the angle."""

from __future__ import annotations

import math

import pytest

from backend.cameras.orbit import orbit_view
from backend.config import JobConfig, with_changes
from backend.guidance.view_prompt import every_text, view_label, view_prompt

FACE, TAIL = (
    {"azimuth_degrees": 0.0, "prompt": "the face of a corgi"},
    {"azimuth_degrees": 180.0, "prompt": "its tail"},
)


def asked(azimuth: float, elevation: float = 0.0, prompt: str = "a corgi", **words) -> dict[str, float]:
    config = with_changes(JobConfig(prompt=prompt), {"prompt_options": words})
    view = orbit_view(math.radians(azimuth), math.radians(elevation), 3.2, math.radians(40), 8)
    return dict(view_prompt(config, view).positive)


def test_one_prompt_is_all_that_is_asked():
    assert asked(77.0) == {"a corgi": 1.0}


def test_more_prompts_share_by_their_weights():
    assert asked(0.0, extra_prompts=[{"text": "a toy", "weight": 3.0}]) == {"a corgi": 0.25, "a toy": 0.75}


def test_a_view_from_a_camera_is_asked_for_its_words_alone():
    assert asked(0.0, camera_prompts=[FACE])["the face of a corgi"] == pytest.approx(1.0)
    assert "a corgi" not in asked(0.0, camera_prompts=[FACE])


def test_one_blend_angle_away_the_prompt_has_the_rest():
    words = asked(45.0, camera_prompts=[FACE], blend_degrees=45.0)
    assert words["the face of a corgi"] == pytest.approx(1 / math.e)
    assert words["a corgi"] == pytest.approx(1 - 1 / math.e)


def test_half_way_between_two_cameras_both_pull_alike():
    words = asked(90.0, camera_prompts=[FACE, TAIL], blend_degrees=45.0)
    assert words["the face of a corgi"] == pytest.approx(words["its tail"])
    assert words["its tail"] == pytest.approx(math.exp(-4) / 2)


def test_cameras_without_a_prompt_share_everything():
    words = asked(30.0, prompt="", camera_prompts=[FACE, TAIL])
    assert sum(words.values()) == pytest.approx(1.0)
    assert words["the face of a corgi"] > words["its tail"]


@pytest.mark.parametrize("blend", [10.0, 45.0, 120.0])
def test_weights_sum_to_one_and_are_continuous_in_the_angle(blend: float):
    """No two neighboring views differ by more than the steepest slope allows: (2 / blend) a degree and text."""
    cameras = [FACE, TAIL, {"azimuth_degrees": 90.0, "elevation_degrees": 60.0, "prompt": "its back"}]
    step, before = 0.5, None
    for place in range(int(720 / step)):
        words = asked(place * step, 20 * math.sin(place / 50), cameras=cameras, blend_degrees=blend)
        assert sum(words.values()) == pytest.approx(1.0)
        assert all(0 <= weight <= 1 for weight in words.values())
        if before is not None:
            texts = words.keys() | before.keys()
            assert max(abs(words.get(t, 0) - before.get(t, 0)) for t in texts) < 2 * step / blend + 0.02
        before = words


@pytest.mark.parametrize(
    ("azimuth", "elevation", "words"),
    [
        (0, 0, "front view"), (-45, 10, "front view"), (350, 0, "front view"), (46, 0, "side view"),
        (90, 59, "side view"), (-90, 0, "side view"), (134, 0, "side view"), (180, 0, "back view"),
        (225, -20, "back view"), (0, 61, "overhead view"),
    ],
)  # fmt: skip
def test_view_words(azimuth: float, elevation: float, words: str):
    assert view_label(math.radians(azimuth), math.radians(elevation), 60.0) == words


def test_words_are_dressed_in_template_and_view():
    words = asked(180.0, template="a 3D render of {}", view_dependent=True)
    assert words == {"a 3D render of a corgi, back view": 1.0}


def test_what_must_not_be_seen_has_its_weight():
    config = with_changes(
        JobConfig(prompt="a corgi"), {"prompt_options": {"negative": "blurry", "negative_weight": 0.3}}
    )
    view = orbit_view(0.0, 0.0, 3.2, 0.7, 8)
    assert view_prompt(config, view).negative == (("blurry", 0.3),)


def test_every_text_is_named_once():
    words = {"negative": "blurry", "extra_prompts": [{"text": "a toy"}, {"text": "a corgi"}], "camera_prompts": [FACE]}
    config = with_changes(JobConfig(prompt="a corgi"), {"prompt_options": words})
    assert every_text(config) == ["a corgi", "a toy", "the face of a corgi", "blurry"]


def test_cameras_whose_words_reach_one_degree_leave_all_to_the_prompt_elsewhere():
    """exp(-90^2) is 0 in a computer; shares must not be divided by it."""
    words = asked(90.0, camera_prompts=[FACE, TAIL], blend_degrees=1.0)
    assert words["a corgi"] == pytest.approx(1.0)
    alone = asked(90.0, prompt="", camera_prompts=[FACE, TAIL], blend_degrees=1.0)
    assert sum(alone.values()) == pytest.approx(1.0)
