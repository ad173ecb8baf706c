"""What the model is shown: random square crops of renders, made as large as it reads, over random backgrounds.

As published (Dream Fields, appendix C): a crop covers about 80 % of a render's area, is resized bilinearly to the
model's size, and only then laid over a background, which is drawn at that size.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor

from backend.color import srgb_encoded
from backend.config import JobConfig
from backend.render.backgrounds import random_backgrounds
from backend.render.renderer import Rendering
from backend.resize import resize_pictures

Pictures = Float[Tensor, "n 3 h w"]
Views = Float[Tensor, "n 4 h w"]

RAYS_OF_A_STEP = 20_000
"""What renders chosen for a model may cost: two views for a guide of 32 px are 2 000 rays, one at 124 px is 15 376."""


def plan_renders(config: JobConfig, model_size: int) -> tuple[int, int]:
    """Width of the renders, and how many are made in one step.

    A width that is set is taken as it is. Else a crop has at least half as many pixels across as the model reads (as
    LQ's 80 to 224 roughly has), and where that costs more than RAYS_OF_A_STEP there are fewer views.
    """
    settings, views = config.dream_fields, config.orbit.views
    if settings.render_size:
        return settings.render_size, views
    size = max(config.render.image_size, math.ceil(model_size / 2 / settings.crop_fraction))
    if size == config.render.image_size:
        return size, views
    return size, max(1, min(views, RAYS_OF_A_STEP // size**2))


def views_of(rendering: Rendering, count: int, size: int) -> Views:
    """Premultiplied linear RGBA of `count` whole square views."""
    pixels = torch.cat([rendering.color, rendering.opacity[:, None]], dim=-1)
    return pixels.reshape(count, size, size, 4).permute(0, 3, 1, 2)


def random_crops(views: Views, count: int, fraction: float, generator: torch.Generator) -> Views:
    """`count` squares of `fraction` of the width at random places, crop i of view i modulo their number."""
    width = views.shape[-1]
    side = max(1, round(width * fraction))
    corners = torch.randint(width - side + 1, (count, 2), generator=generator).tolist()
    return torch.stack([views[i % len(views), :, y : y + side, x : x + side] for i, (y, x) in enumerate(corners)])


def resized(views: Views, size: int) -> Views:
    """Bilinear; premultiplied colors, so that what is empty has no say."""
    if views.shape[-1] == size:
        return views
    return resize_pictures(views, size)


def over_backgrounds(views: Views, backgrounds: Pictures) -> Pictures:
    """Laid over linear backgrounds, in sRGB."""
    return srgb_encoded(views[:, :3] + (1 - views[:, 3:]) * backgrounds)


def sample_crops(views: Views, config: JobConfig, size: int, generator: torch.Generator) -> Pictures:
    """All of it: crops of `views`, `size` pixels wide, each over a background of its own."""
    settings = config.dream_fields
    crops = resized(random_crops(views, settings.crops, settings.crop_fraction, generator), size)
    blur = (settings.blur_low, settings.blur_high)
    behind = random_backgrounds(len(crops), size, generator, settings.backgrounds, blur)
    return over_backgrounds(crops, behind.to(crops))
