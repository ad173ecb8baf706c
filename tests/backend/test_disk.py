"""Files are whole or not there, and on the disk before they have their name."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from backend import disk
from backend.disk import write_whole
from backend.errors import DiskError
from backend.optimize.checkpoint import Checkpoint, read_checkpoint, write_checkpoint

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def order(monkeypatch):
    """What is flushed and renamed, in order: ("flush", name) of files and folders, ("rename", name)."""
    seen: list[tuple[str, str]] = []
    fsync, replace = os.fsync, os.replace

    def flushed(number):
        seen.append(("flush", Path(os.readlink(f"/proc/self/fd/{number}")).name))
        fsync(number)

    def renamed(source, target):
        seen.append(("rename", Path(target).name))
        replace(source, target)

    monkeypatch.setattr(disk.os, "fsync", flushed)
    monkeypatch.setattr(disk.os, "replace", renamed)
    return seen


def test_a_file_is_flushed_renamed_and_its_folder_flushed(tmp_path, order):
    write_whole(tmp_path / "job.json", b"{}")
    assert order == [("flush", "job.json.part"), ("rename", "job.json"), ("flush", tmp_path.name)]
    assert [path.name for path in tmp_path.iterdir()] == ["job.json"]


def test_checkpoints_and_grids_are_written_in_the_same_place(tmp_path, order):
    from backend.cli.local_run import write_grid
    from backend.export.grid import Grid

    write_checkpoint(tmp_path, Checkpoint({"a": torch.zeros(1)}, {"step": 1}), 1)
    cells, histogram = np.zeros((2, 2, 2), np.float16), {"edges": [0.0, 1.0], "counts": [8.0]}
    colors = np.zeros((2, 2, 2, 3), np.uint8)
    write_grid(tmp_path / "grid.npz", Grid(cells, colors, (0, 0, 0), (1, 1, 1), np.eye(4), 0.5, histogram))
    for name in ("checkpoint-0-000001.safetensors", "checkpoint.json", "grid.npz"):
        at = order.index(("rename", name))
        assert order[at - 1] == ("flush", f"{name}.part") and order[at + 1] == ("flush", tmp_path.name)


def test_what_fails_leaves_the_old_file_and_no_litter(tmp_path):
    path = tmp_path / "a.bin"
    write_whole(path, b"old")

    def fail(partial):
        partial.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(DiskError, match="disk is full"):
        write_whole(path, fail)
    assert path.read_bytes() == b"old" and [each.name for each in tmp_path.iterdir()] == ["a.bin"]


def test_no_other_file_of_the_server_renames_by_itself():
    """Renaming without flushing is what loses a job with the power; folders and models have their reasons."""
    allowed = {"disk.py", "store.py", "download.py", "hub_cache.py"}
    for path in (ROOT / "backend").rglob("*.py"):
        text = path.read_text()
        assert path.name in allowed or not ("os.replace(" in text or ".rename(" in text), path


def refusing(times, monkeypatch):
    """Windows, where somebody reads the file: so many renames are refused."""
    real, refused, slept = os.replace, [], []

    def replace(source, target):
        if len(refused) < times:
            refused.append(target)
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        real(source, target)

    monkeypatch.setattr(disk.os, "replace", replace)
    monkeypatch.setattr(disk.time, "sleep", slept.append)
    return slept


def test_on_windows_a_file_that_is_read_just_now_is_waited_for(tmp_path, monkeypatch):
    slept = refusing(4, monkeypatch)
    monkeypatch.setattr(disk, "_waits_for_readers", lambda: True)
    write_whole(tmp_path / "job.json", b"{}")
    assert (tmp_path / "job.json").read_bytes() == b"{}" and slept == [0.05, 0.1, 0.2, 0.4]


def test_but_not_for_ever_and_elsewhere_not_at_all(tmp_path, monkeypatch):
    refusing(99, monkeypatch)
    monkeypatch.setattr(disk, "_waits_for_readers", lambda: True)
    with pytest.raises(DiskError, match="cannot be written"):
        write_whole(tmp_path / "job.json", b"{}")
    monkeypatch.setattr(disk, "_waits_for_readers", lambda: False)
    slept = refusing(1, monkeypatch)
    with pytest.raises(DiskError, match="change its permissions"):
        write_whole(tmp_path / "job.json", b"{}")
    assert slept == [] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [5, 32, 33, 1224])
def test_a_file_that_another_program_holds_is_no_matter_of_permissions(tmp_path, number):
    cause = PermissionError(13, "Access is denied")
    cause.winerror = number
    assert "is held by another program" in disk.disk_error(tmp_path, cause).sentence


def test_a_checkpoint_that_is_read_is_not_mapped_and_one_that_is_held_stays(tmp_path, monkeypatch):
    """Adam keeps what it is given; a mapped file can be neither deleted nor replaced on Windows."""
    for step in (1, 2, 3):
        write_checkpoint(tmp_path, Checkpoint({"moment": torch.full((4096,), float(step))}, {"step": step}), step)
    held = read_checkpoint(tmp_path).tensors["moment"]
    assert str(tmp_path) not in Path("/proc/self/maps").read_text() and float(held[0]) == 3.0
    old = next(tmp_path.glob("checkpoint-0-000002*"))
    monkeypatch.setattr(Path, "unlink", lambda path, missing_ok=False: _refuse(path))
    write_checkpoint(tmp_path, Checkpoint({"moment": torch.zeros(4)}, {"step": 4}), 4)
    monkeypatch.undo()
    assert old.exists() and read_checkpoint(tmp_path).state["step"] == 4
    write_checkpoint(tmp_path, Checkpoint({"moment": torch.zeros(4)}, {"step": 5}), 5)
    assert not old.exists(), "it goes at the next save"


def _refuse(path):
    if path.suffix == ".safetensors":
        raise PermissionError(13, "Access is denied")
