"""Views on disk: found again, cast again when a thing changes, and one after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from scripts.training.objects import mesh_primitives
from scripts.training.objects.object_class import OBJECT_CLASSES, Part
from scripts.training.objects.subjects import Subject
from scripts.training.raycasting import render_views as command
from scripts.training.raycasting import view_cache
from scripts.training.raycasting.view_cache import (
    Views,
    concatenate_views,
    fingerprint,
    read_views,
    render_views,
    shard_path,
    write_shard,
)

MUG = Subject((OBJECT_CLASSES["mug"],))
CONE = Subject((OBJECT_CLASSES["cone"],))


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view_cache.render_views, "__defaults__", (2, 3))


def test_a_shard_is_instances_times_views_and_says_which_part_is_what():
    views = render_views(MUG, 0, instances=2, views=3)
    assert views.coverage.shape[0] == len(views) == 6 and views.coverage.shape[2:] == (32, 32)
    assert views.instance.tolist() == [0, 0, 0, 1, 1, 1] and len(views.slots) == 2
    assert (None in [color for _, _, color in views.slots[0]]) and views.coverage.float().mean() > 5


def test_shards_are_new_and_come_back():
    first, again, other = (render_views(CONE, shard, 1, 2) for shard in (0, 0, 1))
    assert torch.equal(first.coverage, again.coverage)
    assert not torch.equal(first.camera, other.camera) and not torch.equal(first.coverage, other.coverage)


def test_what_is_written_is_read(tmp_path: Path, small_shards: None):
    write_shard(tmp_path, CONE, 0)
    write_shard(tmp_path, CONE, 2)
    views = read_views(tmp_path, CONE, range(5))
    assert len(views) == 12 and views.instance.tolist() == [0] * 3 + [1] * 3 + [2] * 3 + [3] * 3
    assert torch.equal(views.camera[6:], render_views(CONE, 2, 2, 3).camera)
    assert list((tmp_path / "views").glob("*.partial")) == []


def test_nothing_on_disk_is_no_views(tmp_path: Path):
    assert read_views(tmp_path, CONE, range(2)) is None


def test_views_of_different_numbers_of_parts_are_joined():
    few, many = (
        Views(
            torch.full((1, parts, 2, 2), 9, dtype=torch.uint8),
            torch.zeros(1, parts, 2, 2, dtype=torch.uint8),
            torch.zeros(1, 3),
            torch.zeros(1, dtype=torch.long),
            [[(0, "a", None)] * parts],
            [""],
        )
        for parts in (1, 3)
    )
    both = concatenate_views([few, many])
    assert both.coverage.shape == (2, 3, 2, 2) and both.coverage[0, 1:].sum() == 0
    assert [len(both.slots[i]) for i in both.instance.tolist()] == [1, 3]


def test_a_changed_thing_has_another_print():
    changed = replace(OBJECT_CLASSES["cone"], build=lambda rng: [Part("body", mesh_primitives.cone(0.5, 1.0), None)])
    assert fingerprint(Subject((changed,))) != fingerprint(CONE)
    assert fingerprint(CONE) in shard_path(Path("cache"), CONE, 0).name


@pytest.mark.process
def test_the_command_casts_what_is_missing_and_says_so(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr(view_cache.render_views, "__defaults__", (1, 1))
    monkeypatch.setattr(command, "training_subjects", lambda subset_only: [MUG, CONE])
    command.render_missing_views(tmp_path, command.tasks(shards=2, subset_only=True), workers=1)
    assert len(list((tmp_path / "views").iterdir())) == 4
    assert "4 shards cast" in capsys.readouterr().err
    command.render_missing_views(tmp_path, command.tasks(shards=2, subset_only=True), workers=1)
    assert "0 shards cast" in capsys.readouterr().err


def test_views_that_were_cast_before_there_were_forms_are_of_the_usual_one(tmp_path: Path, small_shards: None):
    write_shard(tmp_path, CONE, 0)
    path = shard_path(tmp_path, CONE, 0)
    kept = torch.load(path, weights_only=True)
    torch.save({name: value for name, value in kept.items() if name not in ("forms", "layers")}, path)
    assert read_views(tmp_path, CONE, range(1)).forms == ["", ""]
