"""A dense voxel grid of density and color, after DVGO (Sun et al. 2022, arXiv 2111.11215) without its small network.

    density(p) = D softplus(interpolated raw(p) + b) / side        color(p) = sigmoid(interpolated raw color(p))

With harmonics the raw color changes with the direction d of the ray: raw color(p) + sum_k Y_k(d) coefficient_k(p).

Activation comes after interpolation, which lets a surface be sharper than a voxel (DVGO, section 4.2). `side` is the
longest side of the bounds, so that the same raw values are as opaque in a box of any size.
"""

from __future__ import annotations

from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn import functional as F

from .density_init import DENSITY_INITS, DENSITY_SCALE
from .facing_color import facing_colors
from .field import Bounds
from .latent_colors import linear_colors, logit
from .spherical_harmonics import count_harmonics, harmonics
from .trilinear import corners, gather, resampled, resampled_slab, value_and_slope


class DenseGrid(nn.Module):
    """Raw density and color at cell centers; implements `Field` and `LatticeField`."""

    sparse_gradients = False
    """Whether gradients may come as sparse tensors: for an optimizer that moves only the voxels that were touched."""

    def __init__(self, bounds: Bounds, resolution: int, color_channels: int = 3, harmonics_degree: int = 0) -> None:
        """Makes a grid of zeros. With more than three channels colors are latents of a diffusion model: numbers without
        bounds. With `harmonics_degree` above 0 a color changes with the side that it is seen from."""
        super().__init__()
        self.bounds = bounds
        shape = lattice_shape(bounds, resolution)
        self.raw_density = nn.Parameter(torch.zeros(*shape, 1))
        self.raw_color = nn.Parameter(torch.zeros(*shape, color_channels))
        self.harmonics_degree = harmonics_degree
        coefficients = color_channels * count_harmonics(harmonics_degree)
        self.raw_harmonics = nn.Parameter(torch.zeros(*shape, coefficients)) if coefficients else None
        self._facing: tuple[list[tuple[int, int]], Tensor] | None = None
        self.scale = DENSITY_SCALE / max(high - low for low, high in zip(bounds.low, bounds.high, strict=True))

    @property
    def color_channels(self) -> int:
        return self.raw_color.shape[3]

    @property
    def shape(self) -> tuple[int, int, int]:
        x, y, z = self.raw_density.shape[:3]
        return x, y, z

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/meter, 0 outside the bounds."""
        coords = self.bounds.normalized(positions)
        return self._activated(gather(self.raw_density, *corners(coords, self.shape)), coords)

    def density_and_color(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density, and linear color: without directions, or without harmonics, the mean over all sides."""
        coords = self.bounds.normalized(positions)
        around = corners(coords, self.shape)
        density = self._activated(gather(self.raw_density, *around), coords)
        raw = gather(self.raw_color, *around)
        if self.raw_harmonics is not None and directions is not None:
            coefficients = gather(self.raw_harmonics, *around).unflatten(-1, (self.color_channels, -1))
            raw = raw + (coefficients * harmonics(directions, self.harmonics_degree)[:, None]).sum(-1)
        return density, self._colored(raw)

    @torch.no_grad()
    def lattice_slab(
        self, shape: tuple[int, int, int], first: int, last: int
    ) -> tuple[Float[Tensor, "s y z"], Float[Tensor, "s y z c"]]:
        """Implements `LatticeField`; not differentiable."""
        volumes = (self.raw_density, self._facing_colors())
        raw, color = (resampled_slab(volume, shape, first, last) for volume in volumes)
        return F.softplus(raw[..., 0]).mul_(self.scale), self._colored(color)

    def _facing_colors(self) -> Float[Tensor, "x y z c"]:
        """Raw colors for what has no sides; made once for many slabs."""
        if self.raw_harmonics is None:
            return self.raw_color
        values = (self.raw_density, self.raw_color, self.raw_harmonics)
        made_of = [(id(value), value._version) for value in values]
        if self._facing is None or self._facing[0] != made_of:
            self._facing = made_of, facing_colors(*values, self.bounds, self.harmonics_degree)
        return self._facing[1]

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """grad density = D / side softplus'(raw) grad raw, with softplus' = sigmoid, in 1/meter^2."""
        coords = self.bounds.normalized(positions)
        raw, slope = value_and_slope(self.raw_density, coords)
        sides = [2.0 / (high - low) for low, high in zip(self.bounds.low, self.bounds.high, strict=True)]
        rise = self.scale * raw.sigmoid() * _inside(coords)
        return rise[:, None] * slope * torch.tensor(sides).to(slope)

    def _colored(self, raw: Float[Tensor, "n c"]) -> Float[Tensor, "n c"]:
        return raw.sigmoid() if self.color_channels == 3 else raw

    def _activated(self, raw: Float[Tensor, "n 1"], coords: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        return self.scale * F.softplus(raw.squeeze(-1)) * _inside(coords)

    def parameter_groups(self) -> dict[str, list[nn.Parameter]]:
        sides = {} if self.raw_harmonics is None else {"harmonics": [self.raw_harmonics]}
        return {"density": [self.raw_density], "color": [self.raw_color], **sides}

    def volumes(self) -> dict[str, nn.Parameter]:
        """Values that lie on a lattice, so that neighbors can be compared."""
        return {"density": self.raw_density, "color": self.raw_color}

    @torch.no_grad()
    def upsample(self, resolution: int) -> None:
        """Resample onto a finer lattice; parameters are new objects, so an optimizer must be made anew."""
        shape = lattice_shape(self.bounds, resolution)
        self.raw_density = nn.Parameter(resampled(self.raw_density, shape))
        self.raw_color = nn.Parameter(resampled(self.raw_color, shape))
        if self.raw_harmonics is not None:
            self.raw_harmonics = nn.Parameter(resampled(self.raw_harmonics, shape))

    @torch.no_grad()
    def to_colors(self, matrix: Float[Tensor, "c 3"], bias: Float[Tensor, " 3"]) -> None:
        """Latents become what they stand for; parameters are new objects, so an optimizer must be made anew."""
        self.raw_color = nn.Parameter(logit(linear_colors(self.raw_color, matrix, bias)))

    @torch.no_grad()
    def initialize_density(self, name: str) -> None:
        """One of `starts.STARTS`, in every cell."""
        self.raw_density.copy_(DENSITY_INITS[name](self._radius()))

    def _radius(self) -> Float[Tensor, "x y z 1"]:
        """Returns the distance of each cell's center from the middle, in half-widths of the box."""
        axes = [((torch.arange(n) + 0.5) / n * 2 - 1).to(self.raw_density) for n in self.shape]
        x, y, z = torch.meshgrid(*axes, indexing="ij")
        return (x.square() + y.square() + z.square()).sqrt()[..., None]

    def _load_from_state_dict(self, state: dict[str, Tensor], prefix: str, *rest: Any) -> None:
        """A saved grid may be of another resolution than this one began with: take its shape first. Where one of the
        two has no harmonics, colors are the mean over all sides."""
        self._fit_harmonics(state, prefix)
        for name in ("raw_density", "raw_color", "raw_harmonics"):
            if prefix + name in state:
                setattr(self, name, nn.Parameter(torch.empty_like(state[prefix + name]).to(getattr(self, name))))
        super()._load_from_state_dict(state, prefix, *rest)

    def _fit_harmonics(self, state: dict[str, Tensor], prefix: str) -> None:
        name, color = prefix + "raw_harmonics", state.get(prefix + "raw_color")
        if self.raw_harmonics is None:
            state.pop(name, None)
        elif color is not None and (name not in state or state[name].shape[3] != self.raw_harmonics.shape[3]):
            state[name] = color.new_zeros(*color.shape[:3], self.raw_harmonics.shape[3])


def _inside(coords: Float[Tensor, "n 3"]) -> Bool[Tensor, " n"]:
    return (coords.abs() <= 1 + 1e-5).all(-1)  # rounding at a face must not open it


def lattice_shape(bounds: Bounds, resolution: int) -> tuple[int, int, int]:
    """Cells along each axis: `resolution` on the longest, the others in proportion, so that cells are cubes."""
    sides = [high - low for low, high in zip(bounds.low, bounds.high, strict=True)]
    x, y, z = (max(2, round(resolution * side / max(sides))) for side in sides)
    return x, y, z
