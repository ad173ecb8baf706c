"""The first minute and the request: what a person reads and can press, in each state; and what then is asked for."""

from __future__ import annotations

import dataclasses
import sys
from types import SimpleNamespace

import bpy
import pytest
from bpy_online import blender_online

from addon import flows
from addon.core import known_words, model_list
from addon.core.calls import ModelInfo
from addon.core.errors import BackendLostError, BackendStartError, DreamwrightError, OfflineError
from addon.core.session import BackendState, Snapshot
from addon.core.wire import config
from addon.ui import menus, methods, operators_prompt, panels, presets, prompt_history, readiness, requests
from tests.fakes.layout import FakeLayout

READY = Snapshot(backend=BackendState.READY, device="cpu")
FAR = ModelInfo("far/model", "diffusion", "", 4300, 6000, "slow", "MIT", False, "a hub")


def drawn(panel, snapshot=READY, method="draw"):
    flows.APP.session.snapshot = snapshot
    layout = FakeLayout()
    getattr(panel, method)(SimpleNamespace(layout=layout), bpy.context)
    return layout


def settings():
    return bpy.context.scene.dreamwright


def why_gray(operator):
    """What the tooltip of a gray button says, as Blender hands it over."""
    assert not operator.poll()
    with pytest.raises(RuntimeError) as raised:
        operator()
    return str(raised.value)


@pytest.fixture
def set_up(monkeypatch):
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)


# -- the first minute


def test_before_anything_is_pressed_it_says_what_how_big_and_where_to():
    text = " ".join(drawn(panels.DREAMWRIGHT_PT_main, Snapshot()).texts())
    assert "downloads PyTorch" in text and " GB" in text and "are free" in text
    assert "backend_environment" in text.replace(" ", "") and "Cancel leaves nothing behind" in text


def test_offline_it_offers_what_has_to_be_allowed_and_the_button_says_why():
    layout = drawn(panels.DREAMWRIGHT_PT_main, Snapshot())
    assert layout.operators() == ["extensions.userpref_allow_online"], "one button at a time"
    assert "Blender is offline" in why_gray(bpy.ops.dreamwright.set_up_backend)


def test_setting_up_shows_how_far_it_is_and_can_be_cancelled():
    snapshot = Snapshot(backend=BackendState.SETTING_UP, activity="Collecting torch", fraction=0.4)
    layout = drawn(panels.DREAMWRIGHT_PT_main, snapshot)
    assert layout.operators() == ["dreamwright.stop"] and {"Collecting torch", "Cancel"} <= set(layout.texts())


def test_then_there_is_a_prompt_with_an_example_and_generate(set_up):
    layout = drawn(panels.DREAMWRIGHT_PT_main, Snapshot())
    fields = [given for method, given in layout.drawn if method == "prop" and given["property"] == "prompt"]
    assert fields[0]["placeholder"] == f"for example: {prompt_history.EXAMPLES[1]}"
    assert "dreamwright.generate_from_panel" in layout.operators() and "Generate" in layout.texts()


def test_without_a_network_the_embedded_model_is_chosen_and_needs_no_download():
    settings().prompt = "a red cube"
    for name, way in methods.METHODS.items():
        settings().method = name
        if way.kinds:
            model = model_list.find_model(flows.known_models(), methods.model_name(settings()))
            assert model and model.is_local and model.kind in way.kinds
            assert not requests.panel_config(settings(), "auto").allow_download


# -- the request


@pytest.mark.parametrize(
    ("method", "shown", "verb"),
    [
        (
            "DIFFUSION",
            ["prompt", "negative", "start_from", "method", "quality", "seed", "steps", "mesh_faces"],
            "Generate",
        ),
        (
            "CLIP",
            [
                "prompt",
                "negative",
                "start_from",
                "method",
                "trained_quality",
                "seed",
                "steps",
                "guidance_scale",
                "mesh_faces",
            ],
            "Generate",
        ),
        (
            "PHOTOS",
            ["dataset", "start_from", "method", "trained_quality", "seed", "steps", "mesh_faces"],
            "Photos to 3D",
        ),
        (
            "PHOTOS_TEXT",
            [
                "dataset",
                "prompt",
                "negative",
                "start_from",
                "method",
                "trained_quality",
                "seed",
                "steps",
                "guidance_scale",
                "mesh_faces",
            ],
            "Generate",
        ),
    ],
)
def test_each_method_asks_for_what_it_needs(set_up, method, shown, verb):
    settings().method = method
    layout = drawn(panels.DREAMWRIGHT_PT_main)
    assert layout.properties() == shown and verb in layout.texts()


@pytest.mark.parametrize("method", methods.METHODS)
@pytest.mark.parametrize("backend", list(BackendState))
def test_every_panel_of_the_request_can_be_drawn(set_up, method, backend):
    settings().method = method
    settings().overrides = '{"optimize": {"steps": 5}, "field": {"kind": "nerf"}}'
    snapshot = dataclasses.replace(READY, backend=backend, models=(FAR,), error="It went wrong.")
    for panel in (panels.DREAMWRIGHT_PT_main, panels.DREAMWRIGHT_PT_advanced, panels.DREAMWRIGHT_PT_prompt_options):
        assert drawn(panel, snapshot).drawn
    assert panels.DREAMWRIGHT_PT_prompt_options.poll(bpy.context) == (method != "PHOTOS")
    assert panels.DREAMWRIGHT_PT_advanced.poll(bpy.context)
    for menu in menus.CLASSES:
        assert drawn(menu, snapshot).drawn


def test_before_it_is_set_up_nobody_is_asked_for_more_words():
    assert not panels.DREAMWRIGHT_PT_prompt_options.poll(bpy.context) and not panels.DREAMWRIGHT_PT_advanced.poll(
        bpy.context
    )


def test_words_of_a_text_become_the_config_that_is_written_by_hand(tmp_path):
    settings().prompt, settings().negative, settings().seed, settings().quality = "a green cone", "blurry", 5, "HIGH"
    settings().size, settings().center = (1, 2, 3), (4, 5, 6)
    changes = {
        "prompt": "a green cone",
        "prompt_options": {"negative": "blurry"},
        "seed": 5,
        "device": "cpu",
        "bounds": {"size": (1.0, 2.0, 3.0), "center": (4.0, 5.0, 6.0)},
    }
    by_hand = config.with_changes(config.preset("text", "high"), changes)
    assert requests.panel_config(settings(), "cpu") == by_hand
    settings().method = "CLIP"
    assert requests.panel_config(settings(), "cpu") == config.with_changes(by_hand, {"model": "embedded-clip"})


def test_photos_become_the_config_that_is_written_by_hand(tmp_path):
    settings().method, settings().dataset, settings().quality = "PHOTOS", str(tmp_path), "DRAFT"
    settings().prompt = "words that photos alone do not read"
    by_hand = config.with_changes(config.preset("reconstruct", "draft"), {"dataset": str(tmp_path)})
    assert requests.panel_config(settings(), "auto") == by_hand
    settings().method, settings().model = "PHOTOS_TEXT", "embedded-clip"
    changes = {"dataset": str(tmp_path), "prompt": settings().prompt, "model": "embedded-clip"}
    by_hand = config.with_changes(config.preset("both", "draft"), changes)
    assert requests.panel_config(settings(), "auto") == by_hand


def test_photos_may_lie_beside_the_blend(tmp_path):
    settings().method, settings().dataset = "PHOTOS", "//photos"
    assert "never saved" in readiness.why_not_ready(settings()) or "not set up" in readiness.why_not_ready(settings())
    with pytest.raises(DreamwrightError, match="save it first"):
        requests.panel_config(settings(), "auto")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    assert requests.panel_config(settings(), "auto").dataset == str(tmp_path / "photos")


def test_the_main_button_says_why_it_is_gray(set_up, tmp_path, monkeypatch):
    make = bpy.ops.dreamwright.generate_from_panel
    assert "The prompt is empty" in why_gray(make)
    settings().method = "PHOTOS"
    assert "No photos are chosen" in why_gray(make)
    settings().dataset = str(tmp_path / "none")
    assert "There is no folder" in why_gray(make)
    settings().dataset = str(tmp_path)
    assert "is empty" in why_gray(make)
    (tmp_path / "a.jpg").write_bytes(b"")
    assert make.poll()
    settings().dataset = "//photos"
    assert "save it first" in why_gray(make)
    settings().method, settings().prompt = "DIFFUSION", "a cube"
    assert make.poll()
    with flows.APP.busy("generating"):
        assert "Already generating" in why_gray(make)
    monkeypatch.delenv("DREAMWRIGHT_BACKEND_PYTHON")
    assert "not set up" in why_gray(make)


def test_a_model_that_is_not_here_says_what_to_do(set_up):
    settings().prompt, settings().model = "a cube", FAR.name
    flows.APP.session.snapshot = dataclasses.replace(READY, models=(*model_list.embedded_models(), FAR))
    assert "Blender is offline" in why_gray(bpy.ops.dreamwright.generate_from_panel)
    layout = drawn(panels.DREAMWRIGHT_PT_main, flows.APP.session.snapshot)
    assert "Download (4.3 GB)" in layout.texts() and "extensions.userpref_allow_online" in layout.operators()
    with blender_online(True):
        assert "4.3 GB): press Download" in why_gray(bpy.ops.dreamwright.generate_from_panel)
        settings().allow_download = True
        assert bpy.ops.dreamwright.generate_from_panel.poll()
    settings().model = "/a/path/that/nobody/told/of"
    assert bpy.ops.dreamwright.generate_from_panel.poll()
    layout = drawn(panels.DREAMWRIGHT_PT_main, flows.APP.session.snapshot)
    assert "allow_download" in layout.properties(), "of what nobody knows, the person says it in a word"


# -- dice, history, models


def test_the_dice_give_seeds_within_the_bounds():
    seeds = set()
    for _ in range(20):
        assert bpy.ops.dreamwright.randomize_seed() == {"FINISHED"}
        seeds.add(settings().seed)
    assert len(seeds) > 15 and all(0 <= seed < 2**31 for seed in seeds)
    config.with_changes(config.JobConfig(), {"seed": max(seeds)})


def test_history_has_each_prompt_once_the_latest_first_and_is_bounded():
    for number in range(prompt_history.LIMIT + 5):
        prompt_history.add_prompt(settings(), f"prompt {number}", "")
    prompt_history.add_prompt(settings(), " prompt 10 ", "")
    prompt_history.add_prompt(settings(), "prompt 10", "blurry")
    prompt_history.add_prompt(settings(), "  ", "")
    entries = [(entry.prompt, entry.negative) for entry in settings().history]
    assert entries[:3] == [("prompt 10", "blurry"), ("prompt 10", ""), ("prompt 24", "")]
    assert len(entries) == len(set(entries)) == prompt_history.LIMIT


def test_history_is_in_the_blend_and_an_entry_is_used_again(tmp_path):
    prompt_history.add_prompt(settings(), "a blue cone", "fog")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    layout = drawn(menus.DREAMWRIGHT_MT_prompts)
    assert "a blue cone (negative: fog)" in layout.texts() and set(prompt_history.EXAMPLES) <= set(layout.texts())
    bpy.ops.dreamwright.use_prompt(prompt="a blue cone", negative="fog")
    assert (settings().prompt, settings().negative) == ("a blue cone", "fog")
    bpy.ops.dreamwright.forget_prompts()
    assert not settings().history and "Nothing was generated" in why_gray(bpy.ops.dreamwright.forget_prompts)
    with pytest.raises(RuntimeError, match="The prompt is empty"):
        bpy.ops.dreamwright.use_prompt(prompt=" ")


def test_what_was_made_is_remembered_and_what_failed_is_not():
    def failing():
        yield
        raise DreamwrightError("no")

    def making():
        yield
        return "made"

    wanted = config.JobConfig(prompt="a cube", prompt_options=config.PromptOptionsConfig(negative="fog"))
    with pytest.raises(DreamwrightError):
        list(prompt_history.recording_prompt(bpy.context.scene.session_uid, wanted, failing()))
    assert not settings().history
    flow = prompt_history.recording_prompt(bpy.context.scene.session_uid, wanted, making())
    next(flow)
    assert not settings().history
    with pytest.raises(StopIteration) as end:
        next(flow)
    assert end.value.value == "made" and settings().history[0].prompt == "a cube"
    list(prompt_history.recording_prompt(-1, wanted, making()))


def description_of(model):
    """The tooltip of a model in the menu."""
    return operators_prompt.DREAMWRIGHT_OT_choose_model.description(bpy.context, SimpleNamespace(model=model.name))


def test_the_menu_of_models_tells_size_license_and_whether_it_is_here():
    snapshot = dataclasses.replace(READY, models=(*model_list.embedded_models(), FAR))
    texts = drawn(menus.DREAMWRIGHT_MT_models, snapshot).texts()
    assert "far/model  (4.3 GB download, 6.0 GB memory)" in texts
    assert texts.count("Built-in (toy shapes)  (Ready)") == 1
    diffusion = model_list.embedded_models()[0]
    assert "license MIT" in description_of(FAR) and diffusion.license in description_of(diffusion)
    settings().method = "CLIP"
    texts = drawn(menus.DREAMWRIGHT_MT_models, snapshot).texts()
    assert texts.count("Built-in (toy shapes)  (Ready)") == 1 and not any("far/" in text for text in texts)


def test_each_method_keeps_a_model_of_its_own():
    bpy.ops.dreamwright.choose_model(model="far/model")
    settings().method = "CLIP"
    assert methods.model_name(settings()) == "embedded-clip"
    bpy.ops.dreamwright.choose_model(model="ViT-B-32/openai")
    settings().method = "DIFFUSION"
    assert methods.model_name(settings()) == "far/model"
    with pytest.raises(RuntimeError, match="model has no name"):
        bpy.ops.dreamwright.choose_model(model="")


def test_before_a_backend_told_the_list_in_the_zip_names_the_models(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    model_list.listed_models.cache_clear()
    listed = {model.name: model for model in flows.known_models()}
    assert list(listed)[:2] == [model.name for model in model_list.embedded_models()]
    assert set(listed) == {known.name for known in config.known_models()}
    assert [model.name for model in listed.values() if model.is_local] == list(listed)[:2]
    settings().method = "DIFFUSION"
    texts = drawn(menus.DREAMWRIGHT_MT_models, Snapshot()).texts()
    assert any("recommended" in text and "GB download" in text and "GB memory" in text for text in texts)
    repository = next(model.source for model in listed.values() if not model.is_local)
    folder = tmp_path / "hub" / f"models--{repository.replace('/', '--')}"
    (folder / "snapshots" / "a").mkdir(parents=True)
    model_list.listed_models.cache_clear()
    assert next(model for model in flows.known_models() if model.source == repository).is_local
    (folder / "blobs").mkdir()
    (folder / "blobs" / "b.incomplete").touch()
    model_list.listed_models.cache_clear()
    assert not next(model for model in flows.known_models() if model.source == repository).is_local


def test_after_a_backend_told_its_models_hold():
    flows.APP.session.post("models", models=(FAR,))
    flows.APP.session.drain()
    assert flows.known_models() == (FAR,)


# -- advanced settings, presets


def test_advanced_shows_what_the_request_reads(set_up):
    texts = drawn(panels.DREAMWRIGHT_PT_advanced).texts()
    assert {"Score Distillation", "Optimize", "Regularizer", "Export"} <= set(texts) and "Dream Fields" not in texts
    settings().method = "PHOTOS"
    texts = drawn(panels.DREAMWRIGHT_PT_advanced).texts()
    assert "Photometric" in texts and not {"Score Distillation", "Orbit", "Dream Fields"} & set(texts)


def test_a_network_of_its_own_is_shown_where_it_is_the_field():
    assert "NeRF" not in drawn(panels.DREAMWRIGHT_PT_advanced).texts()
    settings().advanced.field.kind = "NERF"
    texts = drawn(panels.DREAMWRIGHT_PT_advanced).texts()
    assert "NeRF" in texts and "SIREN" not in texts


def test_a_term_shows_more_of_itself_once_it_weighs_something():
    def ramps():
        return drawn(panels.DREAMWRIGHT_PT_advanced).properties().count("ramp")

    before = ramps()
    assert {"Ground", "Symmetry"} <= set(drawn(panels.DREAMWRIGHT_PT_advanced).texts())
    settings().advanced.regularizer.ground.weight = "0.5"
    assert ramps() == before + 1
    weight = settings().advanced.regularizer.ground.bl_rna.properties["weight"]
    assert weight.description.startswith("Nothing below the ground plane. Weight of the term")


def test_one_setting_changed_has_a_button_beside_it_and_no_other_has():
    settings().advanced.optimize.steps = 7
    layout = drawn(panels.DREAMWRIGHT_PT_advanced)
    assert layout.operators().count("dreamwright.reset_settings") == 2  # beside it, and for all


def test_what_was_changed_is_counted_and_taken_back(set_up):
    assert "No advanced setting" in why_gray(bpy.ops.dreamwright.reset_settings)
    settings().advanced.optimize.steps, settings().advanced.optimize.warm_up = 7, 3
    settings().advanced.export.resolution = 32
    assert "Options (3 changed)" in drawn(panels.DREAMWRIGHT_PT_main).texts()
    assert "Optimize (2 changed)" in drawn(panels.DREAMWRIGHT_PT_advanced).texts()
    bpy.ops.dreamwright.reset_settings(setting="optimize.steps")
    assert settings().overrides == '{"optimize": {"warm_up": 3}, "export": {"resolution": 32}}'
    with pytest.raises(RuntimeError, match="is not changed"):
        bpy.ops.dreamwright.reset_settings(setting="optimize.steps")
    bpy.ops.dreamwright.reset_settings()
    assert settings().overrides == ""


@pytest.mark.parametrize("name", config.RECIPES)
def test_published_settings_bring_method_and_model_and_become_the_config_written_by_hand(set_up, name):
    settings().prompt = "a cube"
    assert bpy.ops.dreamwright.use_recipe(recipe=name) == {"FINISHED"}
    method = config.RECIPES[name][0]
    by_hand = config.with_changes(config.initial_config(method, "normal", name), {"seed": 0})
    if method.uses_text:
        box = {"size": tuple(settings().size), "center": tuple(settings().center)}
        by_hand = config.with_changes(by_hand, {"prompt": "a cube", "bounds": box})
    assert requests.panel_config(settings(), "auto") == by_hand
    layout = drawn(panels.DREAMWRIGHT_PT_main)
    assert (
        not {"quality", "trained_quality"} & set(layout.properties())
        and f"Preset: {menus.recipe_label(name)}" in layout.texts()
    )
    assert menus.recipe_label(name) in drawn(menus.DREAMWRIGHT_MT_recipes).texts()
    assert bpy.ops.dreamwright.use_recipe(recipe="") == {"FINISHED"}
    assert {"quality", "trained_quality"} & set(drawn(panels.DREAMWRIGHT_PT_main).properties())


def test_published_settings_hold_only_for_their_method():
    bpy.ops.dreamwright.use_recipe(recipe="dietnerf")
    assert settings().method == "PHOTOS"
    settings().method = "DIFFUSION"
    assert methods.base_config(settings()) == config.preset("text", "instant")
    settings().method = "PHOTOS_TEXT"
    assert methods.base_config(settings()).recipe == "dietnerf"
    bpy.ops.dreamwright.use_recipe(recipe="simplified-nerf")
    assert settings().method == "PHOTOS_TEXT"
    bpy.ops.dreamwright.use_recipe(recipe="dream-fields-lq")
    assert (settings().method, settings().clip_model) == ("CLIP", "ViT-B-16/openai")
    with pytest.raises(RuntimeError, match="There is no recipe 'magic'"):
        bpy.ops.dreamwright.use_recipe(recipe="magic")
    settings().recipe = "of a later version"
    assert methods.base_config(settings()) == config.preset("text", "normal", "ViT-B-16/openai"), "no prior for it"


def test_instant_is_offered_first_and_only_where_the_shape_prior_answers(set_up):
    settings().prompt = "a cube"
    assert settings().quality == "INSTANT" and requests.panel_config(settings(), "auto").optimize.steps == 0
    for changed in ({"model": "far/model"}, {"method": "CLIP"}, {"method": "PHOTOS"}, {"method": "PHOTOS_TEXT"}):
        bpy.context.scene.property_unset("dreamwright")
        for name, value in ({"prompt": "a cube"} | changed).items():
            setattr(settings(), name, value)
        wanted, shown = requests.panel_config(settings(), "auto"), drawn(panels.DREAMWRIGHT_PT_main).properties()
        assert (wanted.quality, wanted.optimize.steps > 0) == ("normal", True), changed
        assert "trained_quality" in shown and "quality" not in shown and settings().trained_quality == "NORMAL"
        settings().trained_quality = "HIGH"
        assert requests.panel_config(settings(), "auto").quality == "high" and settings().quality == "HIGH"


def test_instant_in_the_panel_is_not_what_a_script_or_a_refinement_gets_that_needs_training():
    def asked_with(**given):
        known = SimpleNamespace(is_property_set=lambda name: name in given)
        return SimpleNamespace(**{"steps": 0, "resolution": 0, "settings": ""} | given, properties=known)

    assert requests.text_config(asked_with(), settings(), "auto").quality == "instant"
    assert requests.text_config(asked_with(steps=40), settings(), "auto").quality == "normal"
    assert requests.text_config(asked_with(model="far/model"), settings(), "auto").quality == "normal"
    assert requests.reconstruct_config(asked_with(), settings(), "auto").quality == "normal"
    assert requests.refine_config(asked_with(take=""), settings(), "auto", config.Method.TEXT).quality == "normal"
    settings().quality = "DRAFT"
    assert requests.refine_config(asked_with(take=""), settings(), "auto", config.Method.TEXT).quality == "draft"


def test_an_unknown_word_is_told_while_it_is_typed_with_a_button_that_replaces_it(set_up):
    settings().prompt, settings().negative = "a poodle with a sombrero", "blurry"
    settings().quality = "DRAFT"
    layout = drawn(panels.DREAMWRIGHT_PT_main)
    assert {"Unknown: poodle", "Unknown: sombrero", "Use “dog”"} <= set(layout.texts())
    assert bpy.ops.dreamwright.use_prompt(prompt="a dog with a sombrero", negative="blurry") == {"FINISHED"}
    assert "Unknown: poodle" not in drawn(panels.DREAMWRIGHT_PT_main).texts()
    settings().model = "stabilityai/sd-turbo"
    assert "Unknown: sombrero" not in drawn(panels.DREAMWRIGHT_PT_main).texts(), "nothing is known of that model"


@pytest.mark.parametrize(
    ("prompt", "said", "offered"),
    [
        ("a poodle", "Drawn as: dog", ""),
        ("a plant", "Drawn as: potted plant", "Use “factory”"),
        ("a flurbl", "Unknown: flurbl", ""),
        ("a red mushroom", "", ""),
    ],
)
def test_at_instant_it_says_what_will_be_drawn_before_anything_is_made(set_up, prompt, said, offered):
    settings().prompt = prompt
    layout = drawn(panels.DREAMWRIGHT_PT_main)
    texts = [text for text in layout.texts() if text.startswith(("Drawn", "Unknown", "Use"))]
    assert texts == [text for text in (said, offered) if text]


def test_an_empty_prompt_has_an_example_to_press(set_up):
    layout = drawn(panels.DREAMWRIGHT_PT_main)
    assert "Try:" in layout.texts() and prompt_history.EXAMPLES[0] in layout.texts()
    assert layout.operators().index("dreamwright.use_prompt") < layout.operators().index(
        "dreamwright.generate_from_panel"
    )


def test_every_example_is_known_to_every_model_that_comes_along():
    for prompt in prompt_history.EXAMPLES:
        for model, instant in (("embedded", True), ("embedded", False), ("embedded-clip", False)):
            assert known_words.unknown_words(prompt, model, instant) == (), prompt


def test_the_model_is_named_as_a_person_reads_it(set_up):
    def menu():
        layout = drawn(panels.DREAMWRIGHT_PT_main)
        return [given["text"] for method, given in layout.drawn if given.get("menu") == "DREAMWRIGHT_MT_models"]

    assert menu() == [model_list.PRIOR]
    settings().quality = "DRAFT"
    assert menu() == [model_list.BUILT_IN]
    settings().model = "a/very-long-name-of-some-model-or-a-path-of-weights.safetensors"
    assert menu()[0].startswith("a/very-long") and menu()[0].endswith("…")


def test_a_script_that_names_a_quality_does_not_get_the_panels_recipe():
    settings().prompt = "a cube"
    bpy.ops.dreamwright.use_recipe(recipe="dreamfusion")

    def asked_with(**given):
        known = SimpleNamespace(is_property_set=lambda name: name in given)
        return SimpleNamespace(**{"steps": 0, "resolution": 0, "settings": ""} | given, properties=known)

    assert requests.text_config(asked_with(), settings(), "auto").recipe == "dreamfusion"
    assert requests.text_config(asked_with(quality="DRAFT"), settings(), "auto").recipe == ""


@pytest.fixture
def preset_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("BLENDER_USER_SCRIPTS", str(tmp_path / "scripts"))
    return tmp_path / "scripts" / "presets" / presets.SUBFOLDER


def test_a_preset_of_ones_own_brings_back_how_something_is_made(set_up, preset_folder):
    settings().quality, settings().method, settings().clip_model = "HIGH", "CLIP", "ViT-B-32/openai"
    settings().advanced.optimize.steps, settings().prompt = 77, "a cube"
    before = requests.panel_config(settings(), "auto")
    assert bpy.ops.dreamwright.add_preset(name="My Best") == {"FINISHED"}
    file = next(preset_folder.glob("*.py"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    settings().prompt = "a cube"
    assert requests.panel_config(settings(), "auto") != before
    bpy.ops.script.execute_preset(filepath=str(file), menu_idname="DREAMWRIGHT_PT_presets")
    assert requests.panel_config(settings(), "auto") == before
    bpy.ops.dreamwright.add_preset(name="My Best", remove_name=True)
    assert not file.exists()


def test_without_a_preset_of_ones_own_there_is_a_sentence_and_a_place_for_one(preset_folder):
    layout = FakeLayout()
    owner = SimpleNamespace(layout=layout, preset_add_operator="dreamwright.add_preset")
    presets.DREAMWRIGHT_PT_presets.draw(owner, bpy.context)
    assert "No presets yet" in layout.texts() and layout.operators() == ["dreamwright.add_preset"]


def test_the_presets_unfold_in_the_header(set_up):
    layout = drawn(panels.DREAMWRIGHT_PT_main, method="draw_header_preset")
    assert [given["panel"] for method, given in layout.drawn if method == "popover"] == ["DREAMWRIGHT_PT_presets"]


# -- when something is wrong


@pytest.mark.parametrize(
    ("error", "helps"),
    [
        (BackendStartError("It ended."), "dreamwright.set_up_backend"),
        (BackendLostError("It is gone."), "dreamwright.resume"),
        (OfflineError("Blender is offline."), "extensions.userpref_allow_online"),
    ],
)
def test_what_is_wrong_has_a_button_that_helps(set_up, error, helps):
    snapshot = dataclasses.replace(READY, error=error.sentence, error_code=error.code)
    layout = drawn(panels.DREAMWRIGHT_PT_main, snapshot)
    assert error.sentence in layout.texts() and helps in layout.operators()
    assert {"dreamwright.open_log", "dreamwright.copy_details", "dreamwright.dismiss"} <= set(layout.operators())


def test_an_error_of_any_other_kind_still_has_log_details_and_dismiss(set_up):
    layout = drawn(panels.DREAMWRIGHT_PT_main, dataclasses.replace(READY, error="Something else.", error_code=0))
    assert "dreamwright.copy_details" in layout.operators() and "dreamwright.resume" not in layout.operators()


def test_details_say_what_whoever_helps_needs_to_know(tmp_path, monkeypatch):
    folder = tmp_path / "cache" / "log"
    folder.mkdir(parents=True)
    (folder / "backend.log").write_text("".join(f"line {number}\n" for number in range(100)))
    flows.APP.session.snapshot = dataclasses.replace(READY, error="It is broken.", job="a1")
    text = flows.details()
    assert flows.VERSION in text and bpy.app.version_string in text and "Device: cpu" in text
    assert "It is broken." in text and "line 99" in text and "line 10\n" not in text and "a1" in text
    assert bpy.ops.dreamwright.copy_details() == {"FINISHED"}


def test_details_without_a_log_have_what_the_backend_told():
    flows.APP.session.snapshot = dataclasses.replace(READY, log=("said so",))
    assert flows.details().endswith("said so")
    flows.APP.session.snapshot = READY
    assert flows.details().endswith("(there is none)")


def test_a_sentence_can_be_taken_away():
    assert "Nothing is wrong" in why_gray(bpy.ops.dreamwright.dismiss)
    flows.APP.session.snapshot = dataclasses.replace(READY, error="It went wrong.")
    bpy.ops.dreamwright.dismiss()
    assert flows.APP.session.snapshot.error == ""


def test_buttons_of_the_backend_say_why_they_are_gray(set_up, monkeypatch):
    assert "not running" in why_gray(bpy.ops.dreamwright.stop_backend)
    assert bpy.ops.dreamwright.open_log() == {"FINISHED"}, "it always opens"
    with flows.APP.busy("generating"):
        assert "Already generating" in why_gray(bpy.ops.dreamwright.refresh_models)
    monkeypatch.delenv("DREAMWRIGHT_BACKEND_PYTHON")
    assert "not set up" in why_gray(bpy.ops.dreamwright.start_backend)


# -- undo


@pytest.mark.parametrize(
    ("press", "name"),
    [
        (lambda: bpy.ops.dreamwright.randomize_seed("EXEC_DEFAULT", True), "seed"),
        (lambda: bpy.ops.dreamwright.use_prompt("EXEC_DEFAULT", True, prompt="other"), "prompt"),
        (lambda: bpy.ops.dreamwright.choose_model("EXEC_DEFAULT", True, model="other"), "model"),
        (lambda: bpy.ops.dreamwright.use_recipe("EXEC_DEFAULT", True, recipe="dreamfusion"), "recipe"),
        (lambda: bpy.ops.dreamwright.reset_settings("EXEC_DEFAULT", True), "overrides"),
    ],
)
def test_what_a_button_changed_is_one_undo_step(press, name):
    settings().overrides, settings().prompt = '{"optimize": {"steps": 9}}', "mine"
    bpy.ops.ed.undo_push(message="before")
    before = getattr(settings(), name)
    press()
    assert getattr(settings(), name) != before
    bpy.ops.ed.undo()
    assert getattr(settings(), name) == before


def test_an_emptied_history_comes_back_with_undo():
    prompt_history.add_prompt(settings(), "a cube", "")
    bpy.ops.ed.undo_push(message="before")
    bpy.ops.dreamwright.forget_prompts("EXEC_DEFAULT", True)
    bpy.ops.ed.undo()
    assert [entry.prompt for entry in settings().history] == ["a cube"]
