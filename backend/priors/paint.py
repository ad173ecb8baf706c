"""Colors at positions: of the parts as the prompt has them, and the finish of the main parts.

    color(p) = surface_k(p),    k the likeliest part at p: a hat ends where the head begins, with no blend between

Training sees parts and never colors, so a color is as right on any object and part as on any other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from backend.color import srgb_decoded

from .captions import ObjectPrompt
from .surfaces import FINISHES, NEED_NORMALS
from .vocabulary import PriorVocabulary

PATTERN_SCALE = 1.6 / 1.9
"""Patterns are sized for objects of width 1.6; in its frame an object is about 1.9 wide."""
DEFAULT_COLOR = "grey"


@dataclass(frozen=True)
class Paint:
    """Linear colors of an object's parts, and the finish of those that take the prompt's color."""

    parts: Float[Tensor, "k 3"]
    main: Bool[Tensor, " k"]
    color: Float[Tensor, " 3"]
    second: Float[Tensor, " 3"]
    finish: str = ""

    @staticmethod
    def of(prompt: ObjectPrompt, vocabulary: PriorVocabulary) -> Paint:
        words = vocabulary.objects[prompt.name]
        main = prompt.color or vocabulary.finish_colors.get(prompt.finish) or words.natural or DEFAULT_COLOR

        def linear(name: str) -> Tensor:
            return srgb_decoded(torch.tensor(vocabulary.srgb[name]))

        parts = [linear(prompt.part_colors.get(name) or own or main) for name, own in words.slots]
        takes_color = [own is None and name not in prompt.part_colors for name, own in words.slots]
        shown = prompt.color or words.natural or DEFAULT_COLOR
        second = prompt.second_color or ("black" if shown in vocabulary.pale else "white")
        other = linear("glass" if prompt.finish == "glass" else second)
        return Paint(torch.stack(parts), torch.tensor(takes_color), linear(main), other, prompt.finish)

    def colors(
        self,
        parts: Float[Tensor, "n k"],
        positions: Float[Tensor, "n 3"],
        normals: Callable[[], Float[Tensor, "n 3"]],
    ) -> Float[Tensor, "n 3"]:
        """Returns linear colors; `parts` are the network's logits, positions and normals are in the object's frame."""
        count = len(self.parts)
        chances = F.one_hot(parts[:, :count].argmax(-1), count).to(parts)
        colors = chances @ self.parts.to(chances)
        if self.finish not in FINISHES or not self.main.any():
            return colors.clamp(0, 1)
        directions = normals() if self.finish in NEED_NORMALS else torch.zeros_like(positions)
        both = self.color.to(chances), self.second.to(chances)
        surface = FINISHES[self.finish](*both, PATTERN_SCALE * positions, directions)
        share = chances[:, self.main.to(chances.device)].sum(-1, keepdim=True)
        return (colors + share * (surface - both[0])).clamp(0, 1)
