"""Rays and a function of samples in, pictures out. The renderer knows no field by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from dataclasses import field as dataclass_field
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from backend.cameras.camera import Camera, Rays
from backend.fields.field import DensityField, IntegratesFrustums, extent_of

from . import compositing
from .chunks import Chunks
from .field_query import FieldQuery, Gradient, Radiance, SampleOutputs, concatenate
from .fused.availability import can_fuse
from .importance import importance_samples, samples_around
from .occupancy import OccupancyGrid
from .shading import Shading
from .stratified import RaySamples, stratified_samples, stratified_samples_unbounded


@dataclass(frozen=True)
class Rendering:
    """What rays see. `color` is linear and premultiplied by `opacity`; `depth` is metric, 0 where nothing is.

    What follows `weights` is what terms along the rays need: where each sample lies, how long its stretch is, where its
    ray goes, the normal there (0 where the field was not asked; None unless normals were wanted), and the density.
    """

    color: Float[Tensor, "*r 3"]
    opacity: Float[Tensor, "*r"]
    depth: Float[Tensor, "*r"]
    weights: Float[Tensor, "*r s"]
    t: Float[Tensor, "*r s"] | None = None
    lengths: Float[Tensor, "*r s"] | None = None
    directions: Float[Tensor, "*r 3"] | None = None
    normals: Float[Tensor, "*r s 3"] | None = None
    density: Float[Tensor, "*r s"] | None = None
    t_starts: Float[Tensor, "*r s"] | None = None
    median: Float[Tensor, "*r"] | None = None
    """Of a whole picture, which has no weights any more, where it was wanted."""
    coarse: Rendering | None = None
    """What the coarse samples alone show, where there are fine ones too."""

    @property
    def median_depth(self) -> Float[Tensor, "*r"]:
        """Returns the distance (meters) where half of the light that is stopped has been stopped; 0 where nothing is.

        Raises:
            ValueError: of a whole picture that was made without it.
        """
        if self.median is not None:
            return self.median
        if self.t_starts is None or self.lengths is None:
            raise ValueError("This picture was made without its median depth: ask for it with median=True.")
        return compositing.median_depth(self.weights, self.t_starts, self.lengths)

    def over(self, background: Float[Tensor, "*r 3"]) -> Float[Tensor, "*r 3"]:
        """Linear color in front of a background."""
        return compositing.over(self.color, self.opacity, background)

    def reshaped(self, *shape: int) -> Rendering:
        """The same rays in another leading shape."""
        rays = self.opacity.ndim
        parts: Iterator[Any] = (_reshaped(getattr(self, spec.name), shape, rays) for spec in fields(self))
        return Rendering(*parts)


def _reshaped(part: Tensor | Rendering | None, shape: tuple[int, ...], rays: int) -> Tensor | Rendering | None:
    if isinstance(part, Rendering):
        return part.reshaped(*shape)
    return None if part is None else part.reshape(*shape, *part.shape[rays:])


def render(
    rays: Rays,
    samples: RaySamples,
    radiance: Radiance,
    mask: Bool[Tensor, "r s"] | None = None,
    *,
    gradient: Gradient | None = None,
    shading: Shading | None = None,
) -> Rendering:
    """Composite the samples along flat rays; where `mask` is false the field is taken to be empty and is not
    asked.

    With a `gradient` there are normals; `shading` lights each sample by them.
    """
    if mask is None:
        mask = torch.ones_like(samples.t, dtype=torch.bool)
    return composite(rays, samples, FieldQuery(radiance, gradient, shading).at(rays, samples, mask))


def composite(rays: Rays, samples: RaySamples, outputs: SampleOutputs) -> Rendering:
    """Composites what the field has answered at these samples into what the rays see."""
    largest = torch.finfo(outputs.density.dtype).max
    densities = outputs.scatter(outputs.density.clamp_max(largest), samples.t)  # infinite x no length is NaN
    weights = compositing.weights(compositing.optical_depth(densities, samples.lengths))
    color = outputs.colors.new_zeros(len(rays.origins), outputs.colors.shape[-1])
    color = color.index_add(0, outputs.ray, weights[outputs.ray, outputs.sample_index, None] * outputs.colors)
    return Rendering(
        color,
        compositing.opacity(weights),
        compositing.depth(weights, samples.t),
        weights,
        samples.t,
        samples.lengths,
        rays.directions,
        None if outputs.normals is None else outputs.scatter(outputs.normals, samples.t),
        densities.detach(),
        samples.t_starts,
    )


@dataclass(frozen=True)
class Renderer:
    """A field, how finely it is sampled, and what is known of its empty parts."""

    field: DensityField
    samples_per_ray: int
    occupancy: OccupancyGrid | None = None
    fine_samples_per_ray: int = 0
    """Drawn where the others found something, and composited with them; 0: none."""
    early_stop_transmittance: float = 0.0
    """A ray ends where no more than this share of its light is left; 0: at the end of the box."""
    chunks: Chunks = dataclass_field(default_factory=Chunks)

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
        query = self._query(normals or (shading is not None and shading.wants_normals), shading)
        samples = self._samples(rays, query, generator)
        if self.fine_samples_per_ray == 0 and query.is_plain and can_fuse(self.field, rays, self.occupancy):
            return self._fused(rays, samples)
        outputs = query.front_to_back(rays, samples, self._sample_mask(rays, samples), self.early_stop_transmittance)
        rendering = composite(rays, samples, outputs)
        if self.fine_samples_per_ray == 0:
            return rendering
        return self._with_fine_samples(rays, samples, query, outputs, rendering, generator)

    def _samples(self, rays: Rays, query: FieldQuery, generator: torch.Generator | None) -> RaySamples:
        """Along the rays' way through the box. For cones it is the stretches that are drawn, as in mip-NeRF."""
        bounds, extent, count = self.field.bounds, extent_of(self.field), self.samples_per_ray
        near, far = extent.near_far(rays)
        if extent == bounds:
            samples = stratified_samples(near, far, count, generator)
        else:
            samples = stratified_samples_unbounded(
                near, _box_exit(bounds.near_far(rays)[1], near, far), far, count, generator
            )
        return samples_around(samples.t, near, far).midpoints if query.over_frustums else samples

    def _fused(self, rays: Rays, samples: RaySamples) -> Rendering:
        """The same, a ray at a time: for what `can_fuse`."""
        from .fused.march import march  # numba is not for those who never come here

        occupied = None if self.occupancy is None else self.occupancy.occupied
        fused = march(self.field, rays, samples, occupied, self.early_stop_transmittance)
        return Rendering(
            fused.color, fused.opacity, fused.depth, fused.weights, samples.t, samples.lengths, rays.directions,
            density=fused.density, t_starts=samples.t_starts,
        )  # fmt: skip

    def _with_fine_samples(
        self,
        rays: Rays,
        samples: RaySamples,
        query: FieldQuery,
        outputs: SampleOutputs,
        coarse: Rendering,
        generator: torch.Generator | None,
    ) -> Rendering:
        """The same rays with fine samples among the coarse ones, whose answers are not asked for again: a point is the
        same point still, but a stretch is a shorter one."""
        both = importance_samples(samples, coarse.weights, self.fine_samples_per_ray, generator)
        if query.over_frustums:
            all_samples = both.samples.midpoints
            outputs = query.at(rays, all_samples, self._sample_mask(rays, all_samples))
            return replace(composite(rays, all_samples, outputs), coarse=coarse)
        drawn = both.samples[torch.arange(len(both.fine), device=both.fine.device)[:, None], both.fine]
        more = query.at(rays, drawn, self._sample_mask(rays, drawn))
        outputs = concatenate([outputs.reindexed(both.coarse), more.reindexed(both.fine)])
        return replace(composite(rays, both.samples, outputs), coarse=coarse)

    def _query(self, wants_normals: bool, shading: Shading | None) -> FieldQuery:
        gradient = self.field.density_gradient if wants_normals else None
        over_frustums = isinstance(self.field, IntegratesFrustums) and self.field.integrates_frustums
        return FieldQuery(self.field.density_and_color, gradient, shading, over_frustums)

    def _sample_mask(self, rays: Rays, samples: RaySamples) -> Bool[Tensor, "r s"]:
        """Not where a ray misses the box, nor where the box is known to be empty."""
        hit = samples.lengths > 0
        if self.occupancy is None:
            return hit
        points = samples.points(rays.origins, rays.directions)
        empty = ~self.occupancy.at(points)
        if extent_of(self.field) != self.occupancy.bounds:
            empty &= self.occupancy.covers(points)
        return hit & ~empty

    @torch.no_grad()
    def picture(
        self,
        camera: Camera,
        device: torch.device | str = "cpu",
        chunk: int | None = None,
        *,
        shading: Shading | None = None,
        median: bool = False,
    ) -> Rendering:
        """A whole picture (h, w), as many rays at a time as memory holds: color, opacity and depth, no weights; the
        median depth where it is wanted.

        Raises:
            MemoryShortError: there is no memory for even a few rays.
        """
        rays = camera.rays().flat().to(device)
        names = ("color", "opacity", "depth", "median_depth")[: 4 if median else 3]

        def image_of(some: slice) -> list[Tensor]:
            """Nothing that is as long as the samples of the rays."""
            rendering = self(rays[some], shading=shading)
            return [getattr(rendering, name) for name in names]

        parts = self.chunks.over(len(rays.origins), image_of, chunk)
        color, opacity, depth, *more = (torch.cat(values) for values in zip(*parts, strict=True))
        whole = Rendering(color, opacity, depth, color.new_zeros(len(color), 0), median=more[0] if more else None)
        return whole.reshaped(camera.height, camera.width)


def _box_exit(box_far: Float[Tensor, " r"], near: Float[Tensor, " r"], far: Float[Tensor, " r"]) -> Float[Tensor, " r"]:
    """Returns where a ray leaves the box; an eighth of its way where it leaves behind its beginning, or where it has
    none."""
    inside = (box_far > near) & (box_far < far)
    return torch.where(inside, box_far, near + (far - near) / 8).clamp_min(torch.finfo(near.dtype).eps)
