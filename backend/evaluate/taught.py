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
    """Words of colour, all words, the things that it knows and those whose front it does; none where unsaid."""

    colours: tuple[str, ...] = COLOURS
    words: frozenset[str] = frozenset()
    things: tuple[str, ...] = ()
    faced: tuple[str, ...] = ()

    @staticmethod
    def beside(folder: Path | None) -> Taught:
        """What lies in a model's folder; a file that is missing or broken says nothing."""
        try:
            kinds = json.loads((folder / VOCABULARY).read_text(encoding="utf-8")) if folder else {}
            words = {word for phrases in kinds.values() for phrase in phrases for word in _words(phrase)}
            things, faced = (tuple(kinds.get(kind, ())) for kind in ("objects", "faced"))
            return Taught(tuple(kinds.get("colours", ())) or COLOURS, frozenset(words), things, faced)
        except (OSError, ValueError, AttributeError, TypeError):
            return Taught()

    def knows(self, text: str) -> bool:
        """Whether every word of a text was taught, as far as is known."""
        return not self.words or all(word in self.words for word in _words(text))

    @property
    def knows_sides(self) -> bool:
        """Whether it can tell a front from a back by name."""
        return self.knows(" ".join(SIDES))

    def knows_sides_of(self, text: str) -> bool:
        """Whether it can of what this text names: where it says which fronts it knows, one of these must be named."""
        words = " ".join(_words(text))
        named = any(re.search(rf"\b{re.escape(name)}s?\b", words) for name in self.faced)
        return self.knows_sides and (named or not self.faced)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())
