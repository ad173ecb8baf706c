"""Which texts of a batch are true of which pictures, and the loss that brings them together."""

from __future__ import annotations

from math import inf

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from ..batches import Batch, LabelSet


def match_matrix(batch: Batch, pictures: int) -> Bool[Tensor, "b n"]:
    """Whether text j is true of picture i, of the first so many pictures."""
    return torch.tensor(
        [
            [is_match(caption_labels, image_labels) for caption_labels in batch.caption_labels]
            for image_labels in batch.image_labels[:pictures]
        ]
    )


def undecidable_matrix(batch: Batch, pictures: int) -> Bool[Tensor, "b n"]:
    """What a picture cannot tell of what it shows: its color or the side it is seen from, where nobody knows them."""
    return torch.tensor(
        [
            [is_undecidable(caption_labels, image_labels) for caption_labels in batch.caption_labels]
            for image_labels in batch.image_labels[:pictures]
        ]
    )


def is_undecidable(caption_labels: LabelSet, image_labels: LabelSet) -> bool:
    color, view = caption_labels.colors and not image_labels.colors, caption_labels.view and not image_labels.view
    return caption_labels.subject == image_labels.subject and bool(color or view)


def is_match(caption_labels: LabelSet, image_labels: LabelSet) -> bool:
    """The same subject, no color said that it does not have, and no view from where it is not seen."""
    alike = caption_labels.subject == image_labels.subject and caption_labels.view in ("", image_labels.view)
    return alike and caption_labels.colors.items() <= image_labels.colors.items()


def contrastive_loss(
    images: Float[Tensor, "b d"],
    texts: Float[Tensor, "b d"],
    scale: Tensor,
    true: Bool[Tensor, "s b"],
    unknown: Bool[Tensor, "s b"] | None = None,
) -> Tensor:
    """Cross-entropy both ways against all that is true; pictures beyond the first s (foggy) are true of nothing.

    What is `unknown`, because a picture cannot tell, counts neither as right nor as wrong.
    """
    logits = scale * images @ texts.T
    if unknown is not None:
        missing = len(logits) - len(true)
        logits = logits.masked_fill(torch.nn.functional.pad(unknown, (0, 0, 0, missing)), -inf)
    towards_texts = -_sum_where(logits[: len(true)].log_softmax(1), true, 1) / true.sum(1)
    wanted = true.any(0)
    towards_images = -_sum_where(logits.log_softmax(0)[: len(true)], true, 0)[wanted] / true.sum(0)[wanted]
    return (towards_texts.mean() + towards_images.mean()) / 2


def _sum_where(values: Float[Tensor, "s b"], chosen: Bool[Tensor, "s b"], dim: int) -> Tensor:
    """Of the chosen ones; the others may be infinite."""
    return values.masked_fill(~chosen, 0).sum(dim)
