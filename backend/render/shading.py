"""How a surface is lit: for pictures whose form must show, not only whose color (DreamFusion, section 3.2, eq. 7).

    color = albedo (ambient + diffuse max(0, n . l))          l: from the point to the light, n: the normal

Each sample is lit by itself, before the samples of a ray are composited.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Shading:
    """A point light in world units (or one for each ray), and how strong it and the light from everywhere are."""

    light: tuple[float, float, float] | Float[Tensor, "r 3"]
    ambient: float
    diffuse: float
    textureless: bool = False
    """White instead of the surface's own color, so that only form is seen."""

    @property
    def wants_normals(self) -> bool:
        return self.diffuse != 0

    def along(self, ray: Int[Tensor, " n"]) -> Shading:
        """The same for points of the given rays, each under its ray's light."""
        return self if isinstance(self.light, tuple) else replace(self, light=self.light.to(ray.device)[ray])


def shade(
    shading: Shading,
    albedo: Float[Tensor, "n 3"],
    positions: Float[Tensor, "n 3"],
    normals: Float[Tensor, "n 3"] | None,
) -> Float[Tensor, "n 3"]:
    """Colors of the points under the light; normals may be left out where nothing is diffuse."""
    surface = torch.ones_like(albedo) if shading.textureless else albedo
    if normals is None:
        return surface * shading.ambient
    towards = F.normalize(torch.as_tensor(shading.light).to(positions) - positions, dim=-1)
    facing = (normals * towards).sum(-1, keepdim=True).clamp_min(0)
    return surface * (shading.ambient + shading.diffuse * facing)
