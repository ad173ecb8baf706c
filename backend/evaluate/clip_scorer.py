"""Held-out CLIP score: how like its words a field looks to a model that does not guide it.

As published (Dream Fields, arXiv 2112.01455, section 5.1): rendered from where training never stands, azimuth 30 and
elevation 45 degrees (training stays at 30), radius 4, focal length 1111.1 / 800, over white, at the model's own size,
without jitter. One such view is noisy, so by default there are four, a quarter of a turn apart.

Where the model says what it was taught, it also tells whether it would call the field something else (the rank that
R-Precision counts, section 5.1), and where it knows the words of views, whether the sides agree (sides.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import Frame, OrbitView, orbit_view, to_frame
from backend.color import srgb_encoded
from backend.config import JobConfig
from backend.data.square import read_square
from backend.errors import ModelError
from backend.pretrained import ImageText, load_image_text, resolve
from backend.pretrained.vocabulary import ModelVocabulary
from backend.render.renderer import Renderer

from .sides import agreement, side_probabilities

AZIMUTH, ELEVATION, RADIUS = math.radians(30), math.radians(45), 4.0
FOV = 2 * math.atan(0.5 * 800 / 1111.1)
WHITE = 1.0

Log = Callable[[str], None]


class ClipScorer:
    """A model, and what it is asked to find in a field."""

    def __init__(self, model: ImageText, config: JobConfig, vocabulary: ModelVocabulary | None = None) -> None:
        """`vocabulary` is what the model says that it knows; without it only the score is told."""
        self._model, self._sides, self._vocabulary = model, config.early_stopping.scored_views, vocabulary
        self.edit(config)

    @property
    def card(self) -> dict[str, str]:
        return self._model.card

    def edit(self, config: JobConfig) -> None:
        """Other words."""
        self._prompt, self._target = config.prompt, _target_embedding(self._model, config)
        self._rivals = _other_objects(self._model, config.prompt, self._vocabulary)
        self._asks_for_sides = bool(
            self._vocabulary and self._prompt.strip() and self._vocabulary.knows_sides_of(self._prompt)
        )

    def score(self, renderer: Renderer, frame: Frame) -> float:
        """Mean similarity of the held-out views with what is wanted, -1 to 1."""
        return self.measure(renderer, frame)["clip_score"]

    @torch.no_grad()
    def measure(self, renderer: Renderer, frame: Frame) -> dict[str, float]:
        """`clip_score`, the score; `clip_rank`, how many other things the field is liker; `clip_sides`, 0 to 1."""
        views = held_out_views(self._sides, self._model.size, frame)
        pictures = torch.stack([self._picture(renderer, view) for view in views])
        embedded = self._model.embed_pictures(pictures).mean(0)
        found = {"clip_score": float(embedded @ self._target)}
        if self._rivals is not None:
            found["clip_rank"] = float((self._rivals @ embedded > embedded @ self._target).sum())
        if self._asks_for_sides and len(views) > 1:
            probabilities = side_probabilities(self._model, self._prompt, pictures)
            found["clip_sides"] = agreement(probabilities, [view.azimuth for view in views])
        return found

    def _picture(self, renderer: Renderer, view: OrbitView) -> Float[Tensor, "3 h w"]:
        rendering = renderer.picture(view.camera, self._model.mean.device)
        over = rendering.over(torch.full_like(rendering.color, WHITE))
        return srgb_encoded(over).permute(2, 0, 1)


def held_out_views(count: int, size: int, frame: Frame) -> list[OrbitView]:
    """Evenly around, from azimuth 30 degrees on."""
    turns = (AZIMUTH + 2 * math.pi * i / count for i in range(count))
    return [to_frame(orbit_view(turn, ELEVATION, RADIUS, FOV, size), frame) for turn in turns]


def build_clip_scorer(config: JobConfig, device: torch.device, log: Log) -> ClipScorer | None:
    """The scorer that a job asks for; none where it names no model, or wants nothing in words.

    Raises:
        ModelError: the model is unknown, broken, out of reach, or embeds no text.
    """
    name = config.early_stopping.model
    if not name or not config.uses_text:
        return None
    model_ref = resolve(name)
    if model_ref.kind != "image_text":
        raise ModelError(f"The model '{name}' cannot score: choose an image-text model, for example embedded-clip.")
    if name in (config.model, config.dream_fields.model):
        log(f"The evaluator '{name}' is also the guide, which learns to please it: another model is the fairer one.")
    return ClipScorer(
        load_image_text(model_ref, device, config.allow_download), config, ModelVocabulary.beside(model_ref.folder)
    )


def _target_embedding(model: ImageText, config: JobConfig) -> Float[Tensor, " d"]:
    """Words and pictures by their weights, made to sum to 1; templates and words of views are the guide's affair."""
    texts = [(config.prompt, 1.0), *((more.text, more.weight) for more in config.prompt_options.extra_prompts)]
    weighted = [(model.embed_text(text), weight) for text, weight in texts if text.strip()]
    weighted += [
        (_embedded_picture(model, Path(image.path)), image.weight) for image in config.prompt_options.image_prompts
    ]
    total = sum(weight for _, weight in weighted) or 1.0
    return torch.stack([embedding * (weight / total) for embedding, weight in weighted]).sum(0)


def _other_objects(model: ImageText, prompt: str, vocabulary: ModelVocabulary | None) -> Float[Tensor, "m d"] | None:
    """The other things that the model knows, in words like the prompt's; None where it does not say."""
    objects = [name for name in (vocabulary.known.objects if vocabulary else ()) if name not in prompt]
    return torch.stack([model.embed_text(f"a {name}") for name in objects]) if objects else None


@torch.no_grad()
def _embedded_picture(model: ImageText, path: Path) -> Float[Tensor, " d"]:
    """Over white, as what it is compared with."""
    return model.embed_pictures(read_square(path, WHITE)[None].to(model.mean.device))[0]
