"""Score distillation against its definition, on a distribution whose score is known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from gaussian_denoiser import Gaussian, best_guess
from safetensors.torch import load_file, save_file

from backend.cameras.orbit import orbit_view, sample_orbit
from backend.config import JobConfig, with_changes
from backend.config.guidance import WEIGHTINGS
from backend.errors import ConfigError, ModelError
from backend.fields.dense_grid import DenseGrid
from backend.fields.field import UNIT_CUBE
from backend.guidance.build import build_guidances
from backend.guidance.diffusion.denoiser import Conditions
from backend.guidance.diffusion.latent_map import LatentMap
from backend.guidance.diffusion.render_adapter import LatentAdapter, PixelAdapter, RgbaAdapter, as_views
from backend.guidance.guidance import RayRequest
from backend.guidance.score_distillation import ScoreDistillation, all_texts, view_prompt_for
from backend.guidance.view_diffusion import ViewDiffusion
from backend.optimize.trainer import Trainer
from backend.render.renderer import Renderer, Rendering

SIZE = 4
CPU = torch.device("cpu")
CONFIG = with_changes(JobConfig(prompt="a red cube"), {"orbit": {"views": 3}, "optimize": {"steps": 10}})


@pytest.fixture
def mean(generator) -> torch.Tensor:
    return 1.2 * torch.rand(4, SIZE, SIZE, generator=generator) - 0.6


def distilled(mean: torch.Tensor, kind: str = "v_prediction", seed: int = 5, **settings: Any) -> ScoreDistillation:
    config = with_changes(CONFIG, {"score_distillation": settings})
    generator = torch.Generator().manual_seed(seed)
    return ScoreDistillation(Gaussian({"": mean}, kind), RgbaAdapter(SIZE, SIZE), config, generator, [])


def cameras(generator) -> list:
    return sample_orbit(CONFIG.orbit, SIZE, 3, generator)


def drawn(seed: int, alphas_cumprod: torch.Tensor, level: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The abar and the noises of the first step of this seed, drawn as the settings describe it."""
    generator = torch.Generator().manual_seed(seed)
    levels = (level + 0.05 * (2 * torch.rand(3, generator=generator) - 1)).clamp(0.02, 0.98)
    abar = alphas_cumprod[(levels * 999).round().long()].view(-1, 1, 1, 1)
    return abar, torch.randn(3, 4, SIZE, SIZE, generator=generator)


def test_the_default_gradient_is_what_the_first_release_computed(mean, generator):
    """x - clamp(sqrt(abar) z - sqrt(1 - abar) v), with levels and noise of the same seed: same seed, same result."""
    views, guidance = 2 * torch.rand(3, 4, SIZE, SIZE, generator=generator) - 1, distilled(mean)
    abar, noise = drawn(5, Gaussian.alphas_cumprod, 0.98)
    noisy = abar.sqrt() * views + (1 - abar).sqrt() * noise
    velocity = (abar.sqrt() * noisy - best_guess(noisy, abar, mean)) / (1 - abar).sqrt()
    expected = views - (abar.sqrt() * noisy - (1 - abar).sqrt() * velocity).clamp(-1, 1)
    assert torch.equal(guidance.gradient(views, cameras(generator), 0), expected)


@pytest.mark.parametrize("name", WEIGHTINGS)
@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
def test_the_gradient_is_its_definition_whatever_is_predicted(name: str, kind: str, mean, generator):
    """w(t) (n_hat - n) with n_hat = -sqrt(1 - abar) times the score of the noised Gaussian, in closed form."""
    views = torch.rand(3, 4, SIZE, SIZE, generator=generator)
    found = distilled(mean, kind, weighting=name).gradient(views, cameras(generator), 0)
    abar, noise = (part.double() for part in drawn(5, Gaussian.alphas_cumprod, 0.98))
    noisy = abar.sqrt() * views + (1 - abar).sqrt() * noise
    noise_hat = (1 - abar).sqrt() * (noisy - abar.sqrt() * mean) / (abar * 0.01 + 1 - abar)
    factor = {
        "x0": (1 - abar).sqrt() / abar.sqrt(), "dreamfusion": 1 - abar, "uniform": 1.0,
        "fantasia3d": (1 - abar) * abar.sqrt(), "score": abar.sqrt() / (1 - abar).sqrt(),
    }[name]  # fmt: skip
    torch.testing.assert_close(found.double(), factor * (noise_hat - noise), atol=2e-3, rtol=2e-3)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction"])
@pytest.mark.parametrize("method", ["sds", "sjc"])
def test_descending_the_gradient_ends_at_the_mean(method: str, kind: str, mean, generator):
    guidance = distilled(mean, kind, method=method, timestep_schedule="random")
    views = torch.zeros(3, 4, SIZE, SIZE)
    for _ in range(300):
        views -= 0.1 * guidance.gradient(views, cameras(generator), step=0)
    torch.testing.assert_close(views, mean.expand_as(views), atol=0.05, rtol=0)


@pytest.mark.parametrize("name", ["dreamfusion", "uniform", "fantasia3d", "score"])
@pytest.mark.parametrize("noise_samples", [1, 3])
def test_sjc_and_sds_agree_under_one_weight_and_one_seed(name: str, noise_samples: int, mean, generator):
    views, seen_from = torch.rand(3, 4, SIZE, SIZE, generator=generator), cameras(generator)
    sds, sjc = (
        distilled(
            mean, method=method, weighting=name, noise_samples=noise_samples, timestep_schedule="random"
        ).gradient(views, seen_from, 0)
        for method in ("sds", "sjc")
    )
    torch.testing.assert_close(sds, sjc, atol=1e-3, rtol=1e-3)


def test_a_mean_of_noises_is_the_mean_of_their_gradients(mean, generator):
    """Sixteen noises of one level: a quarter of the deviation from the gradient's own mean, which is known.

    E[x - x_hat] = (x - mean) (1 - abar) / (abar SPREAD^2 + 1 - abar) for a Gaussian.
    """
    views, seen_from = torch.zeros(3, 4, SIZE, SIZE), cameras(generator)
    settings = {"timestep_schedule": "annealed", "timestep_start": 0.1, "timestep_end": 0.1, "timestep_spread": 0.0}
    abar = Gaussian.alphas_cumprod[100].double()
    expected = -mean * (1 - abar) / (abar * 0.01 + 1 - abar)

    def deviation(noise_samples: int) -> float:
        found = [
            distilled(mean, seed=seed, noise_samples=noise_samples, **settings).gradient(views, seen_from, 0) - expected
            for seed in range(20)
        ]
        return float(torch.stack(found).square().mean().sqrt())

    assert deviation(16) / deviation(1) == pytest.approx(0.25, rel=0.2)


def test_the_surrogate_s_slope_is_the_gradient(mean, generator):
    """d loss / d view = gradient / values of all views: opacity enters as 2 o - 1, so its slope is twice that."""
    guidance = distilled(mean)
    request = guidance.sample_views(0)
    pixels = torch.rand(3 * SIZE * SIZE, 4).requires_grad_()
    rendering = Rendering(pixels[:, :3], pixels[:, 3], pixels[:, 3], pixels[:, :1])
    guidance.generator = torch.Generator().manual_seed(9)
    guidance_loss = guidance.loss(request, rendering, 0)
    (slope,) = torch.autograd.grad(guidance_loss.loss, pixels)
    guidance.generator = torch.Generator().manual_seed(9)
    views = guidance.adapter.adapt(rendering, 3, generator).detach()
    gradient = guidance.gradient(views, request.context, 0)
    torch.testing.assert_close(slope[:, 3], 2 * gradient[:, 3].flatten() / gradient.numel())
    assert guidance_loss.terms["score_distillation"] == pytest.approx(float(gradient.square().mean().sqrt()))


def test_the_weight_scales_the_surrogate(mean):
    def loss(weight: float) -> float:
        guidance = distilled(mean, weight=weight)
        request = guidance.sample_views(0)
        pixels = torch.full((3 * SIZE * SIZE, 4), 0.5)
        rendering = Rendering(pixels[:, :3], pixels[:, 3], pixels[:, 3], pixels[:, :1])
        return float(guidance.loss(request, rendering, 0).loss)

    assert loss(2.5) == pytest.approx(2.5 * loss(1.0))


def test_emptiness_is_added_where_it_has_a_weight(mean):
    guidance = distilled(mean, emptiness_weight=3.0)
    request, pixels = guidance.sample_views(9), torch.zeros(3 * SIZE * SIZE, 4)
    weights = torch.full((3 * SIZE * SIZE, 2), 0.25, requires_grad=True)
    guidance_loss = guidance.loss(request, Rendering(pixels[:, :3], pixels[:, 3], pixels[:, 3], weights), 9)
    (slope,) = torch.autograd.grad(guidance_loss.loss, weights)
    assert guidance_loss.terms["emptiness"] == pytest.approx(1.252763)  # log 3.5
    expected = 3.0 * 20 * 10 / 3.5 / weights.numel()
    torch.testing.assert_close(slope, torch.full_like(slope, expected))


def test_opaque_rays_cost_where_that_has_a_weight(mean):
    guidance = distilled(mean, opacity_weight=2.0)
    request, pixels = guidance.sample_views(0), torch.zeros(3 * SIZE * SIZE, 4)
    guidance_loss = guidance.loss(request, Rendering(pixels[:, :3], pixels[:, 3], pixels[:, 3], pixels[:, :1]), 0)
    plain = distilled(mean)
    without = plain.loss(plain.sample_views(0), Rendering(pixels[:, :3], pixels[:, 3], pixels[:, 3], pixels[:, :1]), 0)
    assert guidance_loss.terms["opacity_loss"] == pytest.approx(0.1) and "opacity_loss" not in without.terms
    assert float(guidance_loss.loss - without.loss) == pytest.approx(0.2, abs=1e-5)


# --- words -----------------------------------------------------------------------------------------------------------


def test_views_are_asked_for_their_own_words(mean, generator):
    config = with_changes(CONFIG, {"prompt_options": {"view_dependent": True}})
    guidance = ScoreDistillation(Gaussian({"": mean}), RgbaAdapter(SIZE, SIZE), config, generator, [])
    views = [orbit_view(azimuth, 0.1, 3.0, 0.7, SIZE) for azimuth in (0.0, 1.6, 3.1)]
    guidance.gradient(torch.zeros(3, 4, SIZE, SIZE), views, 0)
    assert guidance.model.asked == [f"a red cube, {side} view" for side in ("front", "side", "back")]


def test_all_words_are_read_at_once_and_none_later(mean, generator):
    words = {
        "view_dependent": True, "negative": "a cat", "extra_prompts":({"text": "a hat", "weight": 0.5},),
        "camera_prompts":({"azimuth_degrees": 40.0, "prompt": "a nose"},),
    }  # fmt: skip
    for perp_neg in (False, True):
        config = with_changes(
            CONFIG, {"prompt_options": words, "score_distillation": {"guidance_scale": 7.0, "perp_neg": perp_neg}}
        )
        guidance = ScoreDistillation(Gaussian({"": mean}), RgbaAdapter(SIZE, SIZE), config, generator, [])
        known = set(guidance.model.seen)
        assert known == set(all_texts(config))
        for _ in range(20):
            guidance.gradient(torch.zeros(3, 4, SIZE, SIZE), cameras(generator), 0)
        assert set(guidance.model.asked) <= known


def test_a_text_that_was_not_foreseen_is_read_when_it_comes(diffusion_folder, generator):
    """Words that reach one degree around their camera."""
    camera = {"azimuth_degrees": 40.0, "prompt": "a red cube"}
    config = with_changes(CONFIG, {"prompt_options": {"camera_prompts": (camera,), "blend_degrees": 1.0}})
    model = ViewDiffusion.load(diffusion_folder, CPU)
    assert "a red cube" in all_texts(config)
    noisy, seen_from = torch.randn(1, 4, 32, 32, generator=generator), torch.tensor([[0.0, 0.3, 3.2]])
    assert "cub" not in model.captions
    model.predict(noisy, torch.tensor([500]), Conditions(["cub"], seen_from))
    assert "cub" in model.captions


def test_perp_neg_with_words_of_views_asks_against_the_face_from_behind(generator):
    changes = {"prompt_options": {"view_dependent": True}, "score_distillation": {"perp_neg": True}}
    said = view_prompt_for(with_changes(CONFIG, changes), orbit_view(3.1, 0.1, 3.0, 0.7, SIZE))
    assert dict(said.negative)["a red cube, front view"] > 1.5
    plain = view_prompt_for(
        with_changes(CONFIG, {"prompt_options": {"view_dependent": True}}), orbit_view(3.1, 0.1, 3.0, 0.7, 4)
    )
    assert plain.negative == ()


def test_pictures_without_words_ask_for_nothing_in_particular():
    said = view_prompt_for(with_changes(CONFIG, {"prompt": ""}), orbit_view(0.0, 0.0, 3.0, 0.7, SIZE))
    assert said.positive == (("", 1.0),)


def test_words_against_that_do_nothing_are_told(mean, generator):
    lines: list[str] = []
    config = with_changes(CONFIG, {"prompt_options": {"negative": "a cat"}})
    model = Gaussian({"": mean})
    ScoreDistillation(model, RgbaAdapter(SIZE, SIZE), config, generator, [], lines.append)
    assert len(lines) == 1 and "'a cat', pull nowhere at a guidance scale of 1" in lines[0]
    for settings in ({"guidance_scale": 5.0}, {"perp_neg": True}):
        louder = with_changes(config, {"score_distillation": settings})
        ScoreDistillation(model, RgbaAdapter(SIZE, SIZE), louder, generator, [], lines.append)
    assert len(lines) == 1


def test_a_prompt_that_is_cut_is_told_at_the_start_and_at_an_edit(diffusion_folder, generator):
    model, lines = ViewDiffusion.load(diffusion_folder, CPU), []
    long = with_changes(CONFIG, {"prompt": "red cube " * 20 + "cub"})
    guidance = ScoreDistillation(model, RgbaAdapter(32, 32), long, generator, [], lines.append)
    assert len(lines) == 1 and "too long" in lines[0] and "cub" in lines[0]
    guidance.edit(CONFIG)
    assert len(lines) == 1
    guidance.edit(long)
    assert len(lines) == 2


# --- the embedded model ----------------------------------------------------------------------------------------------


def test_the_real_model_sees_prompt_and_camera(diffusion_folder: Path):
    model = ViewDiffusion.load(diffusion_folder, CPU)
    noisy, level, camera = torch.randn(2, 4, 32, 32), torch.tensor([500, 500]), torch.tensor([[0.0, 0.3, 3.2]] * 2)

    def asked(prompt: str, azimuth: float = 0.0) -> torch.Tensor:
        turned = camera + torch.tensor([azimuth, 0, 0])
        return model.predict(noisy, level, Conditions([prompt] * 2, turned))

    plain = asked("a red cube")
    assert plain.shape == noisy.shape and bool(plain.isfinite().all())
    assert not torch.allclose(plain, asked("cub cub")), "the prompt does not reach the network"
    assert not torch.allclose(plain, asked("a red cube", 1.0)), "the camera does not reach the network"
    assert not torch.allclose(plain, asked("")), "no words are not the same as words"


def test_remembered_captions_are_those_of_training(diffusion_folder: Path):
    """Conditioner.forward is what training ran: captions of different lengths and none, in one batch."""
    model = ViewDiffusion.load(diffusion_folder, CPU)
    texts = ["red", "a red cube " * 4, ""]
    noisy, level, camera = torch.randn(3, 4, 32, 32), torch.tensor([900, 500, 100]), torch.rand(3, 3) + 2
    tokens = model.tokenizer(texts)
    condition, read = model.conditioner(tokens, camera, torch.tensor([False, False, True]))
    expected = model.transformer(
        noisy, encoder_hidden_states=condition, encoder_attention_mask=read.float(), timestep=level
    ).sample
    torch.testing.assert_close(model.predict(noisy, level, Conditions(texts, camera)), expected, atol=1e-5, rtol=1e-4)


def test_without_its_camera_it_says_what_training_taught_it_to_say_blind(diffusion_folder: Path):
    """The same from everywhere, and what `Conditioner.forward` gives where a camera was dropped."""
    model = ViewDiffusion.load(diffusion_folder, CPU, sees_camera=False)
    noisy, level, camera = torch.randn(2, 4, 32, 32), torch.tensor([900, 100]), torch.rand(2, 3) + 2
    blind = model.predict(noisy, level, Conditions(["red", "a red cube"], camera))
    torch.testing.assert_close(model.predict(noisy, level, Conditions(["red", "a red cube"], camera + 1)), blind)
    neither, both = torch.zeros(2, dtype=torch.bool), torch.ones(2, dtype=torch.bool)
    condition, read = model.conditioner(model.tokenizer(["red", "a red cube"]), camera, neither, both)
    expected = model.transformer(
        noisy, encoder_hidden_states=condition, encoder_attention_mask=read.float(), timestep=level
    ).sample
    torch.testing.assert_close(blind, expected, atol=1e-5, rtol=1e-4)


def test_in_bfloat16_it_says_nearly_the_same(diffusion_folder: Path):
    noisy, level = torch.randn(2, 4, 32, 32), torch.tensor([500, 100])
    conditions = Conditions(["a red cube"] * 2, torch.tensor([[0.0, 0.3, 3.2]] * 2))
    exact, rough = (
        ViewDiffusion.load(diffusion_folder, CPU, precision).predict(noisy, level, conditions)
        for precision in (torch.float32, torch.bfloat16)
    )
    assert rough.dtype == torch.float32 and float((rough - exact).norm() / exact.norm()) < 0.05


@pytest.mark.parametrize(
    "lost", ["conditioner.json", "conditioner.safetensors", "bpe.txt.gz", "vocabulary.json", "transformer", "scheduler"]
)
def test_a_part_that_is_lost_has_a_sentence(lost: str, diffusion_folder: Path, tmp_path: Path):
    folder = Path(shutil.copytree(diffusion_folder, tmp_path / "model"))
    part = folder / lost
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    with pytest.raises(ModelError, match="is missing or broken: restore the folder"):
        ViewDiffusion.load(folder, CPU)


def test_truncated_weights_have_a_sentence(diffusion_folder: Path, tmp_path: Path):
    folder = Path(shutil.copytree(diffusion_folder, tmp_path / "model"))
    weights = folder / "conditioner.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelError, match="is missing or broken"):
        ViewDiffusion.load(folder, CPU)


# --- what must not reach the field -----------------------------------------------------------------------------------


def test_scores_that_are_not_numbers_never_reach_the_field(diffusion_folder: Path, tmp_path: Path):
    """A real network with one broken weight: the loop leaves such a step out."""
    folder = Path(shutil.copytree(diffusion_folder, tmp_path / "model"))
    weights = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(weights)
    tensors["proj_out.bias"][0] = torch.nan
    save_file(tensors, weights, metadata={"format": "pt"})
    changes = {
        "field": {"start_resolution": 8, "resolution": 8},
        "orbit": {"views": 1},
        "render": {"samples_per_ray": 16},
    }
    lines: list[str] = []
    job = Trainer.build(with_changes(JobConfig(prompt="red", model=str(folder)), changes), log=lines.append)
    before = {name: value.clone() for name, value in job.field.state_dict().items()}
    job.step()
    assert job.not_finite == 1 and any("its gradient is not finite" in line for line in lines)
    assert all(torch.equal(before[name], value) for name, value in job.field.state_dict().items())


# --- latents first ---------------------------------------------------------------------------------------------------


def latent_eye() -> LatentAdapter:
    to_latents = (torch.zeros(3, 4), torch.zeros(4))
    map_ = LatentMap((torch.eye(4)[:, :3], torch.full((3,), 0.5)), to_latents, 0.0)
    return LatentAdapter(
        PixelAdapter(SIZE, 8, "gray"), lambda pictures: pictures.new_zeros(len(pictures), 4, SIZE, SIZE), SIZE, map_
    )


def test_latents_become_colors_when_they_are_due(mean, generator):
    config = with_changes(CONFIG, {"score_distillation": {"latents_until": 0.4, "shading_after": 0.0}})
    guidance = ScoreDistillation(Gaussian({"": mean}), latent_eye(), config, generator, [])
    assert guidance.color_channels == 4 and guidance.latent_colors is not None
    assert [guidance.colors_due(step) is not None for step in (0, 3, 4, 9)] == [False, False, True, True]
    lit = [guidance.sample_views(3).shading for _ in range(20)]
    assert lit == [None] * 20, "latents have no light"
    assert any(guidance.sample_views(4).shading is not None for _ in range(20))


def test_a_grid_of_latents_is_pulled_to_the_model_s_latents(mean, generator):
    """All four channels of an opaque wall of latents end at the mean that the model knows."""
    model = Gaussian({"": mean.mean((1, 2), keepdim=True).expand(4, SIZE, SIZE)})
    config = with_changes(CONFIG, {"score_distillation": {"weighting": "uniform", "timestep_schedule": "random"}})
    guidance = ScoreDistillation(model, latent_eye(), config, generator, [])
    grid = DenseGrid(UNIT_CUBE, 4, color_channels=4)
    torch.nn.init.constant_(grid.raw_density, 20.0)
    grid.raw_density.requires_grad_(False)
    adam, renderer = torch.optim.Adam([grid.raw_color], lr=0.05), Renderer(grid, 16)
    views = guidance.sample_views(0)
    for step in range(80):
        adam.zero_grad()
        guidance.loss(views, renderer(views.rays), step % 10).loss.backward()
        adam.step()
    seen = guidance.adapter.adapt(renderer(views.rays), 3, generator).detach()
    middle = seen[:, :, 1:3, 1:3].mean((0, 2, 3))
    torch.testing.assert_close(middle, mean.mean((1, 2)), atol=0.1, rtol=0)


def test_colors_are_never_due_where_there_are_no_latents(mean):
    guidance = distilled(mean)
    assert guidance.color_channels == 3 and guidance.latent_colors is None and guidance.colors_due(9) is None


def test_latents_first_goes_with_nobody_who_sees_colors(guide_folder, tmp_path):
    settings = {"space": "latents_first"}
    for changes in ({"method": "both", "dataset": "d"}, {"dream_fields": {"model": str(guide_folder)}}):
        config = with_changes(
            JobConfig(prompt="a", model="stable-diffusion-1.5"), {"score_distillation": settings, **changes}
        )
        with pytest.raises(ConfigError, match="only where one diffusion model pulls alone"):
            build_guidances(config, None, CPU, torch.Generator(), lambda line: None)


def test_settings_of_other_models_are_told_to_do_nothing_at_the_embedded_one(diffusion_folder):
    lines: list[str] = []
    for settings in ({}, {"space": "latents_first"}, {"depth_control": "controlnet-depth"}):
        config = with_changes(JobConfig(prompt="red", model=str(diffusion_folder)), {"score_distillation": settings})
        build_guidances(config, None, CPU, torch.Generator(), lines.append)
    assert len(lines) == 2 and all("'space' and 'depth_control' do nothing there" in line for line in lines)


# --- light -----------------------------------------------------------------------------------------------------------


def test_by_default_nothing_is_ever_lit_and_no_random_number_is_spent_on_it(mean):
    first, second = distilled(mean, seed=7), distilled(mean, seed=7, shading_after=0.5)
    for step in range(5):
        ours, theirs = first.sample_views(step), second.sample_views(step)
        assert ours.shading is None and theirs.shading is None
        torch.testing.assert_close(ours.rays.directions, theirs.rays.directions)
    assert all(first.sample_views(step).shading is None for step in range(5, 10))
    assert any(second.sample_views(step).shading is not None for step in range(5, 10))


def test_lit_renders_pull_on_the_field_s_shape(mean, generator):
    guidance = distilled(mean, shading_after=0.0, shading_probability=1.0, textureless_probability=1.0)
    grid = DenseGrid(UNIT_CUBE, 8)
    grid.initialize_density("blob")
    request = guidance.sample_views(0)
    rendering = Renderer(grid, 16)(request.rays, generator, shading=request.shading)
    guidance.loss(request, rendering, 0).loss.backward()
    assert bool(grid.raw_density.grad.isfinite().all()) and 0 < float(grid.raw_density.grad.abs().max()) < 100, (
        "places that are exactly flat must not drown those that have a surface"
    )
    assert grid.raw_color.grad is None or float(grid.raw_color.grad.abs().sum()) == 0, "form alone was shown"


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("width", [SIZE, 2 * SIZE])
def test_a_weight_means_the_same_for_every_size_and_number_of_views(mean, count: int, width: int, monkeypatch):
    """Where the model says the same everywhere, the slopes of all pixels add up to the same: 2 x gradient."""
    guidance = distilled(mean)
    pixels = torch.rand(count * width * width, 4).requires_grad_()
    monkeypatch.setattr(guidance.adapter, "adapt", lambda rendering, views, _: 2 * as_views(pixels, views) - 1)
    monkeypatch.setattr(guidance, "gradient", lambda views, *_: torch.full_like(views, 0.7))
    rendering = Rendering(pixels[:, :3], pixels[:, 3], pixels[:, 3], pixels[:, :1])
    request = RayRequest(guidance.sample_views(0).rays, [None] * count)
    (slope,) = torch.autograd.grad(guidance.loss(request, rendering, 0).loss, pixels)
    assert float(slope.sum()) == pytest.approx(2 * 0.7, rel=1e-5)
