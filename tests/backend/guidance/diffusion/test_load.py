"""Folders and files that cannot be used, each with its sentence; settings that do not go with a model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import torch
from safetensors.torch import save_file
from single_file import write_single_file, write_small_files

from backend.config import ScoreDistillationConfig
from backend.errors import ConfigError, MemoryShortError, ModelError
from backend.guidance.diffusion.denoiser import Conditions
from backend.guidance.diffusion.load import Source, load_diffusion, noise_schedule
from backend.guidance.diffusion.render_adapter import LatentAdapter, PixelAdapter
from backend.pretrained import memory
from backend.pretrained.pipeline_parts import SingleFile, import_diffusers, open_parts
from backend.pretrained.precision import choose_precision

CPU = torch.device("cpu")


def load(path: Path, control: Path | None = None, **settings: Any):
    return load_diffusion(Source("tiny", path, ScoreDistillationConfig(**settings), CPU, control=control), [])


@pytest.fixture
def copied(sd_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sd_folder, tmp_path / "copy"))


def changed(file: Path, **changes: Any) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_a_model_of_latents_sees_renders_of_its_own_size_and_one_of_pixels_too(sd_folder, if_folder):
    model, adapter = load(sd_folder)
    assert isinstance(adapter, LatentAdapter) and (adapter.size, model.size, model.side, adapter.color_channels) == (
        8,
        8,
        64,
        3,
    )
    assert adapter.pixels.model_size == 64, "what is encoded has the encoder's size"
    model, adapter = load(if_folder)
    assert isinstance(adapter, PixelAdapter) and (adapter.size, model.size, model.channels) == (32, 32, 3)
    assert load(sd_folder, render_size=20)[1].size == 20


def test_latents_first_gives_the_field_the_channels_of_a_latent(sd_folder):
    _, adapter = load(sd_folder, space="latents_first")
    assert adapter.color_channels == 4 and adapter.map.channels == 4


def test_noise_v_and_schedule_are_the_folder_s(sd_folder, sd_v_folder, xl_folder):
    assert [load(folder)[0].prediction_type for folder in (sd_folder, sd_v_folder)] == ["epsilon", "v_prediction"]
    for folder in (sd_folder, xl_folder):
        own = (
            import_diffusers()
            .DiffusionPipeline.from_pretrained(folder, low_cpu_mem_usage=False)
            .scheduler.alphas_cumprod
        )
        torch.testing.assert_close(load(folder)[0].alphas_cumprod, own)


def test_a_folder_that_is_no_pipeline(tmp_path):
    with pytest.raises(ModelError, match="holds no diffusion model: a diffusers pipeline has a model_index.json"):
        load(tmp_path)
    (tmp_path / "model_index.json").write_text("{broken")
    with pytest.raises(ModelError, match="holds no diffusion model"):
        load(tmp_path)


def test_a_pipeline_of_another_kind(copied):
    changed(copied / "model_index.json", _class_name="FluxPipeline", unet=None)
    with pytest.raises(ModelError, match="FluxPipeline.* has no UNet that is asked by text"):
        load(copied)


@pytest.mark.parametrize("part", ["unet", "vae", "scheduler", "text_encoder", "tokenizer"])
def test_a_part_that_is_lost(part: str, copied):
    shutil.rmtree(copied / part)
    with pytest.raises(ModelError, match=f"lacks {part}"):
        load_diffusion(Source("tiny", copied, ScoreDistillationConfig(), CPU), ["a"])


@pytest.mark.parametrize("part", ["unet", "vae"])
def test_weights_that_are_cut_off(part: str, copied):
    weights = copied / part / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="is incomplete or broken .*: fetch it again"):
        load(copied)


def test_a_text_encoder_that_is_cut_off(copied):
    weights = copied / "text_encoder" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="is incomplete or broken"):
        load_diffusion(Source("tiny", copied, ScoreDistillationConfig(), CPU), ["a"])


def test_a_model_for_inpainting_reads_a_mask_that_is_not_there(copied):
    network = import_diffusers().UNet2DConditionModel
    settings = dict(network.load_config(copied / "unet")) | {"in_channels": 9}
    network.from_config(settings).save_pretrained(copied / "unet")
    with pytest.raises(ModelError, match="reads 9 channels instead of 4: it is for inpainting"):
        load(copied)


@pytest.mark.parametrize(
    "config",
    [
        {"_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0},
        {"_class_name": "EDMEulerScheduler", "beta_schedule": "linear", "sigma_data": 0.5},
        {"_class_name": "DDIMScheduler", "beta_schedule": "linear", "prediction_type": "flow_prediction"},
    ],
)
def test_noise_of_another_kind(config: dict[str, Any]):
    with pytest.raises(ModelError, match="is of an unknown kind"):
        noise_schedule(config, "a model")


def test_a_schedule_that_is_nonsense():
    with pytest.raises(ModelError, match="incomplete or broken"):
        noise_schedule({"beta_schedule": "zigzag"}, "a model")


def test_space_of_latents_for_a_model_of_pixels(if_folder):
    with pytest.raises(ConfigError, match="works on pixels: leave the setting 'space' at 'auto'"):
        load(if_folder, space="latents_first")


def test_a_single_file_without_the_small_files_of_its_model(tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "empty"))
    file = tmp_path / "mine.safetensors"
    save_file({"model.diffusion_model.input_blocks.0.0.weight": torch.zeros(320, 4, 3, 3)}, file)
    with pytest.raises(ModelError, match="mine.safetensors could not be read: it needs the small files"):
        load(file)


def test_a_single_file_beside_the_small_files_of_its_model_says_what_the_folder_says(sd_folder, tmp_path, monkeypatch):
    cache = write_small_files(sd_folder, tmp_path / "cache")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    file = write_single_file(sd_folder, tmp_path / "mine.safetensors")
    noisy, conditions = torch.randn(2, 4, 8, 8), Conditions(["a red cube", ""], torch.zeros(2, 3))
    (one, its_eye), (whole, adapter) = load(file), load(sd_folder)
    found, expected = (model.predict(noisy, torch.tensor([500, 100]), conditions) for model in (one, whole))
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    picture = 2 * torch.rand(1, 3, 64, 64) - 1
    torch.testing.assert_close(its_eye.encode(picture), adapter.encode(picture), atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(one.alphas_cumprod, whole.alphas_cumprod)


def test_a_controlnet_that_is_none(sd_folder, tmp_path):
    with pytest.raises(ModelError, match="incomplete or broken"):
        load(sd_folder, control=tmp_path)


@pytest.mark.parametrize("kind", ["if_folder", "xl_folder"])
def test_a_controlnet_of_another_model(kind: str, controlnet_folder, request):
    with pytest.raises(ModelError, match="belongs to another model than tiny"):
        load(request.getfixturevalue(kind), control=controlnet_folder)


def test_too_little_memory_is_said_before_anything_is_read(sd_folder, monkeypatch):
    monkeypatch.setattr(memory, "free_bytes", lambda device: 64 * 1024)
    with pytest.raises(MemoryShortError, match="The model tiny needs about"):
        load(sd_folder)


@pytest.mark.parametrize(
    ("name", "device", "expected"),
    [
        ("auto", "cpu", torch.float32), ("auto", "cuda", torch.float16), ("auto", "mps", torch.float32),
        ("bfloat16", "cpu", torch.bfloat16), ("float32", "cuda", torch.float32),
    ],
)  # fmt: skip
def test_precision(name: str, device: str, expected: torch.dtype):
    assert choose_precision(name, torch.device(device)) == expected


def test_a_single_file_is_read_once(sd_folder, tmp_path, monkeypatch):
    """Schedule, words, autoencoder and UNet come from one reading; new words later have it read again."""
    cache = write_small_files(sd_folder, tmp_path / "cache")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    path = write_single_file(sd_folder, tmp_path / "mine.safetensors")
    times: list[torch.dtype] = []
    original = SingleFile._pipeline

    def counted(self, precision):
        times.append(precision)
        return original(self, precision)

    monkeypatch.setattr(SingleFile, "_pipeline", counted)
    parts = open_parts(path, allow_download=False, precision=torch.bfloat16)
    parts.scheduler_config()
    words, vae, unet = parts.words(torch.bfloat16), parts.vae(torch.bfloat16), parts.unet(torch.bfloat16)
    assert times == [torch.bfloat16] and words.unet is None and words.vae is None
    assert next(unet.parameters()).dtype == next(vae.parameters()).dtype == torch.bfloat16
    assert parts._parts == {}, "what was handed out is not held here as well"
    assert parts.words(torch.float32).text_encoder.dtype == torch.float32
    assert times == [torch.bfloat16, torch.float32] and parts._parts == {}
