"""Form without colour: one grey for the whole field, lit from beside the camera (DreamFusion, arXiv 2209.14988, sections
3.2 and 5.1: "textureless renders", which tell geometry from painted-on texture).

    colour = grey (ambient + diffuse max(0, n . l)),    l: the same direction everywhere

Grey where DreamFusion has white, because our backdrop is white and a white form would have no edge against it.

The caption is kept, as there. A grey picture cannot say which colour was asked for, so in the count of the right ones
candidates that differ in nothing but words of colour are one candidate: `one_of_form`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from jaxtyping import Int
from torch import Tensor

from backend.cameras.orbit import OrbitView
from backend.render.shading import Shading

COLOURS = (
    "red", "green", "blue", "yellow", "orange", "purple", "violet", "pink", "white", "black", "grey", "gray", "brown",
    "cyan", "magenta", "turquoise", "beige", "gold", "golden", "silver",
)  # fmt: skip
"""Where a model does not say which words of colour it was taught."""
VOCABULARY = "vocabulary.json"
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


def colours_beside(folder: Path | None) -> tuple[str, ...]:
    """The words of colour that a model says it was taught, or a list of common ones."""
    try:
        taught = json.loads((folder / VOCABULARY).read_text(encoding="utf-8")).get("colours") if folder else None
    except (OSError, ValueError, AttributeError):
        taught = None
    return tuple(taught) if taught else COLOURS


def form_of(prompt: str, colours: Collection[str] = COLOURS) -> tuple[str, ...]:
    """A prompt's words without those of colour, and without articles: "an orange cube" and "a red cube" are one."""
    words = re.findall(r"[\w'-]+", prompt.lower())
    left = tuple(word for word in words if word not in colours and word not in ARTICLES)
    return left or tuple(words)


def one_of_form(candidates: Sequence[str], colours: Collection[str] = COLOURS) -> Int[Tensor, " m"]:
    """For each candidate the number of its form; forms are numbered as they come."""
    numbers: dict[tuple[str, ...], int] = {}
    return torch.tensor([numbers.setdefault(form_of(text, colours), len(numbers)) for text in candidates])
