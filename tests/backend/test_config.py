"""Settings: what is accepted, and the sentence for each thing that is not."""

from __future__ import annotations

import json
import math

import pytest

from backend.config import (
    RECIPES,
    JobConfig,
    JobState,
    Method,
    Quality,
    check_runnable,
    from_json,
    initial_config,
    leaves,
    preset,
    recipe,
    to_json,
    with_changes,
)
from backend.errors import ConfigError, EmptyPromptError
from tests.for_each import for_each


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("quality", list(Quality))
def test_every_preset_survives_json(method, quality):
    config = preset(method, quality)
    assert from_json(json.loads(json.dumps(to_json(config)))) == config
    assert config.quality == quality and config.method == method


def test_higher_quality_never_means_fewer_steps():
    for method in Method:
        steps = [preset(method, quality).optimize.steps for quality in (Quality.DRAFT, Quality.NORMAL, Quality.HIGH)]
        assert steps == sorted(set(steps))


LEAVES = dict(leaves(JobConfig))


@for_each(LEAVES)
def test_every_setting_has_a_meaning_and_a_default_inside_its_bounds(path):
    spec = LEAVES[path]
    assert spec.metadata["meaning"]
    values = spec.default if isinstance(spec.default, tuple) else (spec.default,)
    for value in values:
        low, high = spec.metadata["low"], spec.metadata["high"]
        assert low is None or low <= value
        assert high is None or value <= high


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_survives_json_and_says_where_it_is_from(name):
    config = recipe(name)
    assert from_json(json.loads(json.dumps(to_json(config)))) == config
    assert config.recipe == name


def test_dream_fields_as_published():
    """Jain et al. 2022, section 4 and appendix: steps, render -> crop, samples, camera, sparsity."""
    expected = {"lq": (10_000, 88, 80), "mq": (10_000, 168, 154), "hq": (20_000, 252, 224)}
    for name, (steps, size, crop) in expected.items():
        config = recipe(f"dream-fields-{name}")
        assert (config.optimize.steps, config.dream_fields.render_size) == (steps, size)
        assert round(size * config.dream_fields.crop_fraction) == crop
        assert config.render.samples_per_ray == 192 and config.dream_fields.crops == 8
        assert config.orbit.radius_low == config.orbit.radius_high == 4.0
        focal = 0.5 * 800 / math.tan(math.radians(config.orbit.fov_degrees) / 2)
        assert focal == pytest.approx(1.2 * 1111.1)
        assert (config.dream_fields.transmittance_start, config.dream_fields.transmittance_end) == (0.40, 0.88)


def test_an_unknown_recipe_names_the_known_ones():
    with pytest.raises(ConfigError, match="no recipe 'soup': choose one of dietnerf"):
        recipe("soup")


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ({"seeed": 1}, "no setting 'seeed'"),
        ({"seed": -1}, "'seed' is -1"),
        ({"seed": 10**400}, "'seed' is 1000"),
        ({"orbit": {"fov_degrees": 10**400}}, "give a finite number"),
        ({"seed": 1.5}, "'seed' must be a whole number"),
        ({"seed": True}, "'seed' must be a whole number"),
        ({"prompt": 3}, "'prompt' must be text"),
        ({"allow_download": "yes"}, "'allow_download' must be true or false"),
        ({"device": "gpu"}, "choose one of auto, cpu, cuda, mps"),
        ({"render": 3}, "'render' must be a group"),
        ({"render": {"image_size": "big"}}, "'render.image_size' must be a whole number"),
        ({"field": {"resolution": 4096}}, "'field.resolution' is 4096"),
        ({"field": {"upsample_at": 0.5}}, "'field.upsample_at' must be a list"),
        ({"bounds": {"size": [1, 2]}}, "must have 3 numbers, not 2"),
        ({"bounds": {"size": [1, 2, 0]}}, "'bounds.size' is 0"),
        ({"orbit": {"fov_degrees": math.nan}}, "give a finite number"),
        ([1], "must be a group of settings"),
        ({"prompt_options": {"extra_prompts": [{"text": 3}]}}, "'prompt_options.extra_prompts[0].text' must be text"),
        (
            {"prompt_options": {"camera_prompts": [{"prompt": "a", "tilt": 1}]}},
            "no setting 'prompt_options.camera_prompts[0].tilt'",
        ),
        ({"prompt_options": {"image_prompts": "picture.png"}}, "'prompt_options.image_prompts' must be a list"),
        ({"regularizer": {"eikonal": {"weight": -1}}}, "'regularizer.eikonal.weight' is -1"),
    ],
)
def test_bad_settings_are_named_in_one_sentence(data, part):
    with pytest.raises(ConfigError) as caught:
        from_json(data)
    assert part in caught.value.sentence
    assert caught.value.sentence.endswith(".") and "\n" not in caught.value.sentence


def test_whole_numbers_are_taken_where_a_number_is_meant():
    assert from_json({"orbit": {"fov_degrees": 50}}).orbit.fov_degrees == 50.0


def test_changes_keep_the_rest():
    changed = with_changes(preset("text", "draft"), {"optimize": {"steps": 7}, "prompt": "a red cube"})
    assert changed.optimize.steps == 7 and changed.prompt == "a red cube"
    assert changed.field == preset("text", "draft").field


@pytest.mark.parametrize(
    ("changes", "error", "part"),
    [
        ({}, EmptyPromptError, "prompt is empty"),
        ({"prompt": "  \t"}, EmptyPromptError, "prompt is empty"),
        ({"prompt": "x" * 1001}, ConfigError, "1001 characters"),
        ({"method": "reconstruct"}, ConfigError, "No pictures"),
        ({"prompt": "a", "orbit": {"radius_low": 5.0}}, ConfigError, "swap them"),
        ({"prompt": "a", "prompt_options": {"negative": "y" * 1001}}, ConfigError, "1001 characters"),
        ({"prompt": "a", "prompt_options": {"template": "a photo"}}, ConfigError, "must have {} once"),
        (
            {"prompt": "a", "prompt_options": {"camera_prompts": [{"prompt": " "}]}},
            ConfigError,
            "words of its own has none",
        ),
        ({"prompt": "a", "method": "both"}, ConfigError, "No pictures"),
        ({"prompt": "a", "dream_fields": {"blur_low": 20.0}}, ConfigError, "least blur"),
        ({"prompt": "a", "field": {"resolution": 16, "start_resolution": 32}}, ConfigError, "start resolution"),
    ],
)
def test_what_cannot_run_is_refused(changes, error, part):
    with pytest.raises(error, match=part):
        check_runnable(with_changes(JobConfig(), changes))


@pytest.mark.parametrize(("method", "quality"), [("paint", "draft"), ("text", "ultra")])
def test_unknown_presets_name_the_known_ones(method, quality):
    with pytest.raises(ConfigError, match="choose one of"):
        preset(method, quality)


def test_states_that_have_ended():
    assert {state for state in JobState if state.ended} == {JobState.FINISHED, JobState.CANCELLED, JobState.FAILED}


def test_a_picture_of_what_is_wanted_may_stand_for_words():
    check_runnable(with_changes(JobConfig(), {"prompt_options": {"image_prompts": [{"path": "strawberry.png"}]}}))


def test_a_job_begins_with_a_recipe_or_with_the_preset_of_a_quality():
    assert initial_config(Method.TEXT, "draft") == preset("text", "draft")
    assert initial_config(Method.TEXT, "draft", "dream-fields-lq") == recipe("dream-fields-lq")
    both = initial_config(Method.BOTH, "draft", "dietnerf")
    assert both.method == "both" and both.consistency == recipe("dietnerf").consistency


@pytest.mark.parametrize(
    ("method", "name", "part"),
    [
        (Method.TEXT, "dietnerf", "is for pictures: use it with reconstruct"),
        (Method.RECONSTRUCT, "sjc", "is for words: use it with generate"),
    ],
)
def test_a_recipe_for_another_method_has_a_sentence(method, name, part):
    with pytest.raises(ConfigError, match=part):
        initial_config(method, "draft", name)


def test_no_steps_are_for_the_shape_prior_alone():
    assert check_runnable(with_changes(preset("text", "instant"), {"prompt": "a red cube"})).optimize.steps == 0
    with pytest.raises(ConfigError, match="No steps were asked for: set optimize.steps to 1 or more"):
        check_runnable(with_changes(preset("text", "draft"), {"prompt": "a red cube", "optimize": {"steps": 0}}))
    with pytest.raises(ConfigError, match="Photos have no instant answer: choose the quality draft, normal or high"):
        check_runnable(with_changes(preset("reconstruct", "instant"), {"dataset": "photos"}))
