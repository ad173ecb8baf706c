"""A cube whose faces are painted, and an evaluator that knows only paint: what is right follows by construction."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch.nn import functional as F

from backend.fields.field import UNIT_CUBE

HALF = 0.5
RED, GREEN, BLUE, GRAY = (0.8, 0.0, 0.0), (0.0, 0.8, 0.0), (0.0, 0.0, 0.8), (0.3, 0.3, 0.3)
PAINTS = {"front": RED, "side": GREEN, "back": BLUE}


class PaintedCube:
    """Opaque; the front is -Y. Top and bottom are gray."""

    bounds = UNIT_CUBE

    def __init__(self, front=RED, right=GREEN, back=BLUE, left=GREEN) -> None:
        self.paint = torch.tensor([left, right, front, back, GRAY, GRAY])

    def density(self, positions):
        return 400.0 * (positions.abs().amax(-1) < HALF)

    def density_and_color(self, positions, directions=None):
        return self.density(positions), self.paint[self._face(positions)]

    def density_gradient(self, positions):
        """Straight into the nearest face."""
        axis = positions.abs().argmax(-1)
        return -1e4 * F.one_hot(axis, 3) * positions.sign()

    def _face(self, positions):
        axis = positions.abs().argmax(-1)
        return 2 * axis + (positions.gather(-1, axis[:, None])[:, 0] > 0)


class Fog:
    """The same everywhere; empty at density 0, broken at NaN."""

    bounds = UNIT_CUBE

    def __init__(self, density: float, value: float = 0.5) -> None:
        self.density_value, self.value = density, value

    def density_and_color(self, positions, directions=None):
        return torch.full((len(positions),), self.density_value), torch.full((len(positions), 3), self.value)

    def density_gradient(self, positions):
        return torch.zeros_like(positions)


class EyeForPaint:
    """In place of an ImageText: a picture's embedding says how much of it is red, green and blue (and a little 1), a
    text's which colors are named in it; "front" means red, "side" green, "back" blue."""

    size = 24
    mean = torch.zeros(3, 1, 1)
    card = {"name": "an eye for paint"}
    model = SimpleNamespace(logit_scale=torch.tensor(100.0).log())
    words = ({"red", "front"}, {"green", "side"}, {"blue", "back"})

    def embed_pictures(self, pictures):
        strength = (pictures - pictures.mean(1, keepdim=True)).clamp_min(0)
        strength = strength * (strength > 0.1)  # gray, and edges that are mixed with white, say nothing
        whole = F.pad(strength.mean((2, 3)), (0, 1), value=1e-3)
        return F.normalize(whole, dim=-1)

    def embed_text(self, text):
        said = set(text.replace(",", "").split())
        named = next((i for i, words in reversed(list(enumerate(self.words))) if words & said), None)
        if {"front", "side", "back"} & said:
            named = next(i for i, word in enumerate(("front", "side", "back")) if word in said)
        return torch.eye(4)[3 if named is None else named]
