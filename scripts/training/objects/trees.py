"""Trees and what they leave."""

from __future__ import annotations

from .mesh_details import leaf
from .mesh_primitives import (
    ball,
    cone,
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
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("tree", natural="green", parts=("trunk",), group="plant")
def tree(rng: Rng) -> list[Part]:
    wide = rng(0.24, 0.34)
    crown = join(
        ball(0.46, (0, 0, 1.2)), repeat_around(ball(0.34, (wide, wide, 0.98)), 4), ball(0.3, (rng(-0.2, 0.2), 0, 1.5))
    )
    trunk = join(rod((0, 0, 0), (0, 0, 1), 0.15, 0.13), repeat_around(rod((0.26, 0, 0), (0.05, 0, 0.2), 0.06), 4))
    return [Part("crown", crown, None), Part("trunk", trunk, "brown")]


@object_class("apple tree", "fruit tree", natural="green", parts=("apples",), group="plant")
def apple_tree(rng: Rng) -> list[Part]:
    crown = join(ball((0.62, 0.62, rng(0.5, 0.58)), (0, 0, 1.12)))
    spots = join(repeat_around(ball(0.12, (0.56, 0, 1.3)), 5), rotate(repeat_around(ball(0.12, (0.6, 0, 0.98)), 6), 20))
    spots = join(spots, repeat_around(ball(0.12, (0.28, 0, 1.58)), 3))
    return [
        Part("crown", crown, None),
        Part("trunk", rod((0, 0, 0), (0, 0, 0.9), 0.16, 0.12), "brown"),
        Part("apples", spots, "red"),
    ]


@object_class("pine tree", "fir tree", "pine", natural="green", parts=("trunk",), group="plant")
def pine_tree(rng: Rng) -> list[Part]:
    wide = rng(0.5, 0.6)
    tiers = join(
        cone(wide, 0.7, (0, 0, 0.3)), cone(0.8 * wide, 0.6, (0, 0, 0.68)), cone(0.58 * wide, 0.55, (0, 0, 1.05))
    )
    return [Part("tree", tiers, None), Part("trunk", rod((0, 0, -0.12), (0, 0, 0.35), 0.15), "brown")]


@object_class("christmas tree", natural="green", parts=("star", "baubles"), group="plant")
def christmas_tree(rng: Rng) -> list[Part]:
    wide = rng(0.52, 0.6)
    tiers = join(
        cone(wide, 0.7, (0, 0, 0.3)), cone(0.8 * wide, 0.6, (0, 0, 0.68)), cone(0.58 * wide, 0.55, (0, 0, 1.05))
    )
    low = repeat_around(ball(0.09, (0.92 * wide, 0, 0.4)), 6)
    high = rotate(repeat_around(ball(0.09, (0.72 * wide, 0, 0.78)), 5), 30)
    star = mirror(extrude(star_outline(5, 0.2, 0.1), 0.12, (0, 0, 1.66)), "y")
    return [
        Part("tree", tiers, None),
        Part("trunk", rod((0, 0, -0.12), (0, 0, 0.35), 0.15), "brown"),
        Part("star", star, "yellow"),
        Part("baubles", join(low, repeat_around(ball(0.08, (0.5 * wide, 0, 1.14)), 4)), "red"),
        Part("more baubles", high, "blue"),
    ]


@object_class("palm tree", "palm", natural="green", parts=("trunk",), group="plant")
def palm_tree(rng: Rng) -> list[Part]:
    lean = rng(0.05, 0.3)
    trunk = tube([(0, 0, 0), (0.3 * lean, 0, 0.5), (lean, 0, 1.3)], [0.15, 0.12, 0.1])
    frond = scale(
        tube([(0, 0, 0), (0.3, 0, 0.16), (0.58, 0, 0.06), (0.75, 0, -0.22)], [0.05, 0.09, 0.08, 0.02]), 1, 1.7, 1
    )
    nuts = repeat_around(ball(0.1, (0.12, 0, -0.06)), 3)
    return [
        Part("leaves", shift(repeat_around(frond, 7), lean, 0, 1.32), None),
        Part("trunk", trunk, "brown"),
        Part("coconuts", shift(nuts, lean, 0, 1.3), "wood"),
    ]


@object_class("tree stump", "stump", natural="brown", group="plant")
def tree_stump(rng: Rng) -> list[Part]:
    wide = rng(0.48, 0.56)
    bark = join(rod((0, 0, 0), (0, 0, 0.6), wide), repeat_around(rod((0.9, 0, 0.06), (0.3, 0, 0.34), 0.1, 0.16), 5))
    wood = rod((0, 0, 0.5), (0, 0, 0.63), wide - 0.08)
    rings = join(ring(0.3, 0.04, (0, 0, 0.63)), ring(0.14, 0.04, (0, 0, 0.63)))
    sprig = join(rod((wide, 0, 0.4), (wide + 0.2, 0, 0.6), 0.06), leaf(0.3, (wide + 0.15, 0, 0.55), 40))
    return [
        Part("bark", join(bark, rings), None),
        Part("wood", wood, "cream"),
        Part("sprig", sprig, "leaf"),
    ]


@object_class("log", "wooden log", natural="brown", group="plant")
def log(rng: Rng) -> list[Part]:
    long, thick = rng(0.65, 0.8), rng(0.28, 0.34)
    bark = join(rod((-long, 0, 0), (long, 0, 0), thick), rod((0.1, 0, 0.2), (0.3, 0, 0.55), 0.12))
    ends = mirror(join(rod((long - 0.1, 0, 0), (long + 0.02, 0, 0), thick - 0.06)))
    rings = mirror(join(ring(0.15, 0.035, (long + 0.02, 0, 0), "x")))
    cut = rod((0.28, 0, 0.51), (0.31, 0, 0.57), 0.09)
    return [Part("bark", rotate(join(bark, rings), 35), None), Part("wood", rotate(join(ends, cut), 35), "cream")]


@object_class("acorn", natural="brown", parts=("nut",), group="plant")
def acorn(rng: Rng) -> list[Part]:
    nut = lathe([(0.0, 0.0), (0.06, 0.06), (0.2, 0.16), (0.38, 0.42), (0.42, 0.75), (0.0, 0.8)])
    cap = join(dome(0.52, (0, 0, 0.7), rng(0.65, 0.8)), ring(0.46, 0.09, (0, 0, 0.74)))
    stem = tube([(0, 0, 1.0), (0, 0, 1.2), (0.1, 0, 1.32)], 0.07)
    return [Part("nut", nut, "wood"), Part("cap", join(cap, stem), None)]


@object_class("bamboo", natural="green", group="plant")
def bamboo(rng: Rng) -> list[Part]:
    canes, knots, blades = [], [], []
    for x, y, top in ((-0.26, 0.05, 1.3), (0.0, -0.1, 1.6), (0.27, 0.08, rng(1.0, 1.2))):
        canes.append(rod((x, y, 0), (x, y, top), 0.1))
        knots += [ring(0.1, 0.04, (x, y, z)) for z in (0.3, 0.62, 0.94) if z < top]
        blades += [leaf(0.42, (x, y, top - 0.1), 30), rotate(leaf(0.42, (x, y, top - 0.3), 30), 180, about=(x, y, 0))]
    return [
        Part("canes", join(*canes), None),
        Part("knots", join(*knots), "yellow"),
        Part("leaves", join(*blades), "leaf"),
    ]
