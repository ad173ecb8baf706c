"""The objects: each a function of points `(n, 3)` giving distances and the number of the nearest part.

Every object is centred at the origin, Z up, its front towards -Y, and reaches about 0.8 from the centre at most. Part 0
takes the colour that the caption names; the others have colours of their own (a trunk is brown whatever the crown is).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from jaxtyping import Float, Int
from torch import Tensor

from . import distance as sd
from .distance import Points, shifted

MAX_PARTS = 4
Surface = tuple[Float[Tensor, " n"], Int[Tensor, " n"]]


@dataclass(frozen=True)
class Shape:
    """One object: what it is called, its surface, and how its parts are coloured."""

    names: tuple[str, ...]
    surface: Callable[[Points], Surface]
    primitive: bool = False
    natural: str | None = None  # colour of part 0 where the caption names none; None: any colour
    fixed: tuple[str, ...] = field(default=())  # colours of parts 1, 2, ...

    @property
    def name(self) -> str:
        return self.names[0]


def parts(*distances: Float[Tensor, " n"]) -> Surface:
    """The union of parts: the nearest distance, and which part it belongs to."""
    return torch.stack(distances).min(0)


def union(*distances: Float[Tensor, " n"]) -> Float[Tensor, " n"]:
    return torch.stack(distances).amin(0)


def folded(p: Points, axes: int) -> Points:
    """Space mirrored onto the positive side of its first `axes` axes: what is built there appears on all sides."""
    return torch.cat([p[:, :axes].abs(), p[:, axes:]], dim=-1)


def snowman(p: Points) -> Surface:
    body = union(
        sd.sphere(shifted(p, z=-0.42), 0.40), sd.sphere(shifted(p, z=0.12), 0.30), sd.sphere(shifted(p, z=0.54), 0.23)
    )
    from_nose = shifted(p, y=-0.33, z=0.54)[:, [0, 2, 1]] * p.new_tensor([1, 1, -1])  # turns the cone's Z to -Y
    nose = sd.cone(from_nose, 0.07, 0.01, 0.14)
    eyes = sd.sphere(shifted(folded(p, 1), 0.09, -0.19, 0.62), 0.05)
    buttons = union(sd.sphere(shifted(p, y=-0.29, z=0.20), 0.05), sd.sphere(shifted(p, y=-0.29, z=0.04), 0.05))
    return parts(body, nose, union(eyes, buttons))


def mushroom(p: Points) -> Surface:
    cap = torch.maximum(sd.ellipsoid(shifted(p, z=0.08), 0.72, 0.62, 0.62), 0.08 - p[:, 2])
    return parts(cap, sd.cone(shifted(p, z=-0.32), 0.28, 0.22, 0.40))


def house(p: Points) -> Surface:
    walls = sd.box(shifted(p, z=-0.32), 0.52, 0.52, 0.40)
    roof = sd.prism(shifted(p, z=0.38), 0.68, 0.60, 0.30)
    door = sd.box(shifted(p, y=-0.52, z=-0.47), 0.12, 0.02, 0.25)
    sides = folded(p, 1)
    windows = union(
        sd.box(shifted(sides, 0.33, -0.52, -0.22), 0.10, 0.02, 0.11),
        sd.box(shifted(sides, 0.52, 0, -0.22), 0.02, 0.14, 0.11),
    )
    return parts(walls, roof, door, windows)


def tree(p: Points) -> Surface:
    quarter = folded(p, 2)
    crown = union(sd.sphere(shifted(p, z=0.38), 0.43), sd.sphere(shifted(quarter, 0.25, 0.25, 0.16), 0.30))
    return parts(crown, sd.cylinder(shifted(p, z=-0.42), 0.13, 0.40))


def table(p: Points) -> Surface:
    quarter = folded(p, 2)
    top = sd.box(shifted(p, z=0.42), 0.80, 0.55, 0.08)
    return parts(union(top, sd.box(shifted(quarter, 0.68, 0.43, -0.08), 0.08, 0.08, 0.46)))


def mug(p: Points) -> Surface:
    centred = shifted(p, x=-0.12)
    hollow = torch.maximum(sd.cylinder(centred, 0.50, 0.60), -sd.cylinder(shifted(centred, z=0.15), 0.40, 0.60))
    upright = shifted(centred, x=0.52)[:, [0, 2, 1]]  # the handle's ring stands: its axis along Y
    handle = torch.maximum(sd.torus(upright, 0.30, 0.09), 0.45 - centred[:, :2].norm(dim=-1))
    return parts(union(hollow, handle))


def rocket(p: Points) -> Surface:
    body = sd.cylinder(shifted(p, z=-0.10), 0.27, 0.50)
    nose = sd.cone(shifted(p, z=0.60), 0.27, 0.02, 0.20)
    quarter = folded(p, 2)
    crosswise = torch.where(quarter[:, :1] > quarter[:, 1:2], quarter, quarter[:, [1, 0, 2]])  # four fins from one
    blade = sd.box(shifted(crosswise, 0.36, 0, -0.52), 0.20, 0.05, 0.28)
    lean = (crosswise[:, 0] * 0.85 + (crosswise[:, 2] + 0.30) * 0.52) - 0.30
    fins = torch.maximum(blade, lean)
    window = sd.sphere(shifted(p, y=-0.22, z=0.15), 0.12)
    return parts(body, union(nose, fins), window)


def _single(distance: Callable[..., Float[Tensor, " n"]], *sizes: float) -> Callable[[Points], Surface]:
    return lambda points: parts(distance(points, *sizes))


def egg(p: Points) -> Surface:
    return parts(sd.ellipsoid(shifted(p, z=-0.14), 0.58, 0.90, 0.62))


SHAPES = (
    Shape(("sphere", "ball"), _single(sd.sphere, 0.74), primitive=True),
    Shape(("cube", "box"), _single(sd.box, 0.60, 0.60, 0.60), primitive=True),
    Shape(("cone",), _single(sd.cone, 0.68, 0.0, 0.76), primitive=True),
    Shape(("cylinder",), _single(sd.cylinder, 0.52, 0.70), primitive=True),
    Shape(("torus", "ring", "doughnut"), _single(sd.torus, 0.56, 0.23), primitive=True),
    Shape(("pyramid",), _single(sd.pyramid, 0.68, 0.62), primitive=True),
    Shape(("capsule", "pill"), _single(sd.capsule, 0.36, 0.44), primitive=True),
    Shape(("egg",), egg, primitive=True),
    Shape(("brick", "cuboid"), _single(sd.box, 0.80, 0.42, 0.32), primitive=True),
    Shape(("snowman",), snowman, natural="white", fixed=("orange", "black")),
    Shape(("mushroom",), mushroom, natural="red", fixed=("cream",)),
    Shape(("house",), house, natural="cream", fixed=("roof", "brown", "glass")),
    Shape(("tree",), tree, natural="green", fixed=("brown",)),
    Shape(("table",), table, natural="brown"),
    Shape(("mug", "cup"), mug, natural="white"),
    Shape(("rocket",), rocket, natural="white", fixed=("red", "glass")),
)
