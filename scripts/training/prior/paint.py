"""Colors at places: of the parts as the words say, and the finish as a function of place in the thing's frame.

    color(p) = sum_k chance_k(p) surface_k(p)

where main parts take the finish that was asked for and all others are plain. So a color that was never seen with a
thing or a part is as right as any other: training sees parts, never colors. Stripes, spots, checks and grain are those
of `surfaces`; a thing in its frame is about 1.9 wide where that scene has 1.6, so places are scaled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from ..colors import linear_color
from ..materials import surface_layers as surfaces
from ..materials.material_sampler import OWN_COLOR, PALE, PATTERNS
from ..raycasting.raycaster import LIGHT
from .captions import Wanted

SCENE = 1.6 / 1.9
Slots = Sequence[tuple[str, str | None]]  # of each part its name, and its color if it has one of its own
Surface = Callable[[ndarray, ndarray, ndarray, ndarray], ndarray]
GRAY = "grey"


def palette(wanted: Wanted, slots: Slots, natural: str | None) -> Float[ndarray, "k 3"]:
    """Linear colors of the parts."""
    main = wanted.color or OWN_COLOR.get(wanted.finish) or natural or GRAY
    return np.stack([linear_color(wanted.parts.get(name) or own or main).numpy() for name, own in slots])


def colors(
    wanted: Wanted,
    slots: Slots,
    natural: str | None,
    chances: Float[ndarray, "n k"],
    points: Float[ndarray, "n 3"],
    normals: Float[ndarray, "n 3"],
) -> Float[ndarray, "n 3"]:
    """Linear, in [0, 1]; `chances` are those of the parts, normals point outwards."""
    own, kept = palette(wanted, slots, natural), chances[:, : len(slots)]
    kept = kept / kept.sum(1, keepdims=True).clip(1e-9)
    main = np.array([fixed is None and name not in wanted.parts for name, fixed in slots])
    plain = kept @ np.where(main[:, None], 0, own)
    base = own[main][0] if main.any() else np.zeros(3)
    surface = finished(wanted.finish, base, second_color(wanted, natural), points, normals)
    painted: ndarray = (plain + kept[:, main].sum(1, keepdims=True) * surface).clip(0, 1)
    return painted


def finished(
    finish: str,
    base: Float[ndarray, " 3"],
    second: Float[ndarray, " 3"],
    points: Float[ndarray, "n 3"],
    normals: Float[ndarray, "n 3"],
) -> Float[ndarray, "n 3"]:
    """What a surface of that color shows at these places, before the light."""
    if not finish or finish == "matte":
        return np.broadcast_to(base, points.shape)
    return SURFACES[finish](base, second, SCENE * points, normals)


def second_color(wanted: Wanted, natural: str | None) -> Float[ndarray, " 3"]:
    """A pattern's other color: as said, or black on what is pale and white on all else."""
    main = wanted.color or natural or GRAY
    return linear_color(wanted.second or ("black" if main in PALE else "white")).numpy()


def mask(pattern: str, points: Float[ndarray, "n 3"], normals: Float[ndarray, "n 3"]) -> Float[ndarray, " n"]:
    """Where the second color is, 0 or 1, at places of the scene."""
    if pattern == "spots":
        return surfaces.spots(points, normals)
    return {"stripes": surfaces.stripes, "checks": surfaces.checks}[pattern](points)


def _patterned(pattern: str) -> Surface:
    def surface(base: ndarray, second: ndarray, points: ndarray, normals: ndarray) -> ndarray:
        return np.where(mask(pattern, points, normals)[:, None] > 0, second, base)

    return surface


def _shiny(base: ndarray, second: ndarray, points: ndarray, normals: ndarray) -> ndarray:
    return base + 0.8 * surfaces.highlight(normals, LIGHT)[:, None]


def _metal(base: ndarray, second: ndarray, points: ndarray, normals: ndarray) -> ndarray:
    return base * (0.2 + 0.8 * surfaces.sky(normals)[:, None]) + 0.6 * surfaces.highlight(normals, LIGHT)[:, None]


def _wooden(base: ndarray, second: ndarray, points: ndarray, normals: ndarray) -> ndarray:
    return base * (1 - 0.6 * surfaces.grain(points)[:, None])


def _glass(base: ndarray, second: ndarray, points: ndarray, normals: ndarray) -> ndarray:
    pale = 0.4 * base + 0.6 * linear_color("glass").numpy()
    return pale * (0.45 + 0.5 * surfaces.sky(normals)[:, None]) + 0.9 * surfaces.highlight(normals, LIGHT)[:, None]


SURFACES: dict[str, Surface] = {name: _patterned(of) for name, of in PATTERNS.items()} | {
    "shiny": _shiny, "metal": _metal, "wooden": _wooden, "glass": _glass,
}  # fmt: skip
