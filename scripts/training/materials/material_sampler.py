"""Pictures of what things are made of, how they are patterned and how large they are, with words that say so.

"a shiny red car", "a wooden chair", "a red and white striped mug", "a tall candle", "a small cube on a large cone"
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor

from ..batches import LabeledCaption, Sampler, make_caption
from ..captions.grammar import ObjectDescription
from ..colors import NAMED, jitter_colors, linear_color
from ..held_out import share_of
from ..objects.object_class import ObjectClass
from ..objects.subjects import FORMS, SOLIDS, Subject
from ..raycasting.render_views import Task
from ..raycasting.view_cache import RenderSpec, Slot, Views, read_views
from ..training_subset import training_subjects
from .surface_layers import LAYERS

RENDER_SPEC = RenderSpec("materials", instances=9, views=24, materials=True)
SHARDS = 2  # of each thing; pairs have one
PATTERNS = {"striped": "stripes", "spotted": "spots", "checkered": "checks"}
SURFACE_MATERIALS = ("matte", "shiny", "metal", "wooden", "glass")
MATERIALS = (*SURFACE_MATERIALS, *PATTERNS)
WORDS = {
    "spotted": ("spotted", "dotted"), "metal": ("metal", "metallic"), "checkered": ("checkered", "chequered"),
    "short": ("short", "flat"), "small": ("small", "tiny"), "large": ("large", "big", "huge"),
}  # fmt: skip
OWN_COLOR = {"metal": "silver", "wooden": "wood", "glass": "glass"}  # where no color is said
PALE = ("white", "yellow", "cyan", "pink", "cream", "silver")  # what is painted on these is black, else white
OPPOSITE = {"small": "large", "large": "small"}
PLAIN_SHARE = 0.25  # how often nothing is said of the surface
PATTERN_WEIGHT = 2.5  # of a pattern beside a material: where its edges lie takes longest to learn
COLOR_DROP_SHARE = 0.4  # of a material that has a color of its own
SECOND_COLOR_SHARE = 0.5  # how often a pattern's second color is said, where the first is
BOTH_SIZES_SHARE = 0.5  # how often of two things the size of each is said
HELD_OUT_SHARE = 0.1  # of the pairs of finish and thing


@dataclass(frozen=True)
class Material:
    """What the surface of the main parts is, and a pattern's second color; no name: as usual."""

    name: str = ""
    second: str = ""


@dataclass(frozen=True)
class MaterialCaption(LabeledCaption):
    """What is told of a picture whose main parts have a finish."""

    material: Material = Material()


def subjects(subset_only: bool) -> list[Subject]:
    """Of pairs only those of solids, where sizes can be told apart."""
    return [s for s in training_subjects(subset_only) if not s.relation or all(obj.name in SOLIDS for obj in s.objects)]


def tasks(subset_only: bool, render_spec: RenderSpec = RENDER_SPEC) -> list[Task]:
    return [(s, k, render_spec) for k in range(SHARDS) for s in subjects(subset_only) if k == 0 or not s.relation]


def load(cache: Path, subset_only: bool, render_spec: RenderSpec = RENDER_SPEC) -> dict[Subject, Views]:
    """The views that there are."""
    found = {subject: read_views(cache, subject, range(SHARDS), render_spec) for subject in subjects(subset_only)}
    return {subject: views for subject, views in found.items() if views is not None}


def words() -> list[str]:
    """Those for materials. Patterns are taught, but not learned yet (finish_measure): whoever asks is told so."""
    return [word for name in SURFACE_MATERIALS for word in WORDS.get(name, (name,))]


def sizes() -> list[str]:
    return [word for name in FORMS for word in WORDS.get(name, (name,))]


def is_held_out_material(obj: ObjectClass, name: str) -> bool:
    return share_of(f"{name} {obj.name}") < HELD_OUT_SHARE


class MaterialSampler(Sampler):
    """Draws things whose main parts have a finish, in other sizes than usual, and pairs of different sizes."""

    def _make_caption(self, subject: Subject, view_index: int) -> LabeledCaption:
        form = self.views[subject].forms[int(self.views[subject].instance[view_index])]
        slots = self._slots(subject, view_index)
        if subject.relation:
            return make_caption(
                subject, slots, self.rng, more=lambda descriptions: describe_sizes(descriptions, form, self.rng)
            )
        material = draw_material(subject.objects[0], self.rng)
        labeled = make_caption(
            subject,
            slots,
            self.rng,
            more=lambda descriptions: [describe_material(descriptions[0], form, material, self.rng)],
        )
        return _with_material(labeled, slots, material)

    def _paint(
        self, subject: Subject, view_index: int, labeled: LabeledCaption, contrast: float
    ) -> tuple[Tensor, Tensor]:
        if not isinstance(labeled, MaterialCaption):
            return super()._paint(subject, view_index, labeled, contrast)
        views, slots = self.views[subject], self._slots(subject, view_index)
        assert views.layers is not None  # of a thing with a finish they were cast
        coverage, shade = (image[view_index, : len(slots)] / 255 for image in (views.coverage, views.shade))
        main = torch.tensor([own is None for _, _, own in slots])
        colors = jitter_colors(torch.stack([linear_color(name) for name in labeled.colors]), self.generator)
        others = torch.einsum("khw,kc->chw", shade[~main], colors[~main])
        layers = dict(zip(LAYERS, views.layers[view_index] / 255, strict=True))
        covered, lit = (image[main].sum(0) for image in (coverage, shade))
        surface = PAINTERS[labeled.material.name](colors[main][0], covered, lit, layers, labeled.material)
        return others + surface, coverage.sum(0, keepdim=True).clamp_max(1)


def draw_material(obj: ObjectClass, rng: random.Random) -> Material:
    """A finish that training may say of this thing, or none."""
    allowed = [name for name in MATERIALS if not is_held_out_material(obj, name)]
    if rng.random() < PLAIN_SHARE or not allowed:
        return Material()
    often = [PATTERN_WEIGHT if name in PATTERNS else 1.0 for name in allowed]
    return Material(*rng.choices(allowed, often))


def describe_material(
    description: ObjectDescription, form: str, material: Material, rng: random.Random
) -> ObjectDescription:
    """With the words of the form and of the finish, and the color that a material has where none is said."""
    description = replace(
        description, before=(_word(form, rng),) if form else (), parts=description.parts if not material.name else {}
    )
    if not material.name:
        return description
    own = OWN_COLOR.get(material.name)
    if own and rng.random() < COLOR_DROP_SHARE:
        description = replace(description, color=None)
    word = _word(material.name, rng)
    if material.name in PATTERNS and description.color and rng.random() < SECOND_COLOR_SHARE:
        second = rng.choice([name for name in NAMED if name != description.color])
        return replace(description, after=("and", second, word))
    if rng.random() < 0.5:
        return replace(description, before=(*description.before, word), default_color=own)
    return replace(description, after=(word,), default_color=own)


def describe_sizes(descriptions: list[ObjectDescription], form: str, rng: random.Random) -> list[ObjectDescription]:
    """Of two things, how large the first is, and now and then the other as well."""
    if not form:
        return descriptions
    first = replace(descriptions[0], before=(_word(form, rng),))
    other = (_word(OPPOSITE[form], rng),) if rng.random() < BOTH_SIZES_SHARE else ()
    return [first, replace(descriptions[1], before=other)]


def _with_material(labeled: LabeledCaption, slots: list[Slot], material: Material) -> LabeledCaption:
    """With the finish, where there is a main part that can have it."""
    main = [color for color, (_, _, own) in zip(labeled.colors, slots, strict=True) if own is None]
    if not material.name or not main:
        return labeled
    words = labeled.caption.split()
    named = [b for a, b in zip(words, words[1:], strict=False) if a == "and" and b in NAMED]
    second = named[0] if named else "black" if main[0] in PALE else "white"
    return MaterialCaption(
        labeled.caption, labeled.caption_labels, labeled.image_labels, labeled.colors, replace(material, second=second)
    )


def _word(name: str, rng: random.Random) -> str:
    return rng.choice(WORDS.get(name, (name,)))


# -- how each looks: linear premultiplied color of the main parts, from their color, coverage, shade and layers

Layers = dict[str, Float[Tensor, "h w"]]
Painter = Callable[[Float[Tensor, " 3"], Tensor, Tensor, Layers, Material], Float[Tensor, "3 h w"]]
WHITE = torch.ones(3)


def _spread(color: Tensor, image: Tensor) -> Tensor:
    return color[:, None, None] * image.clamp_min(0)


def _patterned(color: Tensor, covered: Tensor, lit: Tensor, layers: Layers, material: Material) -> Tensor:
    mask = layers[PATTERNS[material.name]]
    return _spread(color, lit - mask) + _spread(linear_color(material.second), mask)


def _matte(color: Tensor, covered: Tensor, lit: Tensor, layers: Layers, material: Material) -> Tensor:
    """More shade than usual, and nothing else."""
    return _spread(color, torch.lerp(covered, lit, 1.6))


def _shiny(color: Tensor, covered: Tensor, lit: Tensor, layers: Layers, material: Material) -> Tensor:
    return _spread(color, lit) + _spread(WHITE, 0.8 * layers["highlight"])


def _metal(color: Tensor, covered: Tensor, lit: Tensor, layers: Layers, material: Material) -> Tensor:
    return _spread(color, 0.2 * covered + 0.8 * layers["sky"]) + _spread(WHITE, 0.6 * layers["highlight"])


def _wooden(color: Tensor, covered: Tensor, lit: Tensor, layers: Layers, material: Material) -> Tensor:
    return _spread(color, lit - 0.6 * layers["grain"])


def _glass(color: Tensor, covered: Tensor, lit: Tensor, layers: Layers, material: Material) -> Tensor:
    """Pale and bright; not see-through, since a mesh has to come of it."""
    pale = 0.4 * color + 0.6 * linear_color("glass")
    return _spread(pale, 0.45 * covered + 0.5 * layers["sky"]) + _spread(WHITE, 0.9 * layers["highlight"])


PAINTERS: dict[str, Painter] = dict.fromkeys(PATTERNS, cast(Painter, _patterned)) | {
    "matte": _matte, "shiny": _shiny, "metal": _metal, "wooden": _wooden, "glass": _glass,
}  # fmt: skip
