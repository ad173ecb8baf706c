"""Words of place, and the relations that they mean."""

from __future__ import annotations

RELATION_PHRASES = {
    "on": "on top of|on|upon|onto|atop",
    "under": "under|underneath|beneath|below",
    "in": "inside of|inside|in the middle of|in|into|within|full of",
    "left of": "to the left of|on the left of|left of",
    "right of": "to the right of|on the right of|right of",
    "in front of": "in front of|before",
    "behind": "at the back of|in back of|behind",
    "next to": "next to|beside|near|by|close to|at the side of|alongside|at",
    "between": "in between|between",
    "above": "hovering over|floating over|high above|above|over",
    "around": "all around|around|surrounding",
    "leaning on": "leaning against|leaning on|leans against|leans on|propped against|against",
}
RELATIONS = tuple(RELATION_PHRASES)
PHRASES: dict[tuple[str, ...], str] = {
    tuple(phrase.split()): relation for relation, phrases in RELATION_PHRASES.items() for phrase in phrases.split("|")
}
LONGEST = max(map(len, PHRASES))
SYMMETRIC = "next to"
"""What "and" means of two things."""
POSTURES = frozenset(
    str.split(
        "sitting standing lying laying placed resting stacked perched hanging floating hovering sits stands lies rests "
        "sat parked put set located growing sleeping is are that which who"
    )
)
"""Before a relation they say how something is there, not where."""
HOLDING = frozenset(str.split("with without wearing having holding has have carrying"))
"""What follows is said of the thing before: its parts, or what it wears."""
OTHER_PLACES = frozenset(str.split("through across along opposite towards toward past beyond facing from off outside"))
"""Words of place that nothing here can do."""
POSSESSIVES = frozenset(str.split("his her its their my your our it them him each"))
"""A bird on his shoulder: of the thing before, no second thing."""
