"""A default may mean "by the model": which settings each kind of model begins with, and what a person is told of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from backend.config import (
    JobConfig,
    Method,
    ModelFamily,
    Quality,
    cached_snapshot,
    hub_cache,
    initial_config,
    known_models,
    model_family,
    preset,
    recipe,
    settings_sentence,
    to_json,
    with_changes,
)

SIZED = [Quality.DRAFT, Quality.NORMAL, Quality.HIGH]


def pipeline(folder: Path, *, vae: bool) -> Path:
    folder.mkdir(parents=True)
    part = ["diffusers", "AutoencoderKL"] if vae else [None, None]
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "X", "unet": ["diffusers", "U"], "vae": part}))
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


# -- which kind it is


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("embedded", "embedded"),
        ("embedded-clip", "embedded"),
        ("stable-diffusion-1.5", "latent"),
        ("stable-diffusion-v1-5/stable-diffusion-v1-5", "latent"),
        ("stable-diffusion-xl", "latent"),
        ("sd-turbo", "latent"),
        ("DeepFloyd/IF-I-XL-v1.0", "pixel"),
        ("ViT-B-16/openai", "image_text"),
        ("ViT-bigG-14/laion2b_s39b_b160k", "image_text"),
        ("convnext_base_w/laion2b_s13b_b82k", "image_text"),
        ("coca_ViT-L-14/laion2b_s13b_b90k", "image_text"),
        ("hf-hub:somebody/a-clip", "image_text"),
        ("somebody/a-model-of-theirs", "latent"),
        ("", "embedded"),
        ("//server/share/model", "embedded"),  # not touched: whoever loads it refuses it
        ("x" * 5000, "latent"),
        ("a\0b", "latent"),
    ],
)
def test_a_name_says_of_which_kind_a_model_is(name: str, family: str, cache: Path):
    assert model_family(name) == family


def test_a_folder_says_it_by_its_parts(tmp_path: Path):
    assert model_family(str(pipeline(tmp_path / "a", vae=True))) == ModelFamily.LATENT
    assert model_family(str(pipeline(tmp_path / "b", vae=False))) == ModelFamily.PIXEL
    clip = tmp_path / "clip"
    clip.mkdir()
    (clip / "open_clip_config.json").write_text("{}")
    assert model_family(str(clip)) == model_family(f"local-dir:{clip}") == ModelFamily.IMAGE_TEXT
    (clip / "weights.pt").write_bytes(b"0")
    assert model_family(str(clip / "weights.pt")) == ModelFamily.IMAGE_TEXT
    (tmp_path / "v1-5.safetensors").write_bytes(b"0")
    assert model_family(str(tmp_path / "v1-5.safetensors")) == ModelFamily.LATENT
    ours = tmp_path / "ours"
    ours.mkdir()
    (ours / "conditioner.json").write_text("{}")
    assert model_family(str(ours)) == ModelFamily.EMBEDDED


def test_a_repository_that_some_program_has_fetched_says_it_too(cache: Path):
    """DeepFloyd's like under a name that nobody knows: by the snapshot that main points at."""
    assert hub_cache() == cache
    folder = cache / "models--somebody--pixels"
    pipeline(folder / "snapshots" / ("a" * 40), vae=True)
    pipeline(folder / "snapshots" / ("b" * 40), vae=False)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("b" * 40)
    assert cached_snapshot("somebody/pixels") == folder / "snapshots" / ("b" * 40)
    assert model_family("somebody/pixels") == ModelFamily.PIXEL
    (folder / "refs" / "main").write_text("../../../../etc")  # no commit: the youngest snapshot
    os.utime(folder / "snapshots" / ("a" * 40), (2e9, 2e9))
    assert model_family("somebody/pixels") == ModelFamily.LATENT


def test_where_the_hub_s_cache_is_follows_its_own_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert hub_cache() == Path("~/.cache/huggingface/hub").expanduser()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "c"))
    assert hub_cache() == tmp_path / "c" / "huggingface" / "hub"
    monkeypatch.setenv("HF_HOME", str(tmp_path / "h"))
    assert hub_cache() == tmp_path / "h" / "hub"


# -- what it begins with


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("quality", list(Quality))
@pytest.mark.parametrize("model", ["embedded", "embedded-clip"])
def test_the_embedded_models_keep_what_they_have(method: Method, quality: Quality, model: str):
    expected = with_changes(preset(method, quality), {"model": model} if method.uses_text else {})
    assert preset(method, quality, model) == expected


@pytest.mark.parametrize("quality", SIZED)
def test_stable_diffusion_is_asked_as_threestudio_asks_it(quality: Quality):
    config = preset(Method.TEXT, quality, "stable-diffusion-1.5")
    settings = config.score_distillation
    assert settings == recipe("dreamfusion-sd").score_distillation
    assert (settings.guidance_scale, settings.weighting, settings.render_size) == (100, "dreamfusion", 64)
    assert (settings.timestep_schedule, settings.timestep_low) == ("random", 0.02)
    assert config.prompt_options.view_dependent and config.orbit == recipe("dreamfusion-sd").orbit
    assert config.optimize.steps >= 2000 and config.model == "stable-diffusion-1.5" and config.quality == quality


@pytest.mark.parametrize("quality", SIZED)
def test_deepfloyd_is_asked_with_its_own_scale(quality: Quality):
    config = preset(Method.TEXT, quality, "deepfloyd-if-m")
    assert config.score_distillation.guidance_scale == 20 and config.orbit.elevation_high_degrees == 90


@pytest.mark.parametrize(("quality", "render", "crop"), [("normal", 88, 80), ("high", 168, 154)])
def test_open_clip_models_get_the_numbers_of_dream_fields(quality: str, render: int, crop: int):
    config = preset(Method.TEXT, quality, "ViT-L-14/openai")
    published = recipe("dream-fields-lq")
    assert config.field == published.field and config.orbit == published.orbit
    assert config.dream_fields.render_size == render
    assert round(config.dream_fields.crop_fraction * render) == crop
    assert config.optimize.adam_epsilon == 1e-5 and config.model == "ViT-L-14/openai"
    assert config.early_stopping.model == ""  # a second model is not brought in unasked


@pytest.mark.parametrize("model", ["stable-diffusion-2.1", "deepfloyd-if-xl", "ViT-B-16/openai"])
def test_without_a_step_no_model_decides(model: str):
    assert preset(Method.TEXT, Quality.INSTANT, model) == with_changes(preset("text", "instant"), {"model": model})


def test_beside_photographs_only_the_way_it_is_asked_changes():
    words = preset(Method.BOTH, Quality.NORMAL, "stable-diffusion-1.5")
    plain = preset(Method.BOTH, Quality.NORMAL)
    assert words.score_distillation.guidance_scale == 100 and words.prompt_options.view_dependent
    for group in ("field", "optimize", "render", "bounds", "regularizer", "photometric", "orbit"):
        assert getattr(words, group) == getattr(plain, group)
    assert words.score_distillation.weight == plain.score_distillation.weight == 0.0015


def test_photographs_alone_ask_no_model():
    assert preset(Method.RECONSTRUCT, Quality.HIGH, "stable-diffusion-1.5") == preset("reconstruct", "high")


def test_a_recipe_holds_whatever_model_is_asked():
    assert initial_config(Method.TEXT, "normal", "dreamfusion", "stable-diffusion-1.5") == recipe("dreamfusion")


@pytest.mark.parametrize("model", [model.name for model in known_models() if model.kind != "controlnet"])
@pytest.mark.parametrize("quality", list(Quality))
def test_every_known_model_has_settings_in_bounds(model: str, quality: Quality):
    config = preset(Method.TEXT, quality, model)
    assert with_changes(JobConfig(), to_json(config)) == config


# -- what is said


def test_what_was_chosen_is_said_in_a_sentence():
    (said,) = settings_sentence(preset("text", "normal", "stable-diffusion-1.5"))
    assert "stable-diffusion-1.5 is a latent diffusion model" in said and "(quality normal)" in said
    for number in ("guidance scale 100", "5000 steps", "weighting dreamfusion", "0.02 to 0.98", "words of the view"):
        assert number in said
    (said,) = settings_sentence(recipe("dream-fields-mq"))
    assert "10000 steps, renders of 168 px, 8 crops a step (the recipe dream-fields-mq)" in said


def test_nothing_is_said_of_the_embedded_model_nor_where_no_model_is_asked():
    assert settings_sentence(preset("text", "normal")) == []
    assert settings_sentence(preset("reconstruct", "normal")) == []
    assert settings_sentence(preset("text", "instant", "stable-diffusion-1.5")) == []


def test_settings_of_the_embedded_model_under_another_are_pointed_out():
    config = with_changes(preset("text", "normal"), {"model": "stable-diffusion-1.5"})
    said = settings_sentence(config)[-1]
    assert "A guidance scale of 2 suits the embedded model" in said and "dreamfusion-sd" in said


@pytest.mark.parametrize("name", ["sd-turbo", "stabilityai/sdxl-turbo"])
def test_turbo_models_say_what_they_cannot_do(name: str):
    said = settings_sentence(preset("text", "normal", name))[-1]
    assert "distilled to be asked without guidance" in said and said.endswith("is the better choice.")
