"""What is said of an object: a tiny grammar over colours and names.

    caption := [medium] noun-phrase | noun-phrase that is colour
    noun-phrase := [article] [adjective] [colour] name

Adjectives and media change nothing in the picture: the model learns to pass over them.
"""

from __future__ import annotations

import random

from .colours import NAMED, SYNONYMS
from .shapes import SHAPES, Shape

MEDIA = ("a 3D render of", "a photo of", "a picture of", "a model of")
ADJECTIVES = ("simple", "little", "shiny", "toy", "plain", "nice")


def caption(shape: Shape, colour: str | None, choose: random.Random) -> str:
    """One way of naming this object; `colour` None leaves the colour unsaid."""
    name = choose.choice(shape.names)
    said = choose.choice(SYNONYMS.get(colour, (colour,))) if colour else ""
    if said and choose.random() < 0.1:
        return f"a {name} that is {said}"
    adjective = choose.choice(ADJECTIVES) if choose.random() < 0.1 else ""
    phrase = " ".join(word for word in (adjective, said, name) if word)
    return _introduced(phrase, choose)


def _introduced(phrase: str, choose: random.Random) -> str:
    """With an article mostly, bare sometimes, or as the subject of a picture."""
    draw = choose.random()
    with_article = f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"
    if draw < 0.2:
        return phrase
    return with_article if draw < 0.8 else f"{choose.choice(MEDIA)} {with_article}"


def known_words() -> dict[str, list[str]]:
    """Every word the grammar can say, by kind."""
    colours = [said for name in NAMED for said in SYNONYMS.get(name, (name,))]
    grammar = sorted({word for medium in MEDIA for word in medium.lower().split()} | {"an", "the", "that", "is", "and"})
    names = [name for shape in SHAPES for name in shape.names]
    return {"objects": names, "colours": colours, "adjectives": list(ADJECTIVES), "grammar": grammar}
