"""How a surface is lit: for pictures whose form must show, not only whose colour (DreamFusion, section 3.2).

    colour = albedo (ambient + diffuse max(0, n . l))          l: from the point to the light, n: the normal
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shading:
    """A point light in world units, and how strong it and the light from everywhere are."""

    light: tuple[float, float, float]
    ambient: float
    diffuse: float
    textureless: bool = False
    """White instead of the surface's own colour, so that only form is seen."""
