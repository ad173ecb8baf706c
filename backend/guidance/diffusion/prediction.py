"""What a denoiser predicts, and the three ways of saying the same (Salimans & Ho 2022, arXiv 2202.00512, appendix D).

    z = a x + s n          a = sqrt(abar), s = sqrt(1 - abar):  a^2 + s^2 = 1
    "epsilon"              the noise      n
    "v_prediction"         the velocity   v = a n - s x
    "sample"               the clean      x

At a given z and t each is an affine function of any other, so sums whose weights add up to 1 (classifier-free guidance,
several prompts) may be taken in whatever a model predicts, and converted once.
"""

from __future__ import annotations

from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

Views = Float[Tensor, "b c h w"]
PREDICTION_TYPES = ("epsilon", "v_prediction", "sample")
"""As diffusers names them."""


@dataclass(frozen=True)
class Prediction:
    """A prediction with all that is needed to say it otherwise. Each conversion goes the shortest way: dividing by a
    or s and multiplying by it again loses digits where either is small."""

    value: Views
    prediction_type: str
    noisy: Views
    alphas_cumprod: Float[Tensor, "b 1 1 1"]
    """abar"""

    def noise(self) -> Views:
        """n = a v + s z = (z - a x) / s."""
        a, s = self._shares()
        match self.prediction_type:
            case "epsilon":
                return self.value
            case "v_prediction":
                return a * self.value + s * self.noisy
        return (self.noisy - a * self.value) / s

    def pred_original_sample(self) -> Views:
        """x = a z - s v = (z - s n) / a."""
        a, s = self._shares()
        match self.prediction_type:
            case "epsilon":
                return (self.noisy - s * self.value) / a
            case "v_prediction":
                return a * self.noisy - s * self.value
        return self.value

    def velocity(self) -> Views:
        """v = (n - s z) / a = (a z - x) / s."""
        a, s = self._shares()
        match self.prediction_type:
            case "epsilon":
                return (self.value - s * self.noisy) / a
            case "v_prediction":
                return self.value
        return (a * self.noisy - self.value) / s

    def _shares(self) -> tuple[Float[Tensor, "b 1 1 1"], Float[Tensor, "b 1 1 1"]]:
        return self.alphas_cumprod.sqrt(), (1 - self.alphas_cumprod).sqrt()


def add_noise(views: Views, noise: Views, alphas_cumprod: Float[Tensor, "b 1 1 1"]) -> Views:
    """z = sqrt(abar) x + sqrt(1 - abar) n."""
    return alphas_cumprod.sqrt() * views + (1 - alphas_cumprod).sqrt() * noise
