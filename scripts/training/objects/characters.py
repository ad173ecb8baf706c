"""Figures that are neither people nor animals. All look towards -Y."""

from __future__ import annotations

from .mesh_details import arc, beads, smooth_curve
from .mesh_primitives import (
    ball,
    box,
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
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("snowman", natural="white", parts=("hat", "scarf", "nose"), group="character")
def snowman(rng: Rng) -> list[Part]:
    fat = rng(0.42, 0.48)
    body = join(ball(fat, (0, 0, 0.38)), ball(0.33, (0, 0, 0.92)), ball(0.26, (0, 0, 1.36)))
    hat = join(rod((0, 0, 1.55), (0, 0, 1.61), 0.33), rod((0, 0, 1.58), (0, 0, 1.92), 0.21))
    scarf = join(ring(0.24, 0.08, (0, 0, 1.15)), rod((0.14, -0.24, 1.12), (0.18, -0.36, 0.78), 0.08))
    dots = join(beads(0.1, -0.22, 1.44, 0.055), ball(0.06, (0, -0.32, 1.0)), ball(0.06, (0, -0.33, 0.82)))
    twigs = mirror(join(rod((0.28, 0, 0.98), (0.72, 0, 1.2), 0.045), rod((0.56, 0, 1.1), (0.64, 0, 1.34), 0.04)))
    return [
        Part("snowman", body, None),
        Part("hat", hat, "black"),
        Part("scarf", scarf, "red"),
        Part("nose", rod((0, -0.22, 1.37), (0, -0.58, 1.33), 0.08, 0.0), "orange"),
        Part("buttons", dots, "black"),
        Part("arms", twigs, "brown"),
    ]


@object_class("robot", natural="silver", parts=("eyes", "aerial"), group="character")
def robot(rng: Rng) -> list[Part]:
    wide = rng(0.58, 0.7)
    body = join(
        box(wide, 0.44, 0.6, (0, 0, 0.66)), box(0.62, 0.46, 0.44, (0, 0, 1.26)), rod((0, 0, 0.9), (0, 0, 1.1), 0.12)
    )
    limbs = join(
        rod((0.18, 0, 0.06), (0.18, 0, 0.4), 0.1), rod((0.5 * wide, 0, 0.84), (0.5 * wide + 0.2, 0, 0.5), 0.09)
    )
    feet = join(box(0.26, 0.4, 0.14, (0.2, -0.05, 0.07)), ball(0.13, (0.5 * wide + 0.22, 0, 0.44)))
    panel = join(box(0.66 * wide, 0.06, 0.3, (0, -0.22, 0.68)), box(0.3, 0.06, 0.08, (0, -0.23, 1.13)))
    aerial = join(rod((0, 0, 1.45), (0, 0, 1.68), 0.045), ball(0.1, (0, 0, 1.74)), beads(0.34, 0, 1.26, 0.1))
    lights = join(ball(0.06, (-0.12, -0.25, 0.72)), ball(0.06, (0.05, -0.25, 0.72)), aerial)
    return [
        Part("robot", join(body, mirror(limbs)), None),
        Part("hands", mirror(feet), "grey"),
        Part("panel", panel, "black"),
        Part("aerial", lights, "red"),
        Part("eyes", mirror(rod((0.15, -0.18, 1.32), (0.15, -0.27, 1.32), 0.1)), "yellow"),
    ]


@object_class("ghost", natural="white", group="character")
def ghost(rng: Rng) -> list[Part]:
    tall = rng(0.95, 1.1)
    side = [
        (0.0, 0.12),
        (0.46, 0.12),
        (0.44, 0.4),
        (0.4, tall - 0.3),
        (0.3, tall - 0.06),
        (0.16, tall + 0.05),
        (0.0, tall + 0.08),
    ]
    hem = repeat_around(ball((0.15, 0.15, 0.17), (0.36, 0, 0.14)), 8)
    arms = mirror(tube([(0.34, 0, 0.6), (0.52, -0.16, 0.62), (0.62, -0.2, 0.74)], [0.15, 0.12, 0.08]))
    face = join(
        mirror(ball((0.08, 0.08, 0.12), (0.14, -0.35, tall - 0.24))), ball((0.09, 0.06, 0.13), (0, -0.4, tall - 0.52))
    )
    return [Part("ghost", join(lathe(smooth_curve(side)), hem, arms), None), Part("face", face, "black")]


@object_class("skull", natural="white", group="character")
def skull(rng: Rng) -> list[Part]:
    head = join(ball((0.5, 0.54, 0.46), (0, 0.06, 0.66)), mirror(ball((0.15, 0.16, 0.13), (0.32, -0.3, 0.42))))
    jaw = extrude(rounded_outline(0.5, rng(0.36, 0.42), 0.1), 0.34, (0, -0.26, 0.2))
    sockets = mirror(ball((0.16, 0.14, 0.17), (0.2, -0.42, 0.62)))
    nose = extrude([(-0.09, 0.32), (0.09, 0.32), (0.0, 0.5)], 0.14, (0, -0.44, 0))
    gaps = join(
        *(box(0.04, 0.06, 0.2, (x, -0.43, 0.14)) for x in (-0.13, 0.0, 0.13)), box(0.5, 0.06, 0.035, (0, -0.42, 0.15))
    )
    return [Part("skull", join(head, jaw), None), Part("sockets", join(sockets, nose, gaps), "black")]


@object_class("skeleton", natural="white", group="character")
def skeleton(rng: Rng) -> list[Part]:
    head = join(ball((0.28, 0.28, 0.27), (0, 0, 1.42)), box(0.28, 0.26, 0.16, (0, -0.08, 1.2)))
    ribs = join(
        *(
            scale(ring(r, 0.05), 1, 0.65, 1).apply_translation((0, 0, z))
            for r, z in ((0.25, 1.0), (0.27, 0.86), (0.22, 0.72))
        )
    )
    trunk = join(rod((0, 0.05, 0.45), (0, 0.05, 1.2), 0.065), ball((0.22, 0.13, 0.11), (0, 0.02, 0.5)))
    out = rng(0.48, 0.56)
    arms = join(
        tube([(0.05, 0, 1.04), (0.3, 0, 1.04), (out, 0, 0.82), (out, -0.06, 0.52)], 0.055),
        ball(0.09, (out, -0.06, 0.5)),
    )
    shins = join(
        rod((0.14, 0, 0.48), (0.16, 0, 0.05), 0.06),
        ball((0.1, 0.17, 0.06), (0.17, -0.07, 0.05)),
        ball(0.08, (0.15, 0, 0.28)),
    )
    dark = join(
        mirror(ball((0.09, 0.08, 0.1), (0.11, -0.23, 1.42))),
        box(0.2, 0.06, 0.05, (0, -0.2, 1.2)),
        ball(0.04, (0, -0.29, 1.31)),
    )
    return [
        Part("skeleton", join(head, ribs, trunk, mirror(join(arms, shins))), None),
        Part("sockets", dark, "black"),
    ]


@object_class("alien", natural="green", group="character")
def alien(rng: Rng) -> list[Part]:
    top = rng(0.4, 0.46)
    head = lathe(smooth_curve([(0.0, 0.62), (0.12, 0.64), (0.28, 0.84), (top, 1.14), (0.32, 1.42), (0.0, 1.52)]))
    body = join(rod((0, 0, 0.2), (0, 0, 0.7), 0.2, 0.12), mirror(rod((0.11, 0, 0), (0.11, 0, 0.3), 0.09)))
    arms = mirror(
        join(tube([(0.1, 0, 0.6), (0.34, -0.04, 0.4), (0.44, -0.1, 0.62)], 0.065), ball(0.1, (0.45, -0.1, 0.66)))
    )
    feet = mirror(ball((0.11, 0.17, 0.06), (0.12, -0.07, 0.04)))
    feelers = mirror(join(tube([(0.14, 0, 1.4), (0.26, 0, 1.72)], 0.045), ball(0.085, (0.26, 0, 1.74))))
    dark = mirror(rotate(ball((0.12, 0.09, 0.19), (0.19, -0.3, 1.1)), -28, "y", about=(0.19, 0, 1.1)))
    return [
        Part("alien", join(scale(head, 1, 0.9, 1), body, arms, feet, feelers), None),
        Part("eyes", join(dark, ball((0.08, 0.04, 0.03), (0, -0.25, 0.8))), "black"),
        Part("shine", mirror(ball(0.05, (0.2, -0.4, 1.2))), "white"),
    ]


@object_class("jack-o'-lantern", "halloween pumpkin", natural="orange", parts=("stem",), group="character")
def jack_o_lantern(rng: Rng) -> list[Part]:
    body = scale(repeat_around(ball((0.34, 0.28, 0.4), (0.26, 0, 0.4)), 8), 1, 1, rng(0.9, 1.05))
    eye = [(0.08, 0.46), (0.34, 0.46), (0.2, 0.68)]
    upper = [(-0.4, 0.4), (-0.3, 0.33), (-0.16, 0.25), (-0.09, 0.32), (-0.02, 0.24), (0.12, 0.22), (0.18, 0.31)]
    lower = [(0.25, 0.28), (0.4, 0.4), (0.29, 0.17), (0.01, 0.08), (-0.27, 0.15)]
    nose = [(-0.07, 0.38), (0.07, 0.38), (0, 0.48)]
    cut = join(*(extrude(hole, 0.12) for hole in (eye, [(-u, v) for u, v in eye], upper + lower, nose)))
    cut = cut.subdivide().subdivide().subdivide()
    u, _, v = cut.vertices.T
    cut.vertices[:, 1] -= (0.36 - 1.1 * u**2 - 1.1 * (v - 0.4) ** 2).clip(0) ** 0.5  # laid on the round front
    stem = tube([(0, 0, 0.7), (0, 0, 0.9), (0.14, 0, 1.02)], [0.12, 0.08, 0.08])
    return [Part("pumpkin", body, None), Part("face", cut, "black"), Part("stem", stem, "green")]


@object_class("smiley", "smiley face", natural="yellow", group="character")
def smiley(rng: Rng) -> list[Part]:
    curve = rng(0.3, 0.36)
    mouth = [(curve * u, 0.42 * v) for u, v in arc(1.0, 200, 340, 11)]
    smile = tube([(u, -((0.6**2 - u * u - (v + 0.05) ** 2) ** 0.5), v + 0.0) for u, v in mouth], 0.06)
    dots = mirror(ball((0.08, 0.07, 0.12), (0.2, -0.53, 0.18)))
    return [Part("face", ball(0.6), None), Part("smile", join(smile, dots), "black")]


@object_class("monster", natural="purple", parts=("horns",), group="character")
def monster(rng: Rng) -> list[Part]:
    body = lathe(
        smooth_curve([(0.0, 0.1), (0.4, 0.12), (0.48, 0.4), (0.44, 0.8), (rng(0.28, 0.34), 1.08), (0.0, 1.16)])
    )
    arms = mirror(
        join(
            tube(smooth_curve([(0.4, 0, 0.6), (0.62, 0, 0.5), (0.66, -0.1, 0.82)]), 0.1), ball(0.13, (0.66, -0.1, 0.86))
        )
    )
    feet = mirror(ball((0.18, 0.24, 0.12), (0.22, -0.1, 0.1)))
    horns = mirror(
        tube(
            smooth_curve([(0.24, 0, 1.0), (0.42, 0, 1.12), (0.44, 0, 1.36)]),
            [0.1, 0.1, 0.1, 0.09, 0.09, 0.08, 0.06, 0.04, 0.01],
        )
    )
    teeth = mirror(join(rod((0.08, -0.46, 0.48), (0.08, -0.48, 0.34), 0.06, 0.0)))
    dark = join(ball((0.12, 0.07, 0.12), (0, -0.55, 0.8)), ball((0.24, 0.1, 0.08), (0, -0.42, 0.48)))
    return [
        Part("monster", join(body, arms, feet), None),
        Part("eye", join(ball((0.24, 0.2, 0.24), (0, -0.34, 0.8)), teeth), "white"),
        Part("pupil", dark, "black"),
        Part("horns", horns, "yellow"),
    ]
