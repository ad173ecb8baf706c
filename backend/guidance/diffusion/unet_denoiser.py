"""A diffusers UNet that is asked by text: Stable Diffusion 1.5, 2.1, XL and Turbo, and DeepFloyd IF's first stage."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor

from ...pretrained.offload import memory_guard, off_device
from .denoiser import Conditions
from .depth_control import DepthControl
from .prediction import Views
from .text_encoders import PromptEmbedding, TextEncoders


class UNetDenoiser:
    """A frozen UNet2DConditionModel with its schedule and its text encoders."""

    def __init__(
        self,
        name: str,
        unet: Any,
        alphas_cumprod: Float[Tensor, " t"],
        prediction_type: str,
        words: TextEncoders,
        device: torch.device,
        precision: torch.dtype,
        *,
        pixels: int = 1,
        control: DepthControl | None = None,
        offload: bool = False,
    ) -> None:
        """`pixels` is the side of what one of its values stands for: 8 for latents."""
        self.unet = unet.eval().requires_grad_(False).to(device, precision)
        self.name, self.alphas_cumprod, self.prediction_type, self.words = (
            name,
            alphas_cumprod.to(device),
            prediction_type,
            words,
        )
        self.device, self.precision, self.control, self.offload = device, precision, control, offload
        self.size, self.channels = unet.config.sample_size, unet.config.in_channels
        self.reads_depth, self.side = control is not None, pixels * self.size

    def read(self, texts: Iterable[str]) -> list[str]:
        texts = list(texts)
        make_room = off_device(self.unet, self.device) if self.offload and self.words.lacks(texts) else nullcontext()
        with memory_guard(self.name), make_room:
            return self.words.read(texts)

    @torch.no_grad()
    def predict(self, noisy: Views, timestep: Int[Tensor, " n"], conditions: Conditions) -> Views:
        """The first channels only: DeepFloyd IF's others are the variance that it learned."""
        self.read(conditions.texts)
        given = self._given([self.words[text] for text in conditions.texts])
        with memory_guard(self.name):
            scaled = noisy.to(self.precision)
            extra = {}
            if self.control is not None and conditions.depth is not None:
                extra = self.control.residuals(scaled, timestep, given, conditions.depth)
            answer: Views = self.unet(scaled, timestep, **given, **extra).sample
            return answer[:, : self.channels].to(noisy.dtype)

    def _given(self, embeddings: list[PromptEmbedding]) -> dict[str, Any]:
        """The words, and for XL their whole with the sizes it was trained to be told: original, crop, target."""
        words = torch.stack([e.words for e in embeddings]).to(self.precision)
        if embeddings[0].whole is None:
            return {"encoder_hidden_states": words}
        sizes = torch.tensor([self.side, self.side, 0, 0, self.side, self.side], device=self.device)
        added = {
            "text_embeds": torch.stack([e.whole for e in embeddings if e.whole is not None]).to(self.precision),
            "time_ids": sizes.to(self.precision).expand(len(embeddings), -1),
        }
        return {"encoder_hidden_states": words, "added_cond_kwargs": added}
