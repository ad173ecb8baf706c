"""Rows of a table, weighed and summed: what lattices and planes of features are read by."""

from __future__ import annotations

from jaxtyping import Float, Int
from torch import Tensor

from .trilinear import gather


def gather_weighted(
    table: Float[Tensor, "rows c"], index: Int[Tensor, "n k"], shares: Float[Tensor, "n k"]
) -> Float[Tensor, "n c"]:
    """sum_k share_k table[index_k].

    Where only the table is learned this is `gather`; where the shares have a slope of their own (a gradient by the
    position is wanted) it is plain indexing, which can be differentiated twice.
    """
    if shares.requires_grad:
        return (shares[..., None] * table[index]).sum(1)
    return gather(table[:, None, None], index, shares)
