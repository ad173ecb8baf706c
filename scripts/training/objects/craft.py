"""What flies or swims with people in it."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_primitives import (
    ball,
    box,
    cone,
    dome,
    extrude,
    hollow,
    join,
    lathe,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("rocket", "spaceship", natural="white", parts=("fins",), group="vehicles")
def rocket(rng: Rng) -> list[Part]:
    radius, height = rng(0.33, 0.4), rng(1.1, 1.35)
    body = lathe([(radius * 0.8, 0), (radius, 0.45), (radius * 0.95, height)])
    nose = lathe(
        [(radius * 0.97, height), (radius * 0.7, height + 0.3), (radius * 0.3, height + 0.52), (0, height + 0.6)]
    )
    fin = extrude([(radius * 0.7, 0.55), (radius + 0.38, 0.0), (radius + 0.38, -0.3), (radius * 0.6, 0.05)], 0.12)
    flame = lathe([(0, -0.5), (0.14, -0.3), (0.22, 0.0), (0, 0)])
    frame = ring(0.16, 0.06, at=(0, -radius - 0.0, 0.85), axis="y")
    return [
        Part("body", body, None),
        Part("fins", join(nose, rotate(repeat_around(fin, 4), 45), mirror(frame, "y")), "red"),
        Part("window", mirror(ball((0.16, 0.06, 0.16), at=(0, -radius, 0.85)), "y"), "glass"),
        Part("flame", flame, "orange"),
    ]


@object_class("plane", "airplane", "aeroplane", natural="white", parts=("wings",), group="vehicles")
def plane(rng: Rng) -> list[Part]:
    span, fat = rng(0.95, 1.1), rng(0.2, 0.24)
    body = tube(
        [(0, -1.05, 0), (0, -0.98, 0), (0, -0.8, 0), (0, 0.4, 0), (0, 1.05, 0.12)], [0.08, 0.6 * fat, fat, fat, 0.07]
    )
    wing = extrude([(0.1, -0.35), (span, 0.15), (span, 0.42), (0.1, 0.25)], 0.09, at=(0, 0, -0.06), axis="z")
    tail = extrude([(0.03, 0.68), (0.42, 0.88), (0.42, 1.08), (0.03, 1.02)], 0.08, at=(0, 0, 0.1), axis="z")
    fin = extrude([(0.6, 0.1), (0.88, 0.55), (1.1, 0.55), (1.02, 0.1)], 0.09, axis="x")
    engine = rod((0.46, -0.3, -0.16), (0.46, 0.15, -0.16), 0.11)
    dots = [ball(0.055, at=(fat - 0.01, y, 0.06)) for y in (-0.5, -0.25, 0.0, 0.25, 0.5)]
    screen = ball((0.14, 0.14, 0.09), at=(0, -0.85, fat * 0.62))
    return [
        Part("body", body, None),
        Part("wings", join(mirror(join(wing, tail)), fin), "red"),
        Part("windows", join(mirror(join(*dots)), screen), "glass"),
        Part("engines", mirror(engine), "grey"),
    ]


@object_class("biplane", "propeller plane", natural="red", parts=("wings",), group="vehicles")
def biplane(rng: Rng) -> list[Part]:
    span, fat = rng(0.85, 1.0), rng(0.22, 0.27)
    body = tube([(0, -0.85, 0), (0, -0.7, 0), (0, 0.1, 0), (0, 1.0, 0.08)], [0.8 * fat, fat, fat, 0.08])
    wings = [box(2 * span, 0.42, 0.09, at=(0, -0.35, z)) for z in (-0.16, 0.44)]
    struts = mirror(mirror(rod((0.6 * span, 0.12, -0.16), (0.6 * span, 0.12, 0.44), 0.045), "y"))
    tail = join(
        box(0.8, 0.26, 0.08, at=(0, 0.9, 0.08)),
        extrude([(0.75, 0.1), (0.9, 0.5), (1.05, 0.5), (1.05, 0.1)], 0.09, axis="x"),
    )
    blades = box(0.14, 0.06, 0.95, at=(0, -0.98, 0))
    gear = join(
        mirror(rod((0.28, -0.4, -0.45), (0.18, -0.4, -0.45), 0.18)), rod((0, -0.4, -0.45), (0, -0.35, -0.1), 0.06)
    )
    return [
        Part("body", join(body, tail), None),
        Part("wings", join(*wings, shift(struts, y=-0.35)), "yellow"),
        Part("propeller", join(rotate(blades, 30, "y"), rod((0, -0.8, 0), (0, -1.02, 0), 0.1)), "brown"),
        Part("wheels", join(gear, ball((0.14, 0.2, 0.08), at=(0, 0.14, fat))), "black"),
    ]


@object_class("helicopter", natural="yellow", group="vehicles")
def helicopter(rng: Rng) -> list[Part]:
    blade, tail = rng(0.95, 1.1), rng(1.1, 1.25)
    cabin = ball((0.38, 0.55, 0.4), at=(0, -0.35, 0))
    boom = rod((0, 0, 0.1), (0, tail, 0.22), 0.17, 0.07)
    fin = extrude([(tail - 0.2, 0.15), (tail, 0.6), (tail + 0.18, 0.6), (tail + 0.08, 0.1)], 0.1, axis="x")
    rotor = repeat_around(box(blade, 0.16, 0.06, at=(blade / 2, 0, 0)), 4)
    skid = join(
        rod((0.32, -0.85, -0.55), (0.32, 0.25, -0.55), 0.06),
        *(rod((0.32, y, -0.55), (0.18, y, -0.2), 0.05) for y in (-0.6, 0)),
    )
    tail_rotor = shift(join(box(0.06, 0.1, 0.5), box(0.06, 0.5, 0.1)), x=0.12, y=tail, z=0.3)
    mast = rod((0, -0.2, 0.3), (0, -0.2, 0.62), 0.08)
    return [
        Part("body", join(cabin, boom, fin), None),
        Part("rotor", join(shift(rotate(rotor, 30), y=-0.2, z=0.58), mast, tail_rotor), "black"),
        Part("window", ball((0.34, 0.4, 0.32), at=(0, -0.56, 0.06)), "glass"),
        Part("skids", mirror(skid), "grey"),
    ]


@object_class("hot air balloon", "hot-air balloon", natural="red", parts=("stripes",), group="vehicles")
def hot_air_balloon(rng: Rng) -> list[Part]:
    radius, drop = rng(0.72, 0.82), rng(0.42, 0.55)
    profile = [(0.2, -1.0), (0.5, -0.72), (0.86, -0.28), (1.0, 0.15), (0.95, 0.48), (0.74, 0.8), (0.4, 0.97), (0, 1.02)]
    envelope = lathe([(radius * r, radius * z) for r, z in profile])
    band = [(radius * r * 1.03, radius * z) for r, z in ((0.86, -0.28), (1.0, 0.15), (0.95, 0.48))]
    low = -radius - drop
    ropes = repeat_around(rod((0.13, 0.13, low), (0.2, 0.2, -0.72 * radius), 0.03), 4)
    return [
        Part("balloon", envelope, None),
        Part("stripes", lathe(band), "yellow"),
        Part("basket", join(box(0.42, 0.42, 0.34, at=(0, 0, low - 0.05)), ropes), "brown"),
    ]


@object_class("ufo", "flying saucer", natural="silver", parts=("lights",), group="vehicles")
def ufo(rng: Rng) -> list[Part]:
    flat, bulge = rng(0.9, 1.0), rng(0.36, 0.44)
    saucer = lathe([(0, -0.3), (0.35, -0.26), (flat, 0), (0.5, 0.22), (0, 0.24)])
    lights = repeat_around(ball(0.1, at=(0.76 * flat, 0, 0.1)), 8)
    legs = repeat_around(rod((0.3, 0, -0.2), (0.5, 0, -0.6), 0.06), 3)
    return [
        Part("saucer", join(saucer, legs), None),
        Part("dome", dome(bulge, at=(0, 0, 0.18), squash=1.0), "glass"),
        Part("lights", join(lights, ball(0.1, at=(0, 0, 0.2 + bulge))), "green"),
    ]


@object_class("sailing boat", "sailboat", "boat", natural="red", parts=("sail",), group="vehicles")
def sailing_boat(rng: Rng) -> list[Part]:
    height, deep, swing = rng(1.4, 1.6), rng(0.38, 0.46), rng(20, 32)
    back = extrude([(0.08, 0.2), (0.85, 0.2), (0.08, height)], 0.08, axis="x")
    front = extrude([(-0.08, 0.24), (-0.72, 0.24), (-0.08, 0.8 * height)], 0.08, axis="x")
    deck = scale(hull(0.31, 0.84, 0.04), 1, 1, -1)
    return [
        Part("hull", hull(0.4, 1.0, deep), None),
        Part("sail", join(rotate(back, swing), rotate(front, -0.6 * swing)), "white"),
        Part("mast", join(rod((0, 0, 0), (0, 0, height + 0.1), 0.06), deck), "wood"),
        Part("flag", extrude([(0, height + 0.08), (0.32, height), (0, height - 0.1)], 0.07, axis="x"), "blue"),
    ]


def hull(half_width: float, half_length: float, depth: float) -> Trimesh:
    """A boat's body under z = 0, its bow towards -Y."""
    bow = [(half_width, half_length), (half_width, -0.3 * half_length), (0.6 * half_width, -0.72 * half_length)]
    deck = [*bow, (0.0, -half_length), *((-u, v) for u, v in reversed(bow))]
    mesh = extrude(deck, depth, at=(0, 0, -depth / 2), axis="z")
    low = mesh.vertices[:, 2] < -depth / 2
    mesh.vertices[low, :2] *= (0.6, 0.78)
    return mesh


@object_class("ship", "steamship", "ocean liner", natural="blue", parts=("funnels",), group="vehicles")
def ship(rng: Rng) -> list[Part]:
    length, height = rng(1.1, 1.25), rng(0.45, 0.6)
    decks = join(box(0.56, 1.3, 0.22, at=(0, 0.15, 0.1)), box(0.44, 0.9, 0.22, at=(0, 0.15, 0.3)))
    funnels = [rod((0, y, 0.35), (0, y + 0.06, 0.4 + height), 0.13) for y in (-0.1, 0.28)]
    tops = [rod((0, y + 0.045, 0.27 + height), (0, y + 0.06, 0.43 + height), 0.15) for y in (-0.1, 0.28)]
    portholes = [ball(0.06, at=(0.33, y, -0.16)) for y in (-0.4, 0.0, 0.4, 0.8)]
    panes = box(0.6, 1.0, 0.1, at=(0, 0.15, 0.13))
    return [
        Part("hull", hull(0.38, length, 0.42), None),
        Part("decks", decks, "white"),
        Part("funnels", join(*funnels), "red"),
        Part("tops", join(*tops), "black"),
        Part("windows", join(mirror(join(*portholes)), panes), "glass"),
    ]


@object_class("rowing boat", "rowboat", "canoe", natural="brown", group="vehicles")
def rowing_boat(rng: Rng) -> list[Part]:
    deep, wide = rng(0.35, 0.42), rng(0.42, 0.5)
    shell = scale(hollow(0.7, deep, 0.12, top=1.0), wide, 1, 1)
    seats = [box(1.6 * wide, 0.2, 0.08, at=(0, y, 0.8 * deep)) for y in (-0.35, 0.3)]
    oar = join(
        rod((0.25, 0, 0.75), (1.05, -0.15, 0.1), 0.05),
        shift(ball((0.22, 0.06, 0.12)), x=1.12, y=-0.16, z=0.04),
    )
    return [
        Part("hull", join(shell, scale(ring(0.96, 0.06, at=(0, 0, deep)), wide, 1, 1)), None),
        Part("seats", join(*seats), "cream"),
        Part("oars", mirror(oar), "wood"),
    ]


@object_class("submarine", natural="yellow", group="vehicles")
def submarine(rng: Rng) -> list[Part]:
    fat, height = rng(0.36, 0.42), rng(0.32, 0.42)
    body = ball((fat, 1.0, fat))
    tower = scale(rod((0, 0, 0), (0, 0, fat + height), 0.24), 0.75, 1.2, 1)
    scope = tube([(0, 0.05, fat), (0, 0.05, fat + height + 0.36), (0, -0.2, fat + height + 0.36)], 0.065)
    ports = [ball(0.12, at=(fat * c, y, 0.06)) for y, c in ((-0.45, 0.86), (0.0, 0.97), (0.45, 0.86))]
    fins = join(box(0.95, 0.25, 0.08, at=(0, 0.82, 0)), box(0.08, 0.25, 0.85, at=(0, 0.82, 0)))
    blades = join(*(rotate(box(0.5, 0.07, 0.13, at=(0, 1.08, 0)), tilt, "y") for tilt in (45, -45)))
    return [
        Part("hull", join(body, tower), None),
        Part("windows", mirror(join(*ports)), "glass"),
        Part("fins", join(fins, scope), "red"),
        Part("propeller", join(blades, rod((0, 0.9, 0), (0, 1.12, 0), 0.08)), "gold"),
    ]


@object_class("pirate ship", "galleon", natural="brown", parts=("sails",), group="vehicles")
def pirate_ship(rng: Rng) -> list[Part]:
    height = rng(1.25, 1.45)
    stern = box(0.7, 0.4, 0.34, at=(0, 0.78, 0.12))
    body = join(hull(0.42, 1.0, 0.45), stern, rod((0, -0.85, -0.08), (0, -1.3, 0.25), 0.06))
    sails = [ball((wide, 0.12, 0.3 * height * 0.8), at=(0, y - 0.06, z * height))
             for y, z, wide in ((-0.35, 0.42, 0.52), (0.35, 0.48, 0.6))]  # fmt: skip
    top = ball((0.4, 0.1, 0.15 * height), at=(0, 0.29, 0.88 * height))
    masts = [rod((0, y, 0), (0, y, h * height), 0.06) for y, h in ((-0.35, 0.85), (0.35, 1.2))]
    flag = box(0.07, 0.36, 0.22, at=(0, 0.5, 1.16 * height))
    ports = [box(0.06, 0.14, 0.14, at=(0.4, y, -0.16)) for y in (-0.2, 0.15, 0.5)]
    return [
        Part("hull", body, None),
        Part("sails", join(*sails, top), "white"),
        Part("masts", join(*masts, cone(0.14, 0.12, at=(0, 0.35, 0.0))), "wood"),
        Part("flag", join(flag, mirror(join(*ports))), "black"),
    ]
