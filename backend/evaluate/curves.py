"""Learning curves as a picture: what the loss, the similarity and the transmittance did over a run."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

PANELS = ("loss", "similarity", "transmittance")
"""These come first, each in a panel of its own; whatever else was reported follows."""
SMOOTHED_OVER = 40  # parts of a run that the bold line is a moving mean over


def curves_png(steps: list[int], columns: dict[str, list[float]], title: str) -> bytes:
    """A PNG with one panel for each column: every step thin, a moving mean bold."""
    from matplotlib.figure import Figure  # heavy: imported when used; without pyplot, so that no window can open

    names = [name for name in PANELS if name in columns] + sorted(columns.keys() - set(PANELS))
    figure = Figure(figsize=(7, 1.7 * max(1, len(names)) + 0.6), layout="constrained")
    figure.suptitle(title, fontsize=10)
    for axes, name in zip(figure.subplots(max(1, len(names)), sharex=True, squeeze=False)[:, 0], names, strict=False):
        _draw(axes, np.asarray(steps), np.asarray(columns[name], np.float64), name)
    figure.supxlabel("step", fontsize=8)
    file = io.BytesIO()
    figure.savefig(file, dpi=100, format="png")
    return file.getvalue()


def moving_mean(values: np.ndarray, width: int) -> np.ndarray:
    """Mean over `width` values around each, over fewer at the ends; what is not finite is left out."""
    finite = np.isfinite(values)
    sums = np.convolve(np.where(finite, values, 0.0), np.ones(width), mode="same")
    counts = np.convolve(finite.astype(np.float64), np.ones(width), mode="same")
    means: np.ndarray = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0.5)
    return means


def _draw(axes: Any, steps: np.ndarray, values: np.ndarray, name: str) -> None:
    measured = np.isfinite(values)
    axes.plot(steps[measured], values[measured], linewidth=0.6, alpha=0.45)
    width = max(1, len(values) // SMOOTHED_OVER) | 1
    if width > 1:
        axes.plot(steps, moving_mean(values, width), linewidth=1.6)
    axes.set_ylabel(name.replace("_", " ").replace(".", "\n"), fontsize=8)
    axes.tick_params(labelsize=7)
    axes.grid(alpha=0.25)
