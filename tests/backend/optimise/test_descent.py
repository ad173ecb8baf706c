"""Which Adam a job descends with, and that both kinds learn a scene and resume to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, OptimiseConfig, preset, with_changes
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.optimise.descent import make_adam
from backend.optimise.job import Optimisation
from backend.render.fused.touched_adam import TouchedAdam


@pytest.fixture
def config(scene_folder: Path) -> JobConfig:
    return with_changes(preset("reconstruct", "draft"), {
        "device": "cpu", "dataset": str(scene_folder), "bounds": {"size": (2.0, 2.0, 2.0)},
        "field": {"resolution": 16, "start_resolution": 8, "grow_at": (0.5,)},
        "render": {"samples_per_ray": 16, "occupancy_resolution": 8, "occupancy_warmup": 4},
        "optimise": {"steps": 80, "touched_only": True}, "photometric": {"rays_per_step": 256},
    })  # fmt: skip


@pytest.mark.parametrize("smoothing", [0, 2])
def test_gradients_are_sparse_where_nothing_else_reads_them(smoothing: int):
    field = DenseGrid(UNIT_CUBE, 4)
    assert isinstance(make_adam(field, OptimiseConfig(gradient_smoothing=smoothing)), torch.optim.Adam)
    assert not field.sparse_gradients
    optimiser = make_adam(field, OptimiseConfig(touched_only=True, gradient_smoothing=smoothing))
    assert isinstance(optimiser, TouchedAdam) and field.sparse_gradients is (smoothing == 0)


@pytest.mark.parametrize("weight", [0.0, 1e-9])
def test_a_job_whose_voxels_wait_learns_a_scene(weight: float, config: JobConfig):
    """With total variation as well, which pulls on voxels that no ray touched and makes a sparse gradient dense."""
    term = {"weight": weight}
    changes = {"regulariser": {"total_variation_density": term, "total_variation_colour": term}}
    job = Optimisation.build(with_changes(config, changes))
    losses = [job.step().loss for _ in range(80)]
    assert sum(losses[-5:]) < 0.4 * sum(losses[:5])
    assert job.field.raw_density.grad.is_sparse is (weight == 0)


def test_it_resumes_to_the_bit(config: JobConfig, tmp_path: Path):
    job = Optimisation.build(config)
    for _ in range(6):
        job.step()
    job.save(tmp_path)
    again = Optimisation.load(config, tmp_path)
    for which in (job, again):
        for _ in range(4):
            which.step()
    assert torch.equal(job.field.raw_density, again.field.raw_density)
