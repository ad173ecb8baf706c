"""Captions that are almost true: "a blue cube on a red cone" of a red cube on a blue cone.

In a batch of many things hardly two captions differ in nothing but who has which color, or from where it is seen, so
nothing asks a model to tell; such captions ask (Yuksekgonul et al. 2023, who exchange words of photographs' captions).
"""

from __future__ import annotations

import random
from dataclasses import replace

from ..batches import Batch, LabelSet
from ..colors import NAMED, SYNONYMS
from .grammar import article
from .view_labels import VIEWS, view_suffix

NAME_OF = {word: name for name in NAMED for word in SYNONYMS.get(name, (name,))}


def with_hard_negatives(batch: Batch, rng: random.Random) -> Batch:
    """The same pictures and captions, then a rival of each caption that names a color or a view."""
    rows = zip(batch.captions, batch.caption_labels, strict=True)
    found = [hard_negative(*row, rng) for row in rows if row[1].colors or row[1].view]
    captions, labels = [each[0] for each in found], [each[1] for each in found]
    return replace(batch, captions=[*batch.captions, *captions], caption_labels=[*batch.caption_labels, *labels])


def hard_negative(caption: str, labels: LabelSet, rng: random.Random) -> tuple[str, LabelSet]:
    """Another view, or two colors exchanged; where there are not two, one of them becomes another."""
    if labels.view and (not labels.colors or rng.random() < 0.5):
        other = rng.choice([view for view in VIEWS if view != labels.view])
        return f"{caption.removesuffix(view_suffix(labels.view))}{view_suffix(other)}", replace(labels, view=other)
    named = list(dict.fromkeys(labels.colors.values()))
    exchange = dict(zip(named, reversed(named), strict=True)) if len(named) == 2 else _recolor_one(named, rng)
    words = [exchange.get(NAME_OF.get(word, ""), word) for word in caption.split()]
    colors = {key: exchange.get(color, color) for key, color in labels.colors.items()}
    return " ".join(_with_articles(words)), replace(labels, colors=colors)


def _recolor_one(named: list[str], rng: random.Random) -> dict[str, str]:
    return {rng.choice(named): rng.choice([color for color in NAMED if color not in named])}


def _with_articles(words: list[str]) -> list[str]:
    after = [*words[1:], ""]
    return [article(next_) if word in ("a", "an") and next_ else word for word, next_ in zip(words, after, strict=True)]
