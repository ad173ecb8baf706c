"""What is ridden, pushed or pulled by one person."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    extrude,
    join,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    rounded_outline,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class
from .vehicles import side, wheels


@object_class("motorbike", "motorcycle", natural="red", group="vehicles")
def motorbike(rng: Rng) -> list[Part]:
    radius, reach = rng(0.36, 0.4), rng(0.64, 0.7)
    tyres = mirror(ring(radius - 0.06, 0.12, at=(0, reach, radius), axis="x"), "y")
    fork = mirror(rod((0.12, -reach, radius), (0.12, -0.36, 1.0), 0.05))
    tank = ball((0.2, 0.36, 0.2), at=(0, -0.14, 0.86))
    body = join(tank, side([(-0.35, 0.45), (0.2, 0.4), (reach + 0.15, 0.85), (0.1, 0.8)], 0.22))
    bars = tube([(-0.4, -0.22, 1.12), (-0.2, -0.36, 1.08), (0.2, -0.36, 1.08), (0.4, -0.22, 1.12)], 0.06)
    exhaust = mirror(rod((0.2, 0.0, 0.32), (0.2, 0.85, 0.42), 0.08))
    seat = join(ball((0.17, 0.36, 0.1), at=(0, 0.38, 0.88)), bars)
    return [
        Part("body", body, None),
        Part("tyres", join(tyres, seat), "black"),
        Part("engine", join(box(0.34, 0.42, 0.36, at=(0, -0.05, 0.5)), fork, exhaust), "silver"),
        Part("light", ball(0.14, at=(0, -0.52, 0.96)), "yellow"),
    ]


@object_class("scooter", "kick scooter", natural="blue", group="vehicles")
def scooter(rng: Rng) -> list[Part]:
    height, reach = rng(1.35, 1.55), rng(0.55, 0.65)
    board = box(0.3, 2 * reach - 0.1, 0.1, at=(0, 0.05, 0.24))
    post = rod((0, -reach, 0.2), (0, -reach + 0.22, height), 0.07)
    bars = rod((-0.36, -reach + 0.22, height), (0.36, -reach + 0.22, height), 0.07)
    grips = mirror(rod((0.22, -reach + 0.22, height), (0.42, -reach + 0.22, height), 0.1))
    tyres = mirror(rod((-0.08, reach, 0.19), (0.08, reach, 0.19), 0.19), "y")
    return [Part("frame", join(board, post, bars), None), Part("tyres", join(grips, tyres), "black")]


@object_class("skateboard", natural="green", parts=("wheels",), group="vehicles")
def skateboard(rng: Rng) -> list[Part]:
    width, kick = rng(0.5, 0.6), rng(0.2, 0.3)
    deck = [
        (-1.0, kick),
        (-0.72, 0),
        (0.72, 0),
        (1.0, kick),
        (1.0, kick + 0.12),
        (0.7, 0.12),
        (-0.7, 0.12),
        (-1.0, kick + 0.12),
    ]
    axle = mirror(box(0.2, 0.14, 0.2, at=(0, 0.55, -0.08)), "y")
    rolls = shift(wheels(0.34, (-0.55, 0.55), 0.17, 0.2), z=-0.34)
    return [
        Part("deck", side(deck, width), None),
        Part("wheels", rolls, "yellow"),
        Part("axles", axle, "silver"),
    ]


@object_class("sled", "sledge", natural="red", group="vehicles")
def sled(rng: Rng) -> list[Part]:
    length, curl = rng(0.85, 1.0), rng(0.24, 0.3)
    runner = tube(
        [(0.34, length, 0), (0.34, -0.7, 0), (0.34, -0.98, 0.12), (0.34, -1.02, 0.12 + curl), (0.34, -0.8, 0.3 + curl)],
        0.07,
    )
    slats = [box(0.2, length + 0.65, 0.09, at=(x, length / 2 - 0.32, 0.36)) for x in (-0.3, 0, 0.3)]
    struts = [box(0.78, 0.12, 0.1, at=(0, y, 0.28)) for y in (-0.45, 0.6 * length)]
    posts = [mirror(box(0.09, 0.09, 0.32, at=(0.34, y, 0.15))) for y in (-0.45, 0.6 * length)]
    return [Part("seat", join(*slats), "wood"), Part("runners", join(mirror(runner), *struts, *posts), None)]


@object_class("wheelbarrow", natural="green", group="vehicles")
def wheelbarrow(rng: Rng) -> list[Part]:
    depth, radius = rng(0.4, 0.5), rng(0.26, 0.31)
    tray = [(-0.75, 0.55 + depth), (-0.4, 0.45), (0.4, 0.45), (0.62, 0.5 + depth)]
    load = [(-0.6, 0.52 + depth), (-0.2, 0.75 + depth), (0.3, 0.72 + depth), (0.52, 0.48 + depth)]
    shaft = rod((0.14, -0.78, radius), (0.38, 1.1, 0.62), 0.06)
    leg = rod((0.28, 0.38, 0.45), (0.3, 0.45, 0), 0.06)
    grip = rod((0.35, 0.85, 0.56), (0.385, 1.15, 0.63), 0.09)
    wheel = rod((-0.1, -0.78, radius), (0.1, -0.78, radius), radius)
    return [
        Part("tray", side(tray, 0.8), None),
        Part("earth", side(load, 0.64), "brown"),
        Part("frame", mirror(join(shaft, leg)), "silver"),
        Part("wheel", join(wheel, mirror(grip)), "black"),
    ]


@object_class("pram", "baby carriage", "stroller", natural="blue", group="vehicles")
def pram(rng: Rng) -> list[Part]:
    radius, deep = rng(0.26, 0.3), rng(0.4, 0.48)
    basket = extrude(
        [(-0.7, 0), (-0.55, -deep * 0.8), (-0.3, -deep), (0.35, -deep), (0.6, -deep * 0.8), (0.7, 0)], 0.66, axis="x"
    )
    fan = [(0.72, 0.0), (0.72, 0.3), (0.58, 0.55), (0.36, 0.7), (0.1, 0.74), (0.0, 0.0)]
    body = join(shift(basket, z=1.0), shift(extrude(fan, 0.7, axis="x"), z=1.0))
    handle = tube([(-0.3, -0.55, 0.95), (-0.3, -1.05, 1.25), (0.3, -1.05, 1.25), (0.3, -0.55, 0.95)], 0.06)
    frame = mirror(
        join(rod((0.28, -0.5, radius), (0.28, 0.4, 0.7), 0.05), rod((0.28, 0.5, radius), (0.28, -0.4, 0.7), 0.05))
    )
    hoops = [shift(rotate(box(0.76, 0.08, 0.74, at=(0, 0, 0.37)), tilt, "x"), z=1.0) for tilt in (-30, -58)]
    return [
        Part("body", body, None),
        Part("trim", join(*hoops, box(0.74, 1.5, 0.12, at=(0, 0, 1.0))), "white"),
        Part("frame", join(handle, frame), "silver"),
        Part("tyres", wheels(0.42, (-0.48, 0.48), radius, 0.12), "black"),
    ]


@object_class("cannon", natural="black", group="tools")
def cannon(rng: Rng) -> list[Part]:
    lift, radius = rng(15, 25), rng(0.4, 0.46)
    barrel = rod((0, 0.55, 0), (0, -1.0, 0), 0.27, 0.19)
    rims = join(
        rod((0, -0.9, 0), (0, -1.06, 0), 0.26), rod((0, 0.5, 0), (0, 0.62, 0), 0.32), ball(0.15, at=(0, 0.74, 0))
    )
    gun = shift(rotate(join(barrel, rims), -lift, "x"), z=0.72)
    carriage = mirror(rod((0.24, -0.1, 0.55), (0.24, 1.0, 0.12), 0.12))
    hoop = ring(radius, 0.08, at=(0.42, 0, radius + 0.06), axis="x")
    spokes = shift(repeat_around(rod((0, 0, 0), (0, 0, radius), 0.05), 6, "x"), x=0.42, z=radius + 0.06)
    bore = shift(rotate(rod((0, -1.05, 0), (0, -1.08, 0), 0.15), -lift, "x"), z=0.72)
    return [
        Part("barrel", gun, None),
        Part("wheels", join(mirror(join(hoop, spokes)), carriage), "wood"),
        Part("bore", bore, "grey"),
    ]


@object_class("roller skate", "skate", natural="pink", parts=("wheels",), group="vehicles")
def roller_skate(rng: Rng) -> list[Part]:
    top = rng(1.1, 1.3)
    boot = [(-0.9, 0.42), (0.6, 0.42), (0.62, top), (-0.05, top), (-0.1, 0.86), (-0.62, 0.76), (-0.9, 0.62)]
    rolls = join(*(rod((-0.26, y, 0.16), (0.26, y, 0.16), 0.17) for y in (-0.6, 0.38)))
    laces = [box(0.4, 0.12, 0.07, at=(0, -0.12, z)) for z in (0.9, 1.04)]
    sole = rotate(extrude(rounded_outline(1.65, 0.16, 0.06), 0.48), 90)
    return [
        Part("boot", join(side(boot, 0.42), rod((0, 0.3, top - 0.06), (0, 0.3, top + 0.02), 0.24)), None),
        Part("sole", join(shift(sole, y=-0.14, z=0.36), *laces), "white"),
        Part("wheels", rolls, "yellow"),
    ]
