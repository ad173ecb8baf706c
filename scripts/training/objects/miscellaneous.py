"""Everyday objects that belong to no room: to read, store, light and measure with."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    circle_outline,
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
    scale,
    shift,
)
from .object_class import Part, Rng, object_class


@object_class("book", natural="red", parts=("pages",), group="objects")
def book(rng: Rng) -> list[Part]:
    half, height, thick = rng(0.62, 0.7), rng(1.7, 1.9), rng(0.36, 0.46)
    covers = mirror(box(2 * half, 0.1, height, at=(0, thick / 2, 0)), "y")
    spine = box(0.12, thick + 0.1, height, at=(-half, 0, 0))
    pages = box(2 * half - 0.12, thick, height - 0.12, at=(0.0, 0, 0))
    title = join(
        box(0.8, 0.06, 0.16, at=(0.05, -thick / 2 - 0.05, 0.45)),
        box(0.55, 0.06, 0.1, at=(0.05, -thick / 2 - 0.05, 0.2)),
    )
    rings = join(*(box(0.06, thick + 0.12, 0.12, at=(-half - 0.05, 0, z)) for z in (-0.55, 0.55)))
    return [
        Part("cover", join(covers, spine), None),
        Part("pages", pages, "cream"),
        Part("title", join(title, rings), "gold"),
    ]


@object_class("open book", natural="blue", group="objects")
def open_book(rng: Rng) -> list[Part]:
    length, bulge = rng(1.2, 1.4), rng(0.16, 0.22)
    page = [(0, 0.04), (0.25, bulge), (0.6, bulge), (0.95, 0.08), (0.95, 0.0), (0, 0.0)]
    cover = [(0, -0.12), (1.02, -0.02), (1.02, 0.06), (0, 0.02)]
    lines = [box(0.6, 0.07, 0.04, at=(0.5, length * (k - 2) / 6.5, bulge + 0.01)) for k in range(5)]
    tilt = 35
    parts = (mirror(extrude(cover, length + 0.14)), mirror(extrude(page, length)), mirror(join(*lines)))
    colors = (("cover", None), ("pages", "white"), ("text", "black"))
    mark = box(0.12, length + 0.4, 0.04, at=(0, -0.1, 0.05))
    built = [Part(name, rotate(mesh, tilt, "x"), color) for mesh, (name, color) in zip(parts, colors, strict=True)]
    return [*built, Part("bookmark", rotate(mark, tilt, "x"), "red")]


@object_class("barrel", "cask", natural="brown", parts=("hoops",), group="objects")
def barrel(rng: Rng) -> list[Part]:
    end, belly, half = rng(0.46, 0.52), rng(0.62, 0.68), rng(0.75, 0.85)
    profile = [
        (end, -half),
        (0.5 * (end + belly) + 0.03, -0.5 * half),
        (belly, 0),
        (0.5 * (end + belly) + 0.03, 0.5 * half),
        (end, half),
    ]
    hoops = [
        rod((0, 0, z - 0.08), (0, 0, z + 0.08), r) for z, r in ((-0.82 * half, end + 0.08), (0.82 * half, end + 0.08))
    ]
    hoops += [rod((0, 0, z - 0.07), (0, 0, z + 0.07), belly + 0.02) for z in (-0.32 * half, 0.32 * half)]
    return [
        Part("barrel", lathe(profile), None),
        Part("hoops", join(*hoops), "grey"),
        Part("lid", rod((0, 0, 0), (0, 0, half + 0.02), end - 0.08), "wood"),
    ]


@object_class("crate", "wooden box", natural="wood", group="objects")
def crate(rng: Rng) -> list[Part]:
    size, bar = rng(1.1, 1.2), 0.2
    edge = size / 2
    posts = repeat_around(box(bar, bar, size + 0.12, at=(edge, edge, 0)), 4)
    frame = join(*(repeat_around(box(size + 0.12, bar, bar, at=(0, edge, z)), 4) for z in (-edge, edge)))
    brace = rotate(box(0.18, 0.1, 1.3 * size), 45, "y")
    lid = rotate(brace, 90, "x")
    return [
        Part("boards", box(size, size, size), "brown"),
        Part("frame", join(posts, frame, repeat_around(shift(brace, y=-edge), 4), shift(lid, z=edge)), None),
    ]


@object_class("umbrella", natural="red", parts=("handle",), group="objects")
def umbrella(rng: Rng) -> list[Part]:
    radius, drop = rng(0.85, 0.95), rng(0.5, 0.62)
    canopy = lathe(
        [
            (0.0, 0.0),
            (radius, -drop),
            (radius, -drop + 0.05),
            (0.82 * radius, -0.4 * drop + 0.1),
            (0.45 * radius, 0.2),
            (0, 0.3),
        ],
        sides=8,
    )
    hook = ring(0.2, 0.09, at=(0.2, 0, -1.4), axis="y", arc=(180, 360))
    stick = join(rod((0, 0, -1.4), (0, 0, 0), 0.08), hook)
    tip = rod((0, 0, 0.25), (0, 0, 0.5), 0.06)
    return [Part("canopy", canopy, None), Part("handle", join(stick, tip), "brown")]


@object_class("beach umbrella", "parasol", natural="red", parts=("stripes",), group="objects")
def beach_umbrella(rng: Rng) -> list[Part]:
    radius, rise, height = rng(0.9, 1.0), rng(0.45, 0.55), rng(1.2, 1.4)
    shade = cone(radius, rise, at=(0, 0, height), sides=8)
    gore = [(0, 0), (1, 0), (0.7071, 0.7071)]
    wedge = extrude([(radius * u * 1.01, radius * v * 1.01) for u, v in gore], 0.1, axis="z")
    top = wedge.vertices[:, 2] > 0
    wedge.vertices[top] = (0, 0, rise + 0.03)
    stripes = shift(repeat_around(shift(wedge, z=0.05), 4), z=height - 0.02)
    sand = dome(0.5, squash=0.3)
    return [
        Part("shade", shade, None),
        Part("stripes", join(stripes, ball(0.09, at=(0, 0, height + rise + 0.04))), "white"),
        Part("pole", rod((0, 0, 0), (0, 0, height + 0.1), 0.07), "wood"),
        Part("sand", sand, "yellow"),
    ]


@object_class("magnet", "horseshoe magnet", natural="red", group="objects")
def magnet(rng: Rng) -> list[Part]:
    wide, length = rng(0.46, 0.54), rng(0.55, 0.7)
    bend = scale(ring(wide, 0.22, axis="y", arc=(180, 360)), 1, 0.9, 1)
    arm = mirror(scale(rod((wide, 0, 0), (wide, 0, length), 0.22), 1, 0.9, 1))
    tips = mirror(scale(rod((wide, 0, length), (wide, 0, length + 0.32), 0.225), 1, 0.9, 1))
    return [Part("magnet", join(bend, arm), None), Part("tips", tips, "silver")]


@object_class("light bulb", "bulb", natural="yellow", group="objects")
def light_bulb(rng: Rng) -> list[Part]:
    radius, neck = rng(0.54, 0.62), rng(0.26, 0.3)
    glass = [
        (neck, -0.62),
        (neck + 0.04, -0.45),
        (0.86 * radius, -0.1),
        (radius, 0.25),
        (0.87 * radius, 0.55),
        (0.5 * radius, 0.76),
        (0, 0.83),
    ]
    threads = join(
        rod((0, 0, -0.98), (0, 0, -0.6), neck - 0.02), *(ring(neck, 0.06, at=(0, 0, z)) for z in (-0.68, -0.82, -0.96))
    )
    return [
        Part("glass", lathe(glass), None),
        Part("cap", threads, "grey"),
        Part("tip", rod((0, 0, -1.12), (0, 0, -0.95), 0.13, 0.2), "black"),
    ]


@object_class("lantern", natural="black", parts=("light",), group="objects")
def lantern(rng: Rng) -> list[Part]:
    half, height = rng(0.38, 0.44), rng(0.75, 0.9)
    posts = repeat_around(box(0.11, 0.11, height, at=(half, half, height / 2)), 4)
    roof = cone(half + 0.16, 0.36, at=(0, 0, height), sides=4)
    hoop = ring(0.26, 0.065, at=(0, 0, height + 0.52), axis="y")
    glow = lathe([(0.12, 0.1), (0.27, 0.36), (0.12, 0.66), (0, 0.74)])
    return [
        Part("frame", join(posts, roof, hoop, box(2 * half + 0.26, 2 * half + 0.26, 0.14)), None),
        Part("light", join(glow, box(1.7 * half, 1.7 * half, height - 0.08, at=(0, 0, height / 2))), "yellow"),
    ]


@object_class("hourglass", "sand clock", natural="brown", parts=("sand",), group="objects")
def hourglass(rng: Rng) -> list[Part]:
    bulb, half = rng(0.42, 0.48), rng(0.75, 0.85)
    discs = mirror(rod((0, 0, half), (0, 0, half + 0.16), bulb + 0.2), "z")
    posts = repeat_around(rod((bulb + 0.1, 0, -half), (bulb + 0.1, 0, half), 0.06), 4)
    glass = mirror(lathe([(0.09, 0), (0.14, 0.1), (bulb, 0.5), (bulb, half)]), "z")
    upper = lathe([(0.2, 0.12), (bulb + 0.02, 0.44), (bulb + 0.02, 0.5)])
    lower = lathe([(bulb + 0.02, -half), (bulb + 0.02, -half + 0.22), (0.2, -0.34), (0.0, -0.12)])
    return [
        Part("frame", join(discs, rotate(posts, 45)), None),
        Part("glass", glass, "glass"),
        Part("sand", join(upper, lower), "yellow"),
    ]


@object_class("gear", "cog", natural="grey", group="objects")
def gear(rng: Rng) -> list[Part]:
    radius, thick = rng(0.66, 0.72), rng(0.34, 0.42)
    teeth = extrude([(-0.2, 0), (0.2, 0), (0.13, 0.32), (-0.13, 0.32)], thick, at=(0, 0, radius - 0.05))
    return [Part("gear", join(extrude(annulus_outline(radius, 0.28), thick), repeat_around(teeth, 8, "y")), None)]


def annulus_outline(outer: float, inner: float) -> list[tuple[float, float]]:
    """A disc with a round hole, as one outline: out along a slit of no width, and back."""
    circle = [*circle_outline(1.0), (1.0, 0.0)]
    return [(outer * u, outer * v) for u, v in circle] + [(inner * u, inner * v) for u, v in reversed(circle)]
