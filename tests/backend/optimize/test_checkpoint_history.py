"""Checkpoints that are kept along the way: which, how many, and going back to one."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path

import pytest
import torch

from backend.errors import CheckpointError, DiskError
from backend.optimize import checkpoint_history
from backend.optimize.checkpoint import NEWEST, Checkpoint, read_checkpoint, write_checkpoint
from backend.optimize.checkpoint_history import (
    FOLDER,
    checkpoint_folder,
    delete_checkpoints,
    keep_checkpoint,
    list_checkpoints,
    milestones,
    most_crowded,
    restore_checkpoint,
)


def at(folder: Path, step: int, count: int = 8, score: float | None = None) -> None:
    """The job stands at a step, which is kept."""
    write_checkpoint(folder, Checkpoint({"field": torch.full((3,), float(step))}, {"step": step}), step)
    keep_checkpoint(folder, step, {"prompt": f"at {step}"}, score, count)


def steps(folder: Path) -> list[int]:
    return [each.step for each in list_checkpoints(folder)]


def test_milestones_are_spread_evenly_and_end_with_the_run():
    assert milestones(400, 8) == {50, 100, 150, 200, 250, 300, 350, 400}
    assert milestones(3, 8) == {1, 2, 3} and milestones(10, 1) == {10}
    gaps = {b - a for a, b in itertools.pairwise(sorted(milestones(1001, 7)))}
    assert gaps == {143}


def test_what_was_kept_is_read_as_it_was(tmp_path: Path):
    for step in (10, 20, 30):
        at(tmp_path, step, score=step / 100)
    found = list_checkpoints(tmp_path)
    assert [(each.step, each.score, each.config) for each in found] == [
        (10, 0.1, {"prompt": "at 10"}),
        (20, 0.2, {"prompt": "at 20"}),
        (30, 0.3, {"prompt": "at 30"}),
    ]
    assert found[0].created <= found[2].created
    for step in (10, 20, 30):
        assert read_checkpoint(checkpoint_folder(tmp_path, step)).tensors["field"].tolist() == [step] * 3


def test_keeping_takes_no_second_copy_of_the_tensors(tmp_path: Path):
    at(tmp_path, 5)
    assert os.stat(tmp_path / "checkpoint-0-000005.safetensors").st_nlink == 2


def test_a_disk_without_hard_links_takes_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refused(source: Path, target: Path) -> None:
        raise OSError("not on this disk")

    monkeypatch.setattr(os, "link", refused)
    at(tmp_path, 5)
    at(tmp_path, 6)
    assert restore_checkpoint(tmp_path, 5).step == 5 and read_checkpoint(tmp_path).state["step"] == 5


def test_the_least_missed_is_the_one_whose_neighbors_are_closest():
    assert most_crowded([10, 20, 30, 35, 40]) == 3
    assert most_crowded([1, 50, 100]) == 0


def test_however_long_a_job_goes_on_what_is_kept_is_few_and_even(tmp_path: Path):
    for step in range(10, 410, 10):
        at(tmp_path, step, count=5)
        assert len(steps(tmp_path)) <= 5 and steps(tmp_path)[-1] == step
    gaps = [b - a for a, b in itertools.pairwise([0, *steps(tmp_path)])]
    assert max(gaps) <= 3 * 400 / 5


def test_what_is_kept_after_going_back_is_not_thrown_out_at_once(tmp_path: Path):
    for step in (10, 20, 30, 40):
        at(tmp_path, step, count=4)
    at(tmp_path, 21, count=4)
    assert 21 in steps(tmp_path) and len(steps(tmp_path)) == 4


@pytest.mark.parametrize("room", [2.5, 0.5])
def test_large_ones_are_kept_as_far_as_there_is_room(room: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    at(tmp_path, 10)
    one = sum(path.stat().st_size for path in (tmp_path / FOLDER / "0000010").iterdir())
    monkeypatch.setattr(checkpoint_history, "MAX_BYTES", room * one)
    for step in (20, 30, 40, 15):
        at(tmp_path, step)
        assert step in steps(tmp_path) and len(steps(tmp_path)) == max(1, int(room))


def test_going_back_makes_it_the_newest_and_it_stays_kept(tmp_path: Path):
    for step in (10, 20, 30):
        at(tmp_path, step)
    assert restore_checkpoint(tmp_path, 10).config == {"prompt": "at 10"}
    found = read_checkpoint(tmp_path)
    assert found.state["step"] == 10 and found.tensors["field"].tolist() == [10.0] * 3
    assert steps(tmp_path) == [10, 20, 30]
    restore_checkpoint(tmp_path, 30)
    assert read_checkpoint(tmp_path).state["step"] == 30
    write_checkpoint(tmp_path, Checkpoint({"field": torch.zeros(3)}, {"step": 31}), 31)  # what is kept is untouched
    assert read_checkpoint(checkpoint_folder(tmp_path, 30)).tensors["field"].tolist() == [30.0] * 3


def test_a_step_that_was_not_kept_has_a_sentence_with_those_that_were(tmp_path: Path):
    with pytest.raises(CheckpointError, match="no kept checkpoint of step 5: it has none yet"):
        restore_checkpoint(tmp_path, 5)
    at(tmp_path, 10)
    at(tmp_path, 20)
    with pytest.raises(CheckpointError, match="no kept checkpoint of step 5: it has those of 10, 20"):
        restore_checkpoint(tmp_path, 5)


def test_what_is_broken_is_not_offered(tmp_path: Path):
    for step in (10, 20, 30):
        at(tmp_path, step)
    (tmp_path / FOLDER / "0000010" / "kept.json").write_text("{")
    (tmp_path / FOLDER / "0000020" / "checkpoint-0-000020.safetensors").unlink()
    assert steps(tmp_path) == [30]


def test_a_name_that_leads_out_of_the_folder_is_only_a_name(tmp_path: Path):
    at(tmp_path, 10)
    place = tmp_path / FOLDER / "0000010" / NEWEST
    state = json.loads(place.read_text())
    place.unlink()  # else the newest, which is the same file, would change as well
    place.write_text(json.dumps(state | {"tensors": "../../checkpoint-0-000010.safetensors"}))
    assert checkpoint_history.tensors_named(place) == "checkpoint-0-000010.safetensors"


def test_a_job_that_begins_anew_has_nothing_to_go_back_to(tmp_path: Path):
    at(tmp_path, 10)
    delete_checkpoints(tmp_path)
    assert steps(tmp_path) == [] and read_checkpoint(tmp_path).state["step"] == 10


def test_nothing_to_keep_is_one_sentence_and_leaves_nothing_behind(tmp_path: Path):
    with pytest.raises(DiskError, match="could not be kept in"):
        keep_checkpoint(tmp_path, 3, {}, None, 8)
    assert steps(tmp_path) == [] and list((tmp_path / FOLDER).iterdir()) == []


def test_a_disk_that_refuses_leaves_the_newest_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for step in (10, 20):
        at(tmp_path, step)

    def refused(source: Path, target: Path) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(DiskError, match="could not be taken back to step 10"):
        restore_checkpoint(tmp_path, 10)
    assert read_checkpoint(tmp_path).state["step"] == 20
