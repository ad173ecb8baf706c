"""What a field says at the samples that are asked: a list without the gaps, so that empty space costs nothing.

`FieldQuery` is everything that is wanted of a field at a point; it may be put to all samples at once or front to back,
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
from backend.fields.field import ConicalFrustums
from backend.fields.field import normals as normals_of

from . import compositing
from .shading import Shading, shade
from .stratified import RaySamples

Radiance = Callable[..., tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]]
"""Density and linear color at positions seen along directions; of a field that sees more than points, of stretches."""
Gradient = Callable[[Float[Tensor, "n 3"]], Float[Tensor, "n 3"]]
"""The gradient of density at positions."""

BATCH = 16
"""Samples of a ray that are asked before it is looked whether the next ones can be seen at all."""


@dataclass(frozen=True)
class SampleOutputs:
    """Answer k is about sample `place[k]` of ray `ray[k]`."""

    ray: Int[Tensor, " n"]
    sample_index: Int[Tensor, " n"]
    density: Float[Tensor, " n"]
    colors: Float[Tensor, "n c"]
    normals: Float[Tensor, "n 3"] | None = None

    def scatter(self, values: Float[Tensor, "n ..."], like: Float[Tensor, "r s"]) -> Float[Tensor, "r s ..."]:
        """The values at their samples, 0 at those that were not asked."""
        return values.new_zeros(*like.shape, *values.shape[1:]).index_put((self.ray, self.sample_index), values)

    def reindexed(self, sample_indices: Int[Tensor, "r s"]) -> SampleOutputs:
        """The same where sample i of ray r has become sample places[r, i]."""
        return SampleOutputs(
            self.ray, sample_indices[self.ray, self.sample_index], self.density, self.colors, self.normals
        )


def concatenate(parts: Sequence[SampleOutputs]) -> SampleOutputs:
    """All answers in one list."""
    if len(parts) == 1:
        return parts[0]
    names = ["ray", "sample_index", "density", "colors"] + ["normals"] * (parts[0].normals is not None)
    return SampleOutputs(*(torch.cat([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class FieldQuery:
    """What is asked of a field; with a gradient there are normals, and shading lights each sample by them."""

    radiance: Radiance
    gradient: Gradient | None = None
    shading: Shading | None = None
    over_frustums: bool = False
    """Whether the field looks at the piece of its pixel's cone around a sample instead of a point."""

    @property
    def is_plain(self) -> bool:
        """Density and color at points, and nothing else."""
        return self.gradient is None and self.shading is None and not self.over_frustums

    def at(self, rays: Rays, samples: RaySamples, mask: Bool[Tensor, "r s"]) -> SampleOutputs:
        """Asks the field at the samples of `mask`, all at once."""
        ray, sample_index = mask.nonzero(as_tuple=True)
        directions = rays.directions[ray]
        points = torch.addcmul(rays.origins[ray], samples.t[ray, sample_index, None], directions)
        density, colors = self.radiance(points, directions, *self._frustums(rays, samples, ray, sample_index))
        normals = None if self.gradient is None else normals_of(self.gradient(points))
        if self.shading is not None:
            colors = shade(self.shading.along(ray), colors, points, normals)
        return SampleOutputs(ray, sample_index, density, colors, normals)

    def front_to_back(
        self, rays: Rays, samples: RaySamples, mask: Bool[Tensor, "r s"], early_stop_transmittance: float = 0.0
    ) -> SampleOutputs:
        """Until no more than `early_stop_transmittance` of a ray's light is left: what lies behind is not asked
        (Instant-NGP).

        Whatever is there could change a color in [0, 1], or the opacity, by no more than that.
        """
        if early_stop_transmittance <= 0:
            return self.at(rays, samples, mask)
        passed, deepest, parts = torch.zeros_like(samples.t[:, 0]), -math.log(early_stop_transmittance), []
        for first in range(0, samples.t.shape[1], BATCH):
            some = slice(first, first + BATCH)
            here = samples[:, some]
            part = self.at(rays, here, mask[:, some] & (passed < deepest)[:, None])
            density = part.scatter(part.density.detach(), here.t)
            passed = passed + compositing.optical_depth(density, here.lengths).sum(-1)
            parts.append(SampleOutputs(part.ray, part.sample_index + first, part.density, part.colors, part.normals))
        return concatenate(parts)

    def _frustums(
        self, rays: Rays, samples: RaySamples, ray: Int[Tensor, " n"], sample_index: Int[Tensor, " n"]
    ) -> list[ConicalFrustums]:
        """Nothing for fields that see points, and along rays that have no width."""
        if not self.over_frustums or rays.radii is None:
            return []
        return [ConicalFrustums(samples.t[ray, sample_index], samples.lengths[ray, sample_index], rays.radii[ray])]
