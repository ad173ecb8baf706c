"""People of fairy tales. All look towards -Y."""

from __future__ import annotations

from ..details import beads, curved
from ..figure import HEAD, SIZE, face, gown, hair, shirt, shoes, skin, trousers
from ..forms import (
    around,
    ball,
    box,
    dome,
    extrude,
    joined,
    lathe,
    mirrored,
    ring,
    rod,
    scaled,
    star_outline,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("wizard", natural="purple", parts=("beard", "star"), group="character")
def wizard(vary: Vary) -> list[Part]:
    hat = joined(rod((0, 0, 1.46), (0, 0, 1.52), 0.5), rod((0, 0, 1.5), (0.06, 0.08, vary(2.1, 2.3)), 0.31, 0.02))
    beard = joined(
        rod((0, -0.2, 1.2), (0, -0.3, 0.6), 0.26, 0.03), mirrored(ball((0.13, 0.08, 0.07), (0.1, -0.32, 1.2)))
    )
    staff = joined(rod((0.5, -0.12, 0), (0.5, -0.12, 1.3), 0.05))
    stars = joined(ball(0.13, (0.5, -0.12, 1.36)), extrude(star_outline(5, 0.13, 0.06), 0.1, (0, -0.25, 1.68)))
    return [
        Part("robe", joined(gown(0.42), hat), None),
        Part("beard", beard, "white"),
        Part("skin", joined(skin(), ball(0.07, (0, -0.34, 1.27))), "skin"),
        Part("staff", staff, "brown"),
        Part("star", stars, "yellow"),
        Part("pupils", beads(0.12, -0.29, HEAD + 0.08, 0.05), "black"),
    ]


@thing("witch", natural="black", parts=("hair",), group="character")
def witch(vary: Vary) -> list[Part]:
    tip = vary(2.0, 2.15)
    hat = joined(
        rod((0, 0, 1.44), (0, 0, 1.5), 0.54),
        tube([(0, 0, 1.48), (0, 0.02, 1.85), (0.16, 0.06, tip)], [0.31, 0.15, 0.02]),
    )
    broom = joined(
        rod((0.52, -0.1, 0.1), (0.52, -0.1, 1.35), 0.05), rod((0.52, -0.1, 0.42), (0.52, -0.1, 0.0), 0.08, 0.2)
    )
    band = rod((0, 0, 1.5), (0, 0, 1.6), 0.315, 0.28)
    nose = rod((0, -0.28, 1.28), (0, -0.5, 1.2), 0.08, 0.02)
    return [
        Part("robe", joined(gown(0.42), hat), None),
        Part("skin", joined(skin(), nose), "green"),
        Part("hair", joined(rod((0, 0.1, 1.36), (0, 0.14, 0.85), 0.34, 0.38)), "orange"),
        Part("band", band, "purple"),
        Part("broom", broom, "wood"),
        Part("pupils", beads(0.12, -0.28, HEAD + 0.05, 0.055), "black"),
    ]


@thing("king", natural="red", parts=("crown",), group="character")
def king(vary: Vary) -> list[Part]:
    crown = joined(
        rod((0, 0, 1.5), (0, 0, 1.66), 0.29, 0.33),
        around(rod((0.26, 0, 1.6), (0.34, 0, vary(1.84, 1.92)), 0.11, 0.01), 6),
    )
    fur = joined(ring(0.4, 0.08, (0, 0, 0.07)), ring(0.2, 0.1, (0, 0, 0.98)), rod((0, -0.4, 0.1), (0, -0.2, 0.9), 0.09))
    beard = joined(ball((0.26, 0.16, 0.2), (0, -0.2, 1.1)))
    return [
        Part("robe", gown(0.42), None),
        Part("crown", crown, "gold"),
        Part("fur", fur, "white"),
        Part("skin", joined(skin()), "skin"),
        Part("beard", beard, "brown"),
        Part("pupils", beads(0.12, -0.29, HEAD + 0.07, 0.05), "black"),
    ]


@thing("princess", "queen", natural="pink", parts=("crown", "hair"), group="character")
def princess(vary: Vary) -> list[Part]:
    skirt = lathe(
        curved([(0.0, 0.0), (vary(0.5, 0.58), 0.0), (0.44, 0.25), (0.26, 0.5), (0.15, 0.66), (0.2, 0.96), (0.0, 1.0)])
    )
    arms = mirrored(rod((0.18, 0, 0.86), (0.46, -0.06, 0.6), 0.075))
    crown = joined(rod((0, 0, 1.53), (0, 0, 1.6), 0.22), around(rod((0.18, 0, 1.56), (0.22, 0, 1.82), 0.09, 0.01), 5))
    return [
        Part("dress", joined(skirt, mirrored(ball(0.13, (0.2, 0, 0.88)))), None),
        Part("skin", joined(skin(), arms), "skin"),
        Part("hair", hair(0.55), "yellow"),
        Part("crown", crown, "gold"),
        Part("face", face(), "black"),
    ]


@thing("knight", natural="silver", parts=("shield", "plume"), group="character")
def knight(vary: Vary) -> list[Part]:
    helmet = joined(
        rod((0, 0, 1.0), (0, 0, 1.4), 0.3),
        dome(0.3, (0, 0, 1.4), 0.85),
        rod((0, -0.2, 1.18), (0, -0.42, 1.12), 0.2, 0.04),
    )
    suit = joined(shirt(), trousers(), helmet, mirrored(ball(0.12, (0.48, -0.06, 0.56))))
    slit = joined(box(0.44, 0.1, 0.07, (0, -0.28, 1.34)), shoes())
    shield = extrude([(-0.24, 0.28), (0.24, 0.28), (0.24, 0.0), (0.0, -0.34), (-0.24, 0.0)], 0.08, (-0.5, -0.22, 0.6))
    sword = joined(box(0.1, 0.07, 0.75, (0.5, -0.14, 1.0)))
    hilt = joined(
        box(0.32, 0.1, 0.08, (0.5, -0.14, 0.64)),
        box(0.08, 0.14, 0.4, (-0.5, -0.22, 0.6)),
        box(0.34, 0.14, 0.08, (-0.5, -0.22, 0.68)),
    )
    plume = tube(curved([(0, -0.1, 1.62), (0, 0.08, vary(1.86, 1.95)), (0, 0.36, 1.6)]), 0.1)
    return [
        Part("armour", joined(suit, sword), None),
        Part("slit", slit, "black"),
        Part("shield", shield, "blue"),
        Part("hilt", hilt, "gold"),
        Part("plume", plume, "red"),
    ]


@thing("santa claus", "santa", "father christmas", natural="red", parts=("beard", "belt"), group="character")
def santa(vary: Vary) -> list[Part]:
    fat = vary(0.36, 0.42)
    coat = joined(ball((fat, fat - 0.04, 0.38), (0, 0, 0.66)), scaled(shirt(), 1.1), trousers())
    hat = tube(
        curved([(0, 0, 1.46), (0.02, 0.02, 1.74), (0.24, 0.05, 1.86), (0.42, 0.05, 1.68)]),
        [0.3, 0.28, 0.26, 0.23, 0.2, 0.17, 0.15, 0.13, 0.11, 0.1, 0.09, 0.08, 0.06],
    )
    white = joined(
        ball(0.1, (0.44, 0.05, 1.62)),
        ring(0.28, 0.08, (0, 0, 1.46)),
        ball((0.28, 0.18, 0.28), (0, -0.2, 1.08)),
        ring(fat - 0.05, 0.07, (0, 0, 0.4)),
    )
    belt = joined(
        rod((0, 0, 0.6), (0, 0, 0.72), fat + 0.02), scaled(shoes(), 1.15), beads(0.12, -0.29, HEAD + 0.07, 0.05)
    )
    return [
        Part("coat", joined(coat, hat), None),
        Part("beard", white, "white"),
        Part("skin", joined(ball(SIZE, (0, 0, HEAD)), ball(0.075, (0, -0.36, 1.25))), "skin"),
        Part("belt", joined(belt, mirrored(ball(0.12, (0.53, -0.06, 0.56)))), "black"),
        Part("buckle", box(0.18, 0.1, 0.16, (0, -fat, 0.66)), "gold"),
    ]


@thing("mermaid", natural="green", parts=("hair",), group="character")
def mermaid(vary: Vary) -> list[Part]:
    spine = curved([(0, 0, 0.75), (0, -0.1, 0.5), (0, -0.1, 0.25), (0.02, 0.15, 0.1), (0.04, 0.45, vary(0.2, 0.3))], 2)
    tail = tube(spine, [0.2, 0.24, 0.27, 0.26, 0.24, 0.2, 0.15, 0.11, 0.08])
    fluke = joined(
        *(turned(ball((0.13, 0.06, 0.3), (0.04, 0.5, 0.55)), a, "y", about=(0.04, 0.5, 0.28)) for a in (-50, 50))
    )
    body = joined(
        rod((0, 0, 0.6), (0, 0, 1.0), 0.19, 0.17),
        mirrored(rod((0.14, 0, 0.94), (0.46, -0.06, 0.66), 0.075)),
        skin(0.08),
    )
    top = mirrored(ball(0.11, (0.09, -0.14, 0.86)))
    return [
        Part("tail", joined(tail, fluke), None),
        Part("skin", body, "skin"),
        Part("hair", hair(0.5), "red"),
        Part("top", top, "purple"),
        Part("face", face(), "black"),
    ]


@thing("viking", natural="brown", parts=("beard", "shield"), group="character")
def viking(vary: Vary) -> list[Part]:
    helmet = joined(
        dome(0.35, (0, 0, 1.36), vary(0.8, 0.95)),
        ring(0.33, 0.06, (0, 0, 1.38)),
        rod((0, -0.36, 1.14), (0, -0.36, 1.4), 0.06),
    )
    horns = mirrored(
        tube(
            curved([(0.3, 0, 1.46), (0.56, 0, 1.52), (0.58, 0, 1.86)]),
            [0.12, 0.12, 0.12, 0.11, 0.1, 0.09, 0.07, 0.05, 0.01],
        )
    )
    beard = joined(rod((0, -0.17, 1.2), (0, -0.26, 0.72), 0.28, 0.05))
    shield = joined(rod((-0.52, -0.18, 0.62), (-0.52, -0.26, 0.62), 0.32))
    iron = joined(helmet, ball(0.1, (-0.52, -0.26, 0.62)))
    return [
        Part("clothes", joined(shirt(), trousers(), shoes()), None),
        Part("helmet", iron, "silver"),
        Part("horns", horns, "cream"),
        Part("beard", beard, "orange"),
        Part("shield", joined(shield), "red"),
        Part("skin", skin(), "skin"),
    ]


@thing("vampire", natural="black", parts=("waistcoat",), group="character")
def vampire(vary: Vary) -> list[Part]:
    cape = joined(
        rod((0, 0.12, 0.04), (0, 0.08, 1.0), vary(0.5, 0.56), 0.26),
        mirrored(extrude([(0.05, 0.95), (0.4, 1.34), (0.46, 0.92)], 0.1, (0, 0.12, 0))),
    )
    shirt_front = joined(scaled(rod((0, -0.3, 0.1), (0, -0.14, 1.0), 0.28, 0.15), 1, 1.0, 1))
    peak = joined(
        ball((0.345, 0.32, 0.3), (0, 0.07, HEAD + 0.08)),
        extrude([(-0.24, 0.3), (0.24, 0.3), (0.0, 0.08)], 0.1, (0, -0.24, HEAD)),
    )
    fangs = mirrored(rod((0.06, -0.3, HEAD - 0.12), (0.06, -0.32, HEAD - 0.26), 0.045, 0.0))
    return [
        Part("cape", joined(cape, peak), None),
        Part("waistcoat", shirt_front, "red"),
        Part("skin", ball(SIZE, (0, 0, HEAD)), "cream"),
        Part("fangs", fangs, "white"),
        Part(
            "face",
            joined(beads(0.12, -0.29, HEAD + 0.02, 0.05), ball((0.14, 0.05, 0.04), (0, -0.29, HEAD - 0.12))),
            "black",
        ),
    ]
