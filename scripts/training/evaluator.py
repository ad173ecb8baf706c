"""Train the evaluator: an open_clip model that tells how like its words a result looks, and is used for nothing else.

    python -m scripts.training.evaluator --minutes 60

It has nothing in common with the embedded CLIP but the dataset's functions and the loss: a convolutional network
instead of a transformer, larger pictures, other instances, lights and seeds. No run is ever guided by it, nor trained
with it, so what pleases it was not made to please it. It is not part of the extension. The same command resumes a
run.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from open_clip import CLIP
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.optim.swa_utils import update_bn

from .captions.hard_negatives import with_hard_negatives
from .captions.tokenizer import CONTEXT_LENGTH, read_tokenizer, write_tokenizer
from .captions.view_labels import VIEWS, view_words
from .captions.vocabulary import WORDS, write_vocabulary
from .evaluator_batches import (
    FIRST_SHARD,
    PAIR_SPEC,
    SINGLE_SPEC,
    SIZE,
    EvaluatorSampler,
    augment,
    load,
    tasks,
)
from .loop.options import training_options
from .loop.training_loop import Budget, TrainingRun, train
from .models.clip_folder import write_clip
from .models.contrastive_loss import contrastive_loss, match_matrix, undecidable_matrix
from .raycasting.render_views import render_missing_views

BATCH, FOGGY, PEAK_RATE, EMA_DECAY, SEED = 128, 12, 2e-3, 0.998, 7_000
MEAN, SPREAD = 0.5, 0.5
SETTLING = 12  # batches that the averaged network's normalization is measured on
EVALUATOR_WORDS = sorted({*WORDS, *VIEWS, "view"})


def configuration(vocabulary: int) -> dict[str, Any]:
    """The model in open_clip's own words; numbers of blocks in `layers` make its image tower a ResNet."""
    vision = {"image_size": SIZE, "layers": [1, 2, 1, 1], "width": 16, "head_width": 64, "patch_size": None}
    text = {"context_length": CONTEXT_LENGTH, "vocab_size": vocabulary, "width": 96, "heads": 3, "layers": 1}
    preprocess = {"size": SIZE, "mean": [MEAN] * 3, "std": [SPREAD] * 3, "interpolation": "bicubic"}
    model = {"embed_dim": 128, "vision_cfg": vision, "text_cfg": text}
    return {"model_cfg": model, "preprocess_cfg": preprocess}


def augmented_views(sampler: EvaluatorSampler, size: int, foggy: int = 0) -> Float[Tensor, "b 3 h w"]:
    """Only the pictures of a batch, as the network takes them."""
    return network_input(augment(sampler.draw(size), foggy))


def network_input(rendered: Float[Tensor, "b 3 h w"]) -> Float[Tensor, "b 3 h w"]:
    """Channels last: a convolution in bfloat16 is a third faster so."""
    return ((rendered - MEAN) / SPREAD).to(memory_format=torch.channels_last)


def make_step(run: TrainingRun, sampler: EvaluatorSampler, peak_rate: float = PEAK_RATE) -> Callable[[], float]:
    """A function that draws a batch, learns from it and returns its loss."""
    tokenize, solid = read_tokenizer(run.folder), BATCH - FOGGY

    def one_step() -> float:
        batch = with_hard_negatives(sampler.draw(BATCH), sampler.rng)
        shown = network_input(augment(batch, FOGGY))
        with torch.autocast("cpu", torch.bfloat16), sdpa_kernel(SDPBackend.MATH):  # fused attention is slow here
            images, texts, scale = run.model(shown, tokenize(batch.captions))
        truth = match_matrix(batch, solid), undecidable_matrix(batch, solid)
        loss = contrastive_loss(images.float(), texts.float(), scale.clamp_max(100), *truth)
        return run.update(loss, BATCH, peak_rate, EMA_DECAY)

    return one_step


def recalibrate(average: CLIP, sampler: EvaluatorSampler) -> CLIP:
    """Averaged weights with the mean and variance that pictures have in them (Izmailov et al. 2018, algorithm 1)."""
    model, shown = copy.deepcopy(average), [augmented_views(sampler, BATCH) for _ in range(SETTLING)]
    with torch.autocast("cpu", torch.bfloat16):
        update_bn(shown, model.visual)
    return model.eval()


def export(run: TrainingRun, sampler: EvaluatorSampler, folder: Path) -> None:
    """The averaged model in half precision, as open_clip loads it."""
    tokenizer = write_tokenizer(EVALUATOR_WORDS, folder)
    write_vocabulary(sampler.subjects, folder, views=view_words())
    write_clip(folder, configuration(tokenizer.vocab_size), recalibrate(run.average, sampler).state_dict(), run)


def parse() -> argparse.Namespace:
    """Another seed than the embedded models'."""
    each = (
        f"{SINGLE_SPEC.instances * SINGLE_SPEC.views} views of each thing; pairs have two of {PAIR_SPEC.views} at most"
    )
    return training_options(__doc__, 60, 3, each, 4, PEAK_RATE, SEED).parse_args()


def main() -> None:
    options = parse()
    torch.manual_seed(options.seed)
    folder = options.cache / "judge"
    model = CLIP(**configuration(write_tokenizer(EVALUATOR_WORDS, folder).vocab_size)["model_cfg"])
    run = TrainingRun.start(
        model.to(memory_format=torch.channels_last), Budget(options.minutes, options.samples), folder
    )
    shards = range(FIRST_SHARD, FIRST_SHARD + options.shards)
    if options.workers:
        render_missing_views(options.cache, tasks(shards), options.workers)
    sampler = EvaluatorSampler(load(options.cache, shards), options.seed + 1 + run.step)
    torch.manual_seed(options.seed + 1 + run.step)
    one_step = make_step(run, sampler, options.peak_rate)
    train(run, one_step, lambda: export(run, sampler, folder / "export"), options.checkpoint_minutes)
    if options.out:
        export(run, sampler, options.out)


if __name__ == "__main__":
    main()
