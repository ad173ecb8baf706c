"""What rolls on land. Fronts look towards -Y, so the side of a vehicle is seen along X."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_primitives import (
    ball,
    box,
    dome,
    extrude,
    join,
    lathe,
    mirror,
    ring,
    rod,
    rotate,
    rounded_outline,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


def wheels(x: float, ys: tuple[float, ...], radius: float, width: float = 0.2) -> Trimesh:
    """Pairs of tyres that stand on z = 0, their outer faces at +-x."""
    return mirror(join(*(rod((x, y, radius), (x - width, y, radius), radius) for y in ys)))


def hubs(x: float, ys: tuple[float, ...], radius: float) -> Trimesh:
    """The bright middle of the same wheels."""
    return mirror(join(*(rod((x - 0.1, y, radius), (x + 0.03, y, radius), 0.48 * radius) for y in ys)))


def lamps(x: float, y: float, z: float, radius: float = 0.1) -> Trimesh:
    """A pair of headlights."""
    return mirror(ball((radius, 0.6 * radius, radius), at=(x, y, z)))


def side(outline: list[tuple[float, float]], width: float) -> Trimesh:
    """A body from its outline (y, z), seen from the side."""
    return extrude(outline, width, axis="x")


@object_class("car", natural="red", group="vehicles")
def car(rng: Rng) -> list[Part]:
    roof, x = rng(0.92, 1.02), rng(0.44, 0.5)
    body = [(-1.0, 0.16), (1.0, 0.16), (1.0, 0.56), (0.62, 0.6), (-0.45, 0.6), (-1.0, 0.5)]
    cabin = [(-0.5, 0.56), (0.78, 0.56), (0.5, roof), (-0.15, roof)]
    glass = [(-0.58, 0.6), (0.84, 0.6), (0.54, roof - 0.08), (-0.2, roof - 0.08)]
    pillar = join(*(box(2 * x + 0.01, 0.1, roof - 0.58, at=(0, y, roof / 2 + 0.28)) for y in (0.17,)))
    return [
        Part("body", join(side(body, 2 * x), side(cabin, 2 * x - 0.06), pillar), None),
        Part("windows", join(side(_inset(glass, 0.12), 2 * x), side(glass, 1.5 * x)), "glass"),
        Part("tyres", wheels(x + 0.06, (-0.6, 0.6), 0.26), "black"),
        Part("hubs", hubs(x + 0.06, (-0.6, 0.6), 0.26), "silver"),
        Part("lights", lamps(x - 0.14, -1.0, 0.38, 0.13), "yellow"),
    ]


def _inset(outline: list[tuple[float, float]], by: float) -> list[tuple[float, float]]:
    """The same trapezium with its slanted ends drawn in."""
    middle = sum(u for u, _ in outline) / len(outline)
    return [(u - by if u > middle else u + by, v) for u, v in outline]


@object_class("van", natural="white", group="vehicles")
def van(rng: Rng) -> list[Part]:
    roof, x = rng(1.05, 1.2), rng(0.44, 0.5)
    body = [(-1.0, 0.16), (1.0, 0.16), (1.0, roof), (-0.5, roof), (-0.72, 0.66), (-1.0, 0.58)]
    screen = [(-0.52, roof - 0.08), (-0.78, 0.64), (-0.68, 0.64), (-0.42, roof - 0.08)]
    window = [(-0.4, roof - 0.12), (-0.6, 0.66), (-0.1, 0.66), (-0.1, roof - 0.12)]
    return [
        Part("body", side(body, 2 * x), None),
        Part(
            "windows",
            join(side(screen, 1.7 * x), side(window, 2 * x + 0.04), box(1.4 * x, 0.06, 0.3, at=(0, 1.0, 0.85))),
            "glass",
        ),
        Part("tyres", wheels(x + 0.06, (-0.58, 0.58), 0.26), "black"),
        Part("hubs", hubs(x + 0.06, (-0.58, 0.58), 0.26), "silver"),
        Part("lights", lamps(x - 0.14, -1.0, 0.42, 0.12), "yellow"),
    ]


@object_class("bus", natural="yellow", group="vehicles")
def bus(rng: Rng) -> list[Part]:
    roof, y = rng(1.0, 1.1), rng(1.15, 1.3)
    panes = [box(0.96, 0.32, 0.32, at=(0, (k - 2) * 0.4 * y, roof - 0.3)) for k in range(5)]
    screen = box(0.76, 0.06, 0.42, at=(0, -y, roof - 0.34))
    stripe = box(0.95, 2 * y + 0.03, 0.09, at=(0, 0, 0.48))
    body = shift(rotate(extrude(rounded_outline(2 * y, roof - 0.16, 0.12), 0.92), 90), z=roof / 2 + 0.08)
    return [
        Part("body", body, None),
        Part("windows", join(*panes, screen, shift(screen, y=2 * y)), "glass"),
        Part("tyres", join(wheels(0.5, (-0.65 * y, 0.6 * y), 0.24), stripe), "black"),
        Part("hubs", hubs(0.5, (-0.65 * y, 0.6 * y), 0.24), "silver"),
        Part("lights", lamps(0.3, -y, 0.36), "red"),
    ]


@object_class("truck", "lorry", natural="blue", parts=("container",), group="vehicles")
def truck(rng: Rng) -> list[Part]:
    length, height = rng(1.2, 1.4), rng(0.85, 1.0)
    cab = [(-1.1, 0.2), (-0.5, 0.2), (-0.5, 1.0), (-0.95, 1.0), (-1.1, 0.62)]
    screen = [(-0.99, 0.96), (-1.14, 0.64), (-1.0, 0.64), (-0.88, 0.96)]
    window = box(0.96, 0.24, 0.3, at=(0, -0.72, 0.76))
    chassis = box(0.7, length + 0.6, 0.14, at=(0, -0.5 + length / 2, 0.27))
    return [
        Part("cab", join(side(cab, 0.9), chassis), None),
        Part("container", box(0.98, length, height, at=(0, -0.42 + length / 2, 0.34 + height / 2)), "white"),
        Part("windows", join(side(screen, 0.76), window), "glass"),
        Part("tyres", wheels(0.52, (-0.78, length - 0.95, length - 0.45), 0.24), "black"),
        Part("lights", lamps(0.3, -1.1, 0.4), "yellow"),
    ]


@object_class("fire engine", "fire truck", natural="red", group="vehicles")
def fire_engine(rng: Rng) -> list[Part]:
    y, roof = rng(1.1, 1.25), rng(0.85, 0.95)
    body = [(-y, 0.18), (y, 0.18), (y, roof - 0.12), (-0.4, roof - 0.12), (-0.4, roof + 0.1), (-y, roof + 0.1)]
    panes = join(box(0.96, 0.3, 0.3, at=(0, -y + 0.38, roof - 0.12)), box(0.76, 0.06, 0.34, at=(0, -y, roof - 0.14)))
    sides = mirror(rod((0.22, 0.95 * y, roof + 0.02), (0.22, -0.95 * y, roof + 0.32), 0.06))
    rungs = [rod((-0.22, y * t, roof + 0.17 - 0.158 * t), (0.22, y * t, roof + 0.17 - 0.158 * t), 0.05)
             for t in (-0.8, -0.45, -0.1, 0.25, 0.6)]  # fmt: skip
    lights = mirror(ball(0.12, at=(0.34, -y + 0.25, roof + 0.14)))
    return [
        Part("body", side(body, 0.92), None),
        Part("ladder", join(sides, *rungs, box(0.95, 2 * y - 0.06, 0.1, at=(0, 0.02, 0.46))), "white"),
        Part("windows", panes, "glass"),
        Part("tyres", wheels(0.52, (-0.66 * y, 0.6 * y), 0.26), "black"),
        Part("hubs", join(hubs(0.52, (-0.66 * y, 0.6 * y), 0.26), lamps(0.3, -y, 0.36)), "silver"),
        Part("blue lights", lights, "blue"),
    ]


@object_class("train", "steam train", "locomotive", natural="red", group="vehicles")
def train(rng: Rng) -> list[Part]:
    boiler, height = rng(0.3, 0.35), rng(0.35, 0.5)
    body = join(rod((0, -0.95, 0.7), (0, 0.3, 0.7), boiler), box(0.8, 0.7, 0.75, at=(0, 0.6, 0.72)))
    frame = join(box(0.7, 1.9, 0.14, at=(0, 0, 0.36)), box(0.95, 0.9, 0.12, at=(0, 0.6, 1.14)))
    bumper = extrude([(-0.4, 0.08), (0.4, 0.08), (0.3, 0.38), (-0.3, 0.38)], 0.16, at=(0, -1.0, 0))
    stack = lathe([(0.12, 0.9), (0.12, 0.95 + height), (0.22, 1.0 + height), (0.22, 1.1 + height)], at=(0, -0.65, 0))
    window = join(box(0.84, 0.36, 0.32, at=(0, 0.6, 0.88)), box(0.56, 0.76, 0.26, at=(0, 0.6, 0.92)))
    bands = join(
        dome(0.16, at=(0, -0.15, 0.95)), *(rod((0, y, 0.7), (0, y - 0.1, 0.7), boiler + 0.03) for y in (-0.9, -0.3))
    )
    return [
        Part("body", body, None),
        Part("frame", join(frame, bumper, stack), "black"),
        Part("wheels", join(wheels(0.46, (0.5,), 0.34), wheels(0.46, (-0.7, -0.2), 0.24)), "grey"),
        Part("windows", window, "glass"),
        Part("bands", join(bands, ball(0.12, at=(0, -0.98, 0.8))), "gold"),
    ]


@object_class("tractor", natural="green", group="vehicles")
def tractor(rng: Rng) -> list[Part]:
    big, small = rng(0.48, 0.54), rng(0.26, 0.32)
    bonnet = box(0.46, 0.95, 0.42, at=(0, -0.45, 0.66))
    fender = mirror(box(0.24, 0.9, 0.1, at=(0.4, 0.45, 2 * big + 0.04)))
    roof = box(0.8, 0.75, 0.1, at=(0, 0.35, 1.55))
    posts = mirror(mirror(box(0.08, 0.08, 0.75, at=(0.32, 0.28, 1.2))), "y")
    cab = box(0.62, 0.62, 0.6, at=(0, 0.35, 1.2))
    grille = join(box(0.36, 0.08, 0.32, at=(0, -0.92, 0.66)), rod((0.12, -0.5, 0.8), (0.12, -0.5, 1.3), 0.07))
    tyres = join(wheels(0.6, (0.45,), big, 0.28), wheels(0.5, (-0.65,), small, 0.22))
    return [
        Part("body", join(bonnet, box(0.5, 0.7, 0.5, at=(0, 0.3, 0.7)), fender, roof, shift(posts, y=0.35)), None),
        Part("windows", cab, "glass"),
        Part("tyres", join(tyres, grille), "black"),
        Part("hubs", join(hubs(0.6, (0.45,), big), hubs(0.5, (-0.65,), small)), "yellow"),
    ]


@object_class("digger", "excavator", natural="yellow", group="vehicles")
def digger(rng: Rng) -> list[Part]:
    reach, lift = rng(0.8, 0.95), rng(1.25, 1.45)
    elbow, wrist = (0.1, -0.55, lift), (0.1, -0.55 - 0.55 * reach, 0.75)
    track = mirror(shift(rotate(extrude(rounded_outline(1.4, 0.36, 0.17), 0.26), 90), x=0.38, z=0.18))
    cab = [(-0.25, 0.42), (0.25, 0.42), (0.25, 1.15), (-0.12, 1.15), (-0.25, 0.8)]
    body = join(
        box(0.85, 1.0, 0.36, at=(0, 0.2, 0.6)), shift(side(cab, 0.4), x=-0.22), box(0.8, 0.3, 0.3, at=(0, 0.5, 0.85))
    )
    arm = tube([(0.1, 0.0, 0.7), elbow, wrist], 0.1)
    bucket = extrude([(0.0, 0.1), (0.3, 0.1), (0.34, -0.22), (0.05, -0.42), (-0.12, -0.3)], 0.45, axis="x")
    return [
        Part("body", join(body, arm), None),
        Part("bucket", shift(bucket, 0.1, wrist[1] - 0.1, 0.68), "grey"),
        Part(
            "windows", shift(side([(-0.16, 0.72), (0.18, 0.72), (0.18, 1.06), (-0.08, 1.06)], 0.46), x=-0.22), "glass"
        ),
        Part("tracks", track, "black"),
    ]


@object_class("tank", natural="green", group="vehicles")
def tank(rng: Rng) -> list[Part]:
    length, turret = rng(0.75, 0.95), rng(0.36, 0.42)
    track = mirror(shift(rotate(extrude(rounded_outline(2.0, 0.46, 0.22), 0.3), 90), x=0.5, z=0.23))
    rollers = mirror(join(*(rod((0.5, y, 0.23), (0.69, y, 0.23), 0.13) for y in (-0.7, -0.24, 0.24, 0.7))))
    hull = side([(-0.85, 0.4), (-0.95, 0.52), (-0.6, 0.66), (0.9, 0.66), (0.9, 0.3), (-0.7, 0.3)], 1.15)
    top = lathe([(turret + 0.06, 0.62), (turret, 0.95), (turret - 0.1, 1.0)], at=(0, 0.1, 0))
    gun = join(
        rod((0, 0.0, 0.82), (0, -0.3 - length, 0.88), 0.09),
        rod((0, -0.2 - length, 0.875), (0, -0.4 - length, 0.89), 0.13),
    )
    return [
        Part("hull", join(hull, top, gun, rod((0.1, 0.2, 1.0), (0.1, 0.2, 1.08), 0.16)), None),
        Part("tracks", track, "black"),
        Part("rollers", rollers, "grey"),
    ]


@object_class("bicycle", "bike", natural="red", group="vehicles")
def bicycle(rng: Rng) -> list[Part]:
    radius, reach = rng(0.4, 0.44), rng(0.58, 0.64)
    tyres = mirror(ring(radius, 0.07, at=(0, reach, radius), axis="x"), "y")
    pedal, saddle, head = (0, 0.08, radius), (0, 0.28, 1.0), (0, -0.38, 1.02)
    rear, front = (0, reach, radius), (0, -reach, radius)
    lines = ((pedal, saddle), (pedal, head), (saddle, head), (rear, pedal), (rear, saddle), (head, front))
    bars = join(
        rod(head, (0, -0.34, 1.22), 0.05),
        tube([(-0.3, -0.22, 1.26), (-0.2, -0.36, 1.24), (0.2, -0.36, 1.24), (0.3, -0.22, 1.26)], 0.055),
    )
    seat = join(ball((0.13, 0.24, 0.08), at=(0, 0.3, 1.14)), rod(saddle, (0, 0.3, 1.12), 0.05))
    crank = join(
        rod((-0.2, 0.02, radius - 0.18), (0.2, 0.02, radius - 0.18), 0.06),
        rod((-0.08, *pedal[1:]), (0.08, *pedal[1:]), 0.13),
    )
    return [
        Part("frame", join(*(rod(a, b, 0.055) for a, b in lines)), None),
        Part("tyres", join(tyres, bars, seat), "black"),
        Part("pedals", crank, "silver"),
    ]
