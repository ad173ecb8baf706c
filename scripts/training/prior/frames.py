"""An instance of a thing from its draws, in the frame of the thing.

A thing's function asks for a few uniform numbers (one to three for most, ten at most): they are the whole difference
between its instances, so they are an instance's code, known and not inferred. Code d = 2 u - 1, zero in the middle.
The frame is fixed for each thing and not for each instance: a draw that makes legs longer then moves the legs alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from trimesh import Trimesh

from .. import objects  # noqa: F401  (fills OBJECT_CLASSES)
from ..held_out import share_of
from ..objects.object_class import OBJECT_CLASSES, Choice, ObjectClass, Part, Rng

CODE = 12  # numbers of a code; what a thing does not ask for changes nothing
FIRST_HELD_OUT = 1_000_000  # instances of this number and beyond are never trained on
REACH = 0.98  # half-widths of the box that the farthest point of any instance may have
MARGIN = 0.02
NAMES = tuple(sorted(OBJECT_CLASSES))
"""The things by number; numbers go into a model's tables, so its file lists the names."""


class Drawn(Rng):
    """Draws that are given; counts how many were asked for."""

    def __init__(self, uniform: Float[ndarray, " d"]) -> None:
        self.uniform, self.asked = uniform, 0

    def __call__(self, low: float, high: float) -> float:
        return low + (high - low) * self._next()

    def choice(self, *options: Choice) -> Choice:
        return options[min(int(self._next() * len(options)), len(options) - 1)]

    def _next(self) -> float:
        self.asked += 1
        return float(self.uniform[self.asked - 1]) if self.asked <= len(self.uniform) else 0.5


@dataclass(frozen=True)
class Frame:
    """Moved by -center, then scaled; then no instance leaves the box of these half-widths, the longest is 1."""

    center: Float[ndarray, " 3"]
    scale: float
    half: Float[ndarray, " 3"]

    def applied(self, mesh: Trimesh) -> Trimesh:
        framed: Trimesh = mesh.copy().apply_translation(-self.center).apply_scale(self.scale)
        return framed


def is_held_out_instance(number: int) -> bool:
    return number >= FIRST_HELD_OUT


def code_of(thing: ObjectClass, number: int) -> Float[ndarray, " d"]:
    """Instance 0 is the middle; those of training fill the cube evenly (Roberts 2018), held-out ones are random."""
    if number == 0:
        return np.zeros(CODE, np.float32)
    if is_held_out_instance(number):
        seed = int(2**31 * share_of(f"{thing.name} held out {number}"))
        return np.random.default_rng(seed).uniform(-1, 1, CODE).astype(np.float32)
    steps = _golden(asked(thing)) ** -np.arange(1.0, CODE + 1)
    start = np.array([share_of(f"{thing.name} {dimension}") for dimension in range(CODE)])
    return (2 * np.mod(start + number * steps, 1) - 1).astype(np.float32)


def parts_of(thing: ObjectClass, code: Float[ndarray, " d"]) -> list[Part]:
    """The parts of that instance in the frame of the thing."""
    frame = frame_of(thing.name)
    return [Part(p.name, frame.applied(p.mesh), p.color) for p in built(thing, code)]


def built(thing: ObjectClass, code: Float[ndarray, " d"]) -> list[Part]:
    return thing.build(Drawn((code + 1) / 2))


@cache
def asked(thing: ObjectClass) -> int:
    """How many numbers the thing's function asks for, at least 1."""
    draws = Drawn(np.full(CODE, 0.5))
    thing.build(draws)
    return max(1, draws.asked)


@cache
def frame_of(name: str) -> Frame:
    """Where the middle instance and the corners of the code fit into the box together."""
    thing = OBJECT_CLASSES[name]
    corners = np.array([part.mesh.bounds for code in _corners(thing) for part in built(thing, code)])
    low, high = corners[:, 0].min(0), corners[:, 1].max(0)
    scale = 2 * REACH / float((high - low).max())
    return Frame((low + high) / 2, scale, np.minimum(scale * (high - low) / 2 / REACH + MARGIN, 1).astype(np.float32))


def _corners(thing: ObjectClass) -> list[Float[ndarray, " d"]]:
    ends = [np.full(CODE, value, np.float32) for value in (0, -1, 1)]
    for dimension in range(asked(thing)):
        for value in (-1, 1):
            ends.append(np.zeros(CODE, np.float32))
            ends[-1][dimension] = value
    return ends


def _golden(dimensions: int) -> float:
    """The root of x^(d + 1) = x + 1."""
    root = 1.5
    for _ in range(40):
        root = (1 + root) ** (1 / (dimensions + 1))
    return root
