"""People of fairy tales. All look towards -Y."""

from __future__ import annotations

from .figure import HEAD, SIZE, face, gown, hair, shirt, shoes, skin, trousers
from .mesh_details import beads, smooth_curve
from .mesh_primitives import (
    ball,
    box,
    dome,
    extrude,
    join,
    lathe,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    scale,
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("wizard", natural="purple", parts=("beard", "star"), group="character")
def wizard(rng: Rng) -> list[Part]:
    hat = join(rod((0, 0, 1.46), (0, 0, 1.52), 0.5), rod((0, 0, 1.5), (0.06, 0.08, rng(2.1, 2.3)), 0.31, 0.02))
    beard = join(rod((0, -0.2, 1.2), (0, -0.3, 0.6), 0.26, 0.03), mirror(ball((0.13, 0.08, 0.07), (0.1, -0.32, 1.2))))
    staff = join(rod((0.5, -0.12, 0), (0.5, -0.12, 1.3), 0.05))
    stars = join(ball(0.13, (0.5, -0.12, 1.36)), extrude(star_outline(5, 0.13, 0.06), 0.1, (0, -0.25, 1.68)))
    return [
        Part("robe", join(gown(0.42), hat), None),
        Part("beard", beard, "white"),
        Part("skin", join(skin(), ball(0.07, (0, -0.34, 1.27))), "skin"),
        Part("staff", staff, "brown"),
        Part("star", stars, "yellow"),
        Part("pupils", beads(0.12, -0.29, HEAD + 0.08, 0.05), "black"),
    ]


@object_class("witch", natural="black", parts=("hair",), group="character")
def witch(rng: Rng) -> list[Part]:
    tip = rng(2.0, 2.15)
    hat = join(
        rod((0, 0, 1.44), (0, 0, 1.5), 0.54),
        tube([(0, 0, 1.48), (0, 0.02, 1.85), (0.16, 0.06, tip)], [0.31, 0.15, 0.02]),
    )
    broom = join(
        rod((0.52, -0.1, 0.1), (0.52, -0.1, 1.35), 0.05), rod((0.52, -0.1, 0.42), (0.52, -0.1, 0.0), 0.08, 0.2)
    )
    band = rod((0, 0, 1.5), (0, 0, 1.6), 0.315, 0.28)
    nose = rod((0, -0.28, 1.28), (0, -0.5, 1.2), 0.08, 0.02)
    return [
        Part("robe", join(gown(0.42), hat), None),
        Part("skin", join(skin(), nose), "green"),
        Part("hair", join(rod((0, 0.1, 1.36), (0, 0.14, 0.85), 0.34, 0.38)), "orange"),
        Part("band", band, "purple"),
        Part("broom", broom, "wood"),
        Part("pupils", beads(0.12, -0.28, HEAD + 0.05, 0.055), "black"),
    ]


@object_class("king", natural="red", parts=("crown",), group="character")
def king(rng: Rng) -> list[Part]:
    crown = join(
        rod((0, 0, 1.5), (0, 0, 1.66), 0.29, 0.33),
        repeat_around(rod((0.26, 0, 1.6), (0.34, 0, rng(1.84, 1.92)), 0.11, 0.01), 6),
    )
    fur = join(ring(0.4, 0.08, (0, 0, 0.07)), ring(0.2, 0.1, (0, 0, 0.98)), rod((0, -0.4, 0.1), (0, -0.2, 0.9), 0.09))
    beard = join(ball((0.26, 0.16, 0.2), (0, -0.2, 1.1)))
    return [
        Part("robe", gown(0.42), None),
        Part("crown", crown, "gold"),
        Part("fur", fur, "white"),
        Part("skin", join(skin()), "skin"),
        Part("beard", beard, "brown"),
        Part("pupils", beads(0.12, -0.29, HEAD + 0.07, 0.05), "black"),
    ]


@object_class("princess", "queen", natural="pink", parts=("crown", "hair"), group="character")
def princess(rng: Rng) -> list[Part]:
    skirt = lathe(
        smooth_curve(
            [(0.0, 0.0), (rng(0.5, 0.58), 0.0), (0.44, 0.25), (0.26, 0.5), (0.15, 0.66), (0.2, 0.96), (0.0, 1.0)]
        )
    )
    arms = mirror(rod((0.18, 0, 0.86), (0.46, -0.06, 0.6), 0.075))
    crown = join(
        rod((0, 0, 1.53), (0, 0, 1.6), 0.22), repeat_around(rod((0.18, 0, 1.56), (0.22, 0, 1.82), 0.09, 0.01), 5)
    )
    return [
        Part("dress", join(skirt, mirror(ball(0.13, (0.2, 0, 0.88)))), None),
        Part("skin", join(skin(), arms), "skin"),
        Part("hair", hair(0.55), "yellow"),
        Part("crown", crown, "gold"),
        Part("face", face(), "black"),
    ]


@object_class("knight", natural="silver", parts=("shield", "plume"), group="character")
def knight(rng: Rng) -> list[Part]:
    helmet = join(
        rod((0, 0, 1.0), (0, 0, 1.4), 0.3),
        dome(0.3, (0, 0, 1.4), 0.85),
        rod((0, -0.2, 1.18), (0, -0.42, 1.12), 0.2, 0.04),
    )
    suit = join(shirt(), trousers(), helmet, mirror(ball(0.12, (0.48, -0.06, 0.56))))
    slit = join(box(0.44, 0.1, 0.07, (0, -0.28, 1.34)), shoes())
    shield = extrude([(-0.24, 0.28), (0.24, 0.28), (0.24, 0.0), (0.0, -0.34), (-0.24, 0.0)], 0.08, (-0.5, -0.22, 0.6))
    sword = join(box(0.1, 0.07, 0.75, (0.5, -0.14, 1.0)))
    hilt = join(
        box(0.32, 0.1, 0.08, (0.5, -0.14, 0.64)),
        box(0.08, 0.14, 0.4, (-0.5, -0.22, 0.6)),
        box(0.34, 0.14, 0.08, (-0.5, -0.22, 0.68)),
    )
    plume = tube(smooth_curve([(0, -0.1, 1.62), (0, 0.08, rng(1.86, 1.95)), (0, 0.36, 1.6)]), 0.1)
    return [
        Part("armour", join(suit, sword), None),
        Part("slit", slit, "black"),
        Part("shield", shield, "blue"),
        Part("hilt", hilt, "gold"),
        Part("plume", plume, "red"),
    ]


@object_class("santa claus", "santa", "father christmas", natural="red", parts=("beard", "belt"), group="character")
def santa(rng: Rng) -> list[Part]:
    fat = rng(0.36, 0.42)
    coat = join(ball((fat, fat - 0.04, 0.38), (0, 0, 0.66)), scale(shirt(), 1.1), trousers())
    hat = tube(
        smooth_curve([(0, 0, 1.46), (0.02, 0.02, 1.74), (0.24, 0.05, 1.86), (0.42, 0.05, 1.68)]),
        [0.3, 0.28, 0.26, 0.23, 0.2, 0.17, 0.15, 0.13, 0.11, 0.1, 0.09, 0.08, 0.06],
    )
    white = join(
        ball(0.1, (0.44, 0.05, 1.62)),
        ring(0.28, 0.08, (0, 0, 1.46)),
        ball((0.28, 0.18, 0.28), (0, -0.2, 1.08)),
        ring(fat - 0.05, 0.07, (0, 0, 0.4)),
    )
    belt = join(rod((0, 0, 0.6), (0, 0, 0.72), fat + 0.02), scale(shoes(), 1.15), beads(0.12, -0.29, HEAD + 0.07, 0.05))
    return [
        Part("coat", join(coat, hat), None),
        Part("beard", white, "white"),
        Part("skin", join(ball(SIZE, (0, 0, HEAD)), ball(0.075, (0, -0.36, 1.25))), "skin"),
        Part("belt", join(belt, mirror(ball(0.12, (0.53, -0.06, 0.56)))), "black"),
        Part("buckle", box(0.18, 0.1, 0.16, (0, -fat, 0.66)), "gold"),
    ]


@object_class("mermaid", natural="green", parts=("hair",), group="character")
def mermaid(rng: Rng) -> list[Part]:
    spine = smooth_curve(
        [(0, 0, 0.75), (0, -0.1, 0.5), (0, -0.1, 0.25), (0.02, 0.15, 0.1), (0.04, 0.45, rng(0.2, 0.3))], 2
    )
    tail = tube(spine, [0.2, 0.24, 0.27, 0.26, 0.24, 0.2, 0.15, 0.11, 0.08])
    fluke = join(
        *(rotate(ball((0.13, 0.06, 0.3), (0.04, 0.5, 0.55)), a, "y", about=(0.04, 0.5, 0.28)) for a in (-50, 50))
    )
    body = join(
        rod((0, 0, 0.6), (0, 0, 1.0), 0.19, 0.17),
        mirror(rod((0.14, 0, 0.94), (0.46, -0.06, 0.66), 0.075)),
        skin(0.08),
    )
    top = mirror(ball(0.11, (0.09, -0.14, 0.86)))
    return [
        Part("tail", join(tail, fluke), None),
        Part("skin", body, "skin"),
        Part("hair", hair(0.5), "red"),
        Part("top", top, "purple"),
        Part("face", face(), "black"),
    ]


@object_class("viking", natural="brown", parts=("beard", "shield"), group="character")
def viking(rng: Rng) -> list[Part]:
    helmet = join(
        dome(0.35, (0, 0, 1.36), rng(0.8, 0.95)),
        ring(0.33, 0.06, (0, 0, 1.38)),
        rod((0, -0.36, 1.14), (0, -0.36, 1.4), 0.06),
    )
    horns = mirror(
        tube(
            smooth_curve([(0.3, 0, 1.46), (0.56, 0, 1.52), (0.58, 0, 1.86)]),
            [0.12, 0.12, 0.12, 0.11, 0.1, 0.09, 0.07, 0.05, 0.01],
        )
    )
    beard = join(rod((0, -0.17, 1.2), (0, -0.26, 0.72), 0.28, 0.05))
    shield = join(rod((-0.52, -0.18, 0.62), (-0.52, -0.26, 0.62), 0.32))
    iron = join(helmet, ball(0.1, (-0.52, -0.26, 0.62)))
    return [
        Part("clothes", join(shirt(), trousers(), shoes()), None),
        Part("helmet", iron, "silver"),
        Part("horns", horns, "cream"),
        Part("beard", beard, "orange"),
        Part("shield", join(shield), "red"),
        Part("skin", skin(), "skin"),
    ]


@object_class("vampire", natural="black", parts=("waistcoat",), group="character")
def vampire(rng: Rng) -> list[Part]:
    cape = join(
        rod((0, 0.12, 0.04), (0, 0.08, 1.0), rng(0.5, 0.56), 0.26),
        mirror(extrude([(0.05, 0.95), (0.4, 1.34), (0.46, 0.92)], 0.1, (0, 0.12, 0))),
    )
    shirt_front = join(scale(rod((0, -0.3, 0.1), (0, -0.14, 1.0), 0.28, 0.15), 1, 1.0, 1))
    peak = join(
        ball((0.345, 0.32, 0.3), (0, 0.07, HEAD + 0.08)),
        extrude([(-0.24, 0.3), (0.24, 0.3), (0.0, 0.08)], 0.1, (0, -0.24, HEAD)),
    )
    fangs = mirror(rod((0.06, -0.3, HEAD - 0.12), (0.06, -0.32, HEAD - 0.26), 0.045, 0.0))
    return [
        Part("cape", join(cape, peak), None),
        Part("waistcoat", shirt_front, "red"),
        Part("skin", ball(SIZE, (0, 0, HEAD)), "cream"),
        Part("fangs", fangs, "white"),
        Part(
            "face",
            join(beads(0.12, -0.29, HEAD + 0.02, 0.05), ball((0.14, 0.05, 0.04), (0, -0.29, HEAD - 0.12))),
            "black",
        ),
    ]
