"""Grids in the cache that are not what `save_grid` wrote: one sentence, and no room made for them."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from addon.core import app_state, calls
from addon.core.errors import DiskError

GOOD = calls.GridData(
    np.zeros((4, 4, 4), np.float16), np.zeros((4, 4, 4, 3), np.uint8), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), np.eye(4),
    1.0, {"edges": [0.0, 1.0], "counts": [1]}, 3,
)  # fmt: skip


def test_a_grid_is_kept_for_the_person_alone_and_read_again(tmp_path: Path):
    path = tmp_path / "grids" / "job.npz"
    calls.save_grid(GOOD, path)
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert calls.load_grid(path).step == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"density": np.zeros(3, np.float16)},
        {"density": np.full((4, 4, 4), np.nan, np.float16)},
        {"color": np.zeros(2, np.uint8)},
        {"bounds_high": (np.inf, 1.0, 1.0)},
        {"transform": np.full((4, 4), np.nan)},
        {"threshold": np.nan},
    ],
)
def test_parts_that_do_not_belong_together_are_no_grid(changes: dict, tmp_path: Path):
    calls.save_grid(replace(GOOD, **changes), tmp_path / "job.npz")
    with pytest.raises(DiskError, match="generate it again"):
        calls.load_grid(tmp_path / "job.npz")


def test_a_bomb_is_not_unpacked(tmp_path: Path):
    calls.save_grid(GOOD, tmp_path / "job.npz")
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("density.npy", bytes(10**7))
    with pytest.raises(DiskError, match="generate it again"):
        calls.load_grid(tmp_path / "bomb.npz")


@pytest.mark.parametrize("job", ["..", "a" * 200, "a\\b", "CON", "x\n", "nul", "a:b", "C:\\x", "..\\x", 5, [1], "é"])
def test_a_name_that_no_backend_gives_leads_nowhere(job):
    with pytest.raises(DiskError, match="does not say which job"):
        app_state.grid_path(Path("/cache"), job)
