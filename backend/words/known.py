"""Which words of a prompt a model was never taught, and what it knows that is nearest: for both sides.

A model says what it was taught in the vocabulary.json beside its weights. The nearest is what `nearest.py` says; else
what WordNet's table leads to, or what is nearest to that; else a name that the word ends in; else like letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..errors import ModelError
from .nearest import NEAREST
from .reading import ALSO_KNOWN
from .table import word_table

OFFERED = ("objects", "colors", "finishes", "sizes")
"""Kinds of phrases that may be offered in place of an unknown word."""
SIMILAR = 0.7
"""How alike two words must be, of 1, to be offered for one another: 'purpel' is 'purple', 'striped' no 'shield'."""
FUNCTION_WORDS = (
    "a", "an", "the", "of", "and", "with", "that", "is", "are", "it", "its", "in", "on", "one", "some",
)  # fmt: skip
"""They name nothing, so nothing is missed where they are passed over."""


@dataclass(frozen=True)
class KnownWords:
    """All words that a model was taught, the objects among them, and the phrases that may be offered for others."""

    words: frozenset[str] = frozenset()
    objects: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()

    def unknown(self, text: str) -> list[str]:
        """The words of `text` that were never taught, in their order; a plural counts as its singular.

        None where the model does not say what it was taught.
        """
        if not self.words:
            return []
        return [word for word in dict.fromkeys(words_of(text)) if not {word, word.removesuffix("s")} & self.words]

    def nearest(self, word: str) -> str:
        """Returns an object of like meaning, or else a phrase of like letters; empty where there is none."""
        like = next((name for name in _like(word) if name in self.objects), "")
        ends = (name for name in self.objects if len(name) > 2 and (word.endswith(name) or name.endswith(word)))
        return like or next(iter(ends), "") or next(iter(get_close_matches(word, self.offered, 1, SIMILAR)), "")


def known_words(kinds: dict[str, Any]) -> KnownWords:
    """Reads what a vocabulary.json says: phrases by kind, or, of the shape prior, names with others and parts.

    Raises:
        AttributeError, KeyError, TypeError: it is no such dictionary.
    """
    return _of_prior(kinds) if isinstance(kinds.get("objects"), dict) else _of_kinds(kinds)


def words_of(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())


def _of_kinds(kinds: dict[str, list[str]]) -> KnownWords:
    words = {word for phrases in kinds.values() for phrase in phrases for word in words_of(phrase)}
    offered = tuple(phrase for kind in OFFERED for phrase in kinds.get(kind, ()))
    return KnownWords(frozenset(words), tuple(kinds.get("objects", ())), offered)


def _of_prior(kinds: dict[str, Any]) -> KnownWords:
    objects = [name for each in kinds["objects"].values() for name in each["names"]]
    parts = [part for each in kinds["objects"].values() for part in each["parts"]]
    colors, finishes, sizes = ([word for each in kinds[kind].values() for word in each] for kind in OFFERED[1:])
    words = {word for phrase in (*objects, *parts, *colors, *finishes, *sizes) for word in words_of(phrase)}
    return KnownWords(frozenset([*words, *FUNCTION_WORDS, *ALSO_KNOWN]), tuple(objects), (*objects, *colors))


def _like(word: str) -> list[str]:
    """Objects of like meaning, the likeliest first, whether a model knows them or not."""
    one = word if word in NEAREST else word.removesuffix("s")
    led = [name for each in (word, word.removesuffix("s")) for name in _led_to(each)]
    found = [NEAREST.get(one, ""), *led, *(NEAREST.get(name, "") for name in led)]
    return [name for name in found if name]


def _led_to(word: str) -> tuple[str, ...]:
    """Returns where WordNet's table leads; nowhere, where it cannot be read: who needs it says so."""
    try:
        return word_table().objects.get(word, ())
    except ModelError:
        return ()
