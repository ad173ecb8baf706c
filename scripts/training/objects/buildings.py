"""Where people live, pray, defend themselves and work."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_primitives import (
    box,
    cone,
    dome,
    extrude,
    join,
    lathe,
    mirror,
    prism,
    repeat_around,
    ring,
    rod,
    rotate,
    shift,
)
from .object_class import Part, Rng, object_class


def archway(width: float, height: float) -> list[tuple[float, float]]:
    """The outline of an opening with a round top, standing on v = 0."""
    radius = width / 2
    top = [(radius * u, height - radius + radius * v) for u, v in ((1, 0), (0.87, 0.5), (0.5, 0.87), (0, 1))]
    right = [(radius, 0.0), *top]
    return right + [(-u, v) for u, v in reversed(right)]


def battlements(radius: float, z: float, count: int = 8, size: float = 0.16) -> Trimesh:
    """Merlons in a circle, as a tower wears them."""
    return repeat_around(box(size, size, 1.2 * size, at=(radius - size / 2, 0, z + 0.6 * size)), count)


@object_class("house", natural="cream", parts=("roof", "door"), group="buildings")
def house(rng: Rng) -> list[Part]:
    x, y, height, rise = rng(0.6, 0.7), rng(0.55, 0.75), rng(0.75, 0.95), rng(0.5, 0.65)
    roof = prism(2 * x + 0.3, 2 * y + 0.2, rise, at=(0, 0, height - 0.05))
    door = box(0.3, 0.08, 0.52, at=(0, -y, 0.26))
    panes = join(box(0.28, 0.08, 0.28, at=(0.4, -y, 0.5)), box(0.08, 0.34, 0.32, at=(x, 0, 0.45)))
    upper = box(0.24, 0.08, 0.24, at=(0, -y, height + 0.1))
    chimney = box(0.2, 0.2, 0.6, at=(0.35, 0.2, height + 0.35))
    return [
        Part(
            "walls",
            join(box(2 * x, 2 * y, height, at=(0, 0, height / 2)), prism(2 * x, 2 * y, rise - 0.1, at=(0, 0, height))),
            None,
        ),
        Part("roof", roof, "roof"),
        Part("door", door, "brown"),
        Part("windows", join(mirror(panes), upper, box(0.4, 0.08, 0.32, at=(0, y, 0.45))), "glass"),
        Part("chimney", chimney, "grey"),
    ]


@object_class("church", natural="white", parts=("roof", "door"), group="buildings")
def church(rng: Rng) -> list[Part]:
    height, spire = rng(1.1, 1.3), rng(0.6, 0.8)
    nave = join(box(0.8, 1.2, 0.6, at=(0, 0.4, 0.3)), box(0.5, 0.5, height, at=(0, -0.4, height / 2)))
    roof = join(prism(1.0, 1.3, 0.45, at=(0, 0.4, 0.6)), cone(0.44, spire, at=(0, -0.4, height), sides=4))
    top = height + spire
    cross = join(box(0.09, 0.09, 0.42, at=(0, -0.4, top + 0.1)), box(0.3, 0.09, 0.09, at=(0, -0.4, top + 0.16)))
    door = extrude(archway(0.26, 0.42), 0.08, at=(0, -0.66, 0))
    panes = [box(0.06, 0.18, 0.3, at=(0.4, y, 0.34)) for y in (0.2, 0.5, 0.8)]
    windows = join(mirror(join(*panes)), rod((0, -0.62, height - 0.3), (0, -0.69, height - 0.3), 0.13))
    return [
        Part("walls", nave, None),
        Part("roof", roof, "roof"),
        Part("cross", cross, "gold"),
        Part("door", door, "brown"),
        Part("windows", windows, "glass"),
    ]


@object_class("castle", natural="grey", parts=("roofs",), group="buildings")
def castle(rng: Rng) -> list[Part]:
    half, height, rise = rng(0.6, 0.7), rng(0.75, 0.95), rng(0.5, 0.65)
    tower = join(
        rod((half, half, 0), (half, half, height), 0.24), rod((half, half, height - 0.12), (half, half, height), 0.29)
    )
    wall = box(2 * half, 0.2, 0.55, at=(0, half, 0.275))
    merlons = join(*(box(0.16, 0.2, 0.15, at=(x, half, 0.62)) for x in (-0.26, 0, 0.26)))
    keep = box(0.6, 0.6, height + 0.15, at=(0, 0, (height + 0.15) / 2))
    crown = repeat_around(box(0.18, 0.18, 0.18, at=(0.24, 0.24, height + 0.2)), 4)
    gate = extrude(archway(0.4, 0.42), 0.1, at=(0, -half - 0.1, 0))
    roofs = repeat_around(cone(0.34, rise, at=(half, half, height)), 4)
    flag = join(rod((0, 0, height), (0, 0, height + 0.75), 0.05), box(0.36, 0.06, 0.2, at=(0.18, 0, height + 0.65)))
    return [
        Part("walls", join(repeat_around(join(tower, wall, merlons), 4), keep, crown), None),
        Part("roofs", roofs, "red"),
        Part("gate", gate, "brown"),
        Part("flag", flag, "yellow"),
    ]


@object_class("tower", natural="grey", group="buildings")
def tower(rng: Rng) -> list[Part]:
    radius, height = rng(0.38, 0.46), rng(1.5, 1.8)
    rim = radius + 0.14
    profile = [(radius + 0.08, 0), (radius, 0.25), (radius, height - 0.3), (rim, height - 0.15), (rim, height)]
    door = extrude(archway(0.32, 0.48), 0.14, at=(0, -radius, 0))
    slits = [rotate(box(0.12, 0.1, 0.3, at=(0, -radius, height * (0.42 + 0.11 * k))), 90 * k) for k in range(4)]
    return [
        Part("walls", join(lathe(profile), battlements(rim, height - 0.02)), None),
        Part("door", door, "brown"),
        Part("windows", join(*slits), "black"),
    ]


@object_class("lighthouse", natural="white", parts=("stripes",), group="buildings")
def lighthouse(rng: Rng) -> list[Part]:
    base, top, height = rng(0.42, 0.48), rng(0.24, 0.28), rng(1.4, 1.6)
    step = height / 5
    radii = [base + (top - base) * k / 5 for k in range(6)]
    bands = [rod((0, 0, k * step), (0, 0, (k + 1) * step), radii[k], radii[k + 1]) for k in range(5)]
    gallery = lathe([(top + 0.14, height), (top + 0.14, height + 0.1)])
    return [
        Part("walls", join(*bands[::2], gallery), None),
        Part("stripes", join(*bands[1::2], cone(top + 0.06, 0.3, at=(0, 0, height + 0.38))), "red"),
        Part("lamp", rod((0, 0, height), (0, 0, height + 0.4), top - 0.05), "yellow"),
        Part("door", extrude(archway(0.24, 0.36), 0.2, at=(0, 0.08 - base, 0)), "black"),
    ]


@object_class("windmill", natural="white", parts=("sails",), group="buildings")
def windmill(rng: Rng) -> list[Part]:
    base, height, tilt = rng(0.46, 0.52), rng(1.1, 1.25), rng(25, 65)
    body = rod((0, 0, 0), (0, 0, height), base, 0.33)
    sail = join(box(0.07, 0.07, 0.95, at=(0, 0, 0.47)), box(0.26, 0.05, 0.66, at=(0.12, 0, 0.58)))
    sails = shift(rotate(repeat_around(sail, 4, "y"), tilt, "y"), y=-0.52, z=height)
    return [
        Part("tower", body, None),
        Part("cap", join(dome(0.38, at=(0, 0, height)), rod((0, 0, height + 0.02), (0, -0.58, height), 0.08)), "roof"),
        Part("sails", sails, "brown"),
        Part("door", extrude(archway(0.26, 0.42), 0.16, at=(0, 0.04 - base, 0)), "black"),
        Part("window", box(0.18, 0.14, 0.2, at=(0, -0.39, height * 0.55)), "glass"),
    ]


@object_class("tent", natural="green", group="buildings")
def tent(rng: Rng) -> list[Part]:
    width, length, height = rng(1.3, 1.6), rng(1.5, 1.8), rng(0.95, 1.15)
    opening = extrude([(-0.28, 0), (0.28, 0), (0, 0.72 * height)], 0.06, at=(0, -length / 2, 0))
    flap = extrude([(0.28, 0), (0.46, 0), (0.04, 0.72 * height), (0, 0.72 * height)], 0.1, at=(0, -length / 2, 0))
    pole = mirror(rod((0, length / 2 - 0.05, height - 0.1), (0, length / 2 - 0.05, height + 0.16), 0.06), "y")
    peg = mirror(mirror(rod((width / 2 - 0.1, length / 2, 0.1), (width / 2 + 0.12, length / 2 + 0.05, 0), 0.05)), "y")
    return [
        Part("cloth", prism(width, length, height), None),
        Part("opening", opening, "black"),
        Part("flaps", mirror(flap), "cream"),
        Part("poles", join(pole, peg), "wood"),
    ]


@object_class("igloo", natural="white", group="buildings")
def igloo(rng: Rng) -> list[Part]:
    radius, reach = rng(0.8, 0.9), rng(0.35, 0.5)
    tunnel = extrude(archway(0.8, 0.62), reach + 0.4, at=(0, -radius + 0.2 - reach / 2, 0))
    hole = extrude(archway(0.5, 0.44), 0.1, at=(0, -radius - reach, 0))
    rows = [ring(radius * c, 0.04, at=(0, 0, radius * s)) for c, s in ((0.966, 0.26), (0.82, 0.57), (0.56, 0.83))]
    seams = [rotate(ring(radius, 0.035, axis="y", arc=arc), turn) for arc, turn in
             (((18, 36), 20), ((18, 36), 150), ((18, 36), 215), ((36, 55), 60), ((36, 55), 180), ((36, 55), 320),
              ((1, 18), 50), ((1, 18), 100), ((1, 18), 190), ((1, 18), 340))]  # fmt: skip
    return [
        Part("snow", join(dome(radius), tunnel), None),
        Part("seams", join(*rows, *seams), "glass"),
        Part("entrance", hole, "black"),
    ]


@object_class("barn", natural="red", parts=("roof", "door"), group="buildings")
def barn(rng: Rng) -> list[Part]:
    x, y, wall = rng(0.6, 0.7), rng(0.7, 0.85), rng(0.55, 0.7)
    gable = [(-x, 0), (x, 0), (x, wall), (0.62 * x, wall + 0.42), (0, wall + 0.6), (-0.62 * x, wall + 0.42), (-x, wall)]
    skin = [
        (x + 0.1, wall - 0.08),
        (0.66 * x, wall + 0.46),
        (0, wall + 0.7),
        (-0.66 * x, wall + 0.46),
        (-x - 0.1, wall - 0.08),
    ]
    inner = [(u * 0.88, v - 0.1) for u, v in reversed(skin)]
    door = box(0.62, 0.06, 0.6, at=(0, -y, 0.3))
    bars = [rotate(box(0.09, 0.05, 0.74, at=(0, 0, 0)), tilt, "y") for tilt in (45, -45)]
    frame = join(shift(join(*bars), y=-y - 0.04, z=0.3), box(0.3, 0.06, 0.24, at=(0, -y, wall + 0.22)))
    edge = join(
        mirror(box(0.09, 0.08, 0.64, at=(0.34, -y - 0.02, 0.32))), box(0.76, 0.08, 0.09, at=(0, -y - 0.02, 0.64))
    )
    return [
        Part("walls", extrude(gable, 2 * y), None),
        Part("roof", extrude(skin + inner, 2 * y + 0.2), "grey"),
        Part("door", door, "brown"),
        Part("trim", join(frame, edge), "white"),
    ]


@object_class("tipi", "teepee", natural="cream", group="buildings")
def tipi(rng: Rng) -> list[Part]:
    radius, height = rng(0.72, 0.85), rng(1.4, 1.6)
    low, high = 0.3, 0.46
    band = rod((0, 0, low * height), (0, 0, high * height), radius * (1.03 - low), radius * (1.03 - high))
    pole = rod((0, 0.1, 0.85 * height), (0.06, -0.26, 1.22 * height), 0.05)
    lean = radius / height
    door = extrude([(-0.22, 0), (0.22, 0), (0, 0.62)], 0.1)
    door = shift(rotate(door, -57.3 * lean * 0.9, "x"), y=-radius)
    return [
        Part("cloth", cone(radius, height), None),
        Part("band", band, "red"),
        Part("poles", repeat_around(pole, 5), "brown"),
        Part("opening", door, "black"),
    ]
