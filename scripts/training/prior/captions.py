"""What a caption asks for: the thing, colors, parts' colors, the finish and the size.

"a tall red and white striped mug with a blue handle"
The words are those of the world (scripts.training: names, colors, materials, sizes). The longest name wins: a
"pine tree" is no tree.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from .. import held_out
from ..captions.grammar import ObjectDescription, caption
from ..colors import NAMED, SYNONYMS
from ..held_out import share_of
from ..materials.material_sampler import MATERIALS, PATTERNS, WORDS
from ..objects.object_class import OBJECT_CLASSES
from ..objects.subjects import FORMS

PART_COLOR_SHARE = 0.1  # held out
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """What is not said is None or empty."""

    thing: str
    color: str | None = None
    parts: dict[str, str] = field(default_factory=dict)
    finish: str = ""
    second: str | None = None
    size: str = ""


def _by_word(names: tuple[str, ...], words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {word: name for name in names for word in words.get(name, (name,))}


COLORS = _by_word(tuple(NAMED), SYNONYMS)
FINISH_WORDS = _by_word(MATERIALS, WORDS)
SIZE_WORDS = _by_word(FORMS, WORDS)
THING_NAMES: dict[Phrase, str] = {tuple(name.split()): t.name for t in OBJECT_CLASSES.values() for name in t.names}
LONGEST = max(map(len, THING_NAMES))


def wanted(text: str) -> Wanted | None:
    """None where no thing is named."""
    words = tuple("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
    found = _first_object(words)
    if found is None:
        return None
    start, end, name = found
    before, after = words[:start], words[end:]
    parts = _parts(after, OBJECT_CLASSES[name].named_parts)
    said = [COLORS[word] for word in (*before, *_that_is(after)) if word in COLORS]
    finish = next((FINISH_WORDS[word] for word in before if word in FINISH_WORDS), "")
    second = said[1] if finish in PATTERNS and len(said) > 1 else None
    size = next((SIZE_WORDS[word] for word in before if word in SIZE_WORDS), "")
    return Wanted(name, said[0] if said else None, parts, finish, second, size)


def caption_of(wanted_thing: Wanted, choose: random.Random) -> str:
    """A caption that asks for it, in the words that the world's grammar draws."""
    before = tuple(choose.choice(WORDS.get(of, (of,))) for of in (wanted_thing.size,) if of)
    finish = choose.choice(WORDS.get(wanted_thing.finish, (wanted_thing.finish,)))
    after = (("and", wanted_thing.second) if wanted_thing.second else ()) + ((finish,) if finish else ())
    thing = OBJECT_CLASSES[wanted_thing.thing]
    return caption([ObjectDescription(thing, wanted_thing.color, wanted_thing.parts, before, after)], None, choose)


def is_held_out_color(thing: str, color: str) -> bool:
    """Of colors with things; no caption of training says them."""
    return held_out.is_held_out_color(OBJECT_CLASSES[thing], color)


def is_held_out_part_color(thing: str, part: str, color: str) -> bool:
    return share_of(f"{color} {part} of {thing}") < PART_COLOR_SHARE


def _first_object(words: Phrase) -> tuple[int, int, str] | None:
    """The earliest, and there the longest: where it starts and ends, and what it is."""
    for start in range(len(words)):
        for length in range(LONGEST, 0, -1):
            if (name := words[start : start + length]) in THING_NAMES:
                return start, start + length, THING_NAMES[name]
    return None


def _parts(words: Phrase, names: tuple[str, ...]) -> dict[str, str]:
    """Of "with a red hat and blue buttons" the colors by part, where the thing has a part of that name."""
    found = {}
    for name in names:
        length = len(name.split())
        for start in range(1, len(words) - length + 1):
            if words[start : start + length] == tuple(name.split()) and words[start - 1] in COLORS:
                found[name] = COLORS[words[start - 1]]
    return found


def _that_is(words: Phrase) -> Phrase:
    """The color of "a car that is red"."""
    return words[2:3] if words[:2] == ("that", "is") else ()
