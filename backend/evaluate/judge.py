"""A judge that looks on: how like its words a field looks to a model that does not pull on it.

As published (Dream Fields, arXiv 2112.01455, section 5.1): rendered from where training never stands, azimuth 30 and
elevation 45 degrees (training stays at 30), radius 4, focal length 1111.1 / 800, over white, at the judge's own size,
without jitter. One such view is noisy, so by default there are four, a quarter of a turn apart.

Where the judge says what it was taught, it also tells whether it would call the field something else (the rank that
R-Precision counts, section 5.1), and where it knows the words of views, whether the sides agree (sides.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import Frame, OrbitView, orbit_view, placed
from backend.colour import srgb_encoded
from backend.config import JobConfig
from backend.data.square import read_square
from backend.errors import ModelError
from backend.pretrained import ImageText, load_image_text, resolve
from backend.render.renderer import Renderer

from .sides import agreement, side_probabilities
from .taught import Taught

AZIMUTH, ELEVATION, RADIUS = math.radians(30), math.radians(45), 4.0
FOV = 2 * math.atan(0.5 * 800 / 1111.1)
WHITE = 1.0

Log = Callable[[str], None]


class Judge:
    """A model, and what it is asked to find in a field."""

    def __init__(self, model: ImageText, config: JobConfig, taught: Taught | None = None) -> None:
        """`taught` is what the model says that it knows; without it only the score is told."""
        self._model, self._sides, self._taught = model, config.judge.sides, taught
        self.edit(config)

    @property
    def card(self) -> dict[str, str]:
        return self._model.card

    def edit(self, config: JobConfig) -> None:
        """Other words."""
        self._prompt, self._wanted = config.prompt, _wanted(self._model, config)
        self._rivals = _rivals(self._model, config.prompt, self._taught)
        self._asks_for_sides = bool(self._taught and self._prompt.strip() and self._taught.knows_sides_of(self._prompt))

    def score(self, renderer: Renderer, frame: Frame) -> float:
        """Mean similarity of the held-out views with what is wanted, -1 to 1."""
        return self.look(renderer, frame)["judge"]

    @torch.no_grad()
    def look(self, renderer: Renderer, frame: Frame) -> dict[str, float]:
        """`judge`, the score; `judge_rank`, how many other things the field is liker; `judge_sides`, 0 to 1."""
        views = held_out_views(self._sides, self._model.size, frame)
        seen = torch.stack([self._picture(renderer, view) for view in views])
        embedded = self._model.embed_pictures(seen).mean(0)
        found = {"judge": float(embedded @ self._wanted)}
        if self._rivals is not None:
            found["judge_rank"] = float((self._rivals @ embedded > embedded @ self._wanted).sum())
        if self._asks_for_sides and len(views) > 1:
            told = side_probabilities(self._model, self._prompt, seen)
            found["judge_sides"] = agreement(told, [view.azimuth for view in views])
        return found

    def _picture(self, renderer: Renderer, view: OrbitView) -> Float[Tensor, "3 h w"]:
        rendering = renderer.picture(view.camera, self._model.mean.device)
        over = rendering.over(torch.full_like(rendering.colour, WHITE))
        return srgb_encoded(over).permute(2, 0, 1)


def held_out_views(count: int, size: int, frame: Frame) -> list[OrbitView]:
    """Evenly around, from azimuth 30 degrees on."""
    turns = (AZIMUTH + 2 * math.pi * i / count for i in range(count))
    return [placed(orbit_view(turn, ELEVATION, RADIUS, FOV, size), frame) for turn in turns]


def build_judge(config: JobConfig, device: torch.device, log: Log) -> Judge | None:
    """The judge that a job asks for; none where it names no model, or wants nothing in words.

    Raises:
        ModelError: the model is unknown, broken, out of reach, or has no eye for words.
    """
    name = config.judge.model
    if not name or not config.reads_words:
        return None
    choice = resolve(name)
    if choice.kind != "image_text":
        raise ModelError(f"The model '{name}' cannot judge: choose an image-text model, for example embedded-guide.")
    if name in (config.model, config.dream_fields.model):
        log(f"The judge '{name}' is also the guide, which learns to please it: another model judges better.")
    return Judge(load_image_text(choice, device, config.allow_download), config, Taught.beside(choice.folder))


def _wanted(model: ImageText, config: JobConfig) -> Float[Tensor, " d"]:
    """Words and pictures by their weights, made to sum to 1; templates and words of views are the guide's affair."""
    texts = [(config.prompt, 1.0), *((more.text, more.weight) for more in config.words.more)]
    said = [(model.embed_text(text), weight) for text, weight in texts if text.strip()]
    said += [(_embedded_picture(model, Path(image.path)), image.weight) for image in config.words.images]
    total = sum(weight for _, weight in said) or 1.0
    return torch.stack([embedding * (weight / total) for embedding, weight in said]).sum(0)


def _rivals(model: ImageText, prompt: str, taught: Taught | None) -> Float[Tensor, "m d"] | None:
    """The other things that the model knows, in words like the prompt's; None where it does not say."""
    things = [thing for thing in (taught.things if taught else ()) if thing not in prompt]
    return torch.stack([model.embed_text(f"a {thing}") for thing in things]) if things else None


@torch.no_grad()
def _embedded_picture(model: ImageText, path: Path) -> Float[Tensor, " d"]:
    """Over white, as what it is compared with."""
    return model.embed_pictures(read_square(path, WHITE)[None].to(model.mean.device))[0]
