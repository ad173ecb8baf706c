"""What is said of a subject: a small grammar over colours, names, parts and relations.

    caption := [medium] phrase [relation phrase] | article name that is colour
    phrase  := [article] [adjective] [size] [surface] [colour] [surface] name [with [article] colour part]

Adjectives and media change nothing in the picture: the model learns to pass over them. Sizes and surfaces do (see
finishes).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from scripts.guide_data.colours import NAMED, SYNONYMS

from .thing import Thing

MEDIA = ("a 3D render of", "a photo of", "a picture of", "a model of")
ADJECTIVES = ("simple", "little", "toy", "plain", "nice", "cute")
RELATIONS = {"on": ("on", "on top of"), "next to": ("next to", "beside")}
GRAMMAR = ("a", "an", "the", "that", "is", "and", "with", "of", "in", "from", *" ".join(MEDIA).lower().split())


@dataclass(frozen=True)
class Said:
    """What a caption says of one thing: its colour, the colours of parts by their names, its size and surface."""

    thing: Thing
    colour: str | None
    parts: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    """Words of size and surface, before and after that of the colour."""
    unsaid: str | None = None
    """The main parts' colour where none is said, if that is not the thing's natural one."""


def caption(said: list[Said], relation: str | None, choose: random.Random) -> str:
    """One way of saying it."""
    first = said[0]
    bare_colour = first.colour and not (first.parts or first.before or first.after)
    if len(said) == 1 and bare_colour and choose.random() < 0.06:
        name = choose.choice(first.thing.names)
        return f"{article(name)} {name} that is {_colour_word(first.colour, choose)}"
    bare = choose.random() < 0.18
    phrases = [phrase if bare else f"{article(phrase)} {phrase}" for phrase in (_phrase(s, choose) for s in said)]
    whole = f" {choose.choice(RELATIONS[relation])} ".join(phrases) if relation else phrases[0]
    return f"{choose.choice(MEDIA)} {whole}" if not bare and choose.random() < 0.2 else whole


def _phrase(said: Said, choose: random.Random) -> str:
    words = [choose.choice(ADJECTIVES)] if choose.random() < 0.08 else []
    words += said.before
    words += [_colour_word(said.colour, choose)] if said.colour else []
    words += [*said.after, choose.choice(said.thing.names)]
    words += [f"with {_part_phrase(name, colour, choose)}" for name, colour in said.parts.items()]
    return " ".join(words)


def _part_phrase(name: str, colour: str, choose: random.Random) -> str:
    word = _colour_word(colour, choose)
    many = name.endswith("s") and not name.endswith("ss")
    return f"{word} {name}" if many else f"{article(word)} {word} {name}"


def _colour_word(colour: str, choose: random.Random) -> str:
    return choose.choice(SYNONYMS.get(colour, (colour,)))


def article(phrase: str) -> str:
    return "an" if phrase[0] in "aeio" or phrase.startswith(("um", "ug")) else "a"


def colour_words() -> list[str]:
    return [word for name in NAMED for word in SYNONYMS.get(name, (name,))]
