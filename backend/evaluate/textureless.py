"""Form without color: one gray for the whole field, lit from beside the camera.

As DreamFusion's "textureless renders", which tell form from painted-on texture (arXiv 2209.14988, sections 3.2, 5.1):

    color = gray (ambient + diffuse max(0, n . l)),    l: the same direction everywhere

Gray where DreamFusion has white, because our backdrop is white and a white form would have no edge against it.

The caption is kept, as there. A gray picture cannot say which color was asked for, so in the count of the right ones
candidates that differ in nothing but words of color are one candidate: `form_groups`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from backend.cameras.orbit import OrbitView
from backend.pretrained.vocabulary import COLORS
from backend.render.shading import Shading

ARTICLES = ("a", "an", "the")
LIGHT_DISTANCE = 1e3
"""Times the camera's distance: rays of light are parallel from there."""


@dataclass(frozen=True)
class Textureless:
    """A surface and its light."""

    gray: float = 0.5
    """linear"""
    ambient: float = 0.3
    diffuse: float = 0.7
    turn_degrees: float = 35.0
    """The light stands to the right of the camera by this, seen from above the middle of the picture ..."""
    rise_degrees: float = 35.0
    """... and above it by this."""

    def under(self, view: OrbitView) -> Shading:
        """The light goes with the camera, so that no side lies in the dark."""
        x, y, z = (view.camera.pose[:3, i].cpu() for i in range(3))
        turn, rise = math.radians(self.turn_degrees), math.radians(self.rise_degrees)
        towards = math.cos(rise) * (math.sin(turn) * x + math.cos(turn) * z) + math.sin(rise) * y
        light = view.camera.pose[:3, 3].cpu() + LIGHT_DISTANCE * view.radius * towards
        return Shading(tuple(light.tolist()), self.gray * self.ambient, self.gray * self.diffuse, textureless=True)


def form_of(prompt: str, colors: Collection[str] = COLORS) -> tuple[str, ...]:
    """A prompt's words without those of color, and without articles: "an orange cube" and "a red cube" are one."""
    words = re.findall(r"[\w'-]+", prompt.lower())
    left = tuple(word for word in words if word not in colors and word not in ARTICLES)
    return left or tuple(words)


def form_groups(candidates: Sequence[str], colors: Collection[str] = COLORS) -> Int[Tensor, " m"]:
    """Returns, for each candidate, the number of its form; forms are numbered as they come."""
    numbers: dict[tuple[str, ...], int] = {}
    return torch.tensor([numbers.setdefault(form_of(text, colors), len(numbers)) for text in candidates])
