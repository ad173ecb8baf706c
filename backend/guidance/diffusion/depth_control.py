"""The field's depth as a condition: a ControlNet holds the picture to the shape that is there (arXiv 2302.05543)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.cameras.camera import Rays
from backend.cameras.orbit import Frame, OrbitView
from backend.render.renderer import Rendering

from .prediction import Views
from .render_adapter import as_views, resized


class DepthControl:
    """A frozen ControlNet beside a UNet."""

    def __init__(self, network: Any, scale: float, size: int, device: torch.device, precision: torch.dtype) -> None:
        """`size` is the side of its pictures in pixels."""
        self.network = network.eval().requires_grad_(False).to(device, precision)
        self.scale, self.size, self.precision = scale, size, precision

    def residuals(
        self, noisy: Views, timestep: Int[Tensor, " n"], conditions: dict[str, Any], depth: Float[Tensor, "n 1 h w"]
    ) -> dict[str, Any]:
        """Returns what is added to the UNet's skips, in its own form; `conditions` are the UNet's."""
        picture = resized(depth, self.size).expand(-1, 3, -1, -1).to(self.precision)
        down, middle = self.network(
            noisy, timestep, controlnet_cond=picture, conditioning_scale=self.scale, return_dict=False, **conditions
        )
        return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}


@torch.no_grad()
def nearness(rendering: Rendering, rays: Rays, cameras: Sequence[OrbitView], frame: Frame) -> Float[Tensor, "b 1 h w"]:
    """1 at the front of the ball around the frame, 0 at its back and where nothing is, as depth pictures are drawn.

    Depth is measured along the axis of the camera, not along each ray: a wall that the camera faces is one gray.
    """
    count, reach = len(cameras), 3**0.5 * frame.half_width
    axes = torch.stack([-view.camera.pose[:3, 2] for view in cameras]).to(rays.directions)
    distances = torch.tensor([view.radius * frame.half_width for view in cameras]).to(rays.directions)
    per_view = len(rays.directions) // count
    along = rendering.depth * (rays.directions * axes.repeat_interleave(per_view, 0)).sum(-1)
    near = (distances.repeat_interleave(per_view) + reach - along) / (2 * reach)
    return as_views((near.clamp(0, 1) * rendering.opacity.clamp(0, 1))[:, None], count)
