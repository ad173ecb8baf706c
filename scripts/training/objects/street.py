"""What stands in the street."""

from __future__ import annotations

from .mesh_primitives import (
    box,
    dome,
    join,
    lathe,
    mirror,
    ring,
    rod,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("traffic cone", "road cone", natural="orange", parts=("stripes",), group="objects")
def traffic_cone(rng: Rng) -> list[Part]:
    radius, height = rng(0.5, 0.56), rng(1.4, 1.6)
    at = [(share * height, radius + (0.08 - radius) * share + 0.02) for share in (0.22, 0.42, 0.6, 0.76)]
    bands = [rod((0, 0, low[0]), (0, 0, high[0]), low[1], high[1]) for low, high in (at[:2], at[2:])]
    return [
        Part("cone", join(rod((0, 0, 0), (0, 0, height), radius, 0.08), box(1.3, 1.3, 0.12)), None),
        Part("stripes", join(*bands), "white"),
    ]


@object_class("fire hydrant", "hydrant", natural="red", group="objects")
def fire_hydrant(rng: Rng) -> list[Part]:
    radius, height = rng(0.34, 0.4), rng(1.0, 1.15)
    body = join(
        rod((0, 0, 0), (0, 0, height), radius),
        rod((0, 0, 0), (0, 0, 0.14), radius + 0.16),
        rod((0, 0, height - 0.08), (0, 0, height + 0.04), radius + 0.1),
    )
    top = dome(radius + 0.02, at=(0, 0, height), squash=0.9)
    arms = rod((-radius - 0.26, 0, 0.66 * height), (radius + 0.26, 0, 0.66 * height), 0.17)
    caps = join(
        mirror(rod((radius + 0.2, 0, 0.66 * height), (radius + 0.34, 0, 0.66 * height), 0.22)),
        rod((0, -radius, 0.62 * height), (0, -radius - 0.16, 0.62 * height), 0.24),
    )
    nut = rod((0, 0, height + 0.3), (0, 0, height + 0.52), 0.11)
    return [Part("body", join(body, top, arms), None), Part("caps", join(caps, nut), "yellow")]


@object_class("fire extinguisher", natural="red", group="objects")
def fire_extinguisher(rng: Rng) -> list[Part]:
    radius, height = rng(0.4, 0.46), rng(1.15, 1.3)
    bottle = lathe([(radius, 0), (radius, height - 0.2), (0.6 * radius, height), (0.14, height + 0.06)])
    lever = join(rod((0, 0, height), (0, 0, height + 0.3), 0.12), box(0.62, 0.14, 0.1, at=(0.2, 0, height + 0.34)))
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
        Part("hose", join(lever, hose, nozzle), "black"),
        Part("label", rod((0, 0, 0.4), (0, 0, 0.75), radius + 0.015), "white"),
    ]


@object_class("trash can", "dustbin", "rubbish bin", natural="grey", parts=("lid",), group="objects")
def trash_can(rng: Rng) -> list[Part]:
    low, high, height = rng(0.48, 0.54), rng(0.58, 0.66), rng(1.15, 1.3)
    lid = join(
        dome(high + 0.08, at=(0, 0, height), squash=0.35),
        ring(0.2, 0.07, at=(0, 0, height + 0.24), axis="y", arc=(0, 180)),
    )
    grips = mirror(ring(0.17, 0.07, at=(high - 0.02, 0, 0.72 * height), axis="y", arc=(-90, 90)))
    ribs = [rod((0, 0, z), (0, 0, z + 0.07), low + 0.03 + (high - low) * z / height) for z in (0.15, 0.45, 0.75)]
    return [
        Part("can", join(rod((0, 0, 0), (0, 0, height), low, high), grips), None),
        Part("ribs", join(*ribs), "black"),
        Part("lid", lid, "silver"),
    ]
