"""What models take at work, counted: against figures that were measured elsewhere, by hand, and the list of models."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from random_models import random_if, random_shap_e, random_stable_diffusion, random_stable_diffusion_xl

from backend.config import find_known, known_models, preset, with_changes
from backend.errors import MemoryShortError
from backend.optimize.memory_fit import fit_memory
from backend.optimize.model_memory import ModelBytes, model_bytes
from backend.pretrained import counting
from backend.pretrained.counting import FIELD_CHUNK, Tally, cost_of_folder, count_encoding, faked
from backend.pretrained.pipeline_parts import import_diffusers
from scripts.benchmarks import count_models

CUDA = torch.device("cuda")
HALF, SINGLE = torch.float16, torch.float32


@pytest.fixture(autouse=True)
def nothing_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))


def test_bytes_and_products_of_a_few_lines_by_hand():
    weight = torch.ones(100, 50)
    given = torch.ones(10, 100)
    tally = Tally(iter([weight]))
    with tally:
        first = given @ weight  # 10 x 50 numbers, 2 x 10 x 100 x 50 sums and products
        second = first + 1
        assert tally.held == 2 * 10 * 50 * 4
        del first
        assert tally.held == 10 * 50 * 4
        turned = weight.t()  # no memory of its own
        second = second[:2]  # neither has this
    assert (tally.peak, tally.flops) == (2 * 10 * 50 * 4, 2 * 10 * 100 * 50)
    assert turned.shape == (50, 100) and second.shape == (2, 50)


@pytest.mark.parametrize(
    ("side", "precision", "gigabytes"),
    [(512, SINGLE, 3.18), (512, HALF, 1.59), (768, SINGLE, 7.15), (1024, SINGLE, 12.7)],
)
def test_one_view_encoded_with_all_that_is_kept(side: int, precision: torch.dtype, gigabytes: float):
    """3.3 GB were measured on a processor for one view of 512 px in single precision (docs/experiments.md)."""
    vae = faked(lambda: import_diffusers().AutoencoderKL(**count_models._VAE), precision)
    counted = count_encoding(vae, side, precision, recomputed=False)
    assert counted.peak / 1e9 == pytest.approx(gigabytes, rel=0.01)


@pytest.mark.parametrize(("side", "precision", "most"), [(512, HALF, 0.65), (1024, SINGLE, 5.0)])
def test_block_by_block_it_is_less_than_half_of_that(side: int, precision: torch.dtype, most: float):
    vae = faked(lambda: import_diffusers().AutoencoderKL(**count_models._VAE), precision)
    assert count_encoding(vae, side, precision).peak / 1e9 < most


def test_recomputing_by_block_holds_less_in_truth_too(tmp_path: Path):
    """The real activations of a small encoder on this processor: the same counting, of tensors that are there."""
    vae = import_diffusers().AutoencoderKL(
        block_out_channels=(32, 32),
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
    )
    vae = vae.eval().requires_grad_(False)
    peaks = []
    for recomputed in (False, True):
        if recomputed:
            counting.recompute_blocks(vae)
        picture = torch.rand(1, 3, 64, 64, requires_grad=True)
        with Tally(vae.parameters()) as tally:
            torch.autograd.grad(vae.encode(picture).latent_dist.mean.sum(), picture)
        peaks.append(tally.peak)
    assert peaks[1] < 0.75 * peaks[0]


@pytest.mark.parametrize("name", ["stable-diffusion-1.5", "deepfloyd-if-m", "ViT-B-16/openai"])
def test_the_list_holds_what_is_counted(name: str):
    """Whoever changes how a model works runs `count_models --write` again."""
    model = find_known(name)
    assert count_models.count(model) == model.cost
    assert model.memory_mb == round(count_models.total(name, model.cost) / 1e6)


@pytest.mark.parametrize(
    ("name", "gigabytes"),
    [
        ("stable-diffusion-1.5", 6),
        ("stable-diffusion-2.1-base", 6),
        ("stable-diffusion-xl", 12),
        ("deepfloyd-if-xl", 16),
    ],
)
def test_four_views_fit_on_cards_that_people_have(name: str, gigabytes: int):
    assert find_known(name).memory_mb < 1000 * gigabytes


def test_every_model_of_others_that_guides_was_counted():
    assert all(model.cost for model in known_models() if model.repository and model.kind != "controlnet")


@pytest.mark.parametrize("write", [random_stable_diffusion, random_stable_diffusion_xl, random_if])
def test_a_folder_is_counted_by_its_configurations(write, tmp_path: Path):
    """Weights are as many as the files hold; XL's autoencoder stays in single precision."""
    folder = write(tmp_path / "model")
    cost = cost_of_folder(folder, HALF)
    files = {part: sum(f.stat().st_size for f in (folder / part).glob("*.safetensors")) for part in ("unet", "vae")}
    assert cost.unet == pytest.approx(files["unet"] / 2, rel=0.2)  # the header of a file
    upcast = 1 if write is random_stable_diffusion_xl else 2
    assert cost.vae == pytest.approx(files["vae"] / upcast, rel=0.2)
    assert (cost.view > 0) == bool(files["vae"]) and cost.ask > 0 and cost.words > 0 and cost.teraflops >= 0


def test_shap_e_is_counted_by_its_configurations_each_part_alone(tmp_path: Path):
    folder = random_shap_e(tmp_path / "model", variant="fp16")
    cost = cost_of_folder(folder, HALF)
    prior, renderer = ((folder / part) for part in ("prior", "shap_e_renderer"))
    assert cost.unet == pytest.approx(sum(f.stat().st_size for f in prior.glob("*.safetensors")), rel=0.2)
    assert cost.vae == pytest.approx(sum(f.stat().st_size for f in renderer.glob("*.bin")), rel=0.3)
    assert cost.view > 4 * FIELD_CHUNK * 93, "the encoded positions of a chunk"
    assert cost.largest_part == max(cost.words, cost.unet + cost.ask, cost.vae + cost.view) and cost.ask > 0


def test_a_model_that_is_not_here_is_weighed_before_it_is_fetched():
    """3 GB hold no Stable Diffusion; 6 GB do, with four views; nothing is asked of any hub."""
    config = with_changes(preset("text", "high", "stable-diffusion-1.5"), {"prompt": "a", "orbit": {"views": 4}})
    with pytest.raises(MemoryShortError, match="This job, with the model stable-diffusion-1.5, needs about") as seen:
        fit_memory(config, CUDA, free=lambda device: 2_000_000_000)
    assert "choose a smaller model" in str(seen.value)
    fit = fit_memory(config, CUDA, free=lambda device: 5_500_000_000)
    assert fit.config == config and fit.need < 5_500_000_000


def test_views_are_lowered_where_that_is_what_fits():
    wanted = {"prompt": "a", "orbit": {"views": 16}, "optimize": {"when_memory_is_short": "lower"}}
    config = with_changes(preset("text", "draft", "stable-diffusion-2.1"), wanted)
    whole = fit_memory(config, CUDA, free=lambda device: 40_000_000_000)
    fit = fit_memory(config, CUDA, free=lambda device: whole.need - 2_000_000_000)
    assert fit.config.orbit.views < 16 and "orbit.views" in fit.notes[0]


def test_kept_activations_are_counted_for_every_view():
    config = with_changes(preset("text", "draft", "stable-diffusion-1.5"), {"prompt": "a", "orbit": {"views": 4}})
    kept = with_changes(config, {"score_distillation": {"keep_activations": True}})
    cost = find_known("stable-diffusion-1.5").cost
    assert model_bytes(kept, CUDA).step - model_bytes(config, CUDA).step >= 2 * cost.view


def test_a_model_that_nobody_knows_is_not_guessed():
    config = with_changes(preset("text", "draft", "somebody/something"), {"prompt": "a"})
    assert model_bytes(config, CUDA).held == model_bytes(with_changes(config, {"model": "embedded-clip"}), CUDA).held
    assert ModelBytes(1, 2) + ModelBytes(3, 1) == ModelBytes(4, 2)
