"""Rays and a function of samples in, pictures out. The renderer knows no field by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.cameras.camera import Camera, Rays
from backend.fields.field import Field

from . import compositing
from .occupancy import OccupancyGrid
from .stratified import Samples, stratified

Radiance = Callable[[Float[Tensor, "n 3"], Float[Tensor, "n 3"]], tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]]
"""Density and linear colour at positions seen along directions."""


@dataclass(frozen=True)
class Rendering:
    """What rays see. `colour` is linear and premultiplied by `opacity`; `depth` is metric, 0 where nothing is."""

    colour: Float[Tensor, "*r 3"]
    opacity: Float[Tensor, "*r"]
    depth: Float[Tensor, "*r"]
    weights: Float[Tensor, "*r s"]

    def over(self, background: Float[Tensor, "*r 3"]) -> Float[Tensor, "*r 3"]:
        """Linear colour in front of a background."""
        return compositing.over(self.colour, self.opacity, background)

    def reshaped(self, *shape: int) -> Rendering:
        """The same rays in another leading shape."""
        ends = ((3,), (), (), self.weights.shape[-1:])
        parts = (self.colour, self.opacity, self.depth, self.weights)
        return Rendering(*(part.reshape(*shape, *end) for part, end in zip(parts, ends, strict=True)))


def render(rays: Rays, samples: Samples, radiance: Radiance, asked: Bool[Tensor, "r s"] | None = None) -> Rendering:
    """Composite the samples along flat rays; where `asked` is false the field is taken to be empty and is not asked."""
    if asked is None:
        asked = torch.ones_like(samples.t, dtype=torch.bool)
    ray, place = asked.nonzero(as_tuple=True)
    directions = rays.directions[ray]
    points = torch.addcmul(rays.origins[ray], samples.t[ray, place, None], directions)
    density, colours = radiance(points, directions)
    densities = torch.zeros_like(samples.t).index_put((ray, place), density)
    weights = compositing.weights(compositing.optical_depth(densities, samples.lengths))
    colour = torch.zeros_like(rays.origins).index_add(0, ray, weights[ray, place, None] * colours)
    return Rendering(colour, compositing.opacity(weights), compositing.depth(weights, samples.t), weights)


@dataclass(frozen=True)
class Renderer:
    """A field, how finely it is sampled, and what is known of its empty parts."""

    field: Field
    samples_per_ray: int
    occupancy: OccupancyGrid | None = None

    def __call__(self, rays: Rays, generator: torch.Generator | None = None) -> Rendering:
        """Flat rays; jittered samples with a generator, the middles of the stretches without."""
        near, far = self.field.bounds.near_far(rays)
        samples = stratified(near, far, self.samples_per_ray, generator)
        return render(rays, samples, self.field.density_and_colour, self._asked(rays, samples))

    def _asked(self, rays: Rays, samples: Samples) -> Bool[Tensor, "r s"]:
        """Not where a ray misses the box, nor where the box is known to be empty."""
        hit = samples.lengths > 0
        return hit if self.occupancy is None else hit & self.occupancy.at(samples.points(rays.origins, rays.directions))

    @torch.no_grad()
    def picture(self, camera: Camera, device: torch.device | str = "cpu", chunk: int = 16384) -> Rendering:
        """A whole picture (h, w), a chunk of rays at a time so that memory stays bounded; weights are left out."""
        rays = camera.rays().flat()
        rays = Rays(rays.origins.to(device), rays.directions.to(device))
        parts = [self(rays[slice(i, i + chunk)]) for i in range(0, len(rays.origins), chunk)]
        colour, opacity, depth = (
            torch.cat([getattr(p, name) for p in parts]) for name in ("colour", "opacity", "depth")
        )
        return Rendering(colour, opacity, depth, colour.new_zeros(len(colour), 0)).reshaped(camera.height, camera.width)
