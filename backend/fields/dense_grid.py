"""A dense voxel grid of density and colour, after DVGO (Sun et al. 2022, arXiv 2111.11215) without its small network.

    density(p) = D softplus(interpolated raw(p) + b) / side        colour(p) = sigmoid(interpolated raw colour(p))

Activation comes after interpolation, which lets a surface be sharper than a voxel (DVGO, section 4.2). `side` is the
longest side of the bounds, so that the same raw values are as opaque in a box of any size.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from .field import Bounds
from .latent_colours import linear_colours, logit
from .trilinear import corners, gather, resampled, value_and_slope

DENSITY_SCALE = 100.0
"""Densities at softplus = 1 stop light within about a hundredth of the box."""
EMPTY_OPACITY = 0.2
"""Opacity of the whole box at the start of a reconstruction: nearly clear, so that no floater is born (DVGO, eq. 8)."""
BLOB_LAMBDA, BLOB_SIGMA = 5.0, 0.2
"""Height and width of DreamFusion's blob (appendix A.2): of the logarithm of density, and in half-widths of the box."""
FOG_PEAK, FOG_SLOPE, FOG_OUTSIDE = -1.5, 4.0, -4.0
"""A thin fog that fills the box, denser in the middle: guidance then carves the object out of it. A small dense ball
grows instead, and stays in every hole and behind every face of its own colour, where no picture shows a difference
(seen: a plug in a torus, dents in the faces of a cube)."""


class DenseGrid(nn.Module):
    """Raw density and colour at cell centres; implements `Field`."""

    def __init__(self, bounds: Bounds, resolution: int, colour_channels: int = 3) -> None:
        """With more than three channels colours are latents of a diffusion model: numbers without bounds."""
        super().__init__()
        self.bounds = bounds
        shape = _lattice(bounds, resolution)
        self.raw_density = nn.Parameter(torch.zeros(*shape, 1))
        self.raw_colour = nn.Parameter(torch.zeros(*shape, colour_channels))
        self.scale = DENSITY_SCALE / max(high - low for low, high in zip(bounds.low, bounds.high, strict=True))

    @property
    def colour_channels(self) -> int:
        return self.raw_colour.shape[3]

    @property
    def shape(self) -> tuple[int, int, int]:
        return tuple(self.raw_density.shape[:3])

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/metre, 0 outside the bounds."""
        places = self.bounds.normalised(positions)
        return self._activated(gather(self.raw_density, *corners(places, self.shape)), places)

    def density_and_colour(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density, and linear colour that looks the same from everywhere."""
        places = self.bounds.normalised(positions)
        around = corners(places, self.shape)
        return self._activated(gather(self.raw_density, *around), places), self._coloured(
            gather(self.raw_colour, *around)
        )

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """grad density = D / side softplus'(raw) grad raw, with softplus' = sigmoid, in 1/metre^2."""
        places = self.bounds.normalised(positions)
        raw, slope = value_and_slope(self.raw_density, places)
        sides = [2.0 / (high - low) for low, high in zip(self.bounds.low, self.bounds.high, strict=True)]
        rise = self.scale * raw.sigmoid() * _inside(places)
        return rise[:, None] * slope * torch.tensor(sides).to(slope)

    def _coloured(self, raw: Float[Tensor, "n c"]) -> Float[Tensor, "n c"]:
        return raw.sigmoid() if self.colour_channels == 3 else raw

    def _activated(self, raw: Float[Tensor, "n 1"], places: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        return self.scale * F.softplus(raw.squeeze(-1)) * _inside(places)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        return {"density": [self.raw_density], "colour": [self.raw_colour]}

    def volumes(self) -> dict[str, nn.Parameter]:
        """Values that lie on a lattice, so that neighbours can be compared."""
        return {"density": self.raw_density, "colour": self.raw_colour}

    @torch.no_grad()
    def grow(self, resolution: int) -> None:
        """Resample onto a finer lattice; parameters are new objects, so an optimiser must be made anew."""
        shape = _lattice(self.bounds, resolution)
        self.raw_density = nn.Parameter(resampled(self.raw_density, shape))
        self.raw_colour = nn.Parameter(resampled(self.raw_colour, shape))

    @torch.no_grad()
    def to_colours(self, matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> None:
        """Latents become what they stand for; parameters are new objects, so an optimiser must be made anew."""
        self.raw_colour = nn.Parameter(logit(linear_colours(self.raw_colour, matrix, bias)))

    @torch.no_grad()
    def start_empty(self) -> None:
        """Clear everywhere: a ray through the whole box is stopped with probability EMPTY_OPACITY."""
        wanted = -math.log1p(-EMPTY_OPACITY) / DENSITY_SCALE
        self.raw_density.fill_(math.log(math.expm1(wanted)))

    @torch.no_grad()
    def start_fog(self) -> None:
        """A thin fog, densest in the middle: a blob made so wide that it is carved."""
        self.raw_density.copy_((FOG_PEAK - FOG_SLOPE * self._radius()).clamp_min(FOG_OUTSIDE))

    @torch.no_grad()
    def start_blob(self) -> None:
        """density = exp(lambda exp(-|p|^2 / (2 sigma^2))): DreamFusion's while its network says 0 (appendix A.2).

        There the blob is added under an exponential, here raw density goes through a softplus: the density is the same.
        """
        density = torch.exp(BLOB_LAMBDA * torch.exp(-0.5 * (self._radius() / BLOB_SIGMA).square()))
        self.raw_density.copy_(torch.log(torch.expm1(2 * density / DENSITY_SCALE)))

    def _radius(self) -> Float[Tensor, "x y z 1"]:
        """Of each cell's centre from the middle, in half-widths of the box."""
        axes = [((torch.arange(n) + 0.5) / n * 2 - 1).to(self.raw_density) for n in self.shape]
        return sum(axis.square() for axis in torch.meshgrid(*axes, indexing="ij")).sqrt()[..., None]

    def _load_from_state_dict(self, state: dict[str, Tensor], prefix: str, *rest) -> None:
        """A saved grid may be of another resolution than this one began with: take its shape first."""
        for name in ("raw_density", "raw_colour"):
            if prefix + name in state:
                setattr(self, name, nn.Parameter(torch.empty_like(state[prefix + name]).to(getattr(self, name))))
        super()._load_from_state_dict(state, prefix, *rest)


def _inside(places: Float[Tensor, "n 3"]) -> Bool[Tensor, " n"]:
    return (places.abs() <= 1 + 1e-5).all(-1)  # rounding at a face must not open it


def _lattice(bounds: Bounds, resolution: int) -> tuple[int, int, int]:
    """Cells along each axis: `resolution` on the longest, the others in proportion, so that cells are cubes."""
    sides = [high - low for low, high in zip(bounds.low, bounds.high, strict=True)]
    return tuple(max(2, round(resolution * side / max(sides))) for side in sides)
