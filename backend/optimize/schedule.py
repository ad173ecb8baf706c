"""What changes over a run: the learning rates and the field's resolution."""

from __future__ import annotations

from backend.config import FieldConfig, OptimizeConfig


def learning_rate_factor(step: int, config: OptimizeConfig) -> float:
    """Factor of the learning rate: a rise by equal ratios over the warm-up, then by equal ratios to its end.

    Dream Fields (appendix): from a tenth to the whole over 1500 steps, constant afterwards.
    """
    rise = config.learning_rate_begin ** max(0.0, 1 - step / config.warm_up)
    factor: float = rise * max(config.learning_rate_end, 1e-12) ** (step / max(1, config.steps - 1))
    return factor


def upsampling_steps(config: FieldConfig, steps: int) -> dict[int, int]:
    """Step -> resolution that the field grows to there; equal ratios from the first resolution to the last."""
    if config.start_resolution >= config.resolution:
        return {}
    fractions = sorted(config.upsample_at) or [0.0]
    ratio = config.resolution / config.start_resolution
    resolutions = [round(config.start_resolution * ratio ** ((i + 1) / len(fractions))) for i in range(len(fractions))]
    return {int(fraction * steps): resolution for fraction, resolution in zip(fractions, resolutions, strict=True)}
