"""Checkpoints: what is written is read, the last good one survives, every damage has a sentence."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
import torch

from backend import disk
from backend.errors import CheckpointError, DiskError
from backend.optimize.checkpoint import Checkpoint, read_checkpoint, write_checkpoint


def made(value: float) -> Checkpoint:
    return Checkpoint({"field": torch.full((3,), value)}, {"step": int(value)})


def test_what_is_written_is_read(tmp_path: Path):
    write_checkpoint(tmp_path / "job", made(7), 7)
    found = read_checkpoint(tmp_path / "job")
    assert found.state == {"step": 7} and torch.equal(found.tensors["field"], torch.full((3,), 7.0))


def test_only_the_newest_and_the_one_before_are_kept(tmp_path: Path):
    for step in (1, 2, 3, 3, 4):
        write_checkpoint(tmp_path, made(step), step)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "checkpoint-0-000003.safetensors",
        "checkpoint-0-000004.safetensors",
        "checkpoint.json",
        "checkpoint.previous.json",
    ]


@pytest.mark.parametrize("damage", ["checkpoint.json", "checkpoint-0-000002.safetensors"])
def test_when_the_newest_is_broken_the_one_before_is_taken(damage: str, tmp_path: Path):
    for step in (1, 2):
        write_checkpoint(tmp_path, made(step), step)
    (tmp_path / damage).write_bytes((tmp_path / damage).read_bytes()[:20])
    assert read_checkpoint(tmp_path).state == {"step": 1}


def test_no_checkpoint_and_only_broken_ones_have_sentences(tmp_path: Path):
    with pytest.raises(CheckpointError, match="There is no checkpoint in"):
        read_checkpoint(tmp_path)
    write_checkpoint(tmp_path, made(1), 1)
    (tmp_path / "checkpoint-0-000001.safetensors").unlink()
    with pytest.raises(CheckpointError, match="is broken: start the job again"):
        read_checkpoint(tmp_path)


def test_another_version_has_a_sentence(tmp_path: Path):
    write_checkpoint(tmp_path, made(1), 1)
    state = json.loads((tmp_path / "checkpoint.json").read_text())
    (tmp_path / "checkpoint.json").write_text(json.dumps(state | {"version": 99}))
    with pytest.raises(CheckpointError, match="version 99, this backend reads 1"):
        read_checkpoint(tmp_path)


def full_disk(*_) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_has_a_sentence_and_leaves_the_last_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_checkpoint(tmp_path, made(1), 1)
    monkeypatch.setattr(disk.os, "fsync", full_disk)
    with pytest.raises(DiskError, match="no space left on device.*make room"):
        write_checkpoint(tmp_path, made(2), 2)
    assert read_checkpoint(tmp_path).state == {"step": 1}
    assert not list(tmp_path.glob("*.part*"))


@pytest.mark.parametrize("broken", ["checkpoint.json", "checkpoint.previous.json"])
def test_a_crash_between_the_renames_leaves_a_whole_checkpoint(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for step in (1, 2):
        write_checkpoint(tmp_path, made(step), step)
    replace = os.replace
    monkeypatch.setattr(disk.os, "replace", lambda a, b: full_disk() if Path(b).name == broken else replace(a, b))
    with pytest.raises(DiskError):
        write_checkpoint(tmp_path, made(3), 3)
    assert read_checkpoint(tmp_path).state == {"step": 2}


def test_a_folder_that_cannot_be_written_has_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match="could not be saved"):
        write_checkpoint(tmp_path / "file" / "job", made(1), 1)
