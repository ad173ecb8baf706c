"""The three ways of saying a prediction, from the picture and the noise that were mixed."""

from __future__ import annotations

import pytest
import torch

from backend.guidance.diffusion.prediction import PREDICTION_TYPES, Prediction, add_noise

SIGNAL = torch.tensor([0.999, 0.7, 0.2, 0.001], dtype=torch.float64).view(-1, 1, 1, 1)


@pytest.fixture
def mixed(generator) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
    """Pictures, noises, and what each kind of network would say if it were always right."""
    picture, noise = torch.randn(2, 4, 4, 3, 3, generator=generator, dtype=torch.float64)
    velocity = SIGNAL.sqrt() * noise - (1 - SIGNAL).sqrt() * picture
    return picture, noise, {"epsilon": noise, "v_prediction": velocity, "sample": picture}


@pytest.mark.parametrize("prediction_type", PREDICTION_TYPES)
def test_each_kind_gives_back_noise_picture_and_velocity(prediction_type: str, mixed):
    picture, noise, said = mixed
    prediction = Prediction(said[prediction_type], prediction_type, add_noise(picture, noise, SIGNAL), SIGNAL)
    torch.testing.assert_close(prediction.noise(), noise)
    torch.testing.assert_close(prediction.pred_original_sample(), picture)
    torch.testing.assert_close(prediction.velocity(), said["v_prediction"])


@pytest.mark.parametrize("prediction_type", PREDICTION_TYPES)
def test_guidance_may_be_taken_before_the_conversion(prediction_type: str, mixed, generator):
    """n(nothing) + 7.5 (n(prompt) - n(nothing)) is the same whatever was predicted."""
    picture, noise, _ = mixed
    noisy = add_noise(picture, noise, SIGNAL)
    first, second = torch.randn(2, 4, 4, 3, 3, generator=generator, dtype=torch.float64)  # two clean guesses

    def said(guess: torch.Tensor) -> torch.Tensor:
        whole = Prediction(guess, "sample", noisy, SIGNAL)
        return {"epsilon": whole.noise, "v_prediction": whole.velocity, "sample": whole.pred_original_sample}[
            prediction_type
        ]()

    guided = Prediction(said(first) + 7.5 * (said(second) - said(first)), prediction_type, noisy, SIGNAL).noise()
    n_first, n_second = (Prediction(guess, "sample", noisy, SIGNAL).noise() for guess in (first, second))
    torch.testing.assert_close(guided, n_first + 7.5 * (n_second - n_first))


def test_in_single_precision_the_clean_guess_of_v_stays_exact_where_little_signal_is_left(generator):
    """By way of the noise it would be divided by sqrt(abar)."""
    picture, noise = torch.randn(2, 1, 4, 8, 8, generator=generator)
    alphas_cumprod = torch.full((1, 1, 1, 1), 1e-6)
    velocity = alphas_cumprod.sqrt() * noise - (1 - alphas_cumprod).sqrt() * picture
    noisy = add_noise(picture, noise, alphas_cumprod)
    straight = Prediction(velocity, "v_prediction", noisy, alphas_cumprod)
    round_about = Prediction(straight.noise(), "epsilon", noisy, alphas_cumprod)
    assert float((straight.pred_original_sample() - picture).abs().max()) < 1e-6
    assert float((round_about.pred_original_sample() - picture).abs().max()) > 1e-5
