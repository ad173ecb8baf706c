"""Dream Fields with a random-weight open_clip model: the real path, small."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, with_changes
from backend.guidance.dream_fields import DreamFields
from backend.pretrained import load_image_text, resolve
from backend.render.renderer import Rendering

CONFIG = with_changes(
    JobConfig(prompt="a red cube"),
    {"orbit": {"views": 2}, "dream_fields": {"crops": 3}, "optimise": {"steps": 100}, "render": {"image_size": 32}},
)


@pytest.fixture
def guidance(guide_folder: Path, generator) -> DreamFields:
    model = load_image_text(resolve(str(guide_folder)), torch.device("cpu"))
    return DreamFields(model, CONFIG, generator)


def rendered(guidance: DreamFields, opacity: float) -> tuple:
    proposal = guidance.propose(0)
    count = len(proposal.rays.origins)
    colour = torch.full((count, 3), 0.4 * opacity, requires_grad=True)
    opacities = torch.full((count,), opacity, requires_grad=True)
    return proposal, Rendering(colour, opacities, opacities, opacities[:, None])


def test_views_are_proposed_whole(guidance):
    assert guidance.propose(0).rays.origins.shape == (2 * 32 * 32, 3)


def test_the_loss_is_similarity_and_clipped_emptiness(guidance):
    proposal, rendering = rendered(guidance, 0.75)
    judgement = guidance.judge(proposal, rendering, 0)
    terms = judgement.terms
    assert -1 <= terms["similarity"] <= 1 and terms["transmittance"] == pytest.approx(0.25)
    assert float(judgement.loss.detach()) == pytest.approx(-terms["similarity"] - 0.5 * 0.25, abs=1e-6)
    clear_proposal, clear = rendered(guidance, 0.1)
    judgement = guidance.judge(clear_proposal, clear, 0)
    clipped = -judgement.terms["similarity"] - 0.5 * 0.40
    assert float(judgement.loss.detach()) == pytest.approx(clipped, abs=1e-6)


def test_the_gradient_reaches_colour_and_opacity(guidance):
    proposal, rendering = rendered(guidance, 0.5)
    guidance.judge(proposal, rendering, 0).loss.backward()
    for part in (rendering.colour, rendering.opacity):
        assert bool(part.grad.isfinite().all()) and float(part.grad.abs().sum()) > 0


def test_a_short_run_sees_the_end_of_the_ramp(guidance):
    assert guidance.ramp == 50


def test_crops_have_their_size_and_a_background_behind_them(guidance):
    _, rendering = rendered(guidance, 0.0)
    crops = guidance._crops(rendering)
    assert crops.shape == (3, 3, 29, 29)
    assert float(crops.detach().flatten(1).var(1).min()) > 1e-4, "an empty view must show its background"


def test_another_prompt_is_another_direction(guidance):
    before = guidance.wanted
    guidance.edit(with_changes(CONFIG, {"prompt": "red red"}))
    assert not torch.allclose(before, guidance.wanted)
