"""Toys and the playground."""

from __future__ import annotations

from ..forms import (
    around,
    ball,
    box,
    cone,
    extrude,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    scaled,
    star_outline,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("kite", natural="red", parts=("tail",), group="play")
def kite(vary: Vary) -> list[Part]:
    wide, cross = vary(0.6, 0.7), vary(0.25, 0.35)
    halves = [[(0, 0.95), (s * wide, cross), (0, -0.65)] for s in (-1, 1)]
    tail = tube([(0, 0, -0.6), (0.16, 0, -0.85), (-0.1, 0, -1.1), (0.12, 0, -1.4), (0, 0, -1.65)], 0.05)
    bow = mirrored(extrude([(0, 0), (0.2, 0.13), (0.2, -0.13)], 0.1))
    bows = joined(moved(bow, x=0.1, z=-0.85), moved(bow, x=-0.06, z=-1.15), moved(bow, x=0.1, z=-1.45))
    quarters = [[(0, 0.95), (wide, cross), (0, cross)], [(0, -0.65), (-wide, cross), (0, cross)]]
    return [
        Part("kite", joined(*(extrude(half, 0.1) for half in halves)), None),
        Part("quarters", joined(*(extrude(quarter, 0.14) for quarter in quarters)), "yellow"),
        Part("tail", joined(tail, bows), "blue"),
    ]


@thing("spinning top", natural="red", parts=("stripe",), group="play")
def spinning_top(vary: Vary) -> list[Part]:
    wide, high = vary(0.72, 0.82), vary(0.3, 0.4)
    body = lathe([(0, -0.8), (0.1, -0.7), (wide * 0.7, -0.25), (wide, 0.05), (wide * 0.85, high - 0.1), (0.2, high)])
    stick = joined(rod((0, 0, high - 0.05), (0, 0, high + 0.45), 0.09), ball(0.15, at=(0, 0, high + 0.48)))
    band = lathe([(wide * 0.72, -0.26), (wide + 0.03, 0.05), (wide * 0.97, 0.12)])
    return [
        Part("top", body, None),
        Part("stripe", joined(band, rod((0, 0, high - 0.06), (0, 0, high + 0.03), 0.5 * wide)), "yellow"),
        Part("stick", joined(stick, cone(0.12, 0.2, at=(0, 0, -0.85))), "blue"),
    ]


@thing("rocking horse", natural="brown", parts=("saddle",), group="play")
def rocking_horse(vary: Vary) -> list[Part]:
    fat, neck = vary(0.26, 0.3), vary(0.55, 0.65)
    body = ball((0.58, fat, fat), at=(0, 0, 0.5))
    throat = tube([(-0.4, 0, 0.55), (-0.6, 0, 0.6 + neck * 0.7), (-0.66, 0, 0.55 + neck)], (0.24, 0.17, 0.17))
    ears = mirrored(cone(0.08, 0.22, at=(-0.58, 0.09, 0.65 + neck)), "y")
    head = joined(throat, ears, ball((0.3, 0.15, 0.17), at=(-0.8, 0, 0.5 + neck)))
    leg = mirrored(mirrored(rod((0.35, 0.15, 0.4), (0.5, 0.22, -0.12), 0.1)), "y")
    rocker = mirrored(ring(1.3, 0.08, at=(0, 0.24, 1.12), axis="y", arc=(228, 312)), "y")
    mane = joined(
        tube([(-0.3, 0, 0.7), (-0.45, 0, 0.65 + neck * 0.7), (-0.52, 0, 0.75 + neck)], 0.1),
        tube([(0.52, 0, 0.6), (0.8, 0, 0.5), (0.85, 0, 0.2)], (0.09, 0.12, 0.05)),
    )
    saddle = scaled(rod((-0.2, 0, 0), (0.2, 0, 0), 1), 1, fat + 0.03, fat + 0.03).apply_translation((0, 0, 0.51))
    return [
        Part("horse", joined(body, head, leg), None),
        Part("rockers", rocker, "red"),
        Part("mane", mane, "cream"),
        Part("saddle", saddle, "blue"),
        Part("eyes", mirrored(ball(0.06, at=(-0.78, 0.13, 0.56 + neck)), "y"), "black"),
    ]


@thing("swing", natural="red", group="play")
def swing(vary: Vary) -> list[Part]:
    half, height = vary(0.72, 0.82), vary(1.4, 1.55)
    leg = mirrored(mirrored(rod((half + 0.12, 0.5, 0), (half, 0, height), 0.075)), "y")
    bar = rod((-half - 0.06, 0, height), (half + 0.06, 0, height), 0.085)
    ropes = mirrored(rod((0.32, 0, height), (0.32, 0, 0.42), 0.045))
    return [
        Part("frame", joined(leg, bar), None),
        Part("seat", box(0.85, 0.38, 0.11, at=(0, 0, 0.42)), "yellow"),
        Part("ropes", ropes, "black"),
    ]


@thing("slide", "playground slide", natural="yellow", parts=("ladder",), group="play")
def slide(vary: Vary) -> list[Part]:
    height, half = vary(0.95, 1.1), 0.3
    path = [(0.45, height), (0.15, height - 0.06), (-0.75, 0.2), (-1.1, 0.12)]
    chute = extrude([*path, *((u, v - 0.12) for u, v in reversed(path))], 2 * half)
    walls = extrude(
        [*((u, v + 0.16) for u, v in path), *((u, v - 0.12) for u, v in reversed(path))], 0.1, at=(0, half, 0)
    )
    rail = mirrored(rod((0.95, half, 0), (0.42, half, height + 0.1), 0.07), "y")
    rungs = [
        rod((0.95 - 0.5 * t, -half, t * height), (0.95 - 0.5 * t, half, t * height), 0.06)
        for t in (0.15, 0.42, 0.7, 0.97)
    ]
    grip = mirrored(
        tube(
            [(0.42, half, height), (0.42, half, height + 0.35), (0.15, half, height + 0.3), (0.12, half, height)], 0.06
        ),
        "y",
    )
    foot = mirrored(rod((-0.6, half - 0.04, 0), (-0.6, half - 0.04, 0.3), 0.07), "y")
    return [
        Part("chute", joined(chute, mirrored(walls, "y")), None),
        Part("ladder", joined(rail, *rungs, grip, foot), "red"),
    ]


@thing("toy blocks", "building blocks", "letter blocks", natural="red", group="play")
def toy_blocks(vary: Vary) -> list[Part]:
    size, turn = vary(0.76, 0.84), vary(15, 40)
    block = box(size, size, size)
    low = moved(block, x=-0.46)
    other = moved(turned(block, -turn / 2), x=0.46)
    top = moved(turned(block, turn), z=size)
    star = mirrored(extrude(star_outline(5, 0.28, 0.13), 0.06, at=(0, -size / 2, 0)), "y")
    signs = joined(moved(star, x=-0.46), moved(turned(star, turn), z=size), moved(turned(star, -turn / 2), x=0.46))
    return [
        Part("block", low, None),
        Part("block", other, "blue"),
        Part("block", top, "yellow"),
        Part("stars", signs, "white"),
    ]


@thing("abacus", natural="brown", group="play")
def abacus(vary: Vary) -> list[Part]:
    half, height = vary(0.75, 0.85), vary(0.68, 0.76)
    frame = joined(
        mirrored(box(0.16, 0.24, 2 * height, at=(half, 0, 0))),
        mirrored(box(2 * half + 0.16, 0.24, 0.16, at=(0, 0, height)), "z"),
    )
    rows, counts = (-0.42, 0.0, 0.42), ((3, 2), (2, 3), (4, 1))
    places = [
        [s * (half - 0.2 - 0.2 * k) for s, n in ((-1, left), (1, right)) for k in range(n)] for left, right in counts
    ]
    beads = [[ball((0.1, 0.17, 0.18), at=(x, 0, z)) for x in row] for row, z in zip(places, rows, strict=True)]
    wires = joined(*(rod((-half, 0, z), (half, 0, z), 0.035) for z in rows))
    coloured = [
        Part("beads", joined(*row), colour) for row, colour in zip(beads, ("red", "yellow", "blue"), strict=True)
    ]
    return [Part("frame", frame, None), Part("wires", wires, "grey"), *coloured]


@thing("trampoline", natural="blue", group="play")
def trampoline(vary: Vary) -> list[Part]:
    radius, height = vary(0.85, 0.95), vary(0.42, 0.52)
    legs = around(rod((radius - 0.05, 0, height), (radius - 0.02, 0, 0), 0.075), 6)
    return [
        Part("rim", scaled(ring(radius - 0.1, 0.15), 1, 1, 0.5).apply_translation((0, 0, height)), None),
        Part("mat", rod((0, 0, height - 0.04), (0, 0, height + 0.03), radius - 0.15), "black"),
        Part("legs", legs, "silver"),
    ]
