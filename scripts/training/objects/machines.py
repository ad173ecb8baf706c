"""What runs on electricity, clockwork or a lens."""

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
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("camera", "photo camera", natural="black", group="objects")
def camera(rng: Rng) -> list[Part]:
    half, height = rng(0.78, 0.88), rng(0.95, 1.05)
    case = join(
        extrude(rounded_outline(2 * half, height, 0.14), 0.5), box(0.6, 0.44, 0.28, at=(0, 0, height / 2 + 0.08))
    )
    lens = join(rod((0, 0, -0.04), (0, -0.55, -0.04), 0.4), ring(0.36, 0.07, at=(0, -0.55, -0.04), axis="y"))
    glass = join(ball((0.3, 0.12, 0.3), at=(0, -0.54, -0.04)), box(0.3, 0.08, 0.14, at=(0, -0.22, height / 2 + 0.1)))
    button = rod((-0.55, 0, height / 2), (-0.55, 0, height / 2 + 0.14), 0.13)
    band = box(2 * half + 0.02, 0.53, 0.24, at=(0, 0, height / 2 - 0.2))
    return [
        Part("case", case, None),
        Part("lens", lens, "grey"),
        Part("glass", glass, "glass"),
        Part("button", button, "red"),
        Part("band", band, "silver"),
    ]


@object_class("telephone", "phone", natural="red", group="objects")
def telephone(rng: Rng) -> list[Part]:
    half, height = rng(0.62, 0.7), rng(0.55, 0.65)
    body = extrude(
        [(-0.75, 0), (0.65, 0), (0.6, 0.35), (0.25, height), (-0.05, height), (-0.7, 0.2)], 2 * half - 0.1, axis="x"
    )
    z = height + 0.3
    receiver = join(
        rod((-half, 0.1, z), (half, 0.1, z), 0.13),
        mirror(rod((half - 0.1, 0.1, z + 0.05), (half + 0.02, 0.1, z - 0.24), 0.17, 0.25)),
    )
    cradle = mirror(box(0.14, 0.32, 0.3, at=(0.28, 0.1, height + 0.08)))
    dial = rotate(rod((0, 0, 0), (0, 0, 0.1), 0.42), 30, "x")
    holes = rotate(repeat_around(ball((0.075, 0.075, 0.06), at=(0.29, 0, 0.1)), 8), 30, "x")
    return [
        Part("body", join(body, receiver, cradle), None),
        Part("dial", shift(dial, y=-0.36, z=0.36), "white"),
        Part(
            "holes",
            shift(join(holes, rotate(rod((0, 0, 0.05), (0, 0, 0.14), 0.13), 30, "x")), y=-0.36, z=0.36),
            "black",
        ),
    ]


@object_class("smartphone", "mobile phone", natural="black", group="objects")
def smartphone(rng: Rng) -> list[Part]:
    half, height = rng(0.5, 0.56), rng(1.8, 1.95)
    case = extrude(rounded_outline(2 * half, height, 0.14), 0.2)
    screen = box(2 * half - 0.14, 0.06, height - 0.4, at=(0, -0.09, 0.02))
    spots = [(u, v) for v in (0.5, 0.18, -0.14) for u in (-0.24, 0.0, 0.24)]
    apps = [extrude(rounded_outline(0.18, 0.2, 0.05), 0.08, at=(u, -0.1, v)) for u, v in spots]
    lens = rod((0.24, 0, 0.66), (0.24, 0.15, 0.66), 0.16)
    return [
        Part("case", case, None),
        Part("screen", screen, "glass"),
        Part("apps", join(*apps[::3]), "red"),
        Part("apps", join(*apps[1::3]), "yellow"),
        Part("apps", join(*apps[2::3]), "green"),
        Part("lens", join(lens, rod((0, 0, -height / 2 + 0.1), (0, -0.12, -height / 2 + 0.1), 0.07)), "grey"),
    ]


@object_class("laptop", "computer", natural="grey", group="objects")
def laptop(rng: Rng) -> list[Part]:
    half, tilt = rng(0.85, 0.95), rng(12, 22)
    base = box(2 * half, 1.25, 0.14, at=(0, -0.62, 0))
    lid = box(2 * half, 0.12, 1.25, at=(0, 0, 0.62))
    screen = box(2 * half - 0.24, 0.08, 0.98, at=(0, -0.06, 0.66))
    keys = [box(2 * half - 0.3, 0.13, 0.08, at=(0, -0.2 - 0.2 * k, 0.06)) for k in range(3)]
    pad = box(0.5, 0.28, 0.06, at=(0, -1.0, 0.06))
    return [
        Part("case", join(base, rotate(lid, -tilt, "x")), None),
        Part("screen", rotate(screen, -tilt, "x"), "glass"),
        Part("keys", join(*keys), "black"),
        Part("pad", pad, "white"),
    ]


@object_class("radio", natural="brown", group="objects")
def radio(rng: Rng) -> list[Part]:
    half, height = rng(0.85, 0.95), rng(0.95, 1.1)
    case = extrude(rounded_outline(2 * half, height, 0.14), 0.55)
    speaker = rod((-0.4, -0.2, -0.04), (-0.4, -0.32, -0.04), 0.36)
    scale = box(0.7, 0.1, 0.26, at=(0.4, -0.26, 0.22))
    knobs = join(*(rod((x, -0.2, -0.24), (x, -0.38, -0.24), 0.14) for x in (0.2, 0.6)))
    antenna = join(
        rod((0.5, 0.1, height / 2), (0.9, 0.1, height / 2 + 0.8), 0.05), ball(0.08, at=(0.9, 0.1, height / 2 + 0.8))
    )
    handle = tube(
        [
            (-0.6, 0, height / 2 - 0.05),
            (-0.6, 0, height / 2 + 0.24),
            (0.35, 0, height / 2 + 0.24),
            (0.35, 0, height / 2 - 0.05),
        ],
        0.07,
    )
    return [
        Part("case", case, None),
        Part("speaker", speaker, "black"),
        Part("scale", scale, "yellow"),
        Part("knobs", knobs, "gold"),
        Part("antenna", join(antenna, handle), "silver"),
    ]


@object_class("fan", "electric fan", natural="blue", group="objects")
def fan(rng: Rng) -> list[Part]:
    radius, height = rng(0.62, 0.7), rng(0.8, 0.95)
    blade = ball((0.2, 0.05, 0.3), at=(0, 0, 0.32))
    cage = join(
        ring(radius, 0.07, axis="y"),
        *(rotate(rod((-radius, -0.12, 0), (radius, -0.12, 0), 0.03), t, "y") for t in (45, 135)),
    )
    stand = join(
        rod((0, 0.14, 0), (0, 0.14, -height), 0.09),
        shift(dome(0.5, squash=0.35), z=-height - 0.1),
        rod((0, -0.05, 0), (0, 0.35, 0), 0.2),
    )
    return [
        Part("blades", repeat_around(blade, 4, "y"), None),
        Part("cage", cage, "silver"),
        Part("stand", stand, "white"),
        Part("hub", ball((0.14, 0.1, 0.14), at=(0, -0.1, 0)), "red"),
    ]


@object_class("dumbbell", "weight", natural="black", group="objects")
def dumbbell(rng: Rng) -> list[Part]:
    big, small = rng(0.48, 0.56), rng(0.34, 0.4)
    discs = mirror(join(rod((0.48, 0, 0), (0.72, 0, 0), big), rod((0.7, 0, 0), (0.92, 0, 0), small)))
    return [Part("weights", discs, None), Part("bar", rod((-1.05, 0, 0), (1.05, 0, 0), 0.12), "silver")]


@object_class("gramophone", "record player", natural="brown", parts=("horn",), group="objects")
def gramophone(rng: Rng) -> list[Part]:
    flare = rng(0.58, 0.66)
    horn = tube(
        [(0.3, 0.1, 0.2), (0.42, 0.15, 0.65), (0.25, 0.05, 0.95), (-0.1, -0.15, 1.1), (-0.38, -0.32, 1.22)],
        (0.07, 0.1, 0.17, 0.36, flare),
        sides=24,
    )
    throat = rod((-0.37, -0.315, 1.215), (-0.4, -0.335, 1.232), 0.8 * flare)
    disc = rod((-0.1, -0.1, 0.12), (-0.1, -0.1, 0.2), 0.5)
    label = rod((-0.1, -0.1, 0.12), (-0.1, -0.1, 0.23), 0.17)
    crank = tube([(0.6, 0, -0.1), (0.85, 0, -0.1), (0.85, 0, 0.15)], 0.06)
    return [
        Part("case", box(1.3, 1.2, 0.5, at=(0, 0, -0.12)), None),
        Part("horn", join(horn, crank), "gold"),
        Part("record", join(disc, throat), "black"),
        Part("label", label, "red"),
    ]


@object_class("satellite", natural="silver", parts=("panels",), group="objects")
def satellite(rng: Rng) -> list[Part]:
    reach, half = rng(0.8, 0.95), 0.3
    panel = box(reach, 0.08, 0.5, at=(half + 0.14 + reach / 2, 0, 0))
    grid = join(
        *(box(0.06, 0.11, 0.5, at=(half + 0.14 + reach * t, 0, 0)) for t in (0.33, 0.67)),
        box(reach, 0.11, 0.06, at=(half + 0.14 + reach / 2, 0, 0)),
    )
    dish = shift(rotate(lathe([(0.08, 0), (0.34, 0.16), (0.3, 0.2), (0, 0.06)]), 180, "x"), z=-0.42)
    body = join(rod((0, 0, -0.42), (0, 0, 0.45), half), rod((-half - 0.2, 0, 0), (half + 0.2, 0, 0), 0.07))
    return [
        Part("body", join(body, mirror(grid)), None),
        Part("panels", mirror(panel), "blue"),
        Part("dish", join(dish, rod((0, 0, -0.5), (0, 0, -0.8), 0.05), rod((0, 0, 0.4), (0, 0, 0.75), 0.05)), "white"),
        Part("band", rod((0, 0, -0.1), (0, 0, 0.16), half + 0.03), "gold"),
    ]


@object_class("cash register", "till", natural="red", group="objects")
def cash_register(rng: Rng) -> list[Part]:
    half, tall = rng(0.68, 0.76), rng(1.0, 1.15)
    body = extrude([(-0.55, 0.3), (0.6, 0.3), (0.6, tall), (0.25, tall), (-0.55, 0.55)], 2 * half, axis="x")
    slope = (tall - 0.55) / 0.8
    spots = [(x, -0.42 + 0.24 * r) for r in range(3) for x in (-0.42, -0.14, 0.14, 0.42)]
    keys = [ball(0.1, at=(x, y, 0.57 + slope * (y + 0.55))) for x, y in spots]
    drawer = box(2 * half + 0.14, 1.3, 0.32, at=(0, 0, 0.16))
    screen = box(0.9, 0.24, 0.36, at=(0, 0.42, tall + 0.2))
    return [
        Part("body", body, None),
        Part("keys", join(*keys), "white"),
        Part("drawer", drawer, "brown"),
        Part("screen", screen, "black"),
        Part(
            "numbers",
            join(box(0.6, 0.28, 0.16, at=(0, 0.42, tall + 0.2)), box(0.3, 1.36, 0.1, at=(0, 0, 0.18))),
            "yellow",
        ),
    ]
