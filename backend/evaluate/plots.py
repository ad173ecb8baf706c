"""Plots of many results: how the similarities lie, and what the sides are taken for around the circle."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from backend.pretrained.vocabulary import SIDES

from .results import Measured
from .sides import BACK_DEGREES, FRONT_DEGREES

OWN, RIVAL = "#3b73b9", "#a33000"
SIDE_COLORS = ("#3b73b9", "#5d8a3a", "#a33000")
BINS = 24


def similarity_png(results: Sequence[Measured]) -> bytes | None:
    """Histograms of the similarity with the own caption and with the likest other; None where there is none."""
    own = [r.similarity for r in results if r.similarity is not None]
    rival = [r.rival for r in results if r.rival is not None]
    if not own:
        return None
    figure, (axes,) = _figure(1)
    edges = np.linspace(*_padded(min(own + rival), max(own + rival)), BINS + 1)
    axes.hist(own, edges, color=OWN, alpha=0.75, label="own caption")
    if rival:
        axes.hist(rival, edges, histtype="step", linewidth=1.8, color=RIVAL, label="likest other caption")
    axes.set(xlabel="similarity (cosine)", ylabel="results")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, fontsize=8)
    return _png(figure)


def sides_png(results: Sequence[Measured]) -> bytes | None:
    """Probability of each side by azimuth: every result thin, the mean bold, the true side on a tinted ground."""
    circles = [np.array(sorted(_centered(r.sides))) for r in results if r.sides]
    if not circles:
        return None
    figure, panels = _figure(3)
    for index, axes in enumerate(panels):
        _ground(axes, index)
        for circle in circles:
            axes.plot(circle[:, 0], circle[:, 1 + index], linewidth=0.7, alpha=0.35, color=SIDE_COLORS[index])
        mean = np.mean(circles, axis=0) if len({len(c) for c in circles}) == 1 else circles[0]
        axes.plot(mean[:, 0], mean[:, 1 + index], linewidth=2.2, marker="o", markersize=3, color=SIDE_COLORS[index])
        axes.axhline(1 / 3, color="#888", linewidth=0.8, linestyle=":")
        axes.set(title=SIDES[index], xlim=(-180, 180), ylim=(0, 1), xticks=range(-135, 136, 45))
    panels[0].set_ylabel("probability")
    figure.supxlabel("azimuth of the camera (degrees; 0 is the front)", fontsize=9)
    return _png(figure)


def _centered(sides: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """Azimuths in [-180, 180], both ends drawn, so that the line goes all around."""
    turned = [((turn + 180) % 360 - 180, *rest) for turn, *rest in sides]
    return turned + [(180.0, *rest) for turn, *rest in turned if turn == -180]


def _ground(axes: Any, index: int) -> None:
    spans = (
        [(-FRONT_DEGREES, FRONT_DEGREES)],
        [(-BACK_DEGREES, -FRONT_DEGREES), (FRONT_DEGREES, BACK_DEGREES)],
        [(-180, -BACK_DEGREES), (BACK_DEGREES, 180)],
    )
    for low, high in spans[index]:
        axes.axvspan(low, high, color=SIDE_COLORS[index], alpha=0.1, linewidth=0)


def _padded(low: float, high: float) -> tuple[float, float]:
    room = max(0.05 * (high - low), 0.01)
    return low - room, high + room


def _figure(panels: int) -> tuple[Any, Any]:
    from matplotlib.figure import Figure  # heavy: imported when used; without pyplot, so that no window can open

    figure = Figure(figsize=(9, 2.7), layout="constrained")
    axes = figure.subplots(1, panels, sharey=True, squeeze=False)[0]
    for one in axes:
        one.tick_params(labelsize=8)
        one.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _png(figure: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, dpi=110, format="png")
    return file.getvalue()
