"""What this world's models are told and can be told.

`words.txt` lists the words that the tokenizer knows whole, more of them than there is to see so far: token numbers
depend on the whole list and a model's embeddings on them, so it is a list of its own and not what OBJECT_CLASSES says
today. Any other word is spelled from shorter pieces.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ..objects.subjects import Subject
from .grammar import ADJECTIVES, GRAMMAR, RELATIONS, color_words

WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()


def vocabulary(subjects: Iterable[Subject]) -> dict[str, list[str]]:
    """By kind, what a model that was trained on these subjects has been told."""
    alone = [subject.objects[0] for subject in subjects if not subject.relation]
    return {
        "objects": [name for obj in alone for name in obj.names],
        "colors": color_words(),
        "parts": sorted({part for obj in alone for part in obj.named_parts}),
        "relations": [word for words in RELATIONS.values() for word in words],
        "adjectives": list(ADJECTIVES),
        "grammar": sorted(set(GRAMMAR)),
    }


def write_vocabulary(subjects: Iterable[Subject], folder: Path, **more: list[str]) -> None:
    """Beside a model's weights, with what else it was told, by kind."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary(subjects) | more, indent=2) + "\n")
