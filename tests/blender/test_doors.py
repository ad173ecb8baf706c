"""The ways in beside the tab: what hangs in Blender's own menus, what a dropped picture does, the one shortcut."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from small_results import kept_result, small_ball
from small_scenes import lit_ball

from addon import flows, registration
from addon.core.session import BackendState, Snapshot
from addon.ui import doors, readiness, shortcut
from tests.fakes.layout import FakeLayout

READY = Snapshot(backend=BackendState.READY, device="cpu")
MENUS = ("VIEW3D_MT_mesh_add", "VIEW3D_MT_object", "VIEW3D_MT_object_context_menu", "VIEW3D_HT_header")


def drawn(draw):
    layout = FakeLayout()
    draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def ours_in(menu):
    return [draw for draw in getattr(bpy.types, menu)._dyn_ui_initialize() if draw.__module__ == doors.__name__]


def test_each_menu_has_one_entry_of_ours_and_none_once_we_are_gone():
    assert [len(ours_in(menu)) for menu in MENUS] == [1, 1, 1, 1]
    registration.unregister()
    assert [len(ours_in(menu)) for menu in MENUS] == [0, 0, 0, 0]
    registration.register()


def test_add_mesh_has_generate_from_prompt():
    assert drawn(doors._draw_add).texts() == ["Generate from Prompt..."]
    layout = drawn(doors.DREAMWRIGHT_MT_object.draw)
    assert {"Remesh Result", "Unwrap and Bake Result", "Export Result as .glb", "Stop Generating"} <= set(
        layout.texts()
    )


def test_the_right_mouse_button_offers_something_on_a_result_only():
    lit_ball()
    assert drawn(doors._draw_context_menu).drawn == []
    kept_result(small_ball())
    assert "dreamwright.export" in drawn(doors._draw_context_menu).operators()


def test_the_header_says_how_far_a_run_is(monkeypatch):
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)
    flows.APP.session.snapshot = Snapshot(backend=BackendState.READY, job="a", state="running", step=30, steps=120)
    assert drawn(doors._draw_header).texts() == [""] or drawn(doors._draw_header).texts() == []
    with flows.APP.busy("generating"):
        assert drawn(doors._draw_header).texts() == ["25 %"]
    assert "dreamwright.generate_from_panel" in drawn(doors.DREAMWRIGHT_PT_header.draw).operators()


def test_the_dialog_refuses_what_the_button_refuses_and_leaves_the_prompt(monkeypatch):
    bpy.context.scene.dreamwright.prompt = "a cup"
    with pytest.raises(RuntimeError, match="press Set Up Backend"):
        bpy.ops.dreamwright.generate_dialog(prompt="a red cube")
    assert bpy.context.scene.dreamwright.prompt == "a cup"


@pytest.mark.parametrize("named", ["directory", "filepath"])
def test_dropped_pictures_become_the_photos(tmp_path, named):
    (tmp_path / "a.png").touch()
    given = tmp_path if named == "directory" else tmp_path / "a.png"
    assert bpy.ops.dreamwright.use_photos(**{named: str(given)}) == {"FINISHED"}
    settings = bpy.context.scene.dreamwright
    assert (settings.method, settings.dataset) == ("PHOTOS", str(tmp_path))
    settings.method = "PHOTOS_TEXT"
    bpy.ops.dreamwright.use_photos(**{named: str(given)})
    assert settings.method == "PHOTOS_TEXT", "a prompt beside them stays"


@pytest.mark.parametrize("named", ["directory", "filepath"])
def test_a_dropped_video_is_the_photos_itself(tmp_path, named):
    (tmp_path / "a.MOV").touch()
    given = {"directory": str(tmp_path), "files": [{"name": "a.MOV"}]}
    given = given if named == "directory" else {"filepath": str(tmp_path / "a.MOV")}
    assert bpy.ops.dreamwright.use_photos(**given) == {"FINISHED"}
    settings = bpy.context.scene.dreamwright
    assert (settings.method, settings.dataset) == ("PHOTOS", str(tmp_path / "a.MOV"))
    assert readiness._photos_problem(settings) == ""
    (tmp_path / "a.MOV").unlink()
    assert readiness._photos_problem(settings).startswith("There is no folder")


def test_the_file_handler_takes_pictures_and_poses_in_a_3d_view_only():
    handler = doors.DREAMWRIGHT_FH_photos
    assert {".png", ".jpg", ".json", ".mp4", ".mov"} <= set(handler.bl_file_extensions.split(";"))
    for kind, taken in (("VIEW_3D", True), ("NODE_EDITOR", False)):
        assert handler.poll_drop(SimpleNamespace(area=SimpleNamespace(type=kind))) is taken
    assert not handler.poll_drop(SimpleNamespace(area=None))


def dropped(folder, *names):
    """What Blender's own operator does when files are dropped into the 3D view: it asks the handlers, whose operator
    gets the properties that it has; all other handlers of pictures, which a menu offers beside this one, are away."""
    others = [each for each in bpy.types.FileHandler.__subclasses__() if each is not doors.DREAMWRIGHT_FH_photos]
    others = [
        each for each in others if each.is_registered and {".png", ".mp4"} & set(each.bl_file_extensions.split(";"))
    ]
    for each in others:
        bpy.utils.unregister_class(each)
    window = bpy.context.window_manager.windows[0]
    area = next(each for each in window.screen.areas if each.type == "VIEW_3D")
    region = next(each for each in area.regions if each.type == "WINDOW")
    try:
        with bpy.context.temp_override(window=window, area=area, region=region):
            return bpy.ops.wm.drop_import_file(directory=str(folder), files=[{"name": name} for name in names])
    finally:
        for each in others:
            bpy.utils.register_class(each)


def test_a_video_that_blender_drops_arrives_as_the_photos(tmp_path):
    (tmp_path / "walk.mp4").touch()
    assert dropped(tmp_path, "walk.mp4") == {"FINISHED"}
    assert Path(bpy.context.scene.dreamwright.dataset) == tmp_path / "walk.mp4"


def test_what_blender_drops_arrives_as_the_photos(tmp_path):
    """By Blender's own way from a drop to an operator: a file of poses, a picture, and several with something else."""
    settings = bpy.context.scene.dreamwright
    for number, names in enumerate((["transforms.json"], ["a.PNG"], ["read me.txt", "b.jpg", "c.jpg"])):
        folder = tmp_path / f"photos {number}"
        folder.mkdir()
        for name in names:
            (folder / name).touch()
        assert dropped(folder, *names) == {"FINISHED"}
        assert (settings.method, Path(settings.dataset)) == ("PHOTOS", folder)


def test_a_folder_itself_is_nothing_that_blender_hands_on(tmp_path):
    """Handlers go by endings, so the words that we say to people must not promise it."""
    (tmp_path / "photos").mkdir()
    assert dropped(tmp_path, "photos") == {"CANCELLED"}
    assert bpy.context.scene.dreamwright.dataset == ""


def test_without_a_window_there_is_no_shortcut_and_nothing_breaks():
    assert shortcut.find_item(None) is None
    shortcut.stop()
    shortcut.start()
