"""What a picture shows: one thing, or two that stand on or beside one another.

"A on B": A stands on the top of B, whose top is flat. "A next to B": both on one floor, A on the left from the front.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from trimesh import Trimesh

from ..held_out import is_held_out_object, share_of
from ..raycasting.raycaster import REACH, fit_to_frame
from .object_class import OBJECT_CLASSES, ObjectClass, Part, Rng

SOLIDS = ("sphere", "cube", "cone", "cylinder", "torus", "pyramid", "capsule", "egg", "brick")
FLAT = ("cube", "cylinder", "brick")  # solids to stand on
STANDS = ("table", "stool", "barrel", "crate", "drum", "tree stump", "book", "plate", "chair")
COMPANIONS = (  # everyday things that people put side by side
    "cat", "dog", "tree", "house", "snowman", "apple", "mug", "chair", "car", "rocket", "mushroom", "duck", "robot",
    "cactus", "flower", "lamp", "star", "heart", "banana", "rabbit", "pine tree", "candle", "bottle", "teddy bear",
)  # fmt: skip
JITTER = 0.04  # of the size
FORMS = ("tall", "short", "small", "large")
"""How an instance may differ from the usual one: of one thing its height, of two the size of the first."""
HEIGHT = {"": (1.0, 1.0), "tall": (1.4, 1.6), "short": (0.55, 0.65)}
UPPER = {"": (0.7, 0.8), "small": (0.38, 0.46), "large": (1.15, 1.35)}  # of what stands on something, to that
LEFT = {"": (1.0, 1.0), "small": (0.45, 0.52), "large": (1.9, 2.2)}  # of what stands beside something
SHARE_ON, SHARE_BESIDE = 0.45, 0.2  # of the everyday pairs


@dataclass(frozen=True)
class Piece:
    """A part with its owner: the number of the thing within the subject."""

    owner: int
    name: str
    mesh: Trimesh
    color: str | None


@dataclass(frozen=True)
class Subject:
    """One thing, or two with how they stand: `relation` is "on" or "next to"."""

    objects: tuple[ObjectClass, ...]
    relation: str | None = None

    @property
    def name(self) -> str:
        return f" {self.relation} ".join(obj.name for obj in self.objects)

    def build(self, seed: int, form: str = "") -> list[Piece]:
        """The pieces of one instance, as a camera on the orbit wants them: centered, and of a size that fits.

        `form` is one of FORMS that suits the subject, or empty: the usual one.
        """
        rng = Rng(f"{self.name} {seed}")
        parts = [obj.build(rng) for obj in self.objects]
        meshes = [fit_to_frame([part.mesh for part in of_object]) for of_object in parts]
        if self.relation == "on":
            meshes[0] = _on_top(meshes[0], meshes[1], rng(*UPPER[form]))
        elif self.relation == "next to":
            gap = rng(0.08, 0.14)
            meshes[0] = _beside(_scaled(meshes[0], rng(*LEFT[form])) if form else meshes[0], meshes[1], gap)
        elif form:
            meshes[0] = _scaled(meshes[0], (1, 1, rng(*HEIGHT[form])))
        flat = [(owner, part) for owner, of_object in enumerate(parts) for part in of_object]
        size = REACH * (1 + JITTER * rng(-1, 1))
        fit = fit_to_frame([mesh for of_object in meshes for mesh in of_object], size)
        return [_piece(owner, part, mesh) for (owner, part), mesh in zip(flat, fit, strict=True)]


def _piece(owner: int, part: Part, mesh: Trimesh) -> Piece:
    return Piece(owner, part.name, mesh, part.color)


def bounds(meshes: list[Trimesh]) -> np.ndarray:
    """Lowest and highest corner of the box around all of them."""
    boxes = np.array([mesh.bounds for mesh in meshes])
    return np.stack([boxes[:, 0].min(0), boxes[:, 1].max(0)])


def _on_top(upper: list[Trimesh], lower: list[Trimesh], size: float) -> list[Trimesh]:
    smaller = _scaled(upper, size)
    lift = bounds(lower)[1, 2] - bounds(smaller)[0, 2]
    return [mesh.apply_translation((0, 0, lift)) for mesh in smaller]


def _scaled(meshes: list[Trimesh], size: float | tuple[float, float, float]) -> list[Trimesh]:
    return [mesh.copy().apply_scale(size) for mesh in meshes]


def _beside(left: list[Trimesh], right: list[Trimesh], gap: float) -> list[Trimesh]:
    aside = bounds(right)[0, 0] - gap - bounds(left)[1, 0]
    down = bounds(right)[0, 2] - bounds(left)[0, 2]
    return [mesh.copy().apply_translation((aside, 0, down)) for mesh in left]


def form_of(subject: Subject, number: int) -> str:
    """The form of that instance where forms vary: a third of all have the usual one."""
    return ("", *(("small", "large") if subject.relation else ("tall", "short")))[number % 3]


def singles() -> list[Subject]:
    """Every thing alone."""
    return [Subject((obj,)) for obj in OBJECT_CLASSES.values()]


def pairs() -> list[Subject]:
    """All pairs of solids, and a share of those of everyday things, drawn by their names."""
    found = [
        Subject((OBJECT_CLASSES[a], OBJECT_CLASSES[b]), relation)
        for a, relation, b in _named_pairs()
        if {a, b} <= set(OBJECT_CLASSES)
    ]
    return [pair for pair in found if not any(is_held_out_object(obj.name) for obj in pair.objects)]


def _named_pairs() -> Iterator[tuple[str, str, str]]:
    yield from ((a, "on", b) for a, b in product(SOLIDS, FLAT))
    yield from ((a, "next to", b) for a, b in product(SOLIDS, SOLIDS))
    everyday = [(a, "on", b, SHARE_ON) for a, b in product(COMPANIONS, (*FLAT, *STANDS))]
    everyday += [(a, "next to", b, SHARE_BESIDE) for a, b in product(COMPANIONS, COMPANIONS)]
    yield from ((a, how, b) for a, how, b, share in everyday if a != b and share_of(f"{a} {how} {b} chosen") < share)
