"""What a result looks like, small: from the front right, from behind, and its form alone."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import Frame
from backend.render.renderer import Renderer

from .orbit_views import pictures, views_around
from .textureless import Textureless

SIZE, ELEVATION = 160, 20.0


def thumbnails(renderer: Renderer, frame: Frame, device: torch.device, size: int = SIZE) -> list[np.ndarray]:
    """Three (size, size, 3) uint8, sRGB over white."""
    views = views_around(2, ELEVATION, size, frame)
    colored = pictures(renderer, views, device)
    form = pictures(renderer, views[:1], device, Textureless())
    return [_bytes(picture) for picture in torch.cat([colored, form])]


def _bytes(picture: Float[Tensor, "3 h w"]) -> np.ndarray:
    values = picture.nan_to_num(0.0).clamp(0, 1).permute(1, 2, 0)
    return (values * 255).round().byte().cpu().numpy()
