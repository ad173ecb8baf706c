"""Views as a folder for other programs: what is in it, how it is stopped, and what goes wrong."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import bpy
import pytest
from small_scenes import lit_ball, names, settings

from addon import flows, headless

QUICK = {"views": 6, "image_size": 16, "samples": 1}


def test_a_folder_beside_the_blend_has_pictures_and_poses(tmp_path):
    lit_ball()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    bpy.context.scene.dreamwright.scene_setup.hold_out_every = 3
    before = settings(bpy.context.scene), names()
    assert bpy.ops.dreamwright.render_views(**QUICK) == {"FINISHED"}
    assert (settings(bpy.context.scene), names()) == before
    frames = [
        json.loads((tmp_path / "views" / f"transforms_{part}.json").read_text())["frames"] for part in ("train", "test")
    ]
    assert [len(part) for part in frames] == [4, 2]
    assert all((tmp_path / "views" / f"{frame['file_path']}.png").is_file() for part in frames for frame in part)
    whole = json.loads((tmp_path / "views" / "transforms.json").read_text())
    assert [len(whole[f"{part}_filenames"]) for part in ("train", "val", "test")] == [4, 2, 2]
    assert {frame["file_path"] for frame in whole["frames"]} == {path.name for path in tmp_path.glob("views/*.png")}
    assert not flows.APP.current_task and flows.APP.session.snapshot.activity == ""


def test_what_is_written_is_read_by_the_backend(tmp_path, backend_python):
    """By its own reader, in its own Python: as many pictures, of the same size, at the same place."""
    lit_ball()
    bpy.ops.dreamwright.render_views(views_folder=str(tmp_path / "set"), **QUICK | {"views": 9})
    code = (
        "import sys; from pathlib import Path; from backend.data.dataset import read_dataset;"
        "read = read_dataset(Path(sys.argv[1]));"
        "print(len(read.train), len(read.held_out), *read.train.picture(0).shape);"
        "print(read.train.cameras[0].pose[2, 3].item())"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([backend_python, "-c", code, tmp_path / "set"], capture_output=True, text=True, cwd=root)
    *counts, height = told.stdout.split()
    first = json.loads((tmp_path / "set" / "transforms_train.json").read_text())["frames"][0]
    assert counts == ["8", "1", "16", "16", "4"], told.stderr
    assert float(height) == pytest.approx(first["transform_matrix"][2][3], abs=1e-5)


def test_stopped_in_the_middle_nothing_is_kept(tmp_path):
    lit_ball()
    before = names()
    ended = headless.add_progress_callback(
        lambda told: bpy.ops.dreamwright.stop() if told.activity and not flows.APP.stop_requested else None
    )
    with pytest.raises(RuntimeError, match="Stopped while the views were rendered"):
        bpy.ops.dreamwright.render_views(views_folder=str(tmp_path / "set"), **QUICK)
    ended()
    assert not (tmp_path / "set").exists() and names() == before and not flows.APP.current_task


def test_without_a_folder_is_one_sentence():
    lit_ball()
    with pytest.raises(RuntimeError, match="There is no folder for the views.*save that first"):
        bpy.ops.dreamwright.render_views(**QUICK)


def test_an_empty_scene_is_one_sentence(tmp_path):
    with pytest.raises(RuntimeError, match="nothing to reconstruct"):
        bpy.ops.dreamwright.render_views(views_folder=str(tmp_path / "set"), **QUICK)
    assert not (tmp_path / "set").exists()


def test_one_thing_at_a_time():
    with flows.APP.busy("generating"):
        assert not bpy.ops.dreamwright.render_views.poll()
