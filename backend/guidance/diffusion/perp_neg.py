"""Words against that leave the words for alone: Perp-Neg (arXiv 2304.04968, section 3).

    d_pos = n(wanted) - n(nothing)        d_i = n(unwanted_i) - n(nothing)
    n_hat = n(nothing) + s [ d_pos - sum_i w_i d_i_perp ]       d_i_perp = d_i - (d_i . d_pos / d_pos . d_pos) d_pos

Only what lies across the wanted direction is subtracted, so words that overlap with the prompt cannot take it away. One
scalar product for each view, over all its channels and pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

View = Float[Tensor, "c h w"]


def perpendicular(vector: View, along: View) -> View:
    """The part of `vector` at a right angle to `along`; all of it where `along` is nothing."""
    length = along.square().sum()
    share = torch.where(length > 0, (vector * along).sum() / length, 0)
    return vector - share * along


def perp_neg_direction(wanted: View, unwanted: Sequence[tuple[View, float]]) -> View:
    """d_pos - sum_i w_i d_i_perp."""
    across = [weight * perpendicular(direction, wanted) for direction, weight in unwanted]
    return wanted - sum(across, torch.zeros_like(wanted))
