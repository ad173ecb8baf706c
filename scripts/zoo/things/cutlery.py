"""What lies beside the plate or works on the kitchen's table."""

from __future__ import annotations

from ..forms import (
    around,
    ball,
    box,
    dome,
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
    turned,
)
from ..thing import Part, Vary, thing


@thing("fork", natural="silver", group="kitchen")
def fork(vary: Vary) -> list[Part]:
    gap, length = vary(0.19, 0.22), vary(0.9, 1.05)
    tines = [box(0.11, 0.13, 0.6, at=(gap * (k - 1.5), 0, 0.72)) for k in range(4)]
    palm = extrude([(-0.36, 0.46), (0.36, 0.46), (0.3, 0.22), (0.1, 0.05), (-0.1, 0.05), (-0.3, 0.22)], 0.14)
    handle = extrude([(-0.07, 0.2), (0.07, 0.2), (0.13, -length), (0, -length - 0.1), (-0.13, -length)], 0.14)
    return [Part("fork", joined(*tines, palm, handle), None)]


@thing("spoon", natural="silver", group="kitchen")
def spoon(vary: Vary) -> list[Part]:
    wide, length = vary(0.28, 0.34), vary(0.95, 1.1)
    cup = [(0, 0.0), (0.55, 0.04), (0.9, 0.14), (1.0, 0.26), (0.86, 0.26), (0.7, 0.16), (0, 0.1)]
    bowl = moved(turned(scaled(lathe(cup), wide, 1.45 * wide, 0.5), 90, "x"), y=0.06, z=0.62)
    handle = extrude([(-0.07, 0.3), (0.07, 0.3), (0.12, -length + 0.1), (0, -length), (-0.12, -length + 0.1)], 0.12)
    return [Part("spoon", joined(bowl, handle), None)]


@thing("knife", "kitchen knife", natural="silver", parts=("handle",), group="kitchen")
def knife(vary: Vary) -> list[Part]:
    wide, length = vary(0.3, 0.38), vary(1.15, 1.3)
    blade = [(-0.12, 0), (wide - 0.12, 0), (wide - 0.12, 0.75 * length), (0.05, length), (-0.12, length)]
    handle = extrude(rounded_outline(0.24, 0.72, 0.1), 0.2, at=(0.0, 0, -0.34))
    rivets = mirrored(joined(*(ball((0.05, 0.03, 0.05), at=(0.0, 0.1, z)) for z in (-0.15, -0.5))), "y")
    return [Part("blade", extrude(blade, 0.1), None), Part("handle", handle, "black"), Part("rivets", rivets, "gold")]


@thing("rolling pin", natural="wood", parts=("handles",), group="kitchen")
def rolling_pin(vary: Vary) -> list[Part]:
    radius, length = vary(0.24, 0.3), vary(0.55, 0.65)
    grip = lathe([(0.1, 0), (0.13, 0.2), (0.1, 0.4), (0, 0.42)])
    handle = mirrored(moved(turned(grip, 90, "y"), x=length))
    return [Part("roller", rod((-length, 0, 0), (length, 0, 0), radius), None), Part("handles", handle, "red")]


@thing("ladle", "soup ladle", natural="silver", group="kitchen")
def ladle(vary: Vary) -> list[Part]:
    bowl, length = vary(0.34, 0.4), vary(1.3, 1.5)
    cup = scaled(dome(1.0), bowl, bowl, -bowl)
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
    return [Part("ladle", joined(cup, ring(bowl - 0.03, 0.04), handle), None), Part("soup", soup, "orange")]


@thing("toaster", natural="silver", parts=("toast",), group="kitchen")
def toaster(vary: Vary) -> list[Part]:
    width, height = vary(0.7, 0.8), vary(0.75, 0.9)
    case = moved(extrude(rounded_outline(2 * width, height, 0.18), 0.75), z=height / 2)
    slice_of = extrude(rounded_outline(1.0, 0.7, 0.16), 0.15, at=(0, 0.17, height + 0.08))
    crust = mirrored(extrude(rounded_outline(0.82, 0.5, 0.1), 0.17, at=(0, 0.17, height + 0.06)), "y")
    base = box(2 * width + 0.04, 0.8, 0.14, at=(0, 0, 0.02))
    lever = box(0.2, 0.26, 0.12, at=(width + 0.06, 0, height * 0.62))
    return [
        Part("case", case, None),
        Part("crust", mirrored(slice_of, "y"), "brown"),
        Part("toast", crust, "wood"),
        Part("base", joined(base, lever), "black"),
    ]


@thing("candle", natural="white", parts=("flame",), group="kitchen")
def candle(vary: Vary) -> list[Part]:
    radius, height = vary(0.2, 0.25), vary(0.8, 1.1)
    drip = joined(*(ball((0.07, 0.07, 0.16), at=(radius * c, radius * s, height - d))
                    for c, s, d in ((0, -1, 0.12), (0.8, -0.5, 0.2), (-0.9, 0.2, 0.15), (0.3, 0.9, 0.1))))  # fmt: skip
    flame = lathe([(0, 0), (0.14, 0.14), (0.15, 0.22), (0.08, 0.42), (0, 0.56)], at=(0, 0, height + 0.06))
    dish = joined(
        lathe([(0.45, -0.04), (0.58, 0.1), (0.5, 0.14), (0.3, 0.06)]), ring(0.17, 0.06, at=(0.68, 0, 0.08), axis="y")
    )
    return [
        Part("wax", joined(rod((0, 0, 0), (0, 0, height), radius), drip), None),
        Part("flame", flame, "yellow"),
        Part("core", ball((0.09, 0.155, 0.1), at=(0, 0, height + 0.2)), "orange"),
        Part("holder", dish, "gold"),
    ]


@thing("candelabra", "candlestick", natural="gold", group="kitchen")
def candelabra(vary: Vary) -> list[Part]:
    height, reach = vary(0.9, 1.05), vary(0.5, 0.6)
    stem = lathe([(0.4, 0), (0.36, 0.1), (0.1, 0.2), (0.08, height), (0.18, height + 0.08), (0, height + 0.08)])
    arm = tube(
        [(0, 0, 0.5 * height), (0.6 * reach, 0, 0.48 * height), (reach, 0, 0.62 * height), (reach, 0, height - 0.1)],
        0.07,
    )
    cups = mirrored(lathe([(0.08, 0), (0.17, 0.08)], at=(reach, 0, height - 0.14)))
    sticks = joined(
        rod((0, 0, height), (0, 0, height + 0.5), 0.09),
        mirrored(rod((reach, 0, height - 0.1), (reach, 0, height + 0.34), 0.09)),
    )
    flame = lathe([(0, 0), (0.1, 0.1), (0.06, 0.22), (0, 0.34)])
    flames = joined(moved(flame, z=height + 0.5), mirrored(moved(flame, x=reach, z=height + 0.34)))
    return [
        Part("stand", joined(stem, mirrored(arm), cups), None),
        Part("candles", sticks, "white"),
        Part("flames", flames, "orange"),
    ]


@thing("whisk", natural="silver", parts=("handle",), group="kitchen")
def whisk(vary: Vary) -> list[Part]:
    wide, length = vary(0.36, 0.42), vary(0.8, 0.95)
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
        Part("wires", around(loop, 6), None),
        Part("handle", rod((0, 0, 0.06), (0, 0, -length), 0.1, 0.15), "black"),
    ]
