"""Words and pictures as directions in the model's space of meanings.

    similarity of a view's picture e  =  sum_i w_i cos(e, text_i) + sum_j v_j cos(e, picture_j)        sum w + sum v = 1
    what is not wanted                =  sum_k n_k cos(e, negative_k)

Embeddings are unit vectors, so each sum is one dot product with a weighted sum of embeddings. Texts and their weights
are those of `view_prompt` for the view; pictures have their weights against the prompt's 1.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from backend.cameras.orbit import OrbitView, orbit_view
from backend.config import JobConfig
from backend.data.square import read_square
from backend.guidance.view_prompt import view_prompt
from backend.pretrained import ImageText
from backend.pretrained.truncation import truncation_warning

Direction = Float[Tensor, " d"]
Weighted = list[tuple[float, Direction]]

BACKDROP = 0.5
"""Linear gray behind a picture that has alpha: that of the renders by which results are scored."""


class Targets:
    """What each view should look like, and what it should not. A new one for other words; embeddings are kept."""

    def __init__(
        self, model: ImageText, config: JobConfig, log: Callable[[str], None], known: dict[str, Direction] | None = None
    ) -> None:
        """Embeds the wanted pictures and texts; `known` holds texts that were embedded before.

        Raises:
            ConfigError: a picture is missing or cannot be read.
        """
        self._model, self._config, self._log = model, config, log
        self.known: dict[str, Direction] = {} if known is None else known
        self._pictures = self._read_pictures()
        front = orbit_view(0.0, 0.0, 3.0, 0.7, 1)
        self.positive(front), self.negative(front)  # asks for every text, so that what is cut is said at once

    def positive(self, view: OrbitView) -> Direction:
        """sum of weights x embeddings; the weights sum to 1."""
        share = 1 - sum(weight for weight, _ in self._pictures)
        texts = [(share * weight, self._embedded(text)) for text, weight in view_prompt(self._config, view).positive]
        return _sum(texts + self._pictures)

    def negative(self, view: OrbitView) -> Direction | None:
        """The same for negative words, each with its own weight; None where there are none."""
        texts = view_prompt(self._config, view).negative
        return _sum([(weight, self._embedded(text)) for text, weight in texts]) if texts else None

    def _embedded(self, text: str) -> Direction:
        if text not in self.known:
            sentence = truncation_warning(self._model.tokenizer, text)
            if sentence:
                self._log(sentence)
            self.known[text] = self._model.embed_text(text)
        return self.known[text]

    def _read_pictures(self) -> Weighted:
        images = self._config.prompt_options.image_prompts
        whole = prompt_weight(self._config) + sum(image.weight for image in images)
        return [(image.weight / (whole or 1.0), self._embedded_picture(Path(image.path))) for image in images]

    @torch.no_grad()
    def _embedded_picture(self, path: Path) -> Direction:
        return self._model.embed_pictures(read_square(path, BACKDROP)[None].to(self._model.mean.device))[0]


def prompt_weight(config: JobConfig) -> float:
    """The prompt counts 1, the others their own; a job whose only words are those of cameras counts 1."""
    prompt = 1.0 if config.prompt.strip() else 0.0
    others = sum(more.weight for more in config.prompt_options.extra_prompts if more.text.strip())
    return prompt + others or (1.0 if config.prompt_options.camera_prompts else 0.0)


def _sum(parts: Weighted) -> Direction:
    return torch.stack([weight * direction for weight, direction in parts]).sum(0)
