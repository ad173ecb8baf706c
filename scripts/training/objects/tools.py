"""What is held in the hand to make, mend, dig, cut or clean."""

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
    rotate,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("hammer", natural="grey", parts=("handle",), group="tools")
def hammer(rng: Rng) -> list[Part]:
    head, length = rng(0.34, 0.42), rng(1.3, 1.5)
    face = join(rod((0, 0, 0), (head, 0, 0), 0.17), rod((head, 0, 0), (head + 0.18, 0, 0), 0.24))
    claw = extrude([(0, 0.17), (-head, 0.12), (-head - 0.32, -0.16), (-head, -0.06), (0, -0.17)], 0.24)
    return [
        Part("head", join(face, claw, box(0.26, 0.3, 0.4)), None),
        Part("handle", rod((0, 0, 0.12), (0, 0, -length), 0.1, 0.14), "wood"),
    ]


@object_class("axe", "hatchet", natural="red", parts=("handle",), group="tools")
def axe(rng: Rng) -> list[Part]:
    wide, length = rng(0.6, 0.7), rng(1.25, 1.45)
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


@object_class("saw", "hand saw", natural="silver", parts=("handle",), group="tools")
def saw(rng: Rng) -> list[Part]:
    length, wide, teeth = rng(1.25, 1.4), rng(0.4, 0.48), 7
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


@object_class("screwdriver", natural="red", group="tools")
def screwdriver(rng: Rng) -> list[Part]:
    radius, length = rng(0.2, 0.24), rng(0.75, 0.9)
    grip = lathe([(0.12, 0), (0.15, 0.1), (radius, 0.25), (radius, 0.75), (0.12, 0.9)], sides=8)
    shaft = join(rod((0, 0, 0.1), (0, 0, 0.1 - length), 0.075), box(0.22, 0.08, 0.2, at=(0, 0, 0.05 - length)))
    return [
        Part("handle", grip, None),
        Part("shaft", shaft, "silver"),
        Part("band", rod((0, 0, 0.3), (0, 0, 0.4), radius + 0.03), "black"),
    ]


@object_class("wrench", "spanner", natural="silver", group="tools")
def wrench(rng: Rng) -> list[Part]:
    length, wide = rng(0.6, 0.75), rng(0.2, 0.24)
    jaw = ring(0.27, 0.13, at=(0, 0, length + 0.26), axis="y", arc=(130, 410))
    return [
        Part(
            "wrench",
            join(
                scale(jaw, 1.1, 0.8, 1),
                box(wide, 0.16, 2 * length),
                ring(0.2, 0.11, at=(0, 0, -length - 0.12), axis="y"),
            ),
            None,
        )
    ]


@object_class("pliers", natural="red", group="tools")
def pliers(rng: Rng) -> list[Part]:
    spread = rng(0.3, 0.38)
    jaw = extrude([(0.03, 0), (0.24, 0.08), (0.2, 0.42), (0.06, 0.72), (0.03, 0.72)], 0.18)
    grip = tube(
        [(-0.04, 0, 0), (0.2, 0, -0.22), (spread, 0, -0.55), (0.85 * spread, 0, -1.05)], (0.11, 0.11, 0.12, 0.11)
    )
    return [
        Part("handles", mirror(grip), None),
        Part("jaws", join(mirror(jaw), rod((0, 0.14, 0), (0, -0.14, 0), 0.18)), "silver"),
    ]


@object_class("scissors", natural="red", group="tools")
def scissors(rng: Rng) -> list[Part]:
    spread, length = rng(14, 20), rng(1.0, 1.15)
    blade = extrude([(-0.09, -0.2), (0.12, -0.2), (0.1, 0.5), (0.0, length), (-0.09, 0.6)], 0.1)
    eye = join(scale(ring(0.24, 0.085, axis="y"), 0.9, 1, 1.15), rod((0, 0, 0.25), (0.08, 0, 0.55), 0.09))
    loop = shift(eye, x=-0.06, z=-0.7)
    turn = [rotate(mesh, spread, "y") for mesh in (blade, loop)]
    return [
        Part("handles", mirror(turn[1]), None),
        Part("blades", join(mirror(turn[0]), rod((0, 0.09, 0), (0, -0.09, 0), 0.1)), "silver"),
    ]


@object_class("shovel", "spade", natural="grey", parts=("handle",), group="tools")
def shovel(rng: Rng) -> list[Part]:
    wide, length = rng(0.3, 0.36), rng(1.0, 1.2)
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
        Part("blade", join(extrude(blade, 0.12), socket), None),
        Part("handle", join(rod((0, 0, 0.1), (0, 0, length + 0.02), 0.085), grip), "wood"),
    ]


@object_class("pickaxe", "pick", natural="grey", parts=("handle",), group="tools")
def pickaxe(rng: Rng) -> list[Part]:
    droop, length = rng(0.3, 0.4), rng(1.4, 1.55)
    half = [(0, 0.14), (0.45, 0.06), (0.85, -droop), (0.4, -0.16), (0, -0.14)]
    head = mirror(extrude(half, 0.2))
    return [
        Part("head", join(head, box(0.3, 0.28, 0.34)), None),
        Part("handle", rod((0, 0, 0.24), (0, 0, -length), 0.1, 0.12), "brown"),
    ]


@object_class("rake", natural="red", parts=("handle",), group="tools")
def rake(rng: Rng) -> list[Part]:
    wide, length = rng(0.5, 0.6), rng(1.4, 1.6)
    tines = [box(0.09, 0.1, 0.36, at=(wide * (k - 2) / 2, 0, -0.2)) for k in range(5)]
    stay = mirror(rod((0, 0, 0.42), (0.6 * wide, 0, 0), 0.05))
    return [
        Part("head", join(box(2 * wide + 0.1, 0.14, 0.13), *tines, stay), None),
        Part("handle", rod((0, 0, 0), (0, 0, length), 0.08), "wood"),
    ]


@object_class("broom", natural="yellow", parts=("handle",), group="tools")
def broom(rng: Rng) -> list[Part]:
    wide, length = rng(0.4, 0.5), rng(1.1, 1.3)
    straw = scale(lathe([(wide, -0.8), (0.8 * wide, -0.45), (0.15, 0.02)]), 1, 0.55, 1)
    bands = [scale(rod((0, 0, z), (0, 0, z + 0.08), r), 1, 0.6, 1) for z, r in ((-0.2, 0.28), (-0.4, 0.34))]
    return [
        Part("straw", straw, None),
        Part("band", join(*bands), "red"),
        Part("handle", rod((0, 0, -0.1), (0, 0, length), 0.08), "brown"),
    ]


@object_class("paintbrush", "brush", natural="red", group="tools")
def paintbrush(rng: Rng) -> list[Part]:
    wide, length = rng(0.26, 0.32), rng(0.65, 0.8)
    bristles = scale(lathe([(wide, 0.4), (wide + 0.05, 0.65), (0.6 * wide, 0.9), (0, 1.02)]), 1, 0.5, 1)
    ferrule = scale(rod((0, 0, 0.1), (0, 0, 0.44), wide + 0.02), 1, 0.52, 1)
    handle = scale(lathe([(0, -length), (0.12, -length + 0.06), (0.1, -0.35), (0.22, 0.0), (0.22, 0.12)]), 1, 0.7, 1)
    return [Part("paint", bristles, None), Part("ferrule", ferrule, "silver"), Part("handle", handle, "wood")]


@object_class("pencil", natural="yellow", parts=("eraser",), group="tools")
def pencil(rng: Rng) -> list[Part]:
    radius, length = rng(0.19, 0.23), rng(1.2, 1.4)
    return [
        Part("body", rod((0, 0, 0.0), (0, 0, length), radius), None),
        Part("wood", rod((0, 0, 0), (0, 0, -0.4), radius, 0.4 * radius), "cream"),
        Part("tip", rod((0, 0, -0.36), (0, 0, -0.58), 0.46 * radius, 0.0), "black"),
        Part("ferrule", rod((0, 0, length), (0, 0, length + 0.14), radius + 0.02), "silver"),
        Part("eraser", rod((0, 0, length + 0.1), (0, 0, length + 0.36), radius), "pink"),
    ]


@object_class("ladder", natural="wood", group="tools")
def ladder(rng: Rng) -> list[Part]:
    half, low, count = rng(0.26, 0.3), rng(0.38, 0.44), 5
    rail = rod((low, 0, -1.0), (half, 0, 1.0), 0.075)
    rungs = [
        rod((-half - 0.06, 0, z), (half + 0.06, 0, z), 0.06)
        for z in (-0.75 + 1.5 * k / (count - 1) for k in range(count))
    ]
    return [Part("ladder", join(mirror(rail), *rungs), None)]


@object_class("plunger", natural="red", parts=("handle",), group="tools")
def plunger(rng: Rng) -> list[Part]:
    wide, length = rng(0.42, 0.5), rng(1.1, 1.3)
    cup = lathe([(wide, 0), (wide, 0.1), (0.85 * wide, 0.32), (0.2, 0.48), (0.14, 0.6)])
    return [Part("cup", cup, None), Part("handle", rod((0, 0, 0.5), (0, 0, 0.5 + length), 0.09), "wood")]


@object_class("fishing rod", natural="brown", group="tools")
def fishing_rod(rng: Rng) -> list[Part]:
    reach = rng(0.75, 0.9)
    pole = tube([(-0.9, 0, -0.9), (-0.2, 0, 0.1), (0.3, 0, 0.7), (reach, 0, 0.9)], (0.09, 0.075, 0.06, 0.05))
    line = join(
        rod((reach, 0, 0.9), (reach, 0, -0.4), 0.035),
        ring(0.12, 0.045, at=(reach - 0.12, 0, -0.78), axis="y", arc=(150, 360)),
    )
    reel = rod((-0.62, 0.12, -0.68), (-0.62, -0.12, -0.68), 0.2)
    return [
        Part("rod", pole, None),
        Part("line", join(line, rod((reach, 0, -0.4), (reach, 0, -0.78), 0.045), reel), "grey"),
        Part("float", ball(0.16, at=(reach, 0, -0.3)), "red"),
    ]
