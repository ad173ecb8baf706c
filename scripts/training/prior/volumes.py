"""Points of an instance: near its surface and everywhere, what holds each, and which part's color is seen there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float16, UInt8
from numpy import ndarray
from trimesh import Trimesh

from .winding import windings

POINTS = 4096
NEAR_SHARE = 0.72
SPREADS = ((0.008, 0.4), (0.025, 0.35), (0.08, 0.25))  # of the near ones: standard deviation, share
SEEN_SPREAD = 0.03  # nearer than about this, a point has the color of the surface that it was drawn at
BY_PART = 0.5  # of the surface's points, those that are drawn alike from each part: eyes are small
SKIN = 1e-3  # to both sides of a point of a surface, to know whether it is seen
BOX = 1.0  # half-width
NO_PART = 255


@dataclass(frozen=True)
class Volume:
    """`holder` is 0 outside and else 1 + the part's number; `part` NO_PART where nothing has a color."""

    points: Float16[ndarray, "n 3"]
    holder: UInt8[ndarray, " n"]
    part: UInt8[ndarray, " n"]


def volume(
    meshes: Sequence[Trimesh], seed: int, count: int = POINTS, half: Float[ndarray, " 3"] | float = BOX
) -> Volume:
    """`half` are the half-widths of the box that the points lie in."""
    draw = np.random.default_rng(seed)
    near = int(NEAR_SHARE * count)
    surface, part = visible_surface(meshes, near, draw)
    spread = draw.choice([s for s, _ in SPREADS], near, p=[share for _, share in SPREADS])
    shifted = (surface + spread[:, None] * draw.normal(size=(near, 3))).clip(-half, half)
    points = np.concatenate([shifted, half * draw.uniform(-1, 1, (count - near, 3))]).astype(np.float16)
    holder = holders(meshes, points.astype(np.float64))
    seen = np.concatenate([np.where(spread < SEEN_SPREAD, part, NO_PART), np.full(count - near, NO_PART)])
    seen = np.where((seen == NO_PART) & (holder > 0), holder.astype(int) - 1, seen)
    return Volume(points, holder, seen.astype(np.uint8))


def holders(meshes: Sequence[Trimesh], points: Float[ndarray, "n 3"]) -> UInt8[ndarray, " n"]:
    """Which part holds each point, + 1; of several the smallest, for details lie in what they adorn."""
    inside = windings(meshes, points) > 0
    rank = np.argsort(np.argsort([np.ptp(mesh.bounds, axis=0).prod() for mesh in meshes]))
    first = np.where(inside, rank, len(meshes)).argmin(1)
    return np.where(inside.any(1), first + 1, 0).astype(np.uint8)


def visible_surface(
    meshes: Sequence[Trimesh], count: int, draw: np.random.Generator
) -> tuple[Float[ndarray, "n 3"], UInt8[ndarray, " n"]]:
    """Points of the surface of the union with their parts: those that another part or shell hides are left out."""
    points, normals, part = _surface(meshes, 3 * count, draw)
    sides = np.concatenate([points + SKIN * normals, points - SKIN * normals])
    within = np.logical_or.reduce(windings(meshes, sides) > 0, axis=1)
    seen = np.flatnonzero(~within[: len(points)] & within[len(points) :])
    kept = draw.choice(seen, count, replace=len(seen) < count) if len(seen) else draw.integers(len(points), size=count)
    return points[kept], part[kept]


def _surface(meshes: Sequence[Trimesh], count: int, draw: np.random.Generator) -> tuple[ndarray, ndarray, ndarray]:
    triangles = np.concatenate([mesh.triangles for mesh in meshes])
    part = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes])
    across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    twice = np.linalg.norm(across, axis=1)
    of_part = np.bincount(part, twice)
    chance = (1 - BY_PART) * twice / twice.sum() + BY_PART * twice / of_part[part] / len(meshes)
    face = draw.choice(len(triangles), count, p=chance / chance.sum())
    u, v = draw.uniform(size=(2, count, 1))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    a, b, c = triangles[face].swapaxes(0, 1)
    return a + u * (b - a) + v * (c - a), across[face] / twice[face, None].clip(1e-12), part[face]
