"""When a run has come to nothing: counted by hand, and seen in the renders of real steps."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from backend.cameras.camera import Rays
from backend.config import JobConfig, preset, with_changes
from backend.errors import EmptyFieldError
from backend.optimize.collapse import CollapseDetector, detects_collapse, opacity_in_box
from backend.optimize.trainer import Trainer
from backend.render.renderer import Rendering

COLLAPSE = {"empty_below": 0.01, "full_above": 0.97, "after": 0.5, "consecutive_steps": 3}


def job(**settings) -> JobConfig:
    changes = {"prompt": "a red cube", "optimize": {"steps": 20}, "collapse": COLLAPSE | settings}
    return with_changes(preset("text", "draft"), changes)


def first_raised(opacities: list[float], **settings) -> tuple[int, str] | None:
    """The first step, counted from 1, at which the run has come to nothing."""
    detector = CollapseDetector(job(**settings))
    for step, opacity in enumerate(opacities, start=1):
        try:
            detector.add(step, opacity)
        except EmptyFieldError as error:
            return step, error.sentence
    return None


@pytest.mark.parametrize(
    ("opacities", "step"),
    [
        ([0.4] * 20, None),
        ([0.0] * 20, 13),  # half of twenty steps are not checked, the next three are
        ([0.0] * 12 + [0.4] * 8, None),
        ([0.4] * 14 + [0.009] * 3, 17),
        ([0.4] * 14 + [0.01] * 6, None),  # not below
        ([0.4] * 14 + [0.0, 0.0, 0.02, 0.0, 0.0, 0.0], 20),  # in a row
        ([0.4] * 14 + [0.0, 0.0, math.nan, 0.0, 0.0, 0.4], None),
        ([0.4] * 14 + [0.98] * 3, 17),
        ([0.4] * 14 + [0.97] * 6, None),  # not above
        ([0.4] * 14 + [1.0, 0.0, 1.0, 0.0, 1.0, 0.0], None),
    ],
)
def test_a_run_has_come_to_nothing_when_it_is_so_for_some_steps_in_a_row(opacities: list[float], step: int | None):
    raised = first_raised(opacities)
    assert (raised and raised[0]) == step


def test_the_sentence_says_which_of_the_two_it_was_and_what_to_do():
    assert first_raised([0.0] * 20) == (
        13,
        "The result dissolved at step 13: try other words or settings, or set collapse.max_restarts to 0 to let it run "
        "on.",
    )
    assert first_raised([1.0] * 20)[1].startswith("Fog filled the whole box at step 13: ")


def test_a_scene_around_the_box_may_be_opaque_everywhere():
    detector = CollapseDetector(with_changes(job(after=0.0), {"field": {"unbounded": True}}))
    for step in range(1, 20):
        detector.add(step, 1.0)
    with pytest.raises(EmptyFieldError, match="dissolved at step 22"):
        for step in range(20, 24):
            detector.add(step, 0.0)


def test_judging_begins_after_its_fraction_of_the_run():
    assert first_raised([0.0] * 20, after=0.0)[0] == 3
    assert first_raised([0.0] * 20, after=0.9) is None and first_raised([0.0] * 20, after=0.85)[0] == 20


def test_only_words_alone_are_checked_and_only_while_there_are_new_seeds():
    assert detects_collapse(job())
    assert not detects_collapse(job(max_restarts=0))
    for method in ("reconstruct", "both"):
        assert not detects_collapse(with_changes(job(), {"method": method, "dataset": "d"}))


def rendering(opacity: list[float], lengths: list[list[float]] | None) -> Rendering:
    rays, none = len(opacity), torch.zeros(0)
    color, depth = torch.zeros(rays, 3), torch.zeros(rays)
    stretches = None if lengths is None else torch.tensor(lengths)
    return Rendering(color, torch.tensor(opacity), depth, none, lengths=stretches)


def test_rays_that_miss_the_box_are_left_out():
    seen = rendering([0.9, 0.7, 0.0], [[0.5, 0.5], [0.0, 0.1], [0.0, 0.0]])
    assert float(opacity_in_box(seen)) == pytest.approx(0.8)
    assert math.isnan(opacity_in_box(rendering([0.0], [[0.0, 0.0]])))
    assert float(opacity_in_box(rendering([0.9, 0.7, 0.2], None))) == pytest.approx(0.6)


def test_a_step_is_the_mean_of_what_its_guidances_were_shown():
    detector = CollapseDetector(job())
    one, two = rendering([0.2, 0.4], [[1.0], [1.0]]), rendering([0.9], [[1.0]])
    assert detector.observe(one) is one and detector.observe(two) is two
    assert detector.check(1) == {"opacity": pytest.approx((0.3 + 0.9) / 2)}
    assert detector.check(2) == {}, "nothing was shown in that step"


def test_it_counts_on_across_a_checkpoint():
    first, second = CollapseDetector(job()), CollapseDetector(job())
    for step in (18, 19):
        first.add(step, 0.0)
    second.restore(first.state())
    with pytest.raises(EmptyFieldError, match="at step 20"):
        second.add(20, 0.0)
    third = CollapseDetector(job())
    third.restore({})  # of before there was this check
    third.add(20, 0.0)


@pytest.fixture
def config(diffusion_folder: Path) -> JobConfig:
    return with_changes(preset("text", "draft"), {
        "prompt": "a red cube", "device": "cpu", "model": str(diffusion_folder),
        "field": {"resolution": 12, "start_resolution": 12}, "orbit": {"views": 1},
        "render": {"samples_per_ray": 8, "occupancy_resolution": 4}, "optimize": {"steps": 12},
        "collapse":{"after": 0.0, "consecutive_steps": 3},
    })  # fmt: skip


def of_density(job: Trainer, density: float) -> Trainer:
    with torch.no_grad():
        job.field.raw_density.fill_(math.log(math.expm1(density / job.field.scale)))  # softplus, undone
    return job


@pytest.mark.parametrize(("density", "what"), [(1e-6, "The result dissolved"), (60.0, "Fog filled the whole box")])
def test_real_steps_of_a_field_that_is_nothing_or_all_fog_raise(density: float, what: str, config):
    job = of_density(Trainer.build(with_changes(config, {"score_distillation": {"weight": 0.0}})), density)
    job.step()
    job.step()
    with pytest.raises(EmptyFieldError, match=f"{what} at step 3"):
        job.step()


def test_the_opacity_of_a_step_is_reported_as_a_closed_form_says(config):
    """Even fog of density d along a chord of length l is opaque by 1 - exp(-d l)."""
    job = of_density(Trainer.build(with_changes(config, {"render": {"samples_per_ray": 64}})), 0.5)
    rays: list[Rays] = []
    sample_views = job.guidances[0].sample_views

    def remembering(step: int):
        proposal = sample_views(step)
        rays.append(proposal.rays)
        return proposal

    job.guidances[0].sample_views = remembering
    reported = job.step().terms["opacity"]
    near, far = job.field.bounds.near_far(rays[0])
    hit = far > near
    assert 0.5 < float(hit.float().mean()) < 1.0
    assert reported == pytest.approx(float(-torch.expm1(-0.5 * (far - near)[hit]).mean()), rel=0.02)
    assert job.history.column("opacity") == [reported]


def test_what_is_not_checked_is_not_measured(config):
    job = of_density(Trainer.build(with_changes(config, {"collapse": {"max_restarts": 0}})), 1e-6)
    for _ in range(12):
        assert "opacity" not in job.step().terms
    assert job.ended


def test_a_healthy_run_is_the_same_number_for_number_with_and_without_the_check(config):
    def run(max_restarts: int) -> Trainer:
        job = Trainer.build(with_changes(config, {"collapse": {"max_restarts": max_restarts}}))
        while not job.ended:
            job.step()
        return job

    checked, alone = run(2), run(0)
    assert checked.restarts == []
    assert checked.history.column("loss") == alone.history.column("loss")
    for name, value in checked.field.state_dict().items():
        assert torch.equal(value, alone.field.state_dict()[name])
