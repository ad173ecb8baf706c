"""Form without colour: one grey for the whole field, lit from beside the camera.

As DreamFusion's "textureless renders", which tell form from painted-on texture (arXiv 2209.14988, sections 3.2, 5.1):

    colour = grey (ambient + diffuse max(0, n . l)),    l: the same direction everywhere

Grey where DreamFusion has white, because our backdrop is white and a white form would have no edge against it.

The caption is kept, as there. A grey picture cannot say which colour was asked for, so in the count of the right ones
candidates that differ in nothing but words of colour are one candidate: `one_of_form`.
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
from backend.render.shading import Shading

COLOURS = (
    "red", "green", "blue", "yellow", "orange", "purple", "violet", "pink", "white", "black", "grey", "gray", "brown",
    "cyan", "magenta", "turquoise", "beige", "gold", "golden", "silver",
)  # fmt: skip
"""Where a model does not say which words of colour it was taught (taught.py)."""
ARTICLES = ("a", "an", "the")
FAR = 1e3
"""Times the camera's distance: rays of light are parallel from there."""


@dataclass(frozen=True)
class Textureless:
    """A surface and its light."""

    grey: float = 0.5
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
        light = view.camera.pose[:3, 3].cpu() + FAR * view.radius * towards
        return Shading(tuple(light.tolist()), self.grey * self.ambient, self.grey * self.diffuse, textureless=True)


def form_of(prompt: str, colours: Collection[str] = COLOURS) -> tuple[str, ...]:
    """A prompt's words without those of colour, and without articles: "an orange cube" and "a red cube" are one."""
    words = re.findall(r"[\w'-]+", prompt.lower())
    left = tuple(word for word in words if word not in colours and word not in ARTICLES)
    return left or tuple(words)


def one_of_form(candidates: Sequence[str], colours: Collection[str] = COLOURS) -> Int[Tensor, " m"]:
    """For each candidate the number of its form; forms are numbered as they come."""
    numbers: dict[tuple[str, ...], int] = {}
    return torch.tensor([numbers.setdefault(form_of(text, colours), len(numbers)) for text in candidates])
