"""The panels of box, cameras and reconstruction, in every state that there is."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import bpy
import pytest
from small_scenes import lit_ball

from addon.ui import panels
from addon.ui.panels.cameras import ORBIT_SETTINGS
from tests.fakes.layout import FakeLayout


def drawn(panel):
    layout = FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


def camera(name, role="TRAIN"):
    made = bpy.data.objects.new(name, bpy.data.cameras.new(name))
    made.data.dreamwright_role = role
    bpy.context.scene.collection.objects.link(made)
    return made


def said(layout):
    return " ".join(layout.texts())


@pytest.mark.parametrize("panel", ["bounds", "cameras", "reconstruct"])
def test_a_newcomer_sees_them_when_the_backend_is_set_up(panel, monkeypatch):
    poll = getattr(panels, f"DREAMWRIGHT_PT_{panel}").poll
    assert not poll(bpy.context)
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)
    assert poll(bpy.context)


def test_without_a_box_there_are_numbers_and_two_buttons_for_one():
    layout = drawn(panels.DREAMWRIGHT_PT_bounds)
    assert layout.operators() == ["dreamwright.add_box", "dreamwright.add_box"]
    assert layout.properties()[:3] == ["box", "size", "at_cursor"]


def test_a_box_shows_its_own_transform_and_size():
    bpy.ops.dreamwright.add_box()
    bpy.context.object.scale = (0.5, 1.0, 2.0)
    bpy.context.view_layer.update()
    layout = drawn(panels.DREAMWRIGHT_PT_bounds)
    assert layout.operators() == ["dreamwright.select_box"]
    assert layout.properties()[:4] == ["box", "location", "rotation_euler", "scale"]
    assert "1 x 2 x 4 m" in layout.texts()
    bpy.context.object.rotation_mode = "QUATERNION"
    assert "rotation_quaternion" in drawn(panels.DREAMWRIGHT_PT_bounds).properties()
    bpy.context.object.rotation_mode = "AXIS_ANGLE"
    assert "rotation_axis_angle" in drawn(panels.DREAMWRIGHT_PT_bounds).properties()


def test_a_box_that_cannot_be_one_says_so():
    bpy.ops.dreamwright.add_box()
    bpy.context.object.scale = (0.0, 1.0, 2.0)
    bpy.context.view_layer.update()
    assert "is flat" in said(drawn(panels.DREAMWRIGHT_PT_bounds))


def test_a_box_that_left_the_scene_says_so_and_the_numbers_are_back():
    bpy.ops.dreamwright.add_box()
    bpy.context.scene.collection.objects.unlink(bpy.context.object)
    layout = drawn(panels.DREAMWRIGHT_PT_bounds)
    assert "is not in this scene" in said(layout) and "at_cursor" in layout.properties()


def test_no_camera_offers_those_of_the_rigs():
    layout = drawn(panels.DREAMWRIGHT_PT_cameras)
    assert layout.operators() == ["dreamwright.add_orbit_cameras"] * 2
    assert "Cameras can have a prompt of their own" in said(layout)


def test_cameras_are_listed_with_how_many_are_for_what():
    camera("b", "HOLD_OUT"), camera("a")
    layout = drawn(panels.DREAMWRIGHT_PT_cameras)
    given = next(given for method, given in layout.drawn if method == "template_list")
    assert given["listtype_name"] == "DREAMWRIGHT_UL_cameras" and given["propname"] == "objects"
    assert "Cameras: 1 training, 1 validation" in layout.texts()
    assert "dreamwright.hold_out_cameras" in layout.operators()


@pytest.mark.parametrize("role", ["TRAIN", "OFF"])
def test_a_row_is_name_words_and_role(role):
    layout, obj = FakeLayout(), camera("a", role)
    cameras = panels.DREAMWRIGHT_UL_cameras
    cameras.draw_item(SimpleNamespace(), bpy.context, layout, bpy.context.scene, obj, 0, None, "camera")
    assert layout.properties() == ["name", "dreamwright_prompt", "dreamwright_role"]


@pytest.mark.parametrize(("search", "shown"), [("", ["a", "b"]), ("B", ["b"]), ("x", [])])
def test_the_list_holds_only_cameras_by_name(search, shown):
    camera("b"), lit_ball(), camera("a")
    ui_list = SimpleNamespace(bitflag_filter_item=1 << 30, filter_name=search)
    flags, places = panels.DREAMWRIGHT_UL_cameras.filter_items(ui_list, bpy.context, bpy.context.scene, "objects")
    objects = list(bpy.context.scene.objects)
    order = sorted((place, obj.name) for obj, flag, place in zip(objects, flags, places, strict=True) if flag)
    assert [name for _, name in order] == shown
    assert sorted(places) == list(range(len(objects)))


def test_random_cameras_are_the_settings_of_the_config():
    layout = drawn(panels.DREAMWRIGHT_PT_orbit)
    assert layout.properties() == ["show_orbit", *ORBIT_SETTINGS]


@pytest.mark.parametrize("source", ["SPHERE", "SELECTED", "SCENE"])
def test_reconstruct_asks_for_views_only_where_they_are_ours_to_place(source):
    bpy.context.scene.dreamwright.source = source
    layout = drawn(panels.DREAMWRIGHT_PT_reconstruct)
    for name in ("views", "hold_out_every", "elevation_low_degrees", "show_sphere"):
        assert (name in layout.properties()) == (source == "SPHERE")
    assert layout.operators() == ["dreamwright.reconstruct", "dreamwright.render_views"]


def test_the_button_says_from_how_many_views_or_why_it_cannot():
    settings = bpy.context.scene.dreamwright
    settings.views = 12
    texts = drawn(panels.DREAMWRIGHT_PT_reconstruct).texts()
    assert "Reconstruct from 12 Views" in texts and "11 training views, 1 validation view" in texts
    settings.source = "SCENE"
    camera("a")
    assert "at least two are needed" in said(drawn(panels.DREAMWRIGHT_PT_reconstruct))
    camera("b"), camera("c", "OFF")
    texts = drawn(panels.DREAMWRIGHT_PT_reconstruct).texts()
    assert "Reconstruct from 2 Views" in texts and "1 training view, 1 validation view" in texts
    camera("d", "HOLD_OUT"), camera("e", "HOLD_OUT")
    assert "2 training views, 2 validation views" in drawn(panels.DREAMWRIGHT_PT_reconstruct).texts()


@pytest.mark.parametrize(
    ("report", "words"),
    [
        ({"evaluation": {"psnr": 27.31}}, "Validation views: 27.3 dB"),
        ({"evaluation": None}, ""),
        ({"evaluation": {"score": 0.3}}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_what_the_held_out_views_said_of_the_last_one(report, words):
    if report is not None:
        bpy.context.scene["dreamwright_report"] = json.dumps(report)
    texts = drawn(panels.DREAMWRIGHT_PT_reconstruct).texts()
    assert [text for text in texts if text.startswith("Validation views")] == ([words] if words else [])


def test_a_report_that_is_none_does_no_harm():
    for broken in ("{", 7):
        bpy.context.scene["dreamwright_report"] = broken
        assert drawn(panels.DREAMWRIGHT_PT_reconstruct).operators()
