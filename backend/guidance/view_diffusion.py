"""The embedded diffusion model: what a small view of a described object looks like from a given camera.

It was trained by `scripts/training/diffusion.py` to predict v = sqrt(abar) noise - sqrt(1 - abar) x for views
x = 2 [srgb(premultiplied color), opacity] - 1 of 32 x 32 pixels (Salimans & Ho 2022), given a caption and a camera.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from safetensors import SafetensorError
from torch import Tensor

from backend.errors import ModelError
from backend.pretrained.offline import offline
from backend.pretrained.remote_code import refuse_code
from backend.pretrained.vocabulary import ModelVocabulary
from backend.torchvision_import import import_torchvision

from ..pretrained.truncation import truncation_warning
from .diffusion.denoiser import NULL_PROMPT, Conditions

Views = Float[Tensor, "b 4 h w"]
Caption = tuple[Float[Tensor, "l w"], Bool[Tensor, " l"]]


class ViewDiffusion:
    """A frozen denoiser with its noise schedule, its conditioner and its tokenizer."""

    name, prediction_type, reads_depth = "the embedded model", "v_prediction", False

    def __init__(
        self, transformer: Any, scheduler: Any, conditioner: Any, tokenizer: Any, vocabulary: ModelVocabulary,
        device: torch.device, precision: torch.dtype, sees_camera: bool,
    ) -> None:  # fmt: skip
        self.transformer = transformer.eval().requires_grad_(False).to(device)
        if precision != torch.float32:
            self.transformer.to(precision)
        self.conditioner = conditioner.eval().requires_grad_(False).to(device)
        self.tokenizer, self.vocabulary, self.device, self.precision = tokenizer, vocabulary, device, precision
        self.sees_camera = sees_camera
        self.alphas_cumprod: Float[Tensor, " t"] = scheduler.alphas_cumprod.to(device)
        self.size: int = transformer.config.sample_size
        self.channels: int = transformer.config.in_channels
        self.captions: dict[str, Caption] = {NULL_PROMPT: self.conditioner.no_caption()}
        self.sentences: dict[str, list[str]] = {NULL_PROMPT: []}

    @staticmethod
    def load(
        folder: Path, device: torch.device, precision: torch.dtype = torch.float32, sees_camera: bool = True
    ) -> ViewDiffusion:
        """Read what training exported. Without `sees_camera` it is never told where it looks from: to see what for.

        Raises:
            ModelError: a part is missing or cannot be read.
        """
        refuse_code(folder)
        try:
            with offline():
                return ViewDiffusion(*_parts(folder), device, precision, sees_camera)
        except (OSError, ValueError, KeyError, RuntimeError, TypeError, SafetensorError) as cause:
            raise ModelError(
                f"The diffusion model in {folder} is missing or broken: restore the folder from the repository, "
                "or make it again with scripts/training/diffusion.py."
            ) from cause

    @torch.no_grad()
    def read(self, texts: Iterable[str]) -> list[str]:
        """Encode the captions that are new; sentences on what of the texts is not seen or was never taught."""
        texts = list(dict.fromkeys(texts))
        for text in (text for text in texts if text not in self.captions):
            words, read = self.conditioner.encode_captions(self.tokenizer([text]).to(self.device))
            self.captions[text] = (words[0], read[0])
            said = (truncation_warning(self.tokenizer, text), self.vocabulary.sentence(text))
            self.sentences[text] = [sentence for sentence in said if sentence]
        return list(dict.fromkeys(sentence for text in texts for sentence in self.sentences[text]))

    @torch.no_grad()
    def predict(self, noisy: Views, timestep: Int[Tensor, " b"], conditions: Conditions) -> Views:
        """v for each view."""
        self.read(conditions.texts)
        captions = [self.captions[text] for text in conditions.texts]
        sequence, read = self.conditioner.sequence(captions, conditions.cameras if self.sees_camera else None)
        velocity: Views = self.transformer(
            noisy.to(self.precision),
            encoder_hidden_states=sequence.to(self.precision),
            encoder_attention_mask=read.to(self.precision),
            timestep=timestep,
        ).sample
        return velocity.to(noisy.dtype)


def _parts(folder: Path) -> tuple[Any, Any, Any, Any, ModelVocabulary]:
    import_torchvision()
    from diffusers import DDPMScheduler, PixArtTransformer2DModel  # heavy: imported when used
    from diffusers.models.attention_processor import AttnProcessor
    from diffusers.utils import logging
    from open_clip.tokenizer import SimpleTokenizer

    from .conditioner import Conditioner

    logging.set_verbosity_error()  # it warns of casts that change nothing here
    conditioner = Conditioner.load(folder)
    scheduler = DDPMScheduler.from_pretrained(folder / "scheduler", local_files_only=True)
    if scheduler.config.prediction_type != "v_prediction":
        raise ValueError(json.dumps(scheduler.config.prediction_type))
    transformer = PixArtTransformer2DModel.from_pretrained(
        folder / "transformer", local_files_only=True, torch_dtype=torch.float32, low_cpu_mem_usage=False
    )
    # Plain softmax attention: for so few tokens it takes 25 ms for 4 views on one core, fused attention 45 ms.
    transformer.set_attn_processor(AttnProcessor())
    length = conditioner.config.context_length
    tokenizer = SimpleTokenizer(str(folder / "bpe.txt.gz"), context_length=length)
    return transformer, scheduler, conditioner, tokenizer, ModelVocabulary.load(folder)
