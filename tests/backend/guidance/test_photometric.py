"""The photometric guidance on a picture whose right answer is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend.config import JobConfig, with_changes
from backend.data.transforms_json import read_dataset
from backend.guidance.guidance import Proposal
from backend.guidance.photometric import Photometric
from backend.render.renderer import Rendering

CONFIG = with_changes(JobConfig(), {"photometric": {"rays_per_step": 512}})


@pytest.fixture
def guidance(scene_folder: Path, generator) -> Photometric:
    return Photometric(read_dataset(scene_folder).train, CONFIG, torch.device("cpu"), generator)


def rendering(colour: torch.Tensor, opacity: torch.Tensor) -> Rendering:
    return Rendering(colour * opacity[:, None], opacity, opacity, opacity[:, None])


def test_the_right_picture_has_no_loss(guidance):
    proposal = guidance.propose(0)
    judgement = guidance.judge(proposal, rendering(proposal.notes[:, :3], proposal.notes[:, 3]), 0)
    assert float(judgement.loss) == pytest.approx(0.0, abs=1e-9)
    assert proposal.rays.origins.shape == (512, 3)


def test_transparency_cannot_be_faked_with_colour(guidance):
    """An opaque black where nothing is has a loss, because the background behind it is unknown."""
    nothing = Proposal(guidance.propose(0).rays, torch.tensor([[0.0, 0, 0, 0]] * 512))
    opaque = guidance.judge(nothing, rendering(torch.zeros(512, 3), torch.ones(512)), 0)
    clear = guidance.judge(nothing, rendering(torch.ones(512, 3), torch.zeros(512)), 0)
    assert float(opaque.loss) > 0.2 and float(clear.loss) == 0


def test_the_loss_is_the_mean_squared_srgb_difference(guidance):
    white = Proposal(guidance.propose(0).rays, torch.ones(512, 4))
    grey = rendering(torch.full((512, 3), 0.214041), torch.ones(512))
    judgement = guidance.judge(white, grey, 0)
    assert float(judgement.loss) == pytest.approx(0.25, abs=1e-4)
    guidance.edit(with_changes(CONFIG, {"photometric": {"weight": 3.0}}))
    assert float(guidance.judge(white, grey, 0).loss) == pytest.approx(0.75, abs=1e-3)


def test_the_coarse_colours_have_an_error_of_their_own(guidance):
    """NeRF's eq. 6: both squared differences, here 1/4 and 1; before the same background."""
    white = Proposal(guidance.propose(0).rays, torch.ones(512, 4))
    grey, black = (rendering(torch.full((512, 3), value), torch.ones(512)) for value in (0.214041, 0.0))
    judgement = guidance.judge(white, replace(grey, coarse=black), 0)
    assert float(judgement.loss) == pytest.approx(1.25, abs=1e-4)
    assert judgement.terms == {"photometric": pytest.approx(0.25, abs=1e-4), "photometric_coarse": pytest.approx(1.0)}
    guidance.edit(with_changes(CONFIG, {"render": {"coarse_weight": 0.5}}))
    assert float(guidance.judge(white, replace(grey, coarse=black), 0).loss) == pytest.approx(0.75, abs=1e-4)
    guidance.edit(with_changes(CONFIG, {"render": {"coarse_weight": 0.0}}))
    assert guidance.judge(white, replace(grey, coarse=black), 0).terms.keys() == {"photometric"}
