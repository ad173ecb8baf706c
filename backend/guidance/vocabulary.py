"""The words that an embedded model was taught, and which of a prompt's it was not: said before a run, not after it."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from pathlib import Path

from .nearest import NEAREST

FILE = "vocabulary.json"
NEAR = 0.7
"""How alike two words must be, of 1, to be offered for one another: 'purpel' is 'purple', 'striped' no 'shield'."""
OFFERED = ("objects", "colours", "finishes", "sizes")


class Vocabulary:
    """Words by kind: objects, colours, and whatever else the model was told."""

    def __init__(self, kinds: dict[str, list[str]]) -> None:
        self._objects = kinds.get("objects", [])
        self._offered = [phrase for kind in OFFERED for phrase in kinds.get(kind, [])]
        self._known = {word for phrases in kinds.values() for phrase in phrases for word in _words(phrase)}

    @staticmethod
    def load(folder: Path) -> Vocabulary:
        """What training wrote beside the weights.

        Raises:
            OSError, ValueError: it is missing or broken.
        """
        return Vocabulary(json.loads((folder / FILE).read_text(encoding="utf-8")))

    def unknown(self, text: str) -> list[str]:
        """The words of `text` that were never taught, in their order; a plural counts as its singular.

        None where the model does not say what it was taught.
        """
        if not self._known:
            return []
        return [word for word in dict.fromkeys(_words(text)) if not {word, word.removesuffix("s")} & self._known]

    def sentence(self, text: str) -> str:
        """What a person should know of a prompt with unknown words; empty where all are known."""
        unknown = self.unknown(text)
        if not unknown:
            return ""
        named = ", ".join(self._with_nearest(word) for word in unknown)
        return (
            f"The embedded model does not know {named}: expect something else, use other words, "
            "or choose an open model such as ViT-B-16/openai."
        )

    def _with_nearest(self, word: str) -> str:
        nearest = self._nearest(word)
        return f"'{word}'" + (f" (nearest: {nearest})" if nearest else "")

    def _nearest(self, word: str) -> str | None:
        """An object of like meaning, or else a word of like letters."""
        one = word if word in NEAREST else word.removesuffix("s")
        if NEAREST.get(one) in self._objects:
            return NEAREST[one]
        ends = [name for name in self._objects if len(name) > 2 and (word.endswith(name) or name.endswith(word))]
        return next(iter(ends or get_close_matches(word, self._offered, n=1, cutoff=NEAR)), None)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'-]+", text.lower())
