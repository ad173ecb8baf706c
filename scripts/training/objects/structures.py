"""What is built outdoors and is no house: bridges, wells, boxes for birds and letters, signs."""

from __future__ import annotations

from math import cos, pi, sin

from .buildings import archway
from .mesh_primitives import (
    ball,
    box,
    cone,
    extrude,
    hollow,
    join,
    lathe,
    mirror,
    prism,
    repeat_around,
    ring,
    rod,
    rotate,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("bridge", natural="grey", group="buildings")
def bridge(rng: Rng) -> list[Part]:
    span, rise, width = rng(0.5, 0.6), rng(0.22, 0.32), rng(0.5, 0.65)
    angles = [pi * k / 12 for k in range(13)]
    under = [(span * cos(a), 0.55 * sin(a)) for a in angles]
    over = [(-1.0, 0.35), (-0.5, 0.45 + rise), (0, 0.55 + rise), (0.5, 0.45 + rise), (1.0, 0.35)]
    deck = extrude([(1.0, 0), *under, (-1.0, 0), *over], width)
    rail = extrude([*over, *((u, v + 0.18) for u, v in reversed(over))], 0.12, at=(0, width / 2, 0))
    return [
        Part("stone", join(deck, mirror(rail, "y")), None),
        Part("water", box(2.0, width + 0.5, 0.1, at=(0, 0, -0.02)), "blue"),
    ]


@object_class("well", natural="grey", parts=("roof",), group="buildings")
def well(rng: Rng) -> list[Part]:
    radius, height = rng(0.5, 0.58), rng(1.2, 1.4)
    post = mirror(box(0.12, 0.12, height, at=(radius - 0.06, 0, height / 2)))
    roof = rotate(prism(1.0, 2 * radius + 0.4, 0.4, at=(0, 0, height - 0.08)), 90)
    axle = rod((-radius, 0, 0.85), (radius + 0.25, 0, 0.85), 0.06)
    return [
        Part("stone", join(hollow(radius, 0.55, 0.14), ring(radius - 0.04, 0.09, at=(0, 0, 0.52))), None),
        Part("posts", join(post, axle), "brown"),
        Part("roof", roof, "red"),
        Part("water", rod((0, 0, 0.1), (0, 0, 0.36), radius - 0.1), "blue"),
        Part(
            "bucket",
            join(hollow(0.13, 0.22, 0.03, at=(0, 0, 0.54), top=0.17), rod((0, 0, 0.56), (0, 0, 0.85), 0.04)),
            "wood",
        ),
    ]


@object_class("fountain", natural="grey", group="buildings")
def fountain(rng: Rng) -> list[Part]:
    low, high = rng(0.85, 0.95), rng(0.42, 0.5)
    bowl = lathe([(0.14, 0.6), (high, 0.78), (high, 0.88), (0, 0.88)])
    basin = join(hollow(low, 0.34, 0.12), rod((0, 0, 0), (0, 0, 0.7), 0.16), bowl)
    jet = [(0.0, 0, 0.85), (0.05, 0, 1.25), (0.25, 0, 1.35), (0.45, 0, 1.15), (0.62, 0, 0.3)]
    pools = join(rod((0, 0, 0.1), (0, 0, 0.27), low - 0.1), rod((0, 0, 0.8), (0, 0, 0.91), high - 0.08))
    return [Part("stone", basin, None), Part("water", join(pools, repeat_around(tube(jet, 0.06), 6)), "cyan")]


@object_class("kennel", "dog house", "doghouse", natural="brown", parts=("roof",), group="buildings")
def kennel(rng: Rng) -> list[Part]:
    x, y, height = rng(0.5, 0.58), rng(0.6, 0.75), rng(0.55, 0.68)
    walls = join(box(2 * x, 2 * y, height, at=(0, 0, height / 2)), prism(2 * x, 2 * y, 0.45, at=(0, 0, height)))
    slope = [(0, 0.62), (x + 0.16, -0.08), (x + 0.16, -0.22), (0, 0.46), (-x - 0.16, -0.22), (-x - 0.16, -0.08)]
    bone = join(box(0.26, 0.06, 0.09), mirror(join(*(ball(0.075, at=(0.15, 0, z)) for z in (0.05, -0.05)))))
    return [
        Part("walls", walls, None),
        Part("roof", extrude(slope, 2 * y + 0.25, at=(0, 0, height)), "red"),
        Part("entrance", extrude(archway(0.56, 0.6), 0.08, at=(0, -y, 0)), "black"),
        Part("bone", shift(bone, y=-y - 0.04, z=height + 0.12), "white"),
    ]


@object_class("birdhouse", "bird house", "nest box", natural="yellow", parts=("roof",), group="buildings")
def birdhouse(rng: Rng) -> list[Part]:
    x, height = rng(0.4, 0.46), rng(0.7, 0.8)
    walls = join(box(2 * x, 0.7, height, at=(0, 0, height / 2)), prism(2 * x, 0.7, 0.4, at=(0, 0, height)))
    slope = [(0, 0.56), (x + 0.18, 0.0), (x + 0.18, -0.16), (0, 0.4), (-x - 0.18, -0.16), (-x - 0.18, 0.0)]
    return [
        Part("walls", walls, None),
        Part("roof", extrude(slope, 0.95, at=(0, 0, height)), "red"),
        Part("hole", rod((0, 0, 0.52), (0, -0.39, 0.52), 0.19), "black"),
        Part("pole", join(box(0.16, 0.16, 0.9, at=(0, 0, -0.45)), rod((0, 0, 0.18), (0, -0.6, 0.18), 0.055)), "brown"),
    ]


@object_class("mailbox", "letter box", natural="blue", parts=("flag",), group="buildings")
def mailbox(rng: Rng) -> list[Part]:
    length, height = rng(0.55, 0.65), rng(0.75, 0.95)
    body = extrude(archway(0.62, 0.68), 2 * length)
    door = extrude(archway(0.5, 0.58), 0.1, at=(0, -length, 0.04))
    flag = join(box(0.09, 0.09, 0.55, at=(0.36, 0.0, 0.6)), box(0.09, 0.34, 0.22, at=(0.36, 0.16, 0.8)))
    return [
        Part("box", body, None),
        Part("door", door, "silver"),
        Part("flag", flag, "red"),
        Part("post", box(0.18, 0.18, height, at=(0, 0, -height / 2)), "brown"),
    ]


@object_class("torii gate", "torii", natural="red", group="buildings")
def torii_gate(rng: Rng) -> list[Part]:
    spread, height = rng(0.58, 0.68), rng(1.2, 1.4)
    post = rod((spread + 0.06, 0, 0), (spread - 0.04, 0, height), 0.12)
    tie = box(2 * spread + 0.4, 0.16, 0.14, at=(0, 0, height - 0.34))
    beam = [(-1, 0.1), (-0.5, 0), (0.5, 0), (1, 0.1), (1.02, 0.26), (0.5, 0.14), (-0.5, 0.14), (-1.02, 0.26)]
    cap = [(-1.08, 0.24), (-0.5, 0.13), (0.5, 0.13), (1.08, 0.24), (1.1, 0.4), (0.5, 0.26), (-0.5, 0.26), (-1.1, 0.4)]
    feet = mirror(rod((spread + 0.06, 0, 0), (spread + 0.05, 0, 0.18), 0.18))
    return [
        Part("frame", join(mirror(post), tie, extrude(beam, 0.26, at=(0, 0, height - 0.02))), None),
        Part("cap", join(extrude(cap, 0.36, at=(0, 0, height)), feet), "black"),
    ]


@object_class("ferris wheel", "big wheel", natural="red", group="buildings")
def ferris_wheel(rng: Rng) -> list[Part]:
    radius, hub = rng(0.72, 0.8), 1.05
    spokes = repeat_around(rod((0, 0, 0), (0, 0, radius), 0.045), 4, "y")
    spokes = join(spokes, rotate(spokes, 45, "y"))
    wheel = shift(join(mirror(ring(radius, 0.06, at=(0, 0.13, 0), axis="y"), "y"), spokes), z=hub)
    leg = mirror(mirror(rod((0, 0.25, hub), (0.55, 0.3, 0), 0.07)), "y")
    angles = [pi * (k + 0.5) / 4 for k in range(8)]
    cabins = [box(0.24, 0.22, 0.22, at=(radius * cos(a), 0, hub + radius * sin(a) - 0.06)) for a in angles]
    return [
        Part("wheel", wheel, None),
        Part("stand", join(leg, box(1.5, 0.8, 0.1), rod((0, -0.32, hub), (0, 0.32, hub), 0.12)), "grey"),
        Part("cabins", join(*cabins[::2]), "yellow"),
        Part("cabins", join(*cabins[1::2]), "blue"),
    ]


@object_class("factory", natural="grey", group="buildings")
def factory(rng: Rng) -> list[Part]:
    height, tall = rng(0.5, 0.6), rng(1.2, 1.45)
    saw = [(-0.9, 0), (0.9, 0)] + [
        p for k in range(3) for p in ((0.9 - 0.4 * k, height), (0.9 - 0.4 * k - 0.4, height + 0.3))
    ]
    outline = [*saw, (-0.3, height), (-0.9, height)]
    stacks = join(*(rod((x, 0, 0), (x, 0, tall - d), 0.14, 0.1) for x, d in ((-0.72, 0), (-0.42, 0.25))))
    smoke = join(
        ball(0.17, at=(-0.66, 0, tall + 0.08)),
        ball(0.22, at=(-0.48, 0, tall + 0.3)),
        ball(0.15, at=(-0.36, 0, tall - 0.1)),
    )
    panes = [box(0.22, 1.06, 0.18, at=(0.7 - 0.4 * k, 0, 0.36)) for k in range(4)]
    return [
        Part("walls", extrude(outline, 1.0), None),
        Part("chimneys", stacks, "roof"),
        Part("smoke", smoke, "white"),
        Part("windows", join(*panes), "yellow"),
        Part("door", box(0.3, 1.04, 0.28, at=(-0.1, 0, 0.12)), "black"),
    ]


@object_class("street lamp", "lamp post", "lantern post", natural="black", group="buildings")
def street_lamp(rng: Rng) -> list[Part]:
    height = rng(1.3, 1.5)
    pole = lathe([(0.26, 0), (0.26, 0.1), (0.1, 0.25), (0.08, height), (0.24, height + 0.06), (0, height + 0.06)])
    lamp = rod((0, 0, height + 0.04), (0, 0, height + 0.42), 0.17, 0.27)
    roof = join(cone(0.34, 0.24, at=(0, 0, height + 0.42)), ball(0.07, at=(0, 0, height + 0.68)))
    arm = rod((-0.3, 0, height * 0.8), (0.3, 0, height * 0.8), 0.05)
    return [Part("post", join(pole, roof, arm), None), Part("light", lamp, "yellow")]


@object_class("traffic light", "stop light", natural="black", group="buildings")
def traffic_light(rng: Rng) -> list[Part]:
    width, pole = rng(0.3, 0.36), rng(0.5, 0.9)
    case = box(2 * width, 0.45, 1.5, at=(0, 0, 0.75))
    lights = [ball((0.2, 0.12, 0.2), at=(0, -0.22, z)) for z in (1.23, 0.75, 0.27)]
    hoods = [ring(0.2, 0.05, at=(0, -0.27, z), axis="y", arc=(0, 180)) for z in (1.25, 0.77, 0.29)]
    return [
        Part("case", join(case, *hoods), None),
        Part("pole", join(rod((0, 0, -pole), (0, 0, 0.1), 0.1), rod((0, 0, -pole), (0, 0, -pole + 0.1), 0.3)), "grey"),
        *(Part("light", light, color) for light, color in zip(lights, ("red", "yellow", "green"), strict=True)),
    ]


@object_class("signpost", "road sign", "arrow sign", natural="brown", group="buildings")
def signpost(rng: Rng) -> list[Part]:
    height, length = rng(1.6, 1.8), rng(0.65, 0.75)
    arrow = [(-0.3, -0.16), (length, -0.16), (length + 0.22, 0), (length, 0.16), (-0.3, 0.16)]
    upper = extrude(arrow, 0.14, at=(0, -0.12, height - 0.3))
    lower = extrude([(-u, v) for u, v in arrow], 0.14, at=(0, -0.12, height - 0.75))
    return [
        Part("post", box(0.18, 0.18, height, at=(0, 0, height / 2)), None),
        Part("arrow", upper, "white"),
        Part("arrow", lower, "yellow"),
    ]
