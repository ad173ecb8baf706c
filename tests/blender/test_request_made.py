"""The main button against the real backend, and what the backend tells of its models."""

from __future__ import annotations

import json
import shutil

import bpy
import pytest
from small_scenes import lit_ball, names

from addon import flows
from addon.core import model_list
from addon.core.session import BackendState


def settings():
    return bpy.context.scene.dreamwright


def quick(steps=2):
    settings().quality = "DRAFT"
    settings().advanced.optimize.steps = steps
    settings().advanced.field.resolution = settings().advanced.field.start_resolution = 16
    settings().advanced.export.resolution = 16


def made():
    return next(obj for obj in bpy.data.objects if "dreamwright_job" in obj)


def test_the_panel_alone_makes_an_object_and_remembers_the_words_as_one_undo_step(backend_python):
    quick()
    settings().prompt, settings().negative, settings().seed = "a red cube", "fog", 3
    bpy.ops.ed.undo_push(message="before")
    before = names()
    assert bpy.ops.dreamwright.generate_from_panel("EXEC_DEFAULT", True) == {"FINISHED"}
    assert made()["dreamwright_prompt"] == "a red cube" and made()["dreamwright_seed"] == 3
    assert json.loads(bpy.context.scene["dreamwright_report"])["steps"] == 2
    assert [(entry.prompt, entry.negative) for entry in settings().history] == [("a red cube", "fog")]
    flows.APP.session.wait(2.0)
    assert {model.name for model in model_list.embedded_models()} <= {model.name for model in flows.known_models()}
    bpy.ops.ed.undo()
    assert names() == before and not settings().history and settings().prompt == "a red cube"


def test_what_failed_leaves_words_and_scene_as_they_were(backend_python):
    quick()
    settings().prompt, settings().model = "a red cube", "no-such-model"
    with pytest.raises(RuntimeError, match="no-such-model"):
        bpy.ops.dreamwright.generate_from_panel()
    assert not settings().history and not bpy.data.objects
    assert "no-such-model" in flows.APP.session.snapshot.error


def test_photos_beside_the_blend_become_an_object(own_backend_python, tmp_path):
    lit_ball()
    quick(steps=20)
    bpy.ops.dreamwright.reconstruct(views=9, image_size=16, samples=1)
    captured = next((tmp_path / "cache" / "captures").iterdir())
    shutil.copytree(captured, tmp_path / "photos")
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "a.blend"))
    for obj in list(bpy.data.objects):
        bpy.data.objects.remove(obj)
    settings().method, settings().dataset = "PHOTOS", "//photos"
    assert bpy.ops.dreamwright.generate_from_panel() == {"FINISHED"}
    assert made()["dreamwright_job"] and not settings().history


def test_what_we_say_of_the_embedded_models_is_what_the_backend_says(backend_python):
    assert bpy.ops.dreamwright.refresh_models() == {"FINISHED"}
    assert flows.APP.session.snapshot.backend is BackendState.READY
    told = {model.name: model for model in flows.known_models()}
    assert len(told) > len(model_list.embedded_models())
    for ours in model_list.embedded_models():
        theirs = told[ours.name]
        assert (ours.kind, ours.license, ours.is_local) == (theirs.kind, theirs.license, theirs.is_local)
        assert abs(ours.size_mb - theirs.size_mb) <= 1
    assert all(model.license and model.kind for model in told.values())
