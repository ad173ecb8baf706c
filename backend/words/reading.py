"""What will be drawn for a prompt: said before the run, and while somebody types.

read_prompt("a crimson poodle")      -> name "dog", word "poodle", how KIND:     Drawn as: dog.
read_prompt("a snoman")              -> name "snowman", how SPELLING:            Drawn as: snowman.
read_prompt("a plant").choices       -> "potted plant", "factory"
read_prompt("a flurbl").name         -> ""
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache

from .adjectives import FINISH_WORDS, MATERIAL_COLORS, NAMED_COLORS, PASSED_OVER, SHADES, SIZE_WORDS
from .names import PriorNames, prior_names
from .phrases import CARRIERS, ENDS_NOUN, Found, ends_noun, head_noun, singulars, words_of
from .spelling import corrected
from .table import WordTable, word_table

COLORED = frozenset(["orange", "glass", *NAMED_COLORS])
"""Words of color and material that name an object where they stand alone."""
ARTICLES = frozenset(("a", "an", "the", "some", "one"))


class How(enum.StrEnum):
    """How a word leads to an object."""

    NAME = "name"
    KIND = "kind"
    """by WordNet: a synonym, a kind of it, or what is most like it"""
    SPELLING = "spelling"
    NOTHING = "nothing"


@dataclass(frozen=True)
class PromptReading:
    """What a prompt leads to; `name` is the object's, and empty where nothing is known."""

    name: str = ""
    word: str = ""
    """as it stands in the prompt"""
    how: How = How.NOTHING
    choices: tuple[str, ...] = ()
    """what the word might mean, `name` first; one, where it is clear"""
    start: int = 0
    end: int = 0
    """which of the prompt's words it is (`phrases.words_of`)"""

    @property
    def is_ambiguous(self) -> bool:
        return len(self.choices) > 1

    @property
    def sentence(self) -> str:
        """Returns what a person should know before the run; empty where the word is a name and means one thing."""
        others = " or ".join(f"'{each}'" for each in self.choices[1:])
        if self.how is How.NAME:
            return f"'{self.word}' may also mean {others}." if others else ""
        if self.how is How.NOTHING:
            return ""
        return f"Drawn as: {self.name}" + (f" ('{self.word}' may also mean {others})." if others else ".")


@lru_cache(maxsize=256)
def read_prompt(text: str) -> PromptReading:
    """Finds which object a prompt is about.

    Raises:
        ModelError: the files of words are missing or broken.
    """
    names, table, words = prior_names(), word_table(), words_of(text)
    found = head_noun(words, _known(names, table), names.longest)
    if found:
        return _reading(found, words, How.NAME if found.words in names.objects else How.KIND)
    return _corrected(words, names, table) or _colored(words, table) or PromptReading()


def with_choice(text: str, reading: PromptReading, choice: str) -> str:
    """Returns the prompt with that object in place of the word that might mean several."""
    words = words_of(text)
    return " ".join([*words[: reading.start], choice, *words[reading.end :]])


def _known(names: PriorNames, table: WordTable) -> Callable[[str], tuple[str, ...]]:
    def objects_of(phrase: str) -> tuple[str, ...]:
        if phrase in names.objects:
            first = names.objects[phrase]
            return tuple(dict.fromkeys((first, *table.objects.get(phrase, ()))))
        return () if _is_adjective(phrase.partition(" ")[0], names) else table.objects.get(phrase, ())

    return objects_of


def _is_adjective(word: str, names: PriorNames) -> bool:
    """Tells whether it is a color, a finish, or a word that is passed over; WordNet may know a noun of that name."""
    return (
        word in names.adjectives or word in NAMED_COLORS or word in PASSED_OVER or word in ENDS_NOUN or word in ARTICLES
        or word in SHADES or word in _ADJECTIVES
    )  # fmt: skip


_ADJECTIVES = frozenset(word for words in (*FINISH_WORDS.values(), *SIZE_WORDS.values()) for word in words.split())
ALSO_KNOWN = frozenset([*_ADJECTIVES, *NAMED_COLORS, *MATERIAL_COLORS, *SHADES, *PASSED_OVER, *CARRIERS, *ENDS_NOUN])
"""Words that a prompt may hold beside those that the prior was taught: none of them is unknown."""


def _corrected(words: tuple[str, ...], names: PriorNames, table: WordTable) -> PromptReading | None:
    """The last word of the noun that is spelled nearly as a known one."""
    for at, word in reversed(list(enumerate(_first_noun(words)))):
        if _is_adjective(word, names) or word in CARRIERS or table.well_spelled & set(singulars(word)):
            continue
        meant = corrected(word, names.spellings, table.objects.keys())
        objects = _known(names, table)(meant) if meant else ()
        if objects:
            return PromptReading(objects[0], word, How.SPELLING, objects, at, at + 1)
    return None


def _colored(words: tuple[str, ...], table: WordTable) -> PromptReading | None:
    """An orange, where nothing is orange."""
    at = len(_first_noun(words)) - 1
    spoken = next(iter(_singular_of(words[at], COLORED)), "") if words else ""
    objects = table.objects.get(spoken, ())
    return PromptReading(objects[0], words[at], How.KIND, objects, at, at + 1) if objects else None


def _singular_of(word: str, known: Collection[str]) -> list[str]:
    return [each for each in singulars(word) if each in known]


def _first_noun(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words up to where something is said of it; "statue of" is stepped over."""
    seen = False
    for at, word in enumerate(words):
        if ends_noun(word) and seen and word != "of":
            return words[:at]
        seen = seen or not (word in ARTICLES or word in PASSED_OVER)
    return words


def _reading(found: Found, words: tuple[str, ...], how: How) -> PromptReading:
    spoken = " ".join(words[found.start : found.end])
    return PromptReading(found.objects[0], spoken, how, found.objects, found.start, found.end)
