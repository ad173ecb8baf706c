"""What is worn or carried besides clothes."""

from __future__ import annotations

from ..forms import (
    ball,
    box,
    extrude,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    rounded_outline,
    scaled,
    tube,
)
from ..thing import Part, Vary, thing


@thing("bow tie", natural="red", group="clothes")
def bow_tie(vary: Vary) -> list[Part]:
    half, wide = vary(0.42, 0.5), vary(0.9, 1.0)
    wing = extrude([(0.08, 0.12), (wide, half), (wide - 0.06, 0), (wide, -half), (0.08, -0.12)], 0.3)
    dots = joined(*(ball(0.085, at=(x, 0, z)) for x, z in ((0.4, 0.1), (0.62, -0.14), (0.76, 0.2))))
    spots = mirrored(joined(moved(dots, y=-0.12), moved(dots, y=0.12)))
    return [
        Part("bow", mirrored(wing), None),
        Part("dots", spots, "white"),
        Part("knot", box(0.3, 0.4, 0.4), "black"),
    ]


@thing("glasses", "spectacles", natural="black", group="clothes")
def glasses(vary: Vary) -> list[Part]:
    lens, long = vary(0.4, 0.46), vary(0.9, 1.1)
    frames = mirrored(ring(lens, 0.09, at=(0.55, 0, 0), axis="y"))
    bridge = tube([(-0.18, 0, 0.1), (0, -0.02, 0.17), (0.18, 0, 0.1)], 0.075)
    arm = tube([(0.53 + lens, 0, 0.12), (1.0, 0.12, 0.14), (1.0, long, 0.14), (1.0, long + 0.15, -0.15)], 0.07)
    panes = mirrored(rod((0.55, 0.03, 0), (0.55, -0.03, 0), lens))
    return [Part("frame", joined(frames, bridge, mirrored(arm)), None), Part("lenses", panes, "glass")]


@thing("diamond ring", "engagement ring", natural="gold", parts=("diamond",), group="clothes")
def diamond_ring(vary: Vary) -> list[Part]:
    radius, size = vary(0.56, 0.64), vary(0.36, 0.42)
    gem = lathe([(0, 0), (size, 0.42), (0.62 * size, 0.62), (0, 0.62)], at=(0, 0, radius + 0.02), sides=8)
    claw = lathe([(0.1, 0), (0.2, 0.16)], at=(0, 0, radius - 0.04))
    return [Part("ring", joined(ring(radius, 0.12, axis="y"), claw), None), Part("diamond", gem, "cyan")]


@thing("wristwatch", "watch", natural="brown", parts=("face",), group="clothes")
def wristwatch(vary: Vary) -> list[Part]:
    size, length = vary(0.46, 0.54), vary(0.9, 1.0)
    strap = extrude([(-0.26, 0.3), (0.26, 0.3), (0.2, length), (-0.2, length)], 0.16)
    case = joined(rod((0, 0.12, 0), (0, -0.14, 0), size), rod((size - 0.05, 0, 0), (size + 0.14, 0, 0), 0.1))
    hands = joined(box(0.09, 0.08, 0.34, at=(0, -0.2, 0.14)), box(0.28, 0.08, 0.09, at=(0.1, -0.2, 0)))
    holes = joined(*(ball(0.05, at=(0, -0.08, z)) for z in (-0.55, -0.7, -0.85)))
    return [
        Part("strap", mirrored(strap, "z"), None),
        Part("case", case, "gold"),
        Part("face", rod((0, 0, 0), (0, -0.18, 0), size - 0.1), "white"),
        Part("hands", joined(hands, holes), "black"),
    ]


@thing("backpack", "school bag", natural="blue", parts=("pocket",), group="clothes")
def backpack(vary: Vary) -> list[Part]:
    half, height = vary(0.52, 0.6), vary(1.3, 1.45)
    sack = extrude(rounded_outline(2 * half, height, 0.32), 0.7)
    flap = extrude(rounded_outline(2 * half + 0.04, 0.55, 0.26), 0.4, at=(0, -0.2, height / 2 - 0.26))
    pocket = extrude(rounded_outline(1.3 * half, 0.5, 0.14), 0.3, at=(0, -0.36, -height / 4))
    strap = mirrored(tube([(0.3, 0.3, 0.5), (0.34, 0.62, 0.35), (0.34, 0.62, -0.25), (0.34, 0.3, -0.55)], 0.1))
    loop = ring(0.17, 0.065, at=(0, 0.1, height / 2), axis="y")
    buckle = box(0.14, 0.1, 0.26, at=(0, -0.42, height / 2 - 0.5))
    return [
        Part("bag", joined(sack, flap), None),
        Part("pocket", pocket, "yellow"),
        Part("straps", joined(strap, loop), "brown"),
        Part("buckle", buckle, "gold"),
    ]


@thing("handbag", "purse", natural="red", parts=("handle",), group="clothes")
def handbag(vary: Vary) -> list[Part]:
    top, low, height = vary(0.52, 0.6), vary(0.72, 0.8), vary(0.8, 0.95)
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
    strap = scaled(ring(0.42, 0.075, axis="y", arc=(0, 180)), 1, 1, 1.25)
    return [
        Part("bag", joined(body, flap), None),
        Part("handle", moved(strap, z=height), "brown"),
        Part("clasp", ball((0.14, 0.36, 0.14), at=(0, 0, 0.46 * height)), "gold"),
    ]


@thing("suitcase", "luggage", natural="brown", group="clothes")
def suitcase(vary: Vary) -> list[Part]:
    half, height = vary(0.8, 0.9), vary(0.95, 1.1)
    case = extrude(rounded_outline(2 * half, height, 0.16), 0.6, at=(0, 0, height / 2))
    grip = tube(
        [(-0.28, 0, height - 0.02), (-0.24, 0, height + 0.2), (0.24, 0, height + 0.2), (0.28, 0, height - 0.02)], 0.08
    )
    belts = mirrored(box(0.16, 0.66, height + 0.04, at=(0.5 * half, 0, height / 2)))
    corners = mirrored(mirrored(ball(0.19, at=(half - 0.1, 0.2, 0.1)), "y"))
    tops = moved(corners, z=height - 0.2)
    sticker = rod((-0.05, 0, 0.4), (-0.05, -0.34, 0.4), 0.19)
    return [
        Part("case", case, None),
        Part("straps", joined(belts, corners, tops), "cream"),
        Part("handle", grip, "black"),
        Part("sticker", sticker, "red"),
    ]
