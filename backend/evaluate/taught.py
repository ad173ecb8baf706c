"""What a model says it was taught: the vocabulary.json beside the weights of our own models; others say nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from .sides import SIDES
from .textureless import COLOURS

VOCABULARY = "vocabulary.json"


@dataclass(frozen=True)
class Taught:
    """Words of colour, all words, and the things that it knows; none where the model does not say."""

    colours: tuple[str, ...] = COLOURS
    words: frozenset[str] = frozenset()
    things: tuple[str, ...] = ()

    @staticmethod
    def beside(folder: Path | None) -> Taught:
        """What lies in a model's folder; a file that is missing or broken says nothing."""
        try:
            kinds = json.loads((folder / VOCABULARY).read_text(encoding="utf-8")) if folder else {}
            words = {word for phrases in kinds.values() for phrase in phrases for word in _words(phrase)}
            things = tuple(kinds.get("objects", ()))
            return Taught(tuple(kinds.get("colours", ())) or COLOURS, frozenset(words), things)
        except (OSError, ValueError, AttributeError, TypeError):
            return Taught()

    def knows(self, text: str) -> bool:
        """Whether every word of a text was taught, as far as is known."""
        return not self.words or all(word in self.words for word in _words(text))

    @property
    def knows_sides(self) -> bool:
        """Whether it can tell a front from a back by name."""
        return self.knows(" ".join(SIDES))


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())
