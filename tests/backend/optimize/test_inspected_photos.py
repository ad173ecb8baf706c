"""Photographs before a job of them: cameras and points as they were written, the box that a job would get."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.config import JobConfig, preset, with_changes
from backend.errors import DatasetError
from backend.jobs.photographs import posed_folder, with_kept_poses
from backend.optimize.inspected_photos import inspect_photos
from backend.optimize.photo_box import with_photo_box
from tests.backend.data import layouts
from tests.backend.posed_scene import FOV, picture


def job(folder: Path, **changes: object) -> JobConfig:
    return with_changes(preset("reconstruct", "draft"), {"dataset": str(folder), **changes})


def write_unposed(folder: Path) -> None:
    folder.mkdir()
    for number, camera in enumerate(layouts.cameras()):
        Image.fromarray(picture(camera)[..., :3]).save(folder / f"{number}.jpg")


def test_cameras_and_points_are_those_of_the_files(tmp_path: Path):
    layouts.colmap_text(tmp_path)
    found = inspect_photos(job(tmp_path))
    train, aside = found.poses[~found.held_out], found.poses[found.held_out]
    assert len(aside) == 2 and len(train) == layouts.COUNT - 2
    known = np.array(layouts.matrices())
    nearest = np.abs(found.poses[:, None] - known[None]).max((2, 3)).min(1)
    assert nearest.max() < 1e-4
    np.testing.assert_allclose(found.tangents, math.tan(FOV / 2), rtol=1e-4)
    np.testing.assert_allclose(np.sort(found.points, 0), np.sort(layouts.POINTS, 0), atol=1e-6)


def test_the_box_is_that_of_a_job(scene_folder: Path):
    found = inspect_photos(job(scene_folder))
    config, notes = with_photo_box(job(scene_folder))
    assert tuple(found.box["size"]) == config.bounds.size and tuple(found.box["center"]) == config.bounds.center
    assert set(notes) <= set(found.notes) and found.held_out.sum() == 4 and not len(found.points)
    given = {"center": [0.0, 0.0, 0.1], "size": [1.0, 1.0, 1.0]}
    assert list(inspect_photos(job(scene_folder, bounds=given)).box["size"]) == [1.0, 1.0, 1.0]


def test_many_points_become_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    layouts.colmap_text(tmp_path)
    monkeypatch.setattr("backend.optimize.inspected_photos.MOST_POINTS", 2)
    assert len(inspect_photos(job(tmp_path)).points) == 2


def test_photos_without_poses_wait_for_a_job_that_finds_them(tmp_path: Path):
    folder, cache = tmp_path / "photos", tmp_path / "cache"
    write_unposed(folder)
    with pytest.raises(DatasetError, match="Nobody knows yet where these photos were taken from: press Generate"):
        with_kept_poses(job(folder), cache)
    layouts.matrices_k(posed_folder(cache, str(folder)))  # as if a job had found them
    assert len(inspect_photos(with_kept_poses(job(folder), cache)).poses) == layouts.COUNT


def test_without_photos_there_is_nothing_to_show():
    with pytest.raises(DatasetError, match="No photos are named, so there is nothing to show"):
        inspect_photos(with_changes(preset("text", "draft"), {"prompt": "a cup"}))
