"""What is written beside rendered views, against the rules of the programs that read it, as their code states them.

Stated here in our own words, from their sources: instant-ngp's src/nerf_loader.cu, nerfstudio's three data parsers
(nerfstudio_dataparser, blender_dataparser, instant_ngp_dataparser) and 3D Gaussian Splatting's scene/dataset_readers.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from addon.core import poses
from addon.core.sending import _renamed
from backend.data.dataset import read_dataset

COUNT, EVERY = 9, 4
LENS_KEYS = ("fl_x", "fl_y", "cx", "cy", "w", "h")


def views(folder: Path, mixed: bool = False) -> list[poses.PosedImage]:
    """Views around the origin with pictures beside them; where they are mixed, of two lenses and sizes."""
    made = []
    for i, pose in enumerate(poses.spherical_poses(COUNT, np.zeros(3), 3.0)):
        view = poses.PosedImage(f"view_{i:04d}.png", pose, 32, 24, 40.0, (16.0, 12.0))
        view = replace(view, width=48, focal=55.0, center=(22.0, 12.5)) if mixed and i % 2 else view
        Image.new("RGBA", (view.width, view.height), (i, 0, 0, 255)).save(folder / view.file)
        made.append(view)
    return made


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text())
    return data


@pytest.fixture(params=[False, True], ids=["one lens", "two lenses"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, list[poses.PosedImage]]:
    made = views(tmp_path, request.param)
    poses.write_transforms(tmp_path, made, EVERY)
    return tmp_path, made


def test_nerfstudio_data(written):
    """Each number of a lens stands at the top, for all frames, or in every frame; a split that is asked for is listed
    where any is, by names that are among the frames'; the kind of lens stands at the top."""
    folder, made = written
    data = read(folder / "transforms.json")
    assert data["camera_model"] == "PINHOLE"
    paths = [folder / frame["file_path"] for frame in data["frames"]]
    assert all(path.is_file() for path in paths)
    for frame, view in zip(data["frames"], made, strict=True):
        lens = [data[key] if key in data else frame[key] for key in LENS_KEYS]
        assert lens == [view.focal, view.focal, *view.center, view.width, view.height]
        assert Image.open(folder / frame["file_path"]).size == (view.width, view.height)
        np.testing.assert_allclose(frame["transform_matrix"], view.pose)
    splits = [{folder / name for name in data[f"{split}_filenames"]} for split in ("train", "val", "test")]
    assert all(split and split <= set(paths) for split in splits)
    assert splits[1] == splits[2] and splits[0] | splits[1] == set(paths) and not splits[0] & splits[1]


def test_nerfstudios_blender_data_and_3d_gaussian_splatting(written):
    """A file for each split; `.png` is put behind every name; one angle of view is all that is read of the lens, so
    where it would be wrong they shall not find one."""
    folder, made = written
    by_name = {view.file: view for view in made}
    one_lens = len({view.focal for view in made}) == 1
    for split in ("train", "val", "test"):
        data = read(folder / f"transforms_{split}.json")
        assert ("camera_angle_x" in data) is one_lens
        for frame in data["frames"]:
            file = folder / (frame["file_path"].replace("./", "") + ".png")
            view = by_name[file.name]
            width = Image.open(file).size[0]
            if one_lens:
                assert 0.5 * width / np.tan(0.5 * data["camera_angle_x"]) == pytest.approx(view.focal)
            turned = np.array(frame["transform_matrix"]) @ np.diag([1, -1, -1, 1])  # into COLMAP's camera, as it does
            np.testing.assert_allclose(np.linalg.inv(turned) @ [0, 0, 0, 1], [0, 0, 3, 1], atol=1e-12)
    assert read(folder / "transforms_val.json") == read(folder / "transforms_test.json")


def test_a_shifted_lens_has_no_angle_of_view_for_all(tmp_path: Path):
    shifted = [replace(view, center=(18.0, 12.0)) for view in views(tmp_path)]
    poses.write_transforms(tmp_path, shifted, EVERY)
    assert "camera_angle_x" not in read(tmp_path / "transforms_train.json")
    assert read(tmp_path / "transforms.json")["cx"] == 18.0


@pytest.mark.parametrize("name", ["transforms.json", "transforms_train.json"])
def test_instant_ngp(written, name: str):
    """A name without a suffix gets one that is there; the focal lengths of a frame come before those of all; a center
    is divided by the size that stands beside it."""
    folder, made = written
    data = read(folder / name)
    by_name = {view.file: view for view in made}
    for frame in data["frames"]:
        path = folder / frame["file_path"]
        path = path if path.suffix else path.with_suffix(".png")
        view = by_name[path.name]
        assert frame["fl_x"] == frame["fl_y"] == view.focal
        center = frame["cx"] / frame["w"], frame["cy"] / frame["h"]
        assert center == pytest.approx((view.center[0] / view.width, view.center[1] / view.height))
    if "cx" in data:
        assert {"w", "h", "cy"} <= set(data)


def test_nerfstudios_instant_ngp_data(tmp_path: Path):
    """One lens, at the top; where there is none it stops."""
    made = views(tmp_path)
    poses.write_transforms(tmp_path, made, EVERY)
    data = read(tmp_path / "transforms.json")
    assert [data[key] for key in LENS_KEYS] == [40.0, 40.0, 16.0, 12.0, 32, 24]


def test_our_own_reader_reads_all_of_them(written):
    folder, made = written
    for given in (folder, folder / "transforms.json"):
        dataset = read_dataset(given)
        assert (len(dataset.train), len(dataset.held_out)) == (7, 2)
        cameras = [*dataset.train.cameras, *dataset.held_out.cameras]
        assert sorted(camera.focal for camera in cameras) == sorted((view.focal, view.focal) for view in made)


def test_what_several_files_name_is_sent_once_and_splits_stay(tmp_path: Path):
    poses.write_transforms(tmp_path, views(tmp_path), EVERY)
    sent, pictures = _renamed(tmp_path)
    assert len(sent) == 4 and len(pictures) == COUNT
    whole = json.loads(sent["transforms.json"])
    names = [frame["file_path"] for frame in whole["frames"]]
    assert set(names) == set(pictures) and whole["test_filenames"] == [names[3], names[7]]
    assert [frame["file_path"] for frame in json.loads(sent["transforms_test.json"])["frames"]] == [names[3], names[7]]
