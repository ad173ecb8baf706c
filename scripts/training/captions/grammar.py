"""What is said of a subject: a small grammar over colors, names, parts and relations.

    caption := [medium] phrase [relation phrase] | article name that is color
    phrase  := [article] [adjective] [size] [surface] [color] [surface] name [with [article] color part]

Adjectives and media change nothing in the picture: the model learns to pass over them. Sizes and surfaces do (see
finishes).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from ..colors import NAMED, SYNONYMS
from ..objects.object_class import ObjectClass

MEDIA = ("a 3D render of", "a photo of", "a picture of", "a model of")
ADJECTIVES = ("simple", "little", "toy", "plain", "nice", "cute")
RELATIONS = {"on": ("on", "on top of"), "next to": ("next to", "beside")}
GRAMMAR = ("a", "an", "the", "that", "is", "and", "with", "of", "in", "from", *" ".join(MEDIA).lower().split())


@dataclass(frozen=True)
class ObjectDescription:
    """What a caption says of one thing: its color, the colors of parts by their names, its size and surface."""

    obj: ObjectClass
    color: str | None
    parts: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """Words of size and surface, before and after that of the color."""
    default_color: str | None = None
    """The main parts' color where none is said, if that is not the thing's natural one."""


def caption(descriptions: list[ObjectDescription], relation: str | None, rng: random.Random) -> str:
    """One way of saying it."""
    first = descriptions[0]
    bare_color = first.color and not (first.parts or first.before or first.after)
    if len(descriptions) == 1 and bare_color and rng.random() < 0.06:
        assert first.color  # else it was no bare color
        name = rng.choice(first.obj.names)
        return f"{article(name)} {name} that is {_color_word(first.color, rng)}"
    bare = rng.random() < 0.18
    phrases = [phrase if bare else f"{article(phrase)} {phrase}" for phrase in (_phrase(s, rng) for s in descriptions)]
    whole = f" {rng.choice(RELATIONS[relation])} ".join(phrases) if relation else phrases[0]
    return f"{rng.choice(MEDIA)} {whole}" if not bare and rng.random() < 0.2 else whole


def _phrase(description: ObjectDescription, rng: random.Random) -> str:
    words = [rng.choice(ADJECTIVES)] if rng.random() < 0.08 else []
    words += description.before
    words += [_color_word(description.color, rng)] if description.color else []
    words += [*description.after, rng.choice(description.obj.names)]
    words += [f"with {_part_phrase(name, color, rng)}" for name, color in description.parts.items()]
    return " ".join(words)


def _part_phrase(name: str, color: str, rng: random.Random) -> str:
    word = _color_word(color, rng)
    many = name.endswith("s") and not name.endswith("ss")
    return f"{word} {name}" if many else f"{article(word)} {word} {name}"


def _color_word(color: str, rng: random.Random) -> str:
    return rng.choice(SYNONYMS.get(color, (color,)))


def article(phrase: str) -> str:
    return "an" if phrase[0] in "aeio" or phrase.startswith(("um", "ug")) else "a"


def color_words() -> list[str]:
    return [word for name in NAMED for word in SYNONYMS.get(name, (name,))]
