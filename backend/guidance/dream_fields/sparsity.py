"""What keeps space empty: the six losses that Dream Fields compares (arXiv 2112.01455, table 2 and eqs. 7 to 11).

    L_CLIP = - similarity           T: transmittance of each ray, 1 - opacity           T' = min(tau, mean T)

    clipped additive     L_CLIP - lambda T'                                    (eq. 9; the default)
    clipped gated        T' L_CLIP                                             (eq. 11)
    gated                mean(T) L_CLIP                                        (table 2)
    beta prior           L_CLIP + lambda_b mean(log T + log(1 - T))            (eq. 10; Neural Volumes)
    perturbed density    L_CLIP, with density = softplus(raw + noise) while it is rendered   (table 2; NeRF)
    none                 L_CLIP

Table 2 prints a minus before mean(T) L_CLIP, which would drive the similarity down; eq. 11 has none, and so has ours.
The logarithms are cut at 1e-6, and lambda_b is 0.001, as in the published code; the paper names neither. It does not
name the noise either: 1 is NeRF's (arXiv 2003.08934, section A).

tau follows the object's size on the picture: "scaling 1 - tau ~ f^2 / d^2 preserves its cross section" (section 4.5).
"""

from __future__ import annotations

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import OrbitView
from backend.config import DreamFieldsConfig

PUBLISHED_FOCAL, PUBLISHED_DISTANCE = 1.2 * 1111.1 / 800, 4.0
"""Focal length in widths of the picture, and half-widths of the cube, for which tau is told."""
MIN_VALUE = 1e-6

Scalar = Float[Tensor, ""]


def target_transmittance(step: int, start: float, end: float, ramp: int, size: float = 1.0) -> float:
    """tau: the opacity 1 - tau falls by equal ratios over `ramp` steps, then stays; `size` multiplies it.

        1 - tau = size (1 - start)^(1 - p) (1 - end)^p,    p = min(1, step / ramp)

    The paper says that tau is annealed from 40 % to 88 % over 500 steps; the equal ratios are the published code's.
    """
    done = min(1.0, step / ramp)
    opacity: float = max(1 - start, MIN_VALUE) ** (1 - done) * max(1 - end, MIN_VALUE) ** done
    return 1 - min(1.0, size * opacity)


def size_on_picture(views: list[OrbitView]) -> float:
    """f^2 / d^2 against the published camera, the mean over views: how much larger the same object is seen."""
    sizes = [
        (view.camera.focal[0] / view.camera.width / PUBLISHED_FOCAL) ** 2 * (PUBLISHED_DISTANCE / view.radius) ** 2
        for view in views
    ]
    return sum(sizes) / len(sizes)


def total_loss(config: DreamFieldsConfig, similarity: Scalar, opacity: Float[Tensor, " r"], tau: float) -> Scalar:
    """The loss that `config.sparsity` names."""
    return LOSSES[config.sparsity](config, -similarity, 1 - opacity, tau)


def clipped_additive(config: DreamFieldsConfig, clip: Scalar, clear: Float[Tensor, " r"], tau: float) -> Scalar:
    """L_CLIP - lambda min(tau, mean T): emptiness pays up to tau and no further, however good the picture is."""
    return clip - config.transmittance_weight * clear.mean().clamp_max(tau)


def clipped_gated(config: DreamFieldsConfig, clip: Scalar, clear: Float[Tensor, " r"], tau: float) -> Scalar:
    """min(tau, mean T) L_CLIP: similarity counts only as far as the scene is clear."""
    return clear.mean().clamp_max(tau) * clip


def gated(config: DreamFieldsConfig, clip: Scalar, clear: Float[Tensor, " r"], tau: float) -> Scalar:
    """mean(T) L_CLIP: without a target, so emptiness never stops paying."""
    return clear.mean() * clip


def beta_prior(config: DreamFieldsConfig, clip: Scalar, clear: Float[Tensor, " r"], tau: float) -> Scalar:
    """L_CLIP + lambda_b mean(log T + log(1 - T)): least where every ray passes or is stopped."""
    logs = clear.clamp_min(MIN_VALUE).log() + (1 - clear).clamp_min(MIN_VALUE).log()
    return clip + config.beta_weight * logs.mean()


def unregularized(config: DreamFieldsConfig, clip: Scalar, clear: Float[Tensor, " r"], tau: float) -> Scalar:
    """L_CLIP."""
    return clip


LOSSES: dict[str, Callable[[DreamFieldsConfig, Scalar, Float[Tensor, " r"], float], Scalar]] = {
    "clipped_additive": clipped_additive,
    "clipped_gated": clipped_gated,
    "gated": gated,
    "beta_prior": beta_prior,
    "perturbed_density": unregularized,  # the noise acts while the field is rendered: Proposal.density_noise
    "none": unregularized,
}
