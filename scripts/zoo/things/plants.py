"""Plants."""

from __future__ import annotations

from ..forms import (
    around,
    ball,
    box,
    cone,
    dome,
    extrude,
    heart_outline,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    scaled,
    star_outline,
    tube,
    turned,
)
from ..thing import Part, Vary, thing
from .fruit import leaf


@thing("tree", natural="green", parts=("trunk", "crown"), group="plant")
def tree(vary: Vary) -> list[Part]:
    wide = vary(0.24, 0.34)
    crown = joined(
        ball(0.46, (0, 0, 1.2)), around(ball(0.34, (wide, wide, 0.98)), 4), ball(0.3, (vary(-0.2, 0.2), 0, 1.5))
    )
    trunk = joined(rod((0, 0, 0), (0, 0, 1), 0.15, 0.13), around(rod((0.26, 0, 0), (0.05, 0, 0.2), 0.06), 4))
    return [Part("crown", crown, None), Part("trunk", trunk, "brown")]


@thing("apple tree", "fruit tree", natural="green", parts=("apples",), group="plant")
def apple_tree(vary: Vary) -> list[Part]:
    crown = joined(ball((0.62, 0.62, vary(0.5, 0.58)), (0, 0, 1.12)))
    spots = joined(around(ball(0.12, (0.56, 0, 1.3)), 5), turned(around(ball(0.12, (0.6, 0, 0.98)), 6), 20))
    spots = joined(spots, around(ball(0.12, (0.28, 0, 1.58)), 3))
    return [
        Part("crown", crown, None),
        Part("trunk", rod((0, 0, 0), (0, 0, 0.9), 0.16, 0.12), "brown"),
        Part("apples", spots, "red"),
    ]


@thing("pine tree", "fir tree", "pine", natural="green", parts=("trunk",), group="plant")
def pine_tree(vary: Vary) -> list[Part]:
    wide = vary(0.5, 0.6)
    tiers = joined(
        cone(wide, 0.7, (0, 0, 0.3)), cone(0.8 * wide, 0.6, (0, 0, 0.68)), cone(0.58 * wide, 0.55, (0, 0, 1.05))
    )
    return [Part("tree", tiers, None), Part("trunk", rod((0, 0, 0), (0, 0, 0.35), 0.13), "brown")]


@thing("christmas tree", natural="green", parts=("star", "baubles"), group="plant")
def christmas_tree(vary: Vary) -> list[Part]:
    wide = vary(0.52, 0.6)
    tiers = joined(
        cone(wide, 0.7, (0, 0, 0.3)), cone(0.8 * wide, 0.6, (0, 0, 0.68)), cone(0.58 * wide, 0.55, (0, 0, 1.05))
    )
    low = around(ball(0.09, (0.92 * wide, 0, 0.4)), 6)
    high = turned(around(ball(0.09, (0.72 * wide, 0, 0.78)), 5), 30)
    star = mirrored(extrude(star_outline(5, 0.24, 0.11), 0.1, (0, 0, 1.68)), "y")
    return [
        Part("tree", tiers, None),
        Part("trunk", rod((0, 0, 0), (0, 0, 0.35), 0.13), "brown"),
        Part("star", star, "yellow"),
        Part("baubles", joined(low, around(ball(0.08, (0.5 * wide, 0, 1.14)), 4)), "red"),
        Part("more baubles", high, "blue"),
    ]


@thing("palm tree", "palm", natural="green", parts=("trunk",), group="plant")
def palm_tree(vary: Vary) -> list[Part]:
    lean = vary(0.05, 0.3)
    trunk = tube([(0, 0, 0), (0.3 * lean, 0, 0.5), (lean, 0, 1.3)], [0.15, 0.12, 0.1])
    frond = scaled(
        tube([(0, 0, 0), (0.3, 0, 0.16), (0.58, 0, 0.06), (0.75, 0, -0.22)], [0.05, 0.09, 0.08, 0.02]), 1, 1.7, 1
    )
    nuts = around(ball(0.1, (0.12, 0, -0.06)), 3)
    return [
        Part("leaves", moved(around(frond, 7), lean, 0, 1.32), None),
        Part("trunk", trunk, "brown"),
        Part("coconuts", moved(nuts, lean, 0, 1.3), "wood"),
    ]


@thing("cactus", natural="green", parts=("flower", "pot"), group="plant")
def cactus(vary: Vary) -> list[Part]:
    high = vary(0.62, 0.75)
    stem = joined(rod((0, 0, 0.3), (0, 0, 1.3), 0.22), ball(0.22, (0, 0, 1.3)))
    right = joined(tube([(0, 0, 0.6), (0.45, 0, 0.6), (0.45, 0, 1.05)], 0.13), ball(0.13, (0.45, 0, 1.05)))
    left = joined(
        tube([(0, 0, high), (-0.42, 0, high), (-0.42, 0, high + 0.4)], 0.12), ball(0.12, (-0.42, 0, high + 0.4))
    )
    joints = joined(ball(0.13, (0.45, 0, 0.6)), ball(0.12, (-0.42, 0, high)))
    return [
        Part("cactus", joined(stem, left, right, joints), None),
        Part("pot", rod((0, 0, 0), (0, 0, 0.36), 0.26, 0.36), "roof"),
        Part("flower", around(ball((0.14, 0.1, 0.06), (0.1, 0, 1.54)), 5), "pink"),
    ]


@thing("flower", "daisy", natural="pink", parts=("petals", "middle"), group="plant")
def flower(vary: Vary) -> list[Part]:
    count = int(vary.choice(6, 7))
    petals = around(ball((0.26, 0.07, vary(0.15, 0.18)), (0.36, 0, 0)), count, "y")
    middle = ball((0.2, 0.13, 0.2), (0, -0.03, 0))
    green = joined(
        rod((0, 0.06, 0), (0, 0.06, 1.25), 0.06),
        leaf(0.5, (0, 0.06, 0.3), 40),
        turned(leaf(0.5, (0, -0.06, 0.45), 40), 180),
    )
    return [
        Part("petals", moved(petals, z=1.25), None),
        Part("middle", moved(middle, z=1.25), "yellow"),
        Part("stem", green, "leaf"),
    ]


@thing("sunflower", natural="yellow", parts=("petals", "middle"), group="plant")
def sunflower(vary: Vary) -> list[Part]:
    petal = extrude([(0.2, -0.12), (0.42, -0.13), (0.68, 0.0), (0.42, 0.13), (0.2, 0.12)], 0.08)
    petals = moved(around(petal, 12, "y"), z=1.35)
    middle = ball((vary(0.3, 0.34), 0.14, 0.32), (0, -0.03, 1.35))
    blade = scaled(leaf(0.62, (0, 0, 0), 35), 1, 1.4, 1)
    green = joined(
        rod((0, 0.08, 0), (0, 0.08, 1.3), 0.07), moved(blade, 0, 0.08, 0.25), moved(turned(blade, 180), 0, 0.08, 0.4)
    )
    return [Part("petals", petals, None), Part("middle", middle, "brown"), Part("stem", green, "leaf")]


@thing("tulip", natural="red", parts=("petals",), group="plant")
def tulip(vary: Vary) -> list[Part]:
    cup = lathe([(0.0, 0.8), (0.2, 0.84), (0.32, 1.02), (0.3, 1.25), (0.2, 1.3), (0.0, 1.1)])
    tips = around(rod((0.2, 0, 1.12), (vary(0.28, 0.36), 0, 1.5), 0.15, 0.0), 5)
    blade = tube([(0.02, 0, 0.0), (0.22, 0, 0.35), (0.3, 0, 0.8)], [0.07, 0.12, 0.02])
    green = joined(rod((0, 0, 0), (0, 0, 0.9), 0.06), mirrored(blade))
    return [Part("petals", joined(cup, tips), None), Part("stem", green, "leaf")]


@thing("rose", natural="red", parts=("petals",), group="plant")
def rose(vary: Vary) -> list[Part]:
    twist = vary(0, 40)
    rows = [(0.26, 1.0, 0.2, 5), (0.18, 1.1, 0.18, 4), (0.08, 1.2, 0.16, 3)]
    petals = [
        turned(around(ball((r, 0.8 * r, r), (d, 0, z)), n), i * 25 + twist) for i, (d, z, r, n) in enumerate(rows)
    ]
    sepals = around(rod((0.05, 0, 0.82), (0.3, 0, 0.74), 0.07, 0), 5)
    stem = joined(rod((0, 0, 0), (0, 0, 0.95), 0.06), sepals, ball(0.14, (0, 0, 0.84)))
    blades = joined(leaf(0.42, (0, 0, 0.35), 30), turned(leaf(0.42, (0, 0, 0.5), 30), 180))
    return [Part("petals", joined(*petals), None), Part("stem", joined(stem, blades), "leaf")]


@thing("mushroom", "toadstool", natural="red", parts=("stalk", "spots"), group="plant")
def mushroom(vary: Vary) -> list[Part]:
    wide = vary(0.62, 0.72)
    cap = dome(wide, (0, 0, 0.55), 0.9)
    stalk = lathe([(0.0, 0.0), (0.26, 0.0), (0.28, 0.1), (0.18, 0.35), (0.2, 0.6), (0.0, 0.6)])
    low = around(ball(0.13, (0.88 * wide, 0, 0.8)), 5)
    high = turned(around(ball(0.12, (0.5 * wide, 0, 1.06)), 3), 40)
    spots = joined(low, high, ball((0.14, 0.14, 0.08), (0, 0, 0.55 + 0.88 * wide)))
    return [Part("cap", cap, None), Part("stalk", stalk, "cream"), Part("spots", spots, "white")]


@thing("potted plant", "plant", "houseplant", natural="green", parts=("pot",), group="plant")
def potted_plant(vary: Vary) -> list[Part]:
    wide = vary(1.2, 1.5)
    inner = turned(around(turned(scaled(leaf(0.85, (0, 0, 0), 0), 1, wide, 1), -65, "y"), 4), 45)
    outer = around(turned(scaled(leaf(0.85, (0, 0, 0), 0), 1, wide, 1), -30, "y"), 6)
    pot = joined(rod((0, 0, 0), (0, 0, 0.5), 0.26, 0.36), rod((0, 0, 0.42), (0, 0, 0.56), 0.42))
    return [Part("leaves", moved(joined(inner, outer), z=0.55), None), Part("pot", pot, "roof")]


@thing("leaf", natural="green", parts=("stem",), group="plant")
def single_leaf(vary: Vary) -> list[Part]:
    side = [(0.0, 0.0), (0.25, 0.08), (0.42, 0.3), (vary(0.42, 0.48), 0.55), (0.34, 0.85), (0.16, 1.12), (0.0, 1.3)]
    blade = extrude(side + [(-u, v) for u, v in side[-2:0:-1]], 0.12)
    veins = [rod((0, 0, -0.35), (0, 0, 1.15), 0.065, 0.04)]
    veins += [mirrored(rod((0, 0, z), (0.28, 0, z + 0.2), 0.065, 0.05)) for z in (0.2, 0.48, 0.75)]
    return [Part("leaf", blade, None), Part("veins", scaled(joined(*veins), 1, 1.4, 1), "brown")]


@thing("clover", "four-leaf clover", natural="green", group="plant")
def clover(vary: Vary) -> list[Part]:
    blade = moved(extrude(heart_outline(vary(0.5, 0.56)), 0.14), z=0.36)
    leaves = moved(turned(around(blade, 4, "y"), 45, "y"), z=1.0)
    stem = tube([(0, 0, 1.0), (0.06, 0, 0.5), (0.25, 0, 0.1)], 0.065)
    return [Part("leaves", leaves, None), Part("stem", stem, "leaf")]


@thing("bush", "berry bush", natural="green", parts=("berries",), group="plant")
def bush(vary: Vary) -> list[Part]:
    mass = joined(ball((0.5, 0.42, 0.46), (0, 0, 0.4)), around(ball(0.34, (vary(0.4, 0.46), 0, 0.28)), 6))
    berries = joined(around(ball(0.08, (0.72, 0, 0.36)), 7), turned(around(ball(0.08, (0.44, 0, 0.66)), 5), 25))
    return [Part("bush", mass, None), Part("berries", berries, "red")]


@thing("acorn", natural="brown", parts=("cap",), group="plant")
def acorn(vary: Vary) -> list[Part]:
    nut = lathe([(0.0, 0.0), (0.06, 0.06), (0.2, 0.16), (0.38, 0.42), (0.42, 0.75), (0.0, 0.8)])
    cap = joined(dome(0.52, (0, 0, 0.7), vary(0.65, 0.8)), ring(0.46, 0.09, (0, 0, 0.74)))
    stem = tube([(0, 0, 1.0), (0, 0, 1.2), (0.1, 0, 1.32)], 0.07)
    return [Part("nut", nut, "wood"), Part("cap", joined(cap, stem), None)]


@thing("tree stump", "stump", natural="brown", group="plant")
def tree_stump(vary: Vary) -> list[Part]:
    wide = vary(0.48, 0.56)
    bark = joined(rod((0, 0, 0), (0, 0, 0.6), wide), around(rod((0.9, 0, 0.06), (0.3, 0, 0.34), 0.1, 0.16), 5))
    wood = rod((0, 0, 0.5), (0, 0, 0.63), wide - 0.08)
    rings = joined(ring(0.3, 0.04, (0, 0, 0.63)), ring(0.14, 0.04, (0, 0, 0.63)))
    sprig = joined(rod((wide, 0, 0.4), (wide + 0.2, 0, 0.6), 0.06), leaf(0.3, (wide + 0.15, 0, 0.55), 40))
    return [
        Part("bark", joined(bark, rings), None),
        Part("wood", wood, "cream"),
        Part("sprig", sprig, "leaf"),
    ]


@thing("log", "wooden log", natural="brown", group="plant")
def log(vary: Vary) -> list[Part]:
    long, thick = vary(0.65, 0.8), vary(0.28, 0.34)
    bark = joined(rod((-long, 0, 0), (long, 0, 0), thick), rod((0.1, 0, 0.2), (0.3, 0, 0.55), 0.12))
    ends = mirrored(joined(rod((long - 0.1, 0, 0), (long + 0.02, 0, 0), thick - 0.06)))
    rings = mirrored(joined(ring(0.15, 0.035, (long + 0.02, 0, 0), "x")))
    cut = rod((0.28, 0, 0.51), (0.31, 0, 0.57), 0.09)
    return [Part("bark", turned(joined(bark, rings), 35), None), Part("wood", turned(joined(ends, cut), 35), "cream")]


@thing("seedling", "sprout", natural="green", parts=("soil",), group="plant")
def seedling(vary: Vary) -> list[Part]:
    high = vary(0.6, 0.75)
    blade = mirrored(scaled(leaf(0.68, (0, 0, 0), 30), 1, 1.5, 1))
    stem = rod((0, 0, 0.1), (0, 0, high + 0.02), 0.065)
    return [Part("leaves", joined(moved(blade, z=high), stem), None), Part("soil", dome(0.5, squash=0.55), "brown")]


@thing("bamboo", natural="green", group="plant")
def bamboo(vary: Vary) -> list[Part]:
    canes, knots, blades = [], [], []
    for x, y, top in ((-0.26, 0.05, 1.3), (0.0, -0.1, 1.6), (0.27, 0.08, vary(1.0, 1.2))):
        canes.append(rod((x, y, 0), (x, y, top), 0.1))
        knots += [ring(0.1, 0.04, (x, y, z)) for z in (0.3, 0.62, 0.94) if z < top]
        blades += [leaf(0.42, (x, y, top - 0.1), 30), turned(leaf(0.42, (x, y, top - 0.3), 30), 180, about=(x, y, 0))]
    return [
        Part("canes", joined(*canes), None),
        Part("knots", joined(*knots), "yellow"),
        Part("leaves", joined(*blades), "leaf"),
    ]


@thing("water lily", "lily pad", natural="pink", parts=("flower", "pad"), group="plant")
def water_lily(vary: Vary) -> list[Part]:
    disc = lathe([(0.0, 0.0), (0.75, 0.0), (0.8, 0.08), (0.0, 0.06)])
    outer = around(rod((0.1, 0, 0.1), (vary(0.5, 0.6), 0, 0.34), 0.15, 0.02), 8)
    inner = turned(around(rod((0.06, 0, 0.1), (0.28, 0, 0.56), 0.14, 0.02), 6), 20)
    return [
        Part("flower", joined(outer, inner), None),
        Part("pad", disc, "leaf"),
        Part("middle", ball(0.13, (0, 0, 0.36)), "yellow"),
    ]


@thing("grass", "tuft of grass", natural="green", parts=("soil",), group="plant")
def grass(vary: Vary) -> list[Part]:
    rows = [(0.1, 0.22, 0.95, 4), (0.2, 0.5, 0.75, 7), (0.32, 0.75, 0.5, 9)]
    blades = [around(rod((a, 0, 0.05), (b, 0, h * vary(0.9, 1.1)), 0.1, 0.01), n) for a, b, h, n in rows]
    return [Part("grass", joined(*blades), None), Part("soil", box(0.9, 0.9, 0.1), "brown")]
