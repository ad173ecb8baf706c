"""Reptiles, living, dead and invented, and the frog. All look towards -Y."""

from __future__ import annotations

from .mesh_details import beads, eyes, smooth_curve
from .mesh_primitives import (
    ball,
    cone,
    dome,
    extrude,
    join,
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


@object_class("turtle", "tortoise", natural="green", parts=("shell",), group="animal")
def turtle(rng: Rng) -> list[Part]:
    wide = rng(0.5, 0.56)
    shell = join(dome(wide, (0, 0.1, 0.24), 0.85), shift(rod((0, 0, 0), (0, 0, 0.12), wide + 0.06), 0, 0.1, 0.18))
    plates = join(
        ball((0.2, 0.2, 0.06), (0, 0, 0.85 * wide)), repeat_around(ball(0.14, (0.8 * wide, 0, 0.44 * wide)), 6)
    )
    limb = mirror(join(ball((0.2, 0.16, 0.16), (0.42, -0.25, 0.14)), ball((0.18, 0.16, 0.14), (0.4, 0.48, 0.14))))
    head = join(
        ball(0.24, (0, -0.66, 0.46)),
        rod((0, -0.3, 0.26), (0, -0.62, 0.42), 0.16),
        rod((0, 0.55, 0.2), (0, 0.82, 0.16), 0.1, 0.02),
    )
    return [
        Part("turtle", join(limb, head), None),
        Part("shell", shell, "brown"),
        Part("plates", shift(plates, 0, 0.1, 0.24), "wood"),
        *eyes(0.12, -0.82, 0.54, 0.075),
    ]


@object_class("frog", natural="green", group="animal")
def frog(rng: Rng) -> list[Part]:
    body = join(
        ball((0.42, 0.44, 0.32), (0, 0.1, 0.4)),
        ball((0.42, 0.34, 0.26), (0, -0.2, 0.58)),
        mirror(ball(0.17, (0.24, -0.22, 0.82))),
    )
    hind = join(ball((0.17, 0.3, 0.22), (0.46, 0.3, 0.22)), ball((0.17, 0.26, 0.06), (0.56, 0.02, 0.06)))
    fore = join(rod((0.26, -0.25, 0.4), (0.32, -0.42, 0.06), 0.09), ball((0.15, 0.16, 0.06), (0.34, -0.48, 0.06)))
    mouth = join(ball((0.34, 0.1, 0.035), (0, -0.47, 0.54)))
    white = mirror(ball(0.13, (0.24, -0.3, 0.84)))
    belly = ball((0.28, 0.14, 0.2), (0, -0.3, 0.34))
    return [
        Part("frog", join(body, mirror(join(hind, fore))), None),
        Part("belly", join(belly), "cream"),
        Part("eyes", white, "white"),
        Part("pupils", join(beads(0.24, -0.4, 0.85, rng(0.07, 0.08)), mouth), "black"),
    ]


@object_class("crocodile", "alligator", natural="green", group="animal")
def crocodile(rng: Rng) -> list[Part]:
    tail = tube(
        smooth_curve([(0, 0.2, 0.3), (0, 0.65, 0.26), (0.2, 0.95, 0.2), (0.55, 1.0, 0.18)], 3),
        [0.28, 0.27, 0.25, 0.23, 0.2, 0.17, 0.14, 0.11, 0.08, 0.04],
    )
    body = join(ball((0.36, rng(0.48, 0.55), 0.28), (0, 0.1, 0.32)), tail, ball((0.27, 0.24, 0.24), (0, -0.4, 0.42)))
    snout = scale(tube([(0, 0, 0), (0, -0.6, 0.0), (0, -0.68, 0)], [0.27, 0.22, 0.12]), 1, 1, 0.48)
    jaws = join(shift(rotate(snout, -20, "x"), 0, -0.4, 0.5), shift(snout, 0, -0.4, 0.22))
    feet = mirror(join(ball((0.16, 0.22, 0.13), (0.38, -0.16, 0.1)), ball((0.16, 0.22, 0.13), (0.36, 0.42, 0.1))))
    places = ((0, -0.1, 0.56), (0, 0.12, 0.58), (0, 0.34, 0.54), (0, 0.56, 0.46), (0.08, 0.78, 0.38))
    teeth = mirror(join(*(shift(cone(0.055, 0.14), 0.18, y, 0.27) for y in (-0.96, -0.8, -0.64))))
    white, pupils = eyes(0.15, -0.44, 0.68, 0.1)
    return [
        Part("crocodile", join(body, jaws, feet, mirror(ball(0.13, (0.15, -0.38, 0.64)))), None),
        Part("ridge", join(*(shift(cone(0.13, 0.2), *place) for place in places)), "leaf"),
        Part("teeth", join(teeth, white.mesh), "white"),
        pupils,
    ]


@object_class("snake", natural="green", parts=("stripes",), group="animal")
def snake(rng: Rng) -> list[Part]:
    coil = ring(0.48, 0.2, (0, 0.1, 0.2)), ring(0.32, 0.18, (0, 0.1, 0.5))
    neck = smooth_curve([(0.3, 0.1, 0.55), (0.1, -0.06, 0.78), (0, 0.06, 1.05), (0, -0.1, rng(1.25, 1.35))])
    head = ball((0.22, 0.27, 0.16), (0, -0.2, 1.36))
    tail = tube([(0.2, 0.55, 0.2), (0.6, 0.6, 0.16), (0.95, 0.35, 0.1)], [0.18, 0.12, 0.02])
    bands = [rotate(ring(0.19, 0.045, (0.48, 0.0, 0.2), "y"), a) for a in range(20, 360, 40)]
    bands += [rotate(ring(0.17, 0.045, (0.32, 0.0, 0.5), "y"), a) for a in range(0, 360, 60)]
    tongue = join(rod((0, -0.42, 1.34), (0, -0.6, 1.3), 0.04), mirror(rod((0, -0.58, 1.3), (0.09, -0.7, 1.28), 0.04)))
    return [
        Part("snake", join(*coil, tube(neck, 0.15), head, tail), None),
        Part("stripes", shift(join(*bands), 0, 0.1, 0), "yellow"),
        Part("tongue", tongue, "red"),
        *eyes(0.13, -0.3, 1.46, 0.075),
    ]


@object_class("dinosaur", natural="green", parts=("spikes",), group="animal")
def dinosaur(rng: Rng) -> list[Part]:
    body = tube(
        smooth_curve([(0, -0.55, 1.15), (0, -0.25, 1.0), (0, 0.1, 0.72), (0, 0.5, 0.5), (0, 1.05, 0.25)], 2),
        [0.14, 0.19, 0.24, 0.32, 0.37, 0.34, 0.26, 0.16, 0.05],
    )
    head = join(
        ball((0.24, 0.3, 0.22), (0, -0.55, 1.3)),
        ball((0.2, 0.26, 0.12), (0, -0.82, 1.26)),
        ball((0.17, 0.24, 0.07), (0, -0.78, 1.08)),
    )
    feet = mirror(
        join(
            ball((0.16, 0.22, 0.28), (0.26, 0.12, 0.46)),
            rod((0.27, 0.14, 0.35), (0.27, 0.06, 0.05), 0.12),
            ball((0.14, 0.22, 0.08), (0.27, -0.06, 0.07)),
        )
    )
    arms = mirror(tube([(0.2, -0.25, 0.86), (0.26, -0.44, 0.76), (0.24, -0.5, 0.86)], 0.07))
    ridge = ((-0.42, 1.5), (-0.18, 1.28), (0.06, 1.12), (0.32, 0.96), (0.58, 0.74), (0.82, 0.5))
    spikes = join(*(rod((0, y, z - 0.14), (0, y + 0.1, z + 0.14), rng(0.12, 0.14), 0.0) for y, z in ridge))
    belly = ball((0.24, 0.28, 0.32), (0, -0.1, 0.68))
    teeth = mirror(join(*(rotate(shift(cone(0.05, 0.1), 0.14, y, -1.18), 180, "y") for y in (-0.98, -0.86, -0.74))))
    return [
        Part("dinosaur", join(body, head, feet, arms), None),
        Part("belly", belly, "cream"),
        Part("spikes", spikes, "orange"),
        Part("teeth", teeth, "white"),
        *eyes(0.17, -0.62, 1.46, 0.09),
    ]


@object_class("dragon", natural="red", parts=("wings", "spikes"), group="animal")
def dragon(rng: Rng) -> list[Part]:
    body = tube(
        smooth_curve(
            [(0, -0.3, 1.2), (0, -0.2, 0.95), (0, 0.05, 0.6), (0, 0.45, 0.3), (0.2, 0.85, 0.18), (0.55, 0.95, 0.2)], 2
        ),
        [0.15, 0.18, 0.22, 0.3, 0.36, 0.33, 0.26, 0.2, 0.14, 0.1, 0.05],
    )
    head = join(ball((0.23, 0.24, 0.2), (0, -0.36, 1.34)), rod((0, -0.42, 1.3), (0, -0.78, 1.22), 0.19, 0.14))
    feet = mirror(
        join(
            ball((0.16, 0.24, 0.2), (0.28, 0.1, 0.26)),
            ball((0.13, 0.2, 0.08), (0.3, -0.14, 0.07)),
            tube([(0.2, -0.15, 0.8), (0.28, -0.36, 0.66)], 0.08),
        )
    )
    span = rng(0.9, 1.0)
    web = extrude(
        [
            (0.12, 0.75),
            (0.5, 1.25),
            (span, 1.5),
            (span + 0.05, 0.95),
            (0.75, 1.0),
            (0.6, 0.72),
            (0.42, 0.82),
            (0.2, 0.6),
        ],
        0.09,
        (0, 0.2, 0),
    )
    horns = mirror(rod((0.13, -0.28, 1.48), (0.22, -0.1, 1.78), 0.07, 0.0))
    ridge = ((-0.12, 1.24), (0.06, 1.06), (0.3, 0.82), (0.5, 0.6))
    spikes = join(horns, *(rod((0, y, z - 0.14), (0, y + 0.1, z + 0.12), 0.11, 0.0) for y, z in ridge))
    belly = ball((0.24, 0.26, 0.3), (0, -0.12, 0.56))
    return [
        Part("dragon", join(body, head, feet), None),
        Part("wings", mirror(web), "orange"),
        Part("spikes", join(spikes, belly), "yellow"),
        *eyes(0.15, -0.48, 1.46, 0.085),
    ]
