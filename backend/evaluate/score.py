"""How like its prompt a result looks to the embedded image-text model: one number for a report, no proof."""

from __future__ import annotations

import math

import torch

from backend.cameras.orbit import UNIT_FRAME, Frame, orbit_view, to_frame
from backend.color import srgb_encoded
from backend.config import OrbitConfig
from backend.pretrained import ImageText
from backend.render.renderer import Renderer

AZIMUTHS, ELEVATION = (30.0, 120.0, 210.0, 300.0), 30.0  # degrees
BACKDROP = 0.5


@torch.no_grad()
def clip_similarity(
    renderer: Renderer, model: ImageText, prompt: str, orbit: OrbitConfig, frame: Frame = UNIT_FRAME
) -> float:
    """Mean cosine similarity of four views over gray with the prompt."""
    device = model.mean.device
    radius, fov = (orbit.radius_low + orbit.radius_high) / 2, math.radians(orbit.fov_degrees)
    pictures = []
    for azimuth in AZIMUTHS:
        view = to_frame(orbit_view(math.radians(azimuth), math.radians(ELEVATION), radius, fov, model.size), frame)
        rendering = renderer.picture(view.camera, device)
        composited = rendering.over(torch.full_like(rendering.color, BACKDROP))
        pictures.append(srgb_encoded(composited).permute(2, 0, 1))
    return float((model.embed_pictures(torch.stack(pictures)) @ model.embed_text(prompt)).mean())
