"""Animals of the wild. All look towards -Y."""

from __future__ import annotations

from .mesh_details import beads, eyes, legs, smooth_curve
from .mesh_primitives import (
    ball,
    join,
    mirror,
    repeat_around,
    rod,
    rotate,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("elephant", natural="grey", parts=("tusks",), group="animal")
def elephant(rng: Rng) -> list[Part]:
    body = join(ball((0.45, 0.55, 0.42), (0, 0.25, 0.8)), legs(0.26, 0.3, 0.7, 0.17, 0.25), ball(0.36, (0, -0.4, 1.0)))
    trunk = smooth_curve([(0, -0.6, 1.0), (0, -0.84, 0.75), (0, -0.86, 0.35), (0, -1.05, rng(0.2, 0.4))], 3)
    nose = tube(trunk, [0.2, 0.19, 0.18, 0.17, 0.15, 0.14, 0.13, 0.12, 0.11, 0.1])
    ears = mirror(rotate(ball((0.36, 0.08, 0.4), (0.58, -0.28, 1.02)), 15, "z", about=(0.3, -0.28, 0)))
    inner = mirror(rotate(ball((0.26, 0.07, 0.29), (0.58, -0.32, 1.02)), 15, "z", about=(0.3, -0.28, 0)))
    tusks = mirror(tube(smooth_curve([(0.18, -0.62, 0.84), (0.22, -0.85, 0.68), (0.22, -1.05, 0.74)]), 0.065))
    tail = tube([(0, 0.76, 0.9), (0, 0.9, 0.75), (0, 0.94, 0.45)], [0.07, 0.05, 0.08])
    return [
        Part("elephant", join(body, nose, ears, tail), None),
        Part("ears", inner, "pink"),
        Part("tusks", tusks, "white"),
        Part("pupils", beads(0.22, -0.69, 1.12, 0.065), "black"),
    ]


@object_class("giraffe", natural="yellow", parts=("spots",), group="animal")
def giraffe(rng: Rng) -> list[Part]:
    high = rng(1.65, 1.8)
    body = join(ball((0.28, 0.42, 0.28), (0, 0.2, 0.85)), legs(0.17, 0.28, 0.85, 0.1, 0.2))
    neck = join(tube([(0, -0.05, 0.9), (0, -0.3, high)], [0.22, 0.13]), ball((0.17, 0.2, 0.17), (0, -0.34, high)))
    snout = join(
        rod((0, -0.4, high), (0, -0.68, high - 0.1), 0.14, 0.11),
        mirror(ball((0.17, 0.06, 0.08), (0.24, -0.28, high + 0.08))),
    )
    places = [
        (0.26, 0.0, 0.92),
        (0.26, 0.25, 0.98),
        (0.25, 0.42, 0.8),
        (0.27, 0.18, 0.74),
        (0.19, -0.08, 1.1),
        (0.16, -0.17, 1.33),
    ]
    spots = [ball((0.06, 0.1, 0.1), place) for place in places] + [ball((0.05, 0.08, 0.08), (0.12, -0.23, 1.54))]
    horns = mirror(
        join(rod((0.08, -0.3, high + 0.1), (0.1, -0.28, high + 0.32), 0.045), ball(0.075, (0.1, -0.28, high + 0.34)))
    )
    back = [ball((0.1, 0.1, 0.06), (0, y, 1.1)) for y in (0.1, 0.38)] + [ball((0.08, 0.06, 0.09), (0, -0.04, 1.3))]
    dark = join(
        mirror(join(*spots)),
        *back,
        horns,
        legs(0.17, 0.28, 0.1, 0.12, 0.2),
        rod((0, 0.58, 0.9), (0, 0.74, 0.5), 0.05, 0.08),
    )
    pupils = beads(0.15, -0.44, high + 0.06, 0.055)
    return [
        Part("giraffe", join(body, neck, snout), None),
        Part("spots", dark, "brown"),
        Part("pupils", pupils, "black"),
    ]


@object_class("lion", natural="yellow", parts=("mane",), group="animal")
def lion(rng: Rng) -> list[Part]:
    body = join(
        ball((0.3, 0.52, 0.3), (0, 0.25, 0.62)),
        legs(0.18, 0.32, 0.55, 0.12, 0.25),
        ball((0.3, 0.26, 0.3), (0, -0.46, 0.95)),
    )
    mane = join(
        rotate(repeat_around(ball(0.2, (rng(0.34, 0.38), 0, 0)), 9, "y"), 20, "y"), scale(ball(0.42), 1, 0.5, 1)
    )
    tail = tube(smooth_curve([(0, 0.72, 0.7), (0, 0.98, 0.7), (0, 1.08, 1.0)]), 0.06)
    muzzle = join(beads(0.09, -0.7, 0.85, 0.12))
    dark = join(ball((0.09, 0.07, 0.07), (0, -0.82, 0.93)), beads(0.14, -0.69, 1.04, 0.065))
    ears = mirror(ball(0.11, (0.28, -0.4, 1.26)))
    return [
        Part("lion", join(body, tail, ears), None),
        Part("mane", join(shift(mane, 0, -0.34, 0.95), ball(0.13, (0, 1.08, 1.06))), "brown"),
        Part("muzzle", muzzle, "white"),
        Part("pupils", dark, "black"),
    ]


@object_class("tiger", natural="orange", parts=("stripes",), group="animal")
def tiger(rng: Rng) -> list[Part]:
    body = join(
        ball((0.32, 0.56, 0.3), (0, 0.25, 0.64)),
        legs(0.19, 0.34, 0.55, 0.13, 0.25),
        ball((0.36, 0.32, 0.33), (0, -0.44, 0.98)),
    )
    tail = tube(smooth_curve([(0, 0.75, 0.7), (0, 1.0, 0.72), (0, 1.08, rng(1.0, 1.15))]), 0.075)
    ears = mirror(ball((0.13, 0.09, 0.13), (0.26, -0.36, 1.26)))
    bands = [(-0.06, 0.29), (0.12, 0.31), (0.3, 0.315), (0.48, 0.29), (0.64, 0.23)]
    stripes = [shift(scale(rod((0, -0.04, 0), (0, 0.04, 0), r + 0.015), 1.03, 1, 0.95), 0, y, 0.67) for y, r in bands]
    marks = [ball((0.05, 0.08, 0.11), (x, -0.6, 1.22)) for x in (-0.12, 0.0, 0.12)]
    marks += [mirror(ball((0.06, 0.1, 0.04), (0.34, -0.52, z))) for z in (0.92, 1.04)] + [ball(0.1, (0, 1.08, 1.14))]
    marks += [shift(legs(0.19, 0.34, 0.07, 0.14, 0.25), z=0.2)]
    dark = join(*stripes, *marks, ball((0.09, 0.07, 0.06), (0, -0.83, 0.96)))
    white = join(beads(0.1, -0.72, 0.87, 0.13), ball((0.24, 0.48, 0.2), (0, 0.25, 0.5)))
    return [
        Part("tiger", join(body, tail, ears), None),
        Part("stripes", join(dark, beads(0.15, -0.73, 1.06, 0.065)), "black"),
        Part("muzzle", white, "white"),
    ]


@object_class("camel", natural="wood", group="animal")
def camel(rng: Rng) -> list[Part]:
    body = join(ball((0.3, 0.58, 0.3), (0, 0.2, 0.9)), legs(0.17, 0.4, 0.9, 0.095, 0.2))
    humps = join(*(ball((0.22, 0.22, rng(0.3, 0.36)), (0, y, 1.16)) for y in (-0.05, 0.44)))
    neck = tube(smooth_curve([(0, -0.25, 0.9), (0, -0.62, 0.9), (0, -0.74, 1.25), (0, -0.78, 1.5)]), 0.15)
    head = join(ball((0.17, 0.2, 0.17), (0, -0.84, 1.54)), rod((0, -0.9, 1.5), (0, -1.16, 1.42), 0.14, 0.12))
    saddle = mirror(rod((0.05, 0.2, 0.9), (0.34, 0.2, 0.9), 0.2))
    dark = join(beads(0.14, -0.94, 1.62, 0.06), beads(0.06, -1.26, 1.44, 0.035))
    tail = tube([(0, 0.75, 0.95), (0, 0.86, 0.55)], [0.05, 0.08])
    hooves = join(legs(0.17, 0.4, 0.1, 0.12, 0.2), mirror(ball((0.06, 0.06, 0.1), (0.13, -0.74, 1.68))))
    return [
        Part("camel", join(body, humps, neck, head, tail), None),
        Part("saddle", saddle, "red"),
        Part("hooves", hooves, "brown"),
        Part("pupils", dark, "black"),
    ]


@object_class("kangaroo", natural="brown", group="animal")
def kangaroo(rng: Rng) -> list[Part]:
    body = join(ball((0.32, 0.32, 0.42), (0, 0.1, 0.62)), rod((0, 0.02, 0.8), (0, -0.12, 1.25), 0.24, 0.15))
    head = join(ball((0.2, 0.22, 0.2), (0, -0.16, 1.36)), rod((0, -0.2, 1.34), (0, -0.52, 1.26), 0.16, 0.1))
    ears = mirror(ball((0.08, 0.06, 0.23), (0.13, -0.1, 1.66)))
    feet = mirror(
        join(
            ball((0.14, 0.28, 0.3), (0.28, 0.12, 0.42)),
            tube([(0.28, 0.2, 0.2), (0.28, 0.1, 0.07), (0.28, -0.42, 0.06)], 0.09),
        )
    )
    tail = tube(
        smooth_curve([(0, 0.3, 0.4), (0, 0.65, 0.12), (0, 1.0, rng(0.08, 0.2))], 3),
        [0.2, 0.18, 0.15, 0.13, 0.11, 0.09, 0.06],
    )
    arms = mirror(tube([(0.2, -0.1, 1.02), (0.24, -0.28, 0.86), (0.2, -0.38, 0.96)], 0.07))
    pouch = join(ball((0.24, 0.2, 0.24), (0, -0.1, 0.56)), mirror(ball((0.05, 0.05, 0.16), (0.13, -0.145, 1.66))))
    joey = join(ball(0.14, (0, -0.24, 0.86)), mirror(ball((0.05, 0.04, 0.11), (0.08, -0.22, 1.02))))
    dark = join(beads(0.14, -0.3, 1.43, 0.055), ball(0.075, (0, -0.53, 1.29)))
    return [
        Part("kangaroo", join(body, head, ears, feet, tail, arms), None),
        Part("pouch", pouch, "cream"),
        Part("joey", joey, "wood"),
        Part("pupils", dark, "black"),
    ]


@object_class("rhino", "rhinoceros", natural="grey", parts=("horn",), group="animal")
def rhino(rng: Rng) -> list[Part]:
    body = join(
        ball((0.42, 0.62, 0.4), (0, 0.25, 0.72)),
        legs(0.25, 0.36, 0.6, 0.16, 0.25),
        ball((0.28, 0.3, 0.28), (0, -0.42, 0.8)),
    )
    head = join(rod((0, -0.45, 0.78), (0, -0.92, 0.6), 0.26, 0.2), ball(0.2, (0, -0.92, 0.6)))
    ears = mirror(rod((0.16, -0.4, 1.0), (0.24, -0.38, 1.24), 0.1, 0.02))
    big = rod((0, -0.94, 0.72), (0, -1.14, rng(1.2, 1.35)), 0.13, 0.0)
    horns = join(big, rod((0, -0.7, 0.86), (0, -0.76, 1.12), 0.09, 0.0))
    tail = tube([(0, 0.82, 0.8), (0, 0.95, 0.5)], 0.05)
    return [
        Part("rhino", join(body, head, ears, tail), None),
        Part("horn", horns, "cream"),
        Part("pupils", beads(0.22, -0.6, 0.88, 0.06), "black"),
    ]


@object_class("hippo", "hippopotamus", natural="grey", group="animal")
def hippo(rng: Rng) -> list[Part]:
    body = join(
        ball((0.45, 0.6, 0.42), (0, 0.3, 0.65)),
        legs(0.27, 0.35, 0.4, 0.17, 0.3),
        ball((0.33, 0.32, 0.32), (0, -0.38, 0.82)),
    )
    snout = join(ball((0.38, 0.28, rng(0.26, 0.3)), (0, -0.72, 0.64)))
    ears = mirror(ball((0.1, 0.07, 0.1), (0.26, -0.32, 1.12)))
    dark = join(beads(0.16, -0.92, 0.8, 0.055), ball((0.3, 0.06, 0.035), (0, -0.95, 0.56)))
    teeth = beads(0.18, -0.96, 0.5, 0.07)
    white, pupils = eyes(0.17, -0.6, 1.02, 0.095)
    return [
        Part("hippo", join(body, snout, ears), None),
        Part("teeth", join(teeth, white.mesh), "white"),
        Part("pupils", join(pupils.mesh, dark), "black"),
    ]
