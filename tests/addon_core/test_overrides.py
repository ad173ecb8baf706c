"""What a person changed against the preset: kept as text, read with care."""

from __future__ import annotations

import json

import numpy as np
import pytest

from addon.core import overrides
from addon.core.wire import ConfigError, config

DRAFT = config.preset("text", "draft")


def test_a_change_is_the_json_that_a_script_would_write():
    text = overrides.with_value("", DRAFT, "optimize.steps", 50)
    text = overrides.with_value(text, DRAFT, "regularizer.ground.weight", 1e-5)
    assert json.loads(text) == {"optimize": {"steps": 50}, "regularizer": {"ground": {"weight": 1e-5}}}
    wanted = config.with_changes(DRAFT, overrides.to_nested(overrides.parse(text)))
    assert (wanted.optimize.steps, wanted.regularizer.ground.weight) == (50, 1e-5)
    assert wanted.optimize.learning_rate_density == DRAFT.optimize.learning_rate_density


def test_what_the_preset_says_anyway_is_no_change():
    text = overrides.with_value("", DRAFT, "optimize.steps", 50)
    assert overrides.with_value(text, DRAFT, "optimize.steps", DRAFT.optimize.steps) == ""
    single = float(np.float32(DRAFT.optimize.learning_rate_density))
    assert single != DRAFT.optimize.learning_rate_density
    assert overrides.with_value("", DRAFT, "optimize.learning_rate_density", single) == ""
    assert overrides.with_value("", DRAFT, "field.upsample_at", (0.5,)) == ""


def test_single_precision_becomes_what_a_person_typed():
    text = overrides.with_value("", DRAFT, "optimize.learning_rate_density", float(np.float32(0.3)))
    assert overrides.parse(text) == {"optimize.learning_rate_density": 0.3}


def test_one_or_a_group_or_all_are_taken_back():
    text = '{"optimize": {"steps": 5, "warm_up": 2}, "field": {"nerf": {"width": 8}, "resolution": 9}}'
    assert set(overrides.parse(overrides.without_setting(text, "optimize.steps"))) == {
        "optimize.warm_up", "field.nerf.width", "field.resolution",
    }  # fmt: skip
    assert set(overrides.parse(overrides.without_setting(text, "field"))) == {"optimize.steps", "optimize.warm_up"}
    assert overrides.without_setting(text) == ""


@pytest.mark.parametrize("text", ["", "{", "[1]", '"a"', '{"magic": 1}', '{"optimize": {"steps": -4}}',
                                  '{"optimize": {"steps": "many"}}', '{"optimize": 3}'])  # fmt: skip
def test_what_is_not_understood_is_left_out(text):
    assert overrides.parse(text) == {}


def test_one_bad_setting_does_not_cost_the_others():
    assert overrides.parse('{"optimize": {"steps": 7, "magic": 1}}') == {"optimize.steps": 7}


def test_out_of_bounds_is_one_sentence():
    with pytest.raises(ConfigError, match="give a value from 0"):
        overrides.with_value("", DRAFT, "optimize.steps", -1)


def test_text_of_before_the_names_changed_is_read_for_what_it_is_today():
    old = {
        "optimise": {"steps": 50, "touched_only": False},
        "regulariser": {"total_variation_colour": {"weight": 1e-3}},
        "field": {"start": "bare", "grow_at": [0.5]},
        "score_distillation": {"behind": "grey", "averages": 2},
        "watch": {"in_a_row": 4},
    }
    assert overrides.parse(json.dumps(old)) == {
        "optimize.steps": 50, "optimize.masked_adam": False, "regularizer.total_variation_color.weight": 1e-3,
        "field.density_init": "none", "field.upsample_at": [0.5], "score_distillation.background": "gray",
        "score_distillation.noise_samples": 2, "collapse.consecutive_steps": 4,
    }  # fmt: skip
    again = json.loads(overrides.with_value(json.dumps(old), DRAFT, "optimize.warm_up", 3))
    assert again["optimize"] == {"steps": 50, "masked_adam": False, "warm_up": 3} and "optimise" not in again


@pytest.mark.parametrize("text", ['{"words": {"images": [{"path": "/etc/x"}]}}', '{"judge": {"model": "x"}}'])
def test_an_old_name_is_no_way_around_what_a_file_may_not_say(text):
    assert overrides.parse(text) == {}
