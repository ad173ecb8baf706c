"""Savory food."""

from __future__ import annotations

from math import cos, radians, sin

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
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("burger", "hamburger", natural="orange", parts=("lettuce", "cheese"), group="food")
def burger(rng: Rng) -> list[Part]:
    wide = rng(0.56, 0.64)
    bun = join(dome(wide, (0, 0, 0.56), 0.72), rod((0, 0, 0), (0, 0, 0.2), 0.85 * wide, wide))
    leaves = join(rod((0, 0, 0.2), (0, 0, 0.28), wide), repeat_around(ball((0.14, 0.14, 0.07), (wide, 0, 0.25)), 12))
    cheese = box(1.36 * wide, 1.36 * wide, 0.07, at=(0, 0, 0.51))
    seeds = [(0.0, 0.0, 0.44), (0.25, 0.1, 0.39), (-0.22, 0.16, 0.39), (0.08, -0.27, 0.38), (-0.2, -0.2, 0.38)]
    return [
        Part("bun", bun, None),
        Part("lettuce", leaves, "green"),
        Part("meat", rod((0, 0, 0.28), (0, 0, 0.48), wide + 0.04), "brown"),
        Part("cheese", rotate(cheese, 45), "yellow"),
        Part("seeds", join(*(ball((0.06, 0.06, 0.04), (x, y, 0.56 + z)) for x, y, z in seeds)), "white"),
    ]


@object_class("pizza", "slice of pizza", natural="yellow", parts=("salami",), group="food")
def pizza(rng: Rng) -> list[Part]:
    wide = rng(0.46, 0.54)
    cheese = extrude([(-wide, 0.9), (wide, 0.9), (0.06, -0.2), (-0.06, -0.2)], 0.14)
    base = extrude([(-wide, 0.9), (wide, 0.9), (0.06, -0.22), (-0.06, -0.22)], 0.1, (0, 0.1, 0))
    crust = tube(
        [(-wide, 0.02, 0.9), (-0.5 * wide, 0.02, 0.97), (0, 0.02, 1.0), (0.5 * wide, 0.02, 0.97), (wide, 0.02, 0.9)],
        0.14,
    )
    discs = [rod((x, -0.12, z), (x, 0, z), 0.13) for x, z in ((-0.2, 0.68), (0.18, 0.6), (-0.02, 0.28))]
    tilted = [("cheese", cheese, None), ("crust", join(crust, base), "wood"), ("salami", join(*discs), "red")]
    return [Part(name, rotate(mesh, -35, "x"), color) for name, mesh, color in tilted]


@object_class("hot dog", natural="red", parts=("bun", "mustard"), group="food")
def hot_dog(rng: Rng) -> list[Part]:
    long = rng(0.68, 0.76)
    sausage = tube([(-long, 0, 0.36), (-0.4, 0, 0.3), (0.4, 0, 0.3), (long, 0, 0.36)], 0.17)
    roll = tube([(-0.56, 0, 0), (-0.3, 0, 0), (0.3, 0, 0), (0.56, 0, 0)], [0.16, 0.22, 0.22, 0.16])
    bun = mirror(shift(roll, 0, -0.2, 0.22), "y")
    wave = [(0.1 * i - 0.5, 0.08 * (-1) ** i, 0.48) for i in range(11)]
    return [Part("sausage", sausage, None), Part("bun", bun, "wood"), Part("mustard", tube(wave, 0.05), "yellow")]


@object_class("cheese", "piece of cheese", natural="yellow", group="food")
def cheese(rng: Rng) -> list[Part]:
    tall = rng(0.55, 0.65)
    wedge = extrude([(-0.7, -0.4), (0.6, -0.5), (0.6, 0.5)], tall, (0, 0, 0.5 * tall), "z")
    front = [(-0.3, -0.4, 0.34, 0.1), (0.1, -0.46, 0.2, 0.13), (0.35, -0.48, 0.44, 0.1), (-0.1, -0.42, 0.48, 0.07)]
    side = [(0.6, -0.15, 0.4, 0.13), (0.6, 0.2, 0.2, 0.12)]
    top = [(0.3, -0.15, tall, 0.13), (0.0, -0.2, tall, 0.08), (0.45, 0.2, tall, 0.08)]
    back = [(0.1, 0.12, 0.35, 0.13), (-0.3, -0.14, 0.2, 0.1)]
    holes = join(*(ball(r, (x, y, z)) for x, y, z, r in front + side + top + back))
    return [Part("cheese", wedge, None), Part("holes", holes, "orange")]


LOAF = [(-0.38, 0.0), (0.38, 0.0), (0.38, 0.42), (0.48, 0.54), (0.46, 0.7), (0.3, 0.8), (0.0, 0.84)]
LOAF += [(-0.3, 0.8), (-0.46, 0.7), (-0.48, 0.54), (-0.38, 0.42)]


@object_class("bread", "loaf of bread", natural="brown", group="food")
def bread(rng: Rng) -> list[Part]:
    long = rng(1.0, 1.15)
    crumb = extrude([(0.85 * u, 0.42 + 0.85 * (v - 0.42)) for u, v in LOAF], long + 0.06)
    slices = [extrude([(1.02 * u, 0.01 + v) for u, v in LOAF], 0.05, (0, y, 0)) for y in (-0.3, -0.1, 0.1, 0.3)]
    spun = [("bread", extrude(LOAF, long), None), ("crumb", join(crumb, *slices), "cream")]
    return [Part(name, rotate(mesh, -35), color) for name, mesh, color in spun]


@object_class("toast", "slice of bread", natural="brown", parts=("butter",), group="food")
def toast(rng: Rng) -> list[Part]:
    deep = rng(0.18, 0.24)
    crumb = extrude([(0.84 * u, 0.42 + 0.84 * (v - 0.42)) for u, v in LOAF], deep + 0.06)
    butter = box(0.3, deep + 0.2, 0.26, at=(0, 0, 0.45))
    return [Part("toast", extrude(LOAF, deep), None), Part("crumb", crumb, "cream"), Part("butter", butter, "yellow")]


@object_class("fried egg", natural="white", parts=("yolk",), group="food")
def fried_egg(rng: Rng) -> list[Part]:
    radii = [0.72, 0.6, 0.66, 0.8, 0.7, 0.56, 0.62, 0.74, 0.78, 0.62]
    blob = [(r * rng(0.95, 1.05) * cos(radians(36 * i)), r * sin(radians(36 * i))) for i, r in enumerate(radii)]
    edge = join(*(ball((0.2, 0.2, 0.07), (0.8 * x, 0.8 * y, 0)) for x, y in blob))
    white = join(extrude(blob, 0.14, axis="z"), edge)
    return [Part("white", white, None), Part("yolk", ball((0.32, 0.32, 0.27), (0.03, 0, 0.1)), "yellow")]


@object_class("boiled egg", "egg cup", natural="cream", parts=("cup",), group="food")
def boiled_egg(rng: Rng) -> list[Part]:
    egg = ball((0.34, 0.34, rng(0.44, 0.5)), (0, 0, 0.85))
    cup = lathe(
        [(0.0, 0.0), (0.3, 0.0), (0.3, 0.08), (0.12, 0.2), (0.14, 0.34), (0.38, 0.52), (0.42, 0.78), (0.0, 0.78)]
    )
    return [Part("egg", egg, None), Part("cup", cup, "blue")]


@object_class("chicken leg", "drumstick", natural="brown", group="food")
def chicken_leg(rng: Rng) -> list[Part]:
    meat = lathe([(0.0, 0.0), (0.3, 0.06), (0.42, 0.3), (0.38, 0.52), (0.22, 0.8), (0.13, 1.0), (0.0, 1.02)])
    long = rng(1.28, 1.4)
    knobs = mirror(ball(0.12, (0.1, 0, long + 0.05)))
    bone = join(rod((0, 0, 0.9), (0, 0, long), 0.08), knobs)
    return [Part("meat", rotate(meat, 50, "y"), None), Part("bone", rotate(bone, 50, "y"), "white")]


@object_class("french fries", "fries", natural="red", parts=("fries",), group="food")
def french_fries(rng: Rng) -> list[Part]:
    front = extrude([(-0.34, 0), (0.34, 0), (0.46, 0.85), (0.0, 0.72), (-0.46, 0.85)], 0.06, (0, -0.24, 0))
    back = extrude([(-0.34, 0), (0.34, 0), (0.46, 0.85), (0.0, 1.0), (-0.46, 0.85)], 0.06, (0, 0.24, 0))
    flank = extrude([(-0.24, 0), (0.24, 0), (0.24, 0.85), (-0.24, 0.85)], 0.06, (0.36, 0, 0), "x")
    sides = mirror(rotate(flank, 8, "y", about=(0.36, 0, 0)))
    sticks = [
        rotate(box(0.11, 0.11, 0.9, at=(x, y, 0.75 + rng(-0.08, 0.12))), 40 * x, "y")
        for x in (-0.3, -0.15, 0.0, 0.15, 0.3)
        for y in (-0.12, 0.1)
    ]
    mark = rod((0, -0.29, 0.36), (0, -0.2, 0.36), 0.16)
    box_ = join(front, back, sides, box(0.66, 0.5, 0.08, at=(0, 0, 0.04)))
    return [Part("box", box_, None), Part("fries", join(*sticks), "yellow"), Part("mark", mark, "white")]


@object_class("sushi", natural="orange", parts=("rice",), group="food")
def sushi(rng: Rng) -> list[Part]:
    long = rng(0.66, 0.74)
    fish = tube([(-long, 0, 0.36), (-0.4, 0, 0.5), (0, 0, 0.54), (0.4, 0, 0.5), (long, 0, 0.36)], 0.18)
    stripes = [ring(0.17, 0.04, (x, 0, 0.5), "x") for x in (-0.45, 0.4)]
    rice = ball((0.62, 0.36, 0.32), (0, 0, 0.26))
    band = box(0.24, 0.84, 0.8, at=(0, 0, 0.34))
    return [
        Part("fish", scale(fish, 1, 1.9, 1), None),
        Part("stripes", scale(join(*stripes), 1, 1.9, 1), "white"),
        Part("rice", rice, "white"),
        Part("seaweed", band, "black"),
    ]


@object_class("sandwich", natural="cream", parts=("crust",), group="food")
def sandwich(rng: Rng) -> list[Part]:
    wedge, wider = [(-0.7, 0.0), (0.7, 0.0), (0.0, 0.75)], [(-0.8, -0.06), (0.8, -0.06), (0.0, 0.82)]
    thick = rng(0.15, 0.2)
    bread = mirror(extrude(wedge, thick, (0, 0.13 + 0.5 * thick, 0)), "y")
    crust = mirror(box(1.44, thick + 0.02, 0.1, at=(0, 0.13 + 0.5 * thick, 0.0)), "y")
    layers = [("cheese", "yellow", 0.08), ("ham", "red", 0.0), ("lettuce", "green", -0.08)]
    fillings = [Part(name, extrude(wider, 0.085, (0, y, 0)), color) for name, color, y in layers]
    return [Part("bread", bread, None), Part("crust", crust, "brown"), *fillings]


@object_class("croissant", natural="wood", group="food")
def croissant(rng: Rng) -> list[Part]:
    bend = rng(0.5, 0.6)
    angles = [radians(a) for a in range(-20, 201, 20)]
    spine = [(0.6 * cos(a), 0.0, bend * sin(a)) for a in angles]
    sizes = [0.07 + 0.21 * max(0.0, sin(0.9 * a + 0.16)) for a in angles]
    rolls = join(*(ball(r, place) for r, place in zip(sizes, spine, strict=True)))
    lines = [tube(spine[i : i + 2], 0.97 * 0.5 * (sizes[i] + sizes[i + 1])) for i in range(len(spine) - 1)]
    standing = (("croissant", rolls, None), ("lines", join(*lines), "brown"))
    return [Part(name, rotate(mesh, -25, "x"), color) for name, mesh, color in standing]


@object_class("soup", natural="orange", parts=("bowl",), group="food")
def soup(rng: Rng) -> list[Part]:
    wide = rng(0.62, 0.7)
    bowl = lathe(
        [
            (0.0, 0.0),
            (0.28, 0.0),
            (0.3, 0.08),
            (0.55, 0.2),
            (wide, 0.5),
            (wide, 0.56),
            (wide - 0.1, 0.56),
            (wide - 0.12, 0.44),
            (0, 0.44),
        ]
    )
    broth = rod((0, 0, 0.4), (0, 0, 0.5), wide - 0.1)
    bits = join(*(ball((0.12, 0.12, 0.07), (x, y, 0.5)) for x, y in ((0.25, 0.1), (-0.2, 0.22), (-0.05, -0.28))))
    spoon = join(rod((0.1, 0, 0.5), (0.95, 0, 1.05), 0.06), ball((0.1, 0.08, 0.06), (0.95, 0, 1.05)))
    return [
        Part("soup", broth, None),
        Part("bowl", bowl, "white"),
        Part("vegetables", bits, "green"),
        Part("spoon", spoon, "silver"),
    ]


@object_class("popcorn", natural="red", parts=("stripes",), group="food")
def popcorn(rng: Rng) -> list[Part]:
    r = rng(0.36, 0.4)
    tub = rod((0, 0, 0), (0, 0, 0.85), r, r + 0.14)
    stripes = rotate(repeat_around(tube([(r + 0.01, 0, 0.0), (r + 0.13, 0, 0.85)], 0.08), 6), 30)
    heap = join(*(ball(0.2, (x, y, z)) for x, y, z in [(0, 0, 1.1), (0.15, 0.1, 1.2), (-0.15, -0.1, 1.2)]))
    corn = join(heap, repeat_around(ball(0.19, (0.36, 0, 0.92)), 7), repeat_around(ball(0.19, (0.2, 0, 1.08)), 4))
    return [Part("box", tub, None), Part("stripes", stripes, "white"), Part("popcorn", corn, "cream")]
