"""An object class: a named everyday object that a small function builds from a few parts, a little different each time.

@object_class("mug", "cup", natural="white", parts=("handle",), group="kitchen")
def mug(rng: Rng) -> list[Part]:
    return [Part("cup", ...)]
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from trimesh import Trimesh

MAX_PARTS = 6
Choice = TypeVar("Choice")


class Rng:
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
    """A mesh of one color; `color` None marks a main part, which takes the color that the caption names."""

    name: str
    mesh: Trimesh
    color: str | None


@dataclass(frozen=True)
class ObjectClass:
    """What an object is called, what color it is by nature, which of its parts a caption may name, how it is built."""

    names: tuple[str, ...]  # the first is the canonical one
    natural: str | None  # color of the main parts where none is said; None: any
    named_parts: tuple[str, ...]
    group: str
    build: Callable[[Rng], list[Part]]

    @property
    def name(self) -> str:
        return self.names[0]


OBJECT_CLASSES: dict[str, ObjectClass] = {}


def object_class(
    *names: str, natural: str | None = None, parts: tuple[str, ...] = (), group: str
) -> Callable[[Callable[[Rng], list[Part]]], Callable[[Rng], list[Part]]]:
    """Enters the function that follows into OBJECT_CLASSES."""

    def enter(build: Callable[[Rng], list[Part]]) -> Callable[[Rng], list[Part]]:
        if names[0] in OBJECT_CLASSES:
            raise ValueError(f"two things are called {names[0]!r}")
        OBJECT_CLASSES[names[0]] = ObjectClass(names, natural, parts, group, build)
        return build

    return enter
