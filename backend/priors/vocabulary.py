"""What the prior was taught, from the vocabulary.json beside its weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backend.errors import ModelError
from backend.pretrained.vocabulary import ModelVocabulary
from backend.words.adjectives import FINISH_WORDS, SIZE_WORDS, colors_of
from backend.words.known import FUNCTION_WORDS
from backend.words.names import prior_names
from backend.words.phrases import Phrase, words_of
from backend.words.reading import ALSO_KNOWN

VOCABULARY_FILE = "vocabulary.json"
UNSAID = ("roof", "glass", "skin", "leaf", "wood")
"""Colors of parts that are no words for the color of a whole."""


@dataclass(frozen=True)
class ObjectWords:
    """An object: its names, the color it has by nature, and its parts."""

    names: tuple[str, ...]
    natural: str | None
    named_parts: tuple[str, ...]
    """those whose color a prompt may say"""
    slots: tuple[tuple[str, str | None], ...]
    """of each part, in the network's order, its name, and its color if it has one of its own"""


@dataclass(frozen=True)
class PriorVocabulary:
    """Words, and what they stand for."""

    objects: dict[str, ObjectWords]
    """by the first of their names"""
    srgb: dict[str, tuple[float, float, float]]
    """of every color that a part may have, display values"""
    color_words: dict[str, str]
    finish_words: dict[str, str]
    size_words: dict[str, str]
    patterns: tuple[str, ...]
    """finishes with a second color"""
    finish_colors: dict[str, str]
    """what a finish looks like where no color is said"""
    pale: tuple[str, ...]
    """colors on which a pattern is black; on all others it is white"""

    @staticmethod
    def of_json(data: dict[str, Any]) -> PriorVocabulary:
        """Reads what `scripts.training.prior.ship` wrote.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: it is no such dictionary.
        """
        objects = {
            name: ObjectWords(
                tuple(each["names"]), each["natural"], tuple(each["parts"]), tuple(map(tuple, each["slots"]))
            )
            for name, each in data["objects"].items()
        }
        colors, finishes, sizes = (_by_word(data[kind]) for kind in ("colors", "finishes", "sizes"))
        srgb = colors_of({name: tuple(values) for name, values in data["srgb"].items()})
        colors = {name: name for name in srgb if name not in UNSAID} | colors
        return PriorVocabulary(
            objects,
            srgb,
            colors,
            _by_word({name: words.split() for name, words in FINISH_WORDS.items()}) | finishes,
            _by_word({name: words.split() for name, words in SIZE_WORDS.items()}) | sizes,
            tuple(data["patterns"]),
            dict(data["finish_colors"]),
            tuple(data["pale"]),
        )  # fmt: skip

    @cached_property
    def phrases(self) -> dict[Phrase, str]:
        """Names of objects as words, and which object they mean."""
        return {words_of(name): first for first, each in self.objects.items() for name in each.names}

    @cached_property
    def longest(self) -> int:
        return max(map(len, self.phrases))

    @cached_property
    def as_model_vocabulary(self) -> ModelVocabulary:
        """The same words for what all models do with them: which are unknown, and what is nearest to them."""
        names = [name for each in self.objects.values() for name in each.names]
        parts = [part for each in self.objects.values() for part in each.named_parts]
        taught = [word for word in self.color_words if word in prior_names().adjectives]
        rest = [*self.finish_words, *self.size_words, *parts, *FUNCTION_WORDS, *ALSO_KNOWN]
        return ModelVocabulary.of_kinds({"objects": names, "colors": taught, "other": rest})


def load_vocabulary(folder: Path) -> PriorVocabulary:
    """Reads the words beside the weights.

    Raises:
        ModelError: the file is missing or broken.
    """
    try:
        return PriorVocabulary.of_json(json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise ModelError(
            f"The words of the prior in {folder} cannot be read ({cause}): install Dreamwright again, or choose "
            "another quality."
        ) from cause


def _by_word(words: dict[str, list[str]]) -> dict[str, str]:
    return {word: name for name, each in words.items() for word in each}
