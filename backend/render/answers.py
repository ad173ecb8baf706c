"""What a field says at the samples that are asked: a list without the gaps, so that empty space costs nothing.

`Question` is everything that is wanted of a field at a point; it may be put to all samples at once or front to back,
and lists of answers are put together before they are composited.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from backend.cameras.camera import Rays
from backend.fields.field import Stretches
from backend.fields.field import normals as normals_of

from . import compositing
from .shading import Shading, lit
from .stratified import Samples

Radiance = Callable[..., tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]]
"""Density and linear colour at positions seen along directions; of a field that sees more than points, of stretches."""
Gradient = Callable[[Float[Tensor, "n 3"]], Float[Tensor, "n 3"]]
"""The gradient of density at positions."""

AT_ONCE = 16
"""Samples of a ray that are asked before it is looked whether the next ones can be seen at all."""


@dataclass(frozen=True)
class Answers:
    """Answer k is about sample `place[k]` of ray `ray[k]`."""

    ray: Int[Tensor, " n"]
    place: Int[Tensor, " n"]
    density: Float[Tensor, " n"]
    colours: Float[Tensor, "n c"]
    normals: Float[Tensor, "n 3"] | None = None

    def spread(self, values: Float[Tensor, "n ..."], like: Float[Tensor, "r s"]) -> Float[Tensor, "r s ..."]:
        """The values at their samples, 0 at those that were not asked."""
        return values.new_zeros(*like.shape, *values.shape[1:]).index_put((self.ray, self.place), values)

    def moved(self, places: Int[Tensor, "r s"]) -> Answers:
        """The same where sample i of ray r has become sample places[r, i]."""
        return Answers(self.ray, places[self.ray, self.place], self.density, self.colours, self.normals)


def joined(parts: Sequence[Answers]) -> Answers:
    """All answers in one list."""
    if len(parts) == 1:
        return parts[0]
    names = ["ray", "place", "density", "colours"] + ["normals"] * (parts[0].normals is not None)
    return Answers(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class Question:
    """What is asked of a field; with a gradient there are normals, and shading lights each sample by them."""

    radiance: Radiance
    gradient: Gradient | None = None
    shading: Shading | None = None
    of_stretches: bool = False
    """Whether the field looks at the piece of its pixel's cone around a sample instead of a point."""

    @property
    def is_plain(self) -> bool:
        """Density and colour at points, and nothing else."""
        return self.gradient is None and self.shading is None and not self.of_stretches

    def at(self, rays: Rays, samples: Samples, asked: Bool[Tensor, "r s"]) -> Answers:
        """Of the samples that are asked, all at once."""
        ray, place = asked.nonzero(as_tuple=True)
        directions = rays.directions[ray]
        points = torch.addcmul(rays.origins[ray], samples.t[ray, place, None], directions)
        density, colours = self.radiance(points, directions, *self._stretches(rays, samples, ray, place))
        normals = None if self.gradient is None else normals_of(self.gradient(points))
        if self.shading is not None:
            colours = lit(self.shading.along(ray), colours, points, normals)
        return Answers(ray, place, density, colours, normals)

    def front_to_back(
        self, rays: Rays, samples: Samples, asked: Bool[Tensor, "r s"], least_light: float = 0.0
    ) -> Answers:
        """Until no more than `least_light` of a ray's light is left: what lies behind is not asked (Instant-NGP).

        Whatever is there could change a colour in [0, 1], or the opacity, by no more than that.
        """
        if least_light <= 0:
            return self.at(rays, samples, asked)
        passed, deepest, parts = torch.zeros_like(samples.t[:, 0]), -math.log(least_light), []
        for first in range(0, samples.t.shape[1], AT_ONCE):
            some = slice(first, first + AT_ONCE)
            here = samples[:, some]
            part = self.at(rays, here, asked[:, some] & (passed < deepest)[:, None])
            density = part.spread(part.density.detach(), here.t)
            passed = passed + compositing.optical_depth(density, here.lengths).sum(-1)
            parts.append(Answers(part.ray, part.place + first, part.density, part.colours, part.normals))
        return joined(parts)

    def _stretches(self, rays: Rays, samples: Samples, ray: Int[Tensor, " n"], place: Int[Tensor, " n"]) -> list:
        """Nothing for fields that see points, and along rays that have no width."""
        if not self.of_stretches or rays.radii is None:
            return []
        return [Stretches(samples.t[ray, place], samples.lengths[ray, place], rays.radii[ray])]
