"""Instances of nothing: parts of several things, turned, stretched and heaped up.

A thing that is no thing of the world cannot be shown in training, or it would be one. Heaps have the surfaces, colors
and light of things and the form of none: what the encoder says of them is what it should say of the unknown.
"""

from __future__ import annotations

import numpy as np
from trimesh import Trimesh
from trimesh.transformations import random_rotation_matrix

from ..objects.object_class import OBJECT_CLASSES, Part
from ..prior.frames import NAMES, built, code_of
from ..raycasting.raycaster import fit_to_frame

PIECES = (2, 6)  # and below
SPREAD = 0.6


def heap(number: int) -> list[Part]:
    """The parts of the heap of that number."""
    draw = np.random.default_rng((77, number))
    return [_piece(draw) for _ in range(draw.integers(*PIECES))]


def _piece(draw: np.random.Generator) -> Part:
    thing = OBJECT_CLASSES[NAMES[draw.integers(len(NAMES))]]
    parts = built(thing, code_of(thing, int(draw.integers(1, 64))))
    part = parts[draw.integers(len(parts))]
    return Part(part.name, _thrown(part.mesh, draw), part.color)


def _thrown(mesh: Trimesh, draw: np.random.Generator) -> Trimesh:
    [small] = fit_to_frame([mesh])
    turn = random_rotation_matrix(draw.uniform(size=3))
    turn[:3, :3] *= draw.uniform(0.4, 1.0) * draw.uniform(0.6, 1.4, size=3)
    turn[:3, 3] = SPREAD * draw.uniform(-1, 1, size=3)
    thrown: Trimesh = small.apply_transform(turn)
    return thrown
