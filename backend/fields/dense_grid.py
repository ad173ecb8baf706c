"""A dense voxel grid of density and colour, after DVGO (Sun et al. 2022, arXiv 2111.11215) without its small network.

    density(p) = D softplus(interpolated raw(p) + b) / side        colour(p) = sigmoid(interpolated raw colour(p))

Activation comes after interpolation, which lets a surface be sharper than a voxel (DVGO, section 4.2). `side` is the
longest side of the bounds, so that the same raw values are as opaque in a box of any size.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from .field import Bounds
from .latent_colours import linear_colours, logit
from .starts import DENSITY_SCALE, STARTS
from .trilinear import corners, gather, resampled, slab, value_and_slope


class DenseGrid(nn.Module):
    """Raw density and colour at cell centres; implements `Field` and `OnLattice`."""

    sparse_gradients = False
    """Whether gradients may come as sparse tensors: for an optimiser that moves only the voxels that were touched."""

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

    @torch.no_grad()
    def lattice_slab(
        self, shape: tuple[int, int, int], first: int, last: int
    ) -> tuple[Float[Tensor, "s y z"], Float[Tensor, "s y z c"]]:
        """Implements `OnLattice`; not differentiable."""
        raw, colour = (slab(volume, shape, first, last) for volume in (self.raw_density, self.raw_colour))
        return F.softplus(raw[..., 0]).mul_(self.scale), self._coloured(colour)

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
    def start(self, name: str) -> None:
        """One of `starts.STARTS`, in every cell."""
        self.raw_density.copy_(STARTS[name](self._radius()))

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
