"""What every step reported: kept whole, also across a checkpoint."""

from __future__ import annotations

import math

import pytest

from backend.optimize.history import History


def filled() -> History:
    history = History()
    history.add(1, {"loss": 3.0})
    history.add(2, {"loss": 2.0, "similarity": 0.25})
    history.add(3, {"similarity": 0.5})
    return history


def test_what_a_step_did_not_report_is_nan_there():
    history = filled()
    assert history.steps == [1, 2, 3] and set(history.names) == {"loss", "similarity"}
    assert history.column("loss")[:2] == [3.0, 2.0] and math.isnan(history.column("loss")[2])
    assert math.isnan(history.column("similarity")[0]) and history.column("similarity")[1:] == [0.25, 0.5]


def test_it_comes_back_from_a_checkpoint_and_goes_on():
    again = History()
    again.restore(filled().tensors())
    again.add(4, {"loss": 1.0})
    assert again.steps == [1, 2, 3, 4]
    assert again.column("loss") == pytest.approx([3.0, 2.0, math.nan, 1.0], nan_ok=True)


def test_a_checkpoint_of_before_there_were_curves_gives_none():
    history = filled()
    history.restore({})
    assert history.steps == [] and history.names == []
