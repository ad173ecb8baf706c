"""Birds. All look towards -Y."""

from __future__ import annotations

from trimesh import Trimesh

from ..details import beads, curved, eyes
from ..forms import around, ball, extrude, joined, mirrored, moved, rod, scaled, tube, turned
from ..thing import Part, Vary, thing


def bird_feet(apart: float, y: float, top: float, radius: float = 0.055) -> Trimesh:
    """Two thin legs with flat feet."""
    toes = ball((0.12, 0.17, 0.05), (apart, y - 0.07, 0.04))
    return mirrored(joined(rod((apart, y, 0.03), (apart, y, top), radius), toes))


def wings(x: float, y: float, z: float, long: float, tilt: float = 12) -> Trimesh:
    """Folded wings at both sides of a body."""
    return mirrored(turned(ball((0.08, long, 0.6 * long), (x, y, z)), tilt, "x", about=(x, y, z)))


@thing("duck", "duckling", natural="yellow", parts=("beak",), group="animal")
def duck(vary: Vary) -> list[Part]:
    fat = vary(0.4, 0.46)
    body = joined(
        ball((fat, 0.55, 0.34), (0, 0.1, 0.32)),
        ball(0.32, (0, -0.28, 0.86)),
        rod((0, -0.2, 0.4), (0, -0.26, 0.7), 0.3, 0.2),
    )
    tail = rod((0, 0.4, 0.4), (0, 0.76, 0.68), 0.24, 0.05)
    beak = joined(ball((0.17, 0.2, 0.07), (0, -0.62, 0.82)), ball((0.12, 0.14, 0.05), (0, -0.58, 0.74)))
    return [
        Part("duck", joined(body, tail, wings(fat - 0.02, 0.14, 0.4, 0.3)), None),
        Part("beak", beak, "orange"),
        Part("pupils", beads(0.16, -0.53, 0.98, 0.075), "black"),
    ]


@thing("chick", natural="yellow", parts=("beak",), group="animal")
def chick(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.42, 0.42, vary(0.42, 0.48)), (0, 0, 0.6)), mirrored(ball((0.1, 0.22, 0.16), (0.42, 0.03, 0.6)))
    )
    tuft = joined(
        rod((0, 0, 1.0), (0, 0.04, 1.22), 0.06, 0.02), mirrored(rod((0.03, 0, 1.0), (0.14, 0.02, 1.16), 0.06, 0.02))
    )
    beak = rod((0, -0.36, 0.66), (0, -0.64, 0.62), 0.13, 0.0)
    return [
        Part("chick", joined(body, tuft), None),
        Part("beak", joined(beak, bird_feet(0.17, -0.02, 0.3, 0.06)), "orange"),
        Part("pupils", beads(0.17, -0.36, 0.78, 0.075), "black"),
    ]


@thing("chicken", "hen", natural="white", parts=("comb", "beak"), group="animal")
def chicken(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.36, 0.48, 0.36), (0, 0.1, 0.6)),
        tube(curved([(0, -0.18, 0.6), (0, -0.34, 0.85), (0, -0.36, 1.08)]), 0.21),
    )
    body = joined(body, ball(0.21, (0, -0.36, 1.12)), wings(0.34, 0.14, 0.62, 0.28))
    tail = joined(*(rod((0, 0.4, 0.65), (0.1 * k, 0.72, 1.0 - 0.12 * abs(k)), 0.1, 0.08) for k in (-2, -1, 0, 1, 2)))
    bumps = ((-0.48, 1.34), (-0.36, 1.38), (-0.24, 1.34))
    comb = joined(
        *(ball((0.06, 0.09, vary(0.1, 0.13)), (0, y, z)) for y, z in bumps), ball((0.07, 0.07, 0.12), (0, -0.54, 0.92))
    )
    beak = joined(rod((0, -0.5, 1.12), (0, -0.74, 1.07), 0.09, 0.01), bird_feet(0.15, 0.08, 0.35))
    return [
        Part("chicken", joined(body, tail), None),
        Part("comb", comb, "red"),
        Part("beak", beak, "orange"),
        Part("pupils", beads(0.15, -0.48, 1.18, 0.06), "black"),
    ]


@thing("rooster", "cock", natural="brown", parts=("tail", "comb"), group="animal")
def rooster(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.32, 0.42, 0.34), (0, 0.05, 0.62)),
        tube(curved([(0, -0.18, 0.66), (0, -0.3, 0.95), (0, -0.32, 1.2)]), 0.19),
        ball(0.2, (0, -0.32, 1.24)),
    )
    plume = tube(curved([(0, 0.3, 0.7), (0, 0.55, 1.2), (0, 0.85, 1.2), (0, 0.95, 0.8)]), 0.09)
    tail = joined(
        plume, mirrored(turned(scaled(plume, 1, 0.9, 0.9), 14)), mirrored(turned(scaled(plume, 1, 0.75, 0.8), 28))
    )
    bumps = ((-0.48, 1.48), (-0.34, 1.54), (-0.2, 1.5), (-0.1, 1.4))
    comb = joined(
        *(ball((0.06, 0.1, vary(0.12, 0.15)), (0, y, z)) for y, z in bumps), ball((0.08, 0.07, 0.15), (0, -0.5, 1.0))
    )
    beak = joined(rod((0, -0.46, 1.24), (0, -0.72, 1.18), 0.09, 0.01), bird_feet(0.15, 0.05, 0.38))
    return [
        Part("rooster", joined(body, wings(0.31, 0.08, 0.64, 0.26)), None),
        Part("tail", tail, "green"),
        Part("comb", comb, "red"),
        Part("beak", beak, "yellow"),
        Part("pupils", beads(0.14, -0.44, 1.3, 0.06), "black"),
    ]


@thing("penguin", natural="black", parts=("beak",), group="animal")
def penguin(vary: Vary) -> list[Part]:
    fat = vary(0.38, 0.44)
    body = joined(ball((fat, 0.36, 0.52), (0, 0, 0.55)), ball(0.31, (0, -0.02, 1.12)))
    flippers = mirrored(turned(ball((0.07, 0.17, 0.34), (fat + 0.04, 0, 0.68)), -22, "y", about=(fat, 0, 0.95)))
    belly = joined(
        ball((0.8 * fat, 0.26, 0.42), (0, -0.15, 0.52)), mirrored(ball((0.14, 0.1, 0.17), (0.11, -0.25, 1.12)))
    )
    beak = joined(
        rod((0, -0.28, 1.06), (0, -0.54, 1.02), 0.11, 0.01), mirrored(ball((0.17, 0.24, 0.07), (0.2, -0.16, 0.06)))
    )
    return [
        Part("penguin", joined(body, flippers, rod((0, 0.2, 0.2), (0, 0.48, 0.08), 0.14, 0.03)), None),
        Part("belly", belly, "white"),
        Part("beak", beak, "orange"),
        Part("pupils", beads(0.12, -0.33, 1.2, 0.06), "black"),
    ]


@thing("owl", natural="brown", parts=("belly",), group="animal")
def owl(vary: Vary) -> list[Part]:
    body = joined(ball((0.44, 0.36, 0.48), (0, 0, 0.55)), ball((0.43, 0.34, 0.36), (0, -0.02, 1.0)))
    tufts = mirrored(rod((0.24, -0.1, 1.18), (vary(0.36, 0.42), -0.12, 1.52), 0.17, 0.0))
    belly = ball((0.29, 0.2, 0.34), (0, -0.2, 0.5))
    discs = mirrored(rod((0.18, -0.28, 1.03), (0.19, -0.37, 1.03), 0.21))
    beak = joined(
        rod((0, -0.36, 0.98), (0, -0.5, 0.82), 0.1, 0.0), mirrored(ball((0.13, 0.16, 0.07), (0.17, -0.26, 0.07)))
    )
    return [
        Part("owl", joined(body, tufts, wings(0.41, 0.02, 0.55, 0.3, 60)), None),
        Part("belly", belly, "cream"),
        Part("eyes", discs, "white"),
        Part("pupils", mirrored(rod((0.18, -0.3, 1.03), (0.18, -0.41, 1.03), 0.1)), "black"),
        Part("beak", beak, "orange"),
    ]


@thing("bird", "songbird", natural="blue", parts=("belly", "beak"), group="animal")
def bird(vary: Vary) -> list[Part]:
    body = joined(ball((0.3, 0.42, 0.3), (0, 0.05, 0.55)), ball(0.27, (0, -0.3, 0.86)))
    tail = extrude([(-0.1, 0.3), (0.1, 0.3), (0.17, vary(0.85, 1.0)), (-0.17, vary(0.85, 1.0))], 0.09, axis="z")
    wing = wings(0.29, 0.16, 0.6, 0.32, 15)
    belly = ball((0.25, 0.3, 0.24), (0, -0.13, 0.49))
    beak = joined(rod((0, -0.5, 0.86), (0, -0.76, 0.83), 0.1, 0.0), bird_feet(0.13, 0.0, 0.35))
    return [
        Part("bird", joined(body, moved(tail, z=0.55), wing), None),
        Part("belly", belly, "orange"),
        Part("beak", beak, "yellow"),
        *eyes(0.13, -0.48, 0.94, 0.075),
    ]


@thing("parrot", natural="red", parts=("wings", "beak"), group="animal")
def parrot(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.28, 0.28, 0.42), (0, 0, 0.75)),
        ball(0.27, (0, -0.06, 1.2)),
        tube([(0, 0.12, 0.5), (0, 0.3, -0.05), (0, 0.34, -vary(0.25, 0.4))], [0.15, 0.12, 0.07]),
    )
    side = mirrored(turned(ball((0.08, 0.2, 0.4), (0.28, 0.08, 0.68)), -6, "y", about=(0.28, 0, 1)))
    tips = mirrored(turned(ball((0.085, 0.16, 0.2), (0.28, 0.1, 0.42)), -6, "y", about=(0.28, 0, 1)))
    beak = tube(
        curved([(0, -0.24, 1.26), (0, -0.42, 1.22), (0, -0.44, 1.02)]),
        [0.13, 0.13, 0.13, 0.12, 0.11, 0.1, 0.08, 0.06, 0.02],
    )
    perch = joined(rod((-0.5, -0.08, 0.34), (0.5, -0.08, 0.34), 0.07))
    return [
        Part("parrot", body, None),
        Part("wings", joined(side), "blue"),
        Part("tips", tips, "yellow"),
        Part("beak", beak, "black"),
        Part("perch", perch, "wood"),
        Part("eyes", mirrored(ball(0.08, (0.2, -0.2, 1.26))), "white"),
    ]


@thing("flamingo", natural="pink", parts=("beak",), group="animal")
def flamingo(vary: Vary) -> list[Part]:
    high = vary(0.72, 0.85)
    body = joined(ball((0.25, 0.4, 0.26), (0, 0.15, high)), rod((0, 0.4, high), (0, 0.66, high + 0.08), 0.16, 0.03))
    neck = tube(
        curved([(0, -0.12, high), (0, -0.4, high + 0.2), (0, -0.22, high + 0.5), (0, -0.34, high + 0.78)]), 0.095
    )
    head = ball((0.14, 0.19, 0.14), (0, -0.4, high + 0.82))
    shins = mirrored(joined(rod((0.1, 0.1, 0), (0.1, 0.1, high), 0.05), ball((0.09, 0.15, 0.045), (0.1, 0.04, 0.03))))
    beak = tube([(0, -0.5, high + 0.82), (0, -0.7, high + 0.78), (0, -0.74, high + 0.62)], [0.1, 0.09, 0.03])
    return [
        Part("flamingo", joined(body, neck, head, shins, wings(0.24, 0.2, high + 0.03, 0.26)), None),
        Part("beak", beak, "black"),
        Part("pupils", beads(0.11, -0.46, high + 0.87, 0.05), "black"),
    ]


@thing("swan", natural="white", parts=("beak",), group="animal")
def swan(vary: Vary) -> list[Part]:
    body = joined(ball((0.34, 0.56, 0.28), (0, 0.2, 0.26)), rod((0, 0.5, 0.34), (0, 0.86, 0.58), 0.2, 0.03))
    high = vary(1.05, 1.2)
    neck = curved([(0, -0.2, 0.3), (0, -0.5, 0.45), (0, -0.36, 0.8), (0, -0.42, high), (0, -0.6, high)])
    feathers = mirrored(turned(ball((0.1, 0.42, 0.24), (0.32, 0.26, 0.42)), 14, "x", about=(0, 0.26, 0.42)))
    beak = rod((0, -0.68, high), (0, -0.98, high - 0.1), 0.1, 0.03)
    black = joined(beads(0.1, -0.68, high + 0.07, 0.055), ball(0.08, (0, -0.74, high + 0.05)))
    return [
        Part("swan", joined(body, tube(neck, 0.12), ball((0.15, 0.2, 0.15), (0, -0.62, high)), feathers), None),
        Part("beak", beak, "orange"),
        Part("pupils", black, "black"),
    ]


@thing("ostrich", natural="black", group="animal")
def ostrich(vary: Vary) -> list[Part]:
    high = vary(1.5, 1.65)
    body = joined(ball((0.34, 0.42, 0.32), (0, 0.15, 0.85)), rod((0, -0.22, 0.75), (0, -0.22, 0.8), 0.1))
    plumes = joined(around(ball(0.13, (0.09, 0, 0)), 4), ball(0.17))
    white = joined(moved(plumes, 0, 0.56, 0.92), mirrored(ball((0.1, 0.2, 0.12), (0.32, 0.3, 0.8))))
    neck = joined(
        tube(curved([(0, -0.15, 0.85), (0, -0.34, 1.1), (0, -0.32, high)]), 0.085),
        ball((0.15, 0.18, 0.14), (0, -0.35, high)),
    )
    shins = mirrored(joined(rod((0.14, 0.1, 0), (0.14, 0.1, 0.8), 0.075), ball((0.1, 0.18, 0.06), (0.14, 0.03, 0.05))))
    return [
        Part("ostrich", body, None),
        Part("tail", white, "white"),
        Part("neck", joined(neck, shins), "skin"),
        Part("beak", rod((0, -0.48, high), (0, -0.72, high - 0.04), 0.09, 0.02), "orange"),
        *eyes(0.1, -0.44, high + 0.06, 0.07),
    ]


@thing("peacock", natural="blue", parts=("tail",), group="animal")
def peacock(vary: Vary) -> list[Part]:
    body = joined(
        ball((0.24, 0.34, 0.26), (0, -0.1, 0.5)),
        tube(curved([(0, -0.25, 0.55), (0, -0.42, 0.85), (0, -0.42, 1.05)]), 0.13),
        ball(0.16, (0, -0.44, 1.08)),
    )
    crest = joined(*(rod((0, -0.42, 1.2), (0.12 * k, -0.4, 1.42), 0.04, 0.06) for k in (-1, 0, 1)))
    angles = range(-80, 81, 20)
    fan = [turned(ball((0.17, 0.06, 0.46), (0, 0.2, vary(0.98, 1.02))), a, "y", about=(0, 0.2, 0.5)) for a in angles]
    spots = [turned(ball((0.1, 0.09, 0.1), (0, 0.2, 1.27)), a, "y", about=(0, 0.2, 0.5)) for a in angles]
    beak = joined(rod((0, -0.56, 1.07), (0, -0.76, 1.03), 0.08, 0.01), bird_feet(0.12, -0.1, 0.3))
    return [
        Part("peacock", joined(body, crest), None),
        Part("tail", joined(*fan), "green"),
        Part("spots", joined(*spots), "purple"),
        Part("beak", beak, "yellow"),
        *eyes(0.1, -0.54, 1.14, 0.06),
    ]
