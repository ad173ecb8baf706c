"""What is eaten from, drunk from, cooked in and poured from."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_primitives import (
    ball,
    dome,
    extrude,
    hollow,
    join,
    lathe,
    mirror,
    ring,
    rod,
    rotate,
    rounded_outline,
    scale,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


def ear(x: float, z: float, reach: float, rise: float, radius: float = 0.09) -> Trimesh:
    """A handle in the shape of a D that grows out of a wall at x, its middle at height z."""
    upper = [(x - 0.05, rise), (x + 0.6 * reach, rise), (x + reach, 0.45 * rise)]
    return tube([(u, 0, z + v) for u, v in upper] + [(u, 0, z - v) for u, v in reversed(upper)], radius)


@object_class("mug", "cup", natural="white", parts=("handle",), group="kitchen")
def mug(rng: Rng) -> list[Part]:
    radius, height = rng(0.46, 0.56), rng(0.95, 1.15)
    drink = rod((0, 0, 0.2), (0, 0, 0.82 * height), radius - 0.06)
    return [
        Part("body", hollow(radius, height, 0.1), None),
        Part("handle", ear(radius, height / 2, 0.42, 0.3 * height, 0.1), None),
        Part("coffee", drink, "brown"),
    ]


@object_class("teacup", "cup and saucer", "tea cup", natural="white", parts=("saucer",), group="kitchen")
def teacup(rng: Rng) -> list[Part]:
    rim, height = rng(0.58, 0.66), rng(0.5, 0.58)
    profile = [(0.24, 0.08), (0.26, 0.16), (0.45, 0.26), (rim, 0.14 + height), (rim - 0.08, 0.14 + height), (0.36, 0.3)]
    saucer = lathe([(0.35, 0.0), (0.9, 0.14), (0.9, 0.22), (0.35, 0.1)])
    return [
        Part("body", join(lathe(profile), ear(rim - 0.08, 0.44, 0.32, 0.15, 0.07)), None),
        Part("saucer", saucer, None),
        Part("tea", rod((0, 0, 0.3), (0, 0, 0.04 + height), 0.4, rim - 0.07), "orange"),
    ]


@object_class("teapot", natural="blue", parts=("lid",), group="kitchen")
def teapot(rng: Rng) -> list[Part]:
    fat, tall = rng(0.6, 0.68), rng(0.5, 0.58)
    body = join(ball((fat, fat, tall)), rod((0, 0, -tall), (0, 0, -0.7 * tall), 0.42))
    spout = tube([(-0.45, 0, -0.18), (-0.75, 0, -0.05), (-0.9, 0, 0.3), (-1.08, 0, 0.45)], (0.2, 0.16, 0.11, 0.1))
    handle = ring(0.34, 0.09, at=(fat - 0.02, 0, 0.04), axis="y", arc=(-105, 105))
    lid = join(dome(0.38, at=(0, 0, 0.8 * tall), squash=0.5), ball(0.12, at=(0, 0, 0.8 * tall + 0.26)))
    return [Part("body", join(body, spout, handle), None), Part("lid", lid, "white")]


@object_class("kettle", natural="silver", group="kitchen")
def kettle(rng: Rng) -> list[Part]:
    low, high, height = rng(0.66, 0.74), rng(0.34, 0.42), rng(0.7, 0.85)
    body = lathe([(low - 0.06, 0), (low, 0.1), (low * 0.95, 0.35), (high, height), (0, height + 0.1)])
    spout = tube([(-0.5, 0, 0.3), (-0.8, 0, 0.5), (-0.95, 0, 0.78)], (0.17, 0.12, 0.09))
    grip = [(0.6, 0.35), (0.62, 0.8), (0.4, 1.12), (0, 1.24), (-0.4, 1.12), (-0.5, 0.72)]
    handle = tube([(x, 0, z + height - 0.62) for x, z in grip], 0.08)
    return [
        Part("body", join(body, spout), None),
        Part("handle", join(handle, ball(0.1, at=(0, 0, height + 0.16))), "black"),
    ]


@object_class("bottle", natural="green", parts=("label",), group="kitchen")
def bottle(rng: Rng) -> list[Part]:
    radius, shoulder, neck = rng(0.3, 0.36), rng(0.85, 1.0), rng(0.11, 0.13)
    profile = [(radius, 0), (radius, shoulder), (0.8 * radius, shoulder + 0.16), (neck, shoulder + 0.36), (neck, 1.75)]
    return [
        Part("glass", lathe(profile), None),
        Part("label", rod((0, 0, 0.25), (0, 0, 0.72), radius + 0.025), "cream"),
        Part("cork", rod((0, 0, 1.62), (0, 0, 1.85), neck + 0.05), "wood"),
    ]


@object_class("wine glass", "goblet", natural="glass", parts=("wine",), group="kitchen")
def wine_glass(rng: Rng) -> list[Part]:
    bowl, stem = rng(0.44, 0.52), rng(0.65, 0.8)
    base = [(0.46, 0), (0.44, 0.06), (0.1, 0.14), (0.08, stem), (0.3, stem + 0.12), (bowl, stem + 0.45)]
    rim = [(0.8 * bowl, stem + 0.95), (0.8 * bowl - 0.06, stem + 0.95), (bowl - 0.08, stem + 0.5), (0, stem + 0.4)]
    wine = rod((0, 0, stem + 0.5), (0, 0, stem + 0.82), bowl - 0.06, 0.84 * bowl - 0.04)
    band = rod((0, 0, stem + 0.46), (0, 0, stem + 0.78), bowl + 0.015, bowl * 0.9)
    return [Part("glass", lathe(base + rim), None), Part("wine", join(wine, band), "red")]


@object_class("bowl", "bowl of soup", natural="blue", parts=("soup",), group="kitchen")
def bowl(rng: Rng) -> list[Part]:
    rim, height = rng(0.85, 0.95), rng(0.55, 0.68)
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


@object_class("plate", "dish", natural="white", group="kitchen")
def plate(rng: Rng) -> list[Part]:
    rim, rise = rng(0.9, 1.0), rng(0.14, 0.2)
    body = lathe([(0.5, 0), (rim, rise), (rim, rise + 0.09), (0.58, 0.12), (0, 0.12)])
    band = shift(scale(ring(rim - 0.08, 0.09), 1, 1, 0.5), z=rise + 0.06)
    return [Part("plate", body, None), Part("rim", band, "blue")]


@object_class("frying pan", "pan", natural="black", parts=("egg",), group="kitchen")
def frying_pan(rng: Rng) -> list[Part]:
    radius, length = rng(0.55, 0.62), rng(0.85, 1.0)
    handle = rotate(extrude(rounded_outline(length, 0.2, 0.09), 0.12, axis="z"), -8, "y")
    white = extrude(rounded_outline(0.72, 0.6, 0.25), 0.08, at=(-0.02, 0, 0.13), axis="z")
    return [
        Part(
            "pan",
            join(hollow(radius - 0.06, 0.24, 0.08, top=radius), shift(handle, x=radius + length / 2 - 0.04, z=0.25)),
            None,
        ),
        Part("egg", white, "white"),
        Part("yolk", dome(0.18, at=(0.02, 0.0, 0.16), squash=0.6), "yellow"),
    ]


@object_class("pot", "cooking pot", "saucepan", natural="red", parts=("lid",), group="kitchen")
def pot(rng: Rng) -> list[Part]:
    radius, height = rng(0.6, 0.68), rng(0.65, 0.8)
    grip = mirror(tube([(radius - 0.05, y, 0.75 * height) if end else (radius + 0.2, y, 0.75 * height)
                          for y, end in ((-0.24, 1), (-0.2, 0), (0.2, 0), (0.24, 1))], 0.085))  # fmt: skip
    lid = join(
        rod((0, 0, height), (0, 0, height + 0.08), radius + 0.05), dome(radius, at=(0, 0, height + 0.07), squash=0.3)
    )
    knob = join(
        rod((0, 0, height + 0.2), (0, 0, height + 0.36), 0.07), ball((0.16, 0.16, 0.1), at=(0, 0, height + 0.4))
    )
    return [
        Part("pot", lathe([(radius - 0.06, 0), (radius, 0.08), (radius, height)]), None),
        Part("lid", lid, "silver"),
        Part("handles", join(grip, knob), "black"),
    ]


@object_class("salt shaker", "pepper shaker", natural="white", group="kitchen")
def salt_shaker(rng: Rng) -> list[Part]:
    low, high, height = rng(0.44, 0.5), rng(0.3, 0.36), rng(0.9, 1.1)
    holes = [ball(0.055, at=(x, y, height + 0.36)) for x, y in ((0, 0), (0.15, 0), (-0.15, 0), (0, 0.15), (0, -0.15))]
    return [
        Part("glass", lathe([(low, 0), (high, height)], sides=8), None),
        Part(
            "cap",
            join(
                rod((0, 0, height), (0, 0, height + 0.14), high + 0.05),
                dome(high + 0.05, at=(0, 0, height + 0.13), squash=0.7),
            ),
            "silver",
        ),
        Part("holes", join(*holes), "black"),
    ]
