"""Guidances that fail for some seeds: they pull to nothing or into NaN, and are the real ones for all others."""

from __future__ import annotations

from collections.abc import Container

import pytest

from backend.guidance import build
from backend.guidance.guidance import Guidance, GuidanceLoss, RayRequest
from backend.render.renderer import Rendering

KIND = "view_diffusion"


class Failing:
    """A guidance whose words are not heard: it wants nothing to be there, or knows only NaN."""

    def __init__(self, inner: Guidance, how: str) -> None:
        self.inner, self.how, self.models = inner, how, inner.models

    def sample_views(self, step: int) -> RayRequest | None:
        return self.inner.sample_views(step)

    def loss(self, request: RayRequest, rendering: Rendering, step: int) -> GuidanceLoss:
        factor = float("nan") if self.how == "nan" else 1.0
        return GuidanceLoss(factor * rendering.opacity.mean(), {})

    def edit(self, config) -> None:
        self.inner.edit(config)

    def state(self) -> dict:
        return self.inner.state()

    def restore(self, state: dict) -> None:
        self.inner.restore(state)


def fail_for(monkeypatch: pytest.MonkeyPatch, seeds: Container[int], how: str) -> None:
    """From now on, jobs of the small diffusion model with these seeds 'dissolve', or run into 'nan'."""
    real = build.TEXT_GUIDANCES[KIND]

    def made(choice, config, *rest):
        guidance = real(choice, config, *rest)
        return Failing(guidance, how) if config.seed in seeds else guidance

    monkeypatch.setitem(build.TEXT_GUIDANCES, KIND, made)
