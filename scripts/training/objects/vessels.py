"""What holds water, jam, flowers or a picnic."""

from __future__ import annotations

from .kitchen import ear
from .mesh_primitives import (
    dome,
    extrude,
    hollow,
    join,
    lathe,
    ring,
    rod,
    rounded_outline,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("jug", "pitcher", natural="glass", parts=("handle",), group="kitchen")
def jug(rng: Rng) -> list[Part]:
    belly, neck, height = rng(0.5, 0.56), rng(0.3, 0.35), rng(1.3, 1.5)
    profile = [(0.36, 0), (belly, 0.35), (belly * 0.94, 0.6), (neck, 0.78 * height), (neck + 0.1, height)]
    inside = [(neck + 0.02, height), (neck - 0.08, 0.8 * height), (0, 0.7 * height)]
    lip = extrude(
        [(-0.12, 0.16), (-0.48, 0.04), (-0.48, -0.04), (-0.12, -0.16)],
        0.14,
        at=(-neck + 0.14, 0, height - 0.07),
        axis="z",
    )
    return [
        Part("jug", join(lathe(profile + inside), lip), None),
        Part("handle", ear(neck + 0.04, 0.68 * height, 0.42, 0.22 * height, 0.09), None),
        Part("band", rod((0, 0, 0.36), (0, 0, 0.56), belly + 0.02, belly * 0.97), "white"),
    ]


@object_class("bucket", "pail", natural="blue", parts=("handle",), group="kitchen")
def bucket(rng: Rng) -> list[Part]:
    low, high, height = rng(0.42, 0.5), rng(0.62, 0.7), rng(0.95, 1.1)
    hoop = [
        (high + 0.02, -0.05),
        (0.92 * high, 0.45),
        (0.5 * high, 0.72),
        (-0.5 * high, 0.72),
        (-0.92 * high, 0.45),
        (-high - 0.02, -0.05),
    ]
    return [
        Part("bucket", join(hollow(low, height, 0.07, top=high), ring(high, 0.06, at=(0, 0, height))), None),
        Part("handle", tube([(x, 0, z + height) for x, z in hoop], 0.055), "silver"),
        Part("water", rod((0, 0, 0.2), (0, 0, 0.82 * height), low - 0.03, high - 0.1), "cyan"),
    ]


@object_class("vase", natural="purple", group="kitchen")
def vase(rng: Rng) -> list[Part]:
    belly, neck = rng(0.5, 0.58), rng(0.2, 0.26)
    outer = [(0.3, 0), (0.44, 0.2), (belly, 0.6), (0.4, 0.98), (neck, 1.22), (neck + 0.16, 1.55)]
    band = [(0.475, 0.34), (belly + 0.025, 0.6), (0.47, 0.82)]
    return [
        Part("vase", lathe([*outer, (neck + 0.08, 1.55), (neck - 0.06, 1.25), (0, 1.1)]), None),
        Part("band", lathe([(r + 0.01, z) for r, z in band]), "gold"),
    ]


@object_class("jam jar", "jar", natural="red", parts=("lid",), group="kitchen")
def jam_jar(rng: Rng) -> list[Part]:
    radius, height = rng(0.5, 0.58), rng(0.95, 1.15)
    jar = lathe([(radius - 0.06, 0), (radius, 0.08), (radius, height - 0.15), (radius - 0.1, height)])
    lid = rod((0, 0, height), (0, 0, height + 0.22), radius)
    label = extrude(rounded_outline(0.62, 0.46, 0.08), 0.3, at=(0, 0.11 - radius, 0.45 * height))
    return [Part("jam", jar, None), Part("lid", lid, "gold"), Part("label", label, "white")]


@object_class("basket", natural="wood", parts=("cloth",), group="kitchen")
def basket(rng: Rng) -> list[Part]:
    rim, height = rng(0.75, 0.85), rng(0.55, 0.68)
    body = scale(hollow(0.55, height, 0.08, top=rim), 1, 0.75, 1)
    rings = [shift(scale(ring(r, 0.07), 1, 0.75, 1), z=z) for r, z in ((0.56, 0.06), (0.66, height / 2), (rim, height))]
    grip = ring(rim - 0.02, 0.075, axis="y", arc=(0, 180))
    cloth = shift(scale(dome(rim - 0.1, squash=0.35), 1, 0.75, 1), z=height - 0.04)
    return [
        Part("basket", join(body, shift(scale(grip, 1, 1, 1.05), z=height - 0.03)), None),
        Part("weave", join(*rings), "brown"),
        Part("cloth", cloth, "red"),
    ]


@object_class("watering can", natural="green", group="kitchen")
def watering_can(rng: Rng) -> list[Part]:
    radius, height = rng(0.45, 0.52), rng(0.75, 0.9)
    body = join(hollow(radius, height, 0.08, top=radius - 0.04), ring(radius - 0.04, 0.06, at=(0, 0, height)))
    spout = rod((-0.3, 0, 0.2), (-1.0, 0, 0.95), 0.12, 0.08)
    rose = rod((-0.95, 0, 0.9), (-1.12, 0, 1.08), 0.1, 0.25)
    arch = [
        (radius - 0.05, 0.25),
        (radius + 0.4, 0.45),
        (radius + 0.35, 0.9),
        (radius - 0.1, 1.25),
        (-radius + 0.15, 1.2),
        (-radius + 0.1, height),
    ]
    handle = tube([(x, 0, z) for x, z in arch], 0.075)
    return [Part("can", join(body, spout, handle), None), Part("rose", rose, "silver")]
