"""What is worn or carried besides clothes."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    extrude,
    join,
    lathe,
    mirror,
    ring,
    rod,
    rounded_outline,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("bow tie", natural="red", group="clothes")
def bow_tie(rng: Rng) -> list[Part]:
    half, wide = rng(0.42, 0.5), rng(0.9, 1.0)
    wing = extrude([(0.08, 0.12), (wide, half), (wide - 0.06, 0), (wide, -half), (0.08, -0.12)], 0.3)
    dots = join(*(ball(0.085, at=(x, 0, z)) for x, z in ((0.4, 0.1), (0.62, -0.14), (0.76, 0.2))))
    spots = mirror(join(shift(dots, y=-0.12), shift(dots, y=0.12)))
    return [
        Part("bow", mirror(wing), None),
        Part("dots", spots, "white"),
        Part("knot", box(0.3, 0.4, 0.4), "black"),
    ]


@object_class("glasses", "spectacles", natural="black", group="clothes")
def glasses(rng: Rng) -> list[Part]:
    lens, long = rng(0.4, 0.46), rng(0.9, 1.1)
    frames = mirror(ring(lens, 0.09, at=(0.55, 0, 0), axis="y"))
    bridge = tube([(-0.18, 0, 0.1), (0, -0.02, 0.17), (0.18, 0, 0.1)], 0.075)
    arm = tube([(0.53 + lens, 0, 0.12), (1.0, 0.12, 0.14), (1.0, long, 0.14), (1.0, long + 0.15, -0.15)], 0.07)
    panes = mirror(rod((0.55, 0.03, 0), (0.55, -0.03, 0), lens))
    return [Part("frame", join(frames, bridge, mirror(arm)), None), Part("lenses", panes, "glass")]


@object_class("diamond ring", "engagement ring", natural="gold", parts=("diamond",), group="clothes")
def diamond_ring(rng: Rng) -> list[Part]:
    radius, size = rng(0.56, 0.64), rng(0.36, 0.42)
    gem = lathe([(0, 0), (size, 0.42), (0.62 * size, 0.62), (0, 0.62)], at=(0, 0, radius + 0.02), sides=8)
    claw = lathe([(0.1, 0), (0.2, 0.16)], at=(0, 0, radius - 0.04))
    return [Part("ring", join(ring(radius, 0.12, axis="y"), claw), None), Part("diamond", gem, "cyan")]


@object_class("wristwatch", "watch", natural="brown", parts=("face",), group="clothes")
def wristwatch(rng: Rng) -> list[Part]:
    size, length = rng(0.46, 0.54), rng(0.9, 1.0)
    strap = extrude([(-0.26, 0.3), (0.26, 0.3), (0.2, length), (-0.2, length)], 0.16)
    case = join(rod((0, 0.12, 0), (0, -0.14, 0), size), rod((size - 0.05, 0, 0), (size + 0.14, 0, 0), 0.1))
    hands = join(box(0.09, 0.08, 0.34, at=(0, -0.2, 0.14)), box(0.28, 0.08, 0.09, at=(0.1, -0.2, 0)))
    holes = join(*(ball(0.05, at=(0, -0.08, z)) for z in (-0.55, -0.7, -0.85)))
    return [
        Part("strap", mirror(strap, "z"), None),
        Part("case", case, "gold"),
        Part("face", rod((0, 0, 0), (0, -0.18, 0), size - 0.1), "white"),
        Part("hands", join(hands, holes), "black"),
    ]


@object_class("backpack", "school bag", natural="blue", parts=("pocket",), group="clothes")
def backpack(rng: Rng) -> list[Part]:
    half, height = rng(0.52, 0.6), rng(1.3, 1.45)
    sack = extrude(rounded_outline(2 * half, height, 0.32), 0.7)
    flap = extrude(rounded_outline(2 * half + 0.04, 0.55, 0.26), 0.4, at=(0, -0.2, height / 2 - 0.26))
    pocket = extrude(rounded_outline(1.3 * half, 0.5, 0.14), 0.3, at=(0, -0.36, -height / 4))
    strap = mirror(tube([(0.3, 0.3, 0.5), (0.34, 0.62, 0.35), (0.34, 0.62, -0.25), (0.34, 0.3, -0.55)], 0.1))
    loop = ring(0.17, 0.065, at=(0, 0.1, height / 2), axis="y")
    buckle = box(0.14, 0.1, 0.26, at=(0, -0.42, height / 2 - 0.5))
    return [
        Part("bag", join(sack, flap), None),
        Part("pocket", pocket, "yellow"),
        Part("straps", join(strap, loop), "brown"),
        Part("buckle", buckle, "gold"),
    ]


@object_class("handbag", "purse", natural="red", parts=("handle",), group="clothes")
def handbag(rng: Rng) -> list[Part]:
    top, low, height = rng(0.52, 0.6), rng(0.72, 0.8), rng(0.8, 0.95)
    body = extrude([(-low, 0), (low, 0), (top, height), (-top, height)], 0.5)
    flap = extrude(
        [
            (-top - 0.04, height + 0.03),
            (top + 0.04, height + 0.03),
            (0.66, 0.58 * height),
            (0, 0.42 * height),
            (-0.66, 0.58 * height),
        ],
        0.58,
    )
    strap = scale(ring(0.42, 0.075, axis="y", arc=(0, 180)), 1, 1, 1.25)
    return [
        Part("bag", join(body, flap), None),
        Part("handle", shift(strap, z=height), "brown"),
        Part("clasp", ball((0.14, 0.36, 0.14), at=(0, 0, 0.46 * height)), "gold"),
    ]


@object_class("suitcase", "luggage", natural="brown", group="clothes")
def suitcase(rng: Rng) -> list[Part]:
    half, height = rng(0.8, 0.9), rng(0.95, 1.1)
    case = extrude(rounded_outline(2 * half, height, 0.16), 0.6, at=(0, 0, height / 2))
    grip = tube(
        [(-0.28, 0, height - 0.02), (-0.24, 0, height + 0.2), (0.24, 0, height + 0.2), (0.28, 0, height - 0.02)], 0.08
    )
    belts = mirror(box(0.16, 0.66, height + 0.04, at=(0.5 * half, 0, height / 2)))
    corners = mirror(mirror(ball(0.19, at=(half - 0.1, 0.2, 0.1)), "y"))
    tops = shift(corners, z=height - 0.2)
    sticker = rod((-0.05, 0, 0.4), (-0.05, -0.34, 0.4), 0.19)
    return [
        Part("case", case, None),
        Part("straps", join(belts, corners, tops), "cream"),
        Part("handle", grip, "black"),
        Part("sticker", sticker, "red"),
    ]
