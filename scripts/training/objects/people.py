"""People in the clothes of their trade. All look towards -Y."""

from __future__ import annotations

from .figure import HEAD, SIZE, face, hair, shirt, shoes, skin, trousers
from .mesh_details import beads
from .mesh_primitives import (
    ball,
    box,
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
)
from .object_class import Part, Rng, object_class


@object_class("person", "man", natural="red", parts=("trousers", "hair"), group="character")
def person(rng: Rng) -> list[Part]:
    lift = rng(-0.05, 0.1)
    return [
        Part("shirt", shirt(lift), None),
        Part("trousers", trousers(), "blue"),
        Part("skin", skin(lift), "skin"),
        Part("hair", hair(), "brown"),
        Part("face", join(face(), shoes()), "black"),
    ]


@object_class("astronaut", "spaceman", natural="white", parts=("visor",), group="character")
def astronaut(rng: Rng) -> list[Part]:
    helmet = join(ball(0.42, (0, 0, HEAD)), ring(0.28, 0.09, (0, 0, 0.98)))
    suit = join(scale(shirt(), 1.12, 1.2, 1), scale(trousers(), 1.15, 1.2, 1), helmet)
    visor = ball((0.32, 0.2, rng(0.24, 0.28)), (0, -0.27, HEAD))
    pack = join(box(0.5, 0.26, 0.6, (0, 0.34, 0.85)), mirror(ball((0.17, 0.25, 0.13), (0.18, -0.06, 0.08))))
    panel = join(box(0.28, 0.1, 0.18, (0, -0.29, 0.76)), mirror(ring(0.14, 0.05, (0.17, 0, 0.24))))
    return [
        Part("suit", join(suit, mirror(ball(0.14, (0.53, -0.06, 0.56)))), None),
        Part("visor", visor, "black"),
        Part("pack", pack, "grey"),
        Part("panel", panel, "red"),
        Part("shine", ball((0.08, 0.05, 0.06), (-0.14, -0.44, HEAD + 0.1)), "glass"),
    ]


@object_class("pirate", natural="red", parts=("hat",), group="character")
def pirate(rng: Rng) -> list[Part]:
    brim = [(-0.5, 0.0), (0.5, 0.0), (0.42, 0.16), (0.2, 0.2), (0.0, rng(0.4, 0.46)), (-0.2, 0.2), (-0.42, 0.16)]
    hat = join(extrude(brim, 0.16, (0, -0.22, 1.44)), dome(0.33, (0, 0, 1.42), 0.8))
    patch = join(ball((0.1, 0.07, 0.09), (0.12, -0.28, 1.32)), rod((-0.3, -0.16, 1.42), (0.3, -0.16, 1.3), 0.03))
    dark = join(hat, patch, ball(0.055, (-0.12, -0.29, 1.32)), mirror(ball((0.14, 0.2, 0.1), (-0.16, -0.06, 0.07))))
    beard = ball((0.24, 0.16, 0.18), (0, -0.2, 1.1))
    bones = join(ball(0.1, (0, -0.3, 1.64)), mirror(rod((-0.16, -0.31, 1.5), (0.16, -0.31, 1.56), 0.035)))
    hook = ring(0.12, 0.04, (-0.5, -0.06, 0.44), "y", (-90, 180))
    return [
        Part("coat", shirt(), None),
        Part("hat", dark, "black"),
        Part("trousers", join(trousers(), beard), "brown"),
        Part("skin", skin(), "skin"),
        Part("bones", bones, "white"),
        Part("hook", join(hook, box(0.6, 0.5, 0.1, (0, 0, 0.5))), "gold"),
    ]


@object_class("clown", natural="yellow", parts=("hair", "nose"), group="character")
def clown(rng: Rng) -> list[Part]:
    puff = rng(0.2, 0.24)
    curls = mirror(
        join(
            ball(puff, (0.34, 0.04, HEAD + 0.08)),
            ball(0.8 * puff, (0.36, 0.04, HEAD - 0.12)),
            ball(0.8 * puff, (0.24, 0.05, HEAD + 0.26)),
        )
    )
    buttons = join(*(ball(0.075, (0, -0.27, z)) for z in (0.58, 0.74, 0.9)))
    red = join(ball(0.11, (0, -0.35, HEAD - 0.02)), buttons, mirror(ball((0.17, 0.32, 0.1), (0.19, -0.14, 0.07))))
    hat = join(rod((0, 0, HEAD + 0.26), (0, 0, HEAD + 0.68), 0.17, 0.01))
    ruff = repeat_around(ball((0.12, 0.1, 0.08), (0.24, 0, 0.98)), 9)
    return [
        Part("suit", join(shirt(), trousers()), None),
        Part("hair", curls, "orange"),
        Part("nose", red, "red"),
        Part("face", join(ball(SIZE, (0, 0, HEAD)), ruff, mirror(ball(0.11, (0.48, -0.06, 0.56)))), "white"),
        Part("hat", hat, "blue"),
        Part("pupils", face(), "black"),
    ]


@object_class("ninja", natural="black", parts=("belt",), group="character")
def ninja(rng: Rng) -> list[Part]:
    body = join(shirt(0.1), trousers(), ball(SIZE, (0, 0, HEAD)), shoes())
    band = join(ring(0.3, 0.06, (0, 0, HEAD + 0.16)), rod((0, 0, 0.5), (0, 0, 0.6), 0.29))
    tails = join(mirror(rod((0.02, 0.32, HEAD + 0.14), (0.14, 0.6, HEAD + rng(-0.1, 0.05)), 0.06, 0.08)))
    slit = join(ball((0.26, 0.12, 0.1), (0, -0.24, HEAD + 0.02)), mirror(ball(0.1, (0.48, -0.06, 0.66))))
    sword = box(0.07, 0.07, 1.1, (0, 0, 0))
    sword = shift(rotate(sword, 40, "y"), 0, 0.3, 0.95)
    return [
        Part("clothes", body, None),
        Part("belt", join(band, tails), "red"),
        Part("skin", slit, "skin"),
        Part("sword", sword, "silver"),
        Part("pupils", beads(0.1, -0.34, HEAD + 0.02, 0.045), "black"),
    ]


@object_class("chef", "cook", natural="white", parts=("hat", "scarf"), group="character")
def chef(rng: Rng) -> list[Part]:
    tall = rng(1.86, 2.0)
    hat = join(
        rod((0, 0, 1.46), (0, 0, tall - 0.16), 0.26),
        repeat_around(ball(0.19, (0.2, 0, tall - 0.1)), 6),
        ball(0.22, (0, 0, tall - 0.02)),
    )
    pan = join(
        rod((0.52, -0.12, 0.66), (0.52, -0.12, 0.95), 0.05),
        scale(rod((0.52, -0.16, 1.15), (0.52, -0.06, 1.15), 0.23), 1),
    )
    tash = mirror(ball((0.14, 0.06, 0.06), (0.11, -0.31, HEAD - 0.08)))
    return [
        Part("jacket", shirt(), None),
        Part("hat", hat, "white"),
        Part("trousers", join(trousers(), tash), "grey"),
        Part("skin", skin(), "skin"),
        Part("scarf", join(ring(0.2, 0.08, (0, 0, 1.0)), rod((0, -0.26, 0.98), (0, -0.32, 0.8), 0.06, 0.1)), "red"),
        Part("pan", join(pan, shoes(), beads(0.12, -0.29, HEAD + 0.06, 0.05)), "black"),
    ]


@object_class("cowboy", natural="blue", parts=("hat",), group="character")
def cowboy(rng: Rng) -> list[Part]:
    brim = rotate(scale(ball((0.5, 0.42, 0.06)), 1), 0)
    crown = join(
        rod((0, 0, 1.46), (0, 0, rng(1.72, 1.8)), 0.29, 0.23),
        mirror(rod((0.4, -0.24, 1.54), (0.4, 0.24, 1.54), 0.08)),
    )
    hat = join(shift(brim, 0, 0, 1.48), crown)
    scarf = extrude([(-0.24, 1.04), (0.24, 1.04), (0.0, 0.76)], 0.1, (0, -0.26, 0))
    return [
        Part("shirt", join(shirt()), None),
        Part("hat", join(hat, shoes()), "brown"),
        Part("trousers", trousers(), "wood"),
        Part("skin", skin(), "skin"),
        Part("scarf", join(scarf, ring(0.2, 0.07, (0, 0, 1.0))), "red"),
        Part("face", join(face(), rod((0, 0, 0.5), (0, 0, 0.58), 0.29)), "black"),
    ]
