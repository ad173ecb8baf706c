"""Learning curves: the moving mean against a slow loop, and a picture that can be looked at."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image

from backend.evaluate.curves import curves_png, moving_mean


def test_the_moving_mean_is_a_slow_loop_s():
    values = np.sin(np.arange(37.0))
    values[[3, 20, 21]] = math.nan
    slow = [np.nanmean(values[max(0, i - 2) : i + 3]) for i in range(37)]
    np.testing.assert_allclose(moving_mean(values, 5), slow)


def test_nothing_finite_has_no_mean():
    assert np.isnan(moving_mean(np.full(9, math.nan), 5)).all()


def drawn(steps: list[int], columns: dict[str, list[float]]) -> Image.Image:
    return Image.open(io.BytesIO(curves_png(steps, columns, "a red cube"))).convert("RGB")


def test_each_column_has_a_panel_and_its_line_is_drawn():
    steps = list(range(1, 201))
    columns = {"loss": [1 / s for s in steps], "similarity": [math.nan] * 100 + [0.3] * 100}
    two, three = drawn(steps, columns), drawn(steps, {**columns, "regularizer.eikonal": steps})
    assert three.height > two.height
    assert len(two.getcolors(two.width * two.height)) > 20, "nothing was drawn"


def test_a_run_without_a_step_has_an_empty_picture():
    assert drawn([], {}).width > 0
