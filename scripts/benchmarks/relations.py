"""Whether a relation holds, by voxels alone: not by what placed the things, which knows what it meant.

Each thing is the centers of the voxels that it fills in one frame, Z up, seen from far down the Y axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import cKDTree

CROSSED_SHARE = 0.02
"""Of the smaller thing's voxels, those that another one fills as well: more is passing through."""


@dataclass(frozen=True)
class VoxelBody:
    """`points` (n, 3) are voxel centers, `voxel` their distance."""

    points: Float[ndarray, "n 3"]
    voxel: float

    @property
    def low(self) -> ndarray:
        return np.asarray(self.points.min(axis=0))

    @property
    def high(self) -> ndarray:
        return np.asarray(self.points.max(axis=0))

    @property
    def middle(self) -> ndarray:
        return np.asarray((self.low + self.high) / 2)

    @property
    def size(self) -> ndarray:
        return np.asarray(self.high - self.low)


def holds(kind: str, subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    """Whether the subject stands so to its targets, and passes through none of them."""
    apart = all(crossed_share(subject, each) <= CROSSED_SHARE for each in targets)
    return apart and HOLDS[kind](subject, targets)


def crossed_share(first: VoxelBody, second: VoxelBody) -> float:
    edge = max(first.voxel, second.voxel)
    cells = [np.floor(each.points / edge).astype(int).tolist() for each in (first, second)]
    one, other = (set(map(tuple, each)) for each in cells)
    return len(one & other) / min(len(one), len(other))


def gap_below(subject: VoxelBody, target: VoxelBody) -> float:
    """The least height between a point of the subject and what the target has straight below it."""
    edge = max(subject.voxel, target.voxel)
    tops: dict[tuple[int, int], list[float]] = {}
    for x, y, z in target.points:
        tops.setdefault((int(x // edge), int(y // edge)), []).append(z)
    gaps = [
        z - max(below)
        for x, y, z in subject.points
        if (below := [h for h in tops.get((int(x // edge), int(y // edge)), ()) if h < z + edge])
    ]
    return min(gaps, default=np.inf)


def touches(first: VoxelBody, second: VoxelBody) -> bool:
    """Whether points of both are nearer than two voxels."""
    edge = 2 * max(first.voxel, second.voxel)
    nearest, _ = cKDTree(second.points).query(first.points, distance_upper_bound=edge)
    return bool(np.isfinite(nearest).any())


def distance(first: VoxelBody, second: VoxelBody) -> float:
    """Between their boxes."""
    return float(np.linalg.norm(np.maximum(0, np.maximum(first.low - second.high, second.low - first.high))))


def _over(subject: VoxelBody, target: VoxelBody) -> bool:
    return bool(((target.low < subject.middle) & (subject.middle < target.high))[:2].all())


def _rests(subject: VoxelBody, target: VoxelBody) -> bool:
    edge = max(subject.voxel, target.voxel)
    return gap_below(subject, target) < 3 * edge and subject.low[2] > target.low[2] + 3 * edge


def _on(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    return _over(subject, targets[0]) and _rests(subject, targets[0])


def _in(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    """Inside the target's outline, with its lowest part not above the rim, and touching the bottom or the walls."""
    target, edge = targets[0], max(subject.voxel, targets[0].voxel)
    below_rim = bool(subject.low[2] < target.high[2] + edge and subject.low[2] > target.low[2])
    return _over(subject, target) and below_rim and touches(subject, target)


def _under(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    """Something of the target is straight above the most of it, and it is above nothing of the target."""
    target, edge = targets[0], max(subject.voxel, targets[0].voxel)
    over = {(int(x // edge), int(y // edge)) for x, y, z in target.points if z > subject.high[2] - edge}
    columns = {(int(x // edge), int(y // edge)) for x, y, _ in subject.points}
    return len(over & columns) > 0.6 * len(columns)


def _beside(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    """On one ground, and nearer than half the width of the larger."""
    target = targets[0]
    on_ground = abs(subject.low[2] - target.low[2]) < 3 * max(subject.voxel, target.voxel)
    return bool(on_ground) and distance(subject, target) < max(*subject.size[:2], *target.size[:2]) / 2


def _toward(axis: int, sign: int) -> Callable[[VoxelBody, Sequence[VoxelBody]], bool]:
    def check(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
        away = subject.middle - targets[0].middle
        clear = sign * away[axis] > (subject.size[axis] + targets[0].size[axis]) / 2 - subject.voxel
        return bool(clear and abs(away[1 - axis]) < abs(away[axis])) and _beside(subject, targets)

    return check


def _above(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    return _over(subject, targets[0]) and bool(subject.low[2] > targets[0].high[2])


def _leans(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    return _beside(subject, targets) and distance(subject, targets[0]) < 3 * max(subject.voxel, targets[0].voxel)


def _between(subject: VoxelBody, targets: Sequence[VoxelBody]) -> bool:
    """The middle lies between theirs, and all stand on one ground."""
    first, second = targets[0].middle[:2], targets[1].middle[:2]
    share = (subject.middle[:2] - first) @ (second - first) / ((second - first) @ (second - first))
    off = np.linalg.norm(first + share * (second - first) - subject.middle[:2])
    in_line = bool(0.2 < share < 0.8 and off < subject.size[:2].max() / 2)
    return in_line and all(_beside(subject, [each]) for each in targets)


HOLDS: dict[str, Callable[[VoxelBody, Sequence[VoxelBody]], bool]] = {
    "on": _on, "in": _in, "under": _under, "next to": _beside, "above": _above, "leaning on": _leans, "around": _beside,
    "left of": _toward(0, -1), "right of": _toward(0, 1), "in front of": _toward(1, -1), "behind": _toward(1, 1),
    "between": _between,
}  # fmt: skip
