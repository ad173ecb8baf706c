"""What makes the embedded models: each is run from the checkout as `python -m scripts.training.NAME`.

diffusion, clip, evaluator, prior   the commands: one for each model

objects      classes of everyday objects as small parametric meshes, and scenes of one or two of them
raycasting   rays to views of coverage and shade, kept on disk
materials    what surfaces are made of or painted with
captions     the grammar of captions, hard negatives, labels of views, the tokenizer
batches, emoji, evaluator_batches, held_out, training_subset, backgrounds, colors   views and captions become batches
loop         budget, checkpoints, optimizers, options
models       losses, sampling, folders of weights
evaluation   how good a model is
weights      the evaluator's own, which take part in no run

Nothing is downloaded but emoji, where a person asks (scripts.training.emoji).
"""

from __future__ import annotations

from backend.torchvision_import import import_torchvision

import_torchvision()  # open_clip and diffusers both import it
