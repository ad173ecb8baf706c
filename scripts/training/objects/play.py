"""Toys and the playground."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    cone,
    extrude,
    join,
    lathe,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    scale,
    shift,
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("kite", natural="red", parts=("tail",), group="play")
def kite(rng: Rng) -> list[Part]:
    wide, cross = rng(0.6, 0.7), rng(0.25, 0.35)
    halves = [[(0, 0.95), (s * wide, cross), (0, -0.65)] for s in (-1, 1)]
    tail = tube([(0, 0, -0.6), (0.16, 0, -0.85), (-0.1, 0, -1.1), (0.12, 0, -1.4), (0, 0, -1.65)], 0.05)
    bow = mirror(extrude([(0, 0), (0.2, 0.13), (0.2, -0.13)], 0.1))
    bows = join(shift(bow, x=0.1, z=-0.85), shift(bow, x=-0.06, z=-1.15), shift(bow, x=0.1, z=-1.45))
    quarters = [[(0, 0.95), (wide, cross), (0, cross)], [(0, -0.65), (-wide, cross), (0, cross)]]
    return [
        Part("kite", join(*(extrude(half, 0.1) for half in halves)), None),
        Part("quarters", join(*(extrude(quarter, 0.14) for quarter in quarters)), "yellow"),
        Part("tail", join(tail, bows), "blue"),
    ]


@object_class("spinning top", natural="red", parts=("stripe",), group="play")
def spinning_top(rng: Rng) -> list[Part]:
    wide, high = rng(0.72, 0.82), rng(0.3, 0.4)
    body = lathe([(0, -0.8), (0.1, -0.7), (wide * 0.7, -0.25), (wide, 0.05), (wide * 0.85, high - 0.1), (0.2, high)])
    stick = join(rod((0, 0, high - 0.05), (0, 0, high + 0.45), 0.09), ball(0.15, at=(0, 0, high + 0.48)))
    band = lathe([(wide * 0.72, -0.26), (wide + 0.03, 0.05), (wide * 0.97, 0.12)])
    return [
        Part("top", body, None),
        Part("stripe", join(band, rod((0, 0, high - 0.06), (0, 0, high + 0.03), 0.5 * wide)), "yellow"),
        Part("stick", join(stick, cone(0.12, 0.2, at=(0, 0, -0.85))), "blue"),
    ]


@object_class("rocking horse", natural="brown", parts=("saddle",), group="play")
def rocking_horse(rng: Rng) -> list[Part]:
    fat, neck = rng(0.26, 0.3), rng(0.55, 0.65)
    body = ball((0.58, fat, fat), at=(0, 0, 0.5))
    throat = tube([(-0.4, 0, 0.55), (-0.6, 0, 0.6 + neck * 0.7), (-0.66, 0, 0.55 + neck)], (0.24, 0.17, 0.17))
    ears = mirror(cone(0.08, 0.22, at=(-0.58, 0.09, 0.65 + neck)), "y")
    head = join(throat, ears, ball((0.3, 0.15, 0.17), at=(-0.8, 0, 0.5 + neck)))
    leg = mirror(mirror(rod((0.35, 0.15, 0.4), (0.5, 0.22, -0.12), 0.1)), "y")
    rocker = mirror(ring(1.3, 0.08, at=(0, 0.24, 1.12), axis="y", arc=(228, 312)), "y")
    mane = join(
        tube([(-0.3, 0, 0.7), (-0.45, 0, 0.65 + neck * 0.7), (-0.52, 0, 0.75 + neck)], 0.1),
        tube([(0.52, 0, 0.6), (0.8, 0, 0.5), (0.85, 0, 0.2)], (0.09, 0.12, 0.05)),
    )
    saddle = scale(rod((-0.2, 0, 0), (0.2, 0, 0), 1), 1, fat + 0.03, fat + 0.03).apply_translation((0, 0, 0.51))
    return [
        Part("horse", join(body, head, leg), None),
        Part("rockers", rocker, "red"),
        Part("mane", mane, "cream"),
        Part("saddle", saddle, "blue"),
        Part("eyes", mirror(ball(0.06, at=(-0.78, 0.13, 0.56 + neck)), "y"), "black"),
    ]


@object_class("swing", natural="red", group="play")
def swing(rng: Rng) -> list[Part]:
    half, height = rng(0.72, 0.82), rng(1.4, 1.55)
    leg = mirror(mirror(rod((half + 0.12, 0.5, 0), (half, 0, height), 0.075)), "y")
    bar = rod((-half - 0.06, 0, height), (half + 0.06, 0, height), 0.085)
    ropes = mirror(rod((0.32, 0, height), (0.32, 0, 0.42), 0.045))
    return [
        Part("frame", join(leg, bar), None),
        Part("seat", box(0.85, 0.38, 0.11, at=(0, 0, 0.42)), "yellow"),
        Part("ropes", ropes, "black"),
    ]


@object_class("slide", "playground slide", natural="yellow", parts=("ladder",), group="play")
def slide(rng: Rng) -> list[Part]:
    height, half = rng(0.95, 1.1), 0.3
    path = [(0.45, height), (0.15, height - 0.06), (-0.75, 0.2), (-1.1, 0.12)]
    chute = extrude([*path, *((u, v - 0.12) for u, v in reversed(path))], 2 * half)
    walls = extrude(
        [*((u, v + 0.16) for u, v in path), *((u, v - 0.12) for u, v in reversed(path))], 0.1, at=(0, half, 0)
    )
    rail = mirror(rod((0.95, half, 0), (0.42, half, height + 0.1), 0.07), "y")
    rungs = [
        rod((0.95 - 0.5 * t, -half, t * height), (0.95 - 0.5 * t, half, t * height), 0.06)
        for t in (0.15, 0.42, 0.7, 0.97)
    ]
    grip = mirror(
        tube(
            [(0.42, half, height), (0.42, half, height + 0.35), (0.15, half, height + 0.3), (0.12, half, height)], 0.06
        ),
        "y",
    )
    foot = mirror(rod((-0.6, half - 0.04, 0), (-0.6, half - 0.04, 0.3), 0.07), "y")
    return [
        Part("chute", join(chute, mirror(walls, "y")), None),
        Part("ladder", join(rail, *rungs, grip, foot), "red"),
    ]


@object_class("toy blocks", "building blocks", "letter blocks", natural="red", group="play")
def toy_blocks(rng: Rng) -> list[Part]:
    size, turn = rng(0.76, 0.84), rng(15, 40)
    block = box(size, size, size)
    low = shift(block, x=-0.46)
    other = shift(rotate(block, -turn / 2), x=0.46)
    top = shift(rotate(block, turn), z=size)
    star = mirror(extrude(star_outline(5, 0.28, 0.13), 0.06, at=(0, -size / 2, 0)), "y")
    signs = join(shift(star, x=-0.46), shift(rotate(star, turn), z=size), shift(rotate(star, -turn / 2), x=0.46))
    return [
        Part("block", low, None),
        Part("block", other, "blue"),
        Part("block", top, "yellow"),
        Part("stars", signs, "white"),
    ]


@object_class("abacus", natural="brown", group="play")
def abacus(rng: Rng) -> list[Part]:
    half, height = rng(0.75, 0.85), rng(0.68, 0.76)
    frame = join(
        mirror(box(0.16, 0.24, 2 * height, at=(half, 0, 0))),
        mirror(box(2 * half + 0.16, 0.24, 0.16, at=(0, 0, height)), "z"),
    )
    rows, counts = (-0.42, 0.0, 0.42), ((3, 2), (2, 3), (4, 1))
    places = [
        [s * (half - 0.2 - 0.2 * k) for s, n in ((-1, left), (1, right)) for k in range(n)] for left, right in counts
    ]
    beads = [[ball((0.1, 0.17, 0.18), at=(x, 0, z)) for x in row] for row, z in zip(places, rows, strict=True)]
    wires = join(*(rod((-half, 0, z), (half, 0, z), 0.035) for z in rows))
    colored = [Part("beads", join(*row), color) for row, color in zip(beads, ("red", "yellow", "blue"), strict=True)]
    return [Part("frame", frame, None), Part("wires", wires, "grey"), *colored]


@object_class("trampoline", natural="blue", group="play")
def trampoline(rng: Rng) -> list[Part]:
    radius, height = rng(0.85, 0.95), rng(0.42, 0.52)
    legs = repeat_around(rod((radius - 0.05, 0, height), (radius - 0.02, 0, 0), 0.075), 6)
    return [
        Part("rim", scale(ring(radius - 0.1, 0.15), 1, 1, 0.5).apply_translation((0, 0, height)), None),
        Part("mat", rod((0, 0, height - 0.04), (0, 0, height + 0.03), radius - 0.15), "black"),
        Part("legs", legs, "silver"),
    ]
