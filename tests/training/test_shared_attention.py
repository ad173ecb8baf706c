"""The trial of views that see each other: what its gate opens, and that a group shows one thing."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)

# isort: split
from scripts.training.captions.tokenizer import write_tokenizer
from scripts.training.captions.vocabulary import WORDS
from scripts.training.diffusion import TextToView, make_model
from scripts.training.evaluation.shared_attention import (
    VIEWS,
    GroupSampler,
    Trial,
    add_cross_view_attention,
    make_optimizer,
)
from scripts.training.objects.object_class import OBJECT_CLASSES
from scripts.training.objects.subjects import Subject
from scripts.training.raycasting.view_cache import render_views

NAMES = ("cube", "cat")


@pytest.fixture
def sampler() -> GroupSampler:
    return GroupSampler(
        {Subject((OBJECT_CLASSES[name],)): render_views(Subject((OBJECT_CLASSES[name],)), 0, 2, 6) for name in NAMES}, 0
    )


@pytest.fixture
def model(tmp_path: Path) -> TextToView:
    torch.manual_seed(0)
    return make_model(write_tokenizer(WORDS, tmp_path), 1, None)


def predicted(model: TextToView, noisy: torch.Tensor) -> torch.Tensor:
    count = len(noisy)
    never = torch.zeros(count, dtype=torch.bool)
    camera = torch.tensor([[0.0, 0.0, 3.2]]).expand(count, 3)
    with torch.no_grad():
        return model(noisy, torch.full((count,), 500), torch.ones(count, 24, dtype=torch.long), camera, never, never)


def test_a_shut_gate_leaves_the_model_as_it_was_and_an_open_one_shows_the_other_views(model: TextToView):
    noisy = torch.randn(2 * VIEWS, 4, 32, 32)
    before = predicted(model, noisy)
    gates = add_cross_view_attention(model)
    assert len(gates) == len(model.transformer.transformer_blocks)
    torch.testing.assert_close(predicted(model, noisy), before)
    with torch.no_grad():
        gates[0].fill_(1.0)
    changed = noisy.clone()
    changed[1] = -changed[1]  # of the first group
    difference = (predicted(model, changed) - predicted(model, noisy)).abs().amax((1, 2, 3))
    assert (difference[:VIEWS] > 1e-4).all() and (difference[VIEWS:] < 1e-6).all()


def test_a_group_shows_one_instance_in_the_same_colors_from_several_sides(sampler: GroupSampler):
    batch = sampler.draw_groups(6)
    assert len(batch.captions) == len(batch.alpha) == 6 * VIEWS
    for start in range(0, 6 * VIEWS, VIEWS):
        group = slice(start, start + VIEWS)
        assert len(set(batch.captions[group])) == 1 and len(batch.camera[group].unique(dim=0)) == VIEWS
        drawn = batch.premultiplied[group] / batch.alpha[group].clamp_min(1e-3)
        hues = [view[:, mask[0] > 0.99].sum(1) for view, mask in zip(drawn, batch.alpha[group], strict=True)]
        hues = torch.stack([hue / hue.sum() for hue in hues])
        assert (hues - hues.mean(0)).abs().max() < 0.15  # shares of red, green and blue; parts show more or less


@pytest.mark.parametrize("alone", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_some_steps_of_the_trial(model: TextToView, sampler: GroupSampler, tmp_path: Path, alone, capsys, monkeypatch):
    monkeypatch.setattr("scripts.training.evaluation.shared_attention.GROUPS", 2)
    monkeypatch.setattr("scripts.training.evaluation.shared_attention.CHECKED", 4)
    gates = [] if alone else add_cross_view_attention(model)
    trial = Trial(model, tmp_path, sampler, sampler)
    before = trial.check()
    assert trial.check() == before, "the same views and noise each time"
    trial.train(4, gates)
    assert capsys.readouterr().out.startswith('{"step": 4')
    assert trial.check()["all"] < before["all"]
    assert all(gate.item() != 0 for gate in gates)
    assert 1 <= trial.agreement()["of one instance"] <= VIEWS


def test_gates_move_faster_and_every_weight_moves(model: TextToView):
    gates = add_cross_view_attention(model)
    optimizer, _ = make_optimizer(model, gates, 10)
    rest, own = (group["params"] for group in optimizer.param_groups)
    assert len(rest) + len(own) == len(list(model.parameters())) and len(own) == len(gates)
    assert optimizer.param_groups[1]["lr"] > 10 * optimizer.param_groups[0]["lr"]
