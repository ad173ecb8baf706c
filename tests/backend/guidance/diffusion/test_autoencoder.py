"""The autoencoder: its scale, its slope when its activations are not kept, and its precision."""

from __future__ import annotations

import pytest
import torch

from backend.pretrained.autoencoder import Autoencoder
from backend.pretrained.pipeline_parts import PipelineFolder

CPU = torch.device("cpu")


def coder(folder, stays: bool = True, precision: torch.dtype = torch.float32) -> Autoencoder:
    return Autoencoder(PipelineFolder(folder).vae(torch.float32), "tiny", CPU, precision, stays=stays)


@pytest.fixture
def pictures(generator) -> torch.Tensor:
    return 2 * torch.rand(2, 3, 64, 64, generator=generator) - 1


def test_a_latent_is_the_scaled_mean(sd_folder, pictures):
    found = coder(sd_folder)
    moments = found.vae.quant_conv(found.vae.encoder(pictures))  # mean and log variance of q(latent | picture)
    torch.testing.assert_close(found.encode(pictures), moments[:, :4] * found.vae.config.scaling_factor)
    assert found.pixels == 8 and found.channels == 4


def test_decoding_undoes_the_scale(sd_folder, generator):
    found = coder(sd_folder)
    latents = torch.randn(1, 4, 8, 8, generator=generator)
    expected = found.vae.decode(latents / found.vae.config.scaling_factor).sample
    torch.testing.assert_close(found.decode(latents), expected)


def test_without_kept_activations_latents_and_slope_are_the_same(sd_folder, pictures, generator):
    gradient = torch.randn(2, 4, 8, 8, generator=generator)
    slopes = []
    for stays in (True, False):
        seen = pictures.clone().requires_grad_()
        latents = coder(sd_folder, stays).encode(seen)
        latents.backward(gradient)
        slopes.append((latents.detach(), seen.grad))
    torch.testing.assert_close(slopes[0], slopes[1])
    assert float(slopes[0][1].abs().sum()) > 0


def test_without_kept_activations_the_graph_is_one_node_deep(sd_folder, pictures):
    """What is kept between the two is the picture, not the network's layers."""
    latents = coder(sd_folder, stays=False).encode(pictures.requires_grad_())
    assert type(latents.grad_fn).__name__ == "_RecomputedBackward"
    assert [saved.shape for saved in latents.grad_fn.saved_tensors] == [pictures.shape]


def test_one_that_overflows_in_half_precision_keeps_single(sd_folder):
    """XL says so in its configuration (force_upcast)."""
    part = PipelineFolder(sd_folder).vae(torch.float32)
    part.register_to_config(force_upcast=True)
    assert Autoencoder(part, "tiny", CPU, torch.float16, stays=True).precision == torch.float32
    assert Autoencoder(part, "tiny", CPU, torch.bfloat16, stays=True).precision == torch.bfloat16
    part.register_to_config(force_upcast=False)
    assert Autoencoder(part, "tiny", CPU, torch.float16, stays=True).precision == torch.float16


def test_in_bfloat16_the_latents_are_close_and_the_slope_is_finite(sd_folder, pictures):
    seen = pictures.requires_grad_()
    rough = coder(sd_folder, precision=torch.bfloat16).encode(seen)
    exact = coder(sd_folder).encode(pictures).detach()
    assert rough.dtype == torch.float32
    assert float((rough.detach() - exact).abs().max()) < 0.05 * float(exact.abs().max())
    rough.sum().backward()
    assert bool(seen.grad.isfinite().all())
