"""Details that many things share: curves through a few points, leaves, rows of dots, eyes, legs."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians, sin
from typing import Any

import numpy as np
from trimesh import Trimesh

from .mesh_primitives import Outline, Point, ball, box, extrude, join, mirror, repeat_around, rod, rotate, scale, shift
from .object_class import Part


def arc(radius: float, start: float, end: float, count: int = 24) -> Outline:
    """Points of a part of a circle, angles in degrees."""
    angles = [radians(start + (end - start) * i / (count - 1)) for i in range(count)]
    return [(radius * cos(a), radius * sin(a)) for a in angles]


def smooth_curve(points: Sequence[Sequence[float]], steps: int = 4) -> list[tuple[Any, ...]]:
    """Makes a smooth curve through the points (Catmull and Rom 1974).

    Between p1 and p2, with u from 0 to 1, it is
    p1 + u (p2 - p0) / 2 + u^2 (p0 - 5/2 p1 + 2 p2 - p3 / 2) + u^3 (-p0 + 3 p1 - 3 p2 + p3) / 2.
    The first coordinate is kept at 0 or more where all that are given are: it may be a radius.
    """
    given = np.asarray(points, dtype=float)
    p = np.concatenate([given[:1], given, given[-1:]])
    u = (np.arange(steps) / steps)[:, None]
    pieces = [
        b + u * (c - a) / 2 + u**2 * (a - 2.5 * b + 2 * c - 0.5 * d) + u**3 * (3 * b - 3 * c + d - a) / 2
        for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True)
    ]
    smooth = np.concatenate([*pieces, given[-1:]])
    if (given[:, 0] >= 0).all():
        smooth[:, 0] = smooth[:, 0].clip(0)
    return [tuple(float(c) for c in point) for point in smooth]


def leaf(length: float, at: Point, tilt: float = 25) -> Trimesh:
    """An almond that points to +X and rises by `tilt` degrees, its foot at `at`."""
    blade = extrude([(0.0, 0.0), (0.3, 0.24), (0.65, 0.22), (1.0, 0.0), (0.65, -0.22), (0.3, -0.24)], 0.1, axis="z")
    return shift(rotate(scale(blade, length), -tilt, axis="y"), *at)


def studs(rows: Sequence[tuple[float, float]], size: float, count: int) -> Trimesh:
    """Small boxes round the Z axis, a row for each (radius, height), every second row between the others."""
    rings = [repeat_around(box(size, size, size, at=(radius, 0, height)), count) for radius, height in rows]
    return join(*(rotate(stud, 180 / count * (i % 2)) for i, stud in enumerate(rings)))


def eyes(apart: float, y: float, z: float, size: float) -> list[Part]:
    """Two round white eyes with black pupils that look towards -Y, seen from the sides as well."""
    pupil = ball(0.62 * size, (apart + 0.15 * size, y - 0.6 * size, z))
    return [Part("eyes", mirror(ball(size, (apart, y, z))), "white"), Part("pupils", mirror(pupil), "black")]


def beads(apart: float, y: float, z: float, size: float) -> Trimesh:
    """Two dots, side by side: plain eyes, nostrils, buttons."""
    return mirror(ball(size, (apart, y, z)))


def legs(x: float, y: float, height: float, radius: float, middle: float = 0.0) -> Trimesh:
    """Four legs from the ground, at (+-x, middle +- y)."""
    return join(*(rod((u, middle + v, 0), (u, middle + v, height), radius) for u in (-x, x) for v in (-y, y)))
