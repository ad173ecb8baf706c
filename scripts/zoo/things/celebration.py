"""Gifts, prizes and what flutters over a feast."""

from __future__ import annotations

from ..forms import (
    ball,
    box,
    cone,
    extrude,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    scaled,
    star_outline,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("gift", "present", "gift box", natural="red", parts=("ribbon",), group="objects")
def gift(vary: Vary) -> list[Part]:
    half, height = vary(0.62, 0.7), vary(0.95, 1.15)
    lid = box(2 * half + 0.14, 2 * half + 0.14, 0.26, at=(0, 0, height - 0.08))
    bands = joined(
        *(box(x, y, height + 0.14, at=(0, 0, height / 2)) for x, y in ((2 * half + 0.2, 0.26), (0.26, 2 * half + 0.2)))
    )
    loop = moved(turned(scaled(ring(0.24, 0.09, axis="y"), 1.2, 1.2, 0.8), -28, "y"), x=0.3, z=height + 0.24)
    return [
        Part("box", joined(box(2 * half, 2 * half, height, at=(0, 0, height / 2)), lid), None),
        Part("ribbon", joined(bands, mirrored(loop), ball(0.15, at=(0, 0, height + 0.14))), "yellow"),
    ]


@thing("trophy", "goblet trophy", natural="gold", parts=("base",), group="objects")
def trophy(vary: Vary) -> list[Part]:
    rim, height = vary(0.52, 0.6), vary(0.75, 0.9)
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
    ears = mirrored(scaled(ring(0.25, 0.08, at=(rim + 0.02, 0, 0.55), axis="y"), 1, 1, 1.0))
    base = joined(box(0.85, 0.85, 0.3, at=(0, 0, -0.5)), box(1.0, 1.0, 0.12, at=(0, 0, -0.68)))
    return [
        Part("cup", joined(cup, ears), None),
        Part("star", mirrored(extrude(star_outline(5, 0.22, 0.1), 0.14, at=(0, -rim + 0.02, 0.52)), "y"), "red"),
        Part("base", base, "black"),
    ]


@thing("medal", natural="gold", parts=("ribbon",), group="objects")
def medal(vary: Vary) -> list[Part]:
    radius, length = vary(0.5, 0.56), vary(0.95, 1.1)
    strap = mirrored(extrude([(0.0, 0), (0.22, 0.06), (0.5, length), (0.18, length), (0, 0.4)], 0.1, at=(0, 0, 0.4)))
    star = mirrored(extrude(star_outline(5, 0.32, 0.14), 0.12, at=(0, -0.1, -0.05)), "y")
    return [
        Part(
            "disc",
            joined(rod((0, 0.09, -0.05), (0, -0.09, -0.05), radius), ring(radius, 0.1, at=(0, 0, -0.05), axis="y")),
            None,
        ),
        Part("ribbon", strap, "blue"),
        Part("star", star, "white"),
    ]


@thing("flag", natural="red", parts=("pole",), group="objects")
def flag(vary: Vary) -> list[Part]:
    length, height, wave = vary(1.1, 1.3), vary(0.7, 0.8), vary(0.08, 0.14)
    path = [(length * k / 6, wave * (0, 1, 0.6, -0.6, -1, -0.3, 0.6)[k]) for k in range(7)]
    sheet = [(x, y - 0.05) for x, y in path] + [(x, y + 0.05) for x, y in reversed(path)]
    cloth = extrude(sheet, height, at=(0, 0, 1.0 - height / 2), axis="z")
    stripe = extrude(
        [(x, y - 0.06) for x, y in path] + [(x, y + 0.06) for x, y in reversed(path)],
        0.22,
        at=(0, 0, 1.0 - height / 2),
        axis="z",
    )
    pole = joined(rod((0, 0, -1.0), (0, 0, 1.05), 0.07), rod((0, 0, -1.0), (0, 0, -0.9), 0.3))
    return [
        Part("cloth", cloth, None),
        Part("stripe", stripe, "white"),
        Part("pole", pole, "brown"),
        Part("knob", ball(0.13, at=(0, 0, 1.1)), "gold"),
    ]


@thing("balloon", "party balloon", natural="red", group="objects")
def balloon(vary: Vary) -> list[Part]:
    fat, tall = vary(0.6, 0.68), vary(0.74, 0.82)
    knot = cone(0.14, 0.16, at=(0, 0, -tall - 0.1))
    string = tube(
        [(0, 0, -tall - 0.08), (0.08, 0, -tall - 0.35), (-0.06, 0, -tall - 0.65), (0.05, 0, -tall - 1.0)], 0.05
    )
    shine = moved(turned(ball((0.12, 0.04, 0.2)), 25, "y"), x=-0.26, y=-fat * 0.84, z=0.3)
    return [
        Part("balloon", joined(ball((fat, fat, tall)), knot), None),
        Part("string", string, "grey"),
        Part("shine", shine, "white"),
    ]


@thing("gem", "diamond", "jewel", natural="cyan", group="objects")
def gem(vary: Vary) -> list[Part]:
    girdle, depth = vary(0.75, 0.85), vary(0.8, 0.95)
    return [Part("gem", lathe([(0, -depth), (girdle, 0), (0.62 * girdle, 0.36)], sides=8), None)]
