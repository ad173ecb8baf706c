"""Sweet food: cakes, ices and sweets."""

from __future__ import annotations

from math import cos, radians, sin

from ..forms import (
    around,
    ball,
    box,
    circle_outline,
    cone,
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


@thing("cupcake", "muffin", natural="pink", parts=("wrapper", "cherry"), group="food")
def cupcake(vary: Vary) -> list[Part]:
    wide = vary(0.5, 0.56)
    swirls = (ring(0.7 * wide, 0.2, (0, 0, 0.62)), ring(0.45 * wide, 0.18, (0, 0, 0.86)), ball(0.2, (0, 0, 1.02)))
    icing = joined(rod((0, 0, 0.5), (0, 0, 0.95), 0.7 * wide, 0.3), *swirls)
    wrapper = rod((0, 0, 0), (0, 0, 0.52), 0.34, wide - 0.02)
    return [
        Part("icing", icing, None),
        Part("wrapper", joined(wrapper, around(rod((0.35, 0, 0), (wide - 0.02, 0, 0.52), 0.04), 12)), "brown"),
        Part("cherry", ball(0.16, (0, 0, 1.26)), "red"),
    ]


@thing("birthday cake", "cake", natural="pink", parts=("candles", "cream"), group="food")
def birthday_cake(vary: Vary) -> list[Part]:
    wide, count = vary(0.6, 0.7), int(vary.choice(3, 4))
    layers = joined(rod((0, 0, 0.06), (0, 0, 0.46), wide), rod((0, 0, 0.46), (0, 0, 0.8), 0.68 * wide))
    drops = joined(around(ball(0.13, (wide - 0.02, 0, 0.44)), 10), around(ball(0.11, (0.66 * wide, 0, 0.8)), 8))
    candles = around(rod((0.24, 0, 0.8), (0.24, 0, 1.12), 0.06), count)
    flames = around(ball((0.06, 0.06, 0.1), (0.24, 0, 1.2)), count)
    return [
        Part("cake", layers, None),
        Part("cream", drops, "white"),
        Part("plate", rod((0, 0, 0), (0, 0, 0.06), wide + 0.2), "silver"),
        Part("candles", candles, "blue"),
        Part("flames", flames, "yellow"),
    ]


@thing("slice of cake", "piece of cake", natural="pink", parts=("cherry",), group="food")
def slice_of_cake(vary: Vary) -> list[Part]:
    wedge = [(-0.42, 0.5), (0.42, 0.5), (0.0, -0.6)]
    inner = [(-0.4, 0.47), (0.4, 0.47), (0.0, -0.58)]
    sponge = joined(extrude(inner, 0.24, (0, 0, 0.15), "z"), extrude(inner, 0.22, (0, 0, 0.46), "z"))
    icing = joined(extrude(wedge, 0.16, (0, 0, 0.64), "z"), extrude(wedge, 0.1, (0, 0, 0.31), "z"))
    icing = joined(icing, box(0.84, 0.1, 0.7, at=(0, 0.5, 0.37)))
    cherry = ball(vary(0.14, 0.18), (0, 0.2, 0.84))
    return [Part("icing", icing, None), Part("sponge", sponge, "cream"), Part("cherry", cherry, "red")]


@thing("doughnut", "donut", natural="pink", parts=("dough",), group="food")
def doughnut(vary: Vary) -> list[Part]:
    thick = vary(0.24, 0.28)
    dough = ring(0.52, thick)
    icing = moved(scaled(ring(0.52, thick), 1, 1, 0.72), z=0.105)
    places = [(0.52 * cos(radians(a)), 0.52 * sin(radians(a)), a * 7) for a in range(0, 360, 36)]
    top = 0.1 + 0.72 * thick
    sprinkles = joined(*(moved(turned(box(0.16, 0.07, 0.07), spin), x, y, top) for x, y, spin in places))
    return [Part("icing", icing, None), Part("dough", dough, "wood"), Part("sprinkles", sprinkles, "white")]


@thing("ice cream", "ice cream cone", natural="pink", parts=("cone", "cherry"), group="food")
def ice_cream(vary: Vary) -> list[Part]:
    scoop = joined(ball(vary(0.42, 0.48), (0, 0, 1.12)), around(ball(0.14, (0.34, 0, 0.92)), 8))
    wafer = lathe([(0.0, 0.0), (0.05, 0.0), (0.4, 0.9), (0.0, 0.92)])
    stripes = joined(*(ring(r, 0.035, (0, 0, z)) for r, z in ((0.15, 0.25), (0.25, 0.5), (0.345, 0.74))))
    return [
        Part("ice cream", scoop, None),
        Part("cone", wafer, "wood"),
        Part("stripes", stripes, "brown"),
        Part("cherry", ball(0.16, (0, 0, 1.62)), "red"),
    ]


@thing("popsicle", "ice lolly", natural="red", parts=("stick",), group="food")
def popsicle(vary: Vary) -> list[Part]:
    wide = vary(0.54, 0.64)
    block = moved(extrude(rounded_outline(wide, 1.0, 0.24), 0.28), z=0.9)
    bitten = joined(*(box(0.07, 0.04, 0.6, at=(x, -0.14, 0.9)) for x in (-0.13, 0.13)))
    stick = extrude(rounded_outline(0.18, 0.6, 0.08), 0.12, (0, 0, 0.2))
    return [Part("ice", block, None), Part("grooves", bitten, "white"), Part("stick", stick, "wood")]


@thing("lollipop", natural="red", parts=("stick",), group="food")
def lollipop(vary: Vary) -> list[Part]:
    turns = vary(2.1, 2.4)
    steps = [i / 40 for i in range(41)]
    spiral = [(0.4 * t * cos(turns * 6.283 * t), 0, 1.15 + 0.4 * t * sin(turns * 6.283 * t)) for t in steps]
    sides = mirrored(tube([(x, -0.09, z) for x, _, z in spiral], 0.045), "y")
    disc = rod((0, -0.1, 1.15), (0, 0.1, 1.15), 0.48)
    stick = rod((0, 0, 0), (0, 0, 0.8), 0.06)
    return [Part("sweet", disc, None), Part("swirl", sides, "white"), Part("stick", stick, "wood")]


@thing("candy", "sweet", natural="red", parts=("wrapper",), group="food")
def candy(vary: Vary) -> list[Part]:
    long = vary(0.36, 0.42)
    band = joined(*(ring(r, 0.05, (x, 0, 0), "x") for x, r in ((-0.15, 0.29), (0.15, 0.29))))
    fan = rod((long - 0.04, 0, 0), (0.85, 0, 0), 0.07, 0.34)
    return [
        Part("sweet", ball((long, 0.32, 0.32)), None),
        Part("stripes", band, "white"),
        Part("wrapper", mirrored(fan), "yellow"),
    ]


@thing("cookie", "biscuit", natural="wood", parts=("chips",), group="food")
def cookie(vary: Vary) -> list[Part]:
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
    chips = joined(*(ball((0.1, 0.1, 0.08), (x + vary(-0.03, 0.03), y, 0.2)) for x, y in places))
    stand = 62  # leant back: its face is seen from the front as well as from above
    return [Part("cookie", turned(disc, stand, "x"), None), Part("chips", turned(chips, stand, "x"), "brown")]


@thing("chocolate bar", "chocolate", natural="brown", parts=("wrapper",), group="food")
def chocolate_bar(vary: Vary) -> list[Part]:
    top = vary(0.52, 0.6)
    slab = box(0.56, 0.14, 1.2, at=(0, 0, 0.64))
    blocks = joined(*(box(0.2, 0.28, 0.16, at=(x, 0, z)) for x in (-0.14, 0.14) for z in (top + 0.24, top + 0.48)))
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


@thing("milkshake", "smoothie", natural="pink", parts=("straw",), group="food")
def milkshake(vary: Vary) -> list[Part]:
    wide = vary(0.34, 0.4)
    drink = rod((0, 0, 0.14), (0, 0, 0.95), 0.24, wide)
    foot = joined(rod((0, 0, 0), (0, 0, 0.07), 0.28), rod((0, 0, 0), (0, 0, 0.15), 0.12))
    cream = joined(dome(wide, (0, 0, 0.95), 0.7), ball(0.2, (0, 0, 1.18)))
    straw = tube([(0.08, 0, 1.0), (0.2, 0, 1.55), (0.42, 0, 1.65)], 0.06)
    return [
        Part("drink", drink, None),
        Part("glass", foot, "glass"),
        Part("cream", cream, "white"),
        Part("straw", straw, "red"),
        Part("cherry", ball(0.12, (-0.06, 0, 1.42)), "red"),
    ]


@thing("pie", natural="wood", parts=("filling",), group="food")
def pie(vary: Vary) -> list[Part]:
    wide = vary(0.6, 0.66)
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
    crust = joined(*strips, *(turned(strip, 90) for strip in strips), around(ball(0.11, (wide, 0, 0.33)), 16))
    tin = lathe([(0.0, 0.0), (wide - 0.14, 0.0), (wide + 0.06, 0.3), (0.0, 0.3)])
    return [Part("crust", crust, None), Part("filling", filling, "red"), Part("tin", tin, "silver")]


@thing("gumball machine", natural="red", parts=("sweets",), group="food")
def gumball_machine(vary: Vary) -> list[Part]:
    globe = ball(vary(0.44, 0.5), (0, 0, 1.0))
    base = joined(cone(0.45, 0.9), rod((0, 0, 0), (0, 0, 0.5), 0.42, 0.32), rod((0, 0, 1.38), (0, 0, 1.52), 0.22, 0.14))
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
        Part("sweets", joined(*dots[::2]), "yellow"),
        Part("more sweets", joined(*dots[1::2]), "pink"),
        Part("slot", slot, "silver"),
    ]
