"""The box of a job with photographs: found, given, missed; kept in its settings and in where its result lies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.config import JobConfig, preset, to_json, with_changes
from backend.errors import DatasetError
from backend.optimize.photo_box import with_photo_box
from backend.optimize.scene_transform import with_box_rotation
from backend.optimize.trainer import Trainer
from tests.backend.data import layouts
from tests.backend.posed_scene import RADIUS


def job(folder: Path, **changes: object) -> JobConfig:
    return with_changes(preset("reconstruct", "draft"), {"dataset": str(folder), **changes})


def test_a_box_is_found_unless_one_is_given(scene_folder: Path):
    config, notes = with_photo_box(job(scene_folder))
    assert not config.bounds.automatic and "The box was found: object" in notes[0]
    np.testing.assert_allclose(config.bounds.center, 0, atol=0.1)
    assert all(2 * RADIUS < side < 2.6 * RADIUS for side in config.bounds.size)
    assert with_photo_box(config) == (config, ())
    given = job(scene_folder, bounds={"size": [1.5, 1.5, 1.5]})
    assert not given.bounds.automatic and with_photo_box(given) == (given, ())
    asked = job(scene_folder, bounds={"size": [1.5, 1.5, 1.5], "automatic": True})
    assert asked.bounds.automatic


def test_a_job_of_words_has_no_pictures():
    config = with_changes(preset("text", "draft"), {"prompt": "a cup"})
    assert with_photo_box(config) == (config, ())


def test_a_box_that_nobody_looks_into_is_refused(scene_folder: Path):
    with pytest.raises(DatasetError, match=r"None of the 12 pictures looks into the box .*center \(90, 0, 0\)"):
        with_photo_box(job(scene_folder, bounds={"center": [90, 0, 0], "size": [1, 1, 1]}))


def test_pictures_from_one_place_keep_the_box_that_there_is(tmp_path: Path):
    layouts.matrices_k(tmp_path)
    data = json.loads((tmp_path / "transforms.json").read_text())
    for frame in data["frames"]:
        frame["transform_matrix"] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 4]]
    (tmp_path / "transforms.json").write_text(json.dumps(data))
    config, notes = with_photo_box(job(tmp_path))
    assert config.bounds.size == (3, 3, 3) and not config.bounds.automatic
    assert "No box could be found" in notes[0]


def test_a_box_that_few_rays_meet_is_said(scene_folder: Path):
    _, notes = with_photo_box(job(scene_folder, bounds={"center": [0, 0, 0], "size": [0.3, 0.3, 0.3]}))
    assert len(notes) == 1 and notes[0].startswith("Only ") and "of the pictures' rays meet the box" in notes[0]


@pytest.mark.parametrize("scale", [0.01, 50.0])
def test_a_tilted_world_of_any_scale_is_learned_and_its_result_lies_there(scale: float, tmp_path: Path):
    """The ball of the layouts, in a world that is tilted, moved and scaled: its density stands where the ball is."""
    layouts.instant_ngp(tmp_path)
    path = tmp_path / "transforms.json"
    data = json.loads(path.read_text())
    tilt = np.array([[1, 0, 0], [0, 0.6, -0.8], [0, 0.8, 0.6]])
    for frame in data["frames"]:
        pose = np.array(frame["transform_matrix"])
        pose[:3, :3], pose[:3, 3] = tilt @ pose[:3, :3], scale * (tilt @ pose[:3, 3] + [5, -3, 2])
        frame["transform_matrix"] = pose.tolist()
    del data["aabb_scale"]
    path.write_text(json.dumps(data))
    small = {"resolution": 24, "start_resolution": 24, "upsample_at": []}
    config, _ = with_photo_box(job(tmp_path, field=small, optimize={"steps": 60}, export={"resolution": 24}))
    assert to_json(config)["bounds"]["rotation_degrees"] == pytest.approx([53.13, 0, 0], abs=0.5)
    trainer = Trainer.build(config)
    while not trainer.ended:
        trainer.step()
    grid = with_box_rotation(config, trainer.grid())
    x, y, z = torch.meshgrid(*(torch.linspace(0, 1, 2 * n + 1)[1::2] for n in grid.density.shape), indexing="ij")
    low, high = torch.tensor(grid.bounds_low), torch.tensor(grid.bounds_high)
    cells = torch.stack([x, y, z], -1) * (high - low) + low
    density = torch.tensor(np.asarray(grid.density, np.float32))
    weight = (density * (density > grid.threshold)).double()
    middle = (cells.double() * weight[..., None]).sum((0, 1, 2)) / weight.sum()
    there = np.array(grid.transform) @ np.array([*middle.tolist(), 1.0])
    np.testing.assert_allclose(there[:3], scale * np.array([5, -3, 2]), atol=0.15 * scale)
    assert trainer.evaluate()["psnr"] > 15
