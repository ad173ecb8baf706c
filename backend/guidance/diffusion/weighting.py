"""The gradient of score distillation and its weight w(t) (DreamFusion, arXiv 2209.14988, eq. 3).

    d loss / d x = w(t) (n_hat(z; prompt, t) - n)

    x0        sqrt(1 - abar) / sqrt(abar)     leaves exactly x - x_hat: a pull to the predicted x0, whatever t is
    dreamfusion  1 - abar                        sigma_t^2, DreamFusion's choice
    uniform      1                               the code of SJC
    fantasia3d       (1 - abar) sqrt(abar)           Fantasia3D's choice: less pull from nearly pure noise
    score        sqrt(abar) / sqrt(1 - abar)     1 / sigma: minus the score of the unscaled view (SJC, eq. 8)

No loss has this gradient: the Jacobian of the network is left out (DreamFusion, eq. 3). It is handed over as it is.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from .prediction import Prediction, Views

Level = Float[Tensor, "b 1 1 1"]

WEIGHTS = {
    "x0": lambda alphas_cumprod: (1 - alphas_cumprod).sqrt() / alphas_cumprod.sqrt(),
    "dreamfusion": lambda alphas_cumprod: 1 - alphas_cumprod,
    "uniform": lambda alphas_cumprod: alphas_cumprod.new_ones(alphas_cumprod.shape),
    "fantasia3d": lambda alphas_cumprod: (1 - alphas_cumprod) * alphas_cumprod.sqrt(),
    "score": lambda alphas_cumprod: alphas_cumprod.sqrt() / (1 - alphas_cumprod).sqrt(),
}


def weight(name: str, alphas_cumprod: Level) -> Level:
    """w(t) for noise levels given by abar."""
    weights: Level = WEIGHTS[name](alphas_cumprod)
    return weights


def sds_gradient(name: str, prediction: Prediction, noise: Views, views: Views, limit: float | None = None) -> Views:
    """w(t) (n_hat - n). For "x0" it is x - x_hat without the detour, with x_hat kept within +-`limit`, the range of
    real pictures (Imagen's static thresholding)."""
    if name != "x0":
        return weight(name, prediction.alphas_cumprod) * (prediction.noise() - noise)
    guess = prediction.pred_original_sample()
    return views - (guess if limit is None else guess.clamp(-limit, limit))
