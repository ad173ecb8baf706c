"""The three ways of saying a prediction, from the picture and the noise that were mixed."""

from __future__ import annotations

import pytest
import torch

from backend.guidance.diffusion.prediction import KINDS, Prediction, noised

SIGNAL = torch.tensor([0.999, 0.7, 0.2, 0.001], dtype=torch.float64).view(-1, 1, 1, 1)


@pytest.fixture
def mixed(generator) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
    """Pictures, noises, and what each kind of network would say if it were always right."""
    picture, noise = torch.randn(2, 4, 4, 3, 3, generator=generator, dtype=torch.float64)
    velocity = SIGNAL.sqrt() * noise - (1 - SIGNAL).sqrt() * picture
    return picture, noise, {"epsilon": noise, "v_prediction": velocity, "sample": picture}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_gives_back_noise_picture_and_velocity(kind: str, mixed):
    picture, noise, said = mixed
    prediction = Prediction(said[kind], kind, noised(picture, noise, SIGNAL), SIGNAL)
    torch.testing.assert_close(prediction.noise(), noise)
    torch.testing.assert_close(prediction.clean(), picture)
    torch.testing.assert_close(prediction.velocity(), said["v_prediction"])


@pytest.mark.parametrize("kind", KINDS)
def test_guidance_may_be_taken_before_the_conversion(kind: str, mixed, generator):
    """n(nothing) + 7.5 (n(prompt) - n(nothing)) is the same whatever was predicted."""
    picture, noise, _ = mixed
    noisy = noised(picture, noise, SIGNAL)
    first, second = torch.randn(2, 4, 4, 3, 3, generator=generator, dtype=torch.float64)  # two clean guesses

    def said(guess: torch.Tensor) -> torch.Tensor:
        whole = Prediction(guess, "sample", noisy, SIGNAL)
        return {"epsilon": whole.noise, "v_prediction": whole.velocity, "sample": whole.clean}[kind]()

    guided = Prediction(said(first) + 7.5 * (said(second) - said(first)), kind, noisy, SIGNAL).noise()
    n_first, n_second = (Prediction(guess, "sample", noisy, SIGNAL).noise() for guess in (first, second))
    torch.testing.assert_close(guided, n_first + 7.5 * (n_second - n_first))


def test_in_single_precision_the_clean_guess_of_v_stays_exact_where_little_signal_is_left(generator):
    """By way of the noise it would be divided by sqrt(abar)."""
    picture, noise = torch.randn(2, 1, 4, 8, 8, generator=generator)
    signal = torch.full((1, 1, 1, 1), 1e-6)
    velocity = signal.sqrt() * noise - (1 - signal).sqrt() * picture
    noisy = noised(picture, noise, signal)
    straight = Prediction(velocity, "v_prediction", noisy, signal)
    round_about = Prediction(straight.noise(), "epsilon", noisy, signal)
    assert float((straight.clean() - picture).abs().max()) < 1e-6
    assert float((round_about.clean() - picture).abs().max()) > 1e-5
