"""Training batches: cast views, painted as they are drawn, each with a camera and a caption."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from jaxtyping import Float
from torch import Tensor

from scripts.guide_data.colours import NAMED, jittered, linear_colour, srgb_encode

from .captions import Said, caption
from .core import trained
from .held_out import colours_in_training
from .shards import USUAL, Manner, Slot, Views, read_views
from .subjects import Subject
from .thing import Thing

PRIMITIVE_WEIGHT, PAIR_SHARE = 1.6, 0.26
COLOUR_UNSAID = {True: 0.35, False: 0.12}  # how often a caption says no colour, by whether there is a natural one
PART_SAID = 0.35

Colours = dict[tuple[int, str], str]  # of (owner, part); the part "" stands for the main ones
Palette = Callable[[Thing], list[str]]  # the colours that a thing may be said to have


@dataclass(frozen=True)
class Meaning:
    """A subject and the colours that are said of it, or those that it has; seen from where, if that is known."""

    subject: str
    colours: Colours
    view: str = ""


@dataclass(frozen=True)
class Batch:
    """Pictures as linear premultiplied colour with alpha, and what is known of each."""

    premultiplied: Float[Tensor, "b 3 h w"]
    alpha: Float[Tensor, "b 1 h w"]
    camera: Float[Tensor, "b 3"]  # azimuth, elevation, distance
    captions: list[str]
    said: list[Meaning]
    shown: list[Meaning]


@dataclass(frozen=True)
class Told:
    """What is said of one picture, what it shows, and the name of each part's colour."""

    caption: str
    said: Meaning
    shown: Meaning
    colours: list[str]


def tell(
    subject: Subject,
    slots: list[Slot],
    choose: random.Random,
    palette: Palette = colours_in_training,
    more: Callable[[list[Said]], list[Said]] = list,
) -> Told:
    """A caption for the subject, and the colours that make it true; `more` may add to what is said of each thing."""
    of_things = [[slot for slot in slots if slot[0] == owner] for owner in range(len(subject.things))]
    said = more([_said(thing, own, choose, palette) for thing, own in zip(subject.things, of_things, strict=True)])
    main = [_main_colour(of, own, choose, palette) for of, own in zip(said, of_things, strict=True)]
    return Told(
        caption(said, subject.relation, choose),
        Meaning(subject.name, _colours([of.colour for of in said], said)),
        Meaning(subject.name, _colours(main, said)),
        [said[owner].parts.get(name) or own or main[owner] for owner, name, own in slots],
    )


def _said(thing: Thing, slots: list[Slot], choose: random.Random, palette: Palette) -> Said:
    """Which colours the caption names. Where the only main part is named, its colour is not said twice."""
    silent = choose.random() < COLOUR_UNSAID[thing.natural is not None]
    colour = None if silent else choose.choice(palette(thing))
    nameable = [name for name in thing.named_parts if any(name == of for _, of, _ in slots)]
    if not nameable or choose.random() >= PART_SAID:
        return Said(thing, colour)
    part = choose.choice(nameable)
    if _main_parts(slots) == {part}:
        return Said(thing, None, {part: choose.choice(palette(thing))})
    return Said(thing, colour, {part: choose.choice(list(NAMED))})


def _main_colour(said: Said, slots: list[Slot], choose: random.Random, palette: Palette) -> str:
    """As said of the thing or of its one main part, or else natural, or any."""
    main = _main_parts(slots)
    of_part = said.parts.get(next(iter(main))) if len(main) == 1 else None
    return said.colour or of_part or said.unsaid or said.thing.natural or choose.choice(palette(said.thing))


def _main_parts(slots: list[Slot]) -> set[str]:
    return {name for _, name, own in slots if own is None}


class Sampler:
    """Draws batches from cast views; the same seed draws the same batches."""

    pair_share = PAIR_SHARE

    def __init__(self, views: dict[Subject, Views], seed: int) -> None:
        self.views, self.subjects = views, list(views)
        self.choose = random.Random(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.weights = weights(self.subjects, self.pair_share)

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        """`size` pictures: a subject, a view of it, colours, a caption each; `contrast` scales the shading."""
        subjects = self.choose.choices(self.subjects, self.weights, k=size)
        places = [self.choose.randrange(len(self.views[subject])) for subject in subjects]
        told = [self._tell(s, place) for s, place in zip(subjects, places, strict=True)]
        painted = [
            self._paint(*row, self.choose.uniform(*contrast)) for row in zip(subjects, places, told, strict=True)
        ]
        pictures, alphas = (torch.stack(layers) for layers in zip(*painted, strict=True))
        cameras = torch.stack([self.views[s].camera[place] for s, place in zip(subjects, places, strict=True)])
        return Batch(
            pictures, alphas, cameras, *([getattr(t, of) for t in told] for of in ("caption", "said", "shown"))
        )

    def _tell(self, subject: Subject, place: int) -> Told:
        return tell(subject, self._slots(subject, place), self.choose)

    def _slots(self, subject: Subject, place: int) -> list[Slot]:
        views = self.views[subject]
        return views.slots[int(views.instance[place])]

    def _paint(self, subject: Subject, place: int, told: Told, contrast: float) -> tuple[Tensor, Tensor]:
        """Linear premultiplied colour, and opacity."""
        views, parts = self.views[subject], len(told.colours)
        coverage, shade = (image[place, :parts] / 255 for image in (views.coverage, views.shade))
        colours = jittered(torch.stack([linear_colour(name) for name in told.colours]), self.generator)
        shaded = torch.lerp(coverage, shade, contrast)
        return torch.einsum("khw,kc->chw", shaded, colours), coverage.sum(0, keepdim=True).clamp_max(1)


class Draws(Protocol):
    """What a mixture is made of."""

    def draw(self, size: int, contrast: tuple[float, float] = ...) -> Batch: ...


class Mixture:
    """Draws each batch from several samplers, by shares that sum to 1; subjects and chance are those of the first."""

    def __init__(self, first: Sampler, others: list[tuple[Draws, float]]) -> None:
        rest = 1 - sum(share for _, share in others)
        self.parts: list[tuple[Draws, float]] = [(first, rest), *others]
        self.subjects, self.choose = first.subjects, first.choose

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        """The last sampler draws what rounding leaves."""
        ends = torch.tensor([share for _, share in self.parts]).cumsum(0).mul(size).round().int().tolist()
        sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
        counted = zip(self.parts, sizes, strict=True)
        drawn = [vars(sampler.draw(count, contrast)) for (sampler, _), count in counted if count]
        layers = {name: [batch[name] for batch in drawn] for name in drawn[0]}
        return Batch(**{name: torch.cat(of) if torch.is_tensor(of[0]) else sum(of, []) for name, of in layers.items()})


def shuffled(batch: Batch, choose: random.Random) -> Batch:
    """The same rows in another order."""
    order = choose.sample(range(len(batch.captions)), len(batch.captions))
    rows = vars(batch).items()
    return Batch(**{name: of[order] if torch.is_tensor(of) else [of[k] for k in order] for name, of in rows})


def _colours(main: list[str | None], said: list[Said]) -> Colours:
    colours = {(owner, ""): colour for owner, colour in enumerate(main) if colour}
    return colours | {(owner, part): c for owner, of in enumerate(said) for part, c in of.parts.items()}


def weights(subjects: list[Subject], pair_share: float = PAIR_SHARE) -> list[float]:
    """Primitives count a little more; pairs share a fixed part of all draws."""
    primitive = {True: PRIMITIVE_WEIGHT, False: 1.0}
    alone = {s: primitive[s.things[0].group == "primitives"] for s in subjects if not s.relation}
    together = len(subjects) - len(alone)
    of_pair = sum(alone.values()) * pair_share / (1 - pair_share) / max(1, together) if alone else 1.0
    return [alone.get(subject, of_pair) for subject in subjects]


def load_training(cache: Path, shards: int, core: bool, manner: Manner = USUAL) -> dict[Subject, Views]:
    """The views that there are of all that training may see."""
    found = {subject: read_views(cache, subject, range(shards), manner) for subject in trained(core)}
    return {subject: views for subject, views in found.items() if views is not None}


def network_image(premultiplied: Float[Tensor, "b 3 h w"], alpha: Float[Tensor, "b 1 h w"]) -> Float[Tensor, "b 4 h w"]:
    """What the diffusion model sees: 2 [srgb(premultiplied), alpha] - 1, an object on black with its alpha."""
    return 2 * torch.cat([srgb_encode(premultiplied.clamp(0, 1)), alpha], dim=1) - 1
