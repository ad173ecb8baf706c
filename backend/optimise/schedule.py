"""What changes over a run: the learning rates and the field's resolution."""

from __future__ import annotations

from backend.config import FieldConfig

WARM_UP = 10  # steps in which Adam's moments settle


def rate_factor(step: int, steps: int, end: float) -> float:
    """Factor of the learning rate: a short rise, then from 1 to `end` by the same ratio in each step."""
    return min(1.0, (step + 1) / WARM_UP) * max(end, 1e-12) ** (step / max(1, steps - 1))


def growths(config: FieldConfig, steps: int) -> dict[int, int]:
    """Step -> resolution that the field grows to there; equal ratios from the first resolution to the last."""
    if config.start_resolution >= config.resolution:
        return {}
    fractions = sorted(config.grow_at) or [0.0]
    ratio = config.resolution / config.start_resolution
    resolutions = [round(config.start_resolution * ratio ** ((i + 1) / len(fractions))) for i in range(len(fractions))]
    return {int(fraction * steps): resolution for fraction, resolution in zip(fractions, resolutions, strict=True)}
