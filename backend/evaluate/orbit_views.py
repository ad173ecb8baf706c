"""Where an evaluation looks from: fixed cameras evenly around, and what a field shows them over white.

Azimuth 30 degrees and on, radius 4, focal length 1111.1 / 800: Dream Fields' held-out camera (arXiv 2112.01455,
section 5.1), turned about and at elevations that the caller names. What "held out" is worth here: Dream Fields trains
at elevation 30 alone and scores at 45. Our jobs draw azimuths and elevations (-20 to 75 degrees) at random, so cameras
close to these in angle do train; no step stands at one of them, since by default training stays at radius 3 to 3.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import Frame, OrbitView, orbit_view, to_frame
from backend.color import srgb_encoded
from backend.render.renderer import Renderer

from .clip_scorer import AZIMUTH, FOV, RADIUS, WHITE
from .textureless import Textureless


@dataclass(frozen=True)
class ScoredViews:
    """Pictures in sRGB over white, and how much of each is hidden by the field."""

    pictures: Float[Tensor, "b 3 h w"]
    opacity: Float[Tensor, "b h w"]

    @staticmethod
    def joined(parts: Sequence[ScoredViews]) -> ScoredViews:
        return ScoredViews(torch.cat([p.pictures for p in parts]), torch.cat([p.opacity for p in parts]))


def views_around(count: int, elevation_degrees: float, size: int, frame: Frame) -> list[OrbitView]:
    """Square views of the frame's middle, evenly around from azimuth 30 degrees on."""
    turns = (AZIMUTH + 2 * math.pi * i / count for i in range(count))
    elevation = math.radians(elevation_degrees)
    return [to_frame(orbit_view(turn, elevation, RADIUS, FOV, size), frame) for turn in turns]


def pictures(
    renderer: Renderer, views: Sequence[OrbitView], device: torch.device, shading: Textureless | None = None
) -> Float[Tensor, "b 3 h w"]:
    """sRGB over white; with `shading` the form alone."""
    return render_views(renderer, views, device, shading).pictures


@torch.no_grad()
def render_views(
    renderer: Renderer, views: Sequence[OrbitView], device: torch.device, shading: Textureless | None = None
) -> ScoredViews:
    """The same with the opacity."""
    return ScoredViews.joined([_render_view(renderer, view, device, shading) for view in views])


def _render_view(renderer: Renderer, view: OrbitView, device: torch.device, shading: Textureless | None) -> ScoredViews:
    rendering = renderer.picture(view.camera, device, shading=shading.under(view) if shading else None)
    over = rendering.over(torch.full_like(rendering.color, WHITE))
    return ScoredViews(srgb_encoded(over).permute(2, 0, 1)[None], rendering.opacity[None])
