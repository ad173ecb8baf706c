"""Which Adam a job descends with, and that both kinds learn a scene and resume to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, OptimizeConfig, preset, with_changes
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.optimize.optimizers import make_optimizer
from backend.optimize.trainer import Trainer
from backend.render.fused.masked_adam import MaskedAdam


@pytest.fixture
def config(scene_folder: Path) -> JobConfig:
    return with_changes(preset("reconstruct", "draft"), {
        "device": "cpu", "dataset": str(scene_folder), "bounds": {"size": (2.0, 2.0, 2.0)},
        "field": {"resolution": 16, "start_resolution": 8, "upsample_at": (0.5,)},
        "render": {"samples_per_ray": 16, "occupancy_resolution": 8, "occupancy_warmup": 4},
        "optimize": {"steps": 80, "masked_adam": True}, "photometric": {"rays_per_step": 256},
    })  # fmt: skip


@pytest.mark.parametrize("smoothing", [0, 2])
def test_gradients_are_sparse_where_nothing_else_reads_them(smoothing: int):
    field = DenseGrid(UNIT_CUBE, 4)
    assert isinstance(make_optimizer(field, OptimizeConfig(gradient_smoothing=smoothing)), torch.optim.Adam)
    assert not field.sparse_gradients
    optimizer = make_optimizer(field, OptimizeConfig(masked_adam=True, gradient_smoothing=smoothing))
    assert isinstance(optimizer, MaskedAdam) and field.sparse_gradients is (smoothing == 0)


@pytest.mark.parametrize("weight", [0.0, 1e-9])
def test_a_job_whose_voxels_wait_learns_a_scene(weight: float, config: JobConfig):
    """With total variation as well, which pulls on voxels that no ray touched and makes a sparse gradient dense."""
    term = {"weight": weight}
    changes = {"regularizer": {"total_variation_density": term, "total_variation_color": term}}
    job = Trainer.build(with_changes(config, changes))
    losses = [job.step().loss for _ in range(80)]
    assert sum(losses[-5:]) < 0.4 * sum(losses[:5])
    assert job.field.raw_density.grad.is_sparse is (weight == 0)


def test_it_resumes_to_the_bit(config: JobConfig, tmp_path: Path):
    job = Trainer.build(config)
    for _ in range(6):
        job.step()
    job.save(tmp_path)
    again = Trainer.load(config, tmp_path)
    for which in (job, again):
        for _ in range(4):
            which.step()
    assert torch.equal(job.field.raw_density, again.field.raw_density)
