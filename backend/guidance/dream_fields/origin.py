"""The point that the cameras look at: it follows the object (Dream Fields, arXiv 2112.01455, section 4.6).

    origin <- decay origin + (1 - decay) center of mass of the rendered density           decay 0.999 (appendix C)

The center of mass is taken from the samples of the renders, each standing for the volume t^2 dt dw around it:

    center = sum density length t^2 (o + t d)  /  sum density length t^2

so that what is near the camera, where rays are dense, weighs no more. (The published code leaves out length and t^2.)
Density, and not what is seen of it: the visible side of an opaque object lies nearer to the cameras, which all stand
above it, and they would look over its head.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.camera import Rays
from backend.cameras.orbit import Frame
from backend.render.renderer import Rendering

Point = Float[Tensor, " 3"]


class Origin:
    """An exponential mean of the center of mass, in the world."""

    def __init__(self, frame: Frame) -> None:
        self._half_width = frame.half_width
        self.point: Point = torch.tensor(frame.center, dtype=torch.float64)

    @property
    def frame(self) -> Frame:
        """The cube around the origin, of the size that it began with."""
        return Frame(tuple(self.point.tolist()), self._half_width)

    def follow(self, center: Point | None, decay: float) -> None:
        """One step towards a center of mass; none is taken towards one that is not there or not finite."""
        if center is not None and bool(center.isfinite().all()):
            self.point = decay * self.point + (1 - decay) * center.detach().cpu().double()


def center_of_mass(rays: Rays, rendering: Rendering) -> Point | None:
    """Estimates the center of mass of the density that the rays met; None where they met nothing, or where the renderer
    does not say."""
    if rendering.density is None or rendering.lengths is None or rendering.t is None:
        return None
    mass = (rendering.density * rendering.lengths * rendering.t.square()).detach()
    total = mass.sum()
    if float(total) == 0:
        return None
    along = (mass * rendering.t).sum(-1, keepdim=True) * rays.directions
    return (mass.sum(-1, keepdim=True) * rays.origins + along).sum(0) / total
