"""What the evaluator learns from: rough things of the core under any light, also without color, seen from a named side.

Other instances than the embedded models', larger pictures, other lights, and nothing held out: an evaluator must know
what is asked of it, whether or not the model that it judges was ever told.
"""

from __future__ import annotations

import random
from dataclasses import replace
from math import radians
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from . import backgrounds
from .batches import Batch, LabeledCaption, LabelSet, make_caption
from .captions.grammar import ObjectDescription, caption
from .captions.view_labels import ViewLabelSampler
from .colors import NAMED, srgb_encode
from .objects.object_class import ObjectClass
from .objects.subjects import Subject, pairs, singles
from .raycasting.render_views import Task
from .raycasting.view_cache import RenderSpec, Views, read_views
from .training_subset import TRAINING_SUBSET

SIZE = 64
SINGLE_SPEC = RenderSpec(
    "evaluator-views", SIZE, 2, instances=8, views=24, distances=(3.0, 4.2), own_light=True, displacement=0.05
)
PAIR_SPEC = replace(SINGLE_SPEC, instances=1, views=24)
PAIR_SHARDS = 2
FIRST_SHARD, TEST_SHARD = 100, 500  # embedded models: from 0 on
COLORLESS = 0.25
CONTRAST, STRONG = (0.1, 0.7), (0.45, 0.9)
FLOATERS, SOFT, BUSY = 0.15, 0.4, 0.25  # shares of the pictures: with a few, blurred, not over white


def evaluator_subjects() -> list[Subject]:
    """The core and all pairs within it, also what training of the embedded models never sees."""
    return [s for s in (*singles(), *pairs()) if all(obj.name in TRAINING_SUBSET for obj in s.objects)]


def render_spec(subject: Subject) -> RenderSpec:
    return PAIR_SPEC if subject.relation else SINGLE_SPEC


def tasks(shards: range) -> list[Task]:
    """All that its training wants, the first shards first; pairs have two at most."""
    return [
        (s, k, render_spec(s))
        for k in shards
        for s in evaluator_subjects()
        if k < shards[0] + PAIR_SHARDS or not s.relation
    ]


def load(cache: Path, shards: range) -> dict[Subject, Views]:
    found = {s: read_views(cache, s, shards, render_spec(s)) for s in evaluator_subjects()}
    return {subject: views for subject, views in found.items() if views is not None}


class EvaluatorSampler(ViewLabelSampler):
    """Any color of anything; now and then none; now and then it is said from where."""

    pair_share = 0.4

    def draw(self, size: int, contrast: tuple[float, float] = CONTRAST) -> Batch:
        return super().draw(size, contrast)

    def _base_caption(self, subject: Subject, view_index: int) -> LabeledCaption:
        slots = self._slots(subject, view_index)
        bare = self.rng.random() < COLORLESS
        return colorless(subject, len(slots), self.rng) if bare else make_caption(subject, slots, self.rng, any_color)

    def _paint(
        self, subject: Subject, view_index: int, labeled: LabeledCaption, contrast: float
    ) -> tuple[Tensor, Tensor]:
        if labeled.image_labels.colors:
            return super()._paint(subject, view_index, labeled, contrast)
        picture, alpha = super()._paint(subject, view_index, labeled, self.rng.uniform(*STRONG))
        return self.rng.uniform(0.25, 1.0) * picture.mean(0, keepdim=True).expand(3, -1, -1), alpha


def any_color(_obj: ObjectClass) -> list[str]:
    return list(NAMED)


def colorless(subject: Subject, parts: int, rng: random.Random) -> LabeledCaption:
    """All parts alike, and nothing said of color."""
    nothing = LabelSet(subject.name, {})
    words = caption([ObjectDescription(obj, None) for obj in subject.objects], subject.relation, rng)
    return LabeledCaption(words, nothing, nothing, ["white"] * parts)


def augment(batch: Batch, foggy: int = 0) -> Float[Tensor, "b 3 h w"]:
    """Views as a field may show them: moved, tilted, lumpy, blurred, with floaters, mostly over white; in [0, 1]."""
    count, size = len(batch.alpha), batch.alpha.shape[-1]
    layers = torch.cat([batch.premultiplied * lumps(count, size), batch.alpha], dim=1)
    layers = backgrounds.random_shift(with_floaters(layers), shift=0.1, zoom=(0.85, 1.25), turn=radians(8))
    soft = torch.rand(count) < SOFT
    layers[soft] = backgrounds.blur(layers[soft], 1.4 * torch.rand(int(soft.sum())), reach=3)
    if foggy:
        layers = torch.cat([layers[:-foggy], backgrounds.add_fog(layers[-foggy:])])
    linear = layers[:, :3] + (1 - layers[:, 3:]) * random_backdrops(count, size)
    return srgb_encode(linear.clamp(0, 1))


def lumps(count: int, size: int) -> Float[Tensor, "b 3 h w"]:
    """Factors about 1: brightness as uneven as a field's, in a light that has a color."""
    strength = 0.25 * torch.rand(count, 1, 1, 1)
    return (1 + strength * _smooth(count, 1, size, 8)).clamp_min(0) * (1 + 0.5 * strength * _smooth(count, 3, 1, 1))


def with_floaters(layers: Float[Tensor, "b 4 h w"]) -> Float[Tensor, "b 4 h w"]:
    """Bits of colored matter that belong to nothing, behind the thing."""
    chosen, size = torch.rand(len(layers)) < FLOATERS, layers.shape[-1]
    count = int(chosen.sum())
    there = ((_smooth(count, 1, size, 10) - 1.9) * 4).clamp(0, 1)
    bits = torch.cat([torch.rand(count, 3, 1, 1) * there, there], dim=1)
    layers[chosen] += (1 - layers[chosen, 3:]) * bits
    return layers


def random_backdrops(count: int, size: int) -> Float[Tensor, "b 3 h w"]:
    """White in most pictures, which is what results are judged over."""
    there = torch.ones(count, 3, size, size)
    busy = torch.rand(count) < BUSY
    there[busy] = backgrounds.backgrounds(int(busy.sum()), size)
    return there


def _smooth(count: int, channels: int, size: int, cells: int) -> Float[Tensor, "b c h w"]:
    """Gaussian noise on a coarse grid, between its points by bilinear interpolation."""
    coarse = torch.randn(count, channels, cells, cells)
    return torch.nn.functional.interpolate(coarse, (size, size), mode="bilinear")
