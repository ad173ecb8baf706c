"""Geometric solids, and flat shapes made thick."""

from __future__ import annotations

from math import atan2, cos, pi, sin

from ..forms import ball, box, cone, extrude, heart_outline, joined, lathe, ring, rod, star_outline, tube
from ..thing import Part, Vary, thing


@thing("sphere", "ball", group="primitives")
def sphere(vary: Vary) -> list[Part]:
    return [Part("body", ball(1.0), None)]


@thing("cube", "box", group="primitives")
def cube(vary: Vary) -> list[Part]:
    return [Part("body", box(1, 1, 1), None)]


@thing("cone", group="primitives")
def upright_cone(vary: Vary) -> list[Part]:
    return [Part("body", cone(0.68, vary(1.4, 1.6)), None)]


@thing("cylinder", group="primitives")
def cylinder(vary: Vary) -> list[Part]:
    return [Part("body", rod((0, 0, 0), (0, 0, vary(1.3, 1.5)), 0.52), None)]


@thing("torus", "ring", group="primitives")
def torus(vary: Vary) -> list[Part]:
    return [Part("body", ring(0.56, vary(0.21, 0.25)), None)]


@thing("pyramid", group="primitives")
def pyramid(vary: Vary) -> list[Part]:
    return [Part("body", cone(0.96, vary(1.15, 1.3), sides=4), None)]


@thing("capsule", "pill", group="primitives")
def capsule(vary: Vary) -> list[Part]:
    half = vary(0.40, 0.48)
    ends = [ball(0.36, at=(0, 0, z)) for z in (-half, half)]
    return [Part("body", joined(rod((0, 0, -half), (0, 0, half), 0.36), *ends), None)]


@thing("egg", group="primitives")
def egg(vary: Vary) -> list[Part]:
    up, down = vary(0.82, 0.9), 0.62
    turns = [pi * k / 24 - pi / 2 for k in range(25)]
    profile = [(0.58 * cos(a), (up if a > 0 else down) * sin(a)) for a in turns]
    return [Part("body", lathe([(0, -down), *profile[1:-1], (0, up)]), None)]


@thing("brick", "cuboid", group="primitives")
def brick(vary: Vary) -> list[Part]:
    return [Part("body", box(1.6, vary(0.78, 0.9), vary(0.58, 0.68)), None)]


@thing("half ball", "dome", group="primitives")
def half_ball(vary: Vary) -> list[Part]:
    turns = [pi / 2 * k / 12 for k in range(12)]
    return [Part("body", lathe([(cos(a), sin(a)) for a in turns] + [(0, 1)]), None)]


@thing("prism", group="primitives")
def three_sided_prism(vary: Vary) -> list[Part]:
    return [Part("body", extrude([(-0.6, 0), (0.6, 0), (0, vary(0.95, 1.1))], 1.5, axis="y"), None)]


@thing("star", natural="yellow", group="primitives")
def star(vary: Vary) -> list[Part]:
    return [Part("body", extrude(star_outline(5, 1.0, vary(0.42, 0.48)), 0.36), None)]


@thing("heart", natural="red", group="primitives")
def heart(vary: Vary) -> list[Part]:
    return [Part("body", extrude(heart_outline(1.0), vary(0.3, 0.36)), None)]


@thing("arrow", group="primitives")
def arrow(vary: Vary) -> list[Part]:
    """It points to the right."""
    head, half = vary(0.5, 0.58), 0.19
    outline = [(-0.9, -half), (0.15, -half), (0.15, -head), (0.9, 0), (0.15, head), (0.15, half), (-0.9, half)]
    return [Part("body", extrude(outline, 0.32), None)]


@thing("moon", "crescent", natural="yellow", group="primitives")
def moon(vary: Vary) -> list[Part]:
    """What a smaller disc, moved to the right, leaves of a disc: the two circles meet at the horns."""
    horn, radius = vary(0.92, 1.08), 0.9
    middle = cos(horn) + (radius**2 - sin(horn) ** 2) ** 0.5
    outer = _arc(0, 1, horn, 2 * pi - horn)
    bend = atan2(sin(horn), cos(horn) - middle)
    inner = _arc(middle, radius, 2 * pi - bend, bend)[1:-1]
    return [Part("body", extrude(outer + inner, 0.4), None)]


def _arc(middle: float, radius: float, start: float, end: float) -> list[tuple[float, float]]:
    angles = [start + (end - start) * k / 40 for k in range(41)]
    return [(middle + radius * cos(a), radius * sin(a)) for a in angles]


@thing("cross", "plus", natural="red", group="primitives")
def cross(vary: Vary) -> list[Part]:
    width = vary(0.55, 0.65)
    return [Part("body", joined(box(1.7, 0.45, width), box(width, 0.45, 1.7)), None)]


@thing("dice", "die", natural="white", parts=("dots",), group="primitives")
def dice(vary: Vary) -> list[Part]:
    """One above, five in front, three to the right; what cannot be seen from there is the same."""
    three = [(-0.27, -0.27), (0, 0), (0.27, 0.27)]
    five = [*three, (-0.27, 0.27), (0.27, -0.27)]
    size = vary(0.11, 0.13)
    dots = [ball((size, size, 0.03), at=(0, 0, z)) for z in (-0.5, 0.5)]
    dots += [ball((size, 0.03, size), at=(x, y, z)) for y in (-0.5, 0.5) for x, z in five]
    dots += [ball((0.03, size, size), at=(x, y, z)) for x in (-0.5, 0.5) for y, z in three]
    return [Part("body", box(1, 1, 1), None), Part("dots", joined(*dots), "black")]


@thing("stairs", "steps", natural="grey", group="primitives")
def stairs(vary: Vary) -> list[Part]:
    """They rise to the right."""
    count, width = 4, vary(0.8, 1.0)
    steps = [box(0.35, width, 0.3 * (k + 1), at=(0.35 * k, 0, 0.15 * (k + 1))) for k in range(count)]
    return [Part("body", joined(*steps), None)]


@thing("spring", "coil", natural="grey", group="primitives")
def spring(vary: Vary) -> list[Part]:
    turns, height = 3, vary(1.3, 1.5)
    angles = [2 * pi * k / 20 for k in range(20 * turns + 1)]
    path = [(0.5 * cos(a), 0.5 * sin(a), height * a / angles[-1]) for a in angles]
    return [Part("body", tube(path, 0.13, sides=12), None)]
