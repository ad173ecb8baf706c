"""Birds. All look towards -Y."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_details import beads, eyes, smooth_curve
from .mesh_primitives import ball, extrude, join, mirror, repeat_around, rod, rotate, scale, shift, tube
from .object_class import Part, Rng, object_class


def bird_feet(apart: float, y: float, top: float, radius: float = 0.055) -> Trimesh:
    """Two thin legs with flat feet."""
    toes = ball((0.12, 0.17, 0.05), (apart, y - 0.07, 0.04))
    return mirror(join(rod((apart, y, 0.03), (apart, y, top), radius), toes))


def wings(x: float, y: float, z: float, long: float, tilt: float = 12) -> Trimesh:
    """Folded wings at both sides of a body."""
    return mirror(rotate(ball((0.08, long, 0.6 * long), (x, y, z)), tilt, "x", about=(x, y, z)))


@object_class("duck", "duckling", natural="yellow", parts=("beak",), group="animal")
def duck(rng: Rng) -> list[Part]:
    fat = rng(0.4, 0.46)
    body = join(
        ball((fat, 0.55, 0.34), (0, 0.1, 0.32)),
        ball(0.32, (0, -0.28, 0.86)),
        rod((0, -0.2, 0.4), (0, -0.26, 0.7), 0.3, 0.2),
    )
    tail = rod((0, 0.4, 0.4), (0, 0.76, 0.68), 0.24, 0.05)
    beak = join(ball((0.17, 0.2, 0.07), (0, -0.62, 0.82)), ball((0.12, 0.14, 0.05), (0, -0.58, 0.74)))
    return [
        Part("duck", join(body, tail, wings(fat - 0.02, 0.14, 0.4, 0.3)), None),
        Part("beak", beak, "orange"),
        Part("pupils", beads(0.16, -0.53, 0.98, 0.075), "black"),
    ]


@object_class("chick", natural="yellow", parts=("beak",), group="animal")
def chick(rng: Rng) -> list[Part]:
    body = join(ball((0.42, 0.42, rng(0.42, 0.48)), (0, 0, 0.6)), mirror(ball((0.1, 0.22, 0.16), (0.42, 0.03, 0.6))))
    tuft = join(
        rod((0, 0, 1.0), (0, 0.04, 1.22), 0.06, 0.02), mirror(rod((0.03, 0, 1.0), (0.14, 0.02, 1.16), 0.06, 0.02))
    )
    beak = rod((0, -0.36, 0.66), (0, -0.64, 0.62), 0.13, 0.0)
    return [
        Part("chick", join(body, tuft), None),
        Part("beak", join(beak, bird_feet(0.17, -0.02, 0.3, 0.06)), "orange"),
        Part("pupils", beads(0.17, -0.36, 0.78, 0.075), "black"),
    ]


@object_class("chicken", "hen", natural="white", parts=("comb", "beak"), group="animal")
def chicken(rng: Rng) -> list[Part]:
    body = join(
        ball((0.36, 0.48, 0.36), (0, 0.1, 0.6)),
        tube(smooth_curve([(0, -0.18, 0.6), (0, -0.34, 0.85), (0, -0.36, 1.08)]), 0.21),
    )
    body = join(body, ball(0.21, (0, -0.36, 1.12)), wings(0.34, 0.14, 0.62, 0.28))
    tail = join(*(rod((0, 0.4, 0.65), (0.1 * k, 0.72, 1.0 - 0.12 * abs(k)), 0.1, 0.08) for k in (-2, -1, 0, 1, 2)))
    bumps = ((-0.48, 1.34), (-0.36, 1.38), (-0.24, 1.34))
    comb = join(
        *(ball((0.06, 0.09, rng(0.1, 0.13)), (0, y, z)) for y, z in bumps), ball((0.07, 0.07, 0.12), (0, -0.54, 0.92))
    )
    beak = join(rod((0, -0.5, 1.12), (0, -0.74, 1.07), 0.09, 0.01), bird_feet(0.15, 0.08, 0.35))
    return [
        Part("chicken", join(body, tail), None),
        Part("comb", comb, "red"),
        Part("beak", beak, "orange"),
        Part("pupils", beads(0.15, -0.48, 1.18, 0.06), "black"),
    ]


@object_class("rooster", "cock", natural="brown", parts=("tail", "comb"), group="animal")
def rooster(rng: Rng) -> list[Part]:
    body = join(
        ball((0.32, 0.42, 0.34), (0, 0.05, 0.62)),
        tube(smooth_curve([(0, -0.18, 0.66), (0, -0.3, 0.95), (0, -0.32, 1.2)]), 0.19),
        ball(0.2, (0, -0.32, 1.24)),
    )
    plume = tube(smooth_curve([(0, 0.3, 0.7), (0, 0.55, 1.2), (0, 0.85, 1.2), (0, 0.95, 0.8)]), 0.09)
    tail = join(plume, mirror(rotate(scale(plume, 1, 0.9, 0.9), 14)), mirror(rotate(scale(plume, 1, 0.75, 0.8), 28)))
    bumps = ((-0.48, 1.48), (-0.34, 1.54), (-0.2, 1.5), (-0.1, 1.4))
    comb = join(
        *(ball((0.06, 0.1, rng(0.12, 0.15)), (0, y, z)) for y, z in bumps), ball((0.08, 0.07, 0.15), (0, -0.5, 1.0))
    )
    beak = join(rod((0, -0.46, 1.24), (0, -0.72, 1.18), 0.09, 0.01), bird_feet(0.15, 0.05, 0.38))
    return [
        Part("rooster", join(body, wings(0.31, 0.08, 0.64, 0.26)), None),
        Part("tail", tail, "green"),
        Part("comb", comb, "red"),
        Part("beak", beak, "yellow"),
        Part("pupils", beads(0.14, -0.44, 1.3, 0.06), "black"),
    ]


@object_class("penguin", natural="black", parts=("beak",), group="animal")
def penguin(rng: Rng) -> list[Part]:
    fat = rng(0.38, 0.44)
    body = join(ball((fat, 0.36, 0.52), (0, 0, 0.55)), ball(0.31, (0, -0.02, 1.12)))
    flippers = mirror(rotate(ball((0.07, 0.17, 0.34), (fat + 0.04, 0, 0.68)), -22, "y", about=(fat, 0, 0.95)))
    belly = join(ball((0.8 * fat, 0.26, 0.42), (0, -0.15, 0.52)), mirror(ball((0.14, 0.1, 0.17), (0.11, -0.25, 1.12))))
    beak = join(
        rod((0, -0.28, 1.06), (0, -0.54, 1.02), 0.11, 0.01), mirror(ball((0.17, 0.24, 0.07), (0.2, -0.16, 0.06)))
    )
    return [
        Part("penguin", join(body, flippers, rod((0, 0.2, 0.2), (0, 0.48, 0.08), 0.14, 0.03)), None),
        Part("belly", belly, "white"),
        Part("beak", beak, "orange"),
        Part("pupils", beads(0.12, -0.33, 1.2, 0.06), "black"),
    ]


@object_class("owl", natural="brown", parts=("belly",), group="animal")
def owl(rng: Rng) -> list[Part]:
    body = join(ball((0.44, 0.36, 0.48), (0, 0, 0.55)), ball((0.43, 0.34, 0.36), (0, -0.02, 1.0)))
    tufts = mirror(rod((0.24, -0.1, 1.18), (rng(0.36, 0.42), -0.12, 1.52), 0.17, 0.0))
    belly = ball((0.29, 0.2, 0.34), (0, -0.2, 0.5))
    discs = mirror(rod((0.18, -0.28, 1.03), (0.19, -0.37, 1.03), 0.21))
    beak = join(rod((0, -0.36, 0.98), (0, -0.5, 0.82), 0.1, 0.0), mirror(ball((0.13, 0.16, 0.07), (0.17, -0.26, 0.07))))
    return [
        Part("owl", join(body, tufts, wings(0.41, 0.02, 0.55, 0.3, 60)), None),
        Part("belly", belly, "cream"),
        Part("eyes", discs, "white"),
        Part("pupils", mirror(rod((0.18, -0.3, 1.03), (0.18, -0.41, 1.03), 0.1)), "black"),
        Part("beak", beak, "orange"),
    ]


@object_class("bird", "songbird", natural="blue", parts=("belly", "beak"), group="animal")
def bird(rng: Rng) -> list[Part]:
    body = join(ball((0.3, 0.42, 0.3), (0, 0.05, 0.55)), ball(0.27, (0, -0.3, 0.86)))
    tail = extrude([(-0.1, 0.3), (0.1, 0.3), (0.17, rng(0.85, 1.0)), (-0.17, rng(0.85, 1.0))], 0.09, axis="z")
    wing = wings(0.29, 0.16, 0.6, 0.32, 15)
    belly = ball((0.25, 0.3, 0.24), (0, -0.13, 0.49))
    beak = join(rod((0, -0.5, 0.86), (0, -0.76, 0.83), 0.1, 0.0), bird_feet(0.13, 0.0, 0.35))
    return [
        Part("bird", join(body, shift(tail, z=0.55), wing), None),
        Part("belly", belly, "orange"),
        Part("beak", beak, "yellow"),
        *eyes(0.13, -0.48, 0.94, 0.075),
    ]


@object_class("parrot", natural="red", parts=("wings", "beak"), group="animal")
def parrot(rng: Rng) -> list[Part]:
    body = join(
        ball((0.28, 0.28, 0.42), (0, 0, 0.75)),
        ball(0.27, (0, -0.06, 1.2)),
        tube([(0, 0.12, 0.5), (0, 0.3, -0.05), (0, 0.34, -rng(0.25, 0.4))], [0.15, 0.12, 0.07]),
    )
    side = mirror(rotate(ball((0.08, 0.2, 0.4), (0.28, 0.08, 0.68)), -6, "y", about=(0.28, 0, 1)))
    tips = mirror(rotate(ball((0.085, 0.16, 0.2), (0.28, 0.1, 0.42)), -6, "y", about=(0.28, 0, 1)))
    beak = tube(
        smooth_curve([(0, -0.24, 1.26), (0, -0.42, 1.22), (0, -0.44, 1.02)]),
        [0.13, 0.13, 0.13, 0.12, 0.11, 0.1, 0.08, 0.06, 0.02],
    )
    perch = join(rod((-0.5, -0.08, 0.34), (0.5, -0.08, 0.34), 0.07))
    return [
        Part("parrot", body, None),
        Part("wings", join(side), "blue"),
        Part("tips", tips, "yellow"),
        Part("beak", beak, "black"),
        Part("perch", perch, "wood"),
        Part("eyes", mirror(ball(0.08, (0.2, -0.2, 1.26))), "white"),
    ]


@object_class("flamingo", natural="pink", parts=("beak",), group="animal")
def flamingo(rng: Rng) -> list[Part]:
    high = rng(0.72, 0.85)
    body = join(ball((0.25, 0.4, 0.26), (0, 0.15, high)), rod((0, 0.4, high), (0, 0.66, high + 0.08), 0.16, 0.03))
    neck = tube(
        smooth_curve([(0, -0.12, high), (0, -0.4, high + 0.2), (0, -0.22, high + 0.5), (0, -0.34, high + 0.78)]), 0.095
    )
    head = ball((0.14, 0.19, 0.14), (0, -0.4, high + 0.82))
    shins = mirror(join(rod((0.1, 0.1, 0), (0.1, 0.1, high), 0.05), ball((0.09, 0.15, 0.045), (0.1, 0.04, 0.03))))
    beak = tube([(0, -0.5, high + 0.82), (0, -0.7, high + 0.78), (0, -0.74, high + 0.62)], [0.1, 0.09, 0.03])
    return [
        Part("flamingo", join(body, neck, head, shins, wings(0.24, 0.2, high + 0.03, 0.26)), None),
        Part("beak", beak, "black"),
        Part("pupils", beads(0.11, -0.46, high + 0.87, 0.05), "black"),
    ]


@object_class("swan", natural="white", parts=("beak",), group="animal")
def swan(rng: Rng) -> list[Part]:
    body = join(ball((0.34, 0.56, 0.28), (0, 0.2, 0.26)), rod((0, 0.5, 0.34), (0, 0.86, 0.58), 0.2, 0.03))
    high = rng(1.05, 1.2)
    neck = smooth_curve([(0, -0.2, 0.3), (0, -0.5, 0.45), (0, -0.36, 0.8), (0, -0.42, high), (0, -0.6, high)])
    feathers = mirror(rotate(ball((0.1, 0.42, 0.24), (0.32, 0.26, 0.42)), 14, "x", about=(0, 0.26, 0.42)))
    beak = rod((0, -0.68, high), (0, -0.98, high - 0.1), 0.1, 0.03)
    black = join(beads(0.1, -0.68, high + 0.07, 0.055), ball(0.08, (0, -0.74, high + 0.05)))
    return [
        Part("swan", join(body, tube(neck, 0.12), ball((0.15, 0.2, 0.15), (0, -0.62, high)), feathers), None),
        Part("beak", beak, "orange"),
        Part("pupils", black, "black"),
    ]


@object_class("ostrich", natural="black", group="animal")
def ostrich(rng: Rng) -> list[Part]:
    high = rng(1.5, 1.65)
    body = join(ball((0.34, 0.42, 0.32), (0, 0.15, 0.85)), rod((0, -0.22, 0.75), (0, -0.22, 0.8), 0.1))
    plumes = join(repeat_around(ball(0.13, (0.09, 0, 0)), 4), ball(0.17))
    white = join(shift(plumes, 0, 0.56, 0.92), mirror(ball((0.1, 0.2, 0.12), (0.32, 0.3, 0.8))))
    neck = join(
        tube(smooth_curve([(0, -0.15, 0.85), (0, -0.34, 1.1), (0, -0.32, high)]), 0.085),
        ball((0.15, 0.18, 0.14), (0, -0.35, high)),
    )
    shins = mirror(join(rod((0.14, 0.1, 0), (0.14, 0.1, 0.8), 0.075), ball((0.1, 0.18, 0.06), (0.14, 0.03, 0.05))))
    return [
        Part("ostrich", body, None),
        Part("tail", white, "white"),
        Part("neck", join(neck, shins), "skin"),
        Part("beak", rod((0, -0.48, high), (0, -0.72, high - 0.04), 0.09, 0.02), "orange"),
        *eyes(0.1, -0.44, high + 0.06, 0.07),
    ]


@object_class("peacock", natural="blue", parts=("tail",), group="animal")
def peacock(rng: Rng) -> list[Part]:
    body = join(
        ball((0.24, 0.34, 0.26), (0, -0.1, 0.5)),
        tube(smooth_curve([(0, -0.25, 0.55), (0, -0.42, 0.85), (0, -0.42, 1.05)]), 0.13),
        ball(0.16, (0, -0.44, 1.08)),
    )
    crest = join(*(rod((0, -0.42, 1.2), (0.12 * k, -0.4, 1.42), 0.04, 0.06) for k in (-1, 0, 1)))
    angles = range(-80, 81, 20)
    fan = [rotate(ball((0.17, 0.06, 0.46), (0, 0.2, rng(0.98, 1.02))), a, "y", about=(0, 0.2, 0.5)) for a in angles]
    spots = [rotate(ball((0.1, 0.09, 0.1), (0, 0.2, 1.27)), a, "y", about=(0, 0.2, 0.5)) for a in angles]
    beak = join(rod((0, -0.56, 1.07), (0, -0.76, 1.03), 0.08, 0.01), bird_feet(0.12, -0.1, 0.3))
    return [
        Part("peacock", join(body, crest), None),
        Part("tail", join(*fan), "green"),
        Part("spots", join(*spots), "purple"),
        Part("beak", beak, "yellow"),
        *eyes(0.1, -0.54, 1.14, 0.06),
    ]
