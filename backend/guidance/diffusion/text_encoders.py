"""What a diffusers model reads of a text: each text is encoded once and remembered, also when the words are edited."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from backend.free_memory import free_bytes, gigabytes
from backend.pretrained.truncation import truncation_warning

from ...pretrained.offload import free_unused
from .denoiser import NULL_PROMPT

OVERHEAD = 1.1
"""Of what text encoders take on a card, over their weights: a few sentences are all that they read."""
KEPT_BYTES = 2_000_000_000
"""Text encoders of up to this stay in main memory, for words that are edited: CLIP's do, T5 is read again."""
IF_TOKENS = 77
"""What DeepFloyd IF was trained with; its T5 could read more."""


@dataclass(frozen=True)
class PromptEmbedding:
    """A text for the network: a vector for each token, and one for the whole where the model wants that (XL)."""

    words: Float[Tensor, "l d"]
    whole: Float[Tensor, " p"] | None = None

    def to(self, device: torch.device, precision: torch.dtype) -> PromptEmbedding:
        whole = None if self.whole is None else self.whole.to(device, precision)
        return PromptEmbedding(self.words.to(device, precision), whole)


class TextEncoders:
    """A pipeline's tokenizers and text encoders. They are loaded when a text is new, and leave the accelerator as soon
    as it is read: T5 would take 11.5 GB there all the while."""

    def __init__(
        self, load: Callable[[torch.dtype], Any], device: torch.device, precision: torch.dtype = torch.float32, *,
        stay: bool, on_cpu: bool = False, log: Callable[[str], None] = lambda line: None,
    ) -> None:  # fmt: skip
        """`load` gives a diffusers pipeline without UNet and autoencoder, into main memory. Where they `stay`, small
        ones are kept there; `on_cpu` reads there, as is done too where the accelerator has no room for them."""
        self._load, self._device, self._precision, self._stay = load, device, precision, stay
        self._on_cpu, self._log = on_cpu, log
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
            pipeline = self._load(self._precision) if self._pipeline is None else self._pipeline
            self._pipeline = pipeline if self._stay and weight_bytes(pipeline) <= KEPT_BYTES else None
            place = self._where(weight_bytes(pipeline))
            self._encode_all(pipeline, texts, place)
            if self._pipeline is not None and place.type != "cpu":
                pipeline.to("cpu")
            del pipeline
            self._free()
        return [self._cut[text] for text in texts if self._cut[text]]

    def _where(self, need: int) -> torch.device:
        """Returns where they compute."""
        if self._device.type == "cpu":
            return self._device
        room = free_bytes(self._device)
        short = room is not None and OVERHEAD * need > room
        if short and not self._on_cpu:
            self._log(
                f"The text encoders take {gigabytes(need)} and {gigabytes(room or 0)} are free on the "
                f"{self._device.type}: the words are read on the processor, once."
            )
        return torch.device("cpu") if short or self._on_cpu else self._device

    def _encode_all(self, pipeline: Any, texts: list[str], place: torch.device) -> None:
        if place == self._device:
            pipeline.to(place)
        else:
            pipeline.to(processor_precision(weight_bytes(pipeline), self._precision))
        for text in texts:
            if text not in self._known:
                self._cut[text] = truncation_warning(tokenizer_of(pipeline), text)
                self._known[text] = encode_prompt(pipeline, text, place).to(self._device, self._precision)

    def _free(self) -> None:
        gc.collect()
        free_unused(self._device)


def weight_bytes(pipeline: Any) -> int:
    """Counts what the text encoders of a pipeline weigh as they are."""
    parts = (part for part in pipeline.components.values() if isinstance(part, torch.nn.Module))
    return sum(value.numel() * value.element_size() for part in parts for value in part.parameters())


def processor_precision(weight: int, precision: torch.dtype) -> torch.dtype:
    """Returns the numbers that a processor reads words with, which was made for single ones; where these would take
    much of its memory, bfloat16."""
    half = precision != torch.float32
    return torch.bfloat16 if half and 2 * weight > KEPT_BYTES else torch.float32


@torch.no_grad()
def encode_prompt(pipeline: Any, text: str, device: torch.device) -> PromptEmbedding:
    """Encodes a prompt by the pipeline's own method."""
    encoded = pipeline.encode_prompt(text, device=device, num_images_per_prompt=1, do_classifier_free_guidance=False)
    whole = encoded[2][0] if len(encoded) == 4 else None  # XL
    if text == NULL_PROMPT and pipeline.config.get("force_zeros_for_empty_prompt", False):
        return PromptEmbedding(torch.zeros_like(encoded[0][0]), None if whole is None else torch.zeros_like(whole))
    return PromptEmbedding(encoded[0][0], whole)


def tokenizer_of(pipeline: Any) -> Callable[[list[str]], Int[Tensor, "n l"]]:
    """Texts to as many numbers as the encoder reads."""
    words = pipeline.tokenizer
    is_if = type(pipeline).__name__.startswith("IF")
    length = IF_TOKENS if is_if else words.model_max_length

    def numbers(texts: list[str]) -> Int[Tensor, "n l"]:
        read = words(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
        tokens: Int[Tensor, "n l"] = read.input_ids
        return tokens

    return numbers
