"""What a job says of itself: of a step, of its whole course, and of how good the result is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch

from backend.cameras.orbit import frame_of
from backend.config import JobConfig
from backend.data.dataset import Dataset
from backend.errors import ModelError
from backend.evaluate import held_out
from backend.evaluate.curves import curves_png
from backend.evaluate.results import brief_measures
from backend.evaluate.score import clip_similarity
from backend.pretrained import load_image_text, resolve
from backend.pretrained.vocabulary import SIDES, ModelVocabulary
from backend.render.renderer import Renderer

from .history import History

Log = Callable[[str], None]


@dataclass(frozen=True)
class StepReport:
    """What one step did."""

    step: int
    steps: int
    loss: float
    terms: dict[str, float] = field(default_factory=dict)
    score: float | None = None


@dataclass(frozen=True)
class Evaluator:
    """Measures a result on one device, and logs what could not be measured."""

    config: JobConfig
    renderer: Renderer
    device: torch.device
    log: Log

    def measure(self, dataset: Dataset | None) -> dict[str, float]:
        """Measures what applies: PSNR, SSIM and GMSD of held-out pictures, the embedded CLIP's similarity with the
        words and whether the sides agree (where it was taught sides), and how much of the pictures is hidden."""
        measured: dict[str, float] = {}
        if dataset is not None:
            measured |= held_out.compare(
                self.renderer, dataset.held_out, self.device, fit_exposure=self.config.photometric.exposure
            )
        if self.config.uses_text and self.config.prompt.strip():
            measured |= self._similarity()
        return measured

    def _similarity(self) -> dict[str, float]:
        """Measures the similarity with the words; nothing where they hold one that the model was never taught."""
        try:
            model_ref = resolve("embedded-clip")
            vocabulary = ModelVocabulary.load(model_ref.folder or Path())
            unknown = vocabulary.unknown(self.config.prompt)
            guide = (
                None if unknown else load_image_text(model_ref, self.device)
            )  # open_clip alone takes seconds to load
        except (ModelError, OSError, ValueError) as cause:
            self.log(f"No similarity was measured: {cause}")
            return {}
        if guide is None:
            self.log(f"No similarity was measured: the embedded CLIP does not know '{unknown[0]}'.")
            return {}
        frame = frame_of(self.config)
        score = clip_similarity(self.renderer, guide, self.config.prompt, self.config.orbit, frame)
        sides = not vocabulary.unknown(" ".join(SIDES))
        return {"score": score, **brief_measures(self.renderer, guide, self.config.prompt, frame, sides=sides)}


def plot_history(history: History, config: JobConfig, restarts: list[str]) -> bytes:
    """Draws what every step reported, as a PNG of curves."""
    columns = {name: history.column(name) for name in history.names}
    return curves_png(history.steps, columns, "\n".join([config.prompt or config.dataset, *restarts]))
