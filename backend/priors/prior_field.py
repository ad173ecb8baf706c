"""The prior's answer to a prompt as a field: what is rendered, previewed, exported and evaluated like any other.

    density(p) = D softplus(clamp(k logit(q) + b, low, high)) / side,      q = (p - center) scale + middle

where the logit is that of the network's decision, inside against outside, and b is chosen so that where it is 0 a
twelfth of the box stops half of the light, which is where an exported surface lies (backend/export/grid.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from backend.fields.density_init import DENSITY_SCALE
from backend.fields.field import UNIT_CUBE, Bounds, autograd_gradient, normals

from .captions import ObjectPrompt, parse
from .fitting import fitted
from .network import CODE, ObjectNetwork, load_network
from .paint import Paint
from .vocabulary import load_vocabulary

PRIOR_FOLDER = Path(__file__).parent.parent / "models" / "prior"
SHARPNESS, RAW_LOW, RAW_HIGH = 2.0, -12.0, 6.0
SURFACE_CELLS = 12
RAW_SURFACE = math.log(math.expm1(math.log(2) * SURFACE_CELLS / DENSITY_SCALE))
OUTSIDE = -20.0
"""The logit outside of the object's box: nothing was ever there."""
NORMAL_STEP = 0.02


class PriorField(nn.Module):
    """Implements `DensityField`. What is asked of it is differentiable in the position; it is not optimized itself."""

    def __init__(
        self,
        network: ObjectNetwork,
        paint: Paint,
        size: str = "",
        bounds: Bounds = UNIT_CUBE,
        part_names: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        self.part_names = part_names
        self.network, self.paint, self.bounds = network, paint, bounds
        sides = [high - low for low, high in zip(bounds.low, bounds.high, strict=True)]
        self.scale = DENSITY_SCALE / max(sides)
        self.cube = torch.tensor(sides) / min(sides)
        """An object is not stretched by its box: it fills the largest cube in the middle."""
        self.frame = fitted(self._inside_logit, size)

    def logit(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the logit of being inside, at positions of the box as [-1, 1]^3."""
        return self._inside_logit(self.frame.positions(coords * self.cube.to(coords)))

    def _inside_logit(self, at: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Returns the same at positions of the object's frame."""
        inside = (at.abs() <= self.network.box.to(at)).all(-1)
        occupancy, _ = self.network(at.clamp(-2, 2))
        return torch.where(inside, occupancy, OUTSIDE)

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/meter, 0 outside the bounds."""
        coords = self.bounds.normalized(positions)
        inside = (coords.abs() <= 1 + 1e-5).all(-1)
        dense = self.scale * F.softplus(raw_density(self.logit(coords.nan_to_num(9.0).clamp(-9, 9))))
        return torch.where(inside, dense, torch.zeros_like(dense))

    def density_and_color(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density, and linear color that looks the same from everywhere."""
        coords = self.bounds.normalized(positions).nan_to_num(9.0).clamp(-9, 9)
        return self.density(positions), self.color(coords)

    def color(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Linear, at positions of the box as [-1, 1]^3."""
        shown = coords * self.cube.to(coords)
        return self.paint.colors(self.parts(coords), shown, lambda: self._normals(coords))

    @property
    def main_color(self) -> Float[Tensor, " 3"]:
        """Returns the color of what nobody sees, linear."""
        return self.paint.color

    def parts(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n k"]:
        """Logits of the parts, at positions of the box as [-1, 1]^3."""
        _, parts = self.network(self.frame.positions(coords * self.cube.to(coords)))
        return cast(Tensor, parts)

    def _normals(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Outwards, by central differences: bilinear features have a slope that jumps from texel to texel."""
        steps = NORMAL_STEP * torch.eye(3).to(coords)
        rise = torch.stack([self.logit(coords + step) - self.logit(coords - step) for step in steps], -1)
        return normals(rise)

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return autograd_gradient(self.density, positions)


def raw_density(logit: Float[Tensor, "*n"]) -> Float[Tensor, "*n"]:
    """Before softplus: as steep as the decision, and bounded, so that what goes on from here can still change it."""
    return (SHARPNESS * logit + RAW_SURFACE).clamp(RAW_LOW, RAW_HIGH)


def code_of(seed: int, given: Sequence[float] = ()) -> Float[Tensor, " d"]:
    """Returns the one given, or else one drawn uniformly, as those that it was trained on were: any code is right."""
    if given:
        return torch.tensor([*given, *[0.0] * CODE][:CODE], dtype=torch.float32)
    return torch.from_numpy(np.random.default_rng(seed).uniform(-1, 1, CODE).astype(np.float32))


def prior_field(
    text: str, seed: int, bounds: Bounds = UNIT_CUBE, folder: Path = PRIOR_FOLDER, code: Sequence[float] = ()
) -> tuple[PriorField, ObjectPrompt]:
    """The same words and seed give the same field, other seeds another form of the object, unless its code is given.

    Raises:
        ConfigError: no object is named that the prior knows.
        ModelError: its files are missing or broken.
    """
    vocabulary = load_vocabulary(folder)
    prompt = parse(text, vocabulary)
    network = load_network(folder, prompt.name, code_of(seed, code))
    names = tuple(name for name, _ in vocabulary.objects[prompt.name].slots)
    return PriorField(network, Paint.of(prompt, vocabulary), prompt.size, bounds, names), prompt
