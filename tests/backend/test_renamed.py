"""What jobs and scenes of before hold can still be read."""

from __future__ import annotations

import copy

import pytest

from backend.config import JobConfig, from_json, to_json
from backend.config.renamed import PATHS, VALUES, WEIGHTS, renamed, renamed_path
from backend.config.setting import leaves
from backend.config.weights import WEIGHTS as TODAY
from backend.errors import ConfigError
from backend.optimize.edits import edit_changes
from tests.for_each import for_each

OLD = {
    "model": "embedded-guide",
    "bounds": {"centre": [1.0, 2.0, 3.0]},
    "optimise": {"steps": 7, "learning_rate_colour": 0.5, "touched_only": True},
    "regulariser": {"total_variation_colour": {"weight": 2.0}},
    "judge": {"model": "embedded-guide", "sides": 2},
    "watch": {"new_seeds": 5, "in_a_row": 3},
    "words": {"negative": "fog", "more": [{"text": "a toy"}], "cameras": [{"prompt": "its tail"}], "images": []},
    "field": {"start": "bare", "grow_at": [0.1], "view_dependent_colour": True},
    "render": {"least_light": 0.25},
    "score_distillation": {"behind": "grey", "weighting": "clean", "times": "random", "averages": 3, "time_low": 0.1},
    "consistency": {"nearest": 1.0, "farthest": 2.0, "lowest_degrees": 3.0, "highest_degrees": 4.0},
}


def test_every_old_name_is_read_as_what_it_is_today():
    config = from_json(OLD)
    assert (config.model, config.early_stopping.model, config.early_stopping.scored_views) == (
        *["embedded-clip"] * 2,
        2,
    )
    assert config.bounds.center == (1.0, 2.0, 3.0) and config.render.early_stop_transmittance == 0.25
    assert (config.optimize.steps, config.optimize.learning_rate_color, config.optimize.masked_adam) == (7, 0.5, True)
    assert config.regularizer.total_variation_color.weight == 2.0
    assert (config.collapse.max_restarts, config.collapse.consecutive_steps) == (5, 3)
    options = config.prompt_options
    assert (options.negative, options.extra_prompts[0].text, options.camera_prompts[0].prompt) == (
        "fog",
        "a toy",
        "its tail",
    )
    assert (config.field.density_init, config.field.upsample_at, config.field.view_dependent_color) == (
        "none",
        (0.1,),
        True,
    )
    distillation = config.score_distillation
    assert (distillation.background, distillation.weighting, distillation.timestep_schedule) == ("gray", "x0", "random")
    assert (distillation.noise_samples, distillation.timestep_low) == (3, 0.1)
    near = config.consistency
    assert (near.min_radius, near.max_radius, near.min_elevation_degrees, near.max_elevation_degrees) == (1, 2, 3, 4)
    assert from_json(to_json(config)) == config


def test_nothing_of_today_is_touched_and_what_was_given_stays_as_it_was():
    today, before = to_json(JobConfig()), copy.deepcopy(OLD)
    assert renamed(today) == today
    renamed(OLD)
    assert before == OLD


def test_a_name_that_is_there_in_both_spellings_keeps_that_of_today():
    both = {"optimise": {"steps": 3, "warm_up": 4}, "optimize": {"steps": 5}}
    assert renamed(both) == {"optimize": {"steps": 5, "warm_up": 4}}


@for_each([*PATHS.values(), *VALUES])
def test_every_new_name_is_a_setting_or_a_group(path: str):
    assert any(leaf == path or leaf.startswith(path + ".") for leaf, _ in leaves(JobConfig)), path


def test_paths_go_through_groups():
    assert renamed_path("optimise.learning_rate_colour") == "optimize.learning_rate_color"
    assert renamed_path("words.more") == "prompt_options.extra_prompts"
    assert renamed_path("judge") == "early_stopping" and renamed_path("judged") == "judged"


@pytest.mark.parametrize(("old", "new"), WEIGHTS.items())
def test_an_old_weight_of_an_edit_is_read(old: str, new: str):
    assert new in TODAY and edit_changes(None, {old: 2.0}, None) == edit_changes(None, {new: 2.0}, None)


@pytest.mark.parametrize("data", [3, [], {"judge": 3}, {"judged": {}}, {"bounds": None}])
def test_what_was_never_a_setting_is_refused_as_before(data):
    with pytest.raises(ConfigError):
        from_json(data)
