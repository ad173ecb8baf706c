"""CLIP R-Precision: of all captions, is a picture's own the one that a model finds most like it?

    rank_i = |{ j != right_i : not (s_ij < s_i,right_i) }|        0: the own caption stands alone in front
    R-Precision@r = share of i with rank_i < r

(Park et al. 2021, Benchmark for Compositional Text-to-Image Synthesis; for objects: Dream Fields, arXiv 2112.01455,
section 5.1.) A tie, or a similarity that is NaN, counts against the own caption: a field that is empty, and so the same
to every model, cannot win.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor


def ranks(similarity: Float[Tensor, "n m"], right: Int[Tensor, " n"]) -> Int[Tensor, " n"]:
    """Counts, for each row, the other captions that are at least as like it as its own."""
    own = similarity.gather(1, right[:, None])
    ahead = ~(similarity < own)
    return ahead.scatter(1, right[:, None], False).sum(1)


def r_precision(similarity: Float[Tensor, "n m"], right: Int[Tensor, " n"], r: int = 1) -> float:
    """Share of rows whose own caption is among the first r.

    Raises:
        ValueError: there are no rows.
    """
    if len(similarity) == 0:
        raise ValueError("R-Precision of no results is no number: give at least one.")
    return float((ranks(similarity, right) < r).double().mean())


def share_within(places: Sequence[int | None], r: int = 1) -> float | None:
    """The same from ranks that are known; None where nothing was ranked."""
    ranked = [place for place in places if place is not None]
    return sum(place < r for place in ranked) / len(ranked) if ranked else None


def merged(similarity: Float[Tensor, "n m"], group: Int[Tensor, " m"]) -> Float[Tensor, "n g"]:
    """Captions of one group as one: the most like of them speaks for it."""
    count = int(group.max()) + 1
    whole = similarity.new_full((len(similarity), count), -torch.inf)
    return whole.scatter_reduce(1, group.expand_as(similarity), similarity, "amax")
