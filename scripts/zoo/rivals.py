"""Captions that are almost true: "a blue cube on a red cone" of a red cube on a blue cone.

In a batch of many things hardly two captions differ in nothing but who has which colour, or from where it is seen, so
nothing asks a model to tell; such captions ask (Yuksekgonul et al. 2023, who exchange words of photographs' captions).
"""

from __future__ import annotations

import random
from dataclasses import replace

from scripts.guide_data.colours import NAMED, SYNONYMS

from .batches import Batch, Meaning
from .captions import article
from .seen_from import VIEWS, seen

NAME_OF = {word: name for name in NAMED for word in SYNONYMS.get(name, (name,))}


def with_rivals(batch: Batch, choose: random.Random) -> Batch:
    """The same pictures and captions, then a rival of each caption that names a colour or a view."""
    rows = zip(batch.captions, batch.said, strict=True)
    found = [rival(*row, choose) for row in rows if row[1].colours or row[1].view]
    captions, said = ([each[place] for each in found] for place in (0, 1))
    return replace(batch, captions=[*batch.captions, *captions], said=[*batch.said, *said])


def rival(caption: str, said: Meaning, choose: random.Random) -> tuple[str, Meaning]:
    """Another view, or two colours exchanged; where there are not two, one of them becomes another."""
    if said.view and (not said.colours or choose.random() < 0.5):
        other = choose.choice([view for view in VIEWS if view != said.view])
        return f"{caption.removesuffix(seen(said.view))}{seen(other)}", replace(said, view=other)
    named = list(dict.fromkeys(said.colours.values()))
    exchange = dict(zip(named, reversed(named), strict=True)) if len(named) == 2 else _another(named, choose)
    words = [exchange.get(NAME_OF.get(word, ""), word) for word in caption.split()]
    colours = {place: exchange.get(colour, colour) for place, colour in said.colours.items()}
    return " ".join(_with_articles(words)), replace(said, colours=colours)


def _another(named: list[str], choose: random.Random) -> dict[str, str]:
    return {choose.choice(named): choose.choice([colour for colour in NAMED if colour not in named])}


def _with_articles(words: list[str]) -> list[str]:
    after = [*words[1:], ""]
    return [article(next_) if word in ("a", "an") and next_ else word for word, next_ in zip(words, after, strict=True)]
