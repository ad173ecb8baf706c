"""What a knight, a pirate, a wizard or a child at play carries."""

from __future__ import annotations

from math import cos, pi, sin

from trimesh import Trimesh

from .mesh_primitives import (
    ball,
    box,
    cone,
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
    star_outline,
    tube,
)
from .object_class import Part, Rng, object_class


@object_class("sword", natural="silver", parts=("handle",), group="tools")
def sword(rng: Rng) -> list[Part]:
    half, length, guard = rng(0.13, 0.17), rng(1.3, 1.5), rng(0.4, 0.5)
    blade = [(-half, 0), (half, 0), (half, length - 0.25), (0, length), (-half, length - 0.25)]
    hilt = join(box(2 * guard, 0.2, 0.16), mirror(ball(0.12, at=(guard, 0, 0))), ball(0.15, at=(0, 0, -0.62)))
    return [
        Part("blade", extrude(blade, 0.12), None),
        Part("guard", hilt, "gold"),
        Part("handle", rod((0, 0, 0), (0, 0, -0.55), 0.11), "brown"),
    ]


@object_class("shield", natural="blue", parts=("cross",), group="tools")
def shield(rng: Rng) -> list[Part]:
    half, tip = rng(0.7, 0.78), rng(0.95, 1.05)
    right = [(half, 0.85), (half, 0.1), (0.82 * half, -0.35), (0.45 * half, -0.75), (0, -tip)]
    outline = right + [(-u, v) for u, v in right[-2::-1]]
    inner = [(0.84 * u, 0.84 * v) for u, v in outline]
    cross = join(box(0.22, 0.3, 1.25, at=(0, 0, 0.03)), box(1.05, 0.3, 0.22, at=(0, 0, 0.25)))
    return [
        Part("face", extrude(inner, 0.24), None),
        Part("rim", extrude(outline, 0.16), "silver"),
        Part("cross", cross, "yellow"),
    ]


@object_class("bow and arrow", "bow", natural="brown", group="tools")
def bow_and_arrow(rng: Rng) -> list[Part]:
    bend = rng(0.55, 0.65)
    curve = [(0.2 - bend, 0, z) if abs(z) < 0.01 else (0.2 - bend * (1 - z * z) ** 0.5, 0, z)
             for z in (-0.98, -0.85, -0.6, -0.3, 0.0, 0.3, 0.6, 0.85, 0.98)]  # fmt: skip
    string = join(rod((0.1, 0, -0.98), (0.5, 0, 0), 0.035), rod((0.1, 0, 0.98), (0.5, 0, 0), 0.035))
    feathers = join(*(rotate(box(0.28, 0.05, 0.26, at=(0.46, 0, 0)), tilt, "x") for tilt in (45, 135)))
    head = shift(rotate(cone(0.13, 0.26), -90, "y"), x=-0.85)
    return [
        Part("bow", join(tube(curve, 0.08), ball((0.11, 0.11, 0.2), at=curve[4])), None),
        Part("string", string, "white"),
        Part("arrow", rod((-0.9, 0, 0), (0.55, 0, 0), 0.05), "wood"),
        Part("head", head, "silver"),
        Part("feathers", feathers, "red"),
    ]


@object_class("magic wand", "wand", natural="black", parts=("star",), group="tools")
def magic_wand(rng: Rng) -> list[Part]:
    length, size = rng(1.1, 1.3), rng(0.42, 0.5)
    return [
        Part("stick", rod((0, 0, 0), (0, 0, -length), 0.09), None),
        Part("star", extrude(star_outline(5, size, 0.45 * size), 0.2, at=(0, 0, 0.25)), "yellow"),
        Part(
            "ends",
            join(rod((0, 0, -length), (0, 0, 0.18 - length), 0.115), rod((0, 0, -0.1), (0, 0, -0.25), 0.115)),
            "white",
        ),
    ]


@object_class("treasure chest", "chest", natural="brown", group="tools")
def treasure_chest(rng: Rng) -> list[Part]:
    width, tilt = rng(0.75, 0.85), rng(45, 60)
    base = box(2 * width, 1.0, 0.62, at=(0, 0, 0.31))
    lid = scale(rod((-width, 0, 0), (width, 0, 0), 0.5), 1, 1, 0.75)
    lid = shift(rotate(shift(_upper(lid), y=-0.5), -tilt, "x"), y=0.5, z=0.64)
    bands = join(*(box(0.14, 1.05, 0.66, at=(x, 0, 0.31)) for x in (-0.62 * width, 0.62 * width)))
    coins = join(
        *(
            ball((0.2, 0.2, 0.12), at=(0.24 * (k % 6 - 2.5), 0.25 * (k // 6 - 1), 0.66 + 0.08 * (k % 2)))
            for k in range(18)
        )
    )
    return [
        Part("wood", join(base, lid), None),
        Part("bands", bands, "grey"),
        Part("gold", coins, "gold"),
        Part("lock", box(0.26, 0.14, 0.28, at=(0, -0.5, 0.48)), "yellow"),
    ]


def _upper(mesh: Trimesh) -> Trimesh:
    """What lies below z = 0 pressed flat."""
    flat = mesh.copy()
    flat.vertices[:, 2] = flat.vertices[:, 2].clip(min=0)
    return flat


@object_class("key", natural="gold", group="tools")
def key(rng: Rng) -> list[Part]:
    bow, length = rng(0.3, 0.36), rng(1.1, 1.25)
    teeth = [box(0.34, 0.16, 0.13, at=(0.18, 0, z - length)) for z in (0.08, 0.34)]
    shaft = join(rod((0, 0, -0.05), (0, 0, -length), 0.1), rod((0, 0, -0.1), (0, 0, -0.22), 0.16))
    return [Part("key", join(ring(bow, 0.12, at=(0, 0, bow), axis="y"), shaft, *teeth), None)]


@object_class("padlock", "lock", natural="yellow", group="tools")
def padlock(rng: Rng) -> list[Part]:
    width, height = rng(0.6, 0.7), rng(0.95, 1.1)
    bow = width - 0.22
    shackle = join(
        ring(bow, 0.13, at=(0, 0, 0.25), axis="y", arc=(0, 180)), mirror(rod((bow, 0, -0.1), (bow, 0, 0.26), 0.13))
    )
    hole = join(
        rod((0, 0, -0.42), (0, -0.3, -0.42), 0.14),
        extrude([(-0.06, 0), (0.06, 0), (0.12, -0.34), (-0.12, -0.34)], 0.3, at=(0, -0.15, -0.45)),
    )
    return [
        Part("body", box(2 * width, 0.5, height, at=(0, 0, -height / 2)), None),
        Part("shackle", shackle, "silver"),
        Part("keyhole", hole, "black"),
    ]


@object_class("anchor", natural="grey", group="tools")
def anchor(rng: Rng) -> list[Part]:
    wide, height = rng(0.62, 0.7), rng(0.75, 0.85)
    arms = scale(ring(wide, 0.1, axis="y", arc=(190, 350)), 1, 1, 1.0)
    fluke = cone(0.24, 0.4, sides=4)
    stock = join(box(0.95, 0.16, 0.16, at=(0, 0, 0.62 * height)), ring(0.18, 0.08, at=(0, 0, height + 0.2), axis="y"))
    tips = mirror(shift(scale(fluke, 1, 0.6, 1), x=wide * 0.98, z=-0.2))
    return [Part("anchor", join(arms, tips, stock, rod((0, 0, height + 0.05), (0, 0, -wide), 0.1)), None)]


@object_class("torch", "burning torch", natural="brown", parts=("flame",), group="tools")
def torch(rng: Rng) -> list[Part]:
    length, fire = rng(1.0, 1.15), rng(0.75, 0.9)
    flame = [(0, -0.1), (0.3, 0.05), (0.34, 0.22), (0.2, 0.5), (0.08, 0.7), (0, fire)]
    subset_only = [(0, 0), (0.16, 0.1), (0.12, 0.3), (0, 0.5)]
    return [
        Part("stick", rod((0, 0, 0.05), (0, 0, -length), 0.2, 0.1), None),
        Part("flame", lathe(flame, at=(0, 0, 0.14)), "orange"),
        Part("core", lathe(subset_only, at=(0, -0.22, 0.1)), "yellow"),
        Part("band", rod((0, 0, -0.02), (0, 0, 0.16), 0.25), "grey"),
    ]


@object_class("campfire", "fire", natural="orange", group="tools")
def campfire(rng: Rng) -> list[Part]:
    height = rng(0.95, 1.1)
    logs = repeat_around(rod((0.75, 0, 0.08), (-0.1, 0.05, 0.36), 0.12), 5)
    flame = [(0, 0.1), (0.36, 0.25), (0.38, 0.42), (0.2, 0.72 * height), (0, height + 0.1)]
    tongue = shift(scale(lathe(flame), 0.6, 0.6, 0.66), x=0.26)
    stones = repeat_around(ball((0.16, 0.16, 0.13), at=(0.82, 0, 0.08)), 10)
    subset_only = repeat_around(lathe([(0, 0.2), (0.18, 0.32), (0.1, 0.5), (0, 0.66)], at=(0.24, 0, 0)), 4)
    return [
        Part("flame", join(lathe(flame), repeat_around(tongue, 4)), None),
        Part("core", rotate(subset_only, 45), "yellow"),
        Part("logs", logs, "brown"),
        Part("stones", stones, "grey"),
    ]


@object_class("ship's wheel", "steering wheel", natural="brown", group="tools")
def ships_wheel(rng: Rng) -> list[Part]:
    radius, count = rng(0.55, 0.62), 8
    handles = [join(rod((0, 0, 0), (u * 0.95, 0, v * 0.95), 0.065), rod((u * 0.74, 0, v * 0.74), (u, 0, v), 0.095))
               for u, v in ((cos(2 * pi * k / count), sin(2 * pi * k / count)) for k in range(count))]  # fmt: skip
    hub = rod((0, 0.14, 0), (0, -0.14, 0), 0.2)
    return [Part("wheel", join(ring(radius, 0.11, axis="y"), *handles), None), Part("hub", hub, "gold")]


@object_class("telescope", "spyglass", natural="gold", group="tools")
def telescope(rng: Rng) -> list[Part]:
    tilt = rng(20, 30)
    tubes = [rod((x, 0, 0), (x + 0.62, 0, 0), r) for x, r in ((-0.85, 0.17), (-0.3, 0.23), (0.25, 0.29))]
    rims = [rod((x, 0, 0), (x + 0.1, 0, 0), r) for x, r in ((-0.9, 0.21), (-0.34, 0.27), (0.22, 0.33), (0.82, 0.34))]
    legs = repeat_around(rod((0, 0, -0.1), (0.45, 0, -1.05), 0.065), 3)
    aim = [shift(rotate(mesh, -tilt, "y"), z=0.1) for mesh in (join(*tubes), join(*rims))]
    return [Part("tube", aim[0], None), Part("rims", aim[1], "brown"), Part("legs", join(legs, ball(0.14)), "black")]
