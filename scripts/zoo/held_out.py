"""What training never says, so that what a model makes of it tells whether words combine or are learnt by heart.

Everything is decided by hashes of names: the same on every machine, and for each name whatever else there is.
"""

from __future__ import annotations

from hashlib import sha256

from scripts.guide_data.colours import NAMED

from .thing import THINGS, Thing

THINGS_HELD_OUT = ("teapot", "bench", "penguin", "helicopter", "bell", "pumpkin")
COLOUR_SHARE, PAIR_SHARE = 0.10, 0.15


def share_of(name: str) -> float:
    """A number in [0, 1) that depends on the name alone."""
    return int.from_bytes(sha256(name.encode()).digest()[:6], "big") / 2**48


def is_held_out_thing(name: str) -> bool:
    return name in THINGS_HELD_OUT


def is_held_out_colour(thing: Thing, colour: str) -> bool:
    """Never of a natural colour: that one is seen wherever no colour is said."""
    return colour != thing.natural and share_of(f"{colour} {thing.name}") < COLOUR_SHARE


def is_held_out_pair(name: str) -> bool:
    """Of a pair by its whole name: "cube on cylinder"."""
    return share_of(name) < PAIR_SHARE


def colours_in_training(thing: Thing) -> list[str]:
    return [colour for colour in NAMED if not is_held_out_colour(thing, colour)]


def held_out_colours() -> list[tuple[str, str]]:
    """All pairs (colour, thing) that training never says."""
    return [(colour, t.name) for t in THINGS.values() for colour in NAMED if is_held_out_colour(t, colour)]
