"""Everyday objects that belong to no room: to read, store, light and measure with."""

from __future__ import annotations

from ..forms import (
    around,
    ball,
    box,
    circle_outline,
    cone,
    dome,
    extrude,
    joined,
    lathe,
    mirrored,
    moved,
    ring,
    rod,
    scaled,
    turned,
)
from ..thing import Part, Vary, thing


@thing("book", natural="red", parts=("pages",), group="objects")
def book(vary: Vary) -> list[Part]:
    half, height, thick = vary(0.62, 0.7), vary(1.7, 1.9), vary(0.36, 0.46)
    covers = mirrored(box(2 * half, 0.1, height, at=(0, thick / 2, 0)), "y")
    spine = box(0.12, thick + 0.1, height, at=(-half, 0, 0))
    pages = box(2 * half - 0.12, thick, height - 0.12, at=(0.0, 0, 0))
    title = joined(
        box(0.8, 0.06, 0.16, at=(0.05, -thick / 2 - 0.05, 0.45)),
        box(0.55, 0.06, 0.1, at=(0.05, -thick / 2 - 0.05, 0.2)),
    )
    rings = joined(*(box(0.06, thick + 0.12, 0.12, at=(-half - 0.05, 0, z)) for z in (-0.55, 0.55)))
    return [
        Part("cover", joined(covers, spine), None),
        Part("pages", pages, "cream"),
        Part("title", joined(title, rings), "gold"),
    ]


@thing("open book", natural="blue", group="objects")
def open_book(vary: Vary) -> list[Part]:
    length, bulge = vary(1.2, 1.4), vary(0.16, 0.22)
    page = [(0, 0.04), (0.25, bulge), (0.6, bulge), (0.95, 0.08), (0.95, 0.0), (0, 0.0)]
    cover = [(0, -0.12), (1.02, -0.02), (1.02, 0.06), (0, 0.02)]
    lines = [box(0.6, 0.07, 0.04, at=(0.5, length * (k - 2) / 6.5, bulge + 0.01)) for k in range(5)]
    tilt = 35
    parts = (mirrored(extrude(cover, length + 0.14)), mirrored(extrude(page, length)), mirrored(joined(*lines)))
    colours = (("cover", None), ("pages", "white"), ("text", "black"))
    mark = box(0.12, length + 0.4, 0.04, at=(0, -0.1, 0.05))
    built = [Part(name, turned(mesh, tilt, "x"), colour) for mesh, (name, colour) in zip(parts, colours, strict=True)]
    return [*built, Part("bookmark", turned(mark, tilt, "x"), "red")]


@thing("barrel", "cask", natural="brown", parts=("hoops",), group="objects")
def barrel(vary: Vary) -> list[Part]:
    end, belly, half = vary(0.46, 0.52), vary(0.62, 0.68), vary(0.75, 0.85)
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
        Part("hoops", joined(*hoops), "grey"),
        Part("lid", rod((0, 0, 0), (0, 0, half + 0.02), end - 0.08), "wood"),
    ]


@thing("crate", "wooden box", natural="wood", group="objects")
def crate(vary: Vary) -> list[Part]:
    size, bar = vary(1.1, 1.2), 0.2
    edge = size / 2
    posts = around(box(bar, bar, size + 0.12, at=(edge, edge, 0)), 4)
    frame = joined(*(around(box(size + 0.12, bar, bar, at=(0, edge, z)), 4) for z in (-edge, edge)))
    brace = turned(box(0.18, 0.1, 1.3 * size), 45, "y")
    lid = turned(brace, 90, "x")
    return [
        Part("boards", box(size, size, size), "brown"),
        Part("frame", joined(posts, frame, around(moved(brace, y=-edge), 4), moved(lid, z=edge)), None),
    ]


@thing("umbrella", natural="red", parts=("handle",), group="objects")
def umbrella(vary: Vary) -> list[Part]:
    radius, drop = vary(0.85, 0.95), vary(0.5, 0.62)
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
    stick = joined(rod((0, 0, -1.4), (0, 0, 0), 0.08), hook)
    tip = rod((0, 0, 0.25), (0, 0, 0.5), 0.06)
    return [Part("canopy", canopy, None), Part("handle", joined(stick, tip), "brown")]


@thing("beach umbrella", "parasol", natural="red", parts=("stripes",), group="objects")
def beach_umbrella(vary: Vary) -> list[Part]:
    radius, rise, height = vary(0.9, 1.0), vary(0.45, 0.55), vary(1.2, 1.4)
    shade = cone(radius, rise, at=(0, 0, height), sides=8)
    gore = [(0, 0), (1, 0), (0.7071, 0.7071)]
    wedge = extrude([(radius * u * 1.01, radius * v * 1.01) for u, v in gore], 0.1, axis="z")
    top = wedge.vertices[:, 2] > 0
    wedge.vertices[top] = (0, 0, rise + 0.03)
    stripes = moved(around(moved(wedge, z=0.05), 4), z=height - 0.02)
    sand = dome(0.5, squash=0.3)
    return [
        Part("shade", shade, None),
        Part("stripes", joined(stripes, ball(0.09, at=(0, 0, height + rise + 0.04))), "white"),
        Part("pole", rod((0, 0, 0), (0, 0, height + 0.1), 0.07), "wood"),
        Part("sand", sand, "yellow"),
    ]


@thing("magnet", "horseshoe magnet", natural="red", group="objects")
def magnet(vary: Vary) -> list[Part]:
    wide, length = vary(0.46, 0.54), vary(0.55, 0.7)
    bend = scaled(ring(wide, 0.22, axis="y", arc=(180, 360)), 1, 0.9, 1)
    arm = mirrored(scaled(rod((wide, 0, 0), (wide, 0, length), 0.22), 1, 0.9, 1))
    tips = mirrored(scaled(rod((wide, 0, length), (wide, 0, length + 0.32), 0.225), 1, 0.9, 1))
    return [Part("magnet", joined(bend, arm), None), Part("tips", tips, "silver")]


@thing("light bulb", "bulb", natural="yellow", group="objects")
def light_bulb(vary: Vary) -> list[Part]:
    radius, neck = vary(0.54, 0.62), vary(0.26, 0.3)
    glass = [
        (neck, -0.62),
        (neck + 0.04, -0.45),
        (0.86 * radius, -0.1),
        (radius, 0.25),
        (0.87 * radius, 0.55),
        (0.5 * radius, 0.76),
        (0, 0.83),
    ]
    threads = joined(
        rod((0, 0, -0.98), (0, 0, -0.6), neck - 0.02), *(ring(neck, 0.06, at=(0, 0, z)) for z in (-0.68, -0.82, -0.96))
    )
    return [
        Part("glass", lathe(glass), None),
        Part("cap", threads, "grey"),
        Part("tip", rod((0, 0, -1.12), (0, 0, -0.95), 0.13, 0.2), "black"),
    ]


@thing("lantern", natural="black", parts=("light",), group="objects")
def lantern(vary: Vary) -> list[Part]:
    half, height = vary(0.38, 0.44), vary(0.75, 0.9)
    posts = around(box(0.11, 0.11, height, at=(half, half, height / 2)), 4)
    roof = cone(half + 0.16, 0.36, at=(0, 0, height), sides=4)
    hoop = ring(0.26, 0.065, at=(0, 0, height + 0.52), axis="y")
    glow = lathe([(0.12, 0.1), (0.27, 0.36), (0.12, 0.66), (0, 0.74)])
    return [
        Part("frame", joined(posts, roof, hoop, box(2 * half + 0.26, 2 * half + 0.26, 0.14)), None),
        Part("light", joined(glow, box(1.7 * half, 1.7 * half, height - 0.08, at=(0, 0, height / 2))), "yellow"),
    ]


@thing("hourglass", "sand clock", natural="brown", parts=("sand",), group="objects")
def hourglass(vary: Vary) -> list[Part]:
    bulb, half = vary(0.42, 0.48), vary(0.75, 0.85)
    discs = mirrored(rod((0, 0, half), (0, 0, half + 0.16), bulb + 0.2), "z")
    posts = around(rod((bulb + 0.1, 0, -half), (bulb + 0.1, 0, half), 0.06), 4)
    glass = mirrored(lathe([(0.09, 0), (0.14, 0.1), (bulb, 0.5), (bulb, half)]), "z")
    upper = lathe([(0.2, 0.12), (bulb + 0.02, 0.44), (bulb + 0.02, 0.5)])
    lower = lathe([(bulb + 0.02, -half), (bulb + 0.02, -half + 0.22), (0.2, -0.34), (0.0, -0.12)])
    return [
        Part("frame", joined(discs, turned(posts, 45)), None),
        Part("glass", glass, "glass"),
        Part("sand", joined(upper, lower), "yellow"),
    ]


@thing("gear", "cog", natural="grey", group="objects")
def gear(vary: Vary) -> list[Part]:
    radius, thick = vary(0.66, 0.72), vary(0.34, 0.42)
    teeth = extrude([(-0.2, 0), (0.2, 0), (0.13, 0.32), (-0.13, 0.32)], thick, at=(0, 0, radius - 0.05))
    return [Part("gear", joined(extrude(annulus_outline(radius, 0.28), thick), around(teeth, 8, "y")), None)]


def annulus_outline(outer: float, inner: float) -> list[tuple[float, float]]:
    """A disc with a round hole, as one outline: out along a slit of no width, and back."""
    circle = [*circle_outline(1.0), (1.0, 0.0)]
    return [(outer * u, outer * v) for u, v in circle] + [(inner * u, inner * v) for u, v in reversed(circle)]
