"""Questions to a model and how their answers are put together, on Gaussians whose scores are known."""

from __future__ import annotations

import pytest
import torch
from gaussian_denoiser import SPREAD, Gaussian

from backend.guidance.diffusion.classifier_free_guidance import (
    classifier_free_guidance,
    drop_negligible,
    text_factors,
)
from backend.guidance.diffusion.prediction import Prediction
from backend.guidance.view_prompt import ViewPrompt

SIZE = 3
TIMESTEP = torch.tensor([700, 200])
CAMERAS = torch.zeros(2, 3)
PROMPT = ViewPrompt((("a cube", 1.0),))


@pytest.fixture
def means(generator) -> dict[str, torch.Tensor]:
    drawn = torch.randn(4, 4, SIZE, SIZE, generator=generator, dtype=torch.float64)
    return dict(zip(["", "a cube", "a ball", "a cat"], drawn, strict=True))


@pytest.fixture
def noisy(generator) -> torch.Tensor:
    return torch.randn(2, 4, SIZE, SIZE, generator=generator, dtype=torch.float64)


def noise_of(noisy: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """- sqrt(1 - abar) x the score of N(sqrt(abar) mean, abar SPREAD^2 + 1 - abar) at z."""
    alphas_cumprod = Gaussian.alphas_cumprod.double()[TIMESTEP].view(-1, 1, 1, 1)
    return (
        (1 - alphas_cumprod).sqrt()
        * (noisy - alphas_cumprod.sqrt() * mean)
        / (alphas_cumprod * SPREAD**2 + 1 - alphas_cumprod)
    )


def asked(
    model: Gaussian, noisy: torch.Tensor, wording: ViewPrompt, scale: float, perp_neg: bool = False
) -> torch.Tensor:
    value = classifier_free_guidance(model, noisy, TIMESTEP, [wording] * 2, CAMERAS, scale, perp_neg=perp_neg)
    alphas_cumprod = Gaussian.alphas_cumprod.double()[TIMESTEP].view(-1, 1, 1, 1)
    return Prediction(value, model.prediction_type, noisy, alphas_cumprod).noise()


def test_one_prompt_at_scale_one_is_one_question_a_view(means, noisy):
    model = Gaussian(means)
    torch.testing.assert_close(asked(model, noisy, PROMPT, 1.0), noise_of(noisy, means["a cube"]))
    assert model.asked == ["a cube", "a cube"]


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("scale", [0.0, 2.5, 100.0])
def test_classifier_free_guidance_by_its_definition(prediction_type: str, scale: float, means, noisy):
    without, given = noise_of(noisy, means[""]), noise_of(noisy, means["a cube"])
    found = asked(Gaussian(means, prediction_type), noisy, PROMPT, scale)
    torch.testing.assert_close(found, without + scale * (given - without))


def test_at_scale_zero_no_words_are_asked(means, noisy):
    model = Gaussian(means)
    asked(model, noisy, PROMPT, 0.0)
    assert set(model.asked) == {""}


def test_two_prompts_are_the_product_of_their_distributions(means, noisy):
    """N(m1)^0.3 N(m2)^0.7 of one spread is N(0.3 m1 + 0.7 m2): its score is known without any network."""
    both = ViewPrompt((("a cube", 0.3), ("a ball", 0.7)))
    found = asked(Gaussian(means), noisy, both, 1.0)
    torch.testing.assert_close(found, noise_of(noisy, 0.3 * means["a cube"] + 0.7 * means["a ball"]))


def test_unwanted_words_take_the_place_of_no_words(means, noisy):
    wording = ViewPrompt(PROMPT.positive, (("a cat", 1.0),))
    model = Gaussian(means)
    base, given = noise_of(noisy, means["a cat"]), noise_of(noisy, means["a cube"])
    torch.testing.assert_close(asked(model, noisy, wording, 7.5), base + 7.5 * (given - base))
    assert "" not in model.asked, "a question whose answer does not count was asked"


def test_at_half_their_weight_they_take_half_of_it(means, noisy):
    wording = ViewPrompt(PROMPT.positive, (("a cat", 0.5),))
    base = (noise_of(noisy, means["a cat"]) + noise_of(noisy, means[""])) / 2
    given = noise_of(noisy, means["a cube"])
    torch.testing.assert_close(asked(Gaussian(means), noisy, wording, 7.5), base + 7.5 * (given - base))


def test_a_text_said_twice_is_asked_once(means, noisy):
    model = Gaussian(means)
    asked(model, noisy, ViewPrompt((("a cube", 0.5), ("a cube", 0.5))), 1.0)
    assert model.asked == ["a cube"] * 2
    assert text_factors(ViewPrompt((("a", 0.5), ("a", 0.5))), 3.0) == {"": -2.0, "a": 3.0}


@pytest.mark.parametrize("prediction_type", ["epsilon", "v_prediction", "sample"])
def test_perp_neg_changes_the_prediction_only_across_the_prompt(prediction_type: str, means, noisy):
    wording = ViewPrompt(PROMPT.positive, (("a cat", 0.8),))
    plain = asked(Gaussian(means, prediction_type), noisy, PROMPT, 7.5)
    pushed = asked(Gaussian(means, prediction_type), noisy, wording, 7.5, perp_neg=True)
    along = noise_of(noisy, means["a cube"]) - noise_of(noisy, means[""])
    change = pushed - plain
    for view in range(2):
        cosine = (change[view] * along[view]).sum() / change[view].norm() / along[view].norm()
        assert abs(float(cosine)) < 1e-9
        assert float(change[view].norm()) > 0.1
    against = noise_of(noisy, means["a cat"]) - noise_of(noisy, means[""])
    assert float((change * against).sum()) < 0, "it must lead away from what is not wanted"


def test_perp_neg_of_the_prompt_itself_changes_nothing(means, noisy):
    """Parallel: where words against are the words for, nothing is left across."""
    wording = ViewPrompt(PROMPT.positive, (("a cube", 5.0),))
    torch.testing.assert_close(
        asked(Gaussian(means), noisy, wording, 7.5, perp_neg=True), asked(Gaussian(means), noisy, PROMPT, 7.5)
    )


def test_perp_neg_works_at_scale_one(means, noisy):
    wording = ViewPrompt(PROMPT.positive, (("a cat", 0.8),))
    pushed = asked(Gaussian(means), noisy, wording, 1.0, perp_neg=True)
    assert not torch.allclose(pushed, noise_of(noisy, means["a cube"]))


def test_a_text_of_next_to_no_weight_is_left_out_and_the_rest_sums_to_one():
    wording = drop_negligible(ViewPrompt((("a", 0.745), ("b", 0.25), ("c", 0.005)), (("d", 0.001),)))
    assert dict(wording.positive) == pytest.approx({"a": 0.745 / 0.995, "b": 0.25 / 0.995})
    assert wording.negative == (("d", 0.001),)
    many = ViewPrompt(tuple((str(i), 1 / 500) for i in range(500)))
    assert len(drop_negligible(many).positive) == 500, "little, but none has more"


def test_views_may_be_asked_for_different_numbers_of_texts(means, noisy):
    view_prompts = [PROMPT, ViewPrompt((("a ball", 0.5), ("a cat", 0.5)))]
    found = classifier_free_guidance(Gaussian(means, "epsilon"), noisy, TIMESTEP, view_prompts, CAMERAS, 1.0)
    torch.testing.assert_close(found[0], noise_of(noisy, means["a cube"])[0])
    torch.testing.assert_close(found[1], noise_of(noisy, (means["a ball"] + means["a cat"]) / 2)[1])
