"""Under which light a step shows the field (DreamFusion, arXiv 2209.14988, section 3.2 and appendix A.1).

From `shading_after` of the run on, a share of the steps is lit, and a share of those shows form alone:
albedo 25 %, lambertian 37.5 %, textureless 37.5 % by default. One kind for all views of a step; each has its own light:

    direction of the light = direction of (camera + N(0, I)),  distance ~ U(0.8, 1.5),  for a camera at 1 to 1.5
    ambient 0.1, diffuse 0.9

Our cameras may stand elsewhere, so these numbers are taken in units of the camera's distance over 1.25.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from backend.cameras.orbit import Frame, OrbitView
from backend.config import ScoreDistillationConfig
from backend.render.shading import Shading

AMBIENT, DIFFUSE = 0.1, 0.9
NEAREST, FARTHEST = 0.8, 1.5
CAMERA_DISTANCE = 1.25


def sample_shading(
    config: ScoreDistillationConfig, views: Sequence[OrbitView], frame: Frame, generator: torch.Generator
) -> Shading | None:
    """None where surfaces show their own color."""
    lit, textureless = torch.rand(2, generator=generator).tolist()
    if lit >= config.shading_probability:
        return None
    lights = torch.stack([sample_light(view, frame, generator) for view in views])
    rays = [view.camera.width * view.camera.height for view in views]
    per_ray = lights.repeat_interleave(torch.tensor(rays), 0)
    return Shading(per_ray, AMBIENT, DIFFUSE, textureless < config.textureless_probability)


def sample_light(view: OrbitView, frame: Frame, generator: torch.Generator) -> Float[Tensor, " 3"]:
    """A point near the camera, in the world."""
    center, unit = torch.tensor(frame.center), view.radius * frame.half_width / CAMERA_DISTANCE
    camera = (view.camera.pose[:3, 3].cpu() - center) / unit
    direction = F.normalize(camera + torch.randn(3, generator=generator), dim=0)
    distance = NEAREST + (FARTHEST - NEAREST) * torch.rand((), generator=generator)
    return center + unit * distance * direction
