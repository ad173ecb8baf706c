"""Properties against backend/config, which they are made from; and requests against what was asked."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import bpy
import pytest

from addon.core.capture_config import CaptureConfig
from addon.core.wire import ConfigError, config
from addon.ui import requests

SOURCES = {
    "prompt": config.JobConfig,
    "quality": config.JobConfig,
    "seed": config.JobConfig,
    "model": config.JobConfig,
    "negative": config.PromptOptionsConfig,
    "center": config.BoundsConfig,
    "size": config.BoundsConfig,
    "views": CaptureConfig,
    "image_size": CaptureConfig,
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_property_is_what_the_config_says(name):
    spec = next(each for each in dataclasses.fields(SOURCES[name]) if each.name == name)
    prop = bpy.context.scene.dreamwright.bl_rna.properties[name]
    value = getattr(bpy.context.scene.dreamwright, name)
    if spec.metadata["choices"]:
        assert [item.identifier.lower() for item in prop.enum_items] == list(spec.metadata["choices"])
        assert value.lower() == ("instant" if name == "quality" else spec.default), "the panel offers the quick one"
        return
    assert (tuple(value) if isinstance(spec.default, tuple) else value) == pytest.approx(spec.default)
    assert spec.metadata["meaning"] in prop.description
    if spec.metadata["low"] is not None:
        assert prop.hard_min == pytest.approx(spec.metadata["low"]) and prop.hard_max == spec.metadata["high"]


def operator(**given):
    """A Generate with these properties set and the others not, as Blender hands it over."""
    neutral = {"steps": 0, "resolution": 0, "device": "AUTO", "samples": 8, "settings": ""}
    return SimpleNamespace(**neutral | given, properties=SimpleNamespace(is_property_set=lambda name: name in given))


def test_the_panel_is_asked_where_the_operator_was_not():
    settings = bpy.context.scene.dreamwright
    settings.prompt, settings.quality, settings.seed, settings.size = "a green cone", "HIGH", 5, (1, 2, 3)
    wanted = requests.text_config(operator(seed=7), settings, "cpu")
    assert (wanted.prompt, wanted.quality, wanted.seed, wanted.device) == ("a green cone", "high", 7, "cpu")
    assert wanted.bounds.size == (1.0, 2.0, 3.0)
    assert wanted.optimize.steps == config.preset("text", "high").optimize.steps


def test_what_a_script_gives_wins():
    given = operator(prompt="a cube", quality="DRAFT", steps=9, resolution=16, device="CUDA")
    wanted = requests.text_config(given, bpy.context.scene.dreamwright, "cpu")
    assert (wanted.optimize.steps, wanted.device) == (9, "cuda")
    assert wanted.field.resolution == wanted.field.start_resolution == wanted.export.resolution == 16
    assert config.check_runnable(wanted) is wanted


def test_reconstruct_starts_from_its_own_preset():
    wanted = requests.reconstruct_config(operator(quality="DRAFT"), bpy.context.scene.dreamwright, "auto")
    assert wanted.method == "reconstruct"
    assert wanted.field == config.preset("reconstruct", "draft").field


def test_words_and_pictures_are_one_request_where_both_are_given():
    settings = bpy.context.scene.dreamwright
    wanted = requests.reconstruct_config(operator(prompt="a red cube", quality="DRAFT"), settings, "auto")
    assert (wanted.method, wanted.prompt, wanted.model) == ("both", "a red cube", "embedded")
    settings.prompt = "a blue cone"
    assert requests.reconstruct_config(operator(), settings, "auto").method == "reconstruct"
    settings.use_prompt = True
    wanted = requests.reconstruct_config(operator(), settings, "auto")
    assert (wanted.method, wanted.prompt) == ("both", "a blue cone")
    assert requests.reconstruct_config(operator(prompt=""), settings, "auto").method == "reconstruct"


def test_negative_words_and_any_other_setting_can_be_asked_for():
    settings = bpy.context.scene.dreamwright
    settings.prompt, settings.negative = "a cube", "blurry"
    wanted = requests.text_config(operator(settings='{"dream_fields": {"crops": 3}}'), settings, "auto")
    assert (wanted.prompt_options.negative, wanted.dream_fields.crops) == ("blurry", 3)


def test_a_model_is_fetched_only_where_person_and_blender_allow_it():
    settings = bpy.context.scene.dreamwright
    settings.prompt = "a cube"
    for person in (False, True):
        settings.allow_download = person
        wanted = requests.text_config(operator(), settings, "auto")
        assert wanted.allow_download == (person and bpy.app.online_access)


def test_a_recipe_brings_its_own_model_unless_another_is_named():
    settings = bpy.context.scene.dreamwright
    settings.prompt = "a cube"
    wanted = requests.text_config(operator(settings='{"recipe": "dream-fields-lq"}'), settings, "auto")
    assert (wanted.recipe, wanted.model, wanted.optimize.steps) == ("dream-fields-lq", "ViT-B-16/openai", 10_000)
    given = operator(settings='{"recipe": "dream-fields-lq"}', model="embedded-clip", steps=3)
    wanted = requests.text_config(given, settings, "auto")
    assert (wanted.model, wanted.optimize.steps, wanted.render.samples_per_ray) == ("embedded-clip", 3, 192)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("{", "are not JSON"), ("[1]", "are no JSON object"), ('{"magic": 1}', "no setting 'magic'")],
)
def test_settings_that_cannot_be_read_have_a_sentence(text, sentence):
    with pytest.raises(ConfigError, match=sentence):
        requests.text_config(operator(settings=text), bpy.context.scene.dreamwright, "auto")


def test_capture_asks_for_the_views():
    wanted = requests.capture_config(operator(views=12), bpy.context.scene.dreamwright)
    assert wanted == CaptureConfig(views=12, samples=8)
