"""What lies beside the plate or works on the kitchen's table."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    dome,
    extrude,
    join,
    lathe,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    rounded_outline,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("fork", natural="silver", group="kitchen")
def fork(rng: Rng) -> list[Part]:
    gap, length = rng(0.19, 0.22), rng(0.9, 1.05)
    tines = [box(0.11, 0.13, 0.6, at=(gap * (k - 1.5), 0, 0.72)) for k in range(4)]
    palm = extrude([(-0.36, 0.46), (0.36, 0.46), (0.3, 0.22), (0.1, 0.05), (-0.1, 0.05), (-0.3, 0.22)], 0.14)
    handle = extrude([(-0.07, 0.2), (0.07, 0.2), (0.13, -length), (0, -length - 0.1), (-0.13, -length)], 0.14)
    return [Part("fork", join(*tines, palm, handle), None)]


@object_class("spoon", natural="silver", group="kitchen")
def spoon(rng: Rng) -> list[Part]:
    wide, length = rng(0.28, 0.34), rng(0.95, 1.1)
    cup = [(0, 0.0), (0.55, 0.04), (0.9, 0.14), (1.0, 0.26), (0.86, 0.26), (0.7, 0.16), (0, 0.1)]
    bowl = shift(rotate(scale(lathe(cup), wide, 1.45 * wide, 0.5), 90, "x"), y=0.06, z=0.62)
    handle = extrude([(-0.07, 0.3), (0.07, 0.3), (0.12, -length + 0.1), (0, -length), (-0.12, -length + 0.1)], 0.12)
    return [Part("spoon", join(bowl, handle), None)]


@object_class("knife", "kitchen knife", natural="silver", parts=("handle",), group="kitchen")
def knife(rng: Rng) -> list[Part]:
    wide, length = rng(0.3, 0.38), rng(1.15, 1.3)
    blade = [(-0.12, 0), (wide - 0.12, 0), (wide - 0.12, 0.75 * length), (0.05, length), (-0.12, length)]
    handle = extrude(rounded_outline(0.24, 0.72, 0.1), 0.2, at=(0.0, 0, -0.34))
    rivets = mirror(join(*(ball((0.05, 0.03, 0.05), at=(0.0, 0.1, z)) for z in (-0.15, -0.5))), "y")
    return [Part("blade", extrude(blade, 0.1), None), Part("handle", handle, "black"), Part("rivets", rivets, "gold")]


@object_class("rolling pin", natural="wood", parts=("handles",), group="kitchen")
def rolling_pin(rng: Rng) -> list[Part]:
    radius, length = rng(0.24, 0.3), rng(0.55, 0.65)
    grip = lathe([(0.1, 0), (0.13, 0.2), (0.1, 0.4), (0, 0.42)])
    handle = mirror(shift(rotate(grip, 90, "y"), x=length))
    return [Part("roller", rod((-length, 0, 0), (length, 0, 0), radius), None), Part("handles", handle, "red")]


@object_class("ladle", "soup ladle", natural="silver", group="kitchen")
def ladle(rng: Rng) -> list[Part]:
    bowl, length = rng(0.34, 0.4), rng(1.3, 1.5)
    cup = scale(dome(1.0), bowl, bowl, -bowl)
    handle = tube(
        [
            (bowl - 0.05, 0, -0.02),
            (bowl - 0.02, 0, length - 0.2),
            (bowl - 0.1, 0, length),
            (bowl - 0.3, 0, length - 0.12),
        ],
        0.075,
    )
    soup = rod((0, 0, -0.05), (0, 0, 0.01), bowl - 0.07)
    return [Part("ladle", join(cup, ring(bowl - 0.03, 0.04), handle), None), Part("soup", soup, "orange")]


@object_class("toaster", natural="silver", parts=("toast",), group="kitchen")
def toaster(rng: Rng) -> list[Part]:
    width, height = rng(0.7, 0.8), rng(0.75, 0.9)
    case = shift(extrude(rounded_outline(2 * width, height, 0.18), 0.75), z=height / 2)
    slice_of = extrude(rounded_outline(1.0, 0.7, 0.16), 0.15, at=(0, 0.17, height + 0.08))
    crust = mirror(extrude(rounded_outline(0.82, 0.5, 0.1), 0.17, at=(0, 0.17, height + 0.06)), "y")
    base = box(2 * width + 0.04, 0.8, 0.14, at=(0, 0, 0.02))
    lever = box(0.2, 0.26, 0.12, at=(width + 0.06, 0, height * 0.62))
    return [
        Part("case", case, None),
        Part("crust", mirror(slice_of, "y"), "brown"),
        Part("toast", crust, "wood"),
        Part("base", join(base, lever), "black"),
    ]


@object_class("candle", natural="white", parts=("flame",), group="kitchen")
def candle(rng: Rng) -> list[Part]:
    radius, height = rng(0.2, 0.25), rng(0.8, 1.1)
    drip = join(*(ball((0.07, 0.07, 0.16), at=(radius * c, radius * s, height - d))
                    for c, s, d in ((0, -1, 0.12), (0.8, -0.5, 0.2), (-0.9, 0.2, 0.15), (0.3, 0.9, 0.1))))  # fmt: skip
    flame = lathe([(0, 0), (0.14, 0.14), (0.15, 0.22), (0.08, 0.42), (0, 0.56)], at=(0, 0, height + 0.06))
    dish = join(
        lathe([(0.45, -0.04), (0.58, 0.1), (0.5, 0.14), (0.3, 0.06)]), ring(0.17, 0.06, at=(0.68, 0, 0.08), axis="y")
    )
    return [
        Part("wax", join(rod((0, 0, 0), (0, 0, height), radius), drip), None),
        Part("flame", flame, "yellow"),
        Part("core", ball((0.09, 0.155, 0.1), at=(0, 0, height + 0.2)), "orange"),
        Part("holder", dish, "gold"),
    ]


@object_class("candelabra", "candlestick", natural="gold", group="kitchen")
def candelabra(rng: Rng) -> list[Part]:
    height, reach = rng(0.9, 1.05), rng(0.5, 0.6)
    stem = lathe([(0.4, 0), (0.36, 0.1), (0.1, 0.2), (0.08, height), (0.18, height + 0.08), (0, height + 0.08)])
    arm = tube(
        [(0, 0, 0.5 * height), (0.6 * reach, 0, 0.48 * height), (reach, 0, 0.62 * height), (reach, 0, height - 0.1)],
        0.07,
    )
    cups = mirror(lathe([(0.08, 0), (0.17, 0.08)], at=(reach, 0, height - 0.14)))
    sticks = join(
        rod((0, 0, height), (0, 0, height + 0.5), 0.09),
        mirror(rod((reach, 0, height - 0.1), (reach, 0, height + 0.34), 0.09)),
    )
    flame = lathe([(0, 0), (0.1, 0.1), (0.06, 0.22), (0, 0.34)])
    flames = join(shift(flame, z=height + 0.5), mirror(shift(flame, x=reach, z=height + 0.34)))
    return [
        Part("stand", join(stem, mirror(arm), cups), None),
        Part("candles", sticks, "white"),
        Part("flames", flames, "orange"),
    ]


@object_class("whisk", natural="silver", parts=("handle",), group="kitchen")
def whisk(rng: Rng) -> list[Part]:
    wide, length = rng(0.36, 0.42), rng(0.8, 0.95)
    loop = tube(
        [
            (0.07, 0, 0),
            (0.7 * wide, 0, 0.3),
            (wide, 0, 0.62),
            (0.85 * wide, 0, 0.85),
            (0.4 * wide, 0, 1.0),
            (0, 0, 1.03),
        ],
        0.055,
    )
    return [
        Part("wires", repeat_around(loop, 6), None),
        Part("handle", rod((0, 0, 0.06), (0, 0, -length), 0.1, 0.15), "black"),
    ]
