"""What a model says it was taught: the vocabulary.json beside the weights of our own models; others say nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.words.known import KnownWords, known_words, words_of

VOCABULARY_FILE = "vocabulary.json"
SIDES = ("front view", "side view", "back view")
"""The words of views (DreamFusion, section 3.1)."""
COLORS = (
    "red", "green", "blue", "yellow", "orange", "purple", "violet", "pink", "white", "black", "grey", "gray", "brown",
    "cyan", "magenta", "turquoise", "beige", "gold", "golden", "silver",
)  # fmt: skip
"""Where a model does not say which words of color it was taught."""


@dataclass(frozen=True)
class ModelVocabulary:
    """Words of color, what was taught, and the objects whose front it knows; none where unsaid."""

    colors: tuple[str, ...] = COLORS
    known: KnownWords = KnownWords()
    faced: tuple[str, ...] = ()

    @staticmethod
    def of_kinds(kinds: dict[str, Any]) -> ModelVocabulary:
        """Makes a vocabulary of phrases by kind: objects, colors, and whatever else the model was told.

        Raises:
            AttributeError, TypeError: it is no such dictionary.
        """
        return ModelVocabulary(
            tuple(kinds.get("colors", ())) or COLORS, known_words(kinds), tuple(kinds.get("faced", ()))
        )

    @staticmethod
    def load(folder: Path) -> ModelVocabulary:
        """Reads what training wrote beside the weights.

        Raises:
            OSError, ValueError: it is missing or broken.
        """
        try:
            return ModelVocabulary.of_kinds(json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8")))
        except (AttributeError, TypeError) as cause:
            raise ValueError(f"{folder / VOCABULARY_FILE} holds no lists of words.") from cause

    @staticmethod
    def beside(folder: Path | None) -> ModelVocabulary:
        """Reads what lies in a model's folder; a file that is missing or broken says nothing."""
        try:
            return ModelVocabulary.load(folder) if folder else ModelVocabulary()
        except (OSError, ValueError):
            return ModelVocabulary()

    def unknown(self, text: str) -> list[str]:
        """The words of `text` that were never taught, in their order; none where the model does not say."""
        return self.known.unknown(text)

    def knows(self, text: str) -> bool:
        """Tells whether every word of a text was taught, as far as is known."""
        return not self.unknown(text)

    @property
    def knows_sides(self) -> bool:
        """Tells whether it can tell a front from a back by name."""
        return self.knows(" ".join(SIDES))

    def knows_sides_of(self, text: str) -> bool:
        """Tells whether it can of what this text names: where it says which fronts it knows, one of these must be
        named."""
        words = " ".join(words_of(text))
        named = any(re.search(rf"\b{re.escape(name)}s?\b", words) for name in self.faced)
        return self.knows_sides and (named or not self.faced)

    def sentence(self, text: str) -> str:
        """Returns what a person should know of a prompt with unknown words; empty where all are known."""
        unknown = self.unknown(text)
        if not unknown:
            return ""
        named = ", ".join(self.with_nearest(word) for word in unknown)
        return (
            f"The embedded model does not know {named}: expect something else, use other words, "
            "or choose an open model such as Stable Diffusion."
        )

    def with_nearest(self, word: str) -> str:
        nearest = self.known.nearest(word)
        return f"'{word}'" + (f" (nearest: {nearest})" if nearest else "")
