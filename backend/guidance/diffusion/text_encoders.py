"""What a diffusers model reads of a text: each text is encoded once and remembered, also when the words are edited."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.pretrained.truncation import truncation_warning

from ...pretrained.offload import free_unused
from .denoiser import NULL_PROMPT

IF_TOKENS = 77
"""What DeepFloyd IF was trained with; its T5 could read more."""


@dataclass(frozen=True)
class PromptEmbedding:
    """A text for the network: a vector for each token, and one for the whole where the model wants that (XL)."""

    words: Float[Tensor, "l d"]
    whole: Float[Tensor, " p"] | None = None


class TextEncoders:
    """A pipeline's tokenizers and text encoders. They are loaded when a text is new, and may go again at once."""

    def __init__(self, load: Callable[[], Any], device: torch.device, *, stay: bool) -> None:
        """`load` gives a diffusers pipeline without UNet and autoencoder."""
        self._load, self._device, self._stay = load, device, stay
        self._pipeline: Any = None
        self._known: dict[str, PromptEmbedding] = {}
        self._cut: dict[str, str] = {}

    def __getitem__(self, text: str) -> PromptEmbedding:
        return self._known[text]

    def lacks(self, texts: Iterable[str]) -> bool:
        """Tells whether any of the texts is new."""
        return any(text not in self._known for text in texts)

    def read(self, texts: Iterable[str]) -> list[str]:
        """Encode what is new; a sentence for each of the texts whose end is not seen."""
        texts = list(dict.fromkeys(texts))
        if self.lacks(texts):
            pipeline = self._loaded()
            for text in texts:
                self._encode(pipeline, text)
            del pipeline
            self._let_go()
        return [self._cut[text] for text in texts if self._cut[text]]

    def _loaded(self) -> Any:
        if self._pipeline is None:
            self._pipeline = self._load().to(self._device)
        return self._pipeline

    def _let_go(self) -> None:
        if not self._stay:
            self._pipeline = None
            gc.collect()
            free_unused(self._device)

    def _encode(self, pipeline: Any, text: str) -> None:
        if text in self._known:
            return
        self._cut[text] = truncation_warning(tokenizer_of(pipeline), text)
        self._known[text] = encode_prompt(pipeline, text, self._device)


@torch.no_grad()
def encode_prompt(pipeline: Any, text: str, device: torch.device) -> PromptEmbedding:
    """Encodes a prompt by the pipeline's own method."""
    encoded = pipeline.encode_prompt(text, device=device, num_images_per_prompt=1, do_classifier_free_guidance=False)
    whole = encoded[2][0] if len(encoded) == 4 else None  # XL
    if text == NULL_PROMPT and pipeline.config.get("force_zeros_for_empty_prompt", False):
        return PromptEmbedding(torch.zeros_like(encoded[0][0]), torch.zeros_like(whole))
    return PromptEmbedding(encoded[0][0], whole)


def tokenizer_of(pipeline: Any) -> Callable[[list[str]], Int[Tensor, "n l"]]:
    """Texts to as many numbers as the encoder reads."""
    words = pipeline.tokenizer
    is_if = type(pipeline).__name__.startswith("IF")
    length = IF_TOKENS if is_if else words.model_max_length

    def numbers(texts: list[str]) -> Int[Tensor, "n l"]:
        return words(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids

    return numbers
