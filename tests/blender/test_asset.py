"""A published result: what the asset browser reads of it, also from the saved file."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest
from small_results import kept_result, small_ball
from small_scenes import names

from addon import flows
from addon.blender import asset
from addon.core import catalog
from addon.core.bake_export_config import AssetConfig, TurntableConfig
from addon.core.errors import DiskError, SceneError

MODELS = [{"name": "embedded diffusion", "license": "GPL-3.0-or-later", "source": "backend/models/diffusion"}]


@pytest.fixture(autouse=True)
def small_picture(request, monkeypatch):
    """But for the test that looks at it."""
    if request.node.name != "test_its_picture_shows_it_on_nothing":
        monkeypatch.setattr(asset, "PREVIEW", TurntableConfig(frames=12, size=16, samples=1, denoise=False))


@pytest.fixture
def cup(tmp_path):
    """A result in a saved file."""
    (tmp_path / "library").mkdir()
    made = kept_result(small_ball(16), "a cup")
    made["dreamwright_prompt"], made["dreamwright_models"] = "A red cup, on the table", json.dumps(MODELS)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library" / "cups.blend"))
    return made


def listed(folder):
    return catalog.parse_catalogs((folder / catalog.FILE).read_text(encoding="utf-8"))


def test_it_says_what_it_is_of_whom_and_under_which_license(cup, tmp_path):
    flows.publish(bpy.context, AssetConfig(catalog="Props/Cups", author="Ada", tags="toy, nice toy,"))
    said = cup.asset_data
    assert said.author == "Ada" and said.license == "GPL"
    assert said.description == "A red cup, on the table, made with Dreamwright and embedded diffusion"
    assert list(said.tags.keys()) == ["toy", "nice toy", "red", "cup", "table"]
    assert said.catalog_id == listed(tmp_path / "library")["Props/Cups"]


def test_its_picture_shows_it_on_nothing(cup):
    flows.publish(bpy.context, AssetConfig(catalog=""))
    picture = np.array(cup.preview.image_pixels_float[:]).reshape(256, 256, 4)
    assert picture[0, 0, 3] == 0 and picture[128, 128, 3] == 1
    assert 0.25 < (picture[..., 3] > 0.5).mean() < 0.8
    top, bottom = picture[200, 128, :3], picture[56, 128, :3]
    assert top[2] > bottom[2] + 0.1  # blue says the height: the picture is the right way up


def test_everything_is_there_in_the_saved_file(cup, tmp_path):
    flows.publish(bpy.context, AssetConfig())
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with bpy.data.libraries.load(str(tmp_path / "library" / "cups.blend"), assets_only=True) as (found, _):
        assert found.objects == ["a cup"]
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "library" / "cups.blend"))
    made = bpy.data.objects["a cup"]
    assert made.asset_data.catalog_id == listed(tmp_path / "library")["Dreamwright"]
    assert tuple(made.preview.image_size) == (16, 16) and max(made.preview.image_pixels_float[:]) > 0


def test_nothing_is_left_of_what_took_the_picture(cup):
    before, scene = names(), bpy.context.scene
    flows.publish(bpy.context, AssetConfig())
    assert names() == before and bpy.context.scene == scene and not bpy.data.actions


def test_published_again_it_is_told_anew(cup, tmp_path):
    flows.publish(bpy.context, AssetConfig(catalog="A", author="Ada"))
    flows.publish(bpy.context, AssetConfig(catalog="B", author="Bob"))
    assert cup.asset_data.author == "Bob" and len(cup.asset_data.tags) == 3
    assert set(listed(tmp_path / "library")) == {"A", "B"}
    assert cup.asset_data.catalog_id == listed(tmp_path / "library")["B"]


def test_the_catalog_lies_in_the_library_that_holds_the_file(cup, tmp_path):
    libraries = bpy.context.preferences.filepaths.asset_libraries
    bpy.ops.preferences.asset_library_add(directory=str(tmp_path))
    try:
        assert asset.library_folder() == tmp_path
    finally:
        bpy.ops.preferences.asset_library_remove(index=len(libraries) - 1)
    assert asset.library_folder() == tmp_path / "library"


def test_a_file_that_was_never_saved_has_no_place_for_a_catalog():
    made = kept_result(small_ball(16))
    with pytest.raises(DiskError, match="save it first"):
        flows.publish(bpy.context, AssetConfig())
    assert made.asset_data is None
    flows.publish(bpy.context, AssetConfig(catalog=" "))
    assert made.asset_data is not None


def test_a_broken_list_of_catalogs_stops_it_before_anything_changes(cup, tmp_path):
    (tmp_path / "library" / catalog.FILE).write_text("VERSION 7\n")
    before = names()
    with pytest.raises(DiskError, match="another version"):
        flows.publish(bpy.context, AssetConfig())
    assert cup.asset_data is None and names() == before


def test_without_cycles_it_is_one_sentence_and_leaves_nothing(cup):
    before = names()
    bpy.ops.preferences.addon_disable(module="cycles")
    try:
        with pytest.raises(SceneError, match="enable it in the add-ons"):
            flows.publish(bpy.context, AssetConfig())
    finally:
        bpy.ops.preferences.addon_enable(module="cycles")
    assert cup.asset_data is None and names() == before


@pytest.mark.parametrize("models", ["", "no JSON", "3", '["a"]', "[{}]"])
def test_models_that_someone_broke_are_left_out(cup, models):
    cup["dreamwright_models"] = models
    flows.publish(bpy.context, AssetConfig(catalog=""))
    assert cup.asset_data.description == "A red cup, on the table, made with Dreamwright"
    assert cup.asset_data.author == "Dreamwright"


@pytest.mark.parametrize(
    ("prompt", "more", "tags"),
    [
        ("", "", []),
        ("a Red red cup", "", ["red", "cup"]),
        ("чайник на столе", "cup", ["cup", "чайник", "на", "столе"]),
        ("a snowman's hat", " , ,x", ["x", "snowman's", "hat"]),
    ],
)
def test_tags(prompt, more, tags):
    assert asset.tags_of(prompt, more) == tags
