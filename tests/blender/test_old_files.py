"""Files that the add-on wrote before its names changed open, and their takes can be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import bpy
import pytest
from made_takes import reopened

from addon import flows
from addon.blender import low_poly, paths, remesh_record, results, takes
from addon.core import overrides
from addon.core.calls import load_grid

DATA = Path(__file__).parent.parent / "data"
BY_4_5, BY_5_2 = DATA / "takes_version_1.blend", DATA / "takes_version_1_by_5_2.blend"


@pytest.fixture(params=[BY_4_5, BY_5_2], ids=["by 4.5", "by 5.2"])
def old_path(request):
    """The same scene, written by the add-on of before in either Blender: from 5.0 on it keeps properties elsewhere."""
    if request.param == BY_5_2 and bpy.app.version < (5, 0):
        pytest.skip("Blender 4.5 reads no registered properties of a scene out of a file that 5.0 or later wrote")
    return request.param


@pytest.fixture
def old_file(old_path):
    bpy.ops.wm.open_mainfile(filepath=str(old_path))
    return bpy.context.scene


def test_takes_are_listed_with_all_that_they_knew(old_file):
    first, second = takes.list_takes(old_file)
    assert (first.record.prompt, first.record.seed, first.record.score) == ("a red cube", 7, 0.31)
    assert second.record.checkpoint_steps == (20, 40) and second.record.parent == "a1"
    assert second.record.license == "GPL-3.0-or-later" and second.record.models[0]["license"] == "GPL-3.0-or-later"
    assert not first.why_read_only and takes.chosen_take(bpy.context).job == "a2"


def test_what_a_result_knows_of_itself(old_file):
    known = results.read_provenance(old_file.objects["a blue ball"])
    assert known.on_floor is True and known.location == (0.0, 0.0, 0.0) and known.license == "GPL"
    assert low_poly.high_poly_of(old_file.objects["a blue ball textured"]).name == "a blue ball"
    assert not [
        name
        for obj in bpy.data.objects
        for name in list(obj.keys())
        if name in ("dreamwright_seated", "dreamwright_licence")
    ]


def test_its_sliders_and_the_record_on_its_mesh(old_file):
    ball = old_file.objects["a blue ball"]
    shape = ball.dreamwright_remesh
    assert (shape.max_faces, shape.fill_holes, shape.islands) == (800, False, "REMOVE_SMALL")
    assert shape.min_size_percent == pytest.approx(0.5) and shape.thicken == 1
    made = remesh_record.read_mesh_record(ball.data)
    assert made.default_threshold == 10.0 and made.settings == remesh_record.remesh_settings_of(ball)
    assert not remesh_record.is_outdated(ball)


def test_the_panel_asks_for_what_it_asked_for(old_file):
    settings = old_file.dreamwright
    assert (settings.prompt, settings.negative, settings.use_prompt, settings.quality) == (
        "a grey cat",
        "blurry",
        True,
        "HIGH",
    )
    assert tuple(settings.center) == (1.0, 2.0, 3.0) and settings.scene_setup.hold_out_every == 5
    assert settings.scene_setup.box.name == "Dreamwright Box" and settings.scene_setup.show_orbit
    display, output = settings.display, settings.bake_export
    assert (display.live_preview, display.live_mesh, display.live_mesh_every, display.render_source) == (
        False,
        True,
        33,
        "GRID",
    )
    assert (output.faces, output.catalog, output.turntable_format, output.turntable_frames) == (
        1234,
        "Props/Old",
        "PNG",
        17,
    )
    changed = overrides.parse(settings.overrides)
    assert changed["optimize.steps"] == 123 and len(changed) == 5


def test_cameras_and_unfinished_runs(old_file):
    camera = bpy.data.cameras["Camera"]
    assert (camera.dreamwright_prompt, camera.dreamwright_role) == ("a tail", "HOLD_OUT")
    assert [(run.job, run.steps) for run in flows.list_unfinished_runs(old_file)] == [("a9", 200)]


def test_its_grid_is_read_and_it_is_meshed_again(old_file):
    target = paths.cache_folder() / "grids" / "a2.npz"
    target.parent.mkdir(parents=True)
    shutil.copy(DATA / "grid_version_1.npz", target)
    assert load_grid(target).color.shape[-1] == 3
    results.select_only(bpy.context, old_file.objects["a blue ball"])
    bpy.ops.dreamwright.remesh(max_faces=0, faces="QUADS")
    assert len(old_file.objects["a blue ball"].data.polygons) > 100


def test_saved_and_opened_again_it_has_the_names_of_now(old_file, tmp_path):
    scene = reopened(tmp_path / "again.blend")
    assert [take.job for take in takes.list_takes(scene)] == ["a1", "a2"] and scene.dreamwright.use_prompt


def test_an_appended_object_is_a_take(old_path):
    with bpy.data.libraries.load(str(old_path)) as (_, wanted):
        wanted.objects = ["a red cube"]
    bpy.context.scene.collection.objects.link(wanted.objects[0])
    assert results.read_provenance(wanted.objects[0]).license == "GPL-3.0-or-later"
