"""A thing: a named everyday object that a small function builds from a few parts, a little different each time.

@thing("mug", "cup", natural="white", parts=("handle",), group="kitchen")
def mug(vary: Vary) -> list[Part]: ...
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from trimesh import Trimesh

MAX_PARTS = 6
Choice = TypeVar("Choice")


class Vary:
    """Draws the numbers in which one instance of a thing differs from the next; the same seed builds the same one."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed)

    def __call__(self, low: float, high: float) -> float:
        """A number between the two, uniformly."""
        return self._random.uniform(low, high)

    def choice(self, *options: Choice) -> Choice:
        return self._random.choice(options)


@dataclass(frozen=True)
class Part:
    """A mesh of one colour; `colour` None marks a main part, which takes the colour that the caption names."""

    name: str
    mesh: Trimesh
    colour: str | None


@dataclass(frozen=True)
class Thing:
    """What an object is called, what colour it is by nature, which of its parts a caption may name, how it is built."""

    names: tuple[str, ...]  # the first is the canonical one
    natural: str | None  # colour of the main parts where none is said; None: any
    named_parts: tuple[str, ...]
    group: str
    build: Callable[[Vary], list[Part]]

    @property
    def name(self) -> str:
        return self.names[0]


THINGS: dict[str, Thing] = {}


def thing(
    *names: str, natural: str | None = None, parts: tuple[str, ...] = (), group: str
) -> Callable[[Callable[[Vary], list[Part]]], Callable[[Vary], list[Part]]]:
    """Enters the function that follows into THINGS."""

    def enter(build: Callable[[Vary], list[Part]]) -> Callable[[Vary], list[Part]]:
        if names[0] in THINGS:
            raise ValueError(f"two things are called {names[0]!r}")
        THINGS[names[0]] = Thing(names, natural, parts, group, build)
        return build

    return enter
