"""Figures of plush, dough, wood and straw, for the house and the garden. All look towards -Y."""

from __future__ import annotations

from .figure import HEAD, face, hair, shoes, skin
from .mesh_details import arc, beads, smooth_curve
from .mesh_primitives import (
    ball,
    box,
    join,
    lathe,
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


@object_class("teddy bear", "teddy", natural="wood", parts=("ribbon",), group="character")
def teddy_bear(rng: Rng) -> list[Part]:
    body = join(
        ball((0.34, 0.3, 0.36), (0, 0, 0.42)),
        ball((0.36, 0.32, 0.33), (0, -0.02, 1.0)),
        mirror(ball((0.14, 0.09, 0.14), (0.28, 0, 1.28))),
    )
    lift = rng(0.6, 0.8)
    arms = mirror(rod((0.26, 0, 0.62), (0.52, -0.14, lift), 0.12, 0.14))
    body = join(
        body,
        arms,
        mirror(ball(0.14, (0.52, -0.14, lift))),
        mirror(join(rod((0.2, 0, 0.16), (0.3, -0.4, 0.16), 0.16))),
    )
    light = join(ball((0.17, 0.15, 0.13), (0, -0.28, 0.92)), ball((0.22, 0.16, 0.24), (0, -0.19, 0.42)))
    pads = mirror(
        join(rod((0.29, -0.36, 0.16), (0.305, -0.43, 0.16), 0.12), ball((0.09, 0.06, 0.09), (0.28, -0.06, 1.28)))
    )
    dark = join(ball((0.08, 0.06, 0.06), (0, -0.42, 0.98)), beads(0.14, -0.29, 1.1, 0.06))
    bow = mirror(rod((0.02, -0.28, 0.7), (0.22, -0.3, 0.7), 0.04, 0.12))
    return [
        Part("bear", body, None),
        Part("muzzle", join(light, pads), "cream"),
        Part("pupils", dark, "black"),
        Part("ribbon", bow, "red"),
    ]


@object_class("gingerbread man", natural="wood", parts=("buttons",), group="character")
def gingerbread_man(rng: Rng) -> list[Part]:
    deep = rng(0.16, 0.22)
    limb = (
        rod((0.1, 0, 0.7), (0.5, 0, 0.84), 0.15),
        ball(0.16, (0.52, 0, 0.85)),
        rod((0.12, 0, 0.5), (0.26, 0, 0.14), 0.17),
        ball(0.18, (0.26, 0, 0.15)),
    )
    dough = join(ball(0.33, (0, 0, 1.2)), ball((0.26, 0.26, 0.38), (0, 0, 0.65)), mirror(join(*limb)))
    y = -0.33 * deep / 0.3 * 0.95
    smile = tube([(0.15 * u, y - 0.03, 1.18 + 0.15 * v) for u, v in arc(1, 200, 340, 9)], 0.035)
    cuffs = mirror(
        join(
            tube([(0.42, y * 0.6, 0.68), (0.38, y * 0.6, 0.96)], 0.04),
            tube([(0.1, y * 0.62, 0.24), (0.38, y * 0.62, 0.3)], 0.04),
        )
    )
    icing = join(smile, cuffs, mirror(ball(0.055, (0.12, y, 1.28))))
    buttons = join(*(ball((0.07, 0.06, 0.07), (0, -0.26 * deep / 0.3, z)) for z in (0.5, 0.68, 0.86)))
    return [
        Part("dough", scale(dough, 1, deep / 0.3, 1), None),
        Part("icing", icing, "white"),
        Part("buttons", buttons, "red"),
    ]


@object_class("matryoshka", "russian doll", natural="red", parts=("apron",), group="character")
def matryoshka(rng: Rng) -> list[Part]:
    body = lathe(
        smooth_curve(
            [
                (0.0, 0.0),
                (0.3, 0.0),
                (0.46, 0.3),
                (0.4, 0.68),
                (0.27, 0.84),
                (0.33, 1.06),
                (rng(0.24, 0.28), 1.28),
                (0.0, 1.36),
            ]
        )
    )
    face = ball((0.23, 0.16, 0.23), (0, -0.2, 1.05))
    apron = ball((0.34, 0.16, 0.3), (0, -0.34, 0.38))
    petals = shift(repeat_around(ball((0.11, 0.05, 0.08), (0.13, 0, 0)), 5, "y"), 0, -0.5, 0.4)
    return [
        Part("doll", body, None),
        Part("face", face, "skin"),
        Part("apron", apron, "yellow"),
        Part("flower", petals, "purple"),
        Part("pupils", join(beads(0.09, -0.34, 1.1, 0.045), ball((0.24, 0.16, 0.08), (0, -0.16, 1.23))), "black"),
    ]


@object_class("garden gnome", "gnome", natural="red", parts=("coat", "beard"), group="character")
def gnome(rng: Rng) -> list[Part]:
    tall = rng(1.4, 1.6)
    hat = join(rod((0, 0, 0.86), (0, 0.06, tall), 0.34, 0.02), ring(0.3, 0.06, (0, 0, 0.88)))
    coat = join(rod((0, 0, 0.16), (0, 0, 0.66), 0.38, 0.26), mirror(rod((0.24, 0, 0.56), (0.4, -0.14, 0.34), 0.12)))
    beard = join(ball((0.26, 0.14, 0.28), (0, -0.22, 0.58)), mirror(ball((0.12, 0.09, 0.07), (0.09, -0.33, 0.74))))
    skin = join(ball(0.28, (0, 0, 0.78)), ball(0.095, (0, -0.32, 0.82)), mirror(ball(0.11, (0.42, -0.18, 0.3))))
    boots = mirror(ball((0.17, 0.25, 0.12), (0.18, -0.08, 0.1)))
    return [
        Part("hat", hat, None),
        Part("coat", coat, "blue"),
        Part("beard", beard, "white"),
        Part("face", skin, "skin"),
        Part("boots", join(boots, beads(0.12, -0.25, 0.86, 0.045)), "black"),
    ]


@object_class("scarecrow", natural="blue", parts=("hat",), group="character")
def scarecrow(rng: Rng) -> list[Part]:
    shirt = join(
        rod((0, 0, 0.5), (0, 0, 1.02), 0.28, 0.2), mirror(rod((0.1, 0, 0.95), (rng(0.62, 0.7), 0, 0.95), 0.14, 0.12))
    )
    post = join(rod((0, 0.02, 0), (0, 0.02, 0.6), 0.07))
    straw = join(
        mirror(rod((0.64, 0, 0.95), (0.86, 0, 0.95), 0.06, 0.15)),
        rod((0, 0, 0.52), (0, 0, 0.36), 0.2, 0.28),
        rod((0, 0, 0.98), (0, 0, 1.06), 0.24),
    )
    head = ball(0.27, (0, 0, 1.26))
    hat = join(rod((0, 0, 1.42), (0, 0, 1.48), 0.42), rod((0, 0, 1.46), (0, 0, 1.82), 0.27, 0.1))
    face = join(beads(0.11, -0.24, 1.3, 0.05), box(0.2, 0.05, 0.04, (0, -0.26, 1.16)))
    return [
        Part("shirt", shirt, None),
        Part("straw", straw, "yellow"),
        Part("head", head, "cream"),
        Part("hat", join(hat, post), "brown"),
        Part("face", face, "black"),
    ]


@object_class("angel", natural="white", parts=("wings", "halo"), group="character")
def angel(rng: Rng) -> list[Part]:
    robe = join(rod((0, 0, 0), (0, 0, 0.85), 0.4, 0.15), mirror(rod((0.12, 0, 0.74), (0.3, -0.24, 0.56), 0.1, 0.12)))
    wing = join(
        *(
            rotate(ball((0.12, 0.07, size), (0.2, 0.2, 0.75 + size)), -a, "y", about=(0.15, 0.2, 0.7))
            for a, size in ((-25, 0.36), (-55, 0.36), (-85, 0.3))
        )
    )
    wing = mirror(wing)
    head = join(ball(0.27, (0, -0.02, 1.1)), mirror(ball(0.09, (0.26, -0.28, 0.55))))
    hair = join(ball((0.29, 0.27, 0.27), (0, 0.05, 1.15)), mirror(ball(0.12, (0.25, 0.04, 1.0))))
    halo = ring(rng(0.22, 0.26), 0.05, (0, 0, 1.56))
    return [
        Part("robe", robe, None),
        Part("wings", wing, "cyan"),
        Part("head", head, "skin"),
        Part("hair", hair, "brown"),
        Part("halo", halo, "gold"),
        Part("pupils", beads(0.1, -0.26, 1.1, 0.045), "black"),
    ]


@object_class("doll", "girl", natural="pink", parts=("hair", "shoes"), group="character")
def doll(rng: Rng) -> list[Part]:
    dress = join(rod((0, 0, 0.3), (0, 0, 0.98), rng(0.42, 0.5), 0.18), mirror(ball(0.13, (0.22, 0, 0.9))))
    limbs = mirror(join(rod((0.13, 0, 0.08), (0.13, 0, 0.4), 0.09), rod((0.22, 0, 0.88), (0.48, -0.04, 0.6), 0.08)))
    bunches = mirror(join(ball((0.15, 0.14, 0.22), (0.42, 0.04, HEAD - 0.02))))
    bow = mirror(rod((0.3, 0, HEAD + 0.16), (0.42, 0, HEAD + 0.24), 0.05, 0.11))
    return [
        Part("dress", dress, None),
        Part("skin", join(skin(), limbs), "skin"),
        Part("hair", join(hair(), bunches), "yellow"),
        Part("shoes", join(shoes(), bow), "red"),
        Part("face", face(), "black"),
    ]
