"""The forms that things are built from: small meshes, each closed and turned outwards. Z up, front towards -Y.

Sizes are full sizes unless a name says radius. Nothing here is exact beyond what 32 pixels show: a circle has 32 sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, radians, sin
from typing import Any, cast

import numpy as np
import trimesh
from trimesh import Trimesh
from trimesh.transformations import rotation_matrix

Point = Sequence[float]
Outline = Sequence[tuple[float, float]]

AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}
ORIGIN = (0.0, 0.0, 0.0)
SIDES = 32


def box(x: float, y: float, z: float, at: Point = ORIGIN) -> Trimesh:
    return shift(trimesh.creation.box((x, y, z)), *at)


def ball(radius: float | Point, at: Point = ORIGIN) -> Trimesh:
    """A sphere, or an ellipsoid when `radius` has three numbers."""
    radii = (cast(float, radius),) * 3 if np.isscalar(radius) else tuple(cast(Point, radius))
    return shift(scale(trimesh.creation.icosphere(subdivisions=3, radius=1.0), *radii), *at)


def rod(start: Point, end: Point, radius: float, end_radius: float | None = None) -> Trimesh:
    """A cylinder between two points; with `end_radius` a truncated cone, a whole one when that is 0."""
    return tube([start, end], radius if end_radius is None else (radius, end_radius))


def cone(radius: float, height: float, at: Point = ORIGIN, sides: int = SIDES) -> Trimesh:
    """Base center at `at`, axis Z. Four sides make a pyramid, its base radius * sqrt(2) wide, square to the axes."""
    mesh = lathe([(0, 0), (radius, 0), (0, height)], sides=sides)
    return shift(rotate(mesh, 45) if sides == 4 else mesh, *at)


def lathe(profile: Outline, at: Point = ORIGIN, sides: int = SIDES) -> Trimesh:
    """A profile [(r, z), ...] turned round Z, from below upwards. An end that is not on the axis gets a flat lid."""
    profile = [(float(r), float(z)) for r, z in profile]
    profile = [(0.0, profile[0][1])] * (profile[0][0] > 0) + profile + [(0.0, profile[-1][1])] * (profile[-1][0] > 0)
    angles = 2 * pi * np.arange(sides) / sides
    circle = np.stack([np.cos(angles), np.sin(angles), np.zeros(sides)], axis=1)
    return shift(_strips([r * circle + (0, 0, z) for r, z in profile]), *at)


def extrude(outline: Outline, depth: float, at: Point = ORIGIN, axis: str = "y") -> Trimesh:
    """A polygon (u, v), concave or not, made `depth` thick; the thickness runs along `axis` and is centered on `at`.

    Axis "y": (u, v) are (X, Z), a picture seen from the front. Axis "z": (X, Y). Axis "x": (Y, Z).
    """
    flat = np.asarray(outline, dtype=float)
    if _area(flat) < 0:
        flat = flat[::-1]
    from mapbox_earcut import triangulate_float64  # needed by nothing that runs with the backend

    faces = triangulate_float64(flat, np.array([len(flat)], dtype=np.uint32)).reshape(-1, 3).astype(int)
    ends = [np.column_stack([flat, np.full(len(flat), height)]) for height in (-depth / 2, depth / 2)]
    ring_of, next_of, count = np.arange(len(flat)), np.roll(np.arange(len(flat)), -1), len(flat)
    sides = np.concatenate(
        [np.stack([ring_of, next_of, next_of + count], 1), np.stack([ring_of, next_of + count, ring_of + count], 1)]
    )
    mesh = _solid(np.concatenate(ends), np.concatenate([faces[:, ::-1], faces + count, sides]))
    return shift(_from_z(mesh, axis), *at)


def ring(
    major: float, minor: float, at: Point = ORIGIN, axis: str = "z", arc: tuple[float, float] = (0, 360)
) -> Trimesh:
    """A torus round `axis`, or a part of it: `arc` in degrees. The angle runs from u to v as in `extrude`."""
    whole = abs(arc[1] - arc[0]) >= 360
    angles = np.radians(np.linspace(*arc, SIDES + 1)[: SIDES if whole else SIDES + 1])
    around_it = 2 * pi * np.arange(16) / 16
    circles = []
    for angle in angles:
        out, up = np.array([cos(angle), sin(angle), 0.0]), np.array([0.0, 0.0, 1.0])
        circles.append(major * out + minor * (np.cos(around_it)[:, None] * out + np.sin(around_it)[:, None] * up))
    return shift(_from_z(_strips([*circles, circles[0]] if whole else _lidded(circles)), axis), *at)


def tube(points: Sequence[Point], radius: float | Sequence[float], sides: int = 20) -> Trimesh:
    """A round sweep along a polyline, closed at both ends; one radius, or one for each point."""
    path = np.asarray(points, dtype=float)
    radii = np.broadcast_to(np.asarray(radius, dtype=float), len(path))
    steps = _unit(np.diff(path, axis=0))
    tangents = _unit(np.concatenate([steps[:1], steps[:-1] + steps[1:], steps[-1:]]))
    angles = 2 * pi * np.arange(sides) / sides
    across = _unit(np.cross(tangents[0], np.eye(3)[np.abs(tangents[0]).argmin()]))
    circles = []
    for center, tangent, size in zip(path, tangents, radii, strict=True):
        across = _unit(across - tangent * (across @ tangent))  # carried along, so that the tube does not twist
        other = np.cross(tangent, across)
        circles.append(center + size * (np.cos(angles)[:, None] * across + np.sin(angles)[:, None] * other))
    return _strips(_lidded(circles))


def prism(x: float, y: float, z: float, at: Point = ORIGIN) -> Trimesh:
    """A gable roof: full sizes, ridge along Y, base center at `at`."""
    return extrude([(-x / 2, 0), (x / 2, 0), (0, z)], y, at)


def dome(radius: float, at: Point = ORIGIN, squash: float = 1.0) -> Trimesh:
    """The upper half of a ball, its height times `squash`, on a flat base at `at`."""
    angles = np.linspace(0, pi / 2, 12)
    return lathe([(radius * cos(a), squash * radius * sin(a)) for a in angles[:-1]] + [(0, squash * radius)], at)


def hollow(outer_radius: float, height: float, wall: float, at: Point = ORIGIN, top: float | None = None) -> Trimesh:
    """An open cup, base center at `at`: closed below, open above. `top`: its radius at the rim."""
    rim = outer_radius if top is None else top
    inside = outer_radius + (rim - outer_radius) * wall / height - wall
    return lathe([(0, 0), (outer_radius, 0), (rim, height), (rim - wall, height), (inside, wall), (0, wall)], at)


def star_outline(points: int = 5, outer: float = 1.0, inner: float = 0.45) -> Outline:
    """A star with one tip up."""
    angles = pi / 2 + pi * np.arange(2 * points) / points
    return [((outer, inner)[i % 2] * cos(a), (outer, inner)[i % 2] * sin(a)) for i, a in enumerate(angles)]


def heart_outline(size: float = 1.0) -> Outline:
    """A heart `size` wide, its tip down: (16 sin^3 t, 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t)."""
    angles = np.linspace(0, 2 * pi, 48, endpoint=False)
    height = [13 * cos(a) - 5 * cos(2 * a) - 2 * cos(3 * a) - cos(4 * a) for a in angles]
    return [(size / 32 * 16 * sin(a) ** 3, size / 32 * (h + 2.5)) for a, h in zip(angles, height, strict=True)]


def circle_outline(radius: float, sides: int = SIDES) -> Outline:
    return [(radius * cos(a), radius * sin(a)) for a in 2 * pi * np.arange(sides) / sides]


def rounded_outline(w: float, h: float, radius: float) -> Outline:
    """A rectangle of full sizes w, h whose corners are rounded."""
    corners = [(w / 2 - radius, h / 2 - radius, 0), (radius - w / 2, h / 2 - radius, 90),
               (radius - w / 2, radius - h / 2, 180), (w / 2 - radius, radius - h / 2, 270)]  # fmt: skip
    turns = [(u, v, radians(start + step)) for u, v, start in corners for step in (0, 22.5, 45, 67.5, 90)]
    return [(u + radius * cos(a), v + radius * sin(a)) for u, v, a in turns]


def join(*meshes: Trimesh) -> Trimesh:
    """All of them in one mesh; what overlaps stays inside, unseen."""
    return cast(Trimesh, trimesh.util.concatenate(list(meshes)))


def shift(mesh: Trimesh, x: float = 0, y: float = 0, z: float = 0) -> Trimesh:
    moved: Trimesh = mesh.copy().apply_translation((x, y, z))
    return moved


def rotate(mesh: Trimesh, degrees: float, axis: str = "z", about: Point = ORIGIN) -> Trimesh:
    """Turned counter-clockwise as seen from the axis' positive end."""
    return mesh.copy().apply_transform(rotation_matrix(radians(degrees), AXES[axis], about))


def scale(mesh: Trimesh, sx: float, sy: float | None = None, sz: float | None = None) -> Trimesh:
    """By one number, or by one for each axis."""
    return mesh.copy().apply_transform(np.diag([sx, sx if sy is None else sy, sx if sz is None else sz, 1.0]))


def mirror(mesh: Trimesh, axis: str = "x") -> Trimesh:
    """The mesh AND its mirror image, in one mesh."""
    image = mesh.copy().apply_transform(np.diag([*(1 - 2 * np.array(AXES[axis])), 1.0]))
    return join(mesh, image)


def repeat_around(mesh: Trimesh, count: int, axis: str = "z") -> Trimesh:
    """`count` copies turned round the axis, in one mesh."""
    return join(*(rotate(mesh, 360 * k / count, axis) for k in range(count)))


def _strips(circles: list[np.ndarray]) -> Trimesh:
    """Skin between one closed circle of points and the next; degenerate faces go, equal points become one."""
    count = len(circles[0])
    here, after = np.arange(count), np.roll(np.arange(count), -1)
    quads = [
        np.concatenate([np.stack([a + here, a + after, b + after], 1), np.stack([a + here, b + after, b + here], 1)])
        for a, b in ((count * k, count * (k + 1)) for k in range(len(circles) - 1))
    ]
    return _solid(np.concatenate(circles), np.concatenate(quads))


def _lidded(circles: list[np.ndarray]) -> list[np.ndarray]:
    """The same circles with a point at either end, so that the skin closes."""
    first, last = circles[0], circles[-1]
    return [np.broadcast_to(first.mean(0), first.shape), *circles, np.broadcast_to(last.mean(0), last.shape)]


def _solid(vertices: np.ndarray, faces: np.ndarray) -> Trimesh:
    """A mesh without double points or empty faces, its faces outwards."""
    mesh = Trimesh(vertices, faces, process=False)
    mesh.merge_vertices(digits_vertex=7)
    mesh.update_faces(mesh.nondegenerate_faces(height=1e-9))
    mesh.remove_unreferenced_vertices()
    if mesh.volume < 0:
        mesh.invert()
    return mesh


def _from_z(mesh: Trimesh, axis: str) -> Trimesh:
    """What was built with its axis along Z: (u, v, depth) to (X, Z, -Y) for "y" and to (Y, Z, X) for "x"."""
    turns: dict[str, Any] = {
        "x": [[0, 0, 1], [1, 0, 0], [0, 1, 0]],
        "y": [[1, 0, 0], [0, 0, -1], [0, 1, 0]],
        "z": np.eye(3),
    }
    matrix = np.eye(4)
    matrix[:3, :3] = turns[axis]
    return mesh.apply_transform(matrix)


def _unit(vectors: np.ndarray) -> np.ndarray:
    unit: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return unit


def _area(outline: np.ndarray) -> float:
    """Signed: positive when the outline runs counter-clockwise (the shoelace formula)."""
    u, v = outline.T
    return 0.5 * float(u @ np.roll(v, -1) - v @ np.roll(u, -1))
