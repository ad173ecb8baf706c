"""The names of what the shape prior was taught, from the vocabulary.json beside its weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from ..errors import ModelError
from .table import MODEL_FOLDER

VOCABULARY_FILE = "vocabulary.json"


@dataclass(frozen=True)
class PriorNames:
    """Which object each name means, and the words for colors, finishes, sizes and parts."""

    objects: dict[str, str]
    parts: dict[str, tuple[str, ...]]
    """by object: those that a prompt can color"""
    adjectives: frozenset[str]

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Single words that a misspelled one is compared with first."""
        return tuple(dict.fromkeys([*(name for name in self.objects if " " not in name), *sorted(self.adjectives)]))

    @cached_property
    def longest(self) -> int:
        """Words of the longest name."""
        return max(len(name.split()) for name in self.objects)


@cache
def prior_names(folder: Path = MODEL_FOLDER) -> PriorNames:
    """Reads them once.

    Raises:
        ModelError: the file is missing or broken.
    """
    try:
        data = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        known = data["objects"]
        objects = {plain(name): first for first, each in known.items() for name in each["names"]}
        words = (word for kind in ("colors", "finishes", "sizes") for each in data[kind].values() for word in each)
        parts = {first: tuple(each["parts"]) for first, each in known.items()}
        return PriorNames(objects, parts, frozenset(words))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise ModelError(
            f"The words of the prior in {folder} cannot be read ({cause}): install Dreamwright again."
        ) from cause


def plain(text: str) -> str:
    """Letters, digits and single blanks, in lower case: "T-shirt" and "t shirt" are one."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.lower()).split())
