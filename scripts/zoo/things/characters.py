"""Figures that are neither people nor animals. All look towards -Y."""

from __future__ import annotations

from ..details import arc, beads, curved
from ..forms import (
    around,
    ball,
    box,
    extrude,
    joined,
    lathe,
    mirrored,
    ring,
    rod,
    rounded_outline,
    scaled,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("snowman", natural="white", parts=("hat", "scarf", "nose"), group="character")
def snowman(vary: Vary) -> list[Part]:
    fat = vary(0.42, 0.48)
    body = joined(ball(fat, (0, 0, 0.38)), ball(0.33, (0, 0, 0.92)), ball(0.26, (0, 0, 1.36)))
    hat = joined(rod((0, 0, 1.55), (0, 0, 1.61), 0.33), rod((0, 0, 1.58), (0, 0, 1.92), 0.21))
    scarf = joined(ring(0.24, 0.08, (0, 0, 1.15)), rod((0.14, -0.24, 1.12), (0.18, -0.36, 0.78), 0.08))
    dots = joined(beads(0.1, -0.22, 1.44, 0.055), ball(0.06, (0, -0.32, 1.0)), ball(0.06, (0, -0.33, 0.82)))
    twigs = mirrored(joined(rod((0.28, 0, 0.98), (0.72, 0, 1.2), 0.045), rod((0.56, 0, 1.1), (0.64, 0, 1.34), 0.04)))
    return [
        Part("snowman", body, None),
        Part("hat", hat, "black"),
        Part("scarf", scarf, "red"),
        Part("nose", rod((0, -0.22, 1.37), (0, -0.58, 1.33), 0.08, 0.0), "orange"),
        Part("buttons", dots, "black"),
        Part("arms", twigs, "brown"),
    ]


@thing("robot", natural="silver", parts=("eyes", "aerial"), group="character")
def robot(vary: Vary) -> list[Part]:
    wide = vary(0.58, 0.7)
    body = joined(
        box(wide, 0.44, 0.6, (0, 0, 0.66)), box(0.62, 0.46, 0.44, (0, 0, 1.26)), rod((0, 0, 0.9), (0, 0, 1.1), 0.12)
    )
    limbs = joined(
        rod((0.18, 0, 0.06), (0.18, 0, 0.4), 0.1), rod((0.5 * wide, 0, 0.84), (0.5 * wide + 0.2, 0, 0.5), 0.09)
    )
    feet = joined(box(0.26, 0.4, 0.14, (0.2, -0.05, 0.07)), ball(0.13, (0.5 * wide + 0.22, 0, 0.44)))
    panel = joined(box(0.66 * wide, 0.06, 0.3, (0, -0.22, 0.68)), box(0.3, 0.06, 0.08, (0, -0.23, 1.13)))
    aerial = joined(rod((0, 0, 1.45), (0, 0, 1.68), 0.045), ball(0.1, (0, 0, 1.74)), beads(0.34, 0, 1.26, 0.1))
    lights = joined(ball(0.06, (-0.12, -0.25, 0.72)), ball(0.06, (0.05, -0.25, 0.72)), aerial)
    return [
        Part("robot", joined(body, mirrored(limbs)), None),
        Part("hands", mirrored(feet), "grey"),
        Part("panel", panel, "black"),
        Part("aerial", lights, "red"),
        Part("eyes", mirrored(rod((0.15, -0.18, 1.32), (0.15, -0.27, 1.32), 0.1)), "yellow"),
    ]


@thing("ghost", natural="white", group="character")
def ghost(vary: Vary) -> list[Part]:
    tall = vary(0.95, 1.1)
    side = [
        (0.0, 0.12),
        (0.46, 0.12),
        (0.44, 0.4),
        (0.4, tall - 0.3),
        (0.3, tall - 0.06),
        (0.16, tall + 0.05),
        (0.0, tall + 0.08),
    ]
    hem = around(ball((0.15, 0.15, 0.17), (0.36, 0, 0.14)), 8)
    arms = mirrored(tube([(0.34, 0, 0.6), (0.52, -0.16, 0.62), (0.62, -0.2, 0.74)], [0.15, 0.12, 0.08]))
    face = joined(
        mirrored(ball((0.08, 0.08, 0.12), (0.14, -0.35, tall - 0.24))), ball((0.09, 0.06, 0.13), (0, -0.4, tall - 0.52))
    )
    return [Part("ghost", joined(lathe(curved(side)), hem, arms), None), Part("face", face, "black")]


@thing("skull", natural="white", group="character")
def skull(vary: Vary) -> list[Part]:
    head = joined(ball((0.5, 0.54, 0.46), (0, 0.06, 0.66)), mirrored(ball((0.15, 0.16, 0.13), (0.32, -0.3, 0.42))))
    jaw = extrude(rounded_outline(0.5, vary(0.36, 0.42), 0.1), 0.34, (0, -0.26, 0.2))
    sockets = mirrored(ball((0.16, 0.14, 0.17), (0.2, -0.42, 0.62)))
    nose = extrude([(-0.09, 0.32), (0.09, 0.32), (0.0, 0.5)], 0.14, (0, -0.44, 0))
    gaps = joined(
        *(box(0.04, 0.06, 0.2, (x, -0.43, 0.14)) for x in (-0.13, 0.0, 0.13)), box(0.5, 0.06, 0.035, (0, -0.42, 0.15))
    )
    return [Part("skull", joined(head, jaw), None), Part("sockets", joined(sockets, nose, gaps), "black")]


@thing("skeleton", natural="white", group="character")
def skeleton(vary: Vary) -> list[Part]:
    head = joined(ball((0.28, 0.28, 0.27), (0, 0, 1.42)), box(0.28, 0.26, 0.16, (0, -0.08, 1.2)))
    ribs = joined(
        *(
            scaled(ring(r, 0.05), 1, 0.65, 1).apply_translation((0, 0, z))
            for r, z in ((0.25, 1.0), (0.27, 0.86), (0.22, 0.72))
        )
    )
    trunk = joined(rod((0, 0.05, 0.45), (0, 0.05, 1.2), 0.065), ball((0.22, 0.13, 0.11), (0, 0.02, 0.5)))
    out = vary(0.48, 0.56)
    arms = joined(
        tube([(0.05, 0, 1.04), (0.3, 0, 1.04), (out, 0, 0.82), (out, -0.06, 0.52)], 0.055),
        ball(0.09, (out, -0.06, 0.5)),
    )
    shins = joined(
        rod((0.14, 0, 0.48), (0.16, 0, 0.05), 0.06),
        ball((0.1, 0.17, 0.06), (0.17, -0.07, 0.05)),
        ball(0.08, (0.15, 0, 0.28)),
    )
    dark = joined(
        mirrored(ball((0.09, 0.08, 0.1), (0.11, -0.23, 1.42))),
        box(0.2, 0.06, 0.05, (0, -0.2, 1.2)),
        ball(0.04, (0, -0.29, 1.31)),
    )
    return [
        Part("skeleton", joined(head, ribs, trunk, mirrored(joined(arms, shins))), None),
        Part("sockets", dark, "black"),
    ]


@thing("alien", natural="green", group="character")
def alien(vary: Vary) -> list[Part]:
    top = vary(0.4, 0.46)
    head = lathe(curved([(0.0, 0.62), (0.12, 0.64), (0.28, 0.84), (top, 1.14), (0.32, 1.42), (0.0, 1.52)]))
    body = joined(rod((0, 0, 0.2), (0, 0, 0.7), 0.2, 0.12), mirrored(rod((0.11, 0, 0), (0.11, 0, 0.3), 0.09)))
    arms = mirrored(
        joined(tube([(0.1, 0, 0.6), (0.34, -0.04, 0.4), (0.44, -0.1, 0.62)], 0.065), ball(0.1, (0.45, -0.1, 0.66)))
    )
    feet = mirrored(ball((0.11, 0.17, 0.06), (0.12, -0.07, 0.04)))
    feelers = mirrored(joined(tube([(0.14, 0, 1.4), (0.26, 0, 1.72)], 0.045), ball(0.085, (0.26, 0, 1.74))))
    dark = mirrored(turned(ball((0.12, 0.09, 0.19), (0.19, -0.3, 1.1)), -28, "y", about=(0.19, 0, 1.1)))
    return [
        Part("alien", joined(scaled(head, 1, 0.9, 1), body, arms, feet, feelers), None),
        Part("eyes", joined(dark, ball((0.08, 0.04, 0.03), (0, -0.25, 0.8))), "black"),
        Part("shine", mirrored(ball(0.05, (0.2, -0.4, 1.2))), "white"),
    ]


@thing("jack-o'-lantern", "halloween pumpkin", natural="orange", parts=("stem",), group="character")
def jack_o_lantern(vary: Vary) -> list[Part]:
    body = scaled(around(ball((0.34, 0.28, 0.4), (0.26, 0, 0.4)), 8), 1, 1, vary(0.9, 1.05))
    eye = [(0.08, 0.46), (0.34, 0.46), (0.2, 0.68)]
    upper = [(-0.4, 0.4), (-0.3, 0.33), (-0.16, 0.25), (-0.09, 0.32), (-0.02, 0.24), (0.12, 0.22), (0.18, 0.31)]
    lower = [(0.25, 0.28), (0.4, 0.4), (0.29, 0.17), (0.01, 0.08), (-0.27, 0.15)]
    nose = [(-0.07, 0.38), (0.07, 0.38), (0, 0.48)]
    cut = joined(*(extrude(hole, 0.12) for hole in (eye, [(-u, v) for u, v in eye], upper + lower, nose)))
    cut = cut.subdivide().subdivide().subdivide()
    u, _, v = cut.vertices.T
    cut.vertices[:, 1] -= (0.36 - 1.1 * u**2 - 1.1 * (v - 0.4) ** 2).clip(0) ** 0.5  # laid on the round front
    stem = tube([(0, 0, 0.7), (0, 0, 0.9), (0.14, 0, 1.02)], [0.12, 0.08, 0.08])
    return [Part("pumpkin", body, None), Part("face", cut, "black"), Part("stem", stem, "green")]


@thing("smiley", "smiley face", natural="yellow", group="character")
def smiley(vary: Vary) -> list[Part]:
    curve = vary(0.3, 0.36)
    mouth = [(curve * u, 0.42 * v) for u, v in arc(1.0, 200, 340, 11)]
    smile = tube([(u, -((0.6**2 - u * u - (v + 0.05) ** 2) ** 0.5), v + 0.0) for u, v in mouth], 0.06)
    dots = mirrored(ball((0.08, 0.07, 0.12), (0.2, -0.53, 0.18)))
    return [Part("face", ball(0.6), None), Part("smile", joined(smile, dots), "black")]


@thing("monster", natural="purple", parts=("horns",), group="character")
def monster(vary: Vary) -> list[Part]:
    body = lathe(curved([(0.0, 0.1), (0.4, 0.12), (0.48, 0.4), (0.44, 0.8), (vary(0.28, 0.34), 1.08), (0.0, 1.16)]))
    arms = mirrored(
        joined(tube(curved([(0.4, 0, 0.6), (0.62, 0, 0.5), (0.66, -0.1, 0.82)]), 0.1), ball(0.13, (0.66, -0.1, 0.86)))
    )
    feet = mirrored(ball((0.18, 0.24, 0.12), (0.22, -0.1, 0.1)))
    horns = mirrored(
        tube(
            curved([(0.24, 0, 1.0), (0.42, 0, 1.12), (0.44, 0, 1.36)]),
            [0.1, 0.1, 0.1, 0.09, 0.09, 0.08, 0.06, 0.04, 0.01],
        )
    )
    teeth = mirrored(joined(rod((0.08, -0.46, 0.48), (0.08, -0.48, 0.34), 0.06, 0.0)))
    dark = joined(ball((0.12, 0.07, 0.12), (0, -0.55, 0.8)), ball((0.24, 0.1, 0.08), (0, -0.42, 0.48)))
    return [
        Part("monster", joined(body, arms, feet), None),
        Part("eye", joined(ball((0.24, 0.2, 0.24), (0, -0.34, 0.8)), teeth), "white"),
        Part("pupil", dark, "black"),
        Part("horns", horns, "yellow"),
    ]
