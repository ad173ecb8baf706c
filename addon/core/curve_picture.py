"""Curves of a run as a small picture, drawn by hand: Blender's panels can show pictures, but draw no lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .session import HistoryPoint

LOSS, SCORE = (232, 146, 60), (90, 190, 120)
GROUND, LINE = (30, 30, 30, 255), (62, 62, 62)
WIDTH = 1.3
"""Half of a curve's thickness, in pixels."""
MARGIN = 6


def plot_curves(
    steps: Sequence[float],
    curves: Sequence[tuple[Sequence[float | None], tuple[int, int, int]]],
    last_step: int,
    size: tuple[int, int] = (128, 128),
) -> np.ndarray:
    """(height, width, 4) uint8: each curve by its own scale from its least to its largest value, steps from 0 to
    `last_step`. A value that is None or not finite leaves its step out."""
    width, height = size
    picture = np.empty((height, width, 3), np.float32)
    picture[:] = GROUND[:3]
    for share in (0.0, 0.5, 1.0):
        picture[round(MARGIN + share * (height - 1 - 2 * MARGIN)), MARGIN : width - MARGIN] = LINE
    for values, color in curves:
        _draw(picture, *_to_pixels(steps, values, last_step, width, height), color)
    alpha = np.full((height, width, 1), GROUND[3], np.float32)
    return np.concatenate([picture, alpha], axis=-1).round().astype(np.uint8)


def plot_history(history: Sequence[HistoryPoint], last_step: int) -> np.ndarray:
    """The loss and the score of a run."""
    steps = [moment.step for moment in history]
    losses, scores = ([getattr(moment, name) for moment in history] for name in ("loss", "score"))
    return plot_curves(steps, [(losses, LOSS), (scores, SCORE)], last_step)


def _to_pixels(
    steps: Sequence[float], values: Sequence[float | None], last_step: int, width: int, height: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns where a curve goes, in pixels: (n,) columns and rows."""
    known = np.array([np.nan if value is None else value for value in values], np.float64)
    there = np.isfinite(known)
    at, known = np.asarray(steps, np.float64)[there], known[there]
    if not len(known):
        return at, known
    low, span = known.min(), np.ptp(known)
    share = (known - low) / span if span > 0 else np.full(len(known), 0.5)
    columns = MARGIN + at / max(last_step, 1) * (width - 1 - 2 * MARGIN)
    return columns, height - 1 - MARGIN - share * (height - 1 - 2 * MARGIN)


def _draw(picture: np.ndarray, columns: np.ndarray, rows: np.ndarray, color: tuple[int, int, int]) -> None:
    """A line through the points: in each column of pixels from where it comes in to where it goes out."""
    if not len(columns):
        return
    middle = np.arange(picture.shape[1])
    inside = (middle >= columns[0] - 0.5) & (middle <= columns[-1] + 0.5)
    low, high = _span(columns, rows, middle)
    at = np.arange(picture.shape[0])[:, None]
    away = np.maximum(np.maximum(low - at, at - high), 0.0)
    cover = (np.clip(WIDTH + 0.5 - away, 0.0, 1.0) * inside)[..., None]
    picture += cover * (np.array(color, np.float32) - picture)


def _span(columns: np.ndarray, rows: np.ndarray, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the largest row of the curve within half a pixel of each column."""
    ends = np.stack([np.interp(middle + side, columns, rows) for side in (-0.5, 0.0, 0.5)])
    low, high = ends.min(axis=0), ends.max(axis=0)
    column = np.clip(np.rint(columns).astype(np.int64), 0, len(middle) - 1)
    np.minimum.at(low, column, rows)
    np.maximum.at(high, column, rows)
    return low, high
