"""The models we know by name, told before anything is started: what each is, how large, and what it asks of a machine.

`known_models.json` beside this file holds the list, so that Blender's Python reads it as the backend does. Nothing is
fetched because it stands there. Sizes are megabytes of 10^6 bytes as the repositories list them (half precision where
there is a choice), approximate unless `measured`. What a model takes at work was counted
(`python -m scripts.benchmarks.count_models` prints it and writes it there; docs/models.md shows it).
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

from .light_dataclass import dataclass

LIST_FILE = Path(__file__).with_name("known_models.json")


@dataclass(frozen=True)
class CountedCost:
    """What a model takes at work, counted with the shapes of its real weights, nothing computed."""

    precision: str
    """of its numbers on a graphics card: float16, or float32"""
    unet: int
    """bytes of the weights that stay, in that precision: the network that is asked"""
    vae: int
    """bytes of the autoencoder's encoder and decoder; 0 where there is none; of Shap-E, of its renderer"""
    words: int
    """bytes of the text encoders"""
    view: int
    """bytes that are held at most while one view is encoded and its slope computed; 0 where nothing is encoded"""
    ask: int
    """bytes that are held at most while the network is asked for one view under guidance (two questions), or, of an
    image-text model, for one picture and its slope"""
    ask_more: int
    """bytes that each further view, or picture, adds"""
    teraflops: float
    """10^12 sums and products of one view: encoded, with its slope, and asked; of Shap-E, of one question"""

    @property
    def largest_part(self) -> int:
        """Returns the bytes of a model whose parts come one after another, each alone with what it works on: Shap-E."""
        return max(self.words, self.unet + self.ask, self.vae + self.view)

    def held(self, views: int, *, stays: bool = True) -> int:
        """Returns the bytes on a card while it works on so many views: what stays, and the larger of what is encoded, a
        view at a time, and what is asked, all at once; or the text encoders, which come first and go. Where it does not
        `stays`, the autoencoder comes and goes too."""
        asking = self.ask + (views - 1) * self.ask_more
        at_work = max(self.vae + self.view, asking + (self.vae if stays else 0))
        return max(self.words, self.unet + at_work)


@dataclass(frozen=True)
class KnownModel:
    """One line of the list."""

    name: str
    kind: str
    """view_diffusion (ours), image_text (open_clip), diffusion (a diffusers pipeline), controlnet, shape (Shap-E: from
    words or a picture to a shape, at once)"""
    family: str
    """what its settings go by: see model_family.py"""
    about: str
    megabytes: int
    license: str
    repository: str
    """owner/name on the hub; empty for what comes with this copy"""
    speed: str
    measured: bool = False
    """whether `megabytes` was read off the model's own page to the megabyte"""
    recommended: bool = False
    """the one to begin with, of its kind"""
    cannot: str = ""
    """what it cannot do, or does badly, where there is such a thing"""
    memory_mb: int = 0
    """megabytes that it takes while it guides on a graphics card, four views a step; of what comes with this copy,
    measured on a processor"""
    cost: CountedCost | None = None

    @property
    def size(self) -> str:
        return f"{self.megabytes} MB" if self.measured else f"about {self.megabytes} MB"


@functools.cache
def known_models() -> tuple[KnownModel, ...]:
    """The whole list, as it stands in the file; what comes with this copy first."""
    entries = json.loads(LIST_FILE.read_text(encoding="utf-8"))
    return tuple(KnownModel(**(entry | {"cost": _cost(entry.get("cost"))})) for entry in entries)


def find_known(name: str) -> KnownModel | None:
    """The model of this name, or of this repository on the hub."""
    return next((model for model in known_models() if name and name in (model.name, model.repository)), None)


def _cost(entry: dict[str, object] | None) -> CountedCost | None:
    return None if entry is None else CountedCost(**entry)  # type: ignore[arg-type]
