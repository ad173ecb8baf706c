"""Train the embedded text-to-view diffusion model on the dataset, a world of parametric meshes.

    python -m scripts.training.diffusion --minutes 90 --from backend/models/diffusion

A small PixArt transformer (Chen et al. 2023) learns to denoise 32 x 32 views [sRGB on black, alpha] given a caption
and a camera. It predicts v = sqrt(abar) noise - sqrt(1 - abar) x (Salimans & Ho 2022), with mean squared error, under
a cosine schedule whose last step has all but no signal. The same command resumes a run that was cut off. With --size 64
the views are twice as wide, in as many patches, at about the same cost of a step.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import torch
from diffusers import DDPMScheduler, PixArtTransformer2DModel
from diffusers.models.attention_processor import AttnProcessor
from jaxtyping import Bool, Float, Int
from open_clip.tokenizer import SimpleTokenizer
from torch import Tensor, nn

from backend.guidance.conditioner import Conditioner, ConditionerConfig

from .batches import BatchSource, Mixture, Sampler, load_training, network_image
from .captions.tokenizer import read_tokenizer, write_tokenizer
from .captions.vocabulary import WORDS, write_vocabulary
from .emoji import Emoji, EmojiSampler
from .loop.options import add_dataset_options, training_options
from .loop.training_loop import Budget, TrainingRun, train
from .materials import material_sampler
from .models.warm_start import load_earlier_weights
from .raycasting import cycles_views
from .raycasting.raycaster import RESOLUTION
from .raycasting.render_views import Task, render_missing_views, tasks
from .raycasting.view_cache import DEFAULT_SPEC, RenderSpec

WIDTH, HEADS, LAYERS, PATCH = 192, 6, 5, 4
BATCH, PEAK_RATE, EMA_DECAY, CAPTION_DROPOUT = 96, 1e-3, 0.999, 0.05
CAMERA_DROPOUT = 0.06
LEVEL_POWER = 0.7
MATERIALS_SHARE, CYCLES_SHARE = 0.4, 0.06


class TextToView(nn.Module):
    """The denoiser and what conditions it; predicts v for noisy views."""

    def __init__(self, conditioner: Conditioner, layers: int = LAYERS, size: int = RESOLUTION) -> None:
        super().__init__()
        self.conditioner = conditioner
        self.transformer = PixArtTransformer2DModel(
            num_attention_heads=HEADS,
            attention_head_dim=WIDTH // HEADS,
            num_layers=layers,
            cross_attention_dim=WIDTH,
            caption_channels=None,  # the conditioner already speaks in the transformer's width
            in_channels=4,
            out_channels=4,
            sample_size=size,
            patch_size=PATCH * size // RESOLUTION,
            interpolation_scale=1,
            use_additional_conditions=False,
        )
        self.transformer.set_attn_processor(AttnProcessor())  # twice as fast as fused attention in bf16 on CPUs

    def forward(
        self,
        noisy: Float[Tensor, "b 4 h w"],
        timestep: Int[Tensor, " b"],
        tokens: Int[Tensor, "b l"],
        camera: Float[Tensor, "b 3"],
        unconditional: Bool[Tensor, " b"],
        blind: Bool[Tensor, " b"],
    ) -> Float[Tensor, "b 4 h w"]:
        condition, read = self.conditioner(tokens, camera, unconditional, blind)
        predicted: Tensor = self.transformer(
            noisy, encoder_hidden_states=condition, encoder_attention_mask=read.float(), timestep=timestep
        ).sample
        return predicted


def make_scheduler(size: int = RESOLUTION) -> DDPMScheduler:
    """Cosine schedule (Nichol & Dhariwal 2021), v-prediction.

    Of larger pictures, each block of pixels that was one before has as much signal in its mean as that one had:
    abar / (1 - abar) is divided by (size / 32)^2 (Hoogeboom et al. 2023, equation 4).
    """
    settings = {"num_train_timesteps": 1000, "prediction_type": "v_prediction", "clip_sample": True}
    usual = DDPMScheduler(beta_schedule="squaredcos_cap_v2", **settings)
    if size == RESOLUTION:
        return usual
    abar = usual.alphas_cumprod.double()
    shifted = 1 / (1 + (size / RESOLUTION) ** 2 * (1 - abar) / abar)
    betas = 1 - shifted / torch.cat([torch.ones(1, dtype=torch.double), shifted[:-1]])
    return DDPMScheduler(trained_betas=betas.clamp_max(0.999).tolist(), **settings)


def noise_levels(count: int, steps: int) -> Int[Tensor, " b"]:
    """t = T u^0.7, with one u from each of `count` equal parts of [0, 1], so that batches differ little.

    Density t^0.43: what an object is and how it is seen is decided where noise is strong, while the loss is highest
    where there is next to none; distillation never goes there.
    """
    uniform = (torch.randperm(count) + torch.rand(count)) / count
    return (uniform**LEVEL_POWER * steps).long().clamp_max(steps - 1)


def v_loss(model: nn.Module, scheduler: DDPMScheduler, views: Tensor, tokens: Tensor, camera: Tensor) -> Tensor:
    """Mean squared error of v at random noise levels, a few captions and a few cameras dropped; NaN: camera unknown."""
    default_color, blind = (torch.rand(len(views)) < share for share in (CAPTION_DROPOUT, CAMERA_DROPOUT))
    blind, camera = blind | camera.isnan().any(1), camera.nan_to_num()
    noise = torch.randn_like(views)
    timestep = noise_levels(len(views), scheduler.config.num_train_timesteps)
    noisy = scheduler.add_noise(views, noise, timestep)
    target = scheduler.get_velocity(views, noise, timestep)
    with torch.autocast("cpu", torch.bfloat16):
        predicted = model(noisy, timestep, tokens, camera, default_color, blind)
    loss: Tensor = (predicted.float() - target).square().mean()
    return loss


def make_sampler(
    cache: Path, shards: int, subset_only: bool, seed: int, size: int = RESOLUTION, emoji: float = 0.0
) -> Mixture:
    """Things as usual; some with a finish or of another size; some in real light: of both, where there are views. And a
    share of emoji."""
    usual, finished = render_specs(size)
    made, lit = (
        material_sampler.load(cache, subset_only, finished),
        cycles_views.load(cache, subset_only) if size == RESOLUTION else {},
    )
    more: list[tuple[BatchSource, float]] = (
        [(material_sampler.MaterialSampler(made, seed + 1), MATERIALS_SHARE)] if made else []
    )
    more += [(Sampler(lit, seed + 2), CYCLES_SHARE)] if lit else []
    more += [(EmojiSampler(Emoji.load(cache), size, seed + 3), emoji)] if emoji else []
    return Mixture(Sampler(load_training(cache, shards, subset_only, usual), seed), more)


def render_specs(size: int) -> tuple[RenderSpec, RenderSpec]:
    """How views of that many pixels across are cast: as usual, and with finishes."""
    return replace(DEFAULT_SPEC, resolution=size), replace(material_sampler.RENDER_SPEC, resolution=size)


def export(run: TrainingRun, sampler: Mixture, folder: Path) -> None:
    """The averaged model in half precision, in the layout that the backend reads."""
    folder.mkdir(parents=True, exist_ok=True)
    average = cast(TextToView, run.average)
    copy.deepcopy(average.transformer).half().save_pretrained(folder / "transformer")
    make_scheduler(average.transformer.config.sample_size).save_pretrained(folder / "scheduler")
    average.conditioner.save(folder)
    write_tokenizer(WORDS, folder)
    write_vocabulary(sampler.subjects, folder, finishes=material_sampler.words(), sizes=material_sampler.sizes())
    run.write_facts(folder)


def make_step(run: TrainingRun, sampler: Mixture, peak_rate: float = PEAK_RATE) -> Callable[[], float]:
    """A function that draws a batch, learns from it and returns its loss."""
    transformer = cast(TextToView, run.model).transformer
    scheduler, tokenize = make_scheduler(transformer.config.sample_size), read_tokenizer(run.folder)

    def one_step() -> float:
        batch = sampler.draw(BATCH)
        views = network_image(batch.premultiplied, batch.alpha)
        loss = v_loss(run.model, scheduler, views, tokenize(batch.captions), batch.camera)
        return run.update(loss, BATCH, peak_rate, EMA_DECAY)

    return one_step


def make_model(tokenizer: SimpleTokenizer, layers: int, start: Path | None, size: int = RESOLUTION) -> TextToView:
    """New, or with what an earlier model has learned of denoising, cameras and words."""
    config = ConditionerConfig(tokenizer.vocab_size, tokenizer.eot_token_id, WIDTH, HEADS)
    model = TextToView(Conditioner(config), layers, size)
    if start:
        load_earlier_weights(model.transformer, model.conditioner, tokenizer, start)
    return model


def parse() -> argparse.Namespace:
    parser = training_options(__doc__, 90, 4, "256 views of each thing", checkpoint_minutes=5, peak_rate=PEAK_RATE)
    add_dataset_options(parser)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--size", type=int, default=RESOLUTION, choices=(32, 64), help="pixels across a view")
    parser.add_argument("--from", dest="start", type=Path, metavar="FOLDER", help="begin with the weights of a model")
    return parser.parse_args()


def wanted_views(options: argparse.Namespace) -> list[Task]:
    subset_only, (usual, finished) = not options.whole, render_specs(options.size)
    return tasks(options.shards, subset_only, usual) + material_sampler.tasks(subset_only, finished)


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    folder = options.cache / ("diffusion" if options.size == RESOLUTION else f"diffusion-{options.size}")
    model = make_model(write_tokenizer(WORDS, folder), options.layers, options.start, options.size)
    run = TrainingRun.start(model, Budget(options.minutes, options.samples), folder)
    if options.workers:
        render_missing_views(options.cache, wanted_views(options), options.workers)
    of_views = (options.cache, options.shards, not options.whole, options.seed + run.step, options.size)
    sampler = make_sampler(*of_views, options.emoji)
    torch.manual_seed(options.seed + run.step)  # a resumed run draws new noise, not that of its start
    if options.compile:
        model.transformer.compile()
    one_step = make_step(run, sampler, options.peak_rate)
    train(run, one_step, lambda: export(run, sampler, folder / "export"), options.checkpoint_minutes)
    if options.out:
        export(run, sampler, options.out)


if __name__ == "__main__":
    main()
