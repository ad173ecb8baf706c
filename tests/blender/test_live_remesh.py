"""The sliders of a result: each move makes another mesh of the kept grid, undo takes it back, nothing else changes."""

from __future__ import annotations

import time
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from small_results import kept_result, planets, small_ball
from small_scenes import names

from addon import flows, headless
from addon.blender import islands, remesh_record, results
from addon.core.remesh_config import RemeshConfig
from addon.core.wire import ConfigError
from addon.flows import live_remesh
from addon.ui import remesh_settings
from tests.patience import PATIENCE, wait_until


def span(obj):
    """The size of the mesh's box."""
    points = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", points)
    return np.ptp(points.reshape(-1, 3), axis=0)


def count_of_pieces(obj):
    faces = np.array([polygon.vertices[:] for polygon in obj.data.polygons])
    return islands.label_islands(len(obj.data.vertices), faces).max() + 1


@pytest.fixture
def ball():
    return kept_result(small_ball())


def test_a_moved_threshold_is_another_mesh_where_the_density_is_so(ball):
    ball.dreamwright_remesh.threshold = 30.0  # 0.2 m further in
    assert span(ball) == pytest.approx([0.8] * 3, abs=0.06)
    assert ball["dreamwright_threshold"] == 30.0 and ball["dreamwright_step"] == 7
    ball.dreamwright_remesh.threshold = 0.0
    assert span(ball) == pytest.approx([1.2] * 3, abs=0.06)


def test_fullness_is_the_threshold_in_powers_of_two(ball):
    ball.dreamwright_remesh.thickness = -1.0
    assert ball.dreamwright_remesh.threshold == pytest.approx(20.0)
    assert ball.dreamwright_remesh.thickness == pytest.approx(-1.0) and span(ball) == pytest.approx([1.0] * 3, abs=0.06)
    ball.dreamwright_remesh.threshold = 0.0
    assert ball.dreamwright_remesh.thickness == 0.0
    ball.dreamwright_remesh.threshold = 1e5
    assert ball.dreamwright_remesh.thickness == -4.0


def test_fullness_without_a_known_threshold_does_no_harm(ball):
    ball["dreamwright_threshold"] = 0.0
    assert ball.dreamwright_remesh.thickness == 0.0
    ball.dreamwright_remesh.thickness = 1.0
    assert ball.dreamwright_remesh.threshold == 0.0


@pytest.mark.parametrize(
    ("name", "value", "fewer"),
    [("resolution", 12, True), ("resolution", 36, False), ("max_faces", 200, True), ("faces", "TRIANGLES", False)],
)
def test_each_slider_makes_another_mesh(ball, name, value, fewer):
    ball.dreamwright_remesh.faces = "QUADS"
    before = len(ball.data.polygons)
    setattr(ball.dreamwright_remesh, name, value)
    assert (len(ball.data.polygons) < before) is fewer


def test_a_budget_of_triangles_is_met(ball):
    ball.dreamwright_remesh.faces = "TRIANGLES"
    ball.dreamwright_remesh.max_faces = 500
    assert len(ball.data.polygons) <= 500 and {len(p.vertices) for p in ball.data.polygons} == {3}


def test_pieces_come_and_go():
    made = kept_result(planets())
    assert count_of_pieces(made) == 5
    made.dreamwright_remesh.islands = "LARGEST"
    assert count_of_pieces(made) == 1
    made.dreamwright_remesh.fill_holes = False
    assert count_of_pieces(made) == 2  # the ball and its cavity
    made.dreamwright_remesh.islands = "ALL"
    assert count_of_pieces(made) == 5


def test_what_is_the_users_stays(ball):
    before = {kind: len(each) for kind, each in names().items()}
    ball.name, ball.location.x, ball.scale.y = "my own", 3.0, 2.0
    ball.modifiers.new("mine", "SUBSURF")
    mine = bpy.data.materials.new("mine")
    ball.data.materials[0] = mine
    ball.dreamwright_remesh.threshold = 20.0
    assert (ball.name, ball.location.x, ball.scale.y, ball.modifiers[0].name) == ("my own", 3.0, 2.0, "mine")
    assert [each.name for each in ball.data.materials] == ["mine"]
    after = {kind: len(each) for kind, each in names().items()}
    assert after == before | {"materials": before["materials"] + 1}


def test_a_mesh_that_cannot_come_leaves_the_one_that_is_there_and_says_why(ball):
    mesh = ball.data.name
    ball.dreamwright_remesh.threshold = 1e5
    assert ball.data.name == mesh and "choose a lower threshold" in flows.LIVE_REMESH.sentence
    ball.dreamwright_remesh.threshold = 20.0
    assert flows.LIVE_REMESH.sentence == ""


def test_a_grid_that_is_gone_is_one_sentence(ball):
    ball["dreamwright_job"] = "no-such-job"
    ball.dreamwright_remesh.threshold = 20.0
    assert "generate it again" in flows.LIVE_REMESH.sentence


def test_in_edit_mode_the_mesh_is_left_alone(ball):
    mesh = ball.data.name
    bpy.ops.object.mode_set(mode="EDIT")
    ball.dreamwright_remesh.threshold = 20.0
    assert "Object Mode" in flows.LIVE_REMESH.sentence and ball.data.name == mesh
    assert not bpy.ops.dreamwright.remesh.poll() and not bpy.ops.dreamwright.reset_remesh.poll()
    bpy.ops.object.mode_set(mode="OBJECT")
    ball.dreamwright_remesh.threshold = 21.0
    assert flows.LIVE_REMESH.sentence == "" and ball["dreamwright_threshold"] == 21.0


def test_an_object_of_the_user_has_sliders_that_do_nothing():
    bpy.ops.mesh.primitive_cube_add()
    cube, before = bpy.context.object, names()
    cube.dreamwright_remesh.threshold = 20.0
    assert names() == before and not flows.LIVE_REMESH.busy


def undo():
    bpy.ops.ed.undo()
    return bpy.data.objects["a ball"]


def redo():
    bpy.ops.ed.redo()
    return bpy.data.objects["a ball"]


def test_one_slider_is_one_undo_step_and_redo_brings_its_mesh_back(ball):
    """Blender pushes the step when the slider is let go, which in a window is before the mesh has come."""
    bpy.ops.ed.undo_push(message="made")
    with remesh_record.muted():
        ball.dreamwright_remesh.threshold = 30.0
    bpy.ops.ed.undo_push(message="Threshold")  # the slider has moved, the mesh has not come yet
    flows.LIVE_REMESH.request(ball)
    bpy.context.object.location.x = 5.0
    bpy.ops.ed.undo_push(message="Move")
    ball = undo()
    assert ball.location.x == 0.0 and ball.dreamwright_remesh.threshold == 30.0
    assert span(ball) == pytest.approx([0.8] * 3, abs=0.06)
    ball = undo()
    assert ball.dreamwright_remesh.threshold == 0.0 and span(ball) == pytest.approx([1.2] * 3, abs=0.06)
    ball = redo()
    assert ball.dreamwright_remesh.threshold == 30.0 and span(ball) == pytest.approx([0.8] * 3, abs=0.06)
    ball = redo()
    assert ball.location.x == 5.0 and span(ball) == pytest.approx([0.8] * 3, abs=0.06)


def test_remesh_and_reset_are_one_undo_step_each(ball):
    bpy.ops.ed.undo_push(message="made")
    bpy.ops.dreamwright.remesh("EXEC_DEFAULT", True, threshold=30.0, islands="LARGEST")
    bpy.ops.dreamwright.reset_remesh("EXEC_DEFAULT", True)
    ball = bpy.data.objects["a ball"]
    assert remesh_record.remesh_settings_of(ball) == RemeshConfig() and span(ball) == pytest.approx([1.2] * 3, abs=0.06)
    ball = undo()
    assert remesh_record.remesh_settings_of(ball) == RemeshConfig(threshold=30.0, islands="largest")
    assert span(ball) == pytest.approx([0.8] * 3, abs=0.06)
    ball = undo()
    assert remesh_record.remesh_settings_of(ball) == RemeshConfig() and span(ball) == pytest.approx([1.2] * 3, abs=0.06)


def test_remesh_changes_only_what_it_is_given(ball):
    ball.dreamwright_remesh.smooth = 2
    bpy.ops.dreamwright.remesh(threshold=20.0)
    assert remesh_record.remesh_settings_of(ball) == RemeshConfig(threshold=20.0, smooth=2)
    made = remesh_record.read_mesh_record(ball.data)
    assert made == remesh_record.MeshRecord(
        "a1", remesh_record.remesh_settings_of(ball), 10.0
    ) and not remesh_record.is_outdated(ball)


def test_remesh_that_fails_changes_no_slider(ball):
    with pytest.raises(RuntimeError, match="choose a lower threshold"):
        bpy.ops.dreamwright.remesh(threshold=1e5)
    assert remesh_record.remesh_settings_of(ball) == RemeshConfig() and not flows.APP.current_task


def test_numbers_that_single_precision_cannot_hold_are_kept_alike(ball):
    bpy.ops.dreamwright.remesh(threshold=12.3456789)
    assert not remesh_record.is_outdated(ball)
    headless.run(flows.remesh(bpy.context, threshold=100 / 7))
    assert not remesh_record.is_outdated(ball) and ball.dreamwright_remesh.threshold == pytest.approx(100 / 7)


@pytest.mark.parametrize("change", [{"islands": "some"}, {"resolution": 4.5}, {"thicken": 9}, {"color": 1}])
def test_a_script_that_asks_for_nonsense_reads_one_sentence(ball, change):
    with pytest.raises(ConfigError, match="remesh." + next(iter(change))):
        headless.run(flows.remesh(bpy.context, **change))
    assert remesh_record.remesh_settings_of(ball) == RemeshConfig() and not flows.APP.current_task


def test_nothing_selected_is_said():
    assert not bpy.ops.dreamwright.remesh.poll() and not bpy.ops.dreamwright.reset_remesh.poll()
    with pytest.raises(RuntimeError, match="Select a result of Dreamwright"):
        bpy.ops.dreamwright.reset_remesh()


def test_the_sliders_are_in_the_saved_file(ball, tmp_path):
    ball.dreamwright_remesh.threshold, ball.dreamwright_remesh.islands = 20.0, "LARGEST"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    assert remesh_record.remesh_settings_of(bpy.data.objects["a ball"]) == RemeshConfig(
        threshold=20.0, islands="largest"
    )
    bpy.data.objects["a ball"].dreamwright_remesh.threshold = 30.0
    assert span(bpy.data.objects["a ball"]) == pytest.approx([0.8] * 3, abs=0.06)


@pytest.mark.parametrize("note", ["", "[]", "{", '{"job": "a1", "wanted": {"no": 1}, "found": 1}', '{"wanted": {}}', 7])
def test_a_note_that_is_not_ours_is_none(ball, note):
    ball.data[remesh_record.GROUP] = note
    assert remesh_record.read_mesh_record(ball.data) is None and not remesh_record.is_outdated(ball)


class Windowed:
    """LIVE as in a Blender with a window: a timer that the test fires itself."""

    def __init__(self, monkeypatch):
        self.registered = []
        timers = SimpleNamespace(register=self.registered.append, is_registered=self._is, unregister=self._off)
        monkeypatch.setattr(live_remesh, "app", SimpleNamespace(background=False, timers=timers))

    def _is(self, function):
        return function in self.registered

    def _off(self, function):
        self.registered.remove(function)

    def run(self):
        """Fire until nothing is left to do; how often that was, and the longest."""
        took = []
        assert wait_until(lambda: not self.registered or self._fire(took), every=0.002)
        return len(took), max(took)

    def _fire(self, took):
        """Whether that was the last time."""
        began = time.perf_counter()
        if self.registered[0]() is None:
            self.registered.clear()
        took.append(time.perf_counter() - began)
        return not self.registered


def test_in_a_window_the_mesh_comes_with_a_timer(ball, monkeypatch):
    mesh, window = ball.data.name, Windowed(monkeypatch)
    ball.dreamwright_remesh.threshold = 30.0
    assert span(ball) == pytest.approx([1.2] * 3, abs=0.06) and flows.LIVE_REMESH.busy and len(window.registered) == 1
    ball.dreamwright_remesh.threshold = 20.0  # before the first tick: one mesh is enough
    times, _ = window.run()
    assert span(ball) == pytest.approx([1.0] * 3, abs=0.06) and not flows.LIVE_REMESH.busy and times > 1
    assert ball.data.name == mesh and not window.registered


def test_what_was_overtaken_is_shown_and_the_last_word_holds(ball, monkeypatch):
    window = Windowed(monkeypatch)
    ball.dreamwright_remesh.threshold = 30.0
    window.registered[0]()  # it is being cut now
    ball.dreamwright_remesh.threshold = 20.0
    flows.LIVE_REMESH._worker.join(PATIENCE)
    window.registered[0]()
    assert span(ball) == pytest.approx([0.8] * 3, abs=0.06)
    window.run()
    assert span(ball) == pytest.approx([1.0] * 3, abs=0.06) and not remesh_record.is_outdated(ball)


def test_an_object_that_is_gone_or_another_takes_no_mesh(ball, monkeypatch):
    window = Windowed(monkeypatch)
    ball.dreamwright_remesh.threshold = 30.0
    window.registered[0]()
    flows.LIVE_REMESH._worker.join(PATIENCE)
    bpy.data.objects.remove(ball)
    other = kept_result(small_ball(), job="b2")
    assert window.run()[0] >= 1 and span(other) == pytest.approx([1.2] * 3, abs=0.06)


def test_stopped_nothing_comes_any_more(ball, monkeypatch):
    window = Windowed(monkeypatch)
    ball.dreamwright_remesh.threshold = 30.0
    window.registered[0]()
    flows.LIVE_REMESH.stop()
    flows.LIVE_REMESH._worker.join(PATIENCE)
    assert not window.registered and not flows.LIVE_REMESH._waiting and flows.LIVE_REMESH._worker.latest is None


def test_our_handlers_go_with_us():
    assert remesh_settings.after_undo in bpy.app.handlers.undo_post
    remesh_settings.stop()
    assert remesh_settings.after_undo not in [*bpy.app.handlers.undo_post, *bpy.app.handlers.redo_post]
    remesh_settings.start()


def test_results_are_still_results(ball):
    ball.dreamwright_remesh.threshold = 30.0
    assert results.is_result(ball) and results.read_provenance(ball).license == "GPL"
