"""Edits as changes of the config: every weight that there is can be named, and lands where it belongs."""

from __future__ import annotations

import pytest

from backend.config import JobConfig, to_json, weights_of, with_changes
from backend.errors import ConfigError
from backend.optimize.edits import WEIGHTS, edit_changes

HOLDS = {"hold_shape", "hold_color", "keep_in"}
"""Which pull only where there is a mesh to hold, or a region to fill."""


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_changes_its_setting_and_nothing_else(name):
    before = JobConfig(prompt="a cube")
    after = to_json(with_changes(before, edit_changes(None, {name: 0.125}, None)))
    inner = after
    for part in WEIGHTS[name][:-1]:
        inner = inner[part]
    assert inner.pop(WEIGHTS[name][-1]) == 0.125
    plain = to_json(before)
    there = plain
    for part in WEIGHTS[name][:-1]:
        there = there[part]
    there.pop(WEIGHTS[name][-1])
    assert after == plain


def test_both_transmittances_can_be_named():
    changes = edit_changes(None, {"transmittance": 1.0, "regularizer.transmittance": 2.0}, None)
    assert changes == {
        "dream_fields": {"transmittance_weight": 1.0}, "regularizer": {"transmittance": {"weight": 2.0}},
    }  # fmt: skip


def test_words_and_their_weight_are_one_change():
    changes = edit_changes("a cone", {"negative": 0.3}, {"negative": "blurry"})
    assert changes == {"prompt": "a cone", "prompt_options": {"negative": "blurry", "negative_weight": 0.3}}


def test_an_unknown_weight_names_the_known_ones():
    with pytest.raises(ConfigError, match="no weight 'magic': known are consistency"):
        edit_changes(None, {"magic": 1.0}, None)


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_that_was_changed_is_told_and_no_other(name):
    box = {"kind": "keep_in", "center": [0, 0, 1], "size": [1, 1, 1]}
    pulled = {"start": {"mesh": "cube.ply"}, "regions": {"items": [box]}}
    before = with_changes(JobConfig(prompt="a cube", method="both"), pulled)
    told = weights_of(with_changes(before, edit_changes(None, {name: 0.125}, None)))
    assert set(told) == set(WEIGHTS) and told == weights_of(before) | {name: 0.125}


def test_only_what_pulls_in_a_job_of_its_method_is_told():
    words, pictures = weights_of(JobConfig(method="text")), weights_of(JobConfig(method="reconstruct"))
    assert set(WEIGHTS) - set(words) == {"photometric", "consistency"} | HOLDS
    assert set(WEIGHTS) - set(pictures) == {
        "score_distillation", "guidance_scale", "dream_fields", "transmittance", "negative", *HOLDS,
    }  # fmt: skip
