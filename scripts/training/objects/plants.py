"""Plants."""

from __future__ import annotations

from .mesh_details import leaf
from .mesh_primitives import (
    ball,
    box,
    dome,
    extrude,
    heart_outline,
    join,
    lathe,
    mirror,
    repeat_around,
    rod,
    rotate,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("cactus", natural="green", parts=("flower", "pot"), group="plant")
def cactus(rng: Rng) -> list[Part]:
    high = rng(0.62, 0.75)
    stem = join(rod((0, 0, 0.3), (0, 0, 1.3), 0.22), ball(0.22, (0, 0, 1.3)))
    right = join(tube([(0, 0, 0.6), (0.45, 0, 0.6), (0.45, 0, 1.05)], 0.13), ball(0.13, (0.45, 0, 1.05)))
    left = join(
        tube([(0, 0, high), (-0.42, 0, high), (-0.42, 0, high + 0.4)], 0.12), ball(0.12, (-0.42, 0, high + 0.4))
    )
    joints = join(ball(0.13, (0.45, 0, 0.6)), ball(0.12, (-0.42, 0, high)))
    return [
        Part("cactus", join(stem, left, right, joints), None),
        Part("pot", rod((0, 0, 0), (0, 0, 0.36), 0.26, 0.36), "roof"),
        Part("flower", repeat_around(ball((0.14, 0.1, 0.06), (0.1, 0, 1.54)), 5), "pink"),
    ]


@object_class("flower", "daisy", natural="pink", parts=("middle",), group="plant")
def flower(rng: Rng) -> list[Part]:
    count = int(rng.choice(6, 7))
    petals = repeat_around(ball((0.26, 0.1, rng(0.15, 0.18)), (0.36, 0, 0)), count, "y")
    middle = ball((0.2, 0.13, 0.2), (0, -0.03, 0))
    green = join(
        rod((0, 0.06, 0), (0, 0.06, 1.25), 0.06),
        leaf(0.5, (0, 0.06, 0.3), 40),
        rotate(leaf(0.5, (0, -0.06, 0.45), 40), 180),
    )
    return [
        Part("petals", shift(petals, z=1.25), None),
        Part("middle", shift(middle, z=1.25), "yellow"),
        Part("stem", green, "leaf"),
    ]


@object_class("sunflower", natural="yellow", parts=("middle",), group="plant")
def sunflower(rng: Rng) -> list[Part]:
    petal = extrude([(0.2, -0.12), (0.42, -0.13), (0.68, 0.0), (0.42, 0.13), (0.2, 0.12)], 0.08)
    petals = shift(repeat_around(petal, 12, "y"), z=1.35)
    middle = ball((rng(0.3, 0.34), 0.14, 0.32), (0, -0.03, 1.35))
    blade = scale(leaf(0.62, (0, 0, 0), 35), 1, 1.4, 1)
    green = join(
        rod((0, 0.08, 0), (0, 0.08, 1.3), 0.07), shift(blade, 0, 0.08, 0.25), shift(rotate(blade, 180), 0, 0.08, 0.4)
    )
    return [Part("petals", petals, None), Part("middle", middle, "brown"), Part("stem", green, "leaf")]


@object_class("tulip", natural="red", group="plant")
def tulip(rng: Rng) -> list[Part]:
    cup = lathe([(0.0, 0.8), (0.2, 0.84), (0.32, 1.02), (0.3, 1.25), (0.2, 1.3), (0.0, 1.1)])
    tips = repeat_around(rod((0.2, 0, 1.12), (rng(0.28, 0.36), 0, 1.5), 0.15, 0.0), 5)
    blade = tube([(0.02, 0, 0.0), (0.22, 0, 0.35), (0.3, 0, 0.8)], [0.07, 0.12, 0.02])
    green = join(rod((0, 0, 0), (0, 0, 0.9), 0.06), mirror(blade))
    return [Part("petals", join(cup, tips), None), Part("stem", green, "leaf")]


@object_class("rose", natural="red", group="plant")
def rose(rng: Rng) -> list[Part]:
    twist = rng(0, 40)
    rows = [(0.26, 1.0, 0.2, 5), (0.18, 1.1, 0.18, 4), (0.08, 1.2, 0.16, 3)]
    petals = [
        rotate(repeat_around(ball((r, 0.8 * r, r), (d, 0, z)), n), i * 25 + twist)
        for i, (d, z, r, n) in enumerate(rows)
    ]
    sepals = repeat_around(rod((0.05, 0, 0.82), (0.3, 0, 0.74), 0.07, 0), 5)
    stem = join(rod((0, 0, 0), (0, 0, 0.95), 0.06), sepals, ball(0.14, (0, 0, 0.84)))
    blades = join(leaf(0.42, (0, 0, 0.35), 30), rotate(leaf(0.42, (0, 0, 0.5), 30), 180))
    return [Part("petals", join(*petals), None), Part("stem", join(stem, blades), "leaf")]


@object_class("mushroom", "toadstool", natural="red", parts=("stalk", "spots"), group="plant")
def mushroom(rng: Rng) -> list[Part]:
    wide = rng(0.56, 0.64)
    cap = dome(wide, (0, 0, 0.55), 0.9)
    stalk = lathe([(0.0, -0.12), (0.26, -0.12), (0.29, 0.0), (0.2, 0.3), (0.2, 0.6), (0.0, 0.6)])
    low = repeat_around(ball(0.13, (0.88 * wide, 0, 0.8)), 5)
    high = rotate(repeat_around(ball(0.12, (0.5 * wide, 0, 1.06)), 3), 40)
    spots = join(low, high, ball((0.14, 0.14, 0.08), (0, 0, 0.55 + 0.88 * wide)))
    return [Part("cap", cap, None), Part("stalk", stalk, "cream"), Part("spots", spots, "white")]


@object_class("potted plant", "plant", "houseplant", natural="green", parts=("pot",), group="plant")
def potted_plant(rng: Rng) -> list[Part]:
    wide = rng(1.2, 1.5)
    inner = rotate(repeat_around(rotate(scale(leaf(0.85, (0, 0, 0), 0), 1, wide, 1), -65, "y"), 4), 45)
    outer = repeat_around(rotate(scale(leaf(0.85, (0, 0, 0), 0), 1, wide, 1), -30, "y"), 6)
    pot = join(rod((0, 0, 0), (0, 0, 0.5), 0.26, 0.36), rod((0, 0, 0.42), (0, 0, 0.56), 0.42))
    return [Part("leaves", shift(join(inner, outer), z=0.55), None), Part("pot", pot, "roof")]


@object_class("leaf", natural="green", parts=("veins",), group="plant")
def single_leaf(rng: Rng) -> list[Part]:
    side = [(0.0, 0.0), (0.25, 0.08), (0.42, 0.3), (rng(0.42, 0.48), 0.55), (0.34, 0.85), (0.16, 1.12), (0.0, 1.3)]
    blade = extrude(side + [(-u, v) for u, v in side[-2:0:-1]], 0.12)
    veins = [rod((0, 0, -0.35), (0, 0, 1.15), 0.065, 0.04)]
    veins += [mirror(rod((0, 0, z), (0.28, 0, z + 0.2), 0.065, 0.05)) for z in (0.2, 0.48, 0.75)]
    return [Part("leaf", blade, None), Part("veins", scale(join(*veins), 1, 1.4, 1), "brown")]


@object_class("clover", "four-leaf clover", natural="green", group="plant")
def clover(rng: Rng) -> list[Part]:
    blade = shift(extrude(heart_outline(rng(0.54, 0.6)), 0.16), z=0.29)
    leaves = shift(rotate(repeat_around(blade, 4, "y"), 45, "y"), z=1.0)
    stem = tube([(0, 0, 1.0), (0.06, 0, 0.5), (0.25, 0, 0.1)], 0.065)
    return [Part("leaves", leaves, None), Part("stem", stem, "leaf")]


@object_class("bush", "berry bush", natural="green", parts=("berries",), group="plant")
def bush(rng: Rng) -> list[Part]:
    mass = join(ball((0.5, 0.42, 0.46), (0, 0, 0.4)), repeat_around(ball(0.34, (rng(0.4, 0.46), 0, 0.28)), 6))
    berries = join(
        repeat_around(ball(0.08, (0.72, 0, 0.36)), 7), rotate(repeat_around(ball(0.08, (0.44, 0, 0.66)), 5), 25)
    )
    return [Part("bush", mass, None), Part("berries", berries, "red")]


@object_class("seedling", "sprout", natural="green", parts=("soil",), group="plant")
def seedling(rng: Rng) -> list[Part]:
    high = rng(0.6, 0.75)
    blade = mirror(scale(leaf(0.68, (0, 0, 0), 30), 1, 1.5, 1))
    stem = rod((0, 0, 0.1), (0, 0, high + 0.02), 0.065)
    return [Part("leaves", join(shift(blade, z=high), stem), None), Part("soil", dome(0.5, squash=0.55), "brown")]


@object_class("water lily", "lily pad", natural="pink", parts=("pad",), group="plant")
def water_lily(rng: Rng) -> list[Part]:
    disc = lathe([(0.0, 0.0), (0.75, 0.0), (0.8, 0.08), (0.0, 0.06)])
    outer = repeat_around(rod((0.1, 0, 0.1), (rng(0.5, 0.6), 0, 0.34), 0.15, 0.02), 8)
    inner = rotate(repeat_around(rod((0.06, 0, 0.1), (0.28, 0, 0.56), 0.14, 0.02), 6), 20)
    return [
        Part("flower", join(outer, inner), None),
        Part("pad", disc, "leaf"),
        Part("middle", ball(0.13, (0, 0, 0.36)), "yellow"),
    ]


@object_class("grass", "tuft of grass", natural="green", parts=("soil",), group="plant")
def grass(rng: Rng) -> list[Part]:
    rows = [(0.1, 0.22, 0.95, 4), (0.2, 0.5, 0.75, 7), (0.32, 0.75, 0.5, 9)]
    blades = [repeat_around(rod((a, 0, 0.05), (b, 0, h * rng(0.9, 1.1)), 0.1, 0.01), n) for a, b, h, n in rows]
    return [Part("grass", join(*blades), None), Part("soil", box(0.9, 0.9, 0.1), "brown")]
