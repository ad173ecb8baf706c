"""Training batches: cast views, painted as they are drawn, each with a camera and a caption."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from jaxtyping import Float
from torch import Tensor

from .captions.grammar import ObjectDescription, caption
from .colors import NAMED, jitter_colors, linear_color, srgb_encode
from .held_out import colors_in_training
from .objects.object_class import ObjectClass
from .objects.subjects import Subject
from .raycasting.view_cache import DEFAULT_SPEC, RenderSpec, Slot, Views, read_views
from .training_subset import training_subjects

PRIMITIVE_WEIGHT, PAIR_SHARE = 1.6, 0.26
NO_COLOR_SHARE = {True: 0.35, False: 0.12}  # how often a caption says no color, by whether there is a natural one
PART_SHARE = 0.35

Colors = dict[tuple[int, str], str]  # of (owner, part); the part "" stands for the main ones
Palette = Callable[[ObjectClass], list[str]]  # the colors that a thing may be said to have


@dataclass(frozen=True)
class LabelSet:
    """A subject and the colors that are said of it, or those that it has; seen from where, if that is known."""

    subject: str
    colors: Colors
    view: str = ""


@dataclass(frozen=True)
class Batch:
    """Pictures as linear premultiplied color with alpha, and what is known of each."""

    premultiplied: Float[Tensor, "b 3 h w"]
    alpha: Float[Tensor, "b 1 h w"]
    camera: Float[Tensor, "b 3"]  # azimuth, elevation, distance
    captions: list[str]
    caption_labels: list[LabelSet]
    image_labels: list[LabelSet]


@dataclass(frozen=True)
class LabeledCaption:
    """What is said of one picture, what it shows, and the name of each part's color."""

    caption: str
    caption_labels: LabelSet
    image_labels: LabelSet
    colors: list[str]


def make_caption(
    subject: Subject,
    slots: list[Slot],
    rng: random.Random,
    palette: Palette = colors_in_training,
    more: Callable[[list[ObjectDescription]], list[ObjectDescription]] = list,
) -> LabeledCaption:
    """A caption for the subject, and the colors that make it true; `more` may add to what is said of each thing."""
    of_objects = [[slot for slot in slots if slot[0] == owner] for owner in range(len(subject.objects))]
    descriptions = more(
        [_describe(obj, own, rng, palette) for obj, own in zip(subject.objects, of_objects, strict=True)]
    )
    main = [_main_color(of, own, rng, palette) for of, own in zip(descriptions, of_objects, strict=True)]
    return LabeledCaption(
        caption(descriptions, subject.relation, rng),
        LabelSet(subject.name, _colors([of.color for of in descriptions], descriptions)),
        LabelSet(subject.name, _colors(main, descriptions)),
        [descriptions[owner].parts.get(name) or own or main[owner] for owner, name, own in slots],
    )


def _describe(obj: ObjectClass, slots: list[Slot], rng: random.Random, palette: Palette) -> ObjectDescription:
    """Which colors the caption names. Where the only main part is named, its color is not said twice."""
    silent = rng.random() < NO_COLOR_SHARE[obj.natural is not None]
    color = None if silent else rng.choice(palette(obj))
    nameable = [name for name in obj.named_parts if any(name == of for _, of, _ in slots)]
    if not nameable or rng.random() >= PART_SHARE:
        return ObjectDescription(obj, color)
    part = rng.choice(nameable)
    if _main_parts(slots) == {part}:
        return ObjectDescription(obj, None, {part: rng.choice(palette(obj))})
    return ObjectDescription(obj, color, {part: rng.choice(list(NAMED))})


def _main_color(description: ObjectDescription, slots: list[Slot], rng: random.Random, palette: Palette) -> str:
    """As said of the thing or of its one main part, or else natural, or any."""
    main = _main_parts(slots)
    of_part = description.parts.get(next(iter(main))) if len(main) == 1 else None
    return (
        description.color
        or of_part
        or description.default_color
        or description.obj.natural
        or rng.choice(palette(description.obj))
    )


def _main_parts(slots: list[Slot]) -> set[str]:
    return {name for _, name, own in slots if own is None}


class Sampler:
    """Draws batches from cast views; the same seed draws the same batches."""

    pair_share = PAIR_SHARE

    def __init__(self, views: dict[Subject, Views], seed: int) -> None:
        self.views, self.subjects = views, list(views)
        self.rng = random.Random(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.weights = weights(self.subjects, self.pair_share)

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        """`size` pictures: a subject, a view of it, colors, a caption each; `contrast` scales the shading."""
        subjects = self.rng.choices(self.subjects, self.weights, k=size)
        view_indices = [self.rng.randrange(len(self.views[subject])) for subject in subjects]
        labeled = [self._make_caption(s, view_index) for s, view_index in zip(subjects, view_indices, strict=True)]
        painted = [
            self._paint(*row, self.rng.uniform(*contrast)) for row in zip(subjects, view_indices, labeled, strict=True)
        ]
        pictures, alphas = (torch.stack(layers) for layers in zip(*painted, strict=True))
        cameras = torch.stack(
            [self.views[s].camera[view_index] for s, view_index in zip(subjects, view_indices, strict=True)]
        )
        return Batch(
            pictures,
            alphas,
            cameras,
            *([getattr(t, of) for t in labeled] for of in ("caption", "caption_labels", "image_labels")),
        )

    def _make_caption(self, subject: Subject, view_index: int) -> LabeledCaption:
        return make_caption(subject, self._slots(subject, view_index), self.rng)

    def _slots(self, subject: Subject, view_index: int) -> list[Slot]:
        views = self.views[subject]
        return views.slots[int(views.instance[view_index])]

    def _paint(
        self, subject: Subject, view_index: int, labeled: LabeledCaption, contrast: float
    ) -> tuple[Tensor, Tensor]:
        """Linear premultiplied color, and opacity."""
        views, parts = self.views[subject], len(labeled.colors)
        coverage, shade = (image[view_index, :parts] / 255 for image in (views.coverage, views.shade))
        colors = jitter_colors(torch.stack([linear_color(name) for name in labeled.colors]), self.generator)
        shaded = torch.lerp(coverage, shade, contrast)
        return torch.einsum("khw,kc->chw", shaded, colors), coverage.sum(0, keepdim=True).clamp_max(1)


class BatchSource(Protocol):
    """What a mixture is made of."""

    def draw(self, size: int, contrast: tuple[float, float] = ...) -> Batch: ...


class Mixture:
    """Draws each batch from several samplers, by shares that sum to 1; subjects and chance are those of the first."""

    def __init__(self, first: Sampler, others: list[tuple[BatchSource, float]]) -> None:
        rest = 1 - sum(share for _, share in others)
        self.parts: list[tuple[BatchSource, float]] = [(first, rest), *others]
        self.subjects, self.rng = first.subjects, first.rng

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        """The last sampler draws what rounding leaves."""
        ends = torch.tensor([share for _, share in self.parts]).cumsum(0).mul(size).round().int().tolist()
        sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        counted = zip(self.parts, sizes, strict=True)
        drawn = [vars(sampler.draw(count, contrast)) for (sampler, _), count in counted if count]
        layers = {name: [batch[name] for batch in drawn] for name in drawn[0]}
        whole: dict[str, Any] = {
            name: torch.cat(of) if torch.is_tensor(of[0]) else [each for some in of for each in some]
            for name, of in layers.items()
        }
        return Batch(**whole)


def shuffled(batch: Batch, rng: random.Random) -> Batch:
    """The same rows in another order."""
    order = rng.sample(range(len(batch.captions)), len(batch.captions))
    rows = vars(batch).items()
    mixed: dict[str, Any] = {name: of[order] if torch.is_tensor(of) else [of[k] for k in order] for name, of in rows}
    return Batch(**mixed)


def _colors(main: Sequence[str | None], descriptions: list[ObjectDescription]) -> Colors:
    colors = {(owner, ""): color for owner, color in enumerate(main) if color}
    return colors | {(owner, part): c for owner, of in enumerate(descriptions) for part, c in of.parts.items()}


def weights(subjects: list[Subject], pair_share: float = PAIR_SHARE) -> list[float]:
    """Primitives count a little more; pairs share a fixed part of all draws."""
    primitive = {True: PRIMITIVE_WEIGHT, False: 1.0}
    alone = {s: primitive[s.objects[0].group == "primitives"] for s in subjects if not s.relation}
    together = len(subjects) - len(alone)
    of_pair = sum(alone.values()) * pair_share / (1 - pair_share) / max(1, together) if alone else 1.0
    return [alone.get(subject, of_pair) for subject in subjects]


def load_training(
    cache: Path, shards: int, subset_only: bool, render_spec: RenderSpec = DEFAULT_SPEC
) -> dict[Subject, Views]:
    """The views that there are of all that training may see."""
    found = {
        subject: read_views(cache, subject, range(shards), render_spec) for subject in training_subjects(subset_only)
    }
    return {subject: views for subject, views in found.items() if views is not None}


def network_image(premultiplied: Float[Tensor, "b 3 h w"], alpha: Float[Tensor, "b 1 h w"]) -> Float[Tensor, "b 4 h w"]:
    """What the diffusion model sees: 2 [srgb(premultiplied), alpha] - 1, an object on black with its alpha."""
    return 2 * torch.cat([srgb_encode(premultiplied.clamp(0, 1)), alpha], dim=1) - 1
