"""Readers of posed pictures: both spellings, and one sentence for each way a dataset can be wrong."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.color import srgb_decoded
from backend.data.dataset import read_dataset
from backend.data.picture_file import read_picture
from backend.errors import DatasetError


@pytest.fixture
def folder(scene_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scene_folder, tmp_path / "scene"))


def as_instant_ngp(folder: Path, **settings) -> Path:
    """The training split as one transforms.json."""
    data = json.loads((folder / "transforms_train.json").read_text())
    del data["camera_angle_x"]
    data |= {"fl_x": 33.0, "fl_y": 34.0, "cx": 11.5, "cy": 12.5, "w": 24, "h": 24, "aabb_scale": 4, "scale": 0.33}
    (folder / "transforms.json").write_text(json.dumps(data | settings))
    for name in ("transforms_train.json", "transforms_test.json"):
        (folder / name).unlink()
    return folder


def test_nerf_synthetic_splits_are_read_with_their_cameras(folder: Path):
    dataset = read_dataset(folder)
    assert len(dataset.train) == 12 and len(dataset.held_out) == 4
    camera = dataset.train.cameras[0]
    assert camera.focal[0] == pytest.approx(12 / math.tan(math.radians(20)), rel=1e-6)
    assert len(dataset.train) == 12 and dataset.train.picture(0).shape == (24, 24, 4) and dataset.train.has_alpha()


def test_rays_meet_the_pixels_they_are_listed_with(folder: Path):
    """A ray passes the ball's center closer than its radius exactly where the picture is opaque."""
    pictures = read_dataset(folder).train
    alpha = pictures.pixels[:, 3]
    rays = pictures.rays_at(torch.arange(len(alpha)))
    distance = torch.linalg.cross(rays.origins, rays.directions).norm(dim=-1)
    assert torch.equal(distance < 0.6, alpha > 0.5)


def test_rays_of_any_pixels_are_those_of_their_cameras(folder: Path):
    pictures = read_dataset(as_instant_ngp(folder)).train
    every = [camera.rays().flat() for camera in pictures.cameras]
    index = torch.randperm(len(pictures) * 24 * 24)[:300]
    rays = pictures.rays_at(index)
    torch.testing.assert_close(rays.origins, torch.cat([r.origins for r in every])[index])
    torch.testing.assert_close(rays.directions, torch.cat([r.directions for r in every])[index])


def test_instant_ngp_intrinsics_are_read_and_its_own_scale_is_left_alone(folder: Path):
    dataset = read_dataset(as_instant_ngp(folder))
    camera = dataset.train.cameras[0]
    assert camera.focal == (33.0, 34.0) and camera.center == (11.5, 12.5)
    assert float(camera.pose[:3, 3].norm()) == pytest.approx(3.2, abs=1e-4)


def test_intrinsics_of_a_frame_win(folder: Path):
    as_instant_ngp(folder)
    data = json.loads((folder / "transforms.json").read_text())
    data["frames"][1]["fl_x"] = 50.0
    (folder / "transforms.json").write_text(json.dumps(data))
    assert read_dataset(folder).train.cameras[0].focal[0] == 50.0


def test_without_a_test_file_every_eighth_frame_is_held_out(folder: Path):
    dataset = read_dataset(as_instant_ngp(folder))
    assert len(dataset.held_out) == 2 and len(dataset.train) == 10
    names = {tuple(camera.pose.flatten().tolist()) for camera in dataset.train.cameras}
    assert not names & {tuple(camera.pose.flatten().tolist()) for camera in dataset.held_out.cameras}


def test_a_validation_file_stands_in_for_a_missing_test_file(folder: Path):
    (folder / "transforms_test.json").rename(folder / "transforms_val.json")
    assert len(read_dataset(folder).held_out) == 4


def test_smaller_pictures_keep_the_view(folder: Path):
    small, full = read_dataset(folder, downscale=2).train, read_dataset(folder).train
    assert len(small) == 12 and small.picture(0).shape == (12, 12, 4)
    torch.testing.assert_close(
        torch.tensor(small.cameras[0].focal), torch.tensor(full.cameras[0].focal) / 2, rtol=1e-6, atol=0
    )


def test_a_jpeg_is_opaque_and_a_picture_is_linear(tmp_path: Path):
    Image.fromarray(np.full((4, 4, 3), 188, np.uint8)).save(tmp_path / "grey.jpg", quality=100)
    picture = read_picture(tmp_path / "grey.jpg")
    assert float(picture[..., 3].min()) == 1
    assert float(picture[0, 0, 0]) == pytest.approx(float(srgb_decoded(torch.tensor(188 / 255))), abs=0.01)
    assert float(picture[0, 0, 0]) == pytest.approx(0.5, abs=0.02)  # sRGB 188 is half of the light


def change(folder: Path, edit) -> None:
    data = json.loads((folder / "transforms_train.json").read_text())
    edit(data)
    (folder / "transforms_train.json").write_text(json.dumps(data))


BROKEN = {
    "no file": (lambda f: [p.unlink() for p in f.glob("*.json")], "There is no transforms.json in"),
    "no folder": (lambda f: shutil.rmtree(f), "There is no transforms.json in"),
    "no JSON": (lambda f: (f / "transforms_train.json").write_text("{"), "cannot be read as JSON"),
    "a list": (lambda f: (f / "transforms_train.json").write_text("[]"), "does not hold a JSON object"),
    "no frames": (lambda f: change(f, lambda d: d.update(frames=[])), "names no frames"),
    "a frame of text": (lambda f: change(f, lambda d: d.update(frames=["a"])), "not a JSON object"),
    "frames lack": (lambda f: change(f, lambda d: d.pop("frames")), "lacks 'frames'"),
    "no angle": (lambda f: change(f, lambda d: d.pop("camera_angle_x")), "lacks 'camera_angle_x'"),
    "angle is text": (lambda f: change(f, lambda d: d.update(camera_angle_x="wide")), "not a number"),
    "no pose": (lambda f: change(f, lambda d: d["frames"][2].pop("transform_matrix")), "lacks 'transform_matrix'"),
    "2 x 4": (lambda f: change(f, lambda d: d["frames"][2].update(transform_matrix=[[1, 0, 0, 0]] * 2)), "or 4 x 4"),
    "NaN": (
        lambda f: change(f, lambda d: d["frames"][2]["transform_matrix"][0].__setitem__(0, math.nan)),
        "finite 3 x 4 or 4 x 4",
    ),
    "ragged": (lambda f: change(f, lambda d: d["frames"][2]["transform_matrix"][0].pop()), "not a matrix of numbers"),
    "path is 3": (lambda f: change(f, lambda d: d["frames"][2].update(file_path=3)), "file_path"),
    "no picture": (lambda f: (f / "train" / "r_3.png").unlink(), "is not there"),
    "no PNG": (lambda f: (f / "train" / "r_3.png").write_bytes(b"oops"), "cannot be read: replace"),
    "half a PNG": (
        lambda f: (f / "train" / "r_3.png").write_bytes((f / "train" / "r_3.png").read_bytes()[:90]),
        "cannot be read: replace",
    ),
    "sizes": (
        lambda f: Image.new("RGBA", (30, 8)).save(f / "train" / "r_3.png"),
        "The picture r_3.png is 30 x 8 pixels: 11 are the least",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_dataset_has_one_sentence(name: str, folder: Path):
    damage, sentence = BROKEN[name]
    damage(folder)
    with pytest.raises(DatasetError) as raised:
        read_dataset(folder)
    assert sentence in raised.value.sentence and "\n" not in raised.value.sentence


def test_pictures_too_small_to_compare_have_a_sentence(folder: Path):
    with pytest.raises(DatasetError, match="are 8 x 8 pixels: 11 are the least"):
        read_dataset(folder, downscale=3)


def test_one_picture_is_too_few(folder: Path):
    as_instant_ngp(folder)
    data = json.loads((folder / "transforms.json").read_text())
    data["frames"] = data["frames"][:1]
    (folder / "transforms.json").write_text(json.dumps(data))
    with pytest.raises(DatasetError, match="at least two"):
        read_dataset(folder)
