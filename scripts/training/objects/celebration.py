"""Gifts, prizes and what flutters over a feast."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    cone,
    extrude,
    join,
    lathe,
    mirror,
    ring,
    rod,
    rotate,
    scale,
    shift,
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("gift", "present", "gift box", natural="red", parts=("ribbon",), group="objects")
def gift(rng: Rng) -> list[Part]:
    half, height = rng(0.62, 0.7), rng(0.95, 1.15)
    lid = box(2 * half + 0.14, 2 * half + 0.14, 0.26, at=(0, 0, height - 0.08))
    bands = join(
        *(box(x, y, height + 0.14, at=(0, 0, height / 2)) for x, y in ((2 * half + 0.2, 0.26), (0.26, 2 * half + 0.2)))
    )
    loop = shift(rotate(scale(ring(0.24, 0.09, axis="y"), 1.2, 1.2, 0.8), -28, "y"), x=0.3, z=height + 0.24)
    return [
        Part("box", join(box(2 * half, 2 * half, height, at=(0, 0, height / 2)), lid), None),
        Part("ribbon", join(bands, mirror(loop), ball(0.15, at=(0, 0, height + 0.14))), "yellow"),
    ]


@object_class("trophy", "goblet trophy", natural="gold", parts=("base",), group="objects")
def trophy(rng: Rng) -> list[Part]:
    rim, height = rng(0.52, 0.6), rng(0.75, 0.9)
    cup = lathe(
        [
            (0.3, -0.36),
            (0.1, -0.2),
            (0.1, 0.0),
            (0.36, 0.18),
            (rim - 0.04, 0.45),
            (rim, height),
            (rim - 0.08, height),
            (rim - 0.14, 0.5),
            (0, 0.3),
        ]
    )
    ears = mirror(scale(ring(0.25, 0.08, at=(rim + 0.02, 0, 0.55), axis="y"), 1, 1, 1.0))
    base = join(box(0.85, 0.85, 0.3, at=(0, 0, -0.5)), box(1.0, 1.0, 0.12, at=(0, 0, -0.68)))
    return [
        Part("cup", join(cup, ears), None),
        Part("star", mirror(extrude(star_outline(5, 0.22, 0.1), 0.14, at=(0, -rim + 0.02, 0.52)), "y"), "red"),
        Part("base", base, "black"),
    ]


@object_class("medal", natural="gold", parts=("ribbon",), group="objects")
def medal(rng: Rng) -> list[Part]:
    radius, length = rng(0.5, 0.56), rng(0.95, 1.1)
    strap = mirror(extrude([(0.0, 0), (0.22, 0.06), (0.5, length), (0.18, length), (0, 0.4)], 0.1, at=(0, 0, 0.4)))
    star = mirror(extrude(star_outline(5, 0.32, 0.14), 0.12, at=(0, -0.1, -0.05)), "y")
    return [
        Part(
            "disc",
            join(rod((0, 0.09, -0.05), (0, -0.09, -0.05), radius), ring(radius, 0.1, at=(0, 0, -0.05), axis="y")),
            None,
        ),
        Part("ribbon", strap, "blue"),
        Part("star", star, "white"),
    ]


@object_class("flag", natural="red", parts=("pole",), group="objects")
def flag(rng: Rng) -> list[Part]:
    length, height, wave = rng(1.1, 1.3), rng(0.7, 0.8), rng(0.08, 0.14)
    path = [(length * k / 6, wave * (0, 1, 0.6, -0.6, -1, -0.3, 0.6)[k]) for k in range(7)]
    sheet = [(x, y - 0.05) for x, y in path] + [(x, y + 0.05) for x, y in reversed(path)]
    cloth = extrude(sheet, height, at=(0, 0, 1.0 - height / 2), axis="z")
    stripe = extrude(
        [(x, y - 0.06) for x, y in path] + [(x, y + 0.06) for x, y in reversed(path)],
        0.22,
        at=(0, 0, 1.0 - height / 2),
        axis="z",
    )
    pole = join(rod((0, 0, -1.0), (0, 0, 1.05), 0.07), rod((0, 0, -1.0), (0, 0, -0.9), 0.3))
    return [
        Part("cloth", cloth, None),
        Part("stripe", stripe, "white"),
        Part("pole", pole, "brown"),
        Part("knob", ball(0.13, at=(0, 0, 1.1)), "gold"),
    ]


@object_class("balloon", "party balloon", natural="red", group="objects")
def balloon(rng: Rng) -> list[Part]:
    fat, tall = rng(0.6, 0.68), rng(0.74, 0.82)
    knot = cone(0.14, 0.16, at=(0, 0, -tall - 0.1))
    string = tube(
        [(0, 0, -tall - 0.08), (0.08, 0, -tall - 0.35), (-0.06, 0, -tall - 0.65), (0.05, 0, -tall - 1.0)], 0.05
    )
    shine = shift(rotate(ball((0.12, 0.04, 0.2)), 25, "y"), x=-0.26, y=-fat * 0.84, z=0.3)
    return [
        Part("balloon", join(ball((fat, fat, tall)), knot), None),
        Part("string", string, "grey"),
        Part("shine", shine, "white"),
    ]


@object_class("gem", "diamond", "jewel", natural="cyan", group="objects")
def gem(rng: Rng) -> list[Part]:
    girdle, depth = rng(0.75, 0.85), rng(0.8, 0.95)
    return [Part("gem", lathe([(0, -depth), (girdle, 0), (0.62 * girdle, 0.36)], sides=8), None)]
