"""On from a take, and back in one, against the real backend: also in another session, when that has to be started."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from made_takes import reopened
from small_scenes import lit_ball

from addon import flows, headless
from addon.blender import remesh_record, results, takes
from addon.core import calls
from addon.core.session import BackendState, Snapshot
from addon.core.wire import config
from addon.flows import unfinished_runs

STEPS = 40
CAPTURE = {"views": 9, "image_size": 24, "samples": 2}
QUICK = {"quality": "DRAFT", "steps": STEPS, "resolution": 16}
"""As large as needed to tell one step from another; no model is loaded where pictures are what is followed."""


def in_scene():
    return takes.list_takes(bpy.context.scene)


@contextlib.contextmanager
def stopped_at(step):
    """What runs in here is stopped, as by the button, when it has come to `step`."""
    end = headless.add_progress_callback(
        lambda seen: seen.step >= step and not flows.APP.stop_requested and flows.stop()
    )
    try:
        yield
    finally:
        end()


def points(obj):
    found = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", found)
    return found


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """One cache for all tests here, and the one backend that works on it while they run."""
    shared = SimpleNamespace(folder=tmp_path_factory.mktemp("workshop"), link=None, session=None)
    yield shared
    if shared.link:
        shared.link.close()


@pytest.fixture
def at_work(workshop, backend_python, monkeypatch):
    """The backend of the test before, so that torch is not imported once for each."""
    monkeypatch.setenv("DREAMWRIGHT_CACHE", str(workshop.folder / "cache"))
    if workshop.link:
        flows.APP.session, flows.APP.connection = workshop.session, workshop.link
        flows.APP.session.snapshot = Snapshot(backend=BackendState.READY)
    yield workshop
    workshop.session, workshop.link = flows.APP.session, flows.APP.connection
    flows.APP.connection = None


@pytest.fixture
def made(at_work):
    """A file with one take, opened as in another session."""
    path = at_work.folder / "scene.blend"
    if not path.exists():
        lit_ball()
        bpy.ops.dreamwright.reconstruct(seed=3, **QUICK, **CAPTURE)
        bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    flows.APP._last_grid = None  # as in another session, whichever test made it
    return in_scene()[0]


@pytest.fixture
def branched(made):
    """A take of its own, which a test may spoil."""
    bpy.ops.dreamwright.refine(**QUICK)
    bpy.data.objects.remove(made.object)
    return in_scene()[0]


def test_every_run_is_a_take(made):
    record = made.record
    assert (record.prompt, record.seed, record.quality) == ("", 3, "draft")
    assert record.step == record.steps == STEPS and not record.stopped and record.parent == ""
    assert record.settings["optimize"]["steps"] == STEPS and record.settings["method"] == "reconstruct"
    assert record.settings["dataset"] and "/" not in record.settings["dataset"], "the name of the folder alone"
    assert record.checkpoint_steps[-1] == STEPS and len(record.checkpoint_steps) > 3 and record.created > 1.6e9
    assert tuple(made.object.preview.image_size) == (flows.manage_takes.PICTURE_SIZE,) * 2
    assert np.ptp(np.array(made.object.preview.image_pixels_float[:])) > 0.1, "something is seen"
    assert bpy.context.scene.dreamwright.takes.chosen == made.job
    assert unfinished_runs.list_unfinished_runs(bpy.context.scene) == []


def test_iterate_goes_on_from_the_field(made):
    bpy.context.scene.dreamwright.seed = 5
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.dreamwright.refine("EXEC_DEFAULT", True, **QUICK | {"steps": 1}) == {"FINISHED"}
    old, new = in_scene()
    assert (new.record.parent, new.record.parent_step) == (old.job, STEPS)
    assert (new.record.seed, new.record.steps) == (5, 1)
    assert old.object.hide_viewport and old.object.hide_render and not new.object.hide_viewport, "both stand there"
    assert bpy.context.scene.dreamwright.takes.chosen == new.job
    cold, warm = (calls.fetch_grid(flows.APP.connection.client, take.job).density for take in (old, new))
    assert np.corrcoef(cold.ravel().astype(float), warm.ravel().astype(float))[0, 1] > 0.9, "it is still that field"
    bpy.ops.ed.undo()
    assert [take.job for take in in_scene()] == [made.job] and not in_scene()[0].object.hide_viewport


def test_iterate_leaves_a_take_that_the_user_moved_in_sight(made):
    made.object.location.x += 2.0
    bpy.ops.dreamwright.refine(**QUICK | {"steps": 1})
    old, new = in_scene()
    assert not old.object.hide_viewport and new.object.location.x != old.object.location.x


def test_branch_is_a_new_take_from_an_earlier_step(made):
    step, before = made.record.checkpoint_steps[-2], points(made.object)
    bpy.ops.dreamwright.refine_from_step(step=step, **QUICK | {"steps": 1})
    old, new = in_scene()
    assert (new.record.parent, new.record.parent_step) == (old.job, step)
    assert points(old.object) == pytest.approx(before)


def test_rewind_shows_the_earlier_step_in_place_and_can_be_taken_back(branched):
    obj, step = branched.object, branched.record.checkpoint_steps[-2]
    obj.name, obj.location.x = "Hero", 3.0
    obj.modifiers.new("Bevel", "BEVEL")
    late = points(obj)
    assert bpy.ops.dreamwright.rewind(step=step) == {"FINISHED"}
    (take,) = in_scene()
    assert take.object == obj and take.name == "Hero" and obj.location.x == 3.0
    assert [each.type for each in obj.modifiers] == ["BEVEL"]
    assert take.record.step == step and take.record.stopped and set(take.record.checkpoint_steps) >= {step, STEPS}
    early = points(obj)
    assert early.shape != late.shape or not np.allclose(early, late)
    assert flows.APP.session.snapshot.state == "paused"
    bpy.ops.dreamwright.rewind(step=STEPS)
    assert in_scene()[0].record.step == STEPS and points(obj) == pytest.approx(late, abs=1e-5)


def test_rewind_keeps_the_shape_that_the_user_gave_it(branched):
    bpy.context.view_layer.objects.active = branched.object
    bpy.ops.dreamwright.remesh(resolution=10)
    fewer = len(branched.object.data.polygons)
    bpy.ops.dreamwright.rewind(step=branched.record.checkpoint_steps[-2])
    assert remesh_record.remesh_settings_of(branched.object).resolution == 10 and not remesh_record.is_outdated(
        branched.object
    )
    assert len(branched.object.data.polygons) < 1.5 * fewer


def test_rewind_and_go_on_ends_where_the_run_ended(branched):
    """On the processor a seed fixes the result: the same steps again give the same field."""
    late = points(branched.object)
    bpy.ops.dreamwright.rewind(step=branched.record.checkpoint_steps[-2], continue_run=True)
    (take,) = in_scene()
    assert take.record.step == STEPS and not take.record.stopped
    assert points(take.object) == pytest.approx(late, abs=1e-4)


def test_a_take_that_was_stopped_goes_on_in_another_session(at_work, tmp_path):
    """Another session: the backend is gone, and is started again."""
    lit_ball()
    with stopped_at(STEPS):
        bpy.ops.dreamwright.reconstruct(**QUICK | CAPTURE | {"steps": 5000})
    flows.APP.close_connection()
    reopened(tmp_path / "a.blend")
    (take,) = in_scene()
    assert take.record.stopped and STEPS <= take.record.step < 5000
    further = take.record.step + 5
    with stopped_at(further):
        bpy.ops.dreamwright.resume(job=take.job)
    (again,) = in_scene()
    assert again.job == take.job and again.record.step >= further, "the same take, further on"


def test_a_file_saved_in_mid_run_knows_of_the_run_later(made, tmp_path):
    recipe = {"optimize": {"steps": 12}, "field": {"resolution": 16}, "export": {"resolution": 16}}
    wanted = config.with_changes(config.preset("reconstruct", "draft"), recipe)
    flow = flows.refine(bpy.context, wanted, made.job, given={"optimize": {"steps": 2000}})
    while flows.APP.session.snapshot.step < 2:
        next(flow)
        flows.APP.session.wait(0.05)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "mid.blend"))
    flow.close()
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "mid.blend"))
    (run,) = unfinished_runs.list_unfinished_runs(bpy.context.scene)
    assert run.steps == 2000 and [take.job for take in in_scene()] == [made.job]
    with stopped_at(3):
        bpy.ops.dreamwright.resume(job=run.job)
    assert in_scene()[-1].job == run.job and unfinished_runs.list_unfinished_runs(bpy.context.scene) == []


def test_a_take_of_version_0_iterates_out_of_what_the_backend_knows(made):
    del made.object[takes.RECORD]
    assert in_scene()[0].record.version == 0
    bpy.ops.dreamwright.refine(**QUICK | {"steps": 1})
    old, new = in_scene()
    assert (old.record.version, new.record.version) == (0, 2) and new.record.parent == old.job


def test_words_and_seed_of_the_panel_are_what_the_new_take_follows(at_work):
    settings = bpy.context.scene.dreamwright
    bpy.ops.dreamwright.generate(prompt="a red cube", seed=3, **QUICK | {"steps": 2})
    settings.prompt, settings.seed, settings.negative = "a blue cube", 5, "blurry"
    bpy.ops.dreamwright.refine(**QUICK | {"steps": 1})
    old, new = in_scene()
    assert (new.record.prompt, new.record.seed, new.name) == ("a blue cube", 5, "a blue cube")
    assert new.record.settings["prompt_options"]["negative"] == "blurry" and new.record.models and new.record.license
    settings.prompt = " "
    bpy.ops.dreamwright.refine(take=old.job, **QUICK | {"steps": 1})
    assert in_scene()[-1].record.prompt == "a red cube", "nothing stands in the panel: it stays what it was"


def test_what_does_not_fit_is_one_sentence_and_changes_nothing(made):
    jobs = [take.job for take in in_scene()]
    with pytest.raises(RuntimeError, match="keep field.kind"):
        bpy.ops.dreamwright.refine(steps=1, settings='{"field": {"kind": "siren"}}')
    with pytest.raises(RuntimeError, match="no kept checkpoint of step 7777"):
        bpy.ops.dreamwright.refine_from_step(step=7777)
    with pytest.raises(RuntimeError, match="no kept checkpoint of step 7777"):
        bpy.ops.dreamwright.rewind(step=7777)
    with pytest.raises(RuntimeError, match="are not JSON"):
        bpy.ops.dreamwright.refine(settings="{")
    assert [take.job for take in in_scene()] == jobs and not flows.APP.current_task


def test_the_job_goes_as_well_where_that_is_wanted(branched):
    job, cache = branched.job, flows.manage_takes.paths.cache_folder()
    assert (cache / "jobs" / job).exists() and (cache / "grids" / f"{job}.npz").exists()
    bpy.ops.dreamwright.delete_take(with_job=True)
    assert in_scene() == [] and not (cache / "jobs" / job).exists() and not (cache / "grids" / f"{job}.npz").exists()


def test_a_take_whose_job_is_gone_is_one_sentence_and_can_be_deleted(branched):
    calls.delete_job(flows.APP.connection.client, branched.job)
    for operator, given in (("refine", {}), ("refine_from_step", {"step": 2}), ("rewind", {"step": 2})):
        with pytest.raises(RuntimeError, match="may have been deleted"):
            getattr(bpy.ops.dreamwright, operator)(**given)
    assert len(in_scene()) == 1
    bpy.ops.dreamwright.delete_take(with_job=True)
    assert in_scene() == []


def test_a_take_that_is_edited_gets_no_mesh_and_the_run_another_object(branched):
    """Blender keeps the old mesh in Edit Mode, so the run would be lost: what is edited is the person's from now on."""
    edited = branched.object.name
    bpy.context.view_layer.objects.active = branched.object
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.dreamwright.rewind(step=branched.record.checkpoint_steps[-2])
    (result,) = [obj for obj in bpy.data.objects if results.is_result(obj)]
    assert result.name != edited and bpy.data.objects[edited].mode == "EDIT"
    bpy.ops.object.mode_set(mode="OBJECT")


def test_only_one_thing_at_a_time(made):
    with flows.APP.busy("generating"):
        for operator in ("refine", "refine_from_step", "rewind", "delete_take"):
            with pytest.raises(RuntimeError, match="Already generating"):
                getattr(bpy.ops.dreamwright, operator)()
