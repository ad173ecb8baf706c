"""Training batches: cached views, painted as they are drawn, each with a camera and a caption."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from .captions import caption
from .colours import NAMED, jittered, linear_colour, srgb_encode
from .shapes import MAX_PARTS, SHAPES, Shape
from .views import Views

PRIMITIVE_WEIGHT = 2.0
UNNAMED_COLOUR = 0.12  # how often a caption leaves the colour out


@dataclass(frozen=True)
class Batch:
    """Pictures as linear premultiplied colour with alpha, and what is known of each."""

    premultiplied: Float[Tensor, "b 3 h w"]
    alpha: Float[Tensor, "b 1 h w"]
    camera: Float[Tensor, "b 3"]  # azimuth, elevation, distance
    captions: list[str]
    meanings: list[tuple[str, str | None]]  # of the caption: the shape, and the colour if it is said
    painted: list[str]  # the colour that the main part has, said or not


class Sampler:
    """Draws batches from cached views; the same seed draws the same batches."""

    def __init__(self, views: list[Views], seed: int) -> None:
        self.views = views
        self.choose = random.Random(seed)
        self.generator = torch.Generator().manual_seed(seed)
        self.weights = [PRIMITIVE_WEIGHT if shape.primitive else 1.0 for shape in SHAPES]

    def draw(self, size: int, contrast: tuple[float, float] = (1.0, 1.0)) -> Batch:
        """`size` pictures: a shape, a view of it, a colour, a caption each; `contrast` scales the shading."""
        indices = self.choose.choices(range(len(SHAPES)), self.weights, k=size)
        places = [self.choose.randrange(len(self.views[index])) for index in indices]
        said = [self._colour_said() for _ in indices]
        shapes = [SHAPES[index] for index in indices]
        painted = [c or s.natural or self.choose.choice(list(NAMED)) for s, c in zip(shapes, said, strict=True)]
        coverage, shade, camera = (
            torch.stack([getattr(self.views[i], name)[v] for i, v in zip(indices, places, strict=True)])
            for name in ("coverage", "shade", "camera")
        )
        coverage, shade = coverage / 255, shade / 255
        if contrast != (1.0, 1.0):
            strength = torch.empty(size, 1, 1, 1).uniform_(*contrast, generator=self.generator)
            shade = torch.lerp(coverage, shade, strength)
        return Batch(
            premultiplied=torch.einsum("bkhw,bkc->bchw", shade, self._paint(shapes, painted)),
            alpha=coverage.sum(1, keepdim=True).clamp_max(1),
            camera=camera,
            captions=[caption(s, c, self.choose) for s, c in zip(shapes, said, strict=True)],
            meanings=[(s.name, c) for s, c in zip(shapes, said, strict=True)],
            painted=painted,
        )

    def _colour_said(self) -> str | None:
        return None if self.choose.random() < UNNAMED_COLOUR else self.choose.choice(list(NAMED))

    def _paint(self, shapes: list[Shape], main: list[str]) -> Float[Tensor, "b k 3"]:
        """Linear colours of all parts: part 0 as drawn, the others as they always are."""
        names = [([c, *s.fixed] + ["black"] * MAX_PARTS)[:MAX_PARTS] for s, c in zip(shapes, main, strict=True)]
        flat = torch.stack([linear_colour(name) for row in names for name in row])
        return jittered(flat.reshape(len(shapes), MAX_PARTS, 3), self.generator)


def network_image(premultiplied: Float[Tensor, "b 3 h w"], alpha: Float[Tensor, "b 1 h w"]) -> Float[Tensor, "b 4 h w"]:
    """What the diffusion model sees: 2 [srgb(premultiplied), alpha] - 1, an object on black with its alpha."""
    return 2 * torch.cat([srgb_encode(premultiplied.clamp(0, 1)), alpha], dim=1) - 1
