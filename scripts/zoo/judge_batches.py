"""What the judge learns from: rough things of the core under any light, also without colour, seen from a named side.

Other instances than the embedded models', larger pictures, other lights, and nothing held out: a judge must know what
is asked of it, whether or not the model that it judges was ever told.
"""

from __future__ import annotations

import random
from dataclasses import replace
from math import radians
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from scripts.guide_data import backgrounds
from scripts.guide_data.colours import NAMED, srgb_encode

from .batches import Batch, Meaning, Told, tell
from .captions import Said, caption
from .cast import Task
from .core import CORE
from .seen_from import SidedSampler
from .shards import Manner, Views, read_views
from .subjects import Subject, pairs, singles
from .thing import Thing

SIZE = 64
ALONE = Manner("judge-views", SIZE, 2, instances=8, views=24, distances=(3.0, 4.2), own_light=True, dents=0.05)
TOGETHER = replace(ALONE, instances=1, views=24)
PAIR_SHARDS = 2
FIRST_SHARD, TEST_SHARD = 100, 500  # embedded models: from 0 on
COLOURLESS = 0.25
CONTRAST, STRONG = (0.1, 0.7), (0.45, 0.9)
FLOATERS, SOFT, BUSY = 0.15, 0.4, 0.25  # shares of the pictures: with a few, blurred, not over white


def known() -> list[Subject]:
    """The core and all pairs within it, also what training of the embedded models never sees."""
    return [s for s in (*singles(), *pairs()) if all(thing.name in CORE for thing in s.things)]


def manner(subject: Subject) -> Manner:
    return TOGETHER if subject.relation else ALONE


def tasks(shards: range) -> list[Task]:
    """All that its training wants, the first shards first; pairs have two at most."""
    return [(s, k, manner(s)) for k in shards for s in known() if k < shards[0] + PAIR_SHARDS or not s.relation]


def load(cache: Path, shards: range) -> dict[Subject, Views]:
    found = {s: read_views(cache, s, shards, manner(s)) for s in known()}
    return {subject: views for subject, views in found.items() if views is not None}


class JudgeSampler(SidedSampler):
    """Any colour of anything; now and then none; now and then it is said from where."""

    pair_share = 0.4

    def draw(self, size: int, contrast: tuple[float, float] = CONTRAST) -> Batch:
        return super().draw(size, contrast)

    def _told(self, subject: Subject, place: int) -> Told:
        slots = self._slots(subject, place)
        bare = self.choose.random() < COLOURLESS
        return colourless(subject, len(slots), self.choose) if bare else tell(subject, slots, self.choose, any_colour)

    def _paint(self, subject: Subject, place: int, told: Told, contrast: float) -> tuple[Tensor, Tensor]:
        if told.shown.colours:
            return super()._paint(subject, place, told, contrast)
        picture, alpha = super()._paint(subject, place, told, self.choose.uniform(*STRONG))
        return self.choose.uniform(0.25, 1.0) * picture.mean(0, keepdim=True).expand(3, -1, -1), alpha


def any_colour(_thing: Thing) -> list[str]:
    return list(NAMED)


def colourless(subject: Subject, parts: int, choose: random.Random) -> Told:
    """All parts alike, and nothing said of colour."""
    nothing = Meaning(subject.name, {})
    words = caption([Said(thing, None) for thing in subject.things], subject.relation, choose)
    return Told(words, nothing, nothing, ["white"] * parts)


def renders(batch: Batch, foggy: int = 0) -> Float[Tensor, "b 3 h w"]:
    """Views as a field may show them: moved, tilted, lumpy, blurred, with floaters, mostly over white; in [0, 1]."""
    count, size = len(batch.alpha), batch.alpha.shape[-1]
    layers = torch.cat([batch.premultiplied * lumps(count, size), batch.alpha], dim=1)
    layers = backgrounds.moved(with_floaters(layers), shift=0.1, zoom=(0.85, 1.25), turn=radians(8))
    soft = torch.rand(count) < SOFT
    layers[soft] = backgrounds.blurred(layers[soft], 1.4 * torch.rand(int(soft.sum())), reach=3)
    if foggy:
        layers = torch.cat([layers[:-foggy], backgrounds.fogged(layers[-foggy:])])
    linear = layers[:, :3] + (1 - layers[:, 3:]) * behind(count, size)
    return srgb_encode(linear.clamp(0, 1))


def lumps(count: int, size: int) -> Float[Tensor, "b 3 h w"]:
    """Factors about 1: brightness as uneven as a field's, in a light that has a colour."""
    strength = 0.25 * torch.rand(count, 1, 1, 1)
    return (1 + strength * _smooth(count, 1, size, 8)).clamp_min(0) * (1 + 0.5 * strength * _smooth(count, 3, 1, 1))


def with_floaters(layers: Float[Tensor, "b 4 h w"]) -> Float[Tensor, "b 4 h w"]:
    """Bits of coloured matter that belong to nothing, behind the thing."""
    chosen, size = torch.rand(len(layers)) < FLOATERS, layers.shape[-1]
    count = int(chosen.sum())
    there = ((_smooth(count, 1, size, 10) - 1.9) * 4).clamp(0, 1)
    bits = torch.cat([torch.rand(count, 3, 1, 1) * there, there], dim=1)
    layers[chosen] += (1 - layers[chosen, 3:]) * bits
    return layers


def behind(count: int, size: int) -> Float[Tensor, "b 3 h w"]:
    """White in most pictures, which is what results are judged over."""
    there = torch.ones(count, 3, size, size)
    busy = torch.rand(count) < BUSY
    there[busy] = backgrounds.backgrounds(int(busy.sum()), size)
    return there


def _smooth(count: int, channels: int, size: int, cells: int) -> Float[Tensor, "b c h w"]:
    """Gaussian noise on a coarse grid, between its points by bilinear interpolation."""
    coarse = torch.randn(count, channels, cells, cells)
    return torch.nn.functional.interpolate(coarse, (size, size), mode="bilinear")
