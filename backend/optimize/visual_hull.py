"""Where pictures with alpha leave room for an object: what two of them show as nothing is empty from the first step.

The hull of silhouettes (Laurentini 1994) of the pictures themselves, as cells of the grid of empty space. It is wider
than the object and never narrower: a cell is dropped only where no pixel that could show any of it is opaque.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.camera import Camera
from backend.data.pictures import PosedPictures
from backend.fields.field import Bounds

MOST_PICTURES = 40
"""Evenly among them: more carve little more, and each asks every cell."""
WITNESSES = 2
"""Pictures that must show nothing: one mask may be wrong."""
NOTHING = 1 / 255
"""Alpha that a rounded 0 may have."""


def carved_cells(pictures: PosedPictures, bounds: Bounds, resolution: int) -> Bool[Tensor, "n n n"] | None:
    """Tells of each cell whether something may be there; None where the pictures hide nothing, or go through lenses
    that are no pinholes."""
    if not pictures.has_alpha() or not all(camera.distortion.none for camera in pictures.cameras):
        return None
    centers, reach = _cells(bounds, resolution)
    witnesses = torch.zeros(len(centers), dtype=torch.int16)
    for number in range(0, len(pictures), max(1, len(pictures) // MOST_PICTURES)):
        witnesses += _shows_nothing(pictures.cameras[number], pictures.picture(number)[..., 3], centers, reach)
    return (witnesses < WITNESSES).view(resolution, resolution, resolution)


def _cells(bounds: Bounds, resolution: int) -> tuple[Float[Tensor, "n 3"], float]:
    """Returns their centers, and how far from it a cell reaches, in meters."""
    ticks = [
        low + (high - low) * (torch.arange(resolution) + 0.5) / resolution
        for low, high in zip(bounds.low, bounds.high, strict=True)
    ]
    sides = [(high - low) / resolution for low, high in zip(bounds.low, bounds.high, strict=True)]
    return torch.cartesian_prod(*ticks), 0.5 * math.hypot(*sides)


def _shows_nothing(
    camera: Camera, alpha: Float[Tensor, "h w"], centers: Float[Tensor, "n 3"], reach: float
) -> Bool[Tensor, " n"]:
    """Tells of each cell whether the picture shows the whole of it, and nothing there."""
    pose = camera.pose.to(centers)
    x, y, z = ((centers - pose[:3, 3]) @ torch.linalg.inv(pose[:3, :3]).T).unbind(-1)
    nothing, band = torch.zeros(len(z), dtype=torch.bool), 2 * reach
    while bool((farther := -z >= band).any()):  # cells within twice a distance look about as large
        some = torch.nonzero(farther & (-z < 2 * band)).squeeze(-1)
        columns = camera.center[0] - camera.focal[0] * x[some] / z[some]
        rows = camera.center[1] + camera.focal[1] * y[some] / z[some]
        margin = math.ceil(max(camera.focal) * reach / (band - reach)) + 1
        nothing[some] = _is_empty_around(alpha, rows, columns, margin)
        band *= 2
    return nothing


def _is_empty_around(
    alpha: Float[Tensor, "h w"], rows: Float[Tensor, " m"], columns: Float[Tensor, " m"], margin: int
) -> Bool[Tensor, " m"]:
    """Tells whether all pixels up to `margin` away are there, and show nothing."""
    height, width = alpha.shape
    inside = (columns >= margin) & (columns < width - margin) & (rows >= margin) & (rows < height - margin)
    if not inside.any():
        return inside
    square = F.max_pool2d(alpha[None, None], (1, 2 * margin + 1), stride=1, padding=(0, margin))
    square = F.max_pool2d(square, (2 * margin + 1, 1), stride=1, padding=(margin, 0))[0, 0]
    return inside & (square[rows.long().clamp(0, height - 1), columns.long().clamp(0, width - 1)] <= NOTHING)
