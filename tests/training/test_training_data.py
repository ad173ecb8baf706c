"""What training data shares, the conditioner that training shares with the backend, and the weights of the checkout."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path

import pytest
import torch

import scripts.training  # noqa: F401  (first: it lets torchvision be imported)
from backend.guidance.conditioner import Conditioner, ConditionerConfig, camera_features
from scripts.training import backgrounds
from scripts.training.captions.tokenizer import read_tokenizer, write_tokenizer
from scripts.training.clip import contrastive_loss
from scripts.training.colors import srgb_decode, srgb_encode
from scripts.training.loop.training_loop import learning_rate, update_average
from scripts.training.models.sampling import Denoiser
from scripts.training.raycasting.orbit import Orbit, pixel_rays, random_orbit

MODELS = Path(__file__).parents[2] / "backend" / "models"


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory):
    return write_tokenizer(["a", "red", "cube", "simple", "yellow", "cone"], tmp_path_factory.mktemp("tokenizer"))


def one_camera(azimuth: float = 0.0, elevation: float = 0.0, distance: float = 3.2) -> Orbit:
    return Orbit(*(torch.tensor([value]) for value in (azimuth, elevation, distance)))


# Cameras


def test_azimuth_zero_looks_from_minus_y():
    orbit = one_camera()
    assert torch.allclose(orbit.position(), torch.tensor([[0.0, -3.2, 0.0]]), atol=1e-6)
    assert torch.allclose(orbit.axes()[0], torch.tensor([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), atol=1e-6)


def test_rays_are_unit_and_rows_start_at_the_top():
    _origins, directions = pixel_rays(random_orbit(3, torch.Generator().manual_seed(0)), 4)
    assert torch.allclose(directions.norm(dim=-1), torch.ones(3, 16), atol=1e-6)
    _, front = pixel_rays(one_camera(), 4)
    assert front[0, 0, 2] > 0 > front[0, -1, 2]
    assert front[0, 0, 0] < 0 < front[0, 3, 0]


# Colors and words


def test_srgb_curve_is_its_own_inverse():
    values = torch.linspace(0, 1, 50)
    assert torch.allclose(srgb_encode(srgb_decode(values)), values, atol=1e-5)


def test_blur_keeps_the_mean_and_zero_is_none():
    picture = torch.zeros(2, 1, 32, 32)
    picture[:, :, 16, 16] = 1
    soft = backgrounds.blur(picture, torch.tensor([0.0, 1.5]))
    assert torch.allclose(soft[0], picture[0], atol=1e-6)
    assert soft[1].sum().item() == pytest.approx(1, abs=1e-3) and soft[1].max() < 0.1


# Learning


def test_matching_loss_is_least_when_true_pairs_agree():
    aligned = torch.eye(4)
    true = torch.eye(4, dtype=torch.bool)
    scale = torch.tensor(50.0)
    right, wrong = (contrastive_loss(aligned, texts, scale, true) for texts in (aligned, aligned.roll(1, 0)))
    assert right < 1e-3 < wrong


def test_conditioner_masks_padding_and_forgets_dropped_captions(tokenizer):
    torch.manual_seed(0)
    conditioner = Conditioner(ConditionerConfig(tokenizer.vocab_size, tokenizer.eot_token_id, 64, 2, 1)).eval()
    tokens = tokenizer(["a red cube", "a simple yellow cone", "a red cube"])
    camera = torch.tensor([[0.0, 0.0, 3.2]] * 3)
    condition, read = conditioner(tokens, camera, torch.tensor([False, False, True]))
    assert condition.shape == (3, 8 + 3, 64) and read.shape == (3, 8 + 3)
    assert read.sum(1).tolist() == [5 + 3, 6 + 3, 1 + 3]  # words with both ends, and the camera's tokens
    assert torch.allclose(condition[2, 0], conditioner.null)
    turned = camera + torch.tensor([2 * math.pi, 0, 0])
    assert torch.allclose(camera_features(turned), camera_features(camera), atol=1e-5)


def test_conditioner_is_read_as_it_was_written(tokenizer, tmp_path: Path):
    conditioner = Conditioner(ConditionerConfig(tokenizer.vocab_size, tokenizer.eot_token_id, 64, 2, 1)).half().float()
    conditioner.save(tmp_path)
    again = Conditioner.load(tmp_path)
    assert again.config == conditioner.config
    assert all(torch.equal(a, b) for a, b in zip(again.parameters(), conditioner.parameters(), strict=True))


def test_learning_rate_warms_up_and_falls():
    assert learning_rate(1.0, 0.0, step=0) < 0.01
    assert learning_rate(1.0, 0.0, step=1000) == pytest.approx(1.0)
    assert learning_rate(1.0, 1.0, step=1000) == pytest.approx(0.03)


def test_the_average_follows_the_model():
    model, average = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)
    for step in range(200):
        update_average(average, model, step, decay=0.9)
    assert torch.allclose(average.weight, model.weight, atol=1e-4)


# The weights that lie in the repository


@pytest.mark.parametrize("name", ["diffusion", "clip"])
def test_a_card_names_the_very_weights_beside_it(name: str):
    folder = MODELS / name
    card = (folder / "README.md").read_text()
    for weights in folder.rglob("*.safetensors"):
        assert hashlib.sha256(weights.read_bytes()).hexdigest() in card


@pytest.mark.parametrize("name", ["diffusion", "clip"])
def test_the_words_beside_the_weights_are_known_whole(name: str):
    """Each in a few pieces of the tokenizer beside them, not letter by letter."""
    tokenizer, words = read_tokenizer(MODELS / name), json.loads((MODELS / name / "vocabulary.json").read_text())
    for word in {word for said in words.values() for text in said for word in text.split()}:
        assert tokenizer.decode(tokenizer.encode(word)).replace(" ", "") == word.lower()
        assert len(tokenizer.encode(word)) <= max(3, len(word) // 2)


def test_the_embedded_models_stay_small():
    """Together they travel in the extension's archive: the prior, and two networks of diffusion, CLIP and the
    encoder of pictures (2.3 MB)."""
    sizes = {path: path.stat().st_size for path in MODELS.rglob("*.safetensors")}
    prior = sum(size for path, size in sizes.items() if path.parent.name == "prior")
    assert 0 < prior < 15e6 and 0 < sum(sizes.values()) - prior < 17e6


def test_the_embedded_model_sees_what_the_caption_says():
    """From noise alone, its first guess already has the caption's color where the object is."""
    denoiser = Denoiser.read(MODELS / "diffusion")
    captions = ["a red sphere", "a green cube", "a blue cylinder"]
    noise = torch.randn(3, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    timestep, camera = torch.tensor(980), torch.tensor([[0.5, 0.3, 3.2]] * 3)
    velocity = denoiser.velocity(noise, timestep, captions, camera, guidance=1.0)
    alphas_cumprod = denoiser.scheduler.alphas_cumprod[timestep]
    guess = alphas_cumprod.sqrt() * noise - (1 - alphas_cumprod).sqrt() * velocity
    assert guess[:, :3, 12:20, 12:20].mean((2, 3)).argmax(1).tolist() == [0, 1, 2]
    assert (guess[:, 3, 12:20, 12:20].mean((1, 2)) > 0.8).all() and (guess[:, 3, :2].mean((1, 2)) < -0.8).all()
