"""Held-out pictures beside what a reconstruction renders in their place: what figures stand for, to look at."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from backend.data.pictures import PosedPictures
from backend.render.renderer import Renderer

from .held_out import rendered_over_white, truth_over_white

ROWS, SIDE, MARGIN = 6, 256, 8
"""Pictures of a sheet at most, the longer side of each in pixels, and the white between them."""


def held_out_sheet(renderer: Renderer, pictures: PosedPictures, device: torch.device) -> UInt8[np.ndarray, "h w 4"]:
    """Returns a row for each of some held-out pictures: as it is, as it is rendered, and how far they differ (darker is
    farther); sRGB over white."""
    count = len(pictures)
    chosen = sorted({round(i * (count - 1) / max(1, ROWS - 1)) for i in range(ROWS)} if count > ROWS else range(count))
    rows = [_row(renderer, pictures, number, device) for number in chosen]
    width = max(row.shape[1] for row in rows)
    sheet = torch.cat([_on_white(row, width - row.shape[1], 0) for row in rows])
    opaque = torch.cat([sheet, torch.ones_like(sheet[..., :1])], dim=-1)
    return (opaque * 255).round().to(torch.uint8).numpy()


def _row(renderer: Renderer, pictures: PosedPictures, number: int, device: torch.device) -> Float[Tensor, "h w 3"]:
    camera = pictures.cameras[number]
    scale = min(1.0, SIDE / max(camera.width, camera.height))
    width, height = (max(1, round(scale * side)) for side in (camera.width, camera.height))
    whole = truth_over_white(pictures.picture(number)).permute(2, 0, 1)[None]
    truth = torch.nn.functional.interpolate(whole, (height, width), mode="area")[0].permute(1, 2, 0)
    rendered = rendered_over_white(renderer.picture(camera.resized(width, height), device))
    cells = truth, rendered, 1 - (truth - rendered).abs()
    return torch.cat([_on_white(cell, MARGIN, MARGIN) for cell in cells], dim=1)


def _on_white(picture: Float[Tensor, "h w 3"], right: int, below: int) -> Float[Tensor, "i j 3"]:
    return torch.nn.functional.pad(picture, (0, 0, 0, right, 0, below), value=1.0)
