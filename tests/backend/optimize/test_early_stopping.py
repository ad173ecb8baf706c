"""A score that ends a run: what is left is the field with the best one, also after a kill in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.config import preset, with_changes
from backend.optimize.trainer import Trainer


@pytest.fixture
def config(diffusion_folder: Path, guide_folder: Path):
    return with_changes(preset("text", "draft"), {
        "prompt": "a red cube", "device": "cpu", "model": str(diffusion_folder),
        "field": {"resolution": 12, "start_resolution": 12}, "orbit": {"views": 1},
        "render": {"samples_per_ray": 8, "occupancy_resolution": 4}, "optimize": {"steps": 40},
        "early_stopping":{"model": str(guide_folder), "every": 2, "patience": 3, "smoothing": 1},
    })  # fmt: skip


class Falling:
    """A scorer whose score is best at its second call."""

    card = {"name": "falling", "license": "none", "source": "test"}

    def __init__(self) -> None:
        self.scores = [0.3, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0]

    def measure(self, renderer, frame) -> dict[str, float]:
        return {"clip_score": self.scores.pop(0)}

    def edit(self, config) -> None:
        self.scores = [0.1, 0.2]


def run(job: Trainer, until: int = 99) -> dict[str, torch.Tensor]:
    """Steps until it ends; what the field was after the fourth."""
    kept = {}
    while not job.ended and job.step_index < until:
        job.step()
        if job.step_index == 4:
            kept = {name: value.clone() for name, value in job.field.state_dict().items()}
    return kept


def same(job: Trainer, kept: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, kept[name]) for name, value in job.field.state_dict().items())


def test_a_run_that_is_liked_less_and_less_ends_at_its_best(config):
    lines: list[str] = []
    job = Trainer.build(config, log=lines.append)
    job.early_stopping._scorer = Falling()
    kept = run(job)
    assert job.step_index == 10 and job.ended and same(job, kept)
    assert any("4" in line for line in lines), "nobody was told to which step it went back"
    assert job.history.column("clip_score")[3] == pytest.approx(0.5)


def test_the_best_field_is_remembered_across_a_checkpoint(config, tmp_path: Path):
    job = Trainer.build(config)
    job.early_stopping._scorer = Falling()
    kept = run(job, until=7)
    job.save(tmp_path)
    again = Trainer.load(config, tmp_path)
    again.early_stopping._scorer = Falling()
    again.early_stopping._scorer.scores = [0.2, 0.1]
    run(again)
    assert again.ended and same(again, kept)
    again.save(tmp_path)
    assert Trainer.load(config, tmp_path).ended


def test_other_words_begin_a_new_history(config):
    job = Trainer.build(config)
    job.early_stopping._scorer = Falling()
    run(job, until=7)
    job.edit(prompt="a red cub")
    job.step()
    assert not job.ended and job.early_stopping._tracker.best == pytest.approx(0.1)


def test_the_real_scorer_scores_and_is_named_among_the_models(config):
    job = Trainer.build(with_changes(config, {"field": {"density_init": "fog"}}))
    assert len(job.models) == 2
    assert "clip_score" not in job.step().terms
    report = job.step()
    assert -1 <= report.terms["clip_score"] <= 1 and report.score == report.terms["clip_score"]


def test_without_a_scoring_model_nothing_is_scored(config):
    job = Trainer.build(with_changes(config, {"early_stopping": {"model": ""}}))
    run(job, until=4)
    assert job.early_stopping.models == [] and "clip_score" not in job.history.names
