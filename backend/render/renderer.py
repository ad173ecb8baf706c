"""Rays and a function of samples in, pictures out. The renderer knows no field by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.cameras.camera import Camera, Rays
from backend.fields.field import Visible
from backend.fields.field import normals as normals_of

from . import compositing
from .occupancy import OccupancyGrid
from .shading import Shading, lit
from .stratified import Samples, stratified

Radiance = Callable[[Float[Tensor, "n 3"], Float[Tensor, "n 3"]], tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]]
"""Density and linear colour at positions seen along directions."""
Gradient = Callable[[Float[Tensor, "n 3"]], Float[Tensor, "n 3"]]
"""The gradient of density at positions."""


@dataclass(frozen=True)
class Rendering:
    """What rays see. `colour` is linear and premultiplied by `opacity`; `depth` is metric, 0 where nothing is.

    What follows `weights` is what terms along the rays need: where each sample lies, how long its stretch is, where its
    ray goes, the normal there (0 where the field was not asked; None unless normals were wanted), and the density.
    """

    colour: Float[Tensor, "*r 3"]
    opacity: Float[Tensor, "*r"]
    depth: Float[Tensor, "*r"]
    weights: Float[Tensor, "*r s"]
    t: Float[Tensor, "*r s"] | None = None
    lengths: Float[Tensor, "*r s"] | None = None
    directions: Float[Tensor, "*r 3"] | None = None
    normals: Float[Tensor, "*r s 3"] | None = None
    density: Float[Tensor, "*r s"] | None = None

    def over(self, background: Float[Tensor, "*r 3"]) -> Float[Tensor, "*r 3"]:
        """Linear colour in front of a background."""
        return compositing.over(self.colour, self.opacity, background)

    def reshaped(self, *shape: int) -> Rendering:
        """The same rays in another leading shape."""
        rays = self.opacity.ndim
        parts = (getattr(self, spec.name) for spec in fields(self))
        return Rendering(*(None if part is None else part.reshape(*shape, *part.shape[rays:]) for part in parts))


def render(
    rays: Rays,
    samples: Samples,
    radiance: Radiance,
    asked: Bool[Tensor, "r s"] | None = None,
    *,
    gradient: Gradient | None = None,
    shading: Shading | None = None,
) -> Rendering:
    """Composite the samples along flat rays; where `asked` is false the field is taken to be empty and is not asked.

    With a `gradient` there are normals; `shading` lights each sample by them.
    """
    if asked is None:
        asked = torch.ones_like(samples.t, dtype=torch.bool)
    ray, place = asked.nonzero(as_tuple=True)
    directions = rays.directions[ray]
    points = torch.addcmul(rays.origins[ray], samples.t[ray, place, None], directions)
    density, colours = radiance(points, directions)
    normals = None if gradient is None else normals_of(gradient(points))
    if shading is not None:
        colours = lit(shading.along(ray), colours, points, normals)
    densities = torch.zeros_like(samples.t).index_put((ray, place), density)
    weights = compositing.weights(compositing.optical_depth(densities, samples.lengths))
    colour = colours.new_zeros(len(rays.origins), colours.shape[-1])
    colour = colour.index_add(0, ray, weights[ray, place, None] * colours)
    if normals is not None:
        normals = normals.new_zeros(*samples.t.shape, 3).index_put((ray, place), normals)
    opacity, depth = compositing.opacity(weights), compositing.depth(weights, samples.t)
    return Rendering(
        colour, opacity, depth, weights, samples.t, samples.lengths, rays.directions, normals, densities.detach()
    )


@dataclass(frozen=True)
class Renderer:
    """A field, how finely it is sampled, and what is known of its empty parts."""

    field: Visible
    samples_per_ray: int
    occupancy: OccupancyGrid | None = None

    def __call__(
        self,
        rays: Rays,
        generator: torch.Generator | None = None,
        *,
        shading: Shading | None = None,
        normals: bool = False,
    ) -> Rendering:
        """Flat rays; jittered samples with a generator, the middles of the stretches without.

        Normals cost as much again as density, so they are there only when wanted, or when the shading is diffuse.
        """
        near, far = self.field.bounds.near_far(rays)
        samples = stratified(near, far, self.samples_per_ray, generator)
        wanted = normals or (shading is not None and shading.wants_normals)
        gradient = self.field.density_gradient if wanted else None
        asked = self._asked(rays, samples)
        return render(rays, samples, self.field.density_and_colour, asked, gradient=gradient, shading=shading)

    def _asked(self, rays: Rays, samples: Samples) -> Bool[Tensor, "r s"]:
        """Not where a ray misses the box, nor where the box is known to be empty."""
        hit = samples.lengths > 0
        return hit if self.occupancy is None else hit & self.occupancy.at(samples.points(rays.origins, rays.directions))

    @torch.no_grad()
    def picture(
        self,
        camera: Camera,
        device: torch.device | str = "cpu",
        chunk: int = 16384,
        *,
        shading: Shading | None = None,
    ) -> Rendering:
        """A whole picture (h, w), a chunk of rays at a time so that memory stays bounded; only the first three parts
        and empty weights."""
        rays = camera.rays().flat()
        rays = Rays(rays.origins.to(device), rays.directions.to(device))
        parts = [self(rays[slice(i, i + chunk)], shading=shading) for i in range(0, len(rays.origins), chunk)]
        colour, opacity, depth = (
            torch.cat([getattr(p, name) for p in parts]) for name in ("colour", "opacity", "depth")
        )
        return Rendering(colour, opacity, depth, colour.new_zeros(len(colour), 0)).reshaped(camera.height, camera.width)
