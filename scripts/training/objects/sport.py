"""Balls and what hits them."""

from __future__ import annotations

import numpy as np
from trimesh import Trimesh

from .mesh_primitives import (
    ball,
    box,
    join,
    lathe,
    mirror,
    ring,
    rod,
    rotate,
    scale,
    shift,
)
from .object_class import Part, Rng, object_class


@object_class("football", "soccer ball", natural="white", parts=("patches",), group="play")
def football(rng: Rng) -> list[Part]:
    golden, size = (1 + 5**0.5) / 2, rng(0.30, 0.34)
    corners: list[tuple[float, float, float]] = [(0, a, b * golden) for a in (-1, 1) for b in (-1, 1)]
    corners += [(a, b * golden, 0) for a in (-1, 1) for b in (-1, 1)] + [
        (b * golden, 0, a) for a in (-1, 1) for b in (-1, 1)
    ]
    units = [np.array(corner) / np.linalg.norm(corner) for corner in corners]
    patches = [rod(tuple(0.8 * u), tuple(1.0 * u), size * 1.05, size * 0.9) for u in units]
    return [Part("ball", ball(1.0), None), Part("patches", join(*patches), "black")]


@object_class("basketball", natural="orange", parts=("lines",), group="play")
def basketball(rng: Rng) -> list[Part]:
    width = rng(0.05, 0.065)
    lines = join(*(ring(1.0, width, axis=axis) for axis in "xyz"))
    curves = mirror(ring(0.68, width, at=(0.73, 0, 0), axis="x"))
    return [Part("ball", ball(1.0), None), Part("lines", join(lines, curves), "black")]


@object_class("beach ball", natural="white", group="play")
def beach_ball(rng: Rng) -> list[Part]:
    turn, caps = rng(0, 60), mirror(rod((0, 0, 0.96), (0, 0, 1.02), 0.2), "z")
    slices = [rotate(_slice(60), turn + 120 * k) for k in range(3)]
    colored = [Part("stripes", mesh, color) for mesh, color in zip(slices, ("red", "blue", "yellow"), strict=True)]
    return [Part("ball", join(ball(1.0), caps), None), *colored]


def _slice(degrees: float) -> Trimesh:
    """The skin of a ball between two meridians, like a slice of an orange: those faces of a turned profile."""
    arc = np.linspace(-np.pi / 2, np.pi / 2, 17)
    skin = lathe([(1.015 * np.cos(a), 1.015 * np.sin(a)) for a in arc], sides=36)
    x, y, _ = skin.triangles_center.T
    skin.update_faces((np.degrees(np.arctan2(y, x)) % 360) < degrees)
    return skin


@object_class("tennis racket", "racket", natural="red", parts=("strings",), group="play")
def tennis_racket(rng: Rng) -> list[Part]:
    wide, length = rng(0.48, 0.54), rng(0.95, 1.1)
    hoop = shift(scale(ring(1.0, 0.14, axis="y"), wide, 0.6, 0.62), z=0.5)
    fork = mirror(rod((0.3 * wide, 0, -0.08), (0, 0, -0.45), 0.07))
    mesh = [box(0.04, 0.05, 1.1, at=(x, 0, 0.5)) for x in (-0.22, 0, 0.22)]
    mesh += [box(1.8 * wide * (1 - (z - 0.5) ** 2) ** 0.5, 0.05, 0.04, at=(0, 0, z)) for z in (0.1, 0.36, 0.62, 0.88)]
    return [
        Part("frame", join(hoop, fork), None),
        Part("strings", join(*mesh), "white"),
        Part("grip", rod((0, 0, -0.4), (0, 0, -length), 0.11, 0.13), "black"),
        Part("ball", ball(0.2, at=(0.62, 0, -0.75)), "yellow"),
    ]


@object_class("baseball bat", natural="brown", group="play")
def baseball_bat(rng: Rng) -> list[Part]:
    fat, length = rng(0.2, 0.24), rng(1.0, 1.1)
    wood = lathe(
        [
            (0.17, -length),
            (0.17, -length + 0.1),
            (0.09, -length + 0.14),
            (0.1, -0.3),
            (fat, 0.35),
            (fat, 0.85),
            (0.6 * fat, 1.0),
            (0, 1.02),
        ]
    )
    return [
        Part("bat", wood, None),
        Part("grip", rod((0, 0, -length + 0.14), (0, 0, -0.35), 0.12, 0.125), "black"),
        Part("ball", ball(0.24, at=(0.55, 0, -0.8)), "white"),
        Part("seam", join(*(ring(0.16, 0.04, at=(0.55 + s * 0.18, 0, -0.8), axis="x") for s in (-1, 1))), "red"),
    ]


@object_class("bowling pin", "skittle", natural="white", parts=("stripes",), group="play")
def bowling_pin(rng: Rng) -> list[Part]:
    belly, neck = rng(0.36, 0.41), rng(0.16, 0.19)
    profile = [
        (0.2, 0),
        (0.3, 0.25),
        (belly, 0.6),
        (0.9 * belly, 0.85),
        (0.24, 1.15),
        (neck, 1.4),
        (0.22, 1.65),
        (0.19, 1.85),
        (0.1, 1.95),
        (0, 1.97),
    ]
    bands = [rod((0, 0, z), (0, 0, z + 0.09), neck + 0.045) for z in (1.24, 1.42)]
    return [Part("pin", lathe(profile), None), Part("stripes", join(*bands), "red")]


@object_class("dartboard", "target", natural="red", group="play")
def dartboard(rng: Rng) -> list[Part]:
    radius, thick = rng(0.92, 1.0), rng(0.2, 0.26)
    discs = [
        rod((0, thick / 2 - 0.04 * k, 0), (0, -thick / 2 - 0.03 * k, 0), radius * r)
        for k, r in enumerate((1.0, 0.75, 0.5, 0.25))
    ]
    dart = join(
        rod((0.12, -0.2, 0.08), (0.3, -0.8, 0.2), 0.05),
        *(shift(rotate(box(0.26, 0.26, 0.05), t, "y"), 0.3, -0.75, 0.2) for t in (0, 90)),
    )
    return [
        Part("rings", join(discs[0], discs[2]), None),
        Part("white rings", join(discs[1], discs[3]), "white"),
        Part("dart", dart, "blue"),
    ]
