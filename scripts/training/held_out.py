"""What training never says, so that what a model makes of it tells whether words combine or are learned by heart.

Everything is decided by hashes of names: the same on every machine, and for each name whatever else there is.
"""

from __future__ import annotations

from hashlib import sha256

from .colors import NAMED
from .objects.object_class import OBJECT_CLASSES, ObjectClass

HELD_OUT_OBJECTS = ("teapot", "bench", "penguin", "helicopter", "bell", "pumpkin")
COLOR_SHARE, PAIR_SHARE = 0.10, 0.15


def share_of(name: str) -> float:
    """A number in [0, 1) that depends on the name alone."""
    return int.from_bytes(sha256(name.encode()).digest()[:6], "big") / 2**48


def is_held_out_object(name: str) -> bool:
    return name in HELD_OUT_OBJECTS


def is_held_out_color(obj: ObjectClass, color: str) -> bool:
    """Never of a natural color: that one is seen wherever no color is said."""
    return color != obj.natural and share_of(f"{color} {obj.name}") < COLOR_SHARE


def is_held_out_pair(name: str) -> bool:
    """Of a pair by its whole name: "cube on cylinder"."""
    return share_of(name) < PAIR_SHARE


def colors_in_training(obj: ObjectClass) -> list[str]:
    return [color for color in NAMED if not is_held_out_color(obj, color)]


def held_out_colors() -> list[tuple[str, str]]:
    """All pairs (color, thing) that training never says."""
    return [(color, t.name) for t in OBJECT_CLASSES.values() for color in NAMED if is_held_out_color(t, color)]
