"""The score of unscaled, noisy pictures, averaged: Score Jacobian Chaining (arXiv 2212.00774, eqs. 7-10).

    y = x + sigma n                               noise is added to the unscaled picture; n ~ N(0, I)
    score(y; sigma) = (D(y; sigma) - y) / sigma^2                                                        (eq. 7)
    PAAS(x; sigma)  = E_n[ score(x + sigma n; sigma) ] = E_n[ (D(x + sigma n; sigma) - x) / sigma^2 ]    (eqs. 8, 9)

A rendered x is no noisy picture, so D is not asked at x but at perturbed ones; x instead of x + sigma n in the last
form has the same mean, because E[n] = 0, and less variance. Our denoisers read scaled pictures y / sqrt(1 + sigma^2).
With sigma^2 = (1 - abar) / abar that is z = sqrt(abar) x + sqrt(1 - abar) n: the same z as DreamFusion's. So for one
noise  - sigma PAAS = n_hat - n : the two methods differ by w(t) alone (`weighting.py`), and by the mean.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from .prediction import Views
from .weighting import weight

Level = Float[Tensor, "b 1 1 1"]
Denoise = Callable[[Views, Level], Views]
"""D(y; sigma): the clean guess for unscaled noisy pictures."""


def perturb_and_average(denoise: Denoise, views: Views, sigma: Level, noises: Float[Tensor, "n b c h w"]) -> Views:
    """PAAS(x; sigma) over the given noises."""
    scores = [(denoise(views + sigma * noise, sigma) - views) / sigma.square() for noise in noises]
    return torch.stack(scores).mean(0)


def noise_ratio(alphas_cumprod: Level) -> Level:
    """sigma = sqrt(1 - abar) / sqrt(abar)."""
    return (1 - alphas_cumprod).sqrt() / alphas_cumprod.sqrt()


def sjc_gradient(name: str, score: Views, alphas_cumprod: Level) -> Views:
    """w(t) (- sigma PAAS): what to descend so that the score is climbed."""
    return -weight(name, alphas_cumprod) * noise_ratio(alphas_cumprod) * score
