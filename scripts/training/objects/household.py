"""What a home has besides furniture: it shines, rings, shows, washes or cools."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    dome,
    extrude,
    hollow,
    join,
    lathe,
    mirror,
    ring,
    rod,
    rotate,
    rounded_outline,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("lamp", "table lamp", natural="yellow", parts=("stand",), group="furniture")
def lamp(rng: Rng) -> list[Part]:
    wide, narrow, height = rng(0.6, 0.72), rng(0.28, 0.42), rng(0.65, 0.8)
    shade = lathe([(0, 0.15), (wide, 0.15), (narrow, 0.15 + height), (0, 0.15 + height)])
    stand = lathe([(0, -0.95), (0.45, -0.95), (0.45, -0.84), (0.12, -0.74), (0.1, 0.2), (0, 0.2)])
    return [Part("shade", shade, None), Part("stand", stand, "brown")]


@object_class("alarm clock", "clock", natural="red", parts=("bells",), group="furniture")
def alarm_clock(rng: Rng) -> list[Part]:
    thick = rng(0.36, 0.5)
    case = rod((0, thick / 2, 0), (0, -thick / 2, 0), 0.7)
    face = rod((0, -thick / 2, 0), (0, -thick / 2 - 0.04, 0), 0.56)
    y = -thick / 2 - 0.07
    hands = join(rod((0, y, 0), (0, y, 0.42), 0.06), rod((0, y, 0), (0.28, y, -0.1), 0.06))
    bell = rotate(dome(0.3, at=(0, 0, 0.76)), rng(32, 40), "y")
    feet = rod((0.3, 0, -0.55), (0.5, 0, -0.9), 0.09)
    hammer = join(rod((0, 0, 0.6), (0, 0, 0.95), 0.05), ball(0.1, at=(0, 0, 0.95)))
    return [
        Part("case", join(case, mirror(feet)), None),
        Part("face", face, "white"),
        Part("hands", hands, "black"),
        Part("bells", join(mirror(bell), hammer), "gold"),
    ]


@object_class("television", "tv", natural="brown", group="furniture")
def television(rng: Rng) -> list[Part]:
    width, height = rng(0.85, 0.95), rng(0.55, 0.65)
    case = extrude(rounded_outline(2 * width, 2 * height, 0.12), 0.7)
    screen = extrude(rounded_outline(1.35 * width, 1.6 * height, 0.18), 0.1, at=(-0.22 * width, -0.36, 0))
    knobs = [ball(0.1, at=(0.73 * width, -0.36, z)) for z in (0.3, 0.02)]
    foot = rod((0.5, 0, -height), (0.65, 0, -height - 0.3), 0.08)
    antenna = tube([(0.04, 0.1, height), (0.5, 0.1, height + 0.6)], 0.05)
    return [
        Part("case", case, None),
        Part("screen", screen, "glass"),
        Part("knobs", join(*knobs), "gold"),
        Part("feet", mirror(join(foot, antenna)), "black"),
    ]


@object_class("bathtub", "bath", natural="white", group="furniture")
def bathtub(rng: Rng) -> list[Part]:
    length, depth = rng(1.4, 1.7), rng(0.65, 0.8)
    tub = scale(join(hollow(0.55, depth, 0.1, top=0.62), ring(0.6, 0.07, at=(0, 0, depth))), length, 1, 1)
    water = scale(rod((0, 0, 0.5 * depth), (0, 0, 0.86 * depth), 0.53), length, 1, 1)
    foot = mirror(mirror(ball(0.13, at=(0.5, 0.28, -0.06))), "y")
    tap = tube([(0.95, 0, depth - 0.1), (0.95, 0, depth + 0.35), (0.6, 0, depth + 0.35), (0.6, 0, depth + 0.2)], 0.07)
    return [Part("tub", tub, None), Part("water", water, "cyan"), Part("tap", join(tap, foot), "gold")]


@object_class("toilet", natural="white", parts=("seat",), group="furniture")
def toilet(rng: Rng) -> list[Part]:
    bowl = lathe([(0, -0.9), (0.36, -0.9), (0.3, -0.6), (0.28, -0.45), (0.55, -0.02), (0, -0.02)])
    bowl = shift(scale(bowl, 1, rng(1.15, 1.3), 1), y=-0.25)
    tank = join(box(0.95, 0.36, 0.75, at=(0, 0.55, 0.4)), box(1.05, 0.46, 0.1, at=(0, 0.55, 0.8)))
    neck = box(0.5, 0.5, 0.75, at=(0, 0.45, -0.45))
    seat = shift(scale(ring(0.44, 0.11), 1, 1.25, 0.8), y=-0.25, z=0.03)
    water = shift(scale(rod((0, 0, 0), (0, 0, 0.02), 0.38), 1, 1.25, 1), y=-0.25)
    return [
        Part("body", join(bowl, tank, neck), None),
        Part("seat", seat, "wood"),
        Part("water", water, "cyan"),
        Part("button", box(0.22, 0.12, 0.08, at=(0, 0.5, 0.88)), "silver"),
    ]


@object_class("piano", natural="black", group="furniture")
def piano(rng: Rng) -> list[Part]:
    width, height = rng(0.9, 1.0), rng(0.6, 0.75)
    case = join(
        box(2 * width, 0.45, 1.0 + height, at=(0, 0.3, (height - 1.0) / 2)),
        box(2 * width, 0.55, 0.16, at=(0, -0.15, -0.2)),
    )
    ends = mirror(box(0.14, 0.55, 0.32, at=(width - 0.07, -0.15, -0.12)))
    leg = mirror(box(0.14, 0.14, 0.8, at=(width - 0.1, -0.34, -0.6)))
    white = box(2 * width - 0.28, 0.42, 0.1, at=(0, -0.2, -0.1))
    step = (2 * width - 0.3) / 8
    black = [box(0.1, 0.24, 0.1, at=(step * (i - 3), -0.12, -0.04)) for i in range(7) if i != 2]
    sheet = rotate(box(0.6, 0.04, 0.42, at=(0, 0.02, 0.28)), -8, "x")
    return [
        Part("case", join(case, ends, leg), None),
        Part("keys", white, "white"),
        Part("black keys", join(*black), "black"),
        Part("music", sheet, "cream"),
    ]


@object_class("fridge", "refrigerator", natural="white", group="kitchen")
def fridge(rng: Rng) -> list[Part]:
    width, split = rng(0.55, 0.65), rng(0.2, 0.4)
    case = box(2 * width, 0.9, 2.0)
    lower = box(2 * width - 0.06, 0.14, split + 0.86, at=(0, -0.5, (split - 0.94) / 2))
    upper = box(2 * width - 0.06, 0.14, 0.86 - split, at=(0, -0.5, (split + 0.98) / 2))
    handle = join(
        *(
            rod((-width + 0.2, -0.62, a), (-width + 0.2, -0.62, b), 0.07)
            for a, b in ((split - 0.65, split - 0.15), (split + 0.15, split + 0.5))
        )
    )
    gap = box(2 * width + 0.02, 0.1, 0.08, at=(0, -0.46, split))
    return [Part("doors", join(case, lower, upper), None), Part("handles", join(handle, gap), "black")]


@object_class("washing machine", natural="white", group="kitchen")
def washing_machine(rng: Rng) -> list[Part]:
    height = rng(0.78, 0.9)
    door = ring(0.48, 0.11, at=(0, -0.62, -0.15), axis="y")
    glass = rod((0, -0.6, -0.15), (0, -0.66, -0.15), 0.46)
    panel = box(1.36, 0.06, 0.24, at=(0, -0.62, height - 0.2))
    knobs = join(ball(0.09, at=(0.5, -0.66, height - 0.2)), ball(0.09, at=(0.24, -0.66, height - 0.2)))
    return [
        Part("body", box(1.45, 1.2, 2 * height), None),
        Part("door", door, "grey"),
        Part("window", glass, "glass"),
        Part("panel", panel, "grey"),
        Part("knobs", knobs, "red"),
    ]


@object_class("oven", "stove", "cooker", natural="white", group="kitchen")
def oven(rng: Rng) -> list[Part]:
    height = rng(0.7, 0.85)
    window = box(0.95, 0.08, 0.6, at=(0, -0.6, -0.2))
    handle = rod((-0.5, -0.66, 0.28), (0.5, -0.66, 0.28), 0.06)
    plate = mirror(mirror(rod((0.33, 0.28, height), (0.33, 0.28, height + 0.06), 0.24)), "y")
    knobs = [ball(0.09, at=(x, -0.6, height - 0.18)) for x in (-0.48, -0.16, 0.16, 0.48)]
    back = box(1.4, 0.12, 0.3, at=(0, 0.55, height + 0.1))
    return [
        Part("body", join(box(1.4, 1.2, 2 * height), back), None),
        Part("plates", join(plate, window), "black"),
        Part("handle", handle, "silver"),
        Part("knobs", join(*knobs), "red"),
    ]
