"""A prompt as words, and the noun that it is about: "a chocolate poodle with a red collar" is about a poodle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Phrase = tuple[str, ...]
ENDS_NOUN = frozenset(
    str.split(
        "with without on in at by from next beside near under behind between above around over through against onto "
        "into that which who is are was has have holding wearing made of and or while for to"
    )
)
"""After a noun: what follows says more of it, or names another."""
CARRIERS = frozenset(
    str.split(
        "statue figure figurine model sculpture toy picture photo drawing render bunch pair set piece slice pile kind "
        "type sort group couple lot loaf bowl version miniature replica"
    )
)
"""Before "of" they say nothing of what is drawn: a statue of a cat is a cat."""
IRREGULAR = {
    "mice": "mouse", "geese": "goose", "men": "man", "women": "woman", "people": "person", "children": "child",
    "feet": "foot", "teeth": "tooth", "oxen": "ox", "dice": "dice", "wolves": "wolf", "knives": "knife",
    "leaves": "leaf", "loaves": "loaf", "shelves": "shelf", "scarves": "scarf", "calves": "calf", "elves": "elf",
    "dwarves": "dwarf", "cacti": "cactus", "fungi": "fungus", "octopi": "octopus", "policemen": "policeman",
}  # fmt: skip

VERB = 5
"""Letters of the longest noun in "ing" that must not be taken for what somebody does."""


@dataclass(frozen=True)
class Found:
    """A known phrase in a text: its words from `start` to before `end`, and what it leads to."""

    start: int
    end: int
    words: str
    objects: tuple[str, ...]


def words_of(text: str) -> Phrase:
    """Splits a text into words in lower case, without what is neither letter nor digit."""
    return tuple(re.findall(r"[^\W_]+", text.lower()))


def singulars(phrase: str) -> Iterator[str]:
    """The phrase itself, then what it may be the plural of."""
    yield phrase
    before, blank, last = phrase.rpartition(" ")
    head = before + blank
    if last in IRREGULAR:
        yield head + IRREGULAR[last]
    if len(last) > 3 and last.endswith("ies"):
        yield head + last[:-3] + "y"
    for ending in ("s", "es"):
        if len(last) > 3 and last.endswith(ending) and not last.endswith("ss"):
            yield head + last.removesuffix(ending)


def head_noun(words: Phrase, objects_of: Callable[[str], tuple[str, ...]], longest: int) -> Found | None:
    """The last known phrase before anything ends the noun; the longest there. None where nothing is known."""
    last: Found | None = None
    at = 0
    while at < len(words):
        found = _known_at(words, at, objects_of, longest)
        if found and not _is_carrier(words, found):
            last, at = found, found.end
        elif last and ends_noun(words[at]):
            return last
        else:
            at += 1
    return last


def ends_noun(word: str) -> bool:
    """Tells whether what follows says more of a noun; so does "riding" in "a wizard riding a pig"."""
    return word in ENDS_NOUN or (len(word) > VERB and word.endswith("ing"))


def _known_at(words: Phrase, start: int, objects_of: Callable[[str], tuple[str, ...]], longest: int) -> Found | None:
    for length in range(min(longest, len(words) - start), 0, -1):
        for phrase in singulars(" ".join(words[start : start + length])):
            objects = objects_of(phrase)
            if objects:
                return Found(start, start + length, phrase, objects)
    return None


def _is_carrier(words: Phrase, found: Found) -> bool:
    """Tells whether it is the first noun of "a statue of a cat"; "a bowl of soup" is an object and was found whole."""
    return found.words in CARRIERS and words[found.end : found.end + 1] == ("of",)
