"""Animals of the water. All look towards -Y."""

from __future__ import annotations

from .mesh_details import beads, eyes, smooth_curve
from .mesh_primitives import (
    ball,
    dome,
    extrude,
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


@object_class("fish", "goldfish", natural="orange", parts=("fins", "stripe"), group="animal")
def fish(rng: Rng) -> list[Part]:
    body = ball((0.22, 0.52, rng(0.34, 0.4)), (0, -0.1, 0))
    tail = extrude([(0.3, 0.0), (0.8, 0.38), (0.7, 0.0), (0.8, -0.38)], 0.12, axis="x")
    back = extrude([(-0.3, 0.28), (0.0, 0.58), (0.3, 0.5), (0.22, 0.2)], 0.1, axis="x")
    sides = mirror(rotate(ball((0.2, 0.1, 0.05), (0.28, -0.05, -0.1)), 35, "y", about=(0.15, 0, -0.1)))
    stripe = scale(rod((0, 0.0, 0), (0, 0.12, 0), 0.375), 0.6, 1, 1)
    lips = ball((0.09, 0.08, 0.09), (0, -0.62, -0.02))
    return [
        Part("fish", join(body, lips), None),
        Part("fins", join(tail, back, sides), "yellow"),
        Part("stripe", stripe, "white"),
        *eyes(0.15, -0.36, 0.1, 0.09),
    ]


@object_class("shark", natural="grey", group="animal")
def shark(rng: Rng) -> list[Part]:
    profile = [(0.0, -0.95), (0.12, -0.88), (0.27, -0.5), (0.3, -0.15), (0.22, 0.35), (0.1, 0.75), (0.0, 0.85)]
    body = rotate(lathe(smooth_curve(profile)), -90, "x")
    body = shift(scale(body, 1, -1, 1), 0) if body.vertices[:, 1].max() > 0.9 else body
    fin = extrude([(-0.2, 0.22), (0.12, 0.72), (0.22, 0.68), (0.2, 0.2)], 0.1, axis="x")
    tail = extrude([(0.68, 0.0), (0.98, 0.52), (1.08, 0.48), (0.92, 0.04), (1.02, -0.32), (0.9, -0.3)], 0.1, axis="x")
    side = mirror(extrude([(0.2, -0.3), (rng(0.7, 0.8), 0.12), (0.6, 0.16), (0.2, 0.0)], 0.08, (0, 0, -0.1), "z"))
    belly = ball((0.28, 0.72, 0.26), (0, -0.14, -0.08))
    mouth = join(*(shift(ball((0.18, 0.06, 0.05)), 0, -0.76, -0.12), beads(0.2, -0.62, 0.1, 0.065)))
    return [
        Part("shark", join(body, fin, tail, side), None),
        Part("belly", belly, "white"),
        Part("mouth", mouth, "black"),
    ]


@object_class("whale", natural="blue", parts=("water",), group="animal")
def whale(rng: Rng) -> list[Part]:
    tall = rng(0.4, 0.46)
    body = join(
        ball((0.42, 0.56, tall), (0, -0.2, 0.4)),
        tube(
            smooth_curve([(0, 0.05, 0.36), (0, 0.5, 0.3), (0, 0.78, 0.66)]),
            [0.36, 0.34, 0.31, 0.27, 0.22, 0.18, 0.14, 0.11, 0.09],
        ),
    )
    fluke = mirror(rotate(ball((0.26, 0.14, 0.07), (0.22, 0.84, 0.76)), 25, "z", about=(0, 0.8, 0)))
    side = mirror(rotate(ball((0.24, 0.14, 0.06), (0.5, -0.1, 0.2)), 25, "y", about=(0.4, 0, 0.2)))
    belly = ball((0.405, 0.545, 0.34), (0, -0.22, 0.28))
    spout = join(
        rod((0, -0.25, 0.78), (0, -0.25, 1.05), 0.07),
        mirror(tube(smooth_curve([(0, -0.25, 1.0), (0.12, -0.25, 1.2), (0.3, -0.25, 1.1)]), 0.08)),
    )
    return [
        Part("whale", join(body, fluke, side), None),
        Part("belly", belly, "white"),
        Part("water", spout, "glass"),
        Part("pupils", beads(0.34, -0.52, 0.5, 0.07), "black"),
    ]


@object_class("dolphin", natural="grey", group="animal")
def dolphin(rng: Rng) -> list[Part]:
    spine = smooth_curve([(0, -0.62, 0.28), (0, -0.25, 0.46), (0, 0.2, 0.46), (0, 0.6, 0.25), (0, 0.85, -0.05)], 3)
    sizes = [0.13, 0.19, 0.23, 0.26, 0.28, 0.28, 0.27, 0.24, 0.2, 0.16, 0.12, 0.09, 0.07]
    body = join(
        tube(spine, sizes), ball(0.16, (0, -0.62, 0.3)), tube([(0, -0.6, 0.25), (0, -0.95, 0.12)], [0.11, 0.06])
    )
    fin = extrude([(-0.08, 0.66), (0.22, rng(0.94, 1.04)), (0.24, 0.62)], 0.1, axis="x")
    fluke = mirror(ball((0.22, 0.12, 0.06), (0.18, 0.92, -0.1)))
    side = mirror(rotate(ball((0.26, 0.11, 0.06), (0.38, -0.15, 0.25)), 35, "y", about=(0.2, 0, 0.3)))
    belly = ball((0.24, 0.46, 0.2), (0, -0.2, 0.3))
    return [
        Part("dolphin", join(body, fin, fluke, side), None),
        Part("belly", belly, "white"),
        Part("pupils", beads(0.15, -0.56, 0.4, 0.055), "black"),
    ]


@object_class("octopus", natural="purple", group="animal")
def octopus(rng: Rng) -> list[Part]:
    reach = rng(0.75, 0.85)
    arm = tube(
        smooth_curve([(0.1, 0, 0.4), (0.4, 0, 0.14), (reach, 0, 0.1), (reach + 0.12, 0, 0.32)], 3),
        [0.17, 0.17, 0.16, 0.14, 0.13, 0.12, 0.11, 0.09, 0.08, 0.06],
    )
    suckers = repeat_around(ball((0.06, 0.06, 0.06), (reach + 0.03, 0, 0.22)), 8)
    body = join(
        ball((0.42, 0.4, 0.46), (0, 0, 0.85)), rod((0, 0, 0.2), (0, 0, 0.8), 0.34), rotate(repeat_around(arm, 8), 22.5)
    )
    mouth = ball((0.1, 0.06, 0.06), (0, -0.4, 0.6))
    white, pupils = eyes(0.17, -0.34, 0.85, 0.13)
    return [
        Part("octopus", body, None),
        Part("suckers", rotate(suckers, 22.5), "pink"),
        white,
        Part("pupils", join(pupils.mesh, mouth), "black"),
    ]


@object_class("jellyfish", natural="pink", group="animal")
def jellyfish(rng: Rng) -> list[Part]:
    bell = join(dome(0.56, (0, 0, 0.9), rng(0.85, 1.0)), repeat_around(ball(0.13, (0.46, 0, 0.9)), 10))
    wave = [(0.34, 0, 0.9), (0.42, 0, 0.7), (0.3, 0, 0.45), (0.42, 0, 0.2), (0.34, 0, 0.0)]
    arms = join(
        repeat_around(tube(smooth_curve(wave), 0.07), 6),
        tube(smooth_curve([(x - 0.35, 0.04, z) for x, _, z in wave]), 0.1),
    )
    dark = join(beads(0.2, -0.5, 1.12, 0.075))
    return [Part("jellyfish", bell, None), Part("arms", arms, "purple"), Part("pupils", dark, "black")]


@object_class("crab", natural="red", group="animal")
def crab(rng: Rng) -> list[Part]:
    shell = ball((0.56, 0.44, 0.3), (0, 0, 0.42))
    limbs = [tube([(0.36, 0.6 * y, 0.4), (0.8, y, 0.5), (0.98, 1.3 * y, 0.0)], 0.08) for y in (0.42, 0.14, -0.14)]
    arm = tube([(0.36, -0.3, 0.45), (0.7, -0.5, 0.5), (0.62, -0.56, 0.72)], 0.1)
    outline = [
        (0, -0.08),
        (0.22, 0.1),
        (0.24, 0.36),
        (0.06, 0.54),
        (0.04, 0.2),
        (-0.12, 0.48),
        (-0.24, 0.3),
        (-0.17, 0.04),
    ]
    claw = shift(rotate(scale(extrude(outline, 0.26), rng(0.95, 1.1)), -12, "y"), 0.62, -0.56, 0.74)
    stalks = rod((0.16, -0.28, 0.55), (0.18, -0.32, 0.84), 0.07)
    white, pupils = eyes(0.18, -0.32, 0.88, 0.12)
    return [
        Part("crab", join(shell, mirror(join(*limbs, arm, claw, stalks))), None),
        white,
        Part("pupils", join(pupils.mesh, ball((0.16, 0.05, 0.04), (0, -0.43, 0.4))), "black"),
    ]


@object_class("lobster", natural="red", group="animal")
def lobster(rng: Rng) -> list[Part]:
    rings = [ball((r, 0.15, r), (0, y, 0.24)) for r, y in ((0.29, 0.06), (0.26, 0.24), (0.22, 0.4), (0.18, 0.54))]
    fin = ball((0.11, 0.2, 0.07), (0, 0.76, 0.22))
    fan = join(*(rotate(fin, a, about=(0, 0.56, 0)) for a in (-60, -30, 0, 30, 60)))
    limbs = [tube([(0.2, y, 0.25), (0.5, 1.2 * y, 0.32), (0.62, 1.4 * y, 0.0)], 0.06) for y in (-0.35, -0.15, 0.05)]
    outline = [(0, 0.0), (0.2, -0.18), (0.17, -0.44), (0.05, -0.56), (0.02, -0.26), (-0.12, -0.48), (-0.2, -0.26)]
    claw = shift(scale(extrude(outline, 0.26, axis="z"), rng(1.2, 1.4), 1.1, 1), 0.5, -0.6, 0.4)
    arm = tube([(0.2, -0.4, 0.28), (0.5, -0.42, 0.34), (0.5, -0.66, 0.4)], 0.1)
    feeler = tube(smooth_curve([(0.1, -0.56, 0.38), (0.2, -0.66, 0.75), (0.4, -0.5, 1.0)]), 0.05)
    body = join(ball((0.3, 0.4, 0.28), (0, -0.26, 0.26)), fan, *rings, mirror(join(*limbs, claw, arm, feeler)))
    return [Part("lobster", body, None), *eyes(0.15, -0.56, 0.48, 0.09)]


@object_class("starfish", "sea star", natural="orange", group="animal")
def starfish(rng: Rng) -> list[Part]:
    fat = rng(0.19, 0.23)
    arm = tube([(0, 0, 0), (0, 0, 0.35), (0, 0, 0.8)], [fat, fat, 0.1])
    body = scale(join(repeat_around(join(arm, ball(0.1, (0, 0, 0.8))), 5, "y"), ball(0.3)), 1, 0.7, 1)
    spots = repeat_around(join(ball(0.06, (0, -0.15, 0.36)), ball(0.05, (0, -0.12, 0.58))), 5, "y")
    face = join(beads(0.11, -0.2, 0.06, 0.06), ball((0.1, 0.05, 0.035), (0, -0.2, -0.1)))
    return [Part("starfish", body, None), Part("spots", spots, "yellow"), Part("pupils", face, "black")]


@object_class("seahorse", natural="yellow", parts=("fin",), group="animal")
def seahorse(rng: Rng) -> list[Part]:
    spine = [
        (0, -0.05, 1.2),
        (0, 0.05, 1.0),
        (0, -0.12, 0.72),
        (0, -0.1, 0.45),
        (0, 0.06, 0.2),
        (0, -0.02, 0.02),
        (0, -0.2, 0.06),
        (0, -0.16, 0.2),
    ]
    sizes = [0.14, 0.15, 0.25, 0.2, 0.12, 0.09, 0.07, 0.06]
    path = smooth_curve(spine, 2)
    thick = [s[0] for s in smooth_curve([(r,) for r in sizes], 2)]
    head = join(ball((0.17, 0.2, 0.18), (0, -0.1, 1.24)), rod((0, -0.15, 1.2), (0, -0.52, 1.1), 0.1, 0.08))
    crest = join(
        *(
            rod((0, y, z), (0, 1.6 * y + 0.02, z + 0.16), 0.07, 0.01)
            for y, z in ((-0.06, 1.38), (0.03, 1.34), (0.1, 1.26))
        )
    )
    fin = ball((0.05, 0.22, 0.2), (0, 0.2, rng(0.66, 0.74)))
    return [
        Part("seahorse", join(tube(path, thick), head), None),
        Part("fin", join(fin, crest), "orange"),
        *eyes(0.12, -0.18, 1.28, 0.07),
    ]
