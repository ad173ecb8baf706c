"""What stands in the street."""

from __future__ import annotations

from ..forms import (
    box,
    dome,
    joined,
    lathe,
    mirrored,
    ring,
    rod,
    tube,
)
from ..thing import Part, Vary, thing


@thing("traffic cone", "road cone", natural="orange", parts=("stripes",), group="objects")
def traffic_cone(vary: Vary) -> list[Part]:
    radius, height = vary(0.5, 0.56), vary(1.4, 1.6)
    at = [(share * height, radius + (0.08 - radius) * share + 0.02) for share in (0.22, 0.42, 0.6, 0.76)]
    bands = [rod((0, 0, low[0]), (0, 0, high[0]), low[1], high[1]) for low, high in (at[:2], at[2:])]
    return [
        Part("cone", joined(rod((0, 0, 0), (0, 0, height), radius, 0.08), box(1.3, 1.3, 0.12)), None),
        Part("stripes", joined(*bands), "white"),
    ]


@thing("fire hydrant", "hydrant", natural="red", group="objects")
def fire_hydrant(vary: Vary) -> list[Part]:
    radius, height = vary(0.34, 0.4), vary(1.0, 1.15)
    body = joined(
        rod((0, 0, 0), (0, 0, height), radius),
        rod((0, 0, 0), (0, 0, 0.14), radius + 0.16),
        rod((0, 0, height - 0.08), (0, 0, height + 0.04), radius + 0.1),
    )
    top = dome(radius + 0.02, at=(0, 0, height), squash=0.9)
    arms = rod((-radius - 0.26, 0, 0.66 * height), (radius + 0.26, 0, 0.66 * height), 0.17)
    caps = joined(
        mirrored(rod((radius + 0.2, 0, 0.66 * height), (radius + 0.34, 0, 0.66 * height), 0.22)),
        rod((0, -radius, 0.62 * height), (0, -radius - 0.16, 0.62 * height), 0.24),
    )
    nut = rod((0, 0, height + 0.3), (0, 0, height + 0.52), 0.11)
    return [Part("body", joined(body, top, arms), None), Part("caps", joined(caps, nut), "yellow")]


@thing("fire extinguisher", natural="red", group="objects")
def fire_extinguisher(vary: Vary) -> list[Part]:
    radius, height = vary(0.4, 0.46), vary(1.15, 1.3)
    bottle = lathe([(radius, 0), (radius, height - 0.2), (0.6 * radius, height), (0.14, height + 0.06)])
    lever = joined(rod((0, 0, height), (0, 0, height + 0.3), 0.12), box(0.62, 0.14, 0.1, at=(0.2, 0, height + 0.34)))
    hose = tube(
        [
            (-0.05, 0, height + 0.2),
            (-0.5, 0, height + 0.2),
            (-radius - 0.26, 0, height - 0.2),
            (-radius - 0.2, 0, 0.45),
        ],
        0.075,
    )
    nozzle = rod((-radius - 0.2, 0, 0.5), (-radius - 0.16, 0, 0.15), 0.09, 0.16)
    return [
        Part("bottle", bottle, None),
        Part("hose", joined(lever, hose, nozzle), "black"),
        Part("label", rod((0, 0, 0.4), (0, 0, 0.75), radius + 0.015), "white"),
    ]


@thing("trash can", "dustbin", "rubbish bin", natural="grey", parts=("lid",), group="objects")
def trash_can(vary: Vary) -> list[Part]:
    low, high, height = vary(0.48, 0.54), vary(0.58, 0.66), vary(1.15, 1.3)
    lid = joined(
        dome(high + 0.08, at=(0, 0, height), squash=0.35),
        ring(0.2, 0.07, at=(0, 0, height + 0.24), axis="y", arc=(0, 180)),
    )
    grips = mirrored(ring(0.17, 0.07, at=(high - 0.02, 0, 0.72 * height), axis="y", arc=(-90, 90)))
    ribs = [rod((0, 0, z), (0, 0, z + 0.07), low + 0.03 + (high - low) * z / height) for z in (0.15, 0.45, 0.75)]
    return [
        Part("can", joined(rod((0, 0, 0), (0, 0, height), low, high), grips), None),
        Part("ribs", joined(*ribs), "black"),
        Part("lid", lid, "silver"),
    ]
