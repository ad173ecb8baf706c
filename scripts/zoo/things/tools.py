"""What is held in the hand to make, mend, dig, cut or clean."""

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
    scaled,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("hammer", natural="grey", parts=("handle",), group="tools")
def hammer(vary: Vary) -> list[Part]:
    head, length = vary(0.34, 0.42), vary(1.3, 1.5)
    face = joined(rod((0, 0, 0), (head, 0, 0), 0.17), rod((head, 0, 0), (head + 0.18, 0, 0), 0.24))
    claw = extrude([(0, 0.17), (-head, 0.12), (-head - 0.32, -0.16), (-head, -0.06), (0, -0.17)], 0.24)
    return [
        Part("head", joined(face, claw, box(0.26, 0.3, 0.4)), None),
        Part("handle", rod((0, 0, 0.12), (0, 0, -length), 0.1, 0.14), "wood"),
    ]


@thing("axe", "hatchet", natural="red", parts=("handle",), group="tools")
def axe(vary: Vary) -> list[Part]:
    wide, length = vary(0.6, 0.7), vary(1.25, 1.45)
    blade = [(-0.2, 0.2), (0.1, 0.18), (wide, 0.5), (wide + 0.1, 0.1), (wide, -0.42), (0.1, -0.14), (-0.2, -0.18)]
    edge = [
        (wide - 0.1, 0.46),
        (wide, 0.52),
        (wide + 0.11, 0.1),
        (wide, -0.44),
        (wide - 0.1, -0.38),
        (wide - 0.02, 0.1),
    ]
    handle = tube([(0, 0, 0.32), (0, 0, -0.4), (0.06, 0, -0.8), (0, 0, -length)], (0.1, 0.1, 0.11, 0.14))
    return [
        Part("blade", extrude(blade, 0.2), None),
        Part("edge", extrude(edge, 0.22), "silver"),
        Part("handle", handle, "brown"),
    ]


@thing("saw", "hand saw", natural="silver", parts=("handle",), group="tools")
def saw(vary: Vary) -> list[Part]:
    length, wide, teeth = vary(1.25, 1.4), vary(0.4, 0.48), 7
    step = length / teeth
    zigzag = [p for k in range(teeth) for p in ((-step * (k + 0.5), -wide / 2 - 0.14), (-step * (k + 1), -wide / 2))]
    blade = [(0, wide / 2), (0, -wide / 2), *zigzag, (-length, 0.0)]
    grip = tube(
        [
            (0.02, 0, 0.2),
            (0.3, 0, 0.32),
            (0.55, 0, 0.22),
            (0.42, 0, -0.05),
            (0.5, 0, -0.3),
            (0.2, 0, -0.36),
            (0.02, 0, -0.2),
            (0.02, 0, 0.2),
        ],
        0.1,
    )
    return [Part("blade", extrude(blade, 0.09), None), Part("handle", grip, "brown")]


@thing("screwdriver", natural="red", group="tools")
def screwdriver(vary: Vary) -> list[Part]:
    radius, length = vary(0.2, 0.24), vary(0.75, 0.9)
    grip = lathe([(0.12, 0), (0.15, 0.1), (radius, 0.25), (radius, 0.75), (0.12, 0.9)], sides=8)
    shaft = joined(rod((0, 0, 0.1), (0, 0, 0.1 - length), 0.075), box(0.22, 0.08, 0.2, at=(0, 0, 0.05 - length)))
    return [
        Part("handle", grip, None),
        Part("shaft", shaft, "silver"),
        Part("band", rod((0, 0, 0.3), (0, 0, 0.4), radius + 0.03), "black"),
    ]


@thing("wrench", "spanner", natural="silver", group="tools")
def wrench(vary: Vary) -> list[Part]:
    length, wide = vary(0.6, 0.75), vary(0.2, 0.24)
    jaw = ring(0.27, 0.13, at=(0, 0, length + 0.26), axis="y", arc=(130, 410))
    return [
        Part(
            "wrench",
            joined(
                scaled(jaw, 1.1, 0.8, 1),
                box(wide, 0.16, 2 * length),
                ring(0.2, 0.11, at=(0, 0, -length - 0.12), axis="y"),
            ),
            None,
        )
    ]


@thing("pliers", natural="red", group="tools")
def pliers(vary: Vary) -> list[Part]:
    spread = vary(0.3, 0.38)
    jaw = extrude([(0.03, 0), (0.24, 0.08), (0.2, 0.42), (0.06, 0.72), (0.03, 0.72)], 0.18)
    grip = tube(
        [(-0.04, 0, 0), (0.2, 0, -0.22), (spread, 0, -0.55), (0.85 * spread, 0, -1.05)], (0.11, 0.11, 0.12, 0.11)
    )
    return [
        Part("handles", mirrored(grip), None),
        Part("jaws", joined(mirrored(jaw), rod((0, 0.14, 0), (0, -0.14, 0), 0.18)), "silver"),
    ]


@thing("scissors", natural="red", group="tools")
def scissors(vary: Vary) -> list[Part]:
    spread, length = vary(14, 20), vary(1.0, 1.15)
    blade = extrude([(-0.09, -0.2), (0.12, -0.2), (0.1, 0.5), (0.0, length), (-0.09, 0.6)], 0.1)
    eye = joined(scaled(ring(0.24, 0.085, axis="y"), 0.9, 1, 1.15), rod((0, 0, 0.25), (0.08, 0, 0.55), 0.09))
    loop = moved(eye, x=-0.06, z=-0.7)
    turn = [turned(mesh, spread, "y") for mesh in (blade, loop)]
    return [
        Part("handles", mirrored(turn[1]), None),
        Part("blades", joined(mirrored(turn[0]), rod((0, 0.09, 0), (0, -0.09, 0), 0.1)), "silver"),
    ]


@thing("shovel", "spade", natural="grey", parts=("handle",), group="tools")
def shovel(vary: Vary) -> list[Part]:
    wide, length = vary(0.3, 0.36), vary(1.0, 1.2)
    blade = [
        (-wide, 0.05),
        (wide, 0.05),
        (wide, -0.4),
        (0.55 * wide, -0.68),
        (0, -0.82),
        (-0.55 * wide, -0.68),
        (-wide, -0.4),
    ]
    socket = rod((0, 0, -0.2), (0, 0, 0.25), 0.14, 0.1)
    grip = tube(
        [
            (0, 0, length),
            (-0.22, 0, length + 0.14),
            (-0.22, 0, length + 0.32),
            (0.22, 0, length + 0.32),
            (0.22, 0, length + 0.14),
            (0, 0, length),
        ],
        0.07,
    )
    return [
        Part("blade", joined(extrude(blade, 0.12), socket), None),
        Part("handle", joined(rod((0, 0, 0.1), (0, 0, length + 0.02), 0.085), grip), "wood"),
    ]


@thing("pickaxe", "pick", natural="grey", parts=("handle",), group="tools")
def pickaxe(vary: Vary) -> list[Part]:
    droop, length = vary(0.3, 0.4), vary(1.4, 1.55)
    half = [(0, 0.14), (0.45, 0.06), (0.85, -droop), (0.4, -0.16), (0, -0.14)]
    head = mirrored(extrude(half, 0.2))
    return [
        Part("head", joined(head, box(0.3, 0.28, 0.34)), None),
        Part("handle", rod((0, 0, 0.24), (0, 0, -length), 0.1, 0.12), "brown"),
    ]


@thing("rake", natural="red", parts=("handle",), group="tools")
def rake(vary: Vary) -> list[Part]:
    wide, length = vary(0.5, 0.6), vary(1.4, 1.6)
    tines = [box(0.09, 0.1, 0.36, at=(wide * (k - 2) / 2, 0, -0.2)) for k in range(5)]
    stay = mirrored(rod((0, 0, 0.42), (0.6 * wide, 0, 0), 0.05))
    return [
        Part("head", joined(box(2 * wide + 0.1, 0.14, 0.13), *tines, stay), None),
        Part("handle", rod((0, 0, 0), (0, 0, length), 0.08), "wood"),
    ]


@thing("broom", natural="yellow", parts=("handle",), group="tools")
def broom(vary: Vary) -> list[Part]:
    wide, length = vary(0.4, 0.5), vary(1.1, 1.3)
    straw = scaled(lathe([(wide, -0.8), (0.8 * wide, -0.45), (0.15, 0.02)]), 1, 0.55, 1)
    bands = [scaled(rod((0, 0, z), (0, 0, z + 0.08), r), 1, 0.6, 1) for z, r in ((-0.2, 0.28), (-0.4, 0.34))]
    return [
        Part("straw", straw, None),
        Part("band", joined(*bands), "red"),
        Part("handle", rod((0, 0, -0.1), (0, 0, length), 0.08), "brown"),
    ]


@thing("paintbrush", "brush", natural="red", group="tools")
def paintbrush(vary: Vary) -> list[Part]:
    wide, length = vary(0.26, 0.32), vary(0.65, 0.8)
    bristles = scaled(lathe([(wide, 0.4), (wide + 0.05, 0.65), (0.6 * wide, 0.9), (0, 1.02)]), 1, 0.5, 1)
    ferrule = scaled(rod((0, 0, 0.1), (0, 0, 0.44), wide + 0.02), 1, 0.52, 1)
    handle = scaled(lathe([(0, -length), (0.12, -length + 0.06), (0.1, -0.35), (0.22, 0.0), (0.22, 0.12)]), 1, 0.7, 1)
    return [Part("paint", bristles, None), Part("ferrule", ferrule, "silver"), Part("handle", handle, "wood")]


@thing("pencil", natural="yellow", parts=("eraser",), group="tools")
def pencil(vary: Vary) -> list[Part]:
    radius, length = vary(0.19, 0.23), vary(1.2, 1.4)
    return [
        Part("body", rod((0, 0, 0.0), (0, 0, length), radius), None),
        Part("wood", rod((0, 0, 0), (0, 0, -0.4), radius, 0.4 * radius), "cream"),
        Part("tip", rod((0, 0, -0.36), (0, 0, -0.58), 0.46 * radius, 0.0), "black"),
        Part("ferrule", rod((0, 0, length), (0, 0, length + 0.14), radius + 0.02), "silver"),
        Part("eraser", rod((0, 0, length + 0.1), (0, 0, length + 0.36), radius), "pink"),
    ]


@thing("ladder", natural="wood", group="tools")
def ladder(vary: Vary) -> list[Part]:
    half, low, count = vary(0.26, 0.3), vary(0.38, 0.44), 5
    rail = rod((low, 0, -1.0), (half, 0, 1.0), 0.075)
    rungs = [
        rod((-half - 0.06, 0, z), (half + 0.06, 0, z), 0.06)
        for z in (-0.75 + 1.5 * k / (count - 1) for k in range(count))
    ]
    return [Part("ladder", joined(mirrored(rail), *rungs), None)]


@thing("plunger", natural="red", parts=("handle",), group="tools")
def plunger(vary: Vary) -> list[Part]:
    wide, length = vary(0.42, 0.5), vary(1.1, 1.3)
    cup = lathe([(wide, 0), (wide, 0.1), (0.85 * wide, 0.32), (0.2, 0.48), (0.14, 0.6)])
    return [Part("cup", cup, None), Part("handle", rod((0, 0, 0.5), (0, 0, 0.5 + length), 0.09), "wood")]


@thing("fishing rod", natural="brown", group="tools")
def fishing_rod(vary: Vary) -> list[Part]:
    reach = vary(0.75, 0.9)
    pole = tube([(-0.9, 0, -0.9), (-0.2, 0, 0.1), (0.3, 0, 0.7), (reach, 0, 0.9)], (0.09, 0.075, 0.06, 0.05))
    line = joined(
        rod((reach, 0, 0.9), (reach, 0, -0.4), 0.035),
        ring(0.12, 0.045, at=(reach - 0.12, 0, -0.78), axis="y", arc=(150, 360)),
    )
    reel = rod((-0.62, 0.12, -0.68), (-0.62, -0.12, -0.68), 0.2)
    return [
        Part("rod", pole, None),
        Part("line", joined(line, rod((reach, 0, -0.4), (reach, 0, -0.78), 0.045), reel), "grey"),
        Part("float", ball(0.16, at=(reach, 0, -0.3)), "red"),
    ]
