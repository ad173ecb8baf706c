"""Insects, spiders and other small animals. All look towards -Y."""

from __future__ import annotations

from math import sin

from .mesh_details import arc, beads, eyes, smooth_curve
from .mesh_primitives import ball, dome, extrude, join, mirror, ring, rod, rotate, scale, shift, tube
from .object_class import Part, Rng, object_class


@object_class("bee", "bumblebee", natural="yellow", parts=("wings",), group="animal")
def bee(rng: Rng) -> list[Part]:
    body = ball((0.36, rng(0.48, 0.54), 0.36), (0, 0.05, 0))
    stripes = [
        scale(rod((0, y - 0.07, 0), (0, y + 0.07, 0), r), 1) for y, r in ((-0.1, 0.36), (0.18, 0.365), (0.42, 0.275))
    ]
    dark = join(*stripes, rod((0, 0.5, 0), (0, 0.76, 0), 0.1, 0))
    feelers = mirror(join(tube([(0.1, -0.32, 0.25), (0.16, -0.46, 0.5)], 0.045), ball(0.07, (0.16, -0.46, 0.52))))
    wing = rotate(rotate(ball((0.26, 0.2, 0.05), (0.42, 0.1, 0.34)), -35, "y", about=(0.16, 0.1, 0.32)), 20, "z")
    return [
        Part("bee", body, None),
        Part("stripes", join(dark, feelers), "black"),
        Part("wings", mirror(wing), "glass"),
        *eyes(0.15, -0.36, 0.1, 0.1),
    ]


@object_class("ladybird", "ladybug", natural="red", parts=("spots",), group="animal")
def ladybird(rng: Rng) -> list[Part]:
    back = scale(dome(0.5, (0, 0, 0.1), 0.9), 1, 1.1, 1)
    places = [(0.26, -0.26, 0.4), (0.34, 0.1, 0.38), (0.2, 0.38, 0.34), (0.15, 0.02, 0.53)]
    spots = mirror(join(*(ball(rng(0.085, 0.1), place) for place in places)))
    line = scale(rod((-0.03, 0, 0.0), (0.03, 0, 0.0), 0.515), 1, 1.09, 0.9)
    head = join(ball((0.28, 0.24, 0.22), (0, -0.54, 0.24)), mirror(tube([(0.1, -0.6, 0.4), (0.2, -0.74, 0.62)], 0.045)))
    feet = mirror(join(*(rod((0.3, y, 0.14), (0.62, 1.2 * y, 0.0), 0.06) for y in (-0.3, 0.0, 0.3))))
    under = join(shift(line, z=0.11), head, feet, spots)
    return [Part("ladybird", back, None), Part("spots", under, "black"), *eyes(0.13, -0.7, 0.32, 0.075)]


@object_class("butterfly", natural="orange", parts=("spots",), group="animal")
def butterfly(rng: Rng) -> list[Part]:
    wide = rng(0.36, 0.42)
    wings, rims = [], []
    for size, place, tilt in (((wide, 0.05, 0.3), (0.44, 0, 0.26), -24), ((0.28, 0.05, 0.23), (0.34, 0, -0.2), 30)):
        wings.append(rotate(ball(size, place), tilt, "y", about=(0.1, 0, 0.05)))
        rim = ball((size[0] + 0.06, 0.035, size[2] + 0.06), place)
        rims.append(rotate(rim, tilt, "y", about=(0.1, 0, 0.05)))
    spots = join(ball((0.13, 0.08, 0.12), (0.54, 0, 0.46)), ball((0.11, 0.08, 0.1), (0.36, 0, -0.3)))
    body = join(ball((0.1, 0.12, 0.42)), ball(0.13, (0, 0, 0.45)))
    feelers = mirror(join(rod((0.04, 0, 0.5), (0.18, 0, 0.84), 0.045), ball(0.07, (0.18, 0, 0.84))))
    lifted = [mirror(rotate(mesh, 24)) for mesh in (join(*wings), spots, join(*rims))]  # the wings are raised
    return [
        Part("wings", lifted[0], None),
        Part("spots", lifted[1], "yellow"),
        Part("body", join(body, feelers, lifted[2]), "black"),
    ]


@object_class("dragonfly", natural="blue", parts=("wings",), group="animal")
def dragonfly(rng: Rng) -> list[Part]:
    body = join(
        tube([(0, -0.3, 0), (0, -0.1, 0.02), (0, 0.1, 0), (0, 0.95, -0.05)], [0.16, 0.18, 0.13, 0.08]),
        ball((0.18, 0.15, 0.15), (0, -0.42, 0)),
    )
    front = rotate(ball((0.42, 0.14, 0.045), (0.5, -0.15, 0.1)), rng(-12, 0), about=(0.1, -0.15, 0))
    back = rotate(ball((0.38, 0.13, 0.045), (0.46, 0.12, 0.1)), rng(10, 20), about=(0.1, 0.12, 0))
    rings = join(*(ring(0.1, 0.04, (0, y, -0.02), "y") for y in (0.3, 0.5, 0.7)))
    return [
        Part("dragonfly", body, None),
        Part("wings", mirror(join(front, back)), "glass"),
        Part("rings", rings, "black"),
        Part("eyes", beads(0.14, -0.48, 0.06, 0.1), "red"),
    ]


@object_class("spider", natural="black", group="animal")
def spider(rng: Rng) -> list[Part]:
    body = join(ball((0.32, 0.36, 0.3), (0, 0.26, 0.42)), ball((0.22, 0.22, 0.2), (0, -0.16, 0.38)))
    knee, reach = rng(0.66, 0.74), rng(0.82, 0.9)
    limbs = [
        tube([(0.15, -0.1, 0.38), (0.45, 0.45 * y, knee), (reach, y, 0.0)], 0.06) for y in (-0.62, -0.22, 0.2, 0.62)
    ]
    mark = join(ball((0.13, 0.1, 0.07), (0, 0.22, 0.69)), ball((0.1, 0.1, 0.08), (0, 0.42, 0.64)))
    return [
        Part("spider", join(body, mirror(join(*limbs))), None),
        Part("mark", mark, "red"),
        *eyes(0.1, -0.32, 0.46, 0.085),
    ]


@object_class("ant", natural="brown", group="animal")
def ant(rng: Rng) -> list[Part]:
    body = join(
        ball((0.22, 0.3, 0.22), (0, 0.52, 0.4)),
        ball((0.14, 0.2, 0.14), (0, 0.08, 0.38)),
        ball((0.21, 0.2, 0.2), (0, -0.28, 0.46)),
    )
    reach = rng(0.5, 0.58)
    limbs = [tube([(0.08, 0.06, 0.38), (0.3, y, 0.5), (reach, 1.6 * y, 0.0)], 0.05) for y in (-0.2, 0.08, 0.32)]
    feelers = tube([(0.08, -0.38, 0.6), (0.16, -0.52, 0.84), (0.24, -0.74, 0.8)], 0.045)
    jaws = rod((0.08, -0.44, 0.38), (0.03, -0.6, 0.36), 0.06, 0.02)
    return [Part("ant", join(body, mirror(join(*limbs, feelers, jaws))), None), *eyes(0.14, -0.4, 0.52, 0.075)]


@object_class("caterpillar", natural="green", group="animal")
def caterpillar(rng: Rng) -> list[Part]:
    places = [(0.05 * sin(2 * i), 0.26 * i - 0.3, 0.26 + rng(0.14, 0.2) * (i % 2)) for i in range(5)]
    joints = join(*(ball(0.23, place) for place in places[1::2]))
    light = join(*(ball(0.23, place) for place in places[2::2]))
    head = join(ball(0.29, (0, -0.42, 0.52)), joints)
    dark = join(*(mirror(ball(0.07, (0.12, y, 0.04 + 0.1 * (i % 2)))) for i, (_, y, _) in enumerate(places[1:])))
    feelers = mirror(join(tube([(0.1, -0.42, 0.76), (0.16, -0.46, 1.02)], 0.045), ball(0.075, (0.16, -0.46, 1.04))))
    white, pupils = eyes(0.12, -0.65, 0.6, 0.09)
    return [
        Part("caterpillar", head, None),
        Part("rings", light, "yellow"),
        Part("feet", join(dark, feelers), "red"),
        white,
        Part("pupils", join(pupils.mesh, ball((0.08, 0.04, 0.03), (0, -0.7, 0.42))), "black"),
    ]


@object_class("snail", natural="wood", parts=("shell",), group="animal")
def snail(rng: Rng) -> list[Part]:
    size = rng(0.4, 0.46)
    turns = [(0.04 + 0.34 * i / 30, v) for i, v in enumerate(arc(1.0, 0, 620, 31))]
    swirl = tube([(0.0, r * u, r * v) for r, (u, v) in turns], 0.045)
    neck = smooth_curve([(0, -0.3, 0.14), (0, -0.58, 0.3), (0, -0.6, 0.6)])
    stalks = mirror(rod((0.08, -0.62, 0.66), (0.15, -0.68, 0.94), 0.05))
    foot = join(ball((0.2, 0.66, 0.14), (0, 0.1, 0.13)), tube(neck, 0.16), ball(0.17, (0, -0.62, 0.64)), stalks)
    return [
        Part("snail", foot, None),
        Part("shell", ball((0.28, size, size), (0, 0.2, 0.6)), "brown"),
        Part("swirl", mirror(shift(swirl, 0.24, 0.2, 0.6)), "cream"),
        *eyes(0.15, -0.69, 0.98, 0.075),
    ]


@object_class("worm", "earthworm", natural="pink", group="animal")
def worm(rng: Rng) -> list[Part]:
    spine = smooth_curve(
        [
            (0.75, 0.1, 0.12),
            (0.45, 0.1, 0.14),
            (0.2, 0.1, 0.5),
            (-0.1, 0.1, 0.5),
            (-0.3, 0.05, 0.14),
            (-0.55, 0, 0.2),
            (-0.6, -0.04, rng(0.6, 0.7)),
        ]
    )
    body = join(tube(spine, [0.06] + [0.13] * (len(spine) - 1)), ball(0.18, (-0.6, -0.05, 0.72)))
    rings = join(*(tube([spine[i], spine[i + 1]], 0.15) for i in (4, 8, 12, 16)))
    return [
        Part("worm", body, None),
        Part("rings", rings, "red"),
        *(Part(p.name, shift(p.mesh, -0.6, 0, 0), p.color) for p in eyes(0.09, -0.19, 0.78, 0.075)),
    ]


@object_class("bat", natural="purple", parts=("wings",), group="animal")
def bat(rng: Rng) -> list[Part]:
    span = rng(0.95, 1.05)
    web = extrude(
        [
            (0.15, 0.2),
            (0.5, 0.46),
            (span, 0.34),
            (0.88, 0.06),
            (0.74, -0.22),
            (0.62, -0.04),
            (0.44, -0.26),
            (0.34, -0.08),
            (0.15, -0.2),
        ],
        0.09,
    )
    body = join(ball((0.24, 0.22, 0.28), (0, 0, -0.05)), ball((0.25, 0.22, 0.22), (0, -0.04, 0.3)))
    ears = mirror(rod((0.14, -0.02, 0.42), (0.22, -0.02, 0.74), 0.13, 0.0))
    teeth = mirror(rod((0.06, -0.24, 0.2), (0.06, -0.26, 0.06), 0.05, 0.0))
    white, pupils = eyes(0.11, -0.22, 0.35, 0.075)
    return [
        Part("bat", join(body, ears), None),
        Part("wings", mirror(rotate(web, 22)), "black"),
        Part("eyes", join(white.mesh, teeth), "white"),
        pupils,
    ]


@object_class("scorpion", natural="brown", group="animal")
def scorpion(rng: Rng) -> list[Part]:
    body = ball((0.26, 0.42, 0.18), (0, 0.05, 0.26))
    spine = smooth_curve(
        [(0, 0.4, 0.28), (0, 0.75, 0.35), (0, 0.85, 0.8), (0, 0.55, rng(1.05, 1.15)), (0, 0.3, 1.0)], 2
    )
    tail = join(tube(spine, 0.09), *(ball(0.14, place) for place in spine[1:]))
    sting = rod((0, 0.28, 1.0), (0, 0.02, 0.82), 0.12, 0.0)
    limbs = [tube([(0.18, y, 0.28), (0.45, 1.3 * y, 0.4), (0.58, 1.6 * y, 0.0)], 0.055) for y in (-0.12, 0.1, 0.32)]
    claw = extrude(
        [(0.06, 0.0), (0.17, -0.2), (0.1, -0.42), (0.03, -0.22), (-0.08, -0.4), (-0.12, -0.18), (-0.06, 0.0)],
        0.18,
        axis="z",
    )
    arm = join(
        tube([(0.18, -0.26, 0.28), (0.48, -0.42, 0.32), (0.38, -0.64, 0.32)], 0.08),
        shift(scale(claw, 1.3, 1.2, 1), 0.38, -0.6, 0.32),
    )
    return [
        Part("scorpion", join(body, tail, mirror(join(*limbs, arm))), None),
        Part("sting", sting, "red"),
        *eyes(0.1, -0.32, 0.4, 0.07),
    ]
