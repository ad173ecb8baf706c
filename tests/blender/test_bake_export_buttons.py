"""The panel Finish and its buttons: what is drawn, when they may be pressed, what they take, and undo."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest
from small_results import kept_result, small_ball
from small_scenes import lit_ball, names

from addon import flows, registration
from addon.blender import asset
from addon.core.bake_export_config import TextureConfig, TurntableConfig
from addon.ui import bake_export_settings, operators_bake_export, panels
from addon.ui.panels import bake_export
from tests.fakes.layout import FakeLayout

SMALL = {"faces": 100, "size": 32}
TURN = {"frames": 2, "size": 16, "samples": 1, "denoise": False}
BUTTONS = ["bake_textures", "export", "render_turntable", "add_turntable", "publish"]


@pytest.fixture
def cup():
    return kept_result(small_ball(12), "a cup")


def button(name):
    return getattr(bpy.ops.dreamwright, name)


def drawn(panel):
    layout = FakeLayout()
    owner = SimpleNamespace(layout=layout, names=getattr(panel, "names", ()), buttons=getattr(panel, "buttons", ()))
    panel.draw(owner, bpy.context)
    return layout


def scene_data():
    """What undo has to bring back: all data by name, and where every object is and whether it is shown."""
    objects = {each.name: (each.data and each.data.name, each.hide_get(), each.hide_render, bool(each.asset_data))
              for each in bpy.context.scene.objects}  # fmt: skip
    return names() | {"worlds": sorted(each.name for each in bpy.data.worlds)}, objects


def test_without_a_result_the_panel_says_what_to_do():
    lit_ball()
    assert "Select a result of Dreamwright" in drawn(panels.DREAMWRIGHT_PT_bake_export).texts()


def test_the_panel_names_the_object_and_has_two_buttons(cup):
    layout = drawn(panels.DREAMWRIGHT_PT_bake_export)
    assert f"a cup, {len(cup.data.polygons)} faces" in layout.texts()
    assert layout.operators() == ["dreamwright.bake_textures", "dreamwright.export"]
    assert layout.properties() == ["faces", "size", "normals", "pack", "format"]


def test_the_panel_names_the_twin_when_that_is_chosen(cup):
    flows.bake_textures(bpy.context, TextureConfig(**SMALL))
    assert any(text.startswith("a cup textured, ") for text in drawn(panels.DREAMWRIGHT_PT_bake_export).texts())


def test_turntable_and_asset_have_panels_of_their_own(cup):
    turntable, publish = drawn(panels.DREAMWRIGHT_PT_turntable), drawn(panels.DREAMWRIGHT_PT_asset)
    assert turntable.operators() == ["dreamwright.render_turntable", "dreamwright.add_turntable"]
    assert publish.operators() == ["dreamwright.publish"]


def test_every_setting_is_shown_somewhere(cup):
    shown = [drawn(panel).properties() for panel in bake_export.CLASSES]
    assert {name for names_ in shown for name in names_} == set(
        bake_export_settings.DreamwrightBakeExportSettings.__annotations__
    )


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_is_gray_without_a_result_and_in_edit_mode(cup, name):
    assert button(name).poll()
    bpy.ops.object.mode_set(mode="EDIT")
    assert not button(name).poll()
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.data.objects.remove(cup)
    assert not button(name).poll()


def test_a_gray_button_says_why(cup):
    said = []
    operator = SimpleNamespace(poll_message_set=said.append)
    bpy.ops.object.mode_set(mode="EDIT")
    assert not operators_bake_export.can_export(operator, bpy.context)
    bpy.ops.object.mode_set(mode="OBJECT")
    bpy.data.objects.remove(cup)
    assert not operators_bake_export.can_export(operator, bpy.context)
    assert said == ["Go to Object Mode first", "Select a result of Dreamwright"]


def test_the_turntable_waits_while_something_runs(cup):
    with flows.APP.busy("generating"):
        assert not bpy.ops.dreamwright.render_turntable.poll() and bpy.ops.dreamwright.export.poll()


def test_a_button_takes_the_panels_settings_and_what_a_script_gives_it(cup):
    settings = bpy.context.scene.dreamwright.bake_export
    settings.faces, settings.size, settings.normals = 60, 32, False
    bpy.ops.dreamwright.bake_textures()
    assert len(bpy.context.object.data.polygons) <= 60 and len(bpy.data.images) == 1
    bpy.ops.dreamwright.bake_textures(faces=30, normals=True)
    assert len(bpy.context.object.data.polygons) <= 30 and len(bpy.data.images) == 3
    assert {tuple(image.size) for image in bpy.data.images} == {(32, 32)}


def test_the_ending_says_the_format_and_the_panel_where_there_is_none(cup, tmp_path):
    bpy.context.scene.dreamwright.bake_export.format = "STL"
    bpy.ops.dreamwright.export(filepath=str(tmp_path / "a"))
    bpy.ops.dreamwright.export(filepath=str(tmp_path / "b"), format="PLY")
    bpy.ops.dreamwright.export(filepath=str(tmp_path / "c.obj"))
    found = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert found == {"a.stl", "b.ply", "c.obj", "c.mtl"}


def test_a_path_may_be_beside_the_blend(cup, tmp_path):
    with pytest.raises(RuntimeError, match="never saved: save it first"):
        bpy.ops.dreamwright.export(filepath="//a.glb")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.dreamwright.export(filepath="//a.glb")
    assert (tmp_path / "a.glb").is_file()


@pytest.mark.parametrize("name", ["export", "render_turntable"])
def test_no_file_is_one_sentence(cup, name):
    with pytest.raises(RuntimeError, match="No file was named"):
        button(name)()


def test_a_taken_name_is_refused_to_a_script_and_taken_from_the_browser(cup, tmp_path):
    file = tmp_path / "a.stl"
    file.write_text("precious")
    with pytest.raises(RuntimeError, match="overwrite=True"):
        bpy.ops.dreamwright.export(filepath=str(file))
    assert file.read_text() == "precious"
    bpy.ops.dreamwright.export(filepath=str(file), overwrite=True)
    file.write_text("old")
    bpy.ops.dreamwright.export(filepath=str(file), browsed=True)  # as the file browser sets it, which showed it in red
    assert file.read_bytes() != b"old"


def test_a_name_chosen_in_the_browser_does_not_answer_for_what_lies_beside_it(cup, tmp_path):
    (tmp_path / "a.mtl").write_text("precious")
    with pytest.raises(RuntimeError, match="a.mtl exists already"):
        bpy.ops.dreamwright.export(filepath=str(tmp_path / "a.obj"), browsed=True)
    assert (tmp_path / "a.mtl").read_text() == "precious" and not (tmp_path / "a.obj").exists()


def test_the_turntable_is_rendered_by_its_button(cup, tmp_path):
    bpy.context.scene.dreamwright.bake_export.turntable_format = "PNG"
    bpy.ops.dreamwright.render_turntable(filepath=str(tmp_path / "turn"), **TURN)
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["turn_0001.png", "turn_0002.png"]
    assert not flows.APP.session.snapshot.activity and not flows.APP.current_task


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("bake_textures", {**SMALL, "pack": False}),
        ("export", {"filepath": "/no such folder/a.glb"}),
        ("render_turntable", {"filepath": "/no such folder/a.png", **TURN}),
        ("publish", {"catalog": "Cups"}),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(cup, name, given):
    before = scene_data()
    with pytest.raises(RuntimeError, match=r"^Error: [^\n]+[.)]\n?$"):
        button(name)(**given)
    assert scene_data() == before


@pytest.mark.parametrize(
    ("name", "given"),
    [("bake_textures", SMALL), ("add_turntable", TURN), ("render_turntable", TURN), ("publish", {"catalog": ""})],
)
def test_undone_everything_is_as_it_was(cup, tmp_path, monkeypatch, name, given):
    monkeypatch.setattr(asset, "PREVIEW", TurntableConfig(frames=12, size=16, samples=1, denoise=False))
    if name == "render_turntable":
        given = {**given, "filepath": str(tmp_path / "turn.png")}
    bpy.ops.ed.undo_push(message="before")
    before = scene_data()
    assert button(name)("EXEC_DEFAULT", True, **given) == {"FINISHED"}
    assert scene_data() != before
    bpy.ops.ed.undo()
    assert scene_data() == before


def test_what_writes_only_files_makes_no_undo_step():
    without = [cls.bl_idname for cls in operators_bake_export.CLASSES if "UNDO" not in cls.bl_options]
    assert without == ["dreamwright.export"]
    assert set(operators_bake_export.CLASSES) <= set(registration.CLASSES)
