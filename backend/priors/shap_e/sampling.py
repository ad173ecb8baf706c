"""Latents under words or a picture: noise that a transformer denoises, with classifier-free guidance.

    x_0(z; c) = x_0(z) + s (x_0(z; c) - x_0(z)),     z_T ~ N(0, sigma_max^2),     Heun's steps down to sigma = 0

(Shap-E, Jun and Nichol 2023, section 4.2; the sampler is algorithm 2 of Karras et al. 2022 without churn.) The network
tells x_0 itself, and beside it a variance that is not used. Noise is drawn on the processor: a seed is the same
everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from backend.pretrained.offload import free_unused
from backend.pretrained.shap_e import ShapEFolder

Latents = Float[Tensor, "1 n d"]
Condition = Float[Tensor, "1 *c"]


@dataclass(frozen=True)
class Sampling:
    """How latents are drawn; `between` is called before the network is asked and raises when nobody waits any more,
    `log` takes a line a step."""

    seed: int
    steps: int
    guidance_scale: float
    log: Callable[[str], None] = lambda line: None
    between: Callable[[], None] = lambda: None


@torch.no_grad()
def read_words(model: ShapEFolder, text: str) -> Condition:
    """Returns what the text encoder makes of words, of length sqrt(width): numbers of unit variance."""
    tokenizer = model.tokenizer()
    encoder = model.text_encoder()
    ids = tokenizer(
        [text], padding="max_length", max_length=tokenizer.model_max_length, truncation=True, return_tensors="pt"
    ).input_ids
    found: Tensor = encoder(ids.to(model.device)).text_embeds
    unit: Tensor = found / found.norm(dim=-1, keepdim=True)
    return math.sqrt(found.shape[1]) * unit


@torch.no_grad()
def read_picture(model: ShapEFolder, picture: Float[Tensor, "3 s s"]) -> Condition:
    """Returns what the image encoder makes of each patch of a square picture in sRGB, as its last layer has them.

    Raises:
        ModelError: a part is missing or broken.
    """
    processor, encoder = model.image_processor(), model.image_encoder()
    seen = (picture * 255).round().clamp(0, 255).byte()
    pixels = processor(seen, input_data_format="channels_first", return_tensors="pt").pixel_values
    patches: Tensor = encoder(pixels.to(model.device, encoder.dtype)).last_hidden_state[:, 1:]
    return patches.float()


@torch.no_grad()
def sample_latents(model: ShapEFolder, condition: Condition, how: Sampling) -> Latents:
    """Draws latents, in single precision; the network is on the device only meanwhile.

    Raises:
        ModelError: a part is missing or broken.
    """
    prior, scheduler = model.prior(), model.scheduler()
    scheduler.set_timesteps(how.steps)
    shape = prior.config.num_embeddings, prior.config.embedding_dim
    noise = torch.randn(1, shape[0] * shape[1], generator=torch.Generator().manual_seed(how.seed))
    latents: Tensor = noise.reshape(1, *shape).to(model.device) * scheduler.init_noise_sigma
    both = torch.cat([torch.zeros_like(condition), condition]).to(model.precision)
    for number, time in enumerate(scheduler.timesteps):
        how.between()
        if number % 2 == 0:  # Heun's method asks twice a step, and once in the last
            how.log(f"Shap-E: step {number // 2 + 1} of {how.steps}.")
        scaled = scheduler.scale_model_input(latents, time)
        answer = _guided(prior, scaled, time, both, how.guidance_scale)
        latents = scheduler.step(answer, time, latents).prev_sample
    del prior
    free_unused(model.device)
    return latents


def _guided(prior: Any, scaled: Latents, time: Tensor, both: Tensor, guidance_scale: float) -> Latents:
    """Returns x_0 under guidance; `both` is the condition after none."""
    given = torch.cat([scaled] * 2).to(both.dtype)
    out = prior(given, timestep=time.to(given.device), proj_embedding=both).predicted_image_embedding.float()
    without, under = out[..., : scaled.shape[-1]].chunk(2)
    guided: Tensor = without + guidance_scale * (under - without)
    return guided
