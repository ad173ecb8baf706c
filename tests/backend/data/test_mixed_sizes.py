"""Pictures of several sizes, portrait and landscape among them: each keeps its pixels, its camera and its rays."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.cameras.orbit import orbit_view
from backend.config import from_json
from backend.data.dataset import read_dataset
from backend.evaluate.held_out import compare
from backend.optimize.trainer import Trainer
from tests.backend.posed_scene import FOV, RADIUS, picture

SIZES = [(24, 24), (32, 24), (24, 32), (20, 20), (24, 24), (32, 24), (24, 32), (20, 20), (24, 24)]
WHOLE, FOCAL = 48, 0.5 * 48 / math.tan(FOV / 2)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Parts about the middle of pictures of 48 pixels: their lens has one focal length in pixels."""
    frames = []
    for number, (width, height) in enumerate(SIZES):
        camera = orbit_view(2.4 * number, -0.3 + 0.12 * number, 3.2, FOV, WHOLE).camera
        left, top = (WHOLE - width) // 2, (WHOLE - height) // 2
        Image.fromarray(picture(camera)[top : top + height, left : left + width]).save(tmp_path / f"{number}.png")
        frames.append({"file_path": f"{number}.png", "transform_matrix": camera.pose.tolist()})
    (tmp_path / "transforms.json").write_text(json.dumps({"fl_x": FOCAL, "fl_y": FOCAL, "frames": frames}))
    return tmp_path


def test_each_picture_has_its_own_pixels_and_rays(mixed: Path):
    read = read_dataset(mixed)
    assert read.notes == ("The pictures are of 4 sizes: 3 of 24 x 24, 2 of 32 x 24, 2 of 24 x 32 and others.",)
    pictures = read.train
    aside = set(range(0, len(SIZES), 8))
    sizes = [size for number, size in enumerate(SIZES) if number not in aside]
    assert [pictures.picture(i).shape[1::-1] for i in range(len(pictures))] == sizes
    rays = pictures.rays_at(torch.arange(len(pictures.pixels)))
    each = [camera.rays().flat() for camera in pictures.cameras]
    assert torch.allclose(rays.origins, torch.cat([one.origins for one in each]))
    assert torch.allclose(rays.directions, torch.cat([one.directions for one in each]), atol=1e-6)
    hit = _meets_the_ball(rays.origins.double().numpy(), rays.directions.double().numpy())
    assert (hit == (pictures.pixels[:, 3].numpy() > 0.5)).mean() > 0.99, "pixels and rays belong together"


def test_a_part_of_them_keeps_what_belongs_together(mixed: Path):
    pictures = read_dataset(mixed).train
    some = pictures.subset([1, 4])
    assert torch.equal(some.picture(1), pictures.picture(4)) and some.cameras == [pictures.cameras[i] for i in (1, 4)]


def test_a_job_learns_from_them_and_compares_with_those_held_out(mixed: Path, tiny):
    job = Trainer.build(from_json(tiny(dataset=str(mixed))))
    held_out, device = read_dataset(mixed).held_out, torch.device("cpu")
    before = compare(job.renderer, held_out, device)["psnr"]
    losses = [job.step().loss for _ in range(40)]
    assert losses[-1] < 0.5 * losses[0]
    assert compare(job.renderer, held_out, device)["psnr"] > before + 3


def _meets_the_ball(origins: np.ndarray, directions: np.ndarray) -> np.ndarray:
    half = -(origins * directions).sum(-1)
    met: np.ndarray = half**2 - (origins**2).sum(-1) + RADIUS**2 > 0
    return met
