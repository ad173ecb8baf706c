"""Pictures of what things are made of, how they are patterned and how large they are, with words that say so.

"a shiny red car", "a wooden chair", "a red and white striped mug", "a tall candle", "a small cube on a large cone"
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from scripts.guide_data.colours import NAMED, jittered, linear_colour

from .batches import Sampler, Told, tell
from .captions import Said
from .cast import Task
from .core import trained
from .held_out import share_of
from .shards import Manner, Views, read_views
from .subjects import FORMS, SOLIDS, Subject
from .surfaces import LAYERS
from .thing import Thing

MANNER = Manner("finishes", instances=9, views=24, finishes=True)
SHARDS = 2  # of each thing; pairs have one
PATTERNS = {"striped": "stripes", "spotted": "spots", "checkered": "checks"}
MATERIALS = ("matte", "shiny", "metal", "wooden", "glass")
FINISHES = (*MATERIALS, *PATTERNS)
WORDS = {
    "spotted": ("spotted", "dotted"), "metal": ("metal", "metallic"), "checkered": ("checkered", "chequered"),
    "short": ("short", "flat"), "small": ("small", "tiny"), "large": ("large", "big", "huge"),
}  # fmt: skip
OWN_COLOUR = {"metal": "silver", "wooden": "wood", "glass": "glass"}  # where no colour is said
PALE = ("white", "yellow", "cyan", "pink", "cream", "silver")  # what is painted on these is black, else white
OPPOSITE = {"small": "large", "large": "small"}
PLAIN = 0.25  # how often nothing is said of the surface
PATTERN_WEIGHT = 2.5  # of a pattern beside a material: where its edges lie takes longest to learn
COLOUR_DROPPED = 0.4  # of a material that has a colour of its own
SECOND_SAID = 0.5  # how often a pattern's second colour is said, where the first is
BOTH_SIZES = 0.5  # how often of two things the size of each is said
HELD_OUT_SHARE = 0.1  # of the pairs of finish and thing


@dataclass(frozen=True)
class Finish:
    """What the surface of the main parts is, and a pattern's second colour; no name: as usual."""

    name: str = ""
    second: str = ""


@dataclass(frozen=True)
class Finished(Told):
    """What is told of a picture whose main parts have a finish."""

    finish: Finish = Finish()


def subjects(core: bool) -> list[Subject]:
    """Of pairs only those of solids, where sizes can be told apart."""
    return [s for s in trained(core) if not s.relation or all(thing.name in SOLIDS for thing in s.things)]


def tasks(core: bool, manner: Manner = MANNER) -> list[Task]:
    return [(s, k, manner) for k in range(SHARDS) for s in subjects(core) if k == 0 or not s.relation]


def load(cache: Path, core: bool, manner: Manner = MANNER) -> dict[Subject, Views]:
    """The views that there are."""
    found = {subject: read_views(cache, subject, range(SHARDS), manner) for subject in subjects(core)}
    return {subject: views for subject, views in found.items() if views is not None}


def words() -> list[str]:
    """Those for materials. Patterns are taught, but not learnt yet (finish_measure): whoever asks is told so."""
    return [word for name in MATERIALS for word in WORDS.get(name, (name,))]


def sizes() -> list[str]:
    return [word for name in FORMS for word in WORDS.get(name, (name,))]


def is_held_out_finish(thing: Thing, name: str) -> bool:
    return share_of(f"{name} {thing.name}") < HELD_OUT_SHARE


class FinishSampler(Sampler):
    """Draws things whose main parts have a finish, in other sizes than usual, and pairs of different sizes."""

    def _tell(self, subject: Subject, place: int) -> Told:
        form = self.views[subject].forms[int(self.views[subject].instance[place])]
        slots = self._slots(subject, place)
        if subject.relation:
            return tell(subject, slots, self.choose, more=lambda said: sized(said, form, self.choose))
        finish = drawn(subject.things[0], self.choose)
        told = tell(subject, slots, self.choose, more=lambda said: [described(said[0], form, finish, self.choose)])
        return _finished(told, slots, finish)

    def _paint(self, subject: Subject, place: int, told: Told, contrast: float) -> tuple[Tensor, Tensor]:
        if not isinstance(told, Finished):
            return super()._paint(subject, place, told, contrast)
        views, slots = self.views[subject], self._slots(subject, place)
        coverage, shade = (image[place, : len(slots)] / 255 for image in (views.coverage, views.shade))
        main = torch.tensor([own is None for _, _, own in slots])
        colours = jittered(torch.stack([linear_colour(name) for name in told.colours]), self.generator)
        others = torch.einsum("khw,kc->chw", shade[~main], colours[~main])
        layers = dict(zip(LAYERS, views.layers[place] / 255, strict=True))
        covered, lit = (image[main].sum(0) for image in (coverage, shade))
        surface = PAINTERS[told.finish.name](colours[main][0], covered, lit, layers, told.finish)
        return others + surface, coverage.sum(0, keepdim=True).clamp_max(1)


def drawn(thing: Thing, choose: random.Random) -> Finish:
    """A finish that training may say of this thing, or none."""
    allowed = [name for name in FINISHES if not is_held_out_finish(thing, name)]
    if choose.random() < PLAIN or not allowed:
        return Finish()
    often = [PATTERN_WEIGHT if name in PATTERNS else 1.0 for name in allowed]
    return Finish(*choose.choices(allowed, often))


def described(said: Said, form: str, finish: Finish, choose: random.Random) -> Said:
    """With the words of the form and of the finish, and the colour that a material has where none is said."""
    said = replace(said, before=(_word(form, choose),) if form else (), parts=said.parts if not finish.name else {})
    if not finish.name:
        return said
    own = OWN_COLOUR.get(finish.name)
    if own and choose.random() < COLOUR_DROPPED:
        said = replace(said, colour=None)
    word = _word(finish.name, choose)
    if finish.name in PATTERNS and said.colour and choose.random() < SECOND_SAID:
        second = choose.choice([name for name in NAMED if name != said.colour])
        return replace(said, after=("and", second, word))
    if choose.random() < 0.5:
        return replace(said, before=(*said.before, word), unsaid=own)
    return replace(said, after=(word,), unsaid=own)


def sized(said: list[Said], form: str, choose: random.Random) -> list[Said]:
    """Of two things, how large the first is, and now and then the other as well."""
    if not form:
        return said
    first = replace(said[0], before=(_word(form, choose),))
    other = (_word(OPPOSITE[form], choose),) if choose.random() < BOTH_SIZES else ()
    return [first, replace(said[1], before=other)]


def _finished(told: Told, slots: list, finish: Finish) -> Told:
    """With the finish, where there is a main part that can have it."""
    main = [colour for colour, (_, _, own) in zip(told.colours, slots, strict=True) if own is None]
    if not finish.name or not main:
        return told
    words = told.caption.split()
    said = [b for a, b in zip(words, words[1:], strict=False) if a == "and" and b in NAMED]
    second = said[0] if said else "black" if main[0] in PALE else "white"
    return Finished(told.caption, told.said, told.shown, told.colours, replace(finish, second=second))


def _word(name: str, choose: random.Random) -> str:
    return choose.choice(WORDS.get(name, (name,)))


# -- how each looks: linear premultiplied colour of the main parts, from their colour, coverage, shade and layers

Layers = dict[str, Float[Tensor, "h w"]]
Painter = Callable[[Float[Tensor, " 3"], Tensor, Tensor, Layers, Finish], Float[Tensor, "3 h w"]]
WHITE = torch.ones(3)


def _spread(colour: Tensor, image: Tensor) -> Tensor:
    return colour[:, None, None] * image.clamp_min(0)


def _patterned(colour: Tensor, covered: Tensor, lit: Tensor, layers: Layers, finish: Finish) -> Tensor:
    mask = layers[PATTERNS[finish.name]]
    return _spread(colour, lit - mask) + _spread(linear_colour(finish.second), mask)


def _matte(colour: Tensor, covered: Tensor, lit: Tensor, layers: Layers, finish: Finish) -> Tensor:
    """More shade than usual, and nothing else."""
    return _spread(colour, torch.lerp(covered, lit, 1.6))


def _shiny(colour: Tensor, covered: Tensor, lit: Tensor, layers: Layers, finish: Finish) -> Tensor:
    return _spread(colour, lit) + _spread(WHITE, 0.8 * layers["highlight"])


def _metal(colour: Tensor, covered: Tensor, lit: Tensor, layers: Layers, finish: Finish) -> Tensor:
    return _spread(colour, 0.2 * covered + 0.8 * layers["sky"]) + _spread(WHITE, 0.6 * layers["highlight"])


def _wooden(colour: Tensor, covered: Tensor, lit: Tensor, layers: Layers, finish: Finish) -> Tensor:
    return _spread(colour, lit - 0.6 * layers["grain"])


def _glass(colour: Tensor, covered: Tensor, lit: Tensor, layers: Layers, finish: Finish) -> Tensor:
    """Pale and bright; not see-through, since a mesh has to come of it."""
    pale = 0.4 * colour + 0.6 * linear_colour("glass")
    return _spread(pale, 0.45 * covered + 0.5 * layers["sky"]) + _spread(WHITE, 0.9 * layers["highlight"])


PAINTERS: dict[str, Painter] = dict.fromkeys(PATTERNS, _patterned) | {
    "matte": _matte, "shiny": _shiny, "metal": _metal, "wooden": _wooden, "glass": _glass,
}  # fmt: skip
