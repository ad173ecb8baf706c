"""Buildings that are known from afar."""

from __future__ import annotations

from trimesh import Trimesh

from .mesh_primitives import (
    ball,
    box,
    join,
    lathe,
    prism,
    repeat_around,
    rod,
    rotate,
)
from .object_class import Part, Rng, object_class


@object_class("skyscraper", "office building", natural="grey", group="buildings")
def skyscraper(rng: Rng) -> list[Part]:
    x, height = rng(0.36, 0.44), rng(1.7, 1.95)
    body = join(box(2 * x, 2 * x, height, at=(0, 0, height / 2)), box(1.3 * x, 1.3 * x, 0.16, at=(0, 0, height + 0.08)))
    pane, rows = 0.42 * x, 6
    step = (height - 0.3) / rows
    panes = [box(pane, 2 * x + 0.05, 0.6 * step, at=((k - 1) * 0.62 * x, 0, 0.3 + step * (r + 0.5)))
             for k in range(3) for r in range(rows)]  # fmt: skip
    windows = join(*panes)
    mast = rod((0, 0, height), (0, 0, height + 0.55), 0.06, 0.03)
    return [
        Part("walls", body, None),
        Part("windows", join(windows, rotate(windows, 90)), "glass"),
        Part("door", box(0.4 * x, 0.1, 0.24, at=(0, -x, 0.12)), "black"),
        Part("mast", mast, "red"),
    ]


@object_class("temple", natural="white", group="buildings")
def temple(rng: Rng) -> list[Part]:
    x, y, height = rng(0.8, 0.9), rng(0.55, 0.75), rng(0.7, 0.85)
    steps = [box(2 * (x + d), 2 * (y + d), 0.1, at=(0, 0, z)) for d, z in ((0.2, 0.05), (0.1, 0.15))]
    columns = [rod((u * x * 0.86, v * y * 0.86, 0.2), (u * x * 0.86, v * y * 0.86, 0.2 + height), 0.1)
               for u in (-1, -0.34, 0.34, 1) for v in (-1, 0, 1) if abs(u) == 1 or v != 0]  # fmt: skip
    lintel = box(2 * x + 0.1, 2 * y + 0.1, 0.14, at=(0, 0, height + 0.27))
    roof = prism(2 * x + 0.2, 2 * y + 0.15, rng(0.35, 0.45), at=(0, 0, height + 0.34))
    hall = box(1.2 * x, 1.1 * y, height, at=(0, 0, 0.2 + height / 2))
    return [Part("stone", join(*steps, *columns, lintel, roof), None), Part("hall", hall, "brown")]


@object_class("pagoda", natural="red", parts=("roofs",), group="buildings")
def pagoda(rng: Rng) -> list[Part]:
    tier = rng(0.56, 0.64)
    sizes = (0.56, 0.44, 0.32)
    walls = [box(2 * s, 2 * s, tier, at=(0, 0, tier * (k + 0.5))) for k, s in enumerate(sizes)]
    roofs = [_curved_roof(s + 0.26, 0.28, tier * (k + 1) - 0.08) for k, s in enumerate(sizes)]
    tip = join(rod((0, 0, 3 * tier), (0, 0, 3 * tier + 0.6), 0.06), ball(0.12, at=(0, 0, 3 * tier + 0.45)))
    panes = [repeat_around(box(0.16, 0.08, 0.22, at=(0.5 * s, -s, tier * (k + 0.42))), 4) for k, s in enumerate(sizes)]
    door = box(0.26, 0.08, 0.36, at=(-0.14, -0.56, 0.18))
    return [
        Part("walls", join(*walls), None),
        Part("roofs", join(*roofs), "grey"),
        Part("windows", join(*panes, door), "black"),
        Part("tip", tip, "gold"),
    ]


def _curved_roof(half: float, height: float, z: float) -> Trimesh:
    """A roof of four sides whose eaves turn up."""
    r = half * 2**0.5
    return rotate(lathe([(r * 0.9, 0), (r, 0.1), (r * 0.6, 0.1), (r * 0.42, height)], at=(0, 0, z), sides=4), 45)
