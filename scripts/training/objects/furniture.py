"""What stands in a room to sit, lie, work or put things on."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_primitives import ball, box, extrude, join, lathe, mirror, rod, rounded_outline, shift
from .object_class import Part, Rng, object_class


def legs(x: float, y: float, height: float, thickness: float) -> Trimesh:
    """Four square legs that hang from z = 0, their centers at (+-x, +-y)."""
    return mirror(mirror(box(thickness, thickness, height, at=(x, y, -height / 2))), "y")


@object_class("chair", natural="brown", parts=("seat",), group="furniture")
def chair(rng: Rng) -> list[Part]:
    height, width = rng(0.85, 1.05), rng(0.8, 0.95)
    posts = mirror(box(0.15, 0.15, height, at=(width / 2 - 0.075, 0.37, height / 2)))
    rails = join(box(width, 0.13, 0.24, at=(0, 0.37, height - 0.12)), box(width, 0.13, 0.16, at=(0, 0.37, height / 2)))
    frame = join(box(width, 0.9, 0.12), legs(width / 2 - 0.08, 0.37, rng(0.75, 0.9), 0.15), posts, rails)
    return [Part("frame", frame, None), Part("seat", box(width - 0.1, 0.66, 0.1, at=(0, -0.05, 0.1)), "cream")]


@object_class("armchair", natural="red", group="furniture")
def armchair(rng: Rng) -> list[Part]:
    height = rng(0.75, 0.95)
    back = join(box(1.1, 0.3, height, at=(0, 0.45, height / 2)), rod((-0.55, 0.45, height), (0.55, 0.45, height), 0.17))
    arm = join(box(0.28, 1.0, 0.55, at=(0.6, 0.05, 0.05)), rod((0.6, -0.5, 0.32), (0.6, 0.5, 0.32), 0.17))
    body = join(box(1.1, 1.0, 0.4, at=(0, 0.05, -0.1)), back, mirror(arm))
    feet = shift(legs(0.55, 0.42, 0.22, 0.16), z=-0.28)
    cushion = extrude(rounded_outline(0.88, 0.85, 0.15), 0.18, at=(0, -0.1, 0.18), axis="z")
    return [Part("body", body, None), Part("cushion", cushion, "cream"), Part("feet", feet, "brown")]


@object_class("sofa", "couch", natural="blue", group="furniture")
def sofa(rng: Rng) -> list[Part]:
    width = rng(0.95, 1.1)
    arm = join(box(0.26, 0.85, 0.45, at=(width, 0, 0.1)), rod((width, -0.43, 0.32), (width, 0.43, 0.32), 0.16))
    back = box(2 * width, 0.28, 0.75, at=(0, 0.32, 0.3))
    body = join(box(2 * width, 0.85, 0.3, at=(0, 0, 0)), back, mirror(arm))
    cushion = extrude(rounded_outline(width - 0.18, 0.6, 0.12), 0.18, at=(width / 2 - 0.05, -0.14, 0.2), axis="z")
    feet = shift(legs(width - 0.05, 0.32, 0.2, 0.15), z=-0.13)
    return [Part("body", body, None), Part("cushions", mirror(cushion), "cream"), Part("feet", feet, "brown")]


@object_class("table", natural="brown", group="furniture")
def table(rng: Rng) -> list[Part]:
    x, y = rng(0.8, 1.0), rng(0.5, 0.65)
    return [Part("top", join(box(2 * x, 2 * y, 0.14), legs(x - 0.12, y - 0.12, rng(0.8, 1.0), 0.16)), None)]


@object_class("desk", natural="brown", parts=("drawers",), group="furniture")
def desk(rng: Rng) -> list[Part]:
    width, height = rng(0.9, 1.0), rng(0.85, 1.0)
    side = box(0.14, 0.9, height, at=(-width + 0.12, 0, -height / 2))
    block = box(0.62, 0.9, height, at=(width - 0.36, 0, -height / 2))
    fronts = [box(0.5, 0.06, height / 3 - 0.08, at=(width - 0.36, -0.46, -height * (i + 0.5) / 3)) for i in range(3)]
    knobs = [ball(0.06, at=(width - 0.36, -0.52, -height * (i + 0.5) / 3)) for i in range(3)]
    frame = join(box(2 * width, 1.0, 0.12), side, block, box(2 * width - 0.3, 0.1, 0.4, at=(0, 0.35, -0.25)))
    return [
        Part("frame", frame, None),
        Part("drawers", join(*fronts), "cream"),
        Part("knobs", join(*knobs), "black"),
    ]


@object_class("stool", natural="brown", parts=("seat",), group="furniture")
def stool(rng: Rng) -> list[Part]:
    height, spread = rng(1.1, 1.4), rng(0.5, 0.6)
    leg = rod((0.32, 0.32, 0), (spread, spread, -height), 0.09)
    low = 0.4 * spread + 0.19
    rung = rod((-low, low, -height * 0.55), (low, low, -height * 0.55), 0.06)
    frame = join(mirror(mirror(leg), "y"), mirror(rung, "y"))
    seat = lathe([(0, -0.1), (0.56, -0.1), (0.6, 0.0), (0.56, 0.1), (0, 0.12)])
    return [Part("legs", frame, None), Part("seat", seat, "red")]


@object_class("bench", "park bench", natural="brown", parts=("legs",), group="furniture")
def bench(rng: Rng) -> list[Part]:
    width = rng(0.9, 1.1)
    seats = [box(2 * width, 0.2, 0.1, at=(0, y, 0)) for y in (-0.32, -0.06, 0.2)]
    backs = [box(2 * width, 0.1, 0.2, at=(0, 0.38 + 0.06 * i, 0.28 + 0.28 * i)) for i in range(2)]
    frame = join(box(0.14, 0.72, 0.12, at=(0, -0.02, -0.1)), box(0.14, 0.12, 0.6, at=(0, -0.3, -0.3)))
    frame = join(frame, rod((0, 0.28, -0.6), (0, 0.36, 0.05), 0.08), rod((0, 0.36, 0.0), (0, 0.5, 0.68), 0.07))
    return [
        Part("slats", join(*seats, *backs), None),
        Part("legs", mirror(shift(frame, x=width - 0.25)), "black"),
    ]


@object_class("bed", natural="blue", parts=("pillow",), group="furniture")
def bed(rng: Rng) -> list[Part]:
    x, y = rng(0.62, 0.75), rng(0.95, 1.05)
    head = extrude(rounded_outline(2 * x + 0.1, 1.1, 0.2), 0.14, at=(0, y, 0.1))
    foot = extrude(rounded_outline(2 * x + 0.1, 0.75, 0.15), 0.14, at=(0, -y, -0.08))
    frame = join(head, foot, box(2 * x, 2 * y, 0.16, at=(0, 0, -0.22)))
    mattress = box(2 * x, 2 * y - 0.1, 0.22, at=(0, 0, -0.04))
    blanket = box(2 * x + 0.1, 1.3 * y, 0.3, at=(0, -0.3 * y, -0.03))
    pillow = ball((0.75 * x, 0.24, 0.14), at=(0, y - 0.36, 0.14))
    return [
        Part("blanket", blanket, None),
        Part("frame", frame, "wood"),
        Part("mattress", mattress, "cream"),
        Part("pillow", pillow, "white"),
    ]


def _books(width: float, z: float, heights: tuple[float, ...], first: int) -> list[tuple[int, Trimesh]]:
    """A row of books on a board at height z: the number of the color of each, and its mesh."""
    step = 2 * width / len(heights)
    places = [(-width + step * (i + 0.5), height) for i, height in enumerate(heights)]
    return [
        ((first + i) % 3, box(step - 0.03, 0.36, height, at=(x, -0.04, z + height / 2)))
        for i, (x, height) in enumerate(places)
    ]


@object_class("bookshelf", "bookcase", natural="brown", group="furniture")
def bookshelf(rng: Rng) -> list[Part]:
    width, rise = rng(0.55, 0.68), 0.6
    boards = [box(2 * width, 0.5, 0.1, at=(0, 0, rise * i)) for i in range(4)]
    sides = mirror(box(0.12, 0.5, 3 * rise + 0.1, at=(width, 0, 1.5 * rise)))
    back = box(2 * width, 0.06, 3 * rise, at=(0, 0.24, 1.5 * rise))
    heights = ((0.42, 0.36, 0.44, 0.3, 0.4), (0.34, 0.42, 0.38, 0.44), (0.44, 0.32, 0.4, 0.36, 0.42))
    books = [book for i, row in enumerate(heights) for book in _books(width - 0.07, rise * i + 0.05, row, i)]
    rows = [join(*(mesh for number, mesh in books if number == color)) for color in range(3)]
    colored = [Part("books", row, color) for row, color in zip(rows, ("red", "yellow", "blue"), strict=True)]
    return [Part("frame", join(*boards, sides, back), None), *colored]


@object_class("wardrobe", "cupboard", "closet", natural="brown", parts=("doors",), group="furniture")
def wardrobe(rng: Rng) -> list[Part]:
    width, height = rng(0.6, 0.7), rng(0.85, 0.95)
    case = join(box(2 * width, 0.8, 2 * height), box(2 * width + 0.16, 0.95, 0.14, at=(0, 0, height)))
    door = box(width - 0.14, 0.08, 2 * height - 0.3, at=(width / 2 - 0.02, -0.42, -0.02))
    feet = shift(legs(width - 0.12, 0.28, 0.2, 0.18), z=-height)
    return [
        Part("case", join(case, feet), None),
        Part("doors", mirror(door), "wood"),
        Part("knobs", mirror(ball(0.08, at=(0.14, -0.48, 0))), "gold"),
    ]
