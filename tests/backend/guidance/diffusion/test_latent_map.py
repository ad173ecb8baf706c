"""Latents and colors, for an autoencoder that is linear and for a real one."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from backend.guidance.diffusion.latent_map import fit_latent_map
from backend.pretrained.autoencoder import Autoencoder
from backend.pretrained.pipeline_parts import PipelineFolder

CPU = torch.device("cpu")
MIX = torch.tensor([[1.0, 0.5, -0.2, 0.1], [0.0, 2.0, 0.3, 0.0], [0.4, 0.0, -1.0, 0.2]])


def encode(pictures: torch.Tensor) -> torch.Tensor:
    """Means of 8 x 8 pixels, mixed into four channels."""
    return torch.einsum("nchw,cd->ndhw", F.avg_pool2d(pictures, 8), MIX) + 0.3


def decode(latents: torch.Tensor) -> torch.Tensor:
    colors = torch.einsum("ndhw,dc->nchw", latents - 0.3, torch.linalg.pinv(MIX))
    return F.interpolate(colors, scale_factor=8)


def test_of_a_linear_autoencoder_it_is_found_exactly(generator):
    map_ = fit_latent_map(encode, decode, 32, CPU)
    colors = torch.rand(50, 3, generator=generator)
    latents = encode(2 * colors[:, :, None, None].expand(-1, -1, 8, 8) - 1)[:, :, 0, 0]
    torch.testing.assert_close(map_.latents(colors), latents, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(map_.colors(latents), colors, atol=1e-4, rtol=1e-4)
    assert map_.channels == 4 and map_.error < 1e-4


def test_the_same_autoencoder_gives_the_same_map():
    first, second = (fit_latent_map(encode, decode, 32, CPU) for _ in range(2))
    assert torch.equal(first.to_colors[0], second.to_colors[0])


def test_no_map_misses_less_than_the_one_that_is_fitted(sd_folder, generator):
    """Least squares on a real, random autoencoder: any other map has a larger error over the same pictures."""
    coder = Autoencoder(PipelineFolder(sd_folder).vae(torch.float32), "tiny", CPU, torch.float32, stays=True)
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    def decode_and_remember(latents: torch.Tensor) -> torch.Tensor:
        seen.append((latents, coder.decode(latents)))
        return seen[-1][1]

    map_ = fit_latent_map(coder.encode, decode_and_remember, 32, CPU)

    def error(matrix: torch.Tensor, bias: torch.Tensor) -> float:
        missed = [
            torch.einsum("ndhw,dc->nchw", latent, matrix) + bias[:, None, None]
            - F.avg_pool2d(((picture + 1) / 2).clamp(0, 1), 8)
            for latent, picture in seen
        ]  # fmt: skip
        return float(torch.cat(missed).square().mean().sqrt())

    assert map_.error == pytest.approx(error(*map_.to_colors), rel=1e-3)
    for _ in range(5):
        other = [part + 0.05 * torch.randn(part.shape, generator=generator) for part in map_.to_colors]
        assert error(*other) > map_.error
