"""Settings of regions: where nothing may grow, where something must be, what stays as it is, and what is made anew."""

from __future__ import annotations

import base64
import binascii
import itertools
import math
import zlib
from collections.abc import Sequence

from ..errors import ConfigError
from .fields import BoundsConfig
from .light_dataclass import dataclass
from .setting import setting

KEEP_OUT, KEEP_IN, FROZEN, REDO = "keep_out", "keep_in", "frozen", "redo"
REGION_KINDS = (KEEP_OUT, KEEP_IN, FROZEN, REDO)
MAX_CELLS = 128
"""Cells along an axis of a region that is no box."""
MAX_REGIONS = 64


@dataclass(frozen=True)
class RegionConfig:
    """A box in the scene, or the cells of one in which a shape lies."""

    kind: str = setting(
        KEEP_OUT,
        "What holds there: nothing grows (keep_out), something must be (keep_in), it stays as the run found it "
        "(frozen), or only there something changes (redo)",
        choices=REGION_KINDS,
    )
    center: tuple[float, float, float] = setting((0.0, 0.0, 1.0), "Center of the box", low=-1e6, high=1e6, unit="m")
    size: tuple[float, float, float] = setting((1.0, 1.0, 1.0), "Size of the box", low=1e-4, high=1e6, unit="m")
    rotation_degrees: tuple[float, float, float] = setting(
        (0.0, 0.0, 0.0), "How the box is turned about its center (Blender's XYZ Euler)",
        low=-360.0, high=360.0, unit="degrees",
    )  # fmt: skip
    cells: str = setting(
        "", "The cells of the box that a shape fills, as cells_text writes them; empty means the whole box"
    )

    @property
    def box(self) -> BoundsConfig:
        return BoundsConfig(self.center, self.size, self.rotation_degrees)


@dataclass(frozen=True)
class RegionsConfig:
    """What is held where while the field is optimized."""

    items: tuple[RegionConfig, ...] = setting((), "Regions of the box", item=RegionConfig)
    keep_in_weight: float = setting(1.0, "Weight of what must be there", low=0.0, high=1e6)
    band: float = setting(
        0.02,
        "How far around a region density fades: to nothing towards one that is kept out, and from what a network says "
        "to what is held",
        low=1e-3, high=0.25, unit="of the box's longest side",
    )  # fmt: skip
    look_at_part: bool = setting(True, "Whether the random cameras look at a part that is made anew, not at the whole")
    part_start: str = setting(
        "words",
        "What a part begins with that is made anew: what the shape prior makes of the prompt, where it knows the words "
        "(words), or what is there (as_is)",
        choices=("words", "as_is"),
    )

    def of_kind(self, *kinds: str) -> tuple[RegionConfig, ...]:
        """Those of some kinds, in their order."""
        return tuple(region for region in self.items if region.kind in kinds)

    @property
    def holds(self) -> bool:
        """Tells whether some of the field stays as it was."""
        return bool(self.of_kind(FROZEN, REDO))


Shape = tuple[int, int, int]


def cells_text(shape: Shape, bits: bytes) -> str:
    """The cells of a box as text: how many along x, y and z, and a bit for each (z runs fastest), compressed.

    Raises:
        ConfigError: they are too many.
    """
    if max(shape) > MAX_CELLS:
        raise ConfigError(f"A region has at most {MAX_CELLS} cells along an axis, not {max(shape)}.")
    return "x".join(map(str, shape)) + ":" + base64.b64encode(zlib.compress(bits, 9)).decode()


def cells_of(text: str) -> tuple[Shape, bytes]:
    """The shape and the bits that `cells_text` wrote.

    Raises:
        ConfigError: it is something else.
    """
    try:
        shape, _, packed = text.partition(":")
        x, y, z = (int(count) for count in shape.split("x"))
        if not all(0 < count <= MAX_CELLS for count in (x, y, z)):
            raise ValueError(shape)
        wanted = -(-x * y * z // 8)
        bits = zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), wanted + 1)
        if len(bits) != wanted:
            raise ValueError(f"{len(bits)} bytes for {shape} cells")
    except (ValueError, binascii.Error, zlib.error) as cause:
        raise ConfigError(
            f"The cells of a region cannot be read ({cause}): give them as cells_text writes them, or leave them out."
        ) from cause
    return (x, y, z), bits


def check_regions(regions: RegionsConfig, bounds: BoundsConfig) -> None:
    """Refuses regions that could do nothing.

    Raises:
        ConfigError: too many, outside of the job's box, or without a cell.
    """
    if len(regions.items) > MAX_REGIONS:
        raise ConfigError(f"There are {len(regions.items)} regions: give {MAX_REGIONS} or fewer.")
    for number, region in enumerate(regions.items, 1):
        name = f"Region {number} ({region.kind.replace('_', ' ')})"
        if region.cells and not any(cells_of(region.cells)[1]):
            raise ConfigError(f"{name} has no cell that is filled: leave its cells out, or give another shape.")
        if not bounds.automatic and not boxes_touch(region.box, bounds):  # one that is found is not known yet
            raise ConfigError(f"{name} lies outside of the box: move it into the box, or take it out of the list.")


Vector = Sequence[float]


def boxes_touch(first: BoundsConfig, second: BoundsConfig) -> bool:
    """Tells whether two turned boxes have an inner point in common, by separating axes (Gottschalk et al. 1996)."""
    sides = [_half_sides(box) for box in (first, second)]
    apart = [b - a for a, b in zip(first.center, second.center, strict=True)]
    axes = [*sides[0], *sides[1], *(_cross(a, b) for a, b in itertools.product(*sides))]
    return all(_overlap_along(axis, apart, [*sides[0], *sides[1]]) for axis in axes if math.hypot(*axis) > 1e-9)


def _overlap_along(axis: Vector, apart: Vector, sides: Sequence[Vector]) -> bool:
    return abs(_dot(axis, apart)) < sum(abs(_dot(axis, side)) for side in sides)


def _half_sides(box: BoundsConfig) -> list[list[float]]:
    """The vectors from the middle to the middle of a face."""
    return [[row[axis] * box.size[axis] / 2 for row in box.to_scene[:3]] for axis in range(3)]


def _dot(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a: Vector, b: Vector) -> list[float]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
