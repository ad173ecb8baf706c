"""Jobs from words that begin with the shape prior's answer, where it knows the words and nothing else was asked for."""

import pytest
import torch

from backend.config import preset, recipe, with_changes
from backend.optimize.prior_start import with_prior_start
from backend.optimize.trainer import Trainer
from backend.priors.prior_field import prior_field
from backend.priors.query import lattice

TINY = {"orbit": {"views": 1}, "render": {"samples_per_ray": 8}, "export": {"resolution": 24}}


def job(prompt="a red mug", quality="draft", **changes):
    return with_changes(preset("text", quality), {"prompt": prompt} | changes)


@pytest.mark.parametrize("quality", ["draft", "normal", "high"])
@pytest.mark.parametrize("prompt", ["a red mug", "a poodle", "a teapto", "a snowman with a red hat"])
def test_what_the_prior_knows_begins_from_it(prompt, quality):
    config, usual = with_prior_start(job(prompt, quality)), preset("text", quality)
    assert config.field.density_init == "prior" and config.field.upsample_at == ()
    assert config.field.start_resolution == config.field.resolution >= usual.field.resolution
    assert 0 < config.optimize.steps < usual.optimize.steps
    assert with_prior_start(config) == config


@pytest.mark.parametrize(
    ("prompt", "changes"),
    [
        ("a flurbl", {}),
        ("a cat on a red chair", {}),
        ("", {}),
        ("a mug", {"field": {"density_init": "fog"}}),
        ("a mug", {"field": {"kind": "hash_grid"}}),
        ("a mug", {"field": {"unbounded": True}}),
        ("a mug", {"recipe": "dreamfusion-sd"}),
    ],
)
def test_all_else_begins_as_it_did(prompt, changes):
    config = job(prompt, **changes)
    assert with_prior_start(config) == config


def test_photographs_and_published_recipes_begin_as_they_did():
    both = with_changes(preset("both", "draft"), {"prompt": "a red mug", "dataset": "photos"})
    assert with_prior_start(both) == both
    published = with_changes(recipe("dreamfusion-sd"), {"prompt": "a red mug"})
    assert with_prior_start(published) == published


def test_what_was_set_by_hand_stays():
    by_hand = {"optimize": {"steps": 77}, "field": {"resolution": 40, "start_resolution": 20}}
    config = with_prior_start(job(**by_hand))
    assert (config.optimize.steps, config.field.resolution, config.field.start_resolution) == (77, 40, 40)


def test_a_real_model_begins_from_it_with_its_published_settings():
    usual = with_changes(preset("text", "normal", "runwayml/stable-diffusion-v1-5"), {"prompt": "a red mug"})
    config = with_prior_start(usual)
    assert config.field.density_init == "prior" and config.field.start_resolution == usual.field.resolution
    assert (config.optimize, config.score_distillation) == (usual.optimize, usual.score_distillation)


def test_the_job_is_filled_with_it_before_a_step_and_says_what_a_word_is_drawn_as():
    small = {"field": {"resolution": 24, "start_resolution": 24}, "optimize": {"steps": 2}}
    trainer = Trainer.build(job("a red poodle", **TINY | small))
    answer = prior_field("a red poodle", 0)[0]
    held = answer.logit(lattice(trainer.field.shape).reshape(-1, 3)) > 0
    solid = trainer.field.raw_density.detach().flatten() > 0
    assert float((held & solid).sum() / (held | solid).sum()) > 0.9 and bool(torch.isfinite(answer.scale * solid).all())
    assert "Drawn as: dog." in trainer.notes and trainer.models[0]["name"] == "shape prior"


def test_a_job_that_began_from_it_is_resumed_so_and_one_that_began_in_fog_is_not(tmp_path):
    small = TINY | {"field": {"resolution": 16, "start_resolution": 16}, "optimize": {"steps": 2}}
    config = job("a red mug", **small)
    Trainer.build(config).save(tmp_path / "prior")
    Trainer.build(with_changes(config, {"field": {"density_init": "fog"}})).save(tmp_path / "fog")
    assert Trainer.load(config, tmp_path / "prior").config == with_prior_start(config)
    assert Trainer.load(config, tmp_path / "fog").config == config
