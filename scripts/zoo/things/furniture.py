"""What stands in a room to sit, lie, work or put things on."""

from __future__ import annotations

from trimesh import Trimesh

from ..forms import ball, box, extrude, joined, lathe, mirrored, moved, rod, rounded_outline
from ..thing import Part, Vary, thing


def legs(x: float, y: float, height: float, thickness: float) -> Trimesh:
    """Four square legs that hang from z = 0, their centres at (+-x, +-y)."""
    return mirrored(mirrored(box(thickness, thickness, height, at=(x, y, -height / 2))), "y")


@thing("chair", natural="brown", parts=("seat",), group="furniture")
def chair(vary: Vary) -> list[Part]:
    height, width = vary(0.85, 1.05), vary(0.8, 0.95)
    posts = mirrored(box(0.15, 0.15, height, at=(width / 2 - 0.075, 0.37, height / 2)))
    rails = joined(
        box(width, 0.13, 0.24, at=(0, 0.37, height - 0.12)), box(width, 0.13, 0.16, at=(0, 0.37, height / 2))
    )
    frame = joined(box(width, 0.9, 0.12), legs(width / 2 - 0.08, 0.37, vary(0.75, 0.9), 0.15), posts, rails)
    return [Part("frame", frame, None), Part("seat", box(width - 0.1, 0.66, 0.1, at=(0, -0.05, 0.1)), "cream")]


@thing("armchair", natural="red", group="furniture")
def armchair(vary: Vary) -> list[Part]:
    height = vary(0.75, 0.95)
    back = joined(
        box(1.1, 0.3, height, at=(0, 0.45, height / 2)), rod((-0.55, 0.45, height), (0.55, 0.45, height), 0.17)
    )
    arm = joined(box(0.28, 1.0, 0.55, at=(0.6, 0.05, 0.05)), rod((0.6, -0.5, 0.32), (0.6, 0.5, 0.32), 0.17))
    body = joined(box(1.1, 1.0, 0.4, at=(0, 0.05, -0.1)), back, mirrored(arm))
    feet = moved(legs(0.55, 0.42, 0.22, 0.16), z=-0.28)
    cushion = extrude(rounded_outline(0.88, 0.85, 0.15), 0.18, at=(0, -0.1, 0.18), axis="z")
    return [Part("body", body, None), Part("cushion", cushion, "cream"), Part("feet", feet, "brown")]


@thing("sofa", "couch", natural="blue", group="furniture")
def sofa(vary: Vary) -> list[Part]:
    width = vary(0.95, 1.1)
    arm = joined(box(0.26, 0.85, 0.45, at=(width, 0, 0.1)), rod((width, -0.43, 0.32), (width, 0.43, 0.32), 0.16))
    back = box(2 * width, 0.28, 0.75, at=(0, 0.32, 0.3))
    body = joined(box(2 * width, 0.85, 0.3, at=(0, 0, 0)), back, mirrored(arm))
    cushion = extrude(rounded_outline(width - 0.18, 0.6, 0.12), 0.18, at=(width / 2 - 0.05, -0.14, 0.2), axis="z")
    feet = moved(legs(width - 0.05, 0.32, 0.2, 0.15), z=-0.13)
    return [Part("body", body, None), Part("cushions", mirrored(cushion), "cream"), Part("feet", feet, "brown")]


@thing("table", natural="brown", group="furniture")
def table(vary: Vary) -> list[Part]:
    x, y = vary(0.8, 1.0), vary(0.5, 0.65)
    return [Part("top", joined(box(2 * x, 2 * y, 0.14), legs(x - 0.12, y - 0.12, vary(0.8, 1.0), 0.16)), None)]


@thing("desk", natural="brown", parts=("drawers",), group="furniture")
def desk(vary: Vary) -> list[Part]:
    width, height = vary(0.9, 1.0), vary(0.85, 1.0)
    side = box(0.14, 0.9, height, at=(-width + 0.12, 0, -height / 2))
    block = box(0.62, 0.9, height, at=(width - 0.36, 0, -height / 2))
    fronts = [box(0.5, 0.06, height / 3 - 0.08, at=(width - 0.36, -0.46, -height * (i + 0.5) / 3)) for i in range(3)]
    knobs = [ball(0.06, at=(width - 0.36, -0.52, -height * (i + 0.5) / 3)) for i in range(3)]
    frame = joined(box(2 * width, 1.0, 0.12), side, block, box(2 * width - 0.3, 0.1, 0.4, at=(0, 0.35, -0.25)))
    return [
        Part("frame", frame, None),
        Part("drawers", joined(*fronts), "cream"),
        Part("knobs", joined(*knobs), "black"),
    ]


@thing("stool", natural="brown", parts=("seat",), group="furniture")
def stool(vary: Vary) -> list[Part]:
    height, spread = vary(1.1, 1.4), vary(0.5, 0.6)
    leg = rod((0.32, 0.32, 0), (spread, spread, -height), 0.09)
    low = 0.4 * spread + 0.19
    rung = rod((-low, low, -height * 0.55), (low, low, -height * 0.55), 0.06)
    frame = joined(mirrored(mirrored(leg), "y"), mirrored(rung, "y"))
    seat = lathe([(0, -0.1), (0.56, -0.1), (0.6, 0.0), (0.56, 0.1), (0, 0.12)])
    return [Part("legs", frame, None), Part("seat", seat, "red")]


@thing("bench", "park bench", natural="brown", parts=("legs",), group="furniture")
def bench(vary: Vary) -> list[Part]:
    width = vary(0.9, 1.1)
    seats = [box(2 * width, 0.2, 0.1, at=(0, y, 0)) for y in (-0.32, -0.06, 0.2)]
    backs = [box(2 * width, 0.1, 0.2, at=(0, 0.38 + 0.06 * i, 0.28 + 0.28 * i)) for i in range(2)]
    frame = joined(box(0.14, 0.72, 0.12, at=(0, -0.02, -0.1)), box(0.14, 0.12, 0.6, at=(0, -0.3, -0.3)))
    frame = joined(frame, rod((0, 0.28, -0.6), (0, 0.36, 0.05), 0.08), rod((0, 0.36, 0.0), (0, 0.5, 0.68), 0.07))
    return [
        Part("slats", joined(*seats, *backs), None),
        Part("legs", mirrored(moved(frame, x=width - 0.25)), "black"),
    ]


@thing("bed", natural="blue", parts=("pillow",), group="furniture")
def bed(vary: Vary) -> list[Part]:
    x, y = vary(0.62, 0.75), vary(0.95, 1.05)
    head = extrude(rounded_outline(2 * x + 0.1, 1.1, 0.2), 0.14, at=(0, y, 0.1))
    foot = extrude(rounded_outline(2 * x + 0.1, 0.75, 0.15), 0.14, at=(0, -y, -0.08))
    frame = joined(head, foot, box(2 * x, 2 * y, 0.16, at=(0, 0, -0.22)))
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
    """A row of books on a board at height z: the number of the colour of each, and its mesh."""
    step = 2 * width / len(heights)
    places = [(-width + step * (i + 0.5), height) for i, height in enumerate(heights)]
    return [
        ((first + i) % 3, box(step - 0.03, 0.36, height, at=(x, -0.04, z + height / 2)))
        for i, (x, height) in enumerate(places)
    ]


@thing("bookshelf", "bookcase", natural="brown", group="furniture")
def bookshelf(vary: Vary) -> list[Part]:
    width, rise = vary(0.55, 0.68), 0.6
    boards = [box(2 * width, 0.5, 0.1, at=(0, 0, rise * i)) for i in range(4)]
    sides = mirrored(box(0.12, 0.5, 3 * rise + 0.1, at=(width, 0, 1.5 * rise)))
    back = box(2 * width, 0.06, 3 * rise, at=(0, 0.24, 1.5 * rise))
    heights = ((0.42, 0.36, 0.44, 0.3, 0.4), (0.34, 0.42, 0.38, 0.44), (0.44, 0.32, 0.4, 0.36, 0.42))
    books = [book for i, row in enumerate(heights) for book in _books(width - 0.07, rise * i + 0.05, row, i)]
    rows = [joined(*(mesh for number, mesh in books if number == colour)) for colour in range(3)]
    coloured = [Part("books", row, colour) for row, colour in zip(rows, ("red", "yellow", "blue"), strict=True)]
    return [Part("frame", joined(*boards, sides, back), None), *coloured]


@thing("wardrobe", "cupboard", "closet", natural="brown", parts=("doors",), group="furniture")
def wardrobe(vary: Vary) -> list[Part]:
    width, height = vary(0.6, 0.7), vary(0.85, 0.95)
    case = joined(box(2 * width, 0.8, 2 * height), box(2 * width + 0.16, 0.95, 0.14, at=(0, 0, height)))
    door = box(width - 0.14, 0.08, 2 * height - 0.3, at=(width / 2 - 0.02, -0.42, -0.02))
    feet = moved(legs(width - 0.12, 0.28, 0.2, 0.18), z=-height)
    return [
        Part("case", joined(case, feet), None),
        Part("doors", mirrored(door), "wood"),
        Part("knobs", mirrored(ball(0.08, at=(0.14, -0.48, 0))), "gold"),
    ]
