"""Each call against the real backend, and grids that are kept on disk."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from addon.core import calls
from addon.core.errors import DiskError
from addon.core.studio import Studio
from addon.core.wire import ConfigError, ProtocolError, messages


def grid_message(**changes):
    sent = messages.GridData(
        density=np.arange(24, dtype=np.float16).reshape(2, 3, 4),
        colour=np.zeros((2, 3, 4, 3), np.uint8),
        bounds_low=[-1.0, -1.0, -1.0],
        bounds_high=[1.0, 1.0, 1.0],
        transform=np.eye(4).tolist(),
        threshold=5.0,
        histogram={"edges": [0.0, 1.0], "counts": [24]},
        step=3,
    )
    return dataclasses.replace(sent, **changes)


def test_a_job_from_its_creation_to_its_deletion(link, inbox, tiny):
    job = calls.create_job(link.client, tiny)
    assert calls.get_job(link.client, job).state == "queued"
    calls.start_job(link.client, job)
    inbox.wait_for("event.finished")
    record = calls.get_job(link.client, job)
    assert (record.state, record.step) == ("finished", 60) and record.evaluation["psnr"] > 10
    grid = calls.fetch_grid(link.client, job, 20)
    assert max(grid.density.shape) == 20 and grid.density.max() > grid.threshold > 0
    assert calls.fetch_status(link.client).peak_rss_mb > 50
    assert [each.job for each in calls.list_jobs(link.client)] == [job]
    calls.delete_job(link.client, job)
    assert calls.list_jobs(link.client) == []
    assert {"event.state", "event.progress"} <= set(inbox.names())


def test_pause_resume_and_cancel(link, tiny):
    from addon.core.wire import config

    job = calls.create_job(link.client, config.with_changes(tiny, {"optimise": {"steps": 100_000}}))
    calls.start_job(link.client, job)
    assert calls.pause_job(link.client, job).state == "paused"
    assert calls.resume_job(link.client, job).state in ("queued", "running")
    assert calls.cancel_job(link.client, job).state == "cancelled"


@pytest.mark.parametrize(
    "changes",
    [
        {"density": np.zeros((2, 3), np.float16)},
        {"colour": np.zeros((2, 3, 4, 4), np.uint8)},
        {"colour": np.zeros((2, 3, 4, 3), np.float32)},
        {"transform": [[1.0, 0.0], [0.0, 1.0]]},
    ],
)
def test_grids_that_do_not_fit_are_refused(changes):
    with pytest.raises(ProtocolError, match="do not fit"):
        calls.checked(grid_message(**changes))


def test_a_grid_is_kept_whole(tmp_path):
    grid = calls.checked(grid_message())
    calls.save_grid(grid, tmp_path / "grids" / "a1.npz")
    again = calls.load_grid(tmp_path / "grids" / "a1.npz")
    assert (again.density == grid.density).all() and again.density.dtype == np.float16
    assert (again.colour == grid.colour).all() and (again.transform == grid.transform).all()
    for name in ("bounds_low", "bounds_high", "threshold", "histogram", "step"):
        assert getattr(again, name) == getattr(grid, name)
    assert [path.name for path in (tmp_path / "grids").iterdir()] == ["a1.npz"]


def test_a_full_disk_leaves_the_kept_grid_and_no_half_of_the_new_one(tmp_path, monkeypatch):
    grid, path = calls.checked(grid_message()), tmp_path / "a1.npz"
    calls.save_grid(grid, path)

    def full(file, **arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(calls.np, "savez", full)
    with pytest.raises(DiskError, match="No space left on device"):
        calls.save_grid(grid, path)
    monkeypatch.undo()
    assert calls.load_grid(path).step == 3 and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, b"", b"no zip", b"PK\x03\x04 half a zip"])
def test_a_grid_that_is_gone_or_broken_is_one_sentence(tmp_path, content):
    path = tmp_path / "a1.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DiskError, match="generate it again"):
        calls.load_grid(path)


def test_a_grid_of_another_layout_is_one_sentence(tmp_path):
    np.savez(tmp_path / "a1.npz", density=np.zeros(3))
    with pytest.raises(DiskError, match="generate it again"):
        calls.load_grid(tmp_path / "a1.npz")


@pytest.mark.parametrize("job", ["", "../a1", "a/b", "/etc/passwd"])
def test_a_job_name_cannot_lead_out_of_the_cache(tmp_path, job):
    with pytest.raises(DiskError, match="does not say which job"):
        Studio().kept_grid(job, tmp_path)


FRONT = calls.View([[1.0, 0, 0, 0], [0, 0, -1, -5], [0, 1, 0, 0], [0, 0, 0, 1]], 24, 16, angle_x=0.7)


def test_looking_going_back_editing_and_branching(link, inbox, tiny):
    job = calls.create_job(link.client, tiny)
    calls.start_job(link.client, job)
    inbox.wait_for("event.finished")
    seen = calls.render_view(link.client, job, FRONT, 30.0)
    assert (seen.size, seen.step) == ((24, 16), 60) and seen.normal.shape == (16, 24, 3)
    assert seen.alpha[8, 12] > 0.5 and 3.0 < seen.depth[8, 12] < 6.0 and seen.depth.max() <= np.float32(calls.NOTHING)
    kept = calls.list_checkpoints(link.client, job)
    assert kept[-1].step == 60 and all(each.created > 1e9 for each in kept)
    child = calls.branch_job(link.client, job, {"seed": 3}, step=60)
    assert calls.get_job(link.client, child).parent == job
    assert (calls.render_view(link.client, child, FRONT, 30.0).colour == seen.colour).all()
    back = calls.rewind_job(link.client, job, kept[0].step)
    assert (back.state, back.step) == ("paused", kept[0].step)
    assert calls.edit_job(link.client, job, weights={"photometric": 2.0}) == kept[0].step
    assert inbox.wait_for("event.holds").values["prompt"] == tiny.prompt
    assert calls.get_job(link.client, job).config["photometric"]["weight"] == 2.0
    with pytest.raises(ConfigError, match="keep field.kind"):
        calls.branch_job(link.client, job, {"field": {"kind": "siren"}})


def test_models_are_listed(link):
    models = {model.name: model for model in calls.list_models(link.client)}
    assert models["embedded"].here and models["embedded"].kind == "diffusion" and models["embedded"].size_mb > 0
    assert models["embedded-guide"].kind == "guide" and models["embedded-guide"].licence


def passes_message(**changes):
    sent = messages.Rendered(
        np.zeros((2, 3, 3), np.float16), np.zeros((2, 3), np.float16), np.zeros((2, 3), np.float32),
        np.zeros((2, 3, 3), np.float16), 4,
    )  # fmt: skip
    return dataclasses.replace(sent, **changes)


def test_passes_that_fit_are_taken_with_and_without_normals():
    assert calls.fitting(passes_message()).size == (3, 2)
    assert calls.fitting(passes_message(normal=np.zeros((0, 0, 3), np.float16))).normal.size == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": np.zeros((2, 3), np.float16)},
        {"alpha": np.zeros((2, 3, 1), np.float16)},
        {"depth": np.zeros((3, 2), np.float32)},
        {"normal": np.zeros((2, 3, 2), np.float16)},
        {"normal": np.zeros((5, 3, 3), np.float16)},
        {"normal": np.zeros(4, np.float16)},
    ],
)
def test_passes_that_do_not_fit_are_refused(changes):
    with pytest.raises(ProtocolError, match="passes that do not fit"):
        calls.fitting(passes_message(**changes))
