"""The advanced settings: every one of backend/config, as the preset has it until a person changes it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import bpy
import pytest

from addon import flows
from addon.core import overrides
from addon.core.wire import config
from addon.ui import methods, requests

LISTS = {
    "prompt_options.extra_prompts",
    "prompt_options.image_prompts",
    "prompt_options.camera_prompts",
    "regions.items",
}
ELSEWHERE = {"prompt_options.negative", "start.mesh", "start.edits", "start.in_place"}
WAYS = {name: way.method for name, way in methods.METHODS.items()}


def settings():
    return bpy.context.scene.dreamwright


def paths_of(group, above=""):
    """Every property below a PropertyGroup, by its dotted path."""
    found = {}
    for prop in group.bl_rna.properties:
        if prop.identifier in ("rna_type", "name"):
            continue
        if prop.type == "POINTER":
            found |= paths_of(getattr(group, prop.identifier), f"{above}{prop.identifier}.")
        else:
            found[above + prop.identifier] = (group, prop)
    return found


def wanted_paths():
    """What names a model or a file is for the panel and scripts: these settings come out of a .blend."""
    grouped = {path for path, _ in config.leaves(config.JobConfig) if "." in path}
    grouped = {path for path in grouped if path.rpartition(".")[2] not in ("model", "depth_control")}
    return {path for path in grouped if not path.startswith("bounds.")} - LISTS - ELSEWHERE


def as_shown(value):
    """As Blender's property holds a value of the config."""
    if isinstance(value, str):
        return value.upper() or "AUTOMATIC"
    return value


def test_there_is_one_for_every_setting_and_no_other():
    assert set(paths_of(settings().advanced)) == wanted_paths()


@pytest.mark.parametrize("method", methods.METHODS)
@pytest.mark.parametrize("quality", ["DRAFT", "NORMAL", "HIGH"])
def test_each_shows_what_the_preset_says(method, quality):
    settings().method, settings().quality = method, quality
    base = config.preset(WAYS[method], quality.lower())
    for path, (group, prop) in paths_of(settings().advanced).items():
        seen, value = getattr(group, prop.identifier), overrides.value_at(base, path)
        if prop.type == "STRING" and not isinstance(value, str):
            numbers = [float(each) for each in seen.split(",") if each.strip()]
            assert numbers == pytest.approx(list(value) if isinstance(value, tuple) else [value]), path
        elif prop.type == "ENUM":
            assert seen == as_shown(value), path
        else:
            assert (tuple(seen) if isinstance(value, tuple) else seen) == pytest.approx(value), path


def test_each_says_what_it_means_and_in_which_unit():
    specs = dict(config.leaves(config.JobConfig))
    for path, (_, prop) in paths_of(settings().advanced).items():
        metadata = specs[path].metadata
        assert metadata["meaning"] in prop.description and metadata["unit"] in prop.description, path
        if prop.type in ("INT", "FLOAT"):
            assert prop.hard_min == pytest.approx(metadata["low"]) and prop.hard_max == pytest.approx(metadata["high"])


def test_only_what_was_changed_overrides_the_preset():
    settings().prompt = "a cube"
    settings().advanced.optimize.learning_rate_density = 0.3
    settings().advanced.field.upsample_at = "0.2 0.7"
    settings().advanced.score_distillation.weighting = "DREAMFUSION"
    settings().advanced.regularizer.ground.weight = "1e-5"
    settings().advanced.regularizer.ground.ramp = (0.1, 0.2)
    settings().advanced.field.unbounded = True
    for quality in ("DRAFT", "HIGH"):
        settings().quality = quality
        changes = {
            "prompt": "a cube",
            "optimize": {"learning_rate_density": 0.3},
            "field": {"upsample_at": (0.2, 0.7), "unbounded": True},
            "score_distillation": {"weighting": "dreamfusion"},
            "regularizer": {"ground": {"weight": 1e-5, "ramp": (0.1, 0.2)}},
        }
        by_hand = config.with_changes(config.preset("text", quality.lower()), changes)
        assert requests.panel_config(settings(), "auto") == by_hand


def test_back_at_the_preset_is_no_change():
    before = settings().advanced.optimize.steps
    settings().advanced.optimize.steps = 7
    assert json.loads(settings().overrides) == {"optimize": {"steps": 7}}
    settings().advanced.optimize.steps = before
    assert settings().overrides == ""


def test_beyond_the_bounds_stops_at_them():
    settings().advanced.optimize.steps = 2_000_000
    settings().advanced.dream_fields.crop_fraction = 0.0
    settings().advanced.regularizer.ground.ramp = (-1.0, 2.0)
    assert settings().advanced.optimize.steps == 1_000_000
    assert settings().advanced.dream_fields.crop_fraction == pytest.approx(0.1)
    assert tuple(settings().advanced.regularizer.ground.ramp) == (0.0, 1.0)


@pytest.mark.parametrize("text", ["lots", "", "1 2", "-3"])
def test_text_that_is_no_such_number_is_one_sentence_and_changes_nothing(text):
    before = settings().advanced.regularizer.ground.weight
    settings().advanced.regularizer.ground.weight = text
    flows.APP.session.drain()
    assert settings().advanced.regularizer.ground.weight == before and settings().overrides == ""
    assert "regularizer.ground.weight" in flows.APP.session.snapshot.error


def test_a_scene_of_another_version_keeps_what_is_understood():
    settings().overrides = '{"optimize": {"steps": 7, "magic": 1}, "gone": {"a": 2}}'
    assert settings().advanced.optimize.steps == 7
    assert requests.panel_config(settings(), "auto").optimize.steps == 7


def test_changes_are_saved_in_the_blend(tmp_path):
    settings().advanced.optimize.steps = 7
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    assert settings().advanced.optimize.steps != 7
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert settings().advanced.optimize.steps == 7


def test_a_script_gets_them_too():
    settings().advanced.optimize.warm_up = 3
    given = {"prompt": "a cube"}

    known = SimpleNamespace(is_property_set=lambda name: name in given)
    operator = SimpleNamespace(**given, steps=9, resolution=0, settings="", properties=known)
    wanted = requests.text_config(operator, settings(), "auto")
    assert (wanted.optimize.warm_up, wanted.optimize.steps) == (3, 9)
