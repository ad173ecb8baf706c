"""A distribution of views whose best denoiser, and so whose score, is known in closed form."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from backend.guidance.diffusion.denoiser import Conditions

SPREAD = 0.1


class Gaussian:
    """Views ~ N(mean of their text, SPREAD^2): Bayes' rule for two Gaussians gives E[x | z], so v and noise too."""

    name, device, channels, reads_depth = "a Gaussian", torch.device("cpu"), 4, False
    alphas_cumprod = torch.linspace(0.9999, 0.0001, 1000)

    def __init__(self, means: dict[str, torch.Tensor], prediction_type: str = "v_prediction") -> None:
        """The mean under "" holds for texts that have none."""
        self.means, self.prediction_type = means, prediction_type
        self.size = means[""].shape[-1]
        self.asked: list[str] = []
        self.seen: list[str] = []

    def read(self, texts: Iterable[str]) -> list[str]:
        self.seen += [text for text in texts if text not in self.seen]
        return []

    def predict(self, noisy: torch.Tensor, timestep: torch.Tensor, conditions: Conditions) -> torch.Tensor:
        self.asked += list(conditions.texts)
        mean = torch.stack([self.means.get(text, self.means[""]) for text in conditions.texts]).to(noisy)
        alphas_cumprod = self.alphas_cumprod.to(noisy)[timestep].view(-1, 1, 1, 1)
        guess = best_guess(noisy, alphas_cumprod, mean)
        if self.prediction_type == "sample":
            return guess
        if self.prediction_type == "epsilon":
            return (noisy - alphas_cumprod.sqrt() * guess) / (1 - alphas_cumprod).sqrt()
        return (alphas_cumprod.sqrt() * noisy - guess) / (1 - alphas_cumprod).sqrt()


def best_guess(noisy: torch.Tensor, alphas_cumprod: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
    """E[x | z] for x ~ N(mean, SPREAD^2)."""
    gain = SPREAD**2 * alphas_cumprod.sqrt() / (alphas_cumprod * SPREAD**2 + 1 - alphas_cumprod)
    return mean + gain * (noisy - alphas_cumprod.sqrt() * mean)
