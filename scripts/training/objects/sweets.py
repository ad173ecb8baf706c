"""Sweet food: cakes, ices and sweets."""

from __future__ import annotations

from math import cos, radians, sin

from .mesh_primitives import (
    ball,
    box,
    circle_outline,
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
    rounded_outline,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("cupcake", "muffin", natural="pink", parts=("wrapper", "cherry"), group="food")
def cupcake(rng: Rng) -> list[Part]:
    wide = rng(0.5, 0.56)
    swirls = (ring(0.7 * wide, 0.2, (0, 0, 0.62)), ring(0.45 * wide, 0.18, (0, 0, 0.86)), ball(0.2, (0, 0, 1.02)))
    icing = join(rod((0, 0, 0.5), (0, 0, 0.95), 0.7 * wide, 0.3), *swirls)
    wrapper = rod((0, 0, 0), (0, 0, 0.52), 0.34, wide - 0.02)
    return [
        Part("icing", icing, None),
        Part("wrapper", join(wrapper, repeat_around(rod((0.35, 0, 0), (wide - 0.02, 0, 0.52), 0.04), 12)), "brown"),
        Part("cherry", ball(0.16, (0, 0, 1.26)), "red"),
    ]


@object_class("birthday cake", "cake", natural="pink", parts=("candles", "cream"), group="food")
def birthday_cake(rng: Rng) -> list[Part]:
    wide, count = rng(0.6, 0.7), int(rng.choice(3, 4))
    layers = join(rod((0, 0, 0.06), (0, 0, 0.46), wide), rod((0, 0, 0.46), (0, 0, 0.8), 0.68 * wide))
    drops = join(
        repeat_around(ball(0.13, (wide - 0.02, 0, 0.44)), 10), repeat_around(ball(0.11, (0.66 * wide, 0, 0.8)), 8)
    )
    candles = repeat_around(rod((0.24, 0, 0.8), (0.24, 0, 1.12), 0.06), count)
    flames = repeat_around(ball((0.06, 0.06, 0.1), (0.24, 0, 1.2)), count)
    return [
        Part("cake", layers, None),
        Part("cream", drops, "white"),
        Part("plate", rod((0, 0, 0), (0, 0, 0.06), wide + 0.2), "silver"),
        Part("candles", candles, "blue"),
        Part("flames", flames, "yellow"),
    ]


@object_class("slice of cake", "piece of cake", natural="pink", parts=("cherry",), group="food")
def slice_of_cake(rng: Rng) -> list[Part]:
    wedge = [(-0.42, 0.5), (0.42, 0.5), (0.0, -0.6)]
    inner = [(-0.4, 0.47), (0.4, 0.47), (0.0, -0.58)]
    sponge = join(extrude(inner, 0.24, (0, 0, 0.15), "z"), extrude(inner, 0.22, (0, 0, 0.46), "z"))
    icing = join(extrude(wedge, 0.16, (0, 0, 0.64), "z"), extrude(wedge, 0.1, (0, 0, 0.31), "z"))
    icing = join(icing, box(0.84, 0.1, 0.7, at=(0, 0.5, 0.37)))
    cherry = ball(rng(0.14, 0.18), (0, 0.2, 0.84))
    return [Part("icing", icing, None), Part("sponge", sponge, "cream"), Part("cherry", cherry, "red")]


@object_class("doughnut", "donut", natural="pink", parts=("dough",), group="food")
def doughnut(rng: Rng) -> list[Part]:
    thick = rng(0.24, 0.28)
    dough = ring(0.52, thick)
    icing = shift(scale(ring(0.52, thick), 1, 1, 0.72), z=0.105)
    places = [(0.52 * cos(radians(a)), 0.52 * sin(radians(a)), a * 7) for a in range(0, 360, 36)]
    top = 0.1 + 0.72 * thick
    sprinkles = join(*(shift(rotate(box(0.16, 0.07, 0.07), spin), x, y, top) for x, y, spin in places))
    return [Part("icing", icing, None), Part("dough", dough, "wood"), Part("sprinkles", sprinkles, "white")]


@object_class("ice cream", "ice cream cone", natural="pink", parts=("cone", "cherry"), group="food")
def ice_cream(rng: Rng) -> list[Part]:
    scoop = join(ball(rng(0.42, 0.48), (0, 0, 1.12)), repeat_around(ball(0.14, (0.34, 0, 0.92)), 8))
    wafer = lathe([(0.0, 0.0), (0.05, 0.0), (0.4, 0.9), (0.0, 0.92)])
    stripes = join(*(ring(r, 0.035, (0, 0, z)) for r, z in ((0.15, 0.25), (0.25, 0.5), (0.345, 0.74))))
    return [
        Part("ice cream", scoop, None),
        Part("cone", wafer, "wood"),
        Part("stripes", stripes, "brown"),
        Part("cherry", ball(0.16, (0, 0, 1.62)), "red"),
    ]


@object_class("popsicle", "ice lolly", natural="red", parts=("stick",), group="food")
def popsicle(rng: Rng) -> list[Part]:
    wide = rng(0.54, 0.64)
    block = shift(extrude(rounded_outline(wide, 1.0, 0.24), 0.28), z=0.9)
    bitten = join(*(box(0.07, 0.04, 0.6, at=(x, -0.14, 0.9)) for x in (-0.13, 0.13)))
    stick = extrude(rounded_outline(0.18, 0.6, 0.08), 0.12, (0, 0, 0.2))
    return [Part("ice", block, None), Part("grooves", bitten, "white"), Part("stick", stick, "wood")]


@object_class("lollipop", natural="red", parts=("stick",), group="food")
def lollipop(rng: Rng) -> list[Part]:
    turns = rng(2.1, 2.4)
    steps = [i / 40 for i in range(41)]
    spiral = [(0.4 * t * cos(turns * 6.283 * t), 0, 1.15 + 0.4 * t * sin(turns * 6.283 * t)) for t in steps]
    sides = mirror(tube([(x, -0.09, z) for x, _, z in spiral], 0.045), "y")
    disc = rod((0, -0.1, 1.15), (0, 0.1, 1.15), 0.48)
    stick = rod((0, 0, 0), (0, 0, 0.8), 0.06)
    return [Part("sweet", disc, None), Part("swirl", sides, "white"), Part("stick", stick, "wood")]


@object_class("candy", "sweet", natural="red", parts=("wrapper",), group="food")
def candy(rng: Rng) -> list[Part]:
    long = rng(0.36, 0.42)
    band = join(*(ring(r, 0.05, (x, 0, 0), "x") for x, r in ((-0.15, 0.29), (0.15, 0.29))))
    fan = rod((long - 0.04, 0, 0), (0.85, 0, 0), 0.07, 0.34)
    return [
        Part("sweet", ball((long, 0.32, 0.32)), None),
        Part("stripes", band, "white"),
        Part("wrapper", mirror(fan), "yellow"),
    ]


@object_class("cookie", "biscuit", natural="wood", parts=("chips",), group="food")
def cookie(rng: Rng) -> list[Part]:
    disc = lathe([(0.0, 0.0), (0.55, 0.0), (0.68, 0.06), (0.66, 0.13), (0.5, 0.2), (0.0, 0.24)])
    places = [
        (0.0, 0.05),
        (0.3, 0.22),
        (-0.28, 0.3),
        (-0.4, -0.1),
        (-0.1, -0.38),
        (0.3, -0.3),
        (0.48, -0.02),
        (0.05, 0.48),
    ]
    chips = join(*(ball((0.1, 0.1, 0.08), (x + rng(-0.03, 0.03), y, 0.2)) for x, y in places))
    stand = 62  # leant back: its face is seen from the front as well as from above
    return [Part("cookie", rotate(disc, stand, "x"), None), Part("chips", rotate(chips, stand, "x"), "brown")]


@object_class("chocolate bar", "chocolate", natural="brown", parts=("wrapper",), group="food")
def chocolate_bar(rng: Rng) -> list[Part]:
    top = rng(0.52, 0.6)
    slab = box(0.56, 0.14, 1.2, at=(0, 0, 0.64))
    blocks = join(*(box(0.2, 0.28, 0.16, at=(x, 0, z)) for x in (-0.14, 0.14) for z in (top + 0.24, top + 0.48)))
    zigzag = [
        (-0.34, 0.0),
        (0.34, 0.0),
        (0.34, 0.12),
        (0.23, 0.02),
        (0.11, 0.12),
        (0.0, 0.02),
        (-0.11, 0.12),
        (-0.23, 0.02),
        (-0.34, 0.12),
    ]
    foil = extrude(zigzag, 0.26, (0, 0, top))
    paper = box(0.68, 0.3, top, at=(0, 0, 0.5 * top))
    return [
        Part("chocolate", slab, None),
        Part("blocks", blocks, "wood"),
        Part("foil", foil, "silver"),
        Part("wrapper", paper, "red"),
    ]


@object_class("milkshake", "smoothie", natural="pink", parts=("straw",), group="food")
def milkshake(rng: Rng) -> list[Part]:
    wide = rng(0.34, 0.4)
    drink = rod((0, 0, 0.14), (0, 0, 0.95), 0.24, wide)
    foot = join(rod((0, 0, 0), (0, 0, 0.07), 0.28), rod((0, 0, 0), (0, 0, 0.15), 0.12))
    cream = join(dome(wide, (0, 0, 0.95), 0.7), ball(0.2, (0, 0, 1.18)))
    straw = tube([(0.08, 0, 1.0), (0.2, 0, 1.55), (0.42, 0, 1.65)], 0.06)
    return [
        Part("drink", drink, None),
        Part("glass", foot, "glass"),
        Part("cream", cream, "white"),
        Part("straw", straw, "red"),
        Part("cherry", ball(0.12, (-0.06, 0, 1.42)), "red"),
    ]


@object_class("pie", natural="wood", parts=("filling",), group="food")
def pie(rng: Rng) -> list[Part]:
    wide = rng(0.6, 0.66)
    filling = dome(wide - 0.04, (0, 0, 0.3), 0.3)
    strips = [
        tube(
            [
                (x, -0.9 * (wide**2 - x * x) ** 0.5, 0.32),
                (x, 0, 0.5 - 0.3 * abs(x)),
                (x, 0.9 * (wide**2 - x * x) ** 0.5, 0.32),
            ],
            0.07,
        )
        for x in (-0.24, 0.0, 0.24)
    ]
    crust = join(*strips, *(rotate(strip, 90) for strip in strips), repeat_around(ball(0.11, (wide, 0, 0.33)), 16))
    tin = lathe([(0.0, 0.0), (wide - 0.14, 0.0), (wide + 0.06, 0.3), (0.0, 0.3)])
    return [Part("crust", crust, None), Part("filling", filling, "red"), Part("tin", tin, "silver")]


@object_class("gumball machine", natural="red", parts=("sweets",), group="food")
def gumball_machine(rng: Rng) -> list[Part]:
    globe = ball(rng(0.44, 0.5), (0, 0, 1.0))
    base = join(cone(0.45, 0.9), rod((0, 0, 0), (0, 0, 0.5), 0.42, 0.32), rod((0, 0, 1.38), (0, 0, 1.52), 0.22, 0.14))
    slot = extrude(circle_outline(0.14), 0.2, (0, -0.3, 0.32))
    sweets = [(a, h) for h in (-0.5, 0.0, 0.5) for a in range(int(45 * h), 360, 60)]
    r = 0.42
    dots = [
        ball(0.1, (r * cos(radians(a)) * (1 - h * h) ** 0.5, r * sin(radians(a)) * (1 - h * h) ** 0.5, 1 + r * h))
        for a, h in sweets
    ]
    return [
        Part("base", base, None),
        Part("globe", globe, "glass"),
        Part("sweets", join(*dots[::2]), "yellow"),
        Part("more sweets", join(*dots[1::2]), "pink"),
        Part("slot", slot, "silver"),
    ]
