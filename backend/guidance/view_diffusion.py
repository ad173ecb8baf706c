"""The embedded diffusion model: what a small view of a described object looks like from a given camera.

It was trained by `scripts/train_diffusion.py` to predict v = sqrt(abar) noise - sqrt(1 - abar) x for views
x = 2 [srgb(premultiplied colour), opacity] - 1 of 32 x 32 pixels (Salimans & Ho 2022), given a caption and a camera.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Int
from safetensors import SafetensorError
from torch import Tensor

from backend.errors import ModelError
from backend.torchvision_import import import_torchvision

Views = Float[Tensor, "b 4 h w"]


class ViewDiffusion:
    """A frozen denoiser with its noise schedule, its conditioner and its tokenizer."""

    def __init__(self, transformer, scheduler, conditioner, tokenizer, device: torch.device) -> None:
        self.transformer = transformer.eval().requires_grad_(False).to(device)
        self.conditioner = conditioner.eval().requires_grad_(False).to(device)
        self.tokenizer, self.device = tokenizer, device
        self.signal: Float[Tensor, " t"] = scheduler.alphas_cumprod.to(device)
        self.size: int = transformer.config.sample_size

    @staticmethod
    def load(folder: Path, device: torch.device) -> ViewDiffusion:
        """Read what training exported.

        Raises:
            ModelError: a part is missing or cannot be read.
        """
        try:
            return ViewDiffusion(*_parts(folder), device)
        except (OSError, ValueError, KeyError, RuntimeError, TypeError, SafetensorError) as cause:
            raise ModelError(
                f"The diffusion model in {folder} is missing or broken: restore the folder from the repository, "
                "or make it again with scripts/train_diffusion.py."
            ) from cause

    def tokens(self, prompt: str) -> Int[Tensor, "1 l"]:
        return self.tokenizer([prompt]).to(self.device)

    @torch.no_grad()
    def velocity(
        self,
        noisy: Views,
        timestep: Int[Tensor, " b"],
        tokens: Int[Tensor, "1 l"],
        camera: Float[Tensor, "b 3"],
        guidance_scale: float,
    ) -> Views:
        """v under classifier-free guidance: v(nothing) + scale (v(prompt) - v(nothing)) (Ho & Salimans 2022).

        At scale 1 that is v(prompt), and the other half is not computed.
        """
        count = len(noisy)
        if guidance_scale == 1:
            return self._predicted(noisy, timestep, tokens, camera, torch.zeros(count, dtype=torch.bool))
        unconditional = torch.arange(2 * count) < count
        both = self._predicted(noisy.repeat(2, 1, 1, 1), timestep.repeat(2), tokens, camera.repeat(2, 1), unconditional)
        without, given = both.chunk(2)
        return without + guidance_scale * (given - without)

    def _predicted(
        self,
        noisy: Views,
        timestep: Int[Tensor, " b"],
        tokens: Int[Tensor, "1 l"],
        camera: Float[Tensor, "b 3"],
        unconditional: Bool[Tensor, " b"],
    ) -> Views:
        condition, read = self.conditioner(tokens.expand(len(noisy), -1), camera, unconditional.to(self.device))
        return self.transformer(
            noisy, encoder_hidden_states=condition, encoder_attention_mask=read.float(), timestep=timestep
        ).sample


def _parts(folder: Path) -> tuple:
    import_torchvision()
    from diffusers import DDPMScheduler, PixArtTransformer2DModel  # heavy: imported when used
    from diffusers.models.attention_processor import AttnProcessor
    from open_clip.tokenizer import SimpleTokenizer

    from .conditioner import Conditioner

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
    return transformer, scheduler, conditioner, SimpleTokenizer(str(folder / "bpe.txt.gz"), context_length=length)
