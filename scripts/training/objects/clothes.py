"""What is worn on feet, hands and body."""

from __future__ import annotations

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
    shift,
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("shoe", "sneaker", natural="red", parts=("sole",), group="clothes")
def shoe(rng: Rng) -> list[Part]:
    top, length = rng(0.72, 0.85), rng(0.8, 0.9)
    upper = [
        (-length, 0.1),
        (length, 0.1),
        (length + 0.02, top),
        (0.25, top),
        (0.05, 0.66),
        (-0.45, 0.48),
        (-length + 0.05, 0.36),
    ]
    laces = [rotate(box(0.52, 0.09, 0.08, at=(0, -0.02 - 0.2 * k, 0.7 - 0.09 * k)), 12, "x") for k in range(3)]
    sole = rotate(extrude(rounded_outline(2 * length + 0.2, 0.2, 0.09), 0.62), 90)
    stripe = mirror(box(0.03, 0.14, 0.36, at=(0.29, 0.18, 0.42)))
    return [
        Part("shoe", extrude(upper, 0.54, axis="x"), None),
        Part("sole", join(shift(sole, z=0.08), *laces, stripe), "white"),
        Part(
            "lining",
            scale(rod((0, 0, 0.5), (0, 0, top + 0.02), 0.2), 1, 1.5, 1).apply_translation((0, 0.55, 0)),
            "black",
        ),
    ]


@object_class("boot", "wellington", natural="yellow", group="clothes")
def boot(rng: Rng) -> list[Part]:
    height, wide = rng(1.2, 1.4), rng(0.32, 0.37)
    leg = rod((0, 0.25, 0.3), (0, 0.25, height), wide - 0.02, wide + 0.06)
    foot = join(ball((wide, 0.62, 0.34), at=(0, -0.2, 0.3)), ball((wide, 0.4, 0.36), at=(0, 0.25, 0.32)))
    sole = join(
        scale(rod((0, 0, 0), (0, 0, 0.15), 1), 0.38, 0.55, 1).apply_translation((0, -0.32, 0)),
        box(0.62, 0.5, 0.15, at=(0, 0.36, 0.075)),
    )
    return [
        Part("boot", join(leg, foot), None),
        Part("sole", sole, "brown"),
        Part("trim", ring(wide + 0.04, 0.09, at=(0, 0.25, height)), "white"),
    ]


@object_class("high heel", "high-heeled shoe", natural="red", group="clothes")
def high_heel(rng: Rng) -> list[Part]:
    lift, half = rng(0.6, 0.75), 0.24
    sole = [(-1.0, 0.0), (-0.45, 0.0), (0.1, 0.38), (0.75, lift), (0.92, lift + 0.38), (0.62, lift + 0.36), (0.2, 0.62),
            (-0.3, 0.36), (-0.62, 0.42), (-0.9, 0.24)]  # fmt: skip
    spike = rod((0, 0.78, lift + 0.05), (0, 0.72, 0), 0.15, 0.07)
    return [
        Part("shoe", extrude(sole, 2 * half, axis="x"), None),
        Part("heel", spike, "black"),
        Part(
            "bow",
            join(ball(0.09, at=(0, -0.55, 0.42)), mirror(ball((0.16, 0.08, 0.12), at=(0.16, -0.55, 0.44)))),
            "white",
        ),
    ]


@object_class("sock", natural="blue", parts=("stripes",), group="clothes")
def sock(rng: Rng) -> list[Part]:
    height, wide = rng(0.9, 1.05), 0.27
    foot = join(
        tube([(0, 0.3, 0.9), (0, 0.3, 0.2), (0, 0.2, -0.1), (0, -0.1, -0.24), (0, -0.55, -0.3)], wide),
        ball(wide, at=(0, -0.55, -0.3)),
    )
    bands = [rod((0, 0.3, z), (0, 0.3, z + 0.14), wide + 0.03) for z in (height - 0.75, height - 0.45)]
    tips = join(ball(wide + 0.03, at=(0, -0.6, -0.3)), ball((wide + 0.02, 0.2, 0.22), at=(0, 0.36, -0.08)))
    return [
        Part("sock", join(foot, rod((0, 0.3, 0.5), (0, 0.3, height), wide)), None),
        Part("stripes", join(*bands, tips), "white"),
        Part("cuff", rod((0, 0.3, height - 0.1), (0, 0.3, height + 0.18), wide + 0.06), "red"),
    ]


@object_class("mitten", "glove", natural="red", parts=("cuff",), group="clothes")
def mitten(rng: Rng) -> list[Part]:
    height, tilt = rng(0.55, 0.65), rng(35, 45)
    hand = join(
        ball((0.5, 0.22, 0.55), at=(0, 0, height)), scale(rod((0, 0, 0), (0, 0, height), 0.42, 0.5), 1, 0.44, 1)
    )
    thumb = shift(rotate(ball((0.2, 0.19, 0.4), at=(0, 0, 0.3)), tilt, "y"), x=0.34, z=0.22)
    cuff = join(*(scale(rod((0, 0, z), (0, 0, z + 0.13), 0.48), 1, 0.52, 1) for z in (-0.28, -0.13)))
    flake = repeat_around(box(0.09, 0.06, 0.5), 3, "y")
    return [
        Part("mitten", join(hand, thumb), None),
        Part("cuff", join(cuff, mirror(shift(flake, y=-0.22, z=height), "y")), "white"),
    ]


@object_class("t-shirt", "shirt", natural="blue", parts=("star",), group="clothes")
def t_shirt(rng: Rng) -> list[Part]:
    half, sleeve = rng(0.5, 0.58), rng(0.86, 0.96)
    right = [
        (half, -0.9),
        (half, 0.25),
        (sleeve - 0.16, 0.02),
        (sleeve + 0.06, 0.4),
        (0.42, 0.85),
        (0.22, 0.85),
        (0.1, 0.72),
    ]
    outline = right + [(-u, v) for u, v in reversed(right)]
    return [
        Part("shirt", extrude(outline, 0.34), None),
        Part("star", extrude(star_outline(5, 0.34, 0.16), 0.42, at=(0, 0, 0.05)), "yellow"),
    ]


@object_class("trousers", "jeans", "pants", natural="blue", parts=("belt",), group="clothes")
def trousers(rng: Rng) -> list[Part]:
    waist, flare = rng(0.44, 0.5), rng(0.52, 0.6)
    right = [(waist, 0.95), (waist + 0.06, 0.5), (flare, -1.0), (flare - 0.42, -1.0), (0.03, 0.32)]
    legs = extrude(right + [(-u, v) for u, v in reversed(right)], 0.36)
    return [
        Part("trousers", legs, None),
        Part("belt", box(2 * waist + 0.08, 0.42, 0.16, at=(0, 0, 0.84)), "brown"),
        Part("buckle", box(0.2, 0.5, 0.2, at=(0, 0, 0.84)), "gold"),
    ]


@object_class("dress", natural="pink", parts=("belt",), group="clothes")
def dress(rng: Rng) -> list[Part]:
    hem, waist = rng(0.7, 0.8), rng(0.25, 0.3)
    skirt = scale(lathe([(hem, -0.9), (0.8 * hem, -0.5), (waist, 0.1), (0.38, 0.6), (0.3, 0.66)]), 1, 0.7, 1)
    straps = mirror(scale(ring(0.2, 0.07, at=(0.24, 0, 0.66), axis="x", arc=(0, 180)), 1, 0.9, 1))
    sash = scale(rod((0, 0, 0.02), (0, 0, 0.2), waist + 0.06), 1, 0.72, 1)
    dots = repeat_around(ball(0.09, at=(0.84 * hem, 0, -0.62)), 8)
    return [
        Part("dress", join(skirt, straps), None),
        Part("belt", sash, "purple"),
        Part("dots", scale(dots, 1, 0.7, 1), "white"),
    ]
