"""What changes over a run: the learning rates and the field's resolution."""

from __future__ import annotations

from backend.config import FieldConfig


def decay(step: int, steps: int, end: float) -> float:
    """Factor of the learning rate: from 1 to `end`, by the same ratio in each step."""
    return max(end, 1e-12) ** (step / max(1, steps - 1))


def growths(config: FieldConfig, steps: int) -> dict[int, int]:
    """Step -> resolution that the field grows to there; equal ratios from the first resolution to the last."""
    if config.start_resolution >= config.resolution:
        return {}
    fractions = sorted(config.grow_at) or [0.0]
    ratio = config.resolution / config.start_resolution
    resolutions = [round(config.start_resolution * ratio ** ((i + 1) / len(fractions))) for i in range(len(fractions))]
    return {int(fraction * steps): resolution for fraction, resolution in zip(fractions, resolutions, strict=True)}
