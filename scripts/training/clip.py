"""Train the embedded CLIP ("guide"): a small open_clip model that tells what a picture shows.

    python -m scripts.training.clip --minutes 20

The data are views of the dataset over busy backgrounds. The loss is CLIP's (Radford et al. 2021), but
where several texts of a batch are true of a picture all of them count as right (Khosla et al. 2020), so two red cubes
never push each other away. Foggy pictures are wrong for every text. The same command resumes a run that was cut off.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from open_clip import CLIP
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from . import backgrounds
from .batches import Batch, BatchSource, Mixture, load_training, shuffled
from .captions.hard_negatives import with_hard_negatives
from .captions.tokenizer import CONTEXT_LENGTH, read_tokenizer, write_tokenizer
from .captions.view_labels import ViewLabelSampler, names_with_front, view_words
from .captions.vocabulary import WORDS, write_vocabulary
from .colors import srgb_encode
from .emoji import Emoji, EmojiSampler
from .loop.options import add_dataset_options, training_options
from .loop.training_loop import Budget, TrainingRun, train
from .models.clip_folder import write_clip
from .models.contrastive_loss import contrastive_loss, match_matrix, undecidable_matrix
from .raycasting.raycaster import RESOLUTION
from .raycasting.render_views import render_missing_views, tasks

BATCH, FOGGY, PEAK_RATE, EMA_DECAY = 128, 24, 1e-3, 0.998
ZOOM = (0.65, 1.3)  # cameras cast from 3 to 3.4 away: as if from 2.3 to 5.2, since results are looked at from 4
MEAN, SPREAD = 0.5, 0.5  # pixels enter the network as (display value - 0.5) / 0.5


def configuration(vocabulary: int) -> dict[str, Any]:
    """The model in open_clip's own words: what `open_clip.create_model("local-dir:...")` reads."""
    vision = {"image_size": 32, "patch_size": 4, "layers": 4, "width": 128, "head_width": 32}
    text = {"context_length": CONTEXT_LENGTH, "vocab_size": vocabulary, "width": 128, "heads": 4, "layers": 2}
    preprocess = {"size": 32, "mean": [MEAN] * 3, "std": [SPREAD] * 3, "interpolation": "bicubic"}
    model = {"embed_dim": 128, "vision_cfg": vision, "text_cfg": text}
    return {"model_cfg": model, "preprocess_cfg": preprocess}


def augment(batch: Batch, foggy: int = 0) -> Float[Tensor, "b 3 h w"]:
    """Views as a photograph may show them: moved, blurred, over something; the last `foggy` ones never became solid."""
    layers = backgrounds.random_shift(torch.cat([batch.premultiplied, batch.alpha], dim=1), zoom=ZOOM)
    soft = torch.rand(len(layers)) * (torch.rand(len(layers)) < 0.5)
    layers = backgrounds.blur(layers, soft)
    if foggy:
        layers = torch.cat([layers[:-foggy], backgrounds.add_fog(layers[-foggy:])])
    behind = backgrounds.backgrounds(len(layers), layers.shape[-1])
    linear = layers[:, :3] + (1 - layers[:, 3:]) * behind
    return (srgb_encode(linear.clamp(0, 1)) - MEAN) / SPREAD


def make_sampler(cache: Path, shards: int, subset_only: bool, seed: int, emoji: float = 0.0) -> Mixture:
    """Things, some with a word of where they are seen from, and a share of emoji."""
    more: list[tuple[BatchSource, float]] = (
        [(EmojiSampler(Emoji.load(cache), RESOLUTION, seed + 1), emoji)] if emoji else []
    )
    return Mixture(ViewLabelSampler(load_training(cache, shards, subset_only), seed), more)


def make_step(run: TrainingRun, sampler: Mixture, peak_rate: float = PEAK_RATE) -> Callable[[], float]:
    """A function that draws a batch, learns from it and returns its loss."""
    tokenize = read_tokenizer(run.folder)

    def one_step() -> float:
        drawn = shuffled(sampler.draw(BATCH, contrast=(0.3, 2.0)), sampler.rng)  # the last ones become fog
        batch = with_hard_negatives(drawn, sampler.rng)
        with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):  # fused attention is slow here
            images, texts, scale = run.model(augment(batch, FOGGY), tokenize(batch.captions))
        truth = match_matrix(batch, BATCH - FOGGY), undecidable_matrix(batch, BATCH - FOGGY)
        loss = contrastive_loss(images.float(), texts.float(), scale.clamp_max(100), *truth)
        return run.update(loss, BATCH, peak_rate, EMA_DECAY)

    return one_step


def export(run: TrainingRun, sampler: Mixture, folder: Path, knows_sides: bool = False) -> None:
    """The averaged model in half precision, as open_clip loads it.

    Only where it `knows_sides` does its vocabulary say so, and of what: a Janus score is asked of models that do.
    """
    tokenizer = write_tokenizer(WORDS, folder)
    sides = {"views": view_words(), "faced": names_with_front(sampler.subjects)} if knows_sides else {}
    write_vocabulary(sampler.subjects, folder, **sides)
    write_clip(folder, configuration(tokenizer.vocab_size), run.average.state_dict(), run)


def parse() -> argparse.Namespace:
    parser = training_options(__doc__, 20, 4, "256 views of each thing", checkpoint_minutes=4, peak_rate=PEAK_RATE)
    add_dataset_options(parser)
    parser.add_argument("--knows-sides", action="store_true", help="once judge_measure says that it tells them apart")
    return parser.parse_args()


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    folder = options.cache / "clip"
    model = CLIP(**configuration(write_tokenizer(WORDS, folder).vocab_size)["model_cfg"])
    run = TrainingRun.start(model, Budget(options.minutes, options.samples), folder)
    if options.workers:
        render_missing_views(options.cache, tasks(options.shards, not options.whole), options.workers)
    of_views = (options.cache, options.shards, not options.whole, options.seed + 1 + run.step)
    sampler = make_sampler(*of_views, options.emoji)
    torch.manual_seed(options.seed + 1 + run.step)
    if options.compile:
        model.visual.compile()
        model.transformer.compile()
    one_step = make_step(run, sampler, options.peak_rate)
    export_model = partial(export, run, sampler, folder / "export", options.knows_sides)
    train(run, one_step, export_model, options.checkpoint_minutes)
    if options.out:
        export(run, sampler, options.out, options.knows_sides)


if __name__ == "__main__":
    main()
