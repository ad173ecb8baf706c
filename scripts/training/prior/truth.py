"""Held-out instances as voxels: what is true, to hold a model's answers against."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from ..objects.object_class import OBJECT_CLASSES
from ..raycasting.raycaster import fit_to_frame
from .frames import FIRST_HELD_OUT, code_of, parts_of
from .volumes import holders, visible_surface

VOXELS = 48


def lattice(edge: int = VOXELS) -> Float[ndarray, "n 3"]:
    """Centers of the voxels of [-1, 1]^3, x slowest."""
    centers = (np.arange(edge) + 0.5) / edge * 2 - 1
    return np.stack(np.meshgrid(centers, centers, centers, indexing="ij"), -1).reshape(-1, 3)


def held_out(name: str, number: int) -> tuple[Float[ndarray, " d"], UInt8[ndarray, " n"]]:
    """The code of the thing's held-out instance of that number (from 0), and what holds each voxel of its frame."""
    thing = OBJECT_CLASSES[name]
    code = code_of(thing, FIRST_HELD_OUT + number)
    return code, holders([part.mesh for part in parts_of(thing, code)], lattice())


def visible_voxels(name: str, number: int) -> UInt8[ndarray, " n"]:
    """The same in the frame that all things share (`raycaster.fit_to_frame`): sizes compare there, as in a picture."""
    thing = OBJECT_CLASSES[name]
    code = code_of(thing, FIRST_HELD_OUT + number)
    return holders(fit_to_frame([part.mesh for part in parts_of(thing, code)]), lattice())


def visible_surface_of(name: str, number: int, count: int = 1500) -> tuple[Float[ndarray, "n 3"], UInt8[ndarray, " n"]]:
    """Points of what is seen of it in that frame, and their parts."""
    code = code_of(OBJECT_CLASSES[name], FIRST_HELD_OUT + number)
    meshes = fit_to_frame([part.mesh for part in parts_of(OBJECT_CLASSES[name], code)])
    return visible_surface(meshes, count, np.random.default_rng(number))


def overlap(first: ndarray, second: ndarray) -> float:
    """Of what either holds, the share that both do; 1 where nothing is held."""
    either = (first | second).sum()
    return float((first & second).sum() / either) if either else 1.0
