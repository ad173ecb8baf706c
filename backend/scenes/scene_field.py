"""Several fields drawn together: densities add up, and colors are weighted by them.

    density(p) = sum_i density_i(p)        color(p) = sum_i density_i(p) color_i(p) / density(p)

(GIRAFFE, Niemeyer and Geiger 2021, eq. 8). Each object is asked in a frame of its own, p = position + scale q.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from backend.fields.field import UNIT_CUBE, Bounds, autograd_gradient
from backend.priors.captions import ObjectPrompt, parse
from backend.priors.fitting import without_specks
from backend.priors.network import load_network
from backend.priors.paint import Paint
from backend.priors.prior_field import (
    OUTSIDE,
    PRIOR_FOLDER,
    PriorField,
    code_of,
    raw_density,
)
from backend.priors.query import coarse_to_fine, lattice
from backend.priors.vocabulary import load_vocabulary
from backend.words.scenes import ScenePrompt

from .bodies import Body, PosedBody
from .layout import laid_out
from .sizes import size_of

BODY_CELLS = 96
MARGIN = 0.96
"""Of its box that a scene fills."""
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class SceneObject:
    """One object of a scene; `center` is the middle of its own cube of half-width `half` in the box of all, which is
    [-1, 1] along its shortest side. `low` is the height of its lowest point there."""

    words: str
    prompt: ObjectPrompt
    seed: int
    field: PriorField
    center: Float[Tensor, " 3"]
    half: float
    low: float


class SceneField(nn.Module):
    """Implements `DensityField`; as its parts, it is not optimized itself."""

    def __init__(self, objects: Sequence[SceneObject], bounds: Bounds, notes: Sequence[str] = ()) -> None:
        super().__init__()
        self.objects, self.bounds, self.notes = tuple(objects), bounds, tuple(notes)
        self.fields = nn.ModuleList([each.field for each in objects])
        sides = [high - low for low, high in zip(bounds.low, bounds.high, strict=True)]
        self.cube = torch.tensor(sides) / min(sides)
        self.scale = objects[0].field.scale * 2 / max(sides)  # of a cube that is 2 wide

    def logits(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "k n"]:
        """Returns the logit of being inside each object, at positions of the box as [-1, 1]^3."""
        return torch.stack([each.field.logit(self._own(each, coords)) for each in self.objects])

    def density(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, " n"]:
        """Density in 1/meter, 0 outside the bounds."""
        coords, inside = self._coords(positions)
        total = F.softplus(raw_density(self.logits(coords))).sum(0)
        return torch.where(inside, self.scale * total, torch.zeros_like(total))

    def density_and_color(
        self, positions: Float[Tensor, "n 3"], directions: Float[Tensor, "n 3"] | None = None
    ) -> tuple[Float[Tensor, " n"], Float[Tensor, "n 3"]]:
        """Density, and linear color that looks the same from everywhere."""
        return self.density(positions), self.color(self._coords(positions)[0])

    def color(self, coords: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        """Linear, at positions of the box as [-1, 1]^3."""
        shares = F.softplus(raw_density(self.logits(coords)))
        colors = torch.stack([each.field.color(self._own(each, coords)) for each in self.objects])
        mixed: Tensor = (shares[..., None] * colors).sum(0) / shares.sum(0)[:, None]
        return mixed

    def density_gradient(self, positions: Float[Tensor, "n 3"]) -> Float[Tensor, "n 3"]:
        return autograd_gradient(self.density, positions)

    def _coords(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        coords = self.bounds.normalized(positions)
        return coords.nan_to_num(9.0).clamp(-9, 9), (coords.abs() <= 1 + 1e-5).all(-1)

    def _own(self, of: SceneObject, coords: Tensor) -> Tensor:
        return (coords * self.cube.to(coords) - of.center.to(coords)) / of.half

    @torch.no_grad()
    def raw_grid(self, shape: Shape) -> Float[Tensor, "x y z"]:
        """Returns what a dense grid has to hold before softplus, at the centers of its cells: each object is asked
        coarse to fine in the part of the box that it lies in."""
        total = torch.zeros(shape)
        for each in self.objects:
            part = self._cells_of(each, shape)
            if all(cells.stop > cells.start for cells in part):
                total[part] += F.softplus(raw_density(self._logits_in(each, part, shape)))
        total = total.clamp_min(float(F.softplus(raw_density(torch.tensor(OUTSIDE)))))
        return torch.where(total > 20, total, total.clamp(max=20).expm1().log())

    def _cells_of(self, of: SceneObject, shape: Shape) -> tuple[slice, slice, slice]:
        first, last = ((of.center + side * of.half) / self.cube for side in (-1, 1))
        sides = torch.tensor(shape)
        low, high = ((each + 1) / 2 * sides for each in (first, last))
        starts, stops = low.floor().long().clamp_min(0).tolist(), torch.minimum(high.ceil().long(), sides).tolist()
        x, y, z = (slice(start, stop) for start, stop in zip(starts, stops, strict=True))
        return x, y, z

    def _logits_in(self, of: SceneObject, part: tuple[slice, slice, slice], shape: Shape) -> Tensor:
        counts = tuple(each.stop - each.start for each in part)
        sides, start = torch.tensor(shape), torch.tensor([each.start for each in part])

        def logit(coords: Tensor) -> Tensor:
            cells = start + (coords + 1) / 2 * torch.tensor(counts)
            return of.field.logit(self._own(of, cells / sides * 2 - 1))

        logits = coarse_to_fine(logit, (counts[0], counts[1], counts[2]))
        logits[(logits > 0) & ~without_specks(logits > 0)] = OUTSIDE
        return logits


def scene_field(scene: ScenePrompt, seed: int, bounds: Bounds = UNIT_CUBE) -> SceneField:
    """The same words and seed give the same scene.

    Raises:
        ConfigError: the prior does not know one of the objects.
        ModelError: its files are missing or broken.
    """
    vocabulary = load_vocabulary(PRIOR_FOLDER)
    prompts = [parse(words, vocabulary) for words in scene.objects]
    seeds = [_seed_of(seed, number, scene.objects) for number in range(len(prompts))]
    fields = [
        PriorField(
            load_network(PRIOR_FOLDER, each.name, code_of(own)),
            Paint.of(each, vocabulary),
            "" if each.size == "small" else each.size,
        )
        for each, own in zip(prompts, seeds, strict=True)
    ]
    scales = [size_of(each.name, each.size) for each in prompts]
    placed, notes = laid_out(scene, [body_of(each) for each in fields], scales)
    objects = _in_box(scene, prompts, seeds, fields, placed, bounds)
    said = [each.note for each in prompts if each.note]
    return SceneField(objects, bounds, list(dict.fromkeys([*said, *notes])))


@torch.no_grad()
def body_of(field: PriorField) -> Body:
    """The points that an object fills."""
    held = coarse_to_fine(field.logit, (BODY_CELLS,) * 3) > 0
    held &= without_specks(held)
    points = lattice((BODY_CELLS,) * 3)[held] if held.any() else torch.zeros(1, 3)
    return Body(points.numpy().astype(np.float64))


def _seed_of(seed: int, number: int, words: Sequence[str]) -> int:
    """Gives the first object the scene's own; others of the same words look a little different."""
    return seed + words[:number].count(words[number])


def _in_box(
    scene: ScenePrompt,
    prompts: Sequence[ObjectPrompt],
    seeds: Sequence[int],
    fields: Sequence[PriorField],
    placed: Sequence[PosedBody],
    bounds: Bounds,
) -> list[SceneObject]:
    """Scaled and moved together into the middle of the box, as large as fits."""
    low, high = np.min([each.low for each in placed], axis=0), np.max([each.high for each in placed], axis=0)
    sides = np.array(bounds.high) - np.array(bounds.low)
    scale = float((2 * MARGIN * sides / sides.min() / (high - low)).min())
    middle = (low + high) / 2
    return [
        SceneObject(
            words, prompt, seed, field, torch.tensor(scale * (at.position - middle)).float(), scale * at.scale,
            float(scale * (at.low[2] - middle[2])),
        )
        for words, prompt, seed, field, at in zip(scene.objects, prompts, seeds, fields, placed, strict=True)
    ]  # fmt: skip
