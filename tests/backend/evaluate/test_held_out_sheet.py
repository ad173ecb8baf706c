"""The sheet of held-out pictures beside renders: what stands where, at which size."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from backend.cameras.camera import Camera
from backend.color import srgb_encoded
from backend.data.pictures import PosedPictures
from backend.evaluate.held_out_sheet import MARGIN, ROWS, SIDE, held_out_sheet
from backend.render.renderer import Rendering

CPU = torch.device("cpu")


def camera(width: int, height: int) -> Camera:
    return Camera(torch.eye(4), width, height, (50.0, 50.0), (width / 2, height / 2))


def half_gray(camera: Camera, device: torch.device) -> Any:
    """A renderer whose every picture is half covered by black: gray over white."""
    half = torch.full((camera.height, camera.width), 0.5)
    return Rendering(color=torch.zeros(*half.shape, 3), opacity=half, depth=half, weights=half)


def pictures(*sizes: tuple[int, int]) -> PosedPictures:
    """Opaque pictures, each of its own gray."""
    cameras = [camera(*size) for size in sizes]
    pixels = [torch.full((c.width * c.height, 4), 0.1 * i) for i, c in enumerate(cameras)]
    for each in pixels:
        each[:, 3] = 1.0
    return PosedPictures(torch.cat(pixels), cameras)


def test_each_row_has_the_picture_its_render_and_their_difference():
    renderer: Any = SimpleNamespace(picture=half_gray)
    sheet = held_out_sheet(renderer, pictures((40, 30), (30, 40)), CPU)
    assert sheet.dtype == np.uint8 and sheet.shape == (30 + 40 + 2 * MARGIN, 3 * (40 + MARGIN), 4)
    gray = round(255 * float(srgb_encoded(torch.tensor(0.5))))
    assert sheet[10, 10].tolist() == [0, 0, 0, 255] and sheet[10, 50 + MARGIN].tolist() == [gray] * 3 + [255]
    assert abs(int(sheet[10, 90 + 2 * MARGIN, 0]) - (255 - gray)) <= 1
    assert sheet[32, 10].tolist() == [255] * 4 and sheet[60, -5].tolist() == [255] * 4  # margin, and beside narrow ones


def test_many_and_large_pictures_become_few_and_small():
    renderer: Any = SimpleNamespace(picture=half_gray)
    sheet = held_out_sheet(renderer, pictures(*[(4 * SIDE, SIDE)] * 20), CPU)
    assert sheet.shape[:2] == (ROWS * (SIDE // 4 + MARGIN), 3 * (SIDE + MARGIN))
    assert len({int(sheet[i * (SIDE // 4 + MARGIN) + 5, 5, 0]) for i in range(ROWS)}) == ROWS
