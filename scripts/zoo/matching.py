"""Which texts of a batch are true of which pictures, and the loss that brings them together."""

from __future__ import annotations

from math import inf

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from .batches import Batch, Meaning


def true_of(batch: Batch, pictures: int) -> Bool[Tensor, "b n"]:
    """Whether text j is true of picture i, of the first so many pictures."""
    return torch.tensor([[holds(said, shown) for said in batch.said] for shown in batch.shown[:pictures]])


def unknown_of(batch: Batch, pictures: int) -> Bool[Tensor, "b n"]:
    """What a picture cannot tell of what it shows: its colour or the side it is seen from, where nobody knows them."""
    return torch.tensor([[cannot_tell(said, shown) for said in batch.said] for shown in batch.shown[:pictures]])


def cannot_tell(said: Meaning, shown: Meaning) -> bool:
    colour, view = said.colours and not shown.colours, said.view and not shown.view
    return said.subject == shown.subject and bool(colour or view)


def holds(said: Meaning, shown: Meaning) -> bool:
    """The same subject, no colour said that it does not have, and no view from where it is not seen."""
    alike = said.subject == shown.subject and said.view in ("", shown.view)
    return alike and said.colours.items() <= shown.colours.items()


def matching_loss(
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
