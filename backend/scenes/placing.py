"""Where a body comes to rest in relation to others, by the points that both fill.

Up is Z, the ground is at 0, and who looks stands far down the Y axis: left is -X, in front is -Y. Each function gives
the subject where it then stands, and the others where they had to move.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from .bodies import CELL, PosedBody, Relief

GAP, FAR = 0.12, 0.35
"""Between neighbors, and below what floats."""
SUPPORT_SHARE, OPENING_SHARE = 0.85, 0.8
"""Of the width of what carries it, and of the opening that it lies in, that a body takes."""
PLACES = 9
"""Places along each side of a support that are tried."""
CONTACT = 1.6 * CELL
"""A gap that is as small is a contact."""
HOLLOW = 0.4 * CELL
"""Depth from which water would stand in a container."""
SHRUNK, SIZE_WEIGHT = (1.0, 0.8, 0.64, 0.5), 0.45
"""How much smaller a thing may become to lie flat, and how much that speaks against a place."""
OPEN = 0.35
"""Of a container's width, that of its opening at least."""
COVERED = 0.75
"""Of what is under something, the share above which that is, at least."""
SETTLING = 8
"""Half cells that something is let down at most once it has come to rest."""
HIDDEN = 3.0
"""How much farther a thing may be to the side, before it stands in front or behind instead."""
ROOMY = 1.3
"""Of a target's half-width: a ring about it that must be wider is made of smaller things."""
SIDES = {"left of": (-1.0, 0.0), "right of": (1.0, 0.0), "in front of": (0.0, -1.0), "behind": (0.0, 1.0)}
TURNS = ((1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0))


def on_ground(subject: PosedBody) -> PosedBody:
    return subject.moved(np.array([0.0, 0.0, -subject.low[2]]))


def centered_at(subject: PosedBody, at: Sequence[float]) -> PosedBody:
    """Its middle over that place of the ground."""
    x, y = np.asarray(at, float) - subject.middle[:2]
    return subject.moved(np.array([x, y, 0.0]))


def beside(
    subject: PosedBody, target: PosedBody, others: Sequence[PosedBody], side: Sequence[float], gap: float = GAP
) -> PosedBody:
    """Stands it on the ground on that side (a direction in X and Y) of the target, as near as others let it."""
    direction = np.asarray(side, float)
    reach = float((target.size[:2] + subject.size[:2]) @ np.abs(direction)) / 2 + gap
    for _ in range(len(others) + 2):
        found = on_ground(centered_at(subject, target.middle[:2] + reach * direction))
        hit = [other for other in others if overlaps(found, other)]
        if not hit:
            return found
        far = max(
            float((other.middle[:2] - target.middle[:2]) @ direction + other.size[:2] @ np.abs(direction) / 2)
            for other in hit
        )
        reach = max(reach + CELL, far + float(subject.size[:2] @ np.abs(direction)) / 2 + gap)
    return found


def next_to(subject: PosedBody, target: PosedBody, others: Sequence[PosedBody]) -> PosedBody:
    """Stands it on the side where it comes nearest; to the left or right, where it is seen best, if there is room."""
    tried = [beside(subject, target, others, side) for side in TURNS]
    away = [float(np.linalg.norm((each.middle[:2] - target.middle[:2]) * (1, HIDDEN))) for each in tried]
    return tried[int(np.argmin(np.round(away, 1)))]


def on_top(subject: PosedBody, target: PosedBody, others: Sequence[PosedBody]) -> PosedBody:
    """Finds where it rests on the most of the target, with its middle over it, and beside what is there; smaller
    than it was where that is the only way to lie flat, as a cat on the seat of a chair."""
    width = target.size[:2].min() if _is_compact(target) else target.size[:2].max()
    subject, tops = _no_wider(subject, SUPPORT_SHARE * float(width)), Relief.tops(target.points)
    siblings = [each for each in others if _over(each, target) and each.high[2] > target.high[2]]
    best, score = subject, -math.inf
    for factor in SHRUNK:
        found, how_well = _best_rest(subject.scaled(factor), target, tops, siblings)
        if how_well + math.log(factor) * SIZE_WEIGHT > score:
            best, score = found, how_well + math.log(factor) * SIZE_WEIGHT
    return _settled(best, [target, *siblings])


def _best_rest(
    subject: PosedBody, target: PosedBody, tops: Relief, siblings: Sequence[PosedBody]
) -> tuple[PosedBody, float]:
    """Finds, of a lattice of places over the target, where it comes to rest there, and how well."""
    resting, found = _Resting(subject), []
    for x in _along(target, 0):
        for y in _along(target, 1):
            shift = np.round((np.array([x, y]) - subject.middle[:2]) / CELL).astype(int)
            there, score = resting.at(shift, tops, target)
            found.append((there, score - 5.0 * sum(overlaps(there, each) for each in siblings)))
    return max(found, key=lambda each: each[1])


class _Resting:
    """A subject that is let down at many places: its lower side is looked at once."""

    def __init__(self, subject: PosedBody) -> None:
        self.subject, relief = subject, Relief.bottoms(subject.points)
        self.cells = relief.cells
        self.bottoms = relief.at(self.cells)
        self.base = self.bottoms < subject.low[2] + 2 * CELL

    def fall(self, shift: ndarray, tops: Relief) -> float:
        """Measures how far it may go down there, to what is below or to the ground."""
        gaps = self.bottoms - tops.at(self.cells + shift) - CELL
        return float(np.nanmin([*gaps, self.subject.low[2]]))

    def at(self, shift: ndarray, tops: Relief, target: PosedBody) -> tuple[PosedBody, float]:
        """Returns where it rests, and how well: the share of its base that is carried, its middle over that and over
        the target."""
        fall, below = self.fall(shift, tops), tops.at(self.cells + shift)
        there = self.subject.moved(np.array([*(shift * CELL), -fall]))
        carried = np.nan_to_num(self.bottoms - fall - below, nan=np.inf) < CONTACT
        if not carried.any():
            return there, -2.0
        under = (self.cells[carried] + shift + 0.5).mean(axis=0) * CELL
        off = np.linalg.norm(under - there.middle[:2]) / np.linalg.norm(there.size[:2])
        aside = np.linalg.norm(there.middle[:2] - target.middle[:2]) / np.linalg.norm(target.size[:2])
        share = (carried & self.base).sum() / self.base.sum()
        return there, float(share + 0.5 * np.isfinite(below).mean() - off - 0.4 * aside)


def inside(subject: PosedBody, target: PosedBody, others: Sequence[PosedBody], count: int) -> tuple[PosedBody, bool]:
    """Lays it into the opening of the target as one of `count`, where it lies lowest beside the others that are there;
    and tells whether there is an opening: without one it lies on the middle of the target."""
    opening = _opening(target)
    middle, width = opening or (target.middle[:2], OPENING_SHARE * float(target.size[:2].min()))
    share = _share_in_ring(count if opening else max(count, 2))  # beside a handle, if there is one
    subject = _no_wider(subject, OPENING_SHARE * width * share)
    siblings = [each for each in others if _over(each, target)]
    tops = Relief.tops(np.concatenate([target.points, *(each.points for each in siblings)]))
    resting, found = _Resting(subject), []
    for place in _disc(middle, (width - float(subject.size[:2].max())) / 2, hollow=1 < count < 7):
        shift = np.round((place - subject.middle[:2]) / CELL).astype(int)
        there = subject.moved(np.array([*(shift * CELL), -resting.fall(shift, tops)]))
        found.append((there.low[2] + 0.2 * float(np.linalg.norm(place - middle)), len(found), there))
    return _settled(min(found)[2], [target, *siblings]), opening is not None


def _share_in_ring(count: int) -> float:
    """Diameter of circles of which so many touch each other in a ring inside a circle of diameter 1; of more than six
    some lie on others."""
    if count == 1:
        return 1.0
    sine = math.sin(math.pi / min(count, 6))
    return sine / (1 + sine)


def _disc(middle: ndarray, radius: float, hollow: bool) -> list[Float[ndarray, " 2"]]:
    """Places in a disc, its middle first; few things lie in a ring, about nothing."""
    rings = [(1.0, 24)] if hollow else [(0.0, 1), (0.5, 8), (1.0, 16)]
    turns = [(radius * share, 2 * math.pi * k / count - math.pi / 2) for share, count in rings for k in range(count)]
    return [middle + far * np.array([math.cos(turn), math.sin(turn)]) for far, turn in turns]


def under(subject: PosedBody, target: PosedBody) -> tuple[PosedBody, PosedBody]:
    """Stands it on the ground below the target: in the room that is there, else the target comes to rest on it."""
    room, best, score = _Room(target), None, -math.inf
    for factor in SHRUNK:
        smaller = on_ground(subject.scaled(factor * min(1.0, float((target.size[:2] / subject.size[:2]).min()))))
        cells = smaller.cells
        for x in _along(target, 0):
            for y in _along(target, 1):
                shift = np.round((np.array([x, y]) - smaller.middle[:2]) / CELL).astype(int)
                covered = room.covered(cells + (*shift, 0))
                aside = np.linalg.norm((x, y) - target.middle[:2]) / np.linalg.norm(target.size[:2])
                if covered > COVERED and covered + math.log(factor) * SIZE_WEIGHT - aside > score:
                    best = smaller.moved(np.array([*(shift * CELL), 0.0]))
                    score = covered + math.log(factor) * SIZE_WEIGHT - aside
    if best is not None:
        return best, target
    subject = on_ground(centered_at(subject, target.middle[:2]))
    return subject, _dropped(target.moved(np.array([0.0, 0.0, subject.high[2]])), Relief.tops(subject.points))


class _Room:
    """What a target leaves free: its cells, to be asked whether others fit between them."""

    def __init__(self, target: PosedBody) -> None:
        cells = target.cells
        self.first = cells.min(axis=0)
        self.filled = np.zeros(cells.max(axis=0) - self.first + 1, bool)
        self.filled[tuple((cells - self.first).T)] = True

    def covered(self, cells: ndarray) -> float:
        """Measures the share of the columns of these cells above which the target is; -1 where it is among them."""
        index = cells - self.first
        known = index[((index >= 0) & (index < self.filled.shape)).all(axis=1)]
        if len(known) and self.filled[tuple(known.T)].any():
            return -1.0
        columns, top = np.unique(index[:, :2], axis=0), max(int(index[:, 2].max()) + 1, 0)
        over = self.filled[:, :, top:].any(axis=2)
        inside = columns[((columns >= 0) & (columns < over.shape)).all(axis=1)]
        return float(over[tuple(inside.T)].sum() / len(columns)) if len(inside) else 0.0


def above(subject: PosedBody, target: PosedBody) -> PosedBody:
    """Hangs it in the air over the target."""
    there = centered_at(subject, target.middle[:2])
    return there.moved(np.array([0.0, 0.0, target.high[2] + FAR - there.low[2]]))


def around(subject: PosedBody, target: PosedBody, number: int, count: int) -> PosedBody:
    """Stands it on the ground on a circle about the target; one that is alone stands in front."""
    half = np.linalg.norm(target.size[:2]) / 2 + np.linalg.norm(subject.size[:2]) / 2
    room = np.linalg.norm(subject.size[:2]) / 2 / math.sin(math.pi / max(count, 3)) if count > 1 else 0.0
    if room > ROOMY * half:
        return around(subject.scaled(0.8), target, number, count)
    radius, turn = max(half + GAP / 2, room), 2 * math.pi * number / count - math.pi / 2
    return on_ground(centered_at(subject, target.middle[:2] + radius * np.array([math.cos(turn), math.sin(turn)])))


def against(subject: PosedBody, target: PosedBody, others: Sequence[PosedBody]) -> PosedBody:
    """Stands it on the ground beside the target, so near that they touch."""
    there = beside(subject, target, others, (1.0, 0.0), gap=CELL)
    for _ in range(int(2 / CELL)):
        nearer = there.moved(np.array([-CELL / 2, 0.0, 0.0]))
        if crosses(nearer, target) or nearer.middle[0] < target.middle[0]:
            return there
        there = nearer
    return there


def overlaps(first: PosedBody, second: PosedBody) -> bool:
    """Tells whether their boxes share room."""
    return bool(((first.low < second.high - 1e-6) & (second.low < first.high - 1e-6)).all())


def crosses(first: PosedBody, second: PosedBody) -> bool:
    """Tells whether they fill a cell in common."""
    return bool(shared_cells(first, second))


def shared_cells(first: PosedBody, second: PosedBody) -> int:
    """Counts the cells that both fill."""
    one, other = (set(map(tuple, each.cells.tolist())) for each in (first, second))
    return len(one & other)


def _settled(subject: PosedBody, others: Sequence[PosedBody]) -> PosedBody:
    """The subject let down a little more, where columns as wide as a cell held it up before it touched anything."""
    for _ in range(SETTLING):
        lower = subject.moved(np.array([0.0, 0.0, -CELL / 2]))
        if lower.low[2] < 0 or any(crosses(lower, each) for each in others):
            return subject
        subject = lower
    return subject


def _dropped(subject: PosedBody, tops: Relief) -> PosedBody:
    """Let down until it touches what is there, or the ground."""
    fall = _Resting(subject).fall(np.zeros(2, int), tops)
    return subject.moved(np.array([0.0, 0.0, -fall]))


def _over(each: PosedBody, target: PosedBody) -> bool:
    return bool((np.abs(each.middle[:2] - target.middle[:2]) < target.size[:2] / 2).all())


def _no_wider(subject: PosedBody, width: float) -> PosedBody:
    return subject.scaled(min(1.0, width / float(subject.size[:2].max())))


def _is_compact(target: PosedBody) -> bool:
    return bool(target.size[:2].max() < 1.6 * target.size[:2].min())


def _along(target: PosedBody, axis: int) -> Float[ndarray, " k"]:
    return np.linspace(target.low[axis], target.high[axis], PLACES + 2)[1:-1]


def _opening(target: PosedBody) -> tuple[Float[ndarray, " 2"], float] | None:
    """Middle and width of the largest hollow that is open to above: where water would stand."""
    tops = Relief.tops(target.points)
    depth = filled(tops.heights) - np.nan_to_num(tops.heights, nan=np.inf)
    basins, count = _pieces(depth > HOLLOW)
    if not count:
        return None
    largest = np.bincount(basins[basins > 0]).argmax()
    cells = np.argwhere(basins == largest)
    width = 2 * math.sqrt(len(cells) / math.pi) * CELL
    if width < OPEN * target.size[:2].min():
        return None
    return (cells.mean(axis=0) + tops.first + 0.5) * CELL, width


def filled(heights: Float[ndarray, "x y"]) -> Float[ndarray, "x y"]:
    """A relief full of water to its rims; over the ground around it none stays (morphological reconstruction)."""
    ground = np.pad(np.nan_to_num(heights, nan=-1e9), 1, constant_values=-1e9)
    level = np.where(ground > -1e9, np.inf, ground)
    while True:
        around = np.min([np.roll(level, step, axis) for axis in (0, 1) for step in (-1, 1)], axis=0)
        lower = np.maximum(ground, np.minimum(level, around))
        if (lower == level).all():
            return level[1:-1, 1:-1]
        level = lower


def _pieces(mask: ndarray) -> tuple[ndarray, int]:
    """Connected cells by number, from 1."""
    labels, count = np.zeros(mask.shape, int), 0
    for start in np.argwhere(mask).tolist():
        if labels[tuple(start)]:
            continue
        count, waiting = count + 1, [tuple(start)]
        while waiting:
            x, y = waiting.pop()
            if 0 <= x < mask.shape[0] and 0 <= y < mask.shape[1] and mask[x, y] and not labels[x, y]:
                labels[x, y] = count
                waiting += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
    return labels, count
