"""Training batches: cast views, painted as they are drawn, each with a camera and a caption."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from scripts.guide_data.colours import NAMED, jittered, linear_colour, srgb_encode

from .captions import Said, caption
from .core import trained
from .held_out import colours_in_training
from .shards import Slot, Views, read_views
from .subjects import Subject
from .thing import Thing

PRIMITIVE_WEIGHT, PAIR_SHARE = 1.6, 0.10
COLOUR_UNSAID = {True: 0.35, False: 0.12}  # how often a caption says no colour, by whether there is a natural one
PART_SAID = 0.15

Colours = dict[tuple[int, str], str]  # of (owner, part); the part "" stands for the main ones


@dataclass(frozen=True)
class Meaning:
    """A subject and the colours that are said of it, or those that it has."""

    subject: str
    colours: Colours


@dataclass(frozen=True)
class Batch:
    """Pictures as linear premultiplied colour with alpha, and what is known of each."""

    premultiplied: Float[Tensor, "b 3 h w"]
    alpha: Float[Tensor, "b 1 h w"]
    camera: Float[Tensor, "b 3"]  # azimuth, elevation, distance
    captions: list[str]
    said: list[Meaning]
    shown: list[Meaning]


class Sampler:
    """Draws batches from cast views; the same seed draws the same batches."""

    def __init__(self, views: dict[Subject, Views], seed: int) -> None:
        self.views, self.subjects = views, list(views)
        self.choose = random.Random(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.weights = weights(self.subjects)

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        """`size` pictures: a subject, a view of it, colours, a caption each; `contrast` scales the shading."""
        rows = [
            self._picture(subject, contrast) for subject in self.choose.choices(self.subjects, self.weights, k=size)
        ]
        pictures, alphas, cameras, captions, said, shown = zip(*rows, strict=True)
        return Batch(
            torch.stack(pictures), torch.stack(alphas), torch.stack(cameras), list(captions), list(said), list(shown)
        )

    def _picture(self, subject: Subject, contrast: tuple[float, float]) -> tuple:
        views = self.views[subject]
        number = self.choose.randrange(len(views))
        slots = views.slots[int(views.instance[number])]
        said = [self._said(thing, owner, slots) for owner, thing in enumerate(subject.things)]
        main = [of.colour or of.thing.natural or self.choose.choice(colours_in_training(of.thing)) for of in said]
        coverage, shade = (image[number, : len(slots)] / 255 for image in (views.coverage, views.shade))
        shade = torch.lerp(coverage, shade, self.choose.uniform(*contrast))
        colours = self._paint(slots, main, said)
        return (
            torch.einsum("khw,kc->chw", shade, colours),
            coverage.sum(0, keepdim=True).clamp_max(1),
            views.camera[number],
            caption(said, subject.relation, self.choose),
            Meaning(subject.name, _colours([of.colour for of in said], said)),
            Meaning(subject.name, _colours(main, said)),
        )

    def _said(self, thing: Thing, owner: int, slots: list[Slot]) -> Said:
        """Which colours the caption names."""
        silent = self.choose.random() < COLOUR_UNSAID[thing.natural is not None]
        colour = None if silent else self.choose.choice(colours_in_training(thing))
        here = {name: own for of, name, own in slots if of == owner}
        nameable = [name for name in thing.named_parts if name in here]
        if not nameable or self.choose.random() >= PART_SAID:
            return Said(thing, colour)
        part = self.choose.choice(nameable)
        only_main = [name for name, own in here.items() if own is None] == [part]
        return Said(thing, None if only_main else colour, {part: self.choose.choice(list(NAMED))})

    def _paint(self, slots: list[Slot], main: list[str], said: list[Said]) -> Float[Tensor, "k 3"]:
        """Linear colours: as said of a part, or else the part's own, or else the main one."""
        names = [said[owner].parts.get(name) or own or main[owner] for owner, name, own in slots]
        return jittered(torch.stack([linear_colour(name) for name in names]), self.generator)


def _colours(main: list[str | None], said: list[Said]) -> Colours:
    colours = {(owner, ""): colour for owner, colour in enumerate(main) if colour}
    return colours | {(owner, part): c for owner, of in enumerate(said) for part, c in of.parts.items()}


def weights(subjects: list[Subject]) -> list[float]:
    """Primitives count a little more; pairs share a fixed part of all draws."""
    primitive = {True: PRIMITIVE_WEIGHT, False: 1.0}
    alone = {s: primitive[s.things[0].group == "primitives"] for s in subjects if not s.relation}
    together = len(subjects) - len(alone)
    of_pair = sum(alone.values()) * PAIR_SHARE / (1 - PAIR_SHARE) / max(1, together) if alone else 1.0
    return [alone.get(subject, of_pair) for subject in subjects]


def load_training(cache: Path, shards: int, core: bool) -> dict[Subject, Views]:
    """The views that there are of all that training may see."""
    found = {subject: read_views(cache, subject, range(shards)) for subject in trained(core)}
    return {subject: views for subject, views in found.items() if views is not None}


def network_image(premultiplied: Float[Tensor, "b 3 h w"], alpha: Float[Tensor, "b 1 h w"]) -> Float[Tensor, "b 4 h w"]:
    """What the diffusion model sees: 2 [srgb(premultiplied), alpha] - 1, an object on black with its alpha."""
    return 2 * torch.cat([srgb_encode(premultiplied.clamp(0, 1)), alpha], dim=1) - 1
