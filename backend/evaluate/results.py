"""What one result is worth to an evaluator: the numbers, how they are measured, and as JSON.

    color, form     4 azimuths at elevation 20 and 4 at 45 degrees; similarity with a text = mean cosine over the views
    sides            12 azimuths at elevation 20 degrees

Similarities rank; they are no probabilities, and those of two evaluators cannot be compared.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.cameras.orbit import Frame, OrbitView
from backend.pretrained import ImageText
from backend.pretrained.vocabulary import COLORS
from backend.render.renderer import Renderer

from .orbit_views import pictures, render_views, views_around
from .r_precision import merged, ranks
from .sides import agreement, fronts, side_probabilities
from .textureless import Textureless, form_groups

ELEVATIONS, AZIMUTHS = (20.0, 45.0), 4
SIDES_ELEVATION, SIDES_AZIMUTHS = 20.0, 12


@dataclass(frozen=True)
class Measured:
    """One result. What was not measured is None."""

    prompt: str = ""
    seed: int = 0
    name: str = ""
    """Which result this is: by default the folder that it lies in."""
    evaluator: str = ""
    candidates: int = 0
    """How many captions its own was ranked among, its own included."""
    similarity: float | None = None
    rank: int | None = None
    """0 is first; None where there was nothing to choose from."""
    taken_for: str = ""
    """Its own caption where that is first, else the likest other."""
    rival: float | None = None
    """Similarity with the likest caption but its own."""
    forms: int = 0
    """How many captions there are when words of color are left out."""
    similarity_geometry: float | None = None
    rank_geometry: int | None = None
    """Among forms: captions that differ in words of color alone count as one."""
    taken_for_geometry: str = ""
    janus: float | None = None
    """Agreement of the sides, 0 to 1; about 1/3 says nothing."""
    fronts: int | None = None
    """Separate runs around it that look like a front."""
    sides: tuple[tuple[float, float, float, float], ...] = ()
    """For each azimuth: its degrees, and the probabilities of front, side and back."""
    opacity: float | None = None
    """Mean share of the pictures that it hides; next to 0 is an empty field, next to 1 is fog."""
    psnr: float | None = None
    ssim: float | None = None
    gmsd: float | None = None
    seconds: float | None = None
    steps: int | None = None
    peak_mb: float | None = None
    note: str = ""


def measure(
    renderer: Renderer,
    model: ImageText,
    prompt: str,
    candidates: Sequence[str],
    frame: Frame,
    colors: Collection[str] = COLORS,
    sides: bool = True,
) -> Measured:
    """A field by its pictures. The prompt is a candidate, whether it is said or not.

    `colors` are the words that a picture of form alone cannot tell apart; without `sides` it is not asked for
    front and back, as befits one that was never taught them (pretrained/vocabulary.py).
    """
    texts = list(dict.fromkeys([prompt, *candidates]))
    embedded = torch.stack([model.embed_text(text) for text in texts])
    return Measured(
        prompt=prompt,
        evaluator=model.card.get("name", ""),
        **_color(renderer, model, texts, embedded, frame),
        **_geometry(renderer, model, texts, embedded, frame, colors),
        **(_sides(renderer, model, prompt, frame) if sides else {}),
    )


def brief_measures(
    renderer: Renderer, model: ImageText, prompt: str, frame: Frame, *, sides: bool = True
) -> dict[str, float]:
    """Measures a job that ends: how much of its pictures it hides, and whether its sides agree."""
    views = views_around(SIDES_AZIMUTHS, SIDES_ELEVATION, model.size, frame)
    scored = render_views(renderer, views, model.mean.device)
    found = {"opacity": float(scored.opacity.mean())}
    if sides:
        probabilities = side_probabilities(model, prompt, scored.pictures)
        found["janus"] = agreement(probabilities, [view.azimuth for view in views])
    return found


def held_out_views(size: int, frame: Frame) -> list[OrbitView]:
    """Returns the views by which color and form are scored."""
    return [view for elevation in ELEVATIONS for view in views_around(AZIMUTHS, elevation, size, frame)]


def to_json(measured: Measured) -> dict[str, Any]:
    """Returns it as JSON can say it: NaN and infinity become null."""
    return {name: _json_value(value) for name, value in dataclasses.asdict(measured).items()}


def from_json(data: dict[str, Any]) -> Measured:
    """The inverse; what is not there has its default, and what is unknown (of a later version) is left out."""
    known = {spec.name for spec in dataclasses.fields(Measured)}
    kept = {name: value for name, value in data.items() if name in known}
    return Measured(**kept | {"sides": tuple(tuple(side) for side in kept.get("sides", ()))})


@torch.no_grad()
def _color(
    renderer: Renderer, model: ImageText, texts: list[str], embedded: Float[Tensor, "m d"], frame: Frame
) -> dict[str, Any]:
    scored = render_views(renderer, held_out_views(model.size, frame), model.mean.device)
    similarity = _similarity(model, scored.pictures, embedded)
    place, taken_for, rival = _rank_among(similarity, torch.arange(len(texts), device=similarity.device), texts)
    found = {"similarity": float(similarity[0]), "rank": place, "taken_for": taken_for, "rival": rival}
    return found | {"candidates": len(texts), "opacity": float(scored.opacity.mean())}


@torch.no_grad()
def _geometry(
    renderer: Renderer,
    model: ImageText,
    texts: list[str],
    embedded: Float[Tensor, "m d"],
    frame: Frame,
    colors: Collection[str],
) -> dict[str, Any]:
    rendered = pictures(renderer, held_out_views(model.size, frame), model.mean.device, Textureless())
    similarity, form = _similarity(model, rendered, embedded), form_groups(texts, colors).to(embedded.device)
    place, taken_for, _ = _rank_among(similarity, form, texts)
    found = {"similarity_geometry": float(similarity[0]), "rank_geometry": place, "taken_for_geometry": taken_for}
    return found | {"forms": int(form.max()) + 1}


def _sides(renderer: Renderer, model: ImageText, prompt: str, frame: Frame) -> dict[str, Any]:
    views = views_around(SIDES_AZIMUTHS, SIDES_ELEVATION, model.size, frame)
    found = side_probabilities(model, prompt, pictures(renderer, views, model.mean.device))
    azimuths = [view.azimuth for view in views]
    degrees = [round(math.degrees(azimuth) % 360, 3) for azimuth in azimuths]
    sides = tuple((turn, *row) for turn, row in zip(degrees, found.tolist(), strict=True))
    return {"janus": agreement(found, azimuths), "fronts": fronts(found), "sides": sides}


def _similarity(
    model: ImageText, rendered: Float[Tensor, "v 3 h w"], embedded: Float[Tensor, "m d"]
) -> Float[Tensor, " m"]:
    return (model.embed_pictures(rendered) @ embedded.T).mean(0)


def _rank_among(
    similarity: Float[Tensor, " m"], group: Int[Tensor, " m"], texts: Sequence[str]
) -> tuple[int | None, str, float | None]:
    """Place of the first text's group, what it was taken for, and the best of the others; None without others."""
    own = group == group[0]
    if bool(own.all()):
        return None, texts[0], None
    others = similarity.masked_fill(own, -torch.inf)
    place = int(ranks(merged(similarity[None], group), group[:1]))
    return place, texts[int(others.argmax())] if place else texts[0], float(others.max())


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return [_json_value(item) for item in value] if isinstance(value, tuple) else value
