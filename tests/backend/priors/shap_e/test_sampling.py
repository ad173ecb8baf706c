"""Latents against diffusers' own pipeline, which draws, denoises and guides by itself."""

from __future__ import annotations

import math

import pytest
import torch

from backend.errors import JobStateError
from backend.priors.shap_e.sampling import Sampling, read_picture, read_words, sample_latents

WORDS = "a red cube on a table"


def draw(model, seed=3, steps=4, **more):
    return sample_latents(model, read_words(model, WORDS), Sampling(seed, steps, 15.0, **more))


def test_latents_are_those_of_diffusers_pipeline(model):
    import diffusers

    pipeline = diffusers.ShapEPipeline(
        prior=model.prior(), text_encoder=model.text_encoder(), tokenizer=model.tokenizer(),
        scheduler=model.scheduler(), shap_e_renderer=model.renderer(),
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    asked = {"num_inference_steps": 4, "guidance_scale": 15.0, "output_type": "latent"}
    theirs = pipeline(WORDS, generator=torch.Generator().manual_seed(3), **asked).images
    torch.testing.assert_close(draw(model), theirs, atol=1e-3, rtol=1e-3)


def test_a_seed_is_the_same_latents_and_another_others(model):
    assert torch.equal(draw(model), draw(model)) and not torch.allclose(draw(model), draw(model, seed=4), atol=0.1)


def test_words_have_numbers_of_unit_variance(model):
    found = read_words(model, WORDS)
    assert float(found.norm()) == pytest.approx(math.sqrt(found.shape[1]), rel=1e-5)
    assert not torch.allclose(found, read_words(model, "the green cone"), atol=0.1)


def test_each_step_is_told_and_it_ends_between_two_where_nobody_waits(model):
    lines: list[str] = []
    draw(model, log=lines.append)
    assert lines == [f"Shap-E: step {step} of 4." for step in (1, 2, 3, 4)]
    lines.clear()

    def between() -> None:
        if len(lines) == 2:
            raise JobStateError("Nobody waits.")

    with pytest.raises(JobStateError):
        draw(model, log=lines.append, between=between)
    assert len(lines) == 2


def test_a_picture_s_latents_are_those_of_diffusers_pipeline(picture_model):
    import diffusers
    from PIL import Image

    model = picture_model
    pipeline = diffusers.ShapEImg2ImgPipeline(
        prior=model.prior(), image_encoder=model.image_encoder(), image_processor=model.image_processor(),
        scheduler=model.scheduler(), shap_e_renderer=model.renderer(),
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    picture = torch.rand(3, 50, 50, generator=torch.Generator().manual_seed(0))
    seen = Image.fromarray((picture * 255).round().byte().permute(1, 2, 0).numpy())
    asked = {"num_inference_steps": 4, "guidance_scale": 3.0, "output_type": "latent"}
    theirs = pipeline(seen, generator=torch.Generator().manual_seed(3), **asked).images
    condition = read_picture(model, picture)
    ours = sample_latents(model, condition, Sampling(3, 4, 3.0))
    torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)
    other = sample_latents(model, read_picture(model, 1 - picture), Sampling(3, 4, 3.0))
    assert condition.shape == (1, 16, 24) and not torch.allclose(ours, other, atol=0.01)
