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
    with pytest.raises(ConfigError, match="give a value from 1"):
        overrides.with_value("", DRAFT, "optimize.steps", 0)
