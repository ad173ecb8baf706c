"""What is worn on the head."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    cone,
    dome,
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
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("top hat", "hat", natural="black", parts=("band",), group="clothes")
def top_hat(rng: Rng) -> list[Part]:
    radius, height = rng(0.46, 0.54), rng(0.85, 1.05)
    brim = lathe([(0.86, 0.0), (0.9, 0.08), (0.7, 0.1)])
    return [
        Part("hat", join(brim, rod((0, 0, 0), (0, 0, height), radius - 0.03, radius + 0.05)), None),
        Part("band", rod((0, 0, 0.06), (0, 0, 0.3), radius + 0.02), "red"),
    ]


@object_class("cowboy hat", natural="brown", parts=("band",), group="clothes")
def cowboy_hat(rng: Rng) -> list[Part]:
    height, curl = rng(0.5, 0.6), rng(0.3, 0.42)
    brim = lathe([(0.3, 0), (0.6, 0), (1.0, 0.0), (1.02, 0.06), (0.98, 0.1), (0.6, 0.1)])
    brim = scale(brim, 1.0, 0.85, 1)
    brim.vertices[:, 2] += curl * brim.vertices[:, 0] ** 2
    crown = scale(lathe([(0.5, 0), (0.46, height), (0.3, height + 0.1), (0, height)]), 1, 0.85, 1)
    band = scale(rod((0, 0, 0.08), (0, 0, 0.26), 0.53, 0.52), 1, 0.86, 1)
    return [Part("hat", join(brim, crown), None), Part("band", band, "black")]


@object_class("witch hat", "wizard hat", natural="purple", parts=("band",), group="clothes")
def witch_hat(rng: Rng) -> list[Part]:
    height, lean = rng(1.3, 1.5), rng(0.1, 0.3)
    peak = tube(
        [(0, 0, 0), (0, 0, 0.5 * height), (0.4 * lean, 0, 0.75 * height), (lean, 0, height)],
        (0.52, 0.28, 0.15, 0.04),
        sides=32,
    )
    brim = lathe([(0.9, 0), (0.95, 0.06), (0.5, 0.12)])
    buckle = box(0.28, 0.1, 0.26, at=(0, -0.48, 0.22))
    return [
        Part("hat", join(peak, brim), None),
        Part("band", rod((0, 0, 0.08), (0, 0, 0.3), 0.51, 0.44), "orange"),
        Part("buckle", buckle, "gold"),
    ]


@object_class("party hat", natural="blue", parts=("pompom",), group="clothes")
def party_hat(rng: Rng) -> list[Part]:
    radius, height = rng(0.52, 0.62), rng(1.3, 1.5)
    rows = [
        rotate(repeat_around(ball(0.11, at=(radius * (1 - t), 0, t * height)), 5), 36 * k)
        for k, t in enumerate((0.16, 0.4, 0.64))
    ]
    return [
        Part("hat", cone(radius, height), None),
        Part("pompom", join(ball(0.2, at=(0, 0, height)), *rows), "yellow"),
        Part("trim", ring(radius, 0.09, at=(0, 0, 0.03)), "white"),
    ]


@object_class("crown", natural="gold", parts=("jewels",), group="clothes")
def crown(rng: Rng) -> list[Part]:
    radius, height, count = rng(0.66, 0.74), rng(0.62, 0.75), 5
    wall = [(-0.44, 0), (0.44, 0), (0.44, 0.32), (0.0, height + 0.2), (-0.44, 0.32)]
    spike = shift(extrude(wall, 0.1), y=-radius + 0.04)
    tips = repeat_around(ball(0.12, at=(0, -radius + 0.04, height + 0.24)), count)
    band = lathe(
        [(radius, 0), (radius + 0.04, 0.02), (radius + 0.04, 0.3), (radius - 0.08, 0.3), (radius - 0.08, 0.05)]
    )
    jewels = repeat_around(ball((0.12, 0.08, 0.12), at=(0, -radius - 0.03, 0.2)), count)
    return [
        Part("crown", join(repeat_around(spike, count), tips, band), None),
        Part("jewels", jewels, "red"),
        Part("cushion", dome(radius - 0.08, at=(0, 0, 0.08), squash=0.7), "purple"),
    ]


@object_class("cap", "baseball cap", natural="red", parts=("peak",), group="clothes")
def cap(rng: Rng) -> list[Part]:
    radius, reach = rng(0.64, 0.72), rng(1.35, 1.5)
    brim = scale(dome(0.52), 1.0, 1.0, 0.16)
    brim = shift(scale(brim, 1.05, reach, 1), y=-0.62, z=0.0)
    panel = extrude(rounded_outline(0.5, 0.4, 0.12), 0.2, at=(0, -0.86 * radius, 0.34))
    return [
        Part("cap", join(dome(radius, squash=0.95), ball(0.09, at=(0, 0, 0.96 * radius))), None),
        Part("peak", brim, "blue"),
        Part("panel", panel, "white"),
    ]


@object_class("viking helmet", "helmet", natural="grey", parts=("horns",), group="clothes")
def viking_helmet(rng: Rng) -> list[Part]:
    radius, rise = rng(0.56, 0.62), rng(0.6, 0.75)
    horn = tube(
        [(radius - 0.1, 0, 0.25), (radius + 0.25, 0, 0.32), (radius + 0.42, 0, 0.55), (radius + 0.4, 0, 0.3 + rise)],
        (0.17, 0.16, 0.12, 0.03),
    )
    trim = join(
        rod((0, 0, -0.06), (0, 0, 0.16), radius + 0.05), scale(ring(radius, 0.08, axis="x", arc=(0, 180)), 1, 1, 1.1)
    )
    studs = repeat_around(ball(0.07, at=(radius + 0.05, 0, 0.05)), 10)
    return [
        Part("helmet", dome(radius, squash=1.1), None),
        Part("horns", mirror(horn), "cream"),
        Part("trim", trim, "gold"),
        Part("studs", rotate(studs, 18), "black"),
    ]
