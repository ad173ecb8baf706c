"""What our denoiser gives a network, against what diffusers' own pipelines give it for the same prompt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from backend.config import ScoreDistillationConfig
from backend.guidance.diffusion.denoiser import Conditions
from backend.guidance.diffusion.load import Source, load_diffusion
from backend.guidance.diffusion.unet_denoiser import UNetDenoiser
from backend.pretrained.pipeline_parts import import_diffusers

CPU = torch.device("cpu")
PROMPT = "a red cube"


def loaded(folder: Path, control: Path | None = None, **settings: Any) -> UNetDenoiser:
    source = Source("tiny", folder, ScoreDistillationConfig(**settings), CPU, control=control)
    return load_diffusion(source, [])[0]


def asked(model: UNetDenoiser, noisy: torch.Tensor, texts: list[str], level: int = 500, depth=None) -> torch.Tensor:
    conditions = Conditions(texts, torch.zeros(len(texts), 3), depth)
    return model.predict(noisy, torch.full((len(texts),), level), conditions)


class Overheard:
    """What a network was given and what it said, the first time it is asked."""

    def __init__(self, network: torch.nn.Module) -> None:
        self.given: dict[str, Any] = {}
        network.register_forward_hook(self._listen, with_kwargs=True)

    def _listen(self, network, arguments, named, output) -> None:
        if not self.given:
            names = ("sample", "timestep")
            said = output[0] if isinstance(output, tuple) else output.sample
            self.given = dict(zip(names, arguments, strict=False)) | named | {"said": said}


def run(pipeline, listen_to: str = "unet", **more: Any) -> dict[str, Any]:
    """One step of the real pipeline with guidance: its batch is [nothing, prompt]."""
    overheard = Overheard(getattr(pipeline, listen_to))
    pipeline.set_progress_bar_config(disable=True)
    pipeline(PROMPT, num_inference_steps=1, guidance_scale=7.5, generator=torch.Generator().manual_seed(0), **more)
    return overheard.given


@pytest.mark.parametrize("kind", ["sd_folder", "sd_v_folder", "xl_folder", "if_folder"])
def test_a_prediction_is_the_one_of_diffusers_own_pipeline(kind: str, request):
    """Words, their whole and XL's sizes, the empty prompt, IF's variance: one wrong, and the network says otherwise."""
    folder = request.getfixturevalue(kind)
    pipeline = import_diffusers().DiffusionPipeline.from_pretrained(folder, low_cpu_mem_usage=False)
    output = {"output_type": "pt"} if kind == "if_folder" else {"output_type": "latent"}
    given = run(pipeline, **output)
    model = loaded(folder)
    found = asked(model, given["sample"], ["", PROMPT], int(given["timestep"]))
    torch.testing.assert_close(found, given["said"][:, : model.channels], atol=1e-5, rtol=1e-4)
    assert found.shape == given["sample"].shape
    assert not torch.allclose(found[0], found[1], atol=1e-6), "the words do not reach the network"


def test_depth_reaches_the_network_as_the_pipeline_hands_it_over(sd_folder, controlnet_folder, generator):
    diffusers = import_diffusers()
    control = diffusers.ControlNetModel.from_pretrained(controlnet_folder, low_cpu_mem_usage=False)
    pipeline = diffusers.StableDiffusionControlNetPipeline.from_pretrained(
        sd_folder, controlnet=control, low_cpu_mem_usage=False
    )
    depth = torch.rand(1, 1, 64, 64, generator=generator)
    given = run(
        pipeline, image=depth.expand(-1, 3, -1, -1), output_type="latent", controlnet_conditioning_scale=0.7
    )  # fmt: skip
    model = loaded(sd_folder, controlnet_folder, depth_control_scale=0.7)
    assert model.reads_depth
    found = asked(model, given["sample"], ["", PROMPT], int(given["timestep"]), depth.expand(2, -1, -1, -1))
    torch.testing.assert_close(found, given["said"], atol=1e-5, rtol=1e-4)
    flat = asked(model, given["sample"], ["", PROMPT], int(given["timestep"]), torch.zeros(2, 1, 64, 64))
    assert not torch.allclose(found, flat, atol=1e-6), "the depth does not reach the network"


def test_the_learned_variance_of_if_is_left_out(if_folder, generator):
    model = loaded(if_folder)
    assert model.unet.config.out_channels == 6
    assert asked(model, torch.randn(1, 3, 32, 32, generator=generator), ["a"]).shape == (1, 3, 32, 32)


@pytest.mark.parametrize("kind", ["sd_folder", "xl_folder", "if_folder"])
def test_slicing_attention_changes_nothing_but_memory(kind: str, request, generator):
    folder = request.getfixturevalue(kind)
    whole, sliced = loaded(folder), loaded(folder, attention_slicing=True)
    assert "Sliced" in str({type(p).__name__ for p in sliced.unet.attn_processors.values()})
    noisy = torch.randn(2, whole.channels, whole.size, whole.size, generator=generator)
    texts = ["a red cube", ""]
    torch.testing.assert_close(asked(sliced, noisy, texts), asked(whole, noisy, texts), atol=1e-5, rtol=1e-4)


def test_offload_changes_nothing_either_and_lets_the_encoders_go(sd_folder, generator):
    whole, away = loaded(sd_folder), loaded(sd_folder, offload=True)
    noisy = torch.randn(1, 4, 8, 8, generator=generator)
    torch.testing.assert_close(asked(away, noisy, ["a red cube"]), asked(whole, noisy, ["a red cube"]))
    assert away.words._pipeline is None and whole.words._pipeline is not None


def test_in_bfloat16_it_says_nearly_the_same(sd_folder, generator):
    exact, rough = loaded(sd_folder), loaded(sd_folder, precision="bfloat16")
    assert next(rough.unet.parameters()).dtype == torch.bfloat16
    noisy = torch.randn(2, 4, 8, 8, generator=generator)
    found, expected = asked(rough, noisy, ["a", "b"]), asked(exact, noisy, ["a", "b"])
    assert found.dtype == torch.float32
    assert float((found - expected).norm() / expected.norm()) < 0.05


def test_weights_in_halves_are_read_where_there_are_no_others(tmp_path, sd_folder, generator):
    from random_models import random_stable_diffusion

    halves = random_stable_diffusion(tmp_path / "halves", variant="fp16")  # the same seed: the same weights, rounded
    noisy = torch.randn(1, 4, 8, 8, generator=generator)
    found, expected = (asked(loaded(folder), noisy, ["a red cube"]) for folder in (halves, sd_folder))
    torch.testing.assert_close(found, expected, atol=0.02, rtol=0.02)
    assert not torch.equal(found, expected)
