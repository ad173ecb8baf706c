"""An exposure and a white balance for each picture, learned beside the field.

A phone chooses both anew for each photograph, and one field cannot have all of these colors. So what a ray of picture i
sees is multiplied, in linear light, by a gain for each channel (Urban Radiance Fields, Rematas et al. 2022, learns a
whole affine map of colors, NeRF-W an embedding):

    C_i = exp(g_i - mean g) C

The mean gain is 1, so that field and pictures are as bright as before.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int
from torch import Tensor

RATE = 0.005
"""Of Adam, in the logarithm: a stop, a factor of two, takes some 140 steps."""
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


class PictureExposures:
    """Gains that move by themselves whenever a loss has been followed back to them."""

    def __init__(self, pictures: int, device: torch.device) -> None:
        """Makes gains of 1."""
        self._log_gains = torch.zeros(pictures, 3, device=device, requires_grad=True)
        self._optimizer = torch.optim.Adam([self._log_gains], lr=RATE)
        self._log_gains.register_post_accumulate_grad_hook(self._step)

    def gains(self, picture: Int[Tensor, " r"]) -> Float[Tensor, "r 3"]:
        """Returns the gain of each ray's picture. Differentiable."""
        return (self._log_gains - self._log_gains.mean(0)).exp()[picture]

    def state(self) -> dict[str, Tensor]:
        """Returns the gains, and Adam's moments of them, for a checkpoint."""
        moments = self._optimizer.state.get(self._log_gains, {})
        return {"log_gains": self._log_gains.detach(), **{name: moments[name] for name in moments}}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes back what `state` gave; a checkpoint of before there were gains gives none."""
        if "log_gains" not in state:
            return
        with torch.no_grad():
            self._log_gains.copy_(state["log_gains"])
        moments = {name: state[name].clone() for name in _MOMENTS if name in state}
        if moments:
            self._optimizer.state[self._log_gains] = moments

    def _step(self, _: Tensor) -> None:
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
