"""Pictures of what a model makes of some captions, side by side, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy import ndarray
from PIL import Image, ImageDraw

from ..colors import srgb_encode
from ..raycasting.raycaster import AMBIENT, DIFFUSE, LIGHT
from .asked import Asked, drawn_code
from .captions import wanted
from .field import Field
from .query import coarse_to_fine

CAPTIONS = (
    "a blue teapot", "a snowman with a red hat", "a yellow chair", "a green cactus", "a purple mushroom",
    "a brown table", "a grey rocket", "a banana", "a red car", "a yellow castle", "a yellow duck", "a grey cat",
    "a blue dragon", "a red guitar", "a yellow bicycle", "a penguin", "a purple helicopter", "a brown armchair",
    "an elephant", "a violin", "a red windmill", "a yellow tractor", "a mermaid", "an octopus", "a xylophone",
    "a yellow house", "a green church", "a purple sword", "a crown", "an umbrella", "a red and white striped mug",
    "a pirate ship", "a wooden chair", "a tiger", "a giraffe", "a blue piano", "a shark", "a palm tree", "a wizard",
    "a tall blue spotted vase",
)  # fmt: skip
EDGE, PIXELS, COLUMNS, STEPS = 128, 144, 8, 192
AZIMUTH, ELEVATION = np.radians(-60), np.radians(22)  # from the front, a little from the right and above


def draw_sheet(model: Field, names: Sequence[str], path: Path, captions: Sequence[str] = CAPTIONS) -> None:
    """Those whose thing the model knows; code zero."""
    known = [(text, of) for text in captions if (of := wanted(text)) and of.thing in names]
    rows = -(-len(known) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * PIXELS, rows * (PIXELS + 14)), "white")
    for place, (text, of) in enumerate(known):
        asked = Asked(model, names.index(of.thing), 0 * drawn_code(0), of)
        corner = (place % COLUMNS * PIXELS, place // COLUMNS * (PIXELS + 14))
        page.paste(Image.fromarray(picture(asked)), corner)
        ImageDraw.Draw(page).text((corner[0] + 4, corner[1] + PIXELS), text[:24], fill="black")
    page.save(path)


def picture(asked: Asked, pixels: int = PIXELS) -> ndarray:
    """Parallel rays through a lattice of logits to the first change of sign; on white."""
    volume = coarse_to_fine(asked.logits, EDGE).clamp(-6, 6).permute(2, 1, 0)[None, None]
    towards, right, up = _camera_axes()
    across = torch.linspace(-1.3, 1.3, pixels)
    start = across[None, :, None] * right - across[:, None, None] * up
    depths = torch.linspace(1.75, -1.75, STEPS)
    points = start[None] + depths[:, None, None, None] * towards
    seen = torch.nn.functional.grid_sample(volume, points[None], align_corners=False)[0, 0] > 0
    seen &= (points.abs() < 1).all(-1)
    hit, first = seen.any(0), seen.float().argmax(0)
    image = np.ones((pixels, pixels, 3))
    if hit.any():
        at = (start + depths[first][..., None] * towards)[hit]
        image[hit.numpy()] = _lit(asked, at)
    return (255 * image).round().astype(np.uint8)


def _lit(asked: Asked, points: torch.Tensor) -> ndarray:
    light = AMBIENT + DIFFUSE * (asked.normals(points).numpy() @ LIGHT).clip(0)
    return srgb_encode(torch.from_numpy(asked.colors(points) * light[:, None]).clamp(0, 1)).numpy()


def _camera_axes() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Towards the eye, and where right and up are in the picture."""
    flat = np.array([np.cos(AZIMUTH), np.sin(AZIMUTH), 0])
    towards = np.cos(ELEVATION) * flat + np.sin(ELEVATION) * np.array([0, 0, 1.0])
    right = np.array([-np.sin(AZIMUTH), np.cos(AZIMUTH), 0])
    axes = (towards, right, np.cross(towards, right))
    first, second, third = (torch.tensor(v, dtype=torch.float32) for v in axes)
    return first, second, third
