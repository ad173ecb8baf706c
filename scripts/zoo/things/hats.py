"""What is worn on the head."""

from __future__ import annotations

from ..forms import (
    around,
    ball,
    box,
    cone,
    dome,
    extrude,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    rounded_outline,
    scaled,
    tube,
    turned,
)
from ..thing import Part, Vary, thing


@thing("top hat", "hat", natural="black", parts=("band",), group="clothes")
def top_hat(vary: Vary) -> list[Part]:
    radius, height = vary(0.46, 0.54), vary(0.85, 1.05)
    brim = lathe([(0.86, 0.0), (0.9, 0.08), (0.7, 0.1)])
    return [
        Part("hat", joined(brim, rod((0, 0, 0), (0, 0, height), radius - 0.03, radius + 0.05)), None),
        Part("band", rod((0, 0, 0.06), (0, 0, 0.3), radius + 0.02), "red"),
    ]


@thing("cowboy hat", natural="brown", parts=("band",), group="clothes")
def cowboy_hat(vary: Vary) -> list[Part]:
    height, curl = vary(0.5, 0.6), vary(0.3, 0.42)
    brim = lathe([(0.3, 0), (0.6, 0), (1.0, 0.0), (1.02, 0.06), (0.98, 0.1), (0.6, 0.1)])
    brim = scaled(brim, 1.0, 0.85, 1)
    brim.vertices[:, 2] += curl * brim.vertices[:, 0] ** 2
    crown = scaled(lathe([(0.5, 0), (0.46, height), (0.3, height + 0.1), (0, height)]), 1, 0.85, 1)
    band = scaled(rod((0, 0, 0.08), (0, 0, 0.26), 0.53, 0.52), 1, 0.86, 1)
    return [Part("hat", joined(brim, crown), None), Part("band", band, "black")]


@thing("witch hat", "wizard hat", natural="purple", parts=("band",), group="clothes")
def witch_hat(vary: Vary) -> list[Part]:
    height, lean = vary(1.3, 1.5), vary(0.1, 0.3)
    peak = tube(
        [(0, 0, 0), (0, 0, 0.5 * height), (0.4 * lean, 0, 0.75 * height), (lean, 0, height)],
        (0.52, 0.28, 0.15, 0.04),
        sides=32,
    )
    brim = lathe([(0.9, 0), (0.95, 0.06), (0.5, 0.12)])
    buckle = box(0.28, 0.1, 0.26, at=(0, -0.48, 0.22))
    return [
        Part("hat", joined(peak, brim), None),
        Part("band", rod((0, 0, 0.08), (0, 0, 0.3), 0.51, 0.44), "orange"),
        Part("buckle", buckle, "gold"),
    ]


@thing("party hat", natural="blue", parts=("pompom",), group="clothes")
def party_hat(vary: Vary) -> list[Part]:
    radius, height = vary(0.52, 0.62), vary(1.3, 1.5)
    rows = [
        turned(around(ball(0.11, at=(radius * (1 - t), 0, t * height)), 5), 36 * k)
        for k, t in enumerate((0.16, 0.4, 0.64))
    ]
    return [
        Part("hat", cone(radius, height), None),
        Part("pompom", joined(ball(0.2, at=(0, 0, height)), *rows), "yellow"),
        Part("trim", ring(radius, 0.09, at=(0, 0, 0.03)), "white"),
    ]


@thing("crown", natural="gold", parts=("jewels",), group="clothes")
def crown(vary: Vary) -> list[Part]:
    radius, height, count = vary(0.66, 0.74), vary(0.62, 0.75), 5
    wall = [(-0.44, 0), (0.44, 0), (0.44, 0.32), (0.0, height + 0.2), (-0.44, 0.32)]
    spike = moved(extrude(wall, 0.1), y=-radius + 0.04)
    tips = around(ball(0.12, at=(0, -radius + 0.04, height + 0.24)), count)
    band = lathe(
        [(radius, 0), (radius + 0.04, 0.02), (radius + 0.04, 0.3), (radius - 0.08, 0.3), (radius - 0.08, 0.05)]
    )
    jewels = around(ball((0.12, 0.08, 0.12), at=(0, -radius - 0.03, 0.2)), count)
    return [
        Part("crown", joined(around(spike, count), tips, band), None),
        Part("jewels", jewels, "red"),
        Part("cushion", dome(radius - 0.08, at=(0, 0, 0.08), squash=0.7), "purple"),
    ]


@thing("cap", "baseball cap", natural="red", parts=("peak",), group="clothes")
def cap(vary: Vary) -> list[Part]:
    radius, reach = vary(0.64, 0.72), vary(1.35, 1.5)
    brim = scaled(dome(0.52), 1.0, 1.0, 0.16)
    brim = moved(scaled(brim, 1.05, reach, 1), y=-0.62, z=0.0)
    panel = extrude(rounded_outline(0.5, 0.4, 0.12), 0.2, at=(0, -0.86 * radius, 0.34))
    return [
        Part("cap", joined(dome(radius, squash=0.95), ball(0.09, at=(0, 0, 0.96 * radius))), None),
        Part("peak", brim, "blue"),
        Part("panel", panel, "white"),
    ]


@thing("viking helmet", "helmet", natural="grey", parts=("horns",), group="clothes")
def viking_helmet(vary: Vary) -> list[Part]:
    radius, rise = vary(0.56, 0.62), vary(0.6, 0.75)
    horn = tube(
        [(radius - 0.1, 0, 0.25), (radius + 0.25, 0, 0.32), (radius + 0.42, 0, 0.55), (radius + 0.4, 0, 0.3 + rise)],
        (0.17, 0.16, 0.12, 0.03),
    )
    trim = joined(
        rod((0, 0, -0.06), (0, 0, 0.16), radius + 0.05), scaled(ring(radius, 0.08, axis="x", arc=(0, 180)), 1, 1, 1.1)
    )
    studs = around(ball(0.07, at=(radius + 0.05, 0, 0.05)), 10)
    return [
        Part("helmet", dome(radius, squash=1.1), None),
        Part("horns", mirrored(horn), "cream"),
        Part("trim", trim, "gold"),
        Part("studs", turned(studs, 18), "black"),
    ]
