"""What a job does with its renderer's settings: fine samples, rays that end early, previews in time, short memory."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.config import JobConfig, preset, with_changes
from backend.optimize.trainer import Trainer

SMALL = {
    "device": "cpu",
    "field": {"resolution": 16, "start_resolution": 16},
    "render": {"samples_per_ray": 12, "occupancy_resolution": 8, "occupancy_warmup": 4},
    "optimize": {"steps": 40},
    "photometric": {"rays_per_step": 256},
    "bounds": {"size": (2.0, 2.0, 2.0)},
}


@pytest.fixture
def config(scene_folder: Path) -> JobConfig:
    return with_changes(preset("reconstruct", "draft"), {**SMALL, "dataset": str(scene_folder)})


def run(config: JobConfig, steps: int) -> tuple[Trainer, list[float]]:
    job = Trainer.build(config)
    return job, [job.step().loss for _ in range(steps)]


def test_both_levels_are_learned_from_and_the_same_seed_gives_the_same_steps(config):
    fine = with_changes(config, {"render": {"fine_samples_per_ray": 12, "early_stop_transmittance": 1e-3}})
    job, losses = run(fine, 20)
    assert job.step().terms.keys() >= {"photometric", "photometric_coarse"}
    assert losses[-1] < 0.8 * losses[0] and run(fine, 5)[1] == losses[:5]


def test_a_job_goes_on_over_a_checkpoint_with_fine_samples_as_without_a_break(config, tmp_path: Path):
    fine = with_changes(config, {"render": {"fine_samples_per_ray": 6}})
    job, _ = run(fine, 5)
    job.save(tmp_path)
    expected = [job.step().loss for _ in range(3)]
    again = Trainer.load(fine, tmp_path)
    assert [again.step().loss for _ in range(3)] == expected


def test_the_decay_is_the_config_s(config):
    job = Trainer.build(with_changes(config, {"render": {"occupancy_decay": 0.95}}))
    assert job.occupancy.decay == 0.95


@pytest.mark.parametrize("seconds", [0.0, 0.01, math.inf])
def test_a_preview_has_its_size_however_little_time_there_is(seconds: float, config):
    job, _ = run(config, 20)
    whole, found = job.preview(48).astype(int), job.preview(48, seconds).astype(int)
    assert found.shape == (48, 48, 4) and np.abs(found[..., 3] - whole[..., 3]).mean() < 20
    assert math.isfinite(seconds) or np.array_equal(found, whole)


def test_memory_that_is_short_is_said_in_the_job_s_log_once_and_the_preview_is_the_same(config):
    lines: list[str] = []
    plain = with_changes(config, {"render": {"fine_samples_per_ray": 4}})  # asks the field itself, no compiled kernel
    job = Trainer.build(plain, log=lines.append)
    whole, ask = job.preview(32), job.field.density_and_color

    def greedy(positions, directions=None):
        if len(positions) > 300 * 12:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return ask(positions, directions)

    job.field.density_and_color = greedy
    lines.clear()
    assert np.array_equal(job.preview(32), whole) and np.array_equal(job.preview(32), whole)
    assert lines[0].startswith("Memory does not hold 1024 rays at once") and len(lines) == 2
