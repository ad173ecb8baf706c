"""One prediction for each view from several questions: wanted texts, unwanted texts, and nothing at all.

    n(wanted) = sum_k w_k n(text_k)                          sum_k w_k = 1
    n(base)   = (1 - sum_j u_j) n(nothing) + sum_j u_j n(unwanted_j)
    n_hat     = n(base) + s (n(wanted) - n(base))            classifier-free guidance (Ho & Salimans 2022)

Several texts are a sum of predictions, not of embeddings: scores add, so it is the score of the product of the texts'
distributions, p(x|text_1)^w_1 p(x|text_2)^w_2 ... (Liu et al. 2022, arXiv 2206.01714), and both are asked for at once.
A mean of embeddings costs one question instead of k, but its tokens are means of unrelated words by their place in the
sentence, which no model has been trained on. A text is asked only where its factor is not 0: one prompt at s = 1 is one
question, and unwanted words are not asked there, because they cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.guidance.view_prompt import ViewPrompt

from .denoiser import NULL_PROMPT, Conditions, Denoiser
from .perp_neg import perp_neg_direction
from .prediction import Views

MIN_WEIGHT = 0.01
"""A text of less weight against the largest is not asked: it would cost as much and change nothing that can be seen."""
TextPredictions = dict[str, Float[Tensor, "c h w"]]


def classifier_free_guidance(
    model: Denoiser,
    noisy: Views,
    timestep: Int[Tensor, " b"],
    view_prompts: Sequence[ViewPrompt],
    cameras: Float[Tensor, "b 3"],
    scale: float,
    *,
    perp_neg: bool = False,
    depth: Float[Tensor, "b 1 h w"] | None = None,
) -> Views:
    """Returns what the model predicts (in its own `prediction_type`) for each view, from all its texts."""
    across = [perp_neg and bool(wording.negative) for wording in view_prompts]
    asked = [
        _texts(wording) if perp else tuple(text_factors(wording, scale))
        for wording, perp in zip(view_prompts, across, strict=True)
    ]
    answers = _predict_texts(model, noisy, timestep, asked, cameras, depth)
    combined = [
        _perp_neg(answer, wording, scale) if perp else _weighted_sum(answer, text_factors(wording, scale))
        for answer, wording, perp in zip(answers, view_prompts, across, strict=True)
    ]
    return torch.stack(combined)


def drop_negligible(wording: ViewPrompt) -> ViewPrompt:
    """Without the texts of little weight; the weights sum to 1 again."""
    least = MIN_WEIGHT * max(weight for _, weight in wording.positive)
    kept = [(text, weight) for text, weight in wording.positive if weight >= least]
    total = sum(weight for _, weight in kept)
    return replace(wording, positive=tuple((text, weight / total) for text, weight in kept))


def text_factors(wording: ViewPrompt, scale: float) -> dict[str, float]:
    """n_hat as a sum over texts: the factor of each that counts."""
    against = sum(weight for _, weight in wording.negative)
    base = [(NULL_PROMPT, (1 - scale) * (1 - against))] + [
        (text, (1 - scale) * weight) for text, weight in wording.negative
    ]
    found = _sum_by_text(base + [(text, scale * weight) for text, weight in wording.positive])
    return {text: factor for text, factor in found.items() if factor != 0}


def _sum_by_text(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    """A text that is said twice counts with the sum of its weights."""
    sums: dict[str, float] = {}
    for text, weight in pairs:
        sums[text] = sums.get(text, 0.0) + weight
    return sums


def _texts(wording: ViewPrompt) -> tuple[str, ...]:
    return tuple(dict.fromkeys([NULL_PROMPT, *(text for text, _ in (*wording.positive, *wording.negative))]))


def _predict_texts(
    model: Denoiser,
    noisy: Views,
    timestep: Int[Tensor, " b"],
    asked: Sequence[Sequence[str]],
    cameras: Float[Tensor, "b 3"],
    depth: Float[Tensor, "b 1 h w"] | None,
) -> list[TextPredictions]:
    """All texts of all views in one batch."""
    view = torch.tensor([i for i, texts in enumerate(asked) for _ in texts], device=noisy.device)
    texts = [text for texts in asked for text in texts]
    conditions = Conditions(texts, cameras[view], None if depth is None else depth[view])
    predicted = iter(model.predict(noisy[view], timestep[view], conditions))
    return [{text: next(predicted) for text in texts} for texts in asked]


def _weighted_sum(answers: TextPredictions, weights: dict[str, float]) -> Float[Tensor, "c h w"]:
    return sum((weight * answers[text] for text, weight in weights.items()), start=torch.zeros(()))


def _perp_neg(answers: TextPredictions, wording: ViewPrompt, scale: float) -> Float[Tensor, "c h w"]:
    """Perp-Neg; the directions are of the model's own kind, which differ from those of noise by one factor a view."""
    nothing = answers[NULL_PROMPT]
    positive = _weighted_sum(answers, _sum_by_text(wording.positive)) - nothing
    negative = [(answers[text] - nothing, weight) for text, weight in wording.negative]
    return nothing + scale * perp_neg_direction(positive, negative)
