"""Each call against the real backend, and grids that are kept on disk."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from addon.core import calls
from addon.core.app_state import AppState
from addon.core.errors import DiskError
from addon.core.wire import ConfigError, ProtocolError, messages

pytestmark = pytest.mark.process


def grid_message(**changes):
    sent = messages.GridData(
        density=np.arange(24, dtype=np.float16).reshape(2, 3, 4),
        color=np.zeros((2, 3, 4, 3), np.uint8),
        bounds_low=[-1.0, -1.0, -1.0],
        bounds_high=[1.0, 1.0, 1.0],
        transform=np.eye(4).tolist(),
        threshold=5.0,
        histogram={"edges": [0.0, 1.0], "counts": [24]},
        step=3,
    )
    return dataclasses.replace(sent, **changes)


def test_a_job_from_its_creation_to_its_deletion(connection, inbox, tiny):
    job = calls.create_job(connection.client, tiny)
    assert calls.get_job(connection.client, job).state == "queued"
    calls.start_job(connection.client, job)
    inbox.wait_for("event.finished")
    record = calls.get_job(connection.client, job)
    assert (record.state, record.step) == ("finished", 60) and record.evaluation["psnr"] > 10
    grid = calls.fetch_grid(connection.client, job, 20)
    assert max(grid.density.shape) == 20 and grid.density.max() > grid.threshold > 0
    assert calls.fetch_status(connection.client).peak_rss_mb > 50
    assert [each.job for each in calls.list_jobs(connection.client)] == [job]
    calls.delete_job(connection.client, job)
    assert calls.list_jobs(connection.client) == []
    assert {"event.state", "event.progress"} <= set(inbox.names())


def test_pause_resume_and_cancel(connection, tiny):
    from addon.core.wire import config

    job = calls.create_job(connection.client, config.with_changes(tiny, {"optimize": {"steps": 100_000}}))
    calls.start_job(connection.client, job)
    assert calls.pause_job(connection.client, job).state == "paused"
    assert calls.resume_job(connection.client, job).state in ("queued", "running")
    assert calls.cancel_job(connection.client, job).state == "cancelled"


@pytest.mark.parametrize(
    "changes",
    [
        {"density": np.zeros((2, 3), np.float16)},
        {"color": np.zeros((2, 3, 4, 4), np.uint8)},
        {"color": np.zeros((2, 3, 4, 3), np.float32)},
        {"transform": [[1.0, 0.0], [0.0, 1.0]]},
    ],
)
def test_grids_that_do_not_fit_are_refused(changes):
    with pytest.raises(ProtocolError, match="do not fit"):
        calls.checked_grid(grid_message(**changes))


def test_a_grid_is_kept_whole(tmp_path):
    grid = calls.checked_grid(grid_message())
    calls.save_grid(grid, tmp_path / "grids" / "a1.npz")
    again = calls.load_grid(tmp_path / "grids" / "a1.npz")
    assert (again.density == grid.density).all() and again.density.dtype == np.float16
    assert (again.color == grid.color).all() and (again.transform == grid.transform).all()
    for name in ("bounds_low", "bounds_high", "threshold", "histogram", "step"):
        assert getattr(again, name) == getattr(grid, name)
    assert [path.name for path in (tmp_path / "grids").iterdir()] == ["a1.npz"]


def test_a_full_disk_leaves_the_kept_grid_and_no_half_of_the_new_one(tmp_path, monkeypatch):
    grid, path = calls.checked_grid(grid_message()), tmp_path / "a1.npz"
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
        AppState().cached_grid(job, tmp_path)


FRONT = messages.View([[1.0, 0, 0, 0], [0, 0, -1, -5], [0, 1, 0, 0], [0, 0, 0, 1]], 24, 16, angle_x=0.7)


def test_looking_going_back_editing_and_branching(connection, inbox, tiny):
    job = calls.create_job(connection.client, tiny)
    calls.start_job(connection.client, job)
    inbox.wait_for("event.finished")
    seen = calls.render_view(connection.client, job, FRONT, 30.0)
    assert (seen.size, seen.step) == ((24, 16), 60) and seen.normal.shape == (16, 24, 3)
    assert (
        seen.alpha[8, 12] > 0.5 and 3.0 < seen.depth[8, 12] < 6.0 and seen.depth.max() <= np.float32(calls.EMPTY_DEPTH)
    )
    kept = calls.list_checkpoints(connection.client, job)
    assert kept[-1].step == 60 and all(each.created > 1e9 for each in kept)
    child = calls.branch_job(connection.client, job, {"seed": 3}, step=60)
    assert calls.get_job(connection.client, child).parent == job
    assert (calls.render_view(connection.client, child, FRONT, 30.0).color == seen.color).all()
    back = calls.rewind_job(connection.client, job, kept[0].step)
    assert (back.state, back.step) == ("paused", kept[0].step)
    assert calls.edit_job(connection.client, job, weights={"photometric": 2.0}) == kept[0].step
    assert inbox.wait_for("event.objective_changed").values["prompt"] == tiny.prompt
    assert calls.get_job(connection.client, job).config["photometric"]["weight"] == 2.0
    with pytest.raises(ConfigError, match="keep field.kind"):
        calls.branch_job(connection.client, job, {"field": {"kind": "siren"}})


def test_models_are_listed(connection):
    models = {model.name: model for model in calls.list_models(connection.client)}
    assert models["embedded"].is_local and models["embedded"].kind == "diffusion" and models["embedded"].size_mb > 0
    assert models["embedded-clip"].kind == "clip" and models["embedded-clip"].license


def passes_message(**changes):
    sent = messages.RenderedView(
        np.zeros((2, 3, 3), np.float16), np.zeros((2, 3), np.float16), np.zeros((2, 3), np.float32),
        np.zeros((2, 3, 3), np.float16), 4,
    )  # fmt: skip
    return dataclasses.replace(sent, **changes)


def test_passes_that_fit_are_taken_with_and_without_normals():
    assert calls.checked_view(passes_message()).size == (3, 2)
    assert calls.checked_view(passes_message(normal=np.zeros((0, 0, 3), np.float16))).normal.size == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"color": np.zeros((2, 3), np.float16)},
        {"alpha": np.zeros((2, 3, 1), np.float16)},
        {"depth": np.zeros((3, 2), np.float32)},
        {"normal": np.zeros((2, 3, 2), np.float16)},
        {"normal": np.zeros((5, 3, 3), np.float16)},
        {"normal": np.zeros(4, np.float16)},
    ],
)
def test_passes_that_do_not_fit_are_refused(changes):
    with pytest.raises(ProtocolError, match="passes that do not fit"):
        calls.checked_view(passes_message(**changes))
