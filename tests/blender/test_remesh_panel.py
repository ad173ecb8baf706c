"""What the panel Shape It says and offers, in each state of a result."""

from __future__ import annotations

from types import SimpleNamespace

import bpy
import pytest
from small_results import kept_result, small_ball

from addon import flows
from addon.ui.panels import DREAMWRIGHT_PT_remesh
from tests.fakes.layout import FakeLayout

ALWAYS = ["thickness", "threshold", "resolution", "smooth", "thicken", "islands"]


def drawn():
    layout = FakeLayout()
    DREAMWRIGHT_PT_remesh.draw(SimpleNamespace(layout=layout), bpy.context)
    return layout


@pytest.fixture
def ball():
    return kept_result(small_ball())


def test_without_a_result_it_says_what_to_select():
    layout = drawn()
    assert layout.operators() == layout.properties() == [] and "Select a result to remesh it" in layout.texts()


def test_a_result_is_named_with_its_faces_and_its_threshold(ball):
    layout = drawn()
    assert f"a ball: {len(ball.data.polygons):,} faces, threshold 10" in " ".join(layout.texts())
    assert {"dreamwright.remesh", "dreamwright.reset_remesh"} <= set(layout.operators())


@pytest.mark.parametrize(
    ("islands", "more"),
    [("ALL", []), ("REMOVE_SMALL", ["min_size_percent", "measure"]), ("LARGEST", ["largest", "measure"])],
)
def test_only_the_settings_that_matter_are_shown(ball, islands, more):
    ball.dreamwright_remesh.islands = islands
    assert drawn().properties() == [*ALWAYS, *more, "fill_holes", "faces", "max_faces"]


def test_what_went_wrong_is_said(ball):
    ball.dreamwright_remesh.threshold = 1e5
    assert "choose a lower threshold" in " ".join(drawn().texts())


def test_what_a_new_mesh_would_lose_is_said(ball):
    ball.data.uv_layers.new()
    assert "Remeshing removes UV maps" in " ".join(drawn().texts())


def test_in_edit_mode_it_says_where_to_go(ball):
    bpy.ops.object.mode_set(mode="EDIT")
    assert "Go to Object Mode to remesh it" in drawn().texts()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_while_a_mesh_is_on_its_way_the_icon_says_so(ball, monkeypatch):
    monkeypatch.setattr(flows.LIVE_REMESH, "_waiting", ["a ball"])
    assert any(given.get("icon") == "SORTTIME" for _, given in drawn().drawn)


def test_a_result_of_an_older_version_can_be_drawn(ball):
    del ball["dreamwright_threshold"]
    assert "threshold" in " ".join(drawn().texts())


def test_volumes_are_offered_with_their_looks(ball):
    offered = [given for method, given in drawn().drawn if method == "operator_menu_enum"]
    assert [each["operator"] for each in offered] == [
        "dreamwright.convert_to_volume",
        "dreamwright.convert_to_geometry_nodes",
    ]


def test_the_threshold_of_a_mesh_by_geometry_nodes_is_shown_where_it_can_be_keyframed(ball):
    bpy.ops.dreamwright.convert_to_geometry_nodes(style="COLOR")
    mesh = bpy.context.view_layer.objects.active
    layout = drawn()
    assert f"{mesh.name}: Threshold" in layout.texts() and "thickness" in layout.properties()
    bpy.data.objects.remove(ball)
    assert len(drawn().properties()) == 1
