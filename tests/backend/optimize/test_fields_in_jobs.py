"""Every kind of field in a real job: two steps, a checkpoint, a grid, NaN, and a tiny scene to learn."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from backend.config import JobConfig, preset, with_changes
from backend.errors import CheckpointError, NotFiniteError
from backend.evaluate import held_out
from backend.fields.build import FIELDS
from backend.optimize.trainer import Trainer

KINDS = sorted(FIELDS)
FIELD = {
    "resolution": 24,
    "start_resolution": 12,
    "upsample_at": (0.5,),
    "nerf": {"layers": 3, "width": 32, "skip": 1, "frequencies": 4, "learning_rate": 5e-3},
    "mip_nerf": {"degree": 3, "features": 24, "blocks": 1, "width": 32, "inner_width": 48, "learning_rate": 5e-3},
    "hash_grid": {"levels": 5, "log2_table": 12, "coarsest": 4, "finest": 32, "width": 32, "learning_rate": 0.02},
    "siren": {"layers": 3, "width": 32, "frequency": 8.0, "learning_rate": 2e-3},
    "tri_plane": {"plane_resolution": 24, "plane_features": 8, "width": 32, "learning_rate": 0.02},
    "sdf": {"encoding": "tri_plane", "layers": 1, "width": 32, "learning_rate": 5e-3, "eikonal_weight": 0.01},
}
LATTICES = ("dense_grid",)
STEPS = {"dense_grid": 80, "hash_grid": 80, "tri_plane": 80, "sdf": 60}
MARGIN = 5.0
"""dB by which a field must beat the empty picture on held-out views."""


def config(scene: Path, kind: str, steps: int, **changes: Any) -> JobConfig:
    small = {
        "device": "cpu",
        "dataset": str(scene),
        "bounds": {"center": (0.0, 0.0, 0.0), "size": (2.0, 2.0, 2.0)},
        "field": {**FIELD, "kind": kind},
        "render": {"samples_per_ray": 24, "occupancy_resolution": 12, "occupancy_warmup": 20},
        "optimize": {"steps": steps, "learning_rate_end": 0.3},
        "photometric": {"rays_per_step": 400},
        "export": {"resolution": 12},
    }
    return with_changes(with_changes(preset("reconstruct", "draft"), small), changes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["", "view_dependent_color", "unbounded"])
def test_every_kind_trains_two_steps_and_resumes_bit_by_bit(kind, what, scene_folder, tmp_path: Path):
    if what and kind in LATTICES:
        return  # they say that they cannot: test_every_field.py
    wanted = config(scene_folder, kind, 4, field={what: True} if what else {})
    job = Trainer.build(wanted)
    before = {name: value.clone() for name, value in job.field.state_dict().items()}
    assert math.isfinite(job.step().loss)
    job.save(tmp_path)
    expected = job.step().loss
    again = Trainer.load(wanted, tmp_path)
    assert again.step().loss == expected and math.isfinite(expected)
    after = job.field.state_dict()
    assert any(not torch.equal(value, after[name]) for name, value in before.items())
    assert all(torch.equal(value, again.field.state_dict()[name]) for name, value in after.items())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_learns_a_tiny_scene(kind, scene_folder):
    """A ball, red above and blue below: better than nothing at all by a margin that no flat color reaches."""
    job = Trainer.build(config(scene_folder, kind, STEPS.get(kind, 100)))
    for _ in range(job.config.optimize.steps):
        job.step()
    figures = held_out.compare(job.renderer, job.dataset.held_out, job.device)
    pixels = job.dataset.held_out.pixels
    error = np.mean([_encoded(p[..., :3] * p[..., 3:] + 1 - p[..., 3:], 1.0) for p in pixels])
    assert figures["psnr"] > -10 * math.log10(error) + MARGIN
    grid, picture = job.grid(), job.preview(16)
    assert grid.density.shape == (12, 12, 12) and grid.density[6, 6, 6] > 10 * grid.density[0, 0, 0]
    assert picture.shape == (16, 16, 4) and picture[8, 8, 3] > 128 > picture[0, 0, 3]


def _encoded(picture: torch.Tensor, empty: float) -> float:
    """Mean squared difference from an empty picture, in sRGB by the standard's formula."""
    linear = picture.double().numpy()
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    return float(((encoded - empty) ** 2).mean())


@pytest.mark.parametrize("kind", KINDS)
def test_weights_that_are_not_finite_end_the_job_with_a_sentence(kind, scene_folder):
    job = Trainer.build(config(scene_folder, kind, 10, optimize={"not_finite_limit": 2}))
    with torch.no_grad():
        for parameter in job.field.parameters():
            parameter.fill_(math.nan)
    with pytest.raises(NotFiniteError, match="ran into NaN 2 times in a row"):
        for _ in range(3):
            job.step()


def test_a_checkpoint_of_another_kind_is_refused(scene_folder, tmp_path: Path):
    Trainer.build(config(scene_folder, "nerf", 4)).save(tmp_path)
    with pytest.raises(CheckpointError, match="does not fit this job"):
        Trainer.load(config(scene_folder, "siren", 4), tmp_path)


def test_a_field_without_a_lattice_neither_grows_nor_has_total_variation_and_says_so(scene_folder):
    lines: list[str] = []
    job = Trainer.build(config(scene_folder, "nerf", 4), log=lines.append)
    for _ in range(3):
        job.step()
    assert [line for line in lines if "lattice" in line] == [
        "Total variation compares neighbors on a lattice, and this field has none: it is left out."
    ]
    assert not any("grew" in line for line in lines)
    silent: list[str] = []
    off = {"total_variation_density": {"weight": 0.0}, "total_variation_color": {"weight": 0.0}}
    Trainer.build(config(scene_folder, "nerf", 4, regularizer=off), log=silent.append)
    grid: list[str] = []
    Trainer.build(config(scene_folder, "dense_grid", 4), log=grid.append)
    assert not any("lattice" in line for line in silent + grid)


def test_the_eikonal_term_of_a_distance_is_on_by_itself(scene_folder):
    """It is asked of the distance, at the weight the field comes with, unless the job names one."""
    terms = Trainer.build(config(scene_folder, "sdf", 4)).step().terms
    assert 0 <= terms["eikonal"] < 1
    off = config(scene_folder, "sdf", 4, field={"sdf": {"eikonal_weight": 0.0}})
    for without in (off, config(scene_folder, "nerf", 4)):
        assert "eikonal" not in Trainer.build(without).step().terms


@pytest.mark.parametrize("kind", KINDS)
def test_every_term_that_is_preferred_of_a_field_has_a_slope_for_every_kind(kind, scene_folder):
    on = {name: {"weight": 1e-3} for name in ("eikonal", "smoothness", "symmetry", "orientation", "distortion")}
    job = Trainer.build(config(scene_folder, kind, 4, regularizer=on, photometric={"rays_per_step": 64}))
    report = job.step()
    assert set(on) <= report.terms.keys() and math.isfinite(report.loss) and job.not_finite == 0
