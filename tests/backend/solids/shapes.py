"""Meshes whose solids are known by a formula, as triangles that look outward."""

from __future__ import annotations

import numpy as np

from backend.solids.mesh import SolidMesh, solid_mesh

CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)
SIDES = {
    "-x": (0, 1, 3, 2), "+x": (4, 6, 7, 5), "-y": (0, 4, 5, 1),
    "+y": (2, 3, 7, 6), "-z": (0, 2, 6, 4), "+z": (1, 5, 7, 3),
}  # fmt: skip
"""Points of a cube's sides, counter-clockwise seen from outside."""


def box(center=(0, 0, 0), half=(0.5, 0.5, 0.5), without=(), colors=None, number=0) -> SolidMesh:
    """A box, open where it is `without` a side; `colors` are sRGB bytes by side."""
    names = [name for name in SIDES if name not in without]
    quads = np.array([SIDES[name] for name in names])
    triangles = quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3)
    painted = None
    if colors:
        painted = np.array([colors[name] for name in names for _ in range(2)], np.uint8)[:, None].repeat(3, axis=1)
    objects = np.full(len(triangles), number)
    return solid_mesh(CORNERS * np.array(half) + np.array(center), triangles, painted, objects)


def united(*meshes: SolidMesh) -> SolidMesh:
    """Several meshes as the objects of one."""
    starts = np.cumsum([0, *[len(mesh.points) for mesh in meshes]])
    return solid_mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=False)]),
        np.concatenate([mesh.colors for mesh in meshes]),
        np.concatenate([mesh.objects for mesh in meshes]),
    )


def revolved(profile, count=128) -> SolidMesh:
    """A closed surface: a ring of points (radius, height) turned around Z; the ring runs counter-clockwise."""
    angles = np.arange(count) / count * 2 * np.pi
    ring = np.asarray(profile, float)
    points = np.stack([
        ring[:, 0][None] * np.cos(angles)[:, None],
        ring[:, 0][None] * np.sin(angles)[:, None],
        ring[:, 1][None].repeat(count, axis=0),
    ], axis=-1).reshape(-1, 3)  # fmt: skip
    i, j = np.meshgrid(np.arange(count), np.arange(len(ring)), indexing="ij")
    at = lambda a, b: (a % count) * len(ring) + b % len(ring)  # noqa: E731 - short, and used in one line
    quads = np.stack([at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)], axis=-1).reshape(-1, 4)
    return solid_mesh(points, quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3))


def torus(major=0.6, minor=0.25, count=128) -> SolidMesh:
    angles = np.arange(64) / 64 * 2 * np.pi
    return revolved(np.stack([major + minor * np.cos(angles), minor * np.sin(angles)], axis=-1), count)


def ball(radius=0.7, count=128) -> SolidMesh:
    heights = np.linspace(-np.pi / 2, np.pi / 2, 65)
    return revolved(np.stack([radius * np.cos(heights).clip(0), radius * np.sin(heights)], axis=-1), count)


def centers(shape, low=-1.0, high=1.0) -> np.ndarray:
    axes = [(np.arange(count) + 0.5) / count * (high - low) + low for count in shape]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
