"""What makes music, or noise."""

from __future__ import annotations

from .mesh_primitives import (
    ball,
    box,
    circle_outline,
    extrude,
    join,
    lathe,
    mirror,
    repeat_around,
    ring,
    rod,
    rotate,
    shift,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("drum", natural="red", parts=("sticks",), group="tools")
def drum(rng: Rng) -> list[Part]:
    radius, height = rng(0.62, 0.7), rng(0.65, 0.8)
    hoops = join(*(rod((0, 0, z - 0.06), (0, 0, z + 0.06), radius + 0.06) for z in (0.06, height)))
    cord = [rod((radius + 0.02, 0, 0.08), (0.86 * radius, s * 0.52 * radius, height), 0.035) for s in (-1, 1)]
    cords = repeat_around(join(*cord), 6)
    sticks = mirror(
        join(
            rod((-0.1, -0.1, height + 0.12), (0.75, 0.1, height + 0.42), 0.06),
            ball(0.12, at=(-0.1, -0.1, height + 0.14)),
        )
    )
    return [
        Part("body", rod((0, 0, 0), (0, 0, height), radius), None),
        Part("hoops", join(hoops, cords), "yellow"),
        Part("skin", rod((0, 0, height), (0, 0, height + 0.08), radius - 0.04), "white"),
        Part("sticks", sticks, "brown"),
    ]


@object_class("guitar", natural="orange", parts=("neck",), group="tools")
def guitar(rng: Rng) -> list[Part]:
    low, high = rng(0.48, 0.54), rng(0.36, 0.41)
    body = join(
        *(
            extrude([(u * r, v * 0.9 * r + z) for u, v in circle_outline(1.0)], 0.3)
            for r, z in ((low, -0.55), (high, 0.02))
        )
    )
    waist = extrude([(0.38 * s, z) for s, z in ((-1, -0.4), (1, -0.4), (0.85, 0.0), (-0.85, 0.0))], 0.3)
    neck = join(
        box(0.14, 0.14, 1.0, at=(0, -0.1, 0.6)),
        extrude([(-0.12, 1.08), (0.12, 1.08), (0.17, 1.42), (-0.17, 1.42)], 0.14, at=(0, -0.08, 0)),
    )
    pegs = join(*(box(0.5, 0.07, 0.07, at=(0, -0.08, z)) for z in (1.18, 1.32)))
    hole = join(rod((0, 0, -0.22), (0, -0.18, -0.22), 0.18), box(0.34, 0.1, 0.1, at=(0, -0.14, -0.7)))
    return [
        Part("body", join(body, waist), None),
        Part("neck", neck, "brown"),
        Part("hole", hole, "black"),
        Part("strings", join(box(0.05, 0.04, 1.7, at=(0, -0.2, 0.15)), pegs), "white"),
    ]


@object_class("electric guitar", natural="red", group="tools")
def electric_guitar(rng: Rng) -> list[Part]:
    horn = rng(0.2, 0.3)
    body = [(-0.12, 0), (-0.3, horn + 0.1), (-0.44, horn), (-0.38, -0.25), (-0.5, -0.6), (-0.36, -0.92), (0, -1.0),
            (0.36, -0.92), (0.5, -0.6), (0.36, -0.25), (0.42, horn - 0.1), (0.3, horn), (0.12, 0)]  # fmt: skip
    neck = box(0.15, 0.12, 1.2, at=(0, -0.08, 0.45))
    head = extrude([(-0.1, 1.0), (0.1, 1.0), (0.2, 1.1), (0.06, 1.45), (-0.16, 1.36)], 0.12, at=(0, -0.08, 0))
    pegs = join(*(ball(0.06, at=(-0.18, -0.08, z)) for z in (1.12, 1.24, 1.36)))
    plate = extrude(
        [(-0.2, -0.1), (0.22, -0.1), (0.28, -0.5), (0.3, -0.8), (0.0, -0.72), (-0.2, -0.4)], 0.1, at=(0, -0.1, 0)
    )
    pickups = join(*(box(0.26, 0.1, 0.1, at=(0, -0.16, z)) for z in (-0.28, -0.52, -0.74)))
    return [
        Part("body", join(extrude(body, 0.22), head), None),
        Part("neck", neck, "wood"),
        Part("plate", join(plate, pegs), "white"),
        Part("pickups", pickups, "black"),
    ]


@object_class("violin", "fiddle", natural="brown", parts=("stick",), group="tools")
def violin(rng: Rng) -> list[Part]:
    low, high = rng(0.42, 0.47), rng(0.34, 0.38)
    outline = [(0, 0.45), (0.2, 0.42), (high, 0.22), (high - 0.03, 0.05), (0.22, -0.1), (0.22, -0.28), (low, -0.48),
               (low, -0.7), (0.26, -0.92), (0, -0.97)]  # fmt: skip
    body = extrude(outline + [(-u, v) for u, v in outline[-2:0:-1]], 0.24)
    neck = join(box(0.13, 0.12, 1.05, at=(0, -0.12, 0.65)), box(0.16, 0.1, 0.4, at=(0, -0.15, -0.62)))
    scroll = join(rod((-0.09, -0.1, 1.22), (0.09, -0.1, 1.22), 0.13), box(0.42, 0.07, 0.07, at=(0, -0.1, 1.05)))
    holes = mirror(rotate(box(0.07, 0.06, 0.32, at=(0.2, -0.12, -0.3)), 8, "y"))
    bow = join(rod((0.75, -0.2, -0.95), (0.62, -0.2, 0.95), 0.045), box(0.07, 0.09, 0.16, at=(0.7, -0.2, -0.85)))
    hair = rod((0.66, -0.2, -0.9), (0.55, -0.2, 0.92), 0.035)
    return [
        Part("body", join(body, scroll), None),
        Part("neck", join(neck, holes), "black"),
        Part("stick", bow, "wood"),
        Part("hair", join(hair, box(0.3, 0.1, 0.06, at=(0, -0.16, -0.42))), "white"),
    ]


@object_class("trumpet", "horn", natural="gold", group="tools")
def trumpet(rng: Rng) -> list[Part]:
    flare = rng(0.42, 0.5)
    bell = shift(
        rotate(
            lathe([(0.1, 0), (0.12, 0.35), (0.2, 0.55), (flare, 0.72), (flare - 0.06, 0.74), (0.12, 0.55), (0, 0.4)]),
            -90,
            "y",
        ),
        x=-0.35,
    )
    pipe = join(rod((-0.4, 0, 0), (0.95, 0, 0), 0.085), rod((0.85, 0, 0), (1.05, 0, 0), 0.09, 0.15))
    loop = tube(
        [
            (0.5, 0, 0),
            (0.68, 0, -0.12),
            (0.68, 0, -0.34),
            (0.5, 0, -0.46),
            (-0.3, 0, -0.46),
            (-0.46, 0, -0.34),
            (-0.46, 0, -0.12),
            (-0.3, 0, 0),
        ],
        0.075,
    )
    valves = [rod((x, 0, -0.5), (x, 0, 0.2), 0.1) for x in (-0.16, 0.08, 0.32)]
    caps = [
        join(rod((x, 0, 0.2), (x, 0, 0.32), 0.05), rod((x, 0, 0.3), (x, 0, 0.36), 0.1)) for x in (-0.16, 0.08, 0.32)
    ]
    return [Part("body", join(bell, pipe, loop), None), Part("valves", join(*valves, *caps), "silver")]


@object_class("bell", natural="gold", group="tools")
def bell(rng: Rng) -> list[Part]:
    rim, height = rng(0.65, 0.75), rng(0.95, 1.1)
    profile = [
        (rim, 0),
        (rim, 0.1),
        (0.75 * rim, 0.3),
        (0.56 * rim, 0.75 * height),
        (0.4 * rim, 0.93 * height),
        (0, height),
    ]
    return [
        Part("bell", join(lathe(profile), ring(rim - 0.02, 0.08, at=(0, 0, 0.07))), None),
        Part("clapper", ball(0.2, at=(0, 0, -0.06)), "brown"),
        Part(
            "ribbon",
            join(
                ring(0.17, 0.08, at=(0, 0, height + 0.14), axis="y"),
                rod((0, 0, 0.3), (0, 0, 0.4), 0.8 * rim, 0.73 * rim),
            ),
            "red",
        ),
    ]


@object_class("microphone", natural="black", group="tools")
def microphone(rng: Rng) -> list[Part]:
    head, length = rng(0.4, 0.46), rng(1.0, 1.2)
    grip = lathe([(0.14, -length), (0.27, -0.1), (0.3, 0.05)])
    lines = join(*(ring(head * c, 0.04, at=(0, 0, 0.36 + head * s)) for c, s in ((0.9, 0.42), (0.92, -0.38))))
    return [
        Part("handle", join(grip, lines), None),
        Part("head", ball(head, at=(0, 0, 0.36)), "silver"),
        Part("ring", rod((0, 0, 0.0), (0, 0, 0.12), 0.34), "gold"),
        Part("switch", box(0.12, 0.1, 0.2, at=(0, -0.22, -0.3)), "red"),
    ]


@object_class("loudspeaker", "speaker", natural="black", group="tools")
def loudspeaker(rng: Rng) -> list[Part]:
    height = rng(0.9, 1.0)
    cones = join(*(rod((0, -0.4, z), (0, -0.49, z), r) for r, z in ((0.42, -0.32), (0.24, 0.45))))
    rims = join(*(ring(r, 0.06, at=(0, -0.45, z), axis="y") for r, z in ((0.44, -0.32), (0.26, 0.45))))
    caps = join(*(ball(0.4 * r, at=(0, -0.46, z)) for r, z in ((0.42, -0.32), (0.24, 0.45))))
    return [
        Part("case", box(1.15, 0.85, 2 * height), None),
        Part("cones", cones, "grey"),
        Part("rims", join(rims, caps), "silver"),
    ]


@object_class("tambourine", natural="wood", group="tools")
def tambourine(rng: Rng) -> list[Part]:
    radius, depth = rng(0.75, 0.85), rng(0.28, 0.36)
    hoop = join(
        rod((0, depth / 2, 0), (0, -depth / 2, 0), radius), ring(radius - 0.02, 0.07, at=(0, -depth / 2, 0), axis="y")
    )
    skin = rod((0, 0, 0), (0, -depth / 2 - 0.03, 0), radius - 0.1)
    jingles = repeat_around(rod((radius - 0.06, 0.1, 0), (radius - 0.06, -0.1, 0), 0.15), 8, "y")
    return [Part("hoop", hoop, None), Part("skin", skin, "cream"), Part("jingles", jingles, "gold")]


@object_class("xylophone", natural="brown", group="tools")
def xylophone(rng: Rng) -> list[Part]:
    step, colors = rng(0.27, 0.3), ("red", "orange", "yellow", "green", "blue")
    bars = [box(0.22, 1.3 - 0.14 * k, 0.12, at=(step * (k - 2), 0, 0.12)) for k in range(5)]
    rails = [rod((-0.75, s * 0.48, 0), (0.75, s * 0.26, 0), 0.09) for s in (-1, 1)]
    return [
        Part("frame", join(*rails), None),
        *(Part("bars", bar, color) for bar, color in zip(bars, colors, strict=True)),
    ]
