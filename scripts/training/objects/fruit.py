"""Fruit and vegetables."""

from __future__ import annotations

from .mesh_details import arc, leaf, smooth_curve, studs
from .mesh_primitives import (
    ball,
    box,
    extrude,
    join,
    lathe,
    mirror,
    repeat_around,
    rod,
    rotate,
    scale,
    shift,
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("apple", natural="red", parts=("leaf",), group="food")
def apple(rng: Rng) -> list[Part]:
    side = [(0.0, 0.08), (0.16, 0.0), (0.32, 0.05), (0.45, 0.27), (0.52, 0.55), (0.46, 0.78), (0.3, 0.9), (0.12, 0.85)]
    body = scale(lathe(smooth_curve([*side, (0.0, 0.7)])), rng(0.95, 1.1), rng(0.95, 1.1), 1)
    stem = rod((0, 0, 0.7), (0.05, 0, 1.12), 0.055)
    return [Part("apple", body, None), Part("stem", stem, "brown"), Part("leaf", leaf(0.5, (0.03, 0, 0.95)), "leaf")]


@object_class("pear", natural="green", parts=("leaf",), group="food")
def pear(rng: Rng) -> list[Part]:
    neck = rng(0.17, 0.22)
    side = [(0.0, 0.0), (0.25, 0.02), (0.42, 0.16), (0.47, 0.36), (0.4, 0.58), (0.26, 0.8), (neck, 0.97)]
    body = lathe(smooth_curve([*side, (0.7 * neck, 1.08), (0.0, 1.11)]))
    stem = rod((0, 0, 1.05), (-0.06, 0, 1.32), 0.05)
    return [Part("pear", body, None), Part("stem", stem, "brown"), Part("leaf", leaf(0.42, (0, 0, 1.13)), "leaf")]


@object_class("banana", natural="yellow", group="food")
def banana(rng: Rng) -> list[Part]:
    spine = [(x, 0.0, z) for x, z in arc(0.8, 195, 335 + rng(-8, 8), 11)]
    thick = [0.10, 0.15, 0.18, 0.2, 0.21, 0.21, 0.21, 0.2, 0.18, 0.14, 0.09]
    (x0, _, z0), (x1, _, z1) = spine[0], spine[-1]
    stalk = rod((x0, 0, z0 - 0.04), (x0 + 0.04, 0, z0 + 0.2), 0.08, 0.07)
    return [Part("banana", tube(spine, thick), None), Part("ends", join(stalk, ball(0.1, (x1, 0, z1))), "brown")]


@object_class("strawberry", natural="red", parts=("leaves", "seeds"), group="food")
def strawberry(rng: Rng) -> list[Part]:
    side = [(0.0, 0.0), (0.12, 0.03), (0.28, 0.22), (0.42, 0.5), (0.46, 0.72), (0.36, 0.9), (0.18, 0.95), (0.0, 0.95)]
    body = scale(lathe(smooth_curve(side)), rng(0.95, 1.08), 1, 1)
    seeds = studs([(0.19, 0.12), (0.32, 0.32), (0.41, 0.54), (0.43, 0.76)], 0.075, 7)
    top = extrude(star_outline(6, 0.46, 0.2), 0.08, (0, 0, 0.96), axis="z")
    green = join(top, rod((0, 0, 0.95), (0.05, 0, 1.2), 0.06))
    return [Part("strawberry", body, None), Part("leaves", green, "leaf"), Part("seeds", seeds, "yellow")]


@object_class("carrot", natural="orange", parts=("leaves",), group="food")
def carrot(rng: Rng) -> list[Part]:
    top = rng(0.24, 0.3)
    root = lathe([(0.0, 0.0), (0.06, 0.06), (0.6 * top, 0.5), (top, 0.98), (0.85 * top, 1.1), (0.0, 1.13)])
    frond = rod((0, 0, 1.05), (0.24, 0, 1.6), 0.05, 0.11)
    leaves = join(repeat_around(frond, 5), rod((0, 0, 1.05), (0, 0, 1.72), 0.06, 0.12))
    return [Part("carrot", root, None), Part("leaves", leaves, "leaf")]


@object_class("pumpkin", natural="orange", parts=("stem",), group="food")
def pumpkin(rng: Rng) -> list[Part]:
    body = scale(repeat_around(ball((0.3, 0.22, 0.4), (0.28, 0, 0.4)), 8), 1, 1, rng(0.9, 1.1))
    stem = tube([(0, 0, 0.7), (0, 0, 0.9), (0.14, 0, 1.04)], [0.12, 0.08, 0.08])
    return [Part("pumpkin", body, None), Part("stem", stem, "green")]


@object_class("watermelon", "slice of watermelon", natural="red", parts=("rind",), group="food")
def watermelon(rng: Rng) -> list[Part]:
    deep = rng(0.25, 0.4)
    flesh = extrude(arc(0.74, 180, 360), deep)
    pale = extrude([*arc(0.81, 180, 360), *arc(0.74, 360, 180)], deep)
    rind = extrude([*arc(0.92, 180, 360), *arc(0.81, 360, 180)], deep)
    places = [(-0.42, -0.17), (-0.14, -0.2), (0.14, -0.2), (0.42, -0.17), (-0.26, -0.44), (0.0, -0.5), (0.26, -0.44)]
    seeds = join(*(box(0.07, deep + 0.04, 0.11, at=(x, 0, z)) for x, z in places))
    colors = (("flesh", flesh, None), ("pale", pale, "white"), ("rind", rind, "green"), ("seeds", seeds, "black"))
    return [Part(*each) for each in colors]


@object_class("lemon", natural="yellow", parts=("leaf",), group="food")
def lemon(rng: Rng) -> list[Part]:
    fat = rng(0.4, 0.46)
    side = [(0.0, -0.78), (0.09, -0.76), (0.13, -0.62), (0.78 * fat, -0.38), (fat, 0.0), (0.78 * fat, 0.38)]
    body = rotate(lathe(smooth_curve([*side, (0.15, 0.6), (0.1, 0.72), (0.0, 0.74)])), 78, axis="y")
    return [Part("lemon", body, None), Part("leaf", leaf(0.5, (-0.55, 0, 0.2), 40), "leaf")]


@object_class("cherry", "cherries", natural="red", parts=("leaf",), group="food")
def cherry(rng: Rng) -> list[Part]:
    low = rng(0.0, 0.12)
    fruit = join(ball(0.3, (-0.34, 0, 0.3)), ball(0.3, (0.34, 0, 0.3 + low)))
    left = tube([(-0.34, 0, 0.55), (-0.26, 0, 0.9), (0.0, 0, 1.25)], 0.05)
    right = tube([(0.34, 0, 0.55 + low), (0.24, 0, 0.95), (0.0, 0, 1.25)], 0.05)
    green = join(leaf(0.6, (0.02, 0, 1.2), 10), ball(0.08, (0, 0, 1.25)))
    return [Part("cherry", fruit, None), Part("stems", join(left, right), "green"), Part("leaf", green, "leaf")]


@object_class("grapes", "bunch of grapes", natural="purple", parts=("leaf",), group="food")
def grapes(rng: Rng) -> list[Part]:
    layers = [(0.0, 0.1, 1), (0.14, 0.33, 3), (0.25, 0.57, 5), (0.34, 0.82, 6), (0.2, 1.0, 4)]
    berries = [
        rotate(repeat_around(ball(0.18, (r, 0, z)), n), 30 * i + rng(0, 20)) for i, (r, z, n) in enumerate(layers)
    ]
    stem = join(rod((0, 0, 0.9), (0, 0, 1.42), 0.06), rod((-0.14, 0, 1.42), (0.14, 0, 1.42), 0.055))
    leaves = join(leaf(0.45, (0.05, 0, 1.18), 20), rotate(leaf(0.45, (0.05, 0, 1.18), 20), 180))
    return [Part("grapes", join(*berries), None), Part("stem", stem, "brown"), Part("leaf", leaves, "leaf")]


@object_class("pineapple", natural="yellow", parts=("leaves",), group="food")
def pineapple(rng: Rng) -> list[Part]:
    tall = rng(0.5, 0.58)
    body = ball((0.38, 0.38, tall), (0, 0, 0.5))
    eyes = studs([(0.28, 0.14), (0.35, 0.34), (0.37, 0.54), (0.34, 0.74)], 0.09, 8)
    inner = repeat_around(rod((0.05, 0, 0.9), (0.16, 0, 1.6), 0.1, 0), 5)
    outer = rotate(repeat_around(rod((0.1, 0, 0.92), (0.45, 0, 1.36), 0.1, 0), 7), 20)
    return [Part("pineapple", body, None), Part("eyes", eyes, "brown"), Part("leaves", join(inner, outer), "leaf")]


@object_class("eggplant", "aubergine", natural="purple", parts=("stem",), group="food")
def eggplant(rng: Rng) -> list[Part]:
    fat = rng(0.3, 0.36)
    side = [
        (0.0, 0.0),
        (0.7 * fat, 0.05),
        (fat, 0.3),
        (0.85 * fat, 0.6),
        (0.6 * fat, 0.9),
        (0.5 * fat, 1.1),
        (0.0, 1.2),
    ]
    cap = join(lathe([(0.22, 1.0), (0.17, 1.16), (0.08, 1.24), (0.0, 1.24)]), rod((0, 0, 1.15), (0.08, 0, 1.45), 0.07))
    cap = join(cap, repeat_around(rod((0.12, 0, 1.12), (0.25, 0, 0.88), 0.08, 0.01), 5))
    return [
        Part("eggplant", rotate(lathe(smooth_curve(side)), 35, "y"), None),
        Part("stem", rotate(cap, 35, "y"), "green"),
    ]


@object_class("corn", "corn cob", natural="yellow", parts=("husk",), group="food")
def corn(rng: Rng) -> list[Part]:
    cob = lathe([(0.0, 0.0), (0.2, 0.02), (0.27, 0.3), (0.26, 0.8), (0.18, 1.15), (0.07, 1.32), (0.0, 1.34)])
    kernels = studs([(0.255, z) for z in (0.5, 0.64, 0.78, 0.92)] + [(0.2, 1.06)], 0.06, 9)
    bend = rng(0.4, 0.5)
    blade = tube([(0.14, 0, 0.0), (0.32, 0, 0.25), (0.33, 0, 0.5), (bend, 0, 0.95)], [0.12, 0.2, 0.17, 0.02])
    husk = join(mirror(scale(blade, 1, 1.3, 1)), rod((0, 0, -0.25), (0, 0, 0.1), 0.1, 0.16))
    return [Part("corn", cob, None), Part("kernels", kernels, "orange"), Part("husk", husk, "leaf")]


@object_class("tomato", natural="red", parts=("leaves",), group="food")
def tomato(rng: Rng) -> list[Part]:
    body = scale(repeat_around(ball((0.38, 0.36, 0.4), (0.18, 0, 0.4)), 6), 1, 1, rng(0.9, 1.05))
    top = extrude(star_outline(5, 0.42, 0.12), 0.1, (0, 0, 0.79), axis="z")
    return [Part("tomato", body, None), Part("leaves", join(top, rod((0, 0, 0.7), (0, 0, 1.02), 0.06)), "leaf")]


@object_class("chilli", "chili pepper", natural="red", parts=("stem",), group="food")
def chilli(rng: Rng) -> list[Part]:
    end = rng(-0.55, -0.4)
    spine = [(-0.3, 0, 1.0), (-0.22, 0, 0.7), (-0.06, 0, 0.4), (0.2, 0, 0.15), (-end, 0, 0.05), (0.3 - end, 0, 0.12)]
    green = join(
        ball((0.2, 0.2, 0.12), (-0.3, 0, 1.02)), tube([(-0.3, 0, 1.0), (-0.3, 0, 1.2), (-0.18, 0, 1.36)], 0.06)
    )
    return [Part("chilli", tube(spine, [0.17, 0.18, 0.17, 0.14, 0.09, 0.02]), None), Part("stem", green, "leaf")]


@object_class("avocado", natural="green", parts=("stone",), group="food")
def avocado(rng: Rng) -> list[Part]:
    half = smooth_curve([(0.0, 0.0), (0.25, 0.03), (0.44, 0.22), (0.44, 0.42), (0.33, 0.7), (0.2, 0.95), (0.0, 1.04)])
    whole = half + [(-u, v) for u, v in half[-2:0:-1]]
    layers = [
        extrude([(s * u, 0.45 + s * (v - 0.45)) for u, v in whole], 0.1, (0, y, 0))
        for s, y in ((1.0, -0.15), (0.97, -0.07), (0.9, 0.01), (0.78, 0.09), (0.58, 0.17))
    ]
    flesh = extrude([(0.82 * u, 0.47 + 0.82 * (v - 0.47)) for u, v in whole], 0.1, at=(0, -0.18, 0))
    stone = ball((0.2, 0.17, rng(0.2, 0.23)), (0, -0.2, 0.37))
    return [Part("avocado", join(*layers), None), Part("flesh", flesh, "cream"), Part("stone", stone, "brown")]


@object_class("radish", "turnip", natural="red", parts=("leaves",), group="food")
def radish(rng: Rng) -> list[Part]:
    body = ball((0.42, 0.42, rng(0.38, 0.46)), (0, 0, 0.6))
    tip = lathe([(0.0, -0.15), (0.03, -0.1), (0.1, 0.1), (0.26, 0.22), (0.0, 0.4)])
    blade = rotate(scale(leaf(0.75, (0, 0, 0), 0), 1, 1.2, 1), -62, axis="y")
    leaves = shift(repeat_around(blade, 4), 0, 0, 0.98)
    return [Part("radish", body, None), Part("tip", tip, "white"), Part("leaves", leaves, "leaf")]
