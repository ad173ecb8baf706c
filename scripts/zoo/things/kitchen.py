"""What is eaten from, drunk from, cooked in and poured from."""

from __future__ import annotations

from trimesh import Trimesh

from ..forms import (
    ball,
    dome,
    extrude,
    hollow,
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


def ear(x: float, z: float, reach: float, rise: float, radius: float = 0.09) -> Trimesh:
    """A handle in the shape of a D that grows out of a wall at x, its middle at height z."""
    upper = [(x - 0.05, rise), (x + 0.6 * reach, rise), (x + reach, 0.45 * rise)]
    return tube([(u, 0, z + v) for u, v in upper] + [(u, 0, z - v) for u, v in reversed(upper)], radius)


@thing("mug", "cup", natural="white", parts=("handle",), group="kitchen")
def mug(vary: Vary) -> list[Part]:
    radius, height = vary(0.46, 0.56), vary(0.95, 1.15)
    drink = rod((0, 0, 0.2), (0, 0, 0.82 * height), radius - 0.06)
    return [
        Part("body", hollow(radius, height, 0.1), None),
        Part("handle", ear(radius, height / 2, 0.42, 0.3 * height, 0.1), None),
        Part("coffee", drink, "brown"),
    ]


@thing("teacup", "cup and saucer", "tea cup", natural="white", parts=("saucer",), group="kitchen")
def teacup(vary: Vary) -> list[Part]:
    rim, height = vary(0.58, 0.66), vary(0.5, 0.58)
    profile = [(0.24, 0.08), (0.26, 0.16), (0.45, 0.26), (rim, 0.14 + height), (rim - 0.08, 0.14 + height), (0.36, 0.3)]
    saucer = lathe([(0.35, 0.0), (0.9, 0.14), (0.9, 0.22), (0.35, 0.1)])
    return [
        Part("body", joined(lathe(profile), ear(rim - 0.08, 0.44, 0.32, 0.15, 0.07)), None),
        Part("saucer", saucer, None),
        Part("tea", rod((0, 0, 0.3), (0, 0, 0.04 + height), 0.4, rim - 0.07), "orange"),
    ]


@thing("teapot", natural="blue", parts=("lid",), group="kitchen")
def teapot(vary: Vary) -> list[Part]:
    fat, tall = vary(0.6, 0.68), vary(0.5, 0.58)
    body = joined(ball((fat, fat, tall)), rod((0, 0, -tall), (0, 0, -0.7 * tall), 0.42))
    spout = tube([(-0.45, 0, -0.18), (-0.75, 0, -0.05), (-0.9, 0, 0.3), (-1.08, 0, 0.45)], (0.2, 0.16, 0.11, 0.1))
    handle = ring(0.34, 0.09, at=(fat - 0.02, 0, 0.04), axis="y", arc=(-105, 105))
    lid = joined(dome(0.38, at=(0, 0, 0.8 * tall), squash=0.5), ball(0.12, at=(0, 0, 0.8 * tall + 0.26)))
    return [Part("body", joined(body, spout, handle), None), Part("lid", lid, "white")]


@thing("kettle", natural="silver", group="kitchen")
def kettle(vary: Vary) -> list[Part]:
    low, high, height = vary(0.66, 0.74), vary(0.34, 0.42), vary(0.7, 0.85)
    body = lathe([(low - 0.06, 0), (low, 0.1), (low * 0.95, 0.35), (high, height), (0, height + 0.1)])
    spout = tube([(-0.5, 0, 0.3), (-0.8, 0, 0.5), (-0.95, 0, 0.78)], (0.17, 0.12, 0.09))
    grip = [(0.6, 0.35), (0.62, 0.8), (0.4, 1.12), (0, 1.24), (-0.4, 1.12), (-0.5, 0.72)]
    handle = tube([(x, 0, z + height - 0.62) for x, z in grip], 0.08)
    return [
        Part("body", joined(body, spout), None),
        Part("handle", joined(handle, ball(0.1, at=(0, 0, height + 0.16))), "black"),
    ]


@thing("bottle", natural="green", parts=("label",), group="kitchen")
def bottle(vary: Vary) -> list[Part]:
    radius, shoulder, neck = vary(0.3, 0.36), vary(0.85, 1.0), vary(0.11, 0.13)
    profile = [(radius, 0), (radius, shoulder), (0.8 * radius, shoulder + 0.16), (neck, shoulder + 0.36), (neck, 1.75)]
    return [
        Part("glass", lathe(profile), None),
        Part("label", rod((0, 0, 0.25), (0, 0, 0.72), radius + 0.025), "cream"),
        Part("cork", rod((0, 0, 1.62), (0, 0, 1.85), neck + 0.05), "wood"),
    ]


@thing("wine glass", "goblet", natural="glass", parts=("wine",), group="kitchen")
def wine_glass(vary: Vary) -> list[Part]:
    bowl, stem = vary(0.44, 0.52), vary(0.65, 0.8)
    base = [(0.46, 0), (0.44, 0.06), (0.1, 0.14), (0.08, stem), (0.3, stem + 0.12), (bowl, stem + 0.45)]
    rim = [(0.8 * bowl, stem + 0.95), (0.8 * bowl - 0.06, stem + 0.95), (bowl - 0.08, stem + 0.5), (0, stem + 0.4)]
    wine = rod((0, 0, stem + 0.3), (0, 0, stem + 0.82), bowl * 0.9, bowl * 0.78)
    band = rod((0, 0, stem + 0.46), (0, 0, stem + 0.78), bowl + 0.015, bowl * 0.9)
    return [Part("glass", lathe(base + rim), None), Part("wine", joined(wine, band), "red")]


@thing("bowl", "bowl of soup", natural="blue", parts=("soup",), group="kitchen")
def bowl(vary: Vary) -> list[Part]:
    rim, height = vary(0.85, 0.95), vary(0.55, 0.68)
    profile = [
        (0.4, 0),
        (0.42, 0.12),
        (0.72 * rim, 0.3 * height + 0.12),
        (rim, height),
        (rim - 0.12, height),
        (0.3, 0.2),
    ]
    return [
        Part("bowl", lathe(profile), None),
        Part("soup", rod((0, 0, 0.3), (0, 0, 0.86 * height), 0.6 * rim, 0.9 * rim), "orange"),
    ]


@thing("plate", "dish", natural="white", group="kitchen")
def plate(vary: Vary) -> list[Part]:
    rim, rise = vary(0.9, 1.0), vary(0.14, 0.2)
    body = lathe([(0.5, 0), (rim, rise), (rim, rise + 0.09), (0.58, 0.12), (0, 0.12)])
    band = moved(scaled(ring(rim - 0.08, 0.09), 1, 1, 0.5), z=rise + 0.06)
    return [Part("plate", body, None), Part("rim", band, "blue")]


@thing("frying pan", "pan", natural="black", parts=("egg",), group="kitchen")
def frying_pan(vary: Vary) -> list[Part]:
    radius, length = vary(0.55, 0.62), vary(0.85, 1.0)
    handle = turned(extrude(rounded_outline(length, 0.2, 0.09), 0.12, axis="z"), -8, "y")
    white = extrude(rounded_outline(0.72, 0.6, 0.25), 0.08, at=(-0.02, 0, 0.13), axis="z")
    return [
        Part(
            "pan",
            joined(hollow(radius - 0.06, 0.24, 0.08, top=radius), moved(handle, x=radius + length / 2 - 0.04, z=0.25)),
            None,
        ),
        Part("egg", white, "white"),
        Part("yolk", dome(0.18, at=(0.02, 0.0, 0.16), squash=0.6), "yellow"),
    ]


@thing("pot", "cooking pot", "saucepan", natural="red", parts=("lid",), group="kitchen")
def pot(vary: Vary) -> list[Part]:
    radius, height = vary(0.6, 0.68), vary(0.65, 0.8)
    grip = mirrored(tube([(radius - 0.05, y, 0.75 * height) if end else (radius + 0.2, y, 0.75 * height)
                          for y, end in ((-0.24, 1), (-0.2, 0), (0.2, 0), (0.24, 1))], 0.085))  # fmt: skip
    lid = joined(
        rod((0, 0, height), (0, 0, height + 0.08), radius + 0.05), dome(radius, at=(0, 0, height + 0.07), squash=0.3)
    )
    knob = joined(
        rod((0, 0, height + 0.2), (0, 0, height + 0.36), 0.07), ball((0.16, 0.16, 0.1), at=(0, 0, height + 0.4))
    )
    return [
        Part("pot", lathe([(radius - 0.06, 0), (radius, 0.08), (radius, height)]), None),
        Part("lid", lid, "silver"),
        Part("handles", joined(grip, knob), "black"),
    ]


@thing("jug", "pitcher", natural="glass", parts=("handle",), group="kitchen")
def jug(vary: Vary) -> list[Part]:
    belly, neck, height = vary(0.5, 0.56), vary(0.3, 0.35), vary(1.3, 1.5)
    profile = [(0.36, 0), (belly, 0.35), (belly * 0.94, 0.6), (neck, 0.78 * height), (neck + 0.1, height)]
    inside = [(neck + 0.02, height), (neck - 0.08, 0.8 * height), (0, 0.7 * height)]
    lip = extrude(
        [(-0.12, 0.16), (-0.48, 0.04), (-0.48, -0.04), (-0.12, -0.16)],
        0.14,
        at=(-neck + 0.14, 0, height - 0.07),
        axis="z",
    )
    return [
        Part("jug", joined(lathe(profile + inside), lip), None),
        Part("handle", ear(neck + 0.04, 0.68 * height, 0.42, 0.22 * height, 0.09), None),
        Part("band", rod((0, 0, 0.36), (0, 0, 0.56), belly + 0.02, belly * 0.97), "white"),
    ]


@thing("bucket", "pail", natural="blue", parts=("handle",), group="kitchen")
def bucket(vary: Vary) -> list[Part]:
    low, high, height = vary(0.42, 0.5), vary(0.62, 0.7), vary(0.95, 1.1)
    hoop = [
        (high + 0.02, -0.05),
        (0.92 * high, 0.45),
        (0.5 * high, 0.72),
        (-0.5 * high, 0.72),
        (-0.92 * high, 0.45),
        (-high - 0.02, -0.05),
    ]
    return [
        Part("bucket", joined(hollow(low, height, 0.07, top=high), ring(high, 0.06, at=(0, 0, height))), None),
        Part("handle", tube([(x, 0, z + height) for x, z in hoop], 0.055), "silver"),
        Part("water", rod((0, 0, 0.2), (0, 0, 0.82 * height), low - 0.03, high - 0.1), "cyan"),
    ]


@thing("vase", natural="purple", group="kitchen")
def vase(vary: Vary) -> list[Part]:
    belly, neck = vary(0.5, 0.58), vary(0.2, 0.26)
    outer = [(0.3, 0), (0.44, 0.2), (belly, 0.6), (0.4, 0.98), (neck, 1.22), (neck + 0.16, 1.55)]
    band = [(0.475, 0.34), (belly + 0.025, 0.6), (0.47, 0.82)]
    return [
        Part("vase", lathe([*outer, (neck + 0.08, 1.55), (neck - 0.06, 1.25), (0, 1.1)]), None),
        Part("band", lathe([(r + 0.01, z) for r, z in band]), "gold"),
    ]


@thing("jam jar", "jar", natural="red", parts=("lid",), group="kitchen")
def jam_jar(vary: Vary) -> list[Part]:
    radius, height = vary(0.5, 0.58), vary(0.95, 1.15)
    jar = lathe([(radius - 0.06, 0), (radius, 0.08), (radius, height - 0.15), (radius - 0.1, height)])
    lid = rod((0, 0, height), (0, 0, height + 0.22), radius)
    label = extrude(rounded_outline(0.62, 0.46, 0.08), 0.3, at=(0, 0.11 - radius, 0.45 * height))
    return [Part("jam", jar, None), Part("lid", lid, "gold"), Part("label", label, "white")]


@thing("basket", natural="wood", parts=("cloth",), group="kitchen")
def basket(vary: Vary) -> list[Part]:
    rim, height = vary(0.75, 0.85), vary(0.55, 0.68)
    body = scaled(hollow(0.55, height, 0.08, top=rim), 1, 0.75, 1)
    rings = [
        moved(scaled(ring(r, 0.07), 1, 0.75, 1), z=z) for r, z in ((0.56, 0.06), (0.66, height / 2), (rim, height))
    ]
    grip = ring(rim - 0.02, 0.075, axis="y", arc=(0, 180))
    cloth = moved(scaled(dome(rim - 0.1, squash=0.35), 1, 0.75, 1), z=height - 0.04)
    return [
        Part("basket", joined(body, moved(scaled(grip, 1, 1, 1.05), z=height - 0.03)), None),
        Part("weave", joined(*rings), "brown"),
        Part("cloth", cloth, "red"),
    ]


@thing("watering can", natural="green", group="kitchen")
def watering_can(vary: Vary) -> list[Part]:
    radius, height = vary(0.45, 0.52), vary(0.75, 0.9)
    body = joined(hollow(radius, height, 0.08, top=radius - 0.04), ring(radius - 0.04, 0.06, at=(0, 0, height)))
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
    return [Part("can", joined(body, spout, handle), None), Part("rose", rose, "silver")]


@thing("salt shaker", "pepper shaker", natural="white", group="kitchen")
def salt_shaker(vary: Vary) -> list[Part]:
    low, high, height = vary(0.44, 0.5), vary(0.3, 0.36), vary(0.9, 1.1)
    holes = [ball(0.055, at=(x, y, height + 0.36)) for x, y in ((0, 0), (0.15, 0), (-0.15, 0), (0, 0.15), (0, -0.15))]
    return [
        Part("glass", lathe([(low, 0), (high, height)], sides=8), None),
        Part(
            "cap",
            joined(
                rod((0, 0, height), (0, 0, height + 0.14), high + 0.05),
                dome(high + 0.05, at=(0, 0, height + 0.13), squash=0.7),
            ),
            "silver",
        ),
        Part("holes", joined(*holes), "black"),
    ]
