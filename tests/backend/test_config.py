"""Settings: what is accepted, and the sentence for each thing that is not."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from backend.config import (
    JobConfig,
    JobState,
    Method,
    Quality,
    check_runnable,
    from_json,
    preset,
    to_json,
    with_changes,
)
from backend.errors import ConfigError, EmptyPromptError

GROUPS = [f for f in dataclasses.fields(JobConfig) if "meaning" not in f.metadata]


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("quality", list(Quality))
def test_every_preset_survives_json(method, quality):
    config = preset(method, quality)
    assert from_json(json.loads(json.dumps(to_json(config)))) == config
    assert config.quality == quality and config.method == method


def test_higher_quality_never_means_fewer_steps():
    for method in Method:
        steps = [preset(method, quality).optimise.steps for quality in (Quality.DRAFT, Quality.NORMAL, Quality.HIGH)]
        assert steps == sorted(set(steps))


@pytest.mark.parametrize("group", GROUPS, ids=lambda f: f.name)
def test_every_setting_has_a_meaning_and_a_default_inside_its_bounds(group):
    for spec in dataclasses.fields(group.default_factory):
        assert spec.metadata["meaning"]
        values = spec.default if isinstance(spec.default, tuple) else (spec.default,)
        for value in values:
            low, high = spec.metadata["low"], spec.metadata["high"]
            assert low is None or low <= value
            assert high is None or value <= high


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
        ({"field": {"grow_at": 0.5}}, "'field.grow_at' must be a list"),
        ({"bounds": {"size": [1, 2]}}, "must have 3 numbers, not 2"),
        ({"bounds": {"size": [1, 2, 0]}}, "'bounds.size' is 0"),
        ({"orbit": {"fov_degrees": math.nan}}, "give a finite number"),
        ([1], "must be a group of settings"),
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
    changed = with_changes(preset("text", "draft"), {"optimise": {"steps": 7}, "prompt": "a red cube"})
    assert changed.optimise.steps == 7 and changed.prompt == "a red cube"
    assert changed.field == preset("text", "draft").field


@pytest.mark.parametrize(
    ("changes", "error", "part"),
    [
        ({}, EmptyPromptError, "prompt is empty"),
        ({"prompt": "  \t"}, EmptyPromptError, "prompt is empty"),
        ({"prompt": "x" * 1001}, ConfigError, "1001 characters"),
        ({"method": "reconstruct"}, ConfigError, "No pictures"),
        ({"prompt": "a", "orbit": {"radius_low": 5.0}}, ConfigError, "swap them"),
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
