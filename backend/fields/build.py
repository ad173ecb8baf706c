"""Fields by name. A new representation is one file, one line here and one config class."""

from __future__ import annotations

from collections.abc import Callable

import torch

from backend.config import FieldConfig, Method
from backend.errors import ConfigError

from .dense_grid import DenseGrid
from .field import Bounds, Field
from .hash_grid import HashGrid
from .mip_nerf import MipNerf
from .nerf import Nerf
from .signed_distance import SignedDistance
from .siren import Siren
from .tri_plane import TriPlane


def build_field(config: FieldConfig, bounds: Bounds, method: Method, color_channels: int = 3, seed: int = 0) -> Field:
    """A field before its first step, as `config.density_init` says; by itself a fog for a prompt, else empty.

    With more than three channels its colors are latents at first. The seed is that of a network's weights; whoever
    draws random numbers elsewhere draws the same ones whatever the field is.

    Raises:
        ConfigError: a dense grid is asked to look different from each side, or to hold all of space.
    """
    density_init = config.density_init or ("fog" if method is Method.TEXT else "empty")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return FIELDS[config.kind](bounds, config, density_init, color_channels)


def _dense_grid(bounds: Bounds, config: FieldConfig, density_init: str, color_channels: int) -> Field:
    if config.unbounded:
        raise ConfigError("A dense grid cannot have field.unbounded: switch it off, or choose another field.kind.")
    degree = config.harmonics_degree if config.view_dependent_color and color_channels == 3 else 0
    grid = DenseGrid(bounds, config.start_resolution, color_channels, degree)
    if not grid.raw_density.is_meta:  # no values to set; torch's arithmetic on shapes alone takes 2 s to import
        grid.initialize_density(density_init)
    return grid


FIELDS: dict[str, Callable[[Bounds, FieldConfig, str, int], Field]] = {
    "dense_grid": _dense_grid,
    "hash_grid": HashGrid,
    "nerf": Nerf,
    "mip_nerf": MipNerf,
    "siren": Siren,
    "tri_plane": TriPlane,
    "sdf": SignedDistance,
}
