"""Score distillation against its definition, on a distribution whose score is known."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from backend.cameras.orbit import sample_orbit
from backend.config import JobConfig, with_changes
from backend.errors import ModelError
from backend.guidance.score_distillation import ScoreDistillation, clean_guess, network_views
from backend.guidance.view_diffusion import ViewDiffusion
from backend.render.renderer import Rendering

SIZE, SPREAD = 4, 0.1
CONFIG = with_changes(JobConfig(prompt="a red cube"), {"orbit": {"views": 3}, "optimise": {"steps": 10}})


class Gaussian:
    """Views ~ N(mean, SPREAD^2): the best denoiser, and so v, is known (Bayes' rule for two Gaussians)."""

    device, size = torch.device("cpu"), SIZE
    signal = torch.linspace(0.9999, 0.0001, 1000)

    def __init__(self, mean: torch.Tensor) -> None:
        self.mean = mean

    def tokens(self, prompt: str) -> torch.Tensor:
        return torch.zeros(1, 1, dtype=torch.long)

    def best_guess(self, noisy: torch.Tensor, signal: torch.Tensor) -> torch.Tensor:
        gain = SPREAD**2 * signal.sqrt() / (signal * SPREAD**2 + 1 - signal)
        return self.mean + gain * (noisy - signal.sqrt() * self.mean)

    def velocity(self, noisy, timestep, tokens, camera, guidance_scale):
        signal = self.signal[timestep].view(-1, 1, 1, 1)
        return (signal.sqrt() * noisy - self.best_guess(noisy, signal)) / (1 - signal).sqrt()


@pytest.fixture
def mean(generator) -> torch.Tensor:
    return 1.2 * torch.rand(4, SIZE, SIZE, generator=generator) - 0.6


@pytest.fixture
def guidance(mean, generator) -> ScoreDistillation:
    return ScoreDistillation(Gaussian(mean), CONFIG, generator, [])


def cameras(generator) -> list:
    return sample_orbit(CONFIG.orbit, SIZE, 3, generator)


def test_the_gradient_is_its_definition(guidance, mean, generator):
    """x - x_hat equals w(t) (noise_hat - noise) with the noise and levels that the same seed draws."""
    views = torch.rand(3, 4, SIZE, SIZE)
    guidance.generator = torch.Generator().manual_seed(5)
    found = guidance.gradient(views, cameras(generator), step=0)
    again = torch.Generator().manual_seed(5)
    guidance.generator = again
    signal = Gaussian.signal[guidance._timesteps(3, 0)].view(-1, 1, 1, 1)
    noise = torch.randn(views.shape, generator=again)
    noisy = signal.sqrt() * views + (1 - signal).sqrt() * noise
    guess = guidance.model.best_guess(noisy, signal)
    noise_hat = (noisy - signal.sqrt() * guess) / (1 - signal).sqrt()
    expected = (1 - signal).sqrt() / signal.sqrt() * (noise_hat - noise)
    torch.testing.assert_close(found, expected, atol=2e-3, rtol=2e-3)


def test_descending_the_gradient_ends_at_the_mean(guidance, mean, generator):
    views = torch.zeros(3, 4, SIZE, SIZE)
    for _ in range(300):
        views -= 0.1 * guidance.gradient(views, cameras(generator), step=0)
    torch.testing.assert_close(views, mean.expand_as(views), atol=0.03, rtol=0)


def test_the_surrogate_s_slope_is_the_gradient(guidance, generator):
    proposal = guidance.propose(0)
    views = torch.rand(3 * SIZE * SIZE, 4).requires_grad_()
    rendering = Rendering(views[:, :3], views[:, 3], views[:, 3], views[:, :1])
    guidance.generator = torch.Generator().manual_seed(9)
    judgement = guidance.judge(proposal, rendering, 0)
    (slope,) = torch.autograd.grad(judgement.loss, views)
    guidance.generator = torch.Generator().manual_seed(9)
    gradient = guidance.gradient(network_views(rendering, 3, SIZE).detach(), proposal.notes, 0)
    expected = 2 * gradient[:, 3].flatten() / 3  # opacity enters as 2 o - 1
    torch.testing.assert_close(slope[:, 3], expected)
    assert judgement.terms["score_distillation"] > 0


def test_clean_guess_undoes_the_definition_of_v():
    picture, noise = torch.rand(2, 4, 3, 3), torch.randn(2, 4, 3, 3)
    signal = torch.tensor([0.2, 0.9]).view(-1, 1, 1, 1)
    noisy = signal.sqrt() * picture + (1 - signal).sqrt() * noise
    velocity = signal.sqrt() * noise - (1 - signal).sqrt() * picture
    torch.testing.assert_close(clean_guess(noisy, velocity, signal), picture)


@pytest.mark.parametrize(("step", "middle"), [(0, 0.98), (3, 0.72), (9, 0.20)])
def test_the_noise_level_falls_over_the_run_with_its_spread(step: int, middle: float, guidance):
    levels = torch.cat([guidance._timesteps(64, step) for _ in range(20)]) / 999
    assert float(levels.min()) == pytest.approx(middle - 0.05, abs=2e-3)
    assert float(levels.max()) == pytest.approx(min(middle + 0.05, 0.98), abs=2e-3)


def test_views_are_what_the_network_was_trained_on():
    """A pixel of linear light 0.214 is sRGB 0.5 and enters as 0; nothing enters as -1."""
    rendering = Rendering(torch.tensor([[0.214041, 0, 1.0]]), torch.tensor([1.0]), torch.zeros(1), torch.zeros(1, 1))
    torch.testing.assert_close(
        network_views(rendering, 1, 1).flatten(), torch.tensor([0.0, -1, 1, 1]), atol=1e-4, rtol=0
    )


def test_the_real_model_sees_prompt_and_camera(diffusion_folder: Path):
    model = ViewDiffusion.load(diffusion_folder, torch.device("cpu"))
    noisy, level, camera = torch.randn(2, 4, 32, 32), torch.tensor([500, 500]), torch.tensor([[0.0, 0.3, 3.2]] * 2)

    def asked(prompt: str, azimuth: float, scale: float) -> torch.Tensor:
        turned = camera + torch.tensor([azimuth, 0, 0])
        return model.velocity(noisy, level, model.tokens(prompt), turned, scale)

    plain = asked("a red cube", 0.0, 3.0)
    assert plain.shape == noisy.shape and bool(plain.isfinite().all())
    assert not torch.allclose(plain, asked("cub cub", 0.0, 3.0)), "the prompt does not reach the network"
    assert not torch.allclose(plain, asked("a red cube", 1.0, 3.0)), "the camera does not reach the network"
    torch.testing.assert_close(asked("a", 0.0, 0.0), asked("red", 0.0, 0.0))  # scale 0: no word is read
    between = (asked("a red cube", 0.0, 0.0) + asked("a red cube", 0.0, 2.0)) / 2
    torch.testing.assert_close(between, asked("a red cube", 0.0, 1.0), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize(
    "lost", ["conditioner.json", "conditioner.safetensors", "bpe.txt.gz", "transformer", "scheduler"]
)
def test_a_part_that_is_lost_has_a_sentence(lost: str, diffusion_folder: Path, tmp_path: Path):
    folder = Path(shutil.copytree(diffusion_folder, tmp_path / "model"))
    part = folder / lost
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    with pytest.raises(ModelError, match="is missing or broken: restore the folder"):
        ViewDiffusion.load(folder, torch.device("cpu"))


def test_truncated_weights_have_a_sentence(diffusion_folder: Path, tmp_path: Path):
    folder = Path(shutil.copytree(diffusion_folder, tmp_path / "model"))
    weights = folder / "conditioner.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="is missing or broken"):
        ViewDiffusion.load(folder, torch.device("cpu"))
