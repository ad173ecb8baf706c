"""Geometric solids, and flat shapes made thick."""

from __future__ import annotations

from math import atan2, cos, pi, sin

from .mesh_primitives import ball, box, cone, extrude, heart_outline, join, lathe, ring, rod, star_outline, tube
from .object_class import Part, Rng, object_class


@object_class("sphere", "ball", group="primitives")
def sphere(rng: Rng) -> list[Part]:
    return [Part("body", ball(1.0), None)]


@object_class("cube", "box", group="primitives")
def cube(rng: Rng) -> list[Part]:
    return [Part("body", box(1, 1, 1), None)]


@object_class("cone", group="primitives")
def upright_cone(rng: Rng) -> list[Part]:
    return [Part("body", cone(0.68, rng(1.4, 1.6)), None)]


@object_class("cylinder", group="primitives")
def cylinder(rng: Rng) -> list[Part]:
    return [Part("body", rod((0, 0, 0), (0, 0, rng(1.3, 1.5)), 0.52), None)]


@object_class("torus", "ring", group="primitives")
def torus(rng: Rng) -> list[Part]:
    return [Part("body", ring(0.56, rng(0.21, 0.25)), None)]


@object_class("pyramid", group="primitives")
def pyramid(rng: Rng) -> list[Part]:
    return [Part("body", cone(0.96, rng(1.15, 1.3), sides=4), None)]


@object_class("capsule", "pill", group="primitives")
def capsule(rng: Rng) -> list[Part]:
    half = rng(0.40, 0.48)
    ends = [ball(0.36, at=(0, 0, z)) for z in (-half, half)]
    return [Part("body", join(rod((0, 0, -half), (0, 0, half), 0.36), *ends), None)]


@object_class("egg", group="primitives")
def egg(rng: Rng) -> list[Part]:
    up, down = rng(0.82, 0.9), 0.62
    turns = [pi * k / 24 - pi / 2 for k in range(25)]
    profile = [(0.58 * cos(a), (up if a > 0 else down) * sin(a)) for a in turns]
    return [Part("body", lathe([(0, -down), *profile[1:-1], (0, up)]), None)]


@object_class("brick", "cuboid", group="primitives")
def brick(rng: Rng) -> list[Part]:
    return [Part("body", box(1.6, rng(0.78, 0.9), rng(0.58, 0.68)), None)]


@object_class("half ball", "dome", group="primitives")
def half_ball(rng: Rng) -> list[Part]:
    turns = [pi / 2 * k / 12 for k in range(12)]
    return [Part("body", lathe([(cos(a), sin(a)) for a in turns] + [(0, 1)]), None)]


@object_class("prism", group="primitives")
def three_sided_prism(rng: Rng) -> list[Part]:
    return [Part("body", extrude([(-0.6, 0), (0.6, 0), (0, rng(0.95, 1.1))], 1.5, axis="y"), None)]


@object_class("star", natural="yellow", group="primitives")
def star(rng: Rng) -> list[Part]:
    return [Part("body", extrude(star_outline(5, 1.0, rng(0.42, 0.48)), 0.36), None)]


@object_class("heart", natural="red", group="primitives")
def heart(rng: Rng) -> list[Part]:
    return [Part("body", extrude(heart_outline(1.0), rng(0.3, 0.36)), None)]


@object_class("arrow", group="primitives")
def arrow(rng: Rng) -> list[Part]:
    """It points to the right."""
    head, half = rng(0.5, 0.58), 0.19
    outline = [(-0.9, -half), (0.15, -half), (0.15, -head), (0.9, 0), (0.15, head), (0.15, half), (-0.9, half)]
    return [Part("body", extrude(outline, 0.32), None)]


@object_class("moon", "crescent", natural="yellow", group="primitives")
def moon(rng: Rng) -> list[Part]:
    """What a smaller disc, moved to the right, leaves of a disc: the two circles meet at the horns."""
    horn, radius = rng(0.92, 1.08), 0.9
    middle = cos(horn) + (radius**2 - sin(horn) ** 2) ** 0.5
    outer = _arc(0, 1, horn, 2 * pi - horn)
    bend = atan2(sin(horn), cos(horn) - middle)
    inner = _arc(middle, radius, 2 * pi - bend, bend)[1:-1]
    return [Part("body", extrude(outer + inner, 0.4), None)]


def _arc(middle: float, radius: float, start: float, end: float) -> list[tuple[float, float]]:
    angles = [start + (end - start) * k / 40 for k in range(41)]
    return [(middle + radius * cos(a), radius * sin(a)) for a in angles]


@object_class("cross", "plus", natural="red", group="primitives")
def cross(rng: Rng) -> list[Part]:
    width = rng(0.55, 0.65)
    return [Part("body", join(box(1.7, 0.45, width), box(width, 0.45, 1.7)), None)]


@object_class("dice", "die", natural="white", parts=("dots",), group="primitives")
def dice(rng: Rng) -> list[Part]:
    """One above, five in front, three to the right; what cannot be seen from there is the same."""
    three = [(-0.27, -0.27), (0, 0), (0.27, 0.27)]
    five = [*three, (-0.27, 0.27), (0.27, -0.27)]
    size = rng(0.11, 0.13)
    dots = [ball((size, size, 0.03), at=(0, 0, z)) for z in (-0.5, 0.5)]
    dots += [ball((size, 0.03, size), at=(x, y, z)) for y in (-0.5, 0.5) for x, z in five]
    dots += [ball((0.03, size, size), at=(x, y, z)) for x in (-0.5, 0.5) for y, z in three]
    return [Part("body", box(1, 1, 1), None), Part("dots", join(*dots), "black")]


@object_class("stairs", "steps", natural="grey", group="primitives")
def stairs(rng: Rng) -> list[Part]:
    """They rise to the right."""
    count, width = 4, rng(0.8, 1.0)
    steps = [box(0.35, width, 0.3 * (k + 1), at=(0.35 * k, 0, 0.15 * (k + 1))) for k in range(count)]
    return [Part("body", join(*steps), None)]


@object_class("spring", "coil", natural="grey", group="primitives")
def spring(rng: Rng) -> list[Part]:
    turns, height = 3, rng(1.3, 1.5)
    angles = [2 * pi * k / 20 for k in range(20 * turns + 1)]
    path = [(0.5 * cos(a), 0.5 * sin(a), height * a / angles[-1]) for a in angles]
    return [Part("body", tube(path, 0.13, sides=12), None)]
