"""The autoencoder: its scale, its slope when its activations are not kept, and its precision."""

from __future__ import annotations

import copy
import json
import shutil

import pytest
import torch

from backend.pretrained.autoencoder import Autoencoder
from backend.pretrained.pipeline_parts import PipelineFolder

CPU = torch.device("cpu")


def coder(folder, keep: bool = True, precision: torch.dtype = torch.float32, stays: bool = True) -> Autoencoder:
    return Autoencoder(PipelineFolder(folder).vae(torch.float32), "tiny", CPU, precision, stays=stays, keep=keep)


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
    for keep in (True, False):
        seen = pictures.clone().requires_grad_()
        latents = coder(sd_folder, keep).encode(seen)
        latents.backward(gradient)
        slopes.append((latents.detach(), seen.grad))
    torch.testing.assert_close(slopes[0], slopes[1])
    assert float(slopes[0][1].abs().sum()) > 0


def test_without_kept_activations_the_graph_is_one_node_deep(sd_folder, pictures):
    """What is kept between the two is the picture, not the network's layers."""
    latents = coder(sd_folder, keep=False).encode(pictures.requires_grad_())
    assert type(latents.grad_fn).__name__ == "_RecomputedBackward"
    assert [saved.shape for saved in latents.grad_fn.saved_tensors] == [pictures.shape]


def test_one_that_overflows_in_half_precision_keeps_single(sd_folder):
    def precision(wanted: torch.dtype, overflows: bool) -> torch.dtype:
        part = PipelineFolder(sd_folder).vae(torch.float32)
        return Autoencoder(part, "tiny", CPU, wanted, stays=True, overflows=overflows).precision

    assert precision(torch.float16, True) == torch.float32
    assert precision(torch.bfloat16, True) == torch.bfloat16
    assert precision(torch.float16, False) == torch.float16


def test_only_xl_s_own_configuration_says_that_it_overflows(sd_folder, xl_folder, tmp_path):
    """diffusers takes force_upcast for true where nothing is said, and writes it into every folder that it saves."""
    config = json.loads((sd_folder / "vae" / "config.json").read_text())
    assert config["force_upcast"] is True and PipelineFolder(sd_folder).vae_overflows() is False
    assert PipelineFolder(xl_folder).vae_overflows() is True
    mended = shutil.copytree(xl_folder, tmp_path / "mended")
    config = json.loads((mended / "vae" / "config.json").read_text())
    (mended / "vae" / "config.json").write_text(json.dumps(config | {"force_upcast": False}))
    assert PipelineFolder(mended).vae_overflows() is False
    del config["force_upcast"]
    (mended / "vae" / "config.json").write_text(json.dumps(config))
    assert PipelineFolder(mended).vae_overflows() is False


def overflowing(vae, factor: float) -> None:
    """Weights that no half-precision number can pass: exact in single, and undone by the norm that comes next."""
    with torch.no_grad():
        vae.encoder.conv_in.weight.mul_(factor)
        vae.encoder.conv_in.bias.mul_(factor)


def test_half_precision_that_overflows_falls_back_to_single_and_says_so(sd_folder, pictures):
    said: list[str] = []
    part = PipelineFolder(sd_folder).vae(torch.float32)
    overflowing(part, 2e5)
    expected = Autoencoder(copy.deepcopy(part), "tiny", CPU, torch.float32, stays=True).encode(pictures)
    found = Autoencoder(part, "tiny", CPU, torch.float16, stays=True, log=said.append)
    seen = pictures.clone().requires_grad_()
    latents = found.encode(seen)
    assert found.precision == torch.float32 and bool(latents.isfinite().all())
    torch.testing.assert_close(latents.detach(), expected, rtol=2e-2, atol=2e-2)  # the weights have been halves
    assert said == ["The autoencoder of tiny overflowed in half precision: it computes in single from now on."]
    latents.sum().backward()
    assert bool(seen.grad.isfinite().all()) and len(said) == 1


def test_pictures_that_are_no_numbers_are_not_taken_for_an_overflow(sd_folder, pictures):
    said: list[str] = []
    part = PipelineFolder(sd_folder).vae(torch.float32)
    found = Autoencoder(part, "tiny", CPU, torch.float16, stays=True, log=said.append)
    assert not bool(found.encode(pictures * float("nan")).isfinite().all())
    assert said == [] and found.precision == torch.float16


def test_in_bfloat16_the_latents_are_close_and_the_slope_is_finite(sd_folder, pictures):
    seen = pictures.requires_grad_()
    rough = coder(sd_folder, precision=torch.bfloat16).encode(seen)
    exact = coder(sd_folder).encode(pictures).detach()
    assert rough.dtype == torch.float32
    assert float((rough.detach() - exact).abs().max()) < 0.05 * float(exact.abs().max())
    rough.sum().backward()
    assert bool(seen.grad.isfinite().all())
