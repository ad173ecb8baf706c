"""Pictures from a trained diffusion model, and contact sheets of them to look at.

    python -m scripts.training.models.sampling --weights backend/models/diffusion --out sheet.png

Guidance is 1 here: what a caption means in this world is narrow, and a stronger pull overshoots.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import DDIMScheduler, DDPMScheduler, PixArtTransformer2DModel
from diffusers.models.attention_processor import AttnProcessor
from jaxtyping import Float, Int
from PIL import Image
from torch import Tensor

from backend.guidance.conditioner import Conditioner

from ..captions.tokenizer import read_tokenizer

PROMPTS = (
    "a red sphere", "a green cube", "a grey torus", "a purple pyramid", "a snowman", "a snowman with a red hat",
    "a blue house", "a mushroom", "a pine tree", "a table", "a cyan mug", "a rocket", "a red car", "a sailing boat",
    "a cat", "an orange fish", "a yellow duck", "a robot", "an apple", "a strawberry", "a cupcake", "a castle",
    "a bicycle", "a guitar", "a pink chair", "a teapot", "a penguin", "a red cube on a blue cylinder",
    "a green sphere next to a yellow cone", "a sword",
)  # fmt: skip
VIEWS = ((0, 0), (45, 20), (90, 15), (135, 30), (200, 50), (300, 75))  # azimuth and elevation in degrees


@dataclass(frozen=True)
class Denoiser:
    """A folder of weights, read: predicts v with classifier-free guidance."""

    transformer: PixArtTransformer2DModel
    conditioner: Conditioner
    tokenize: Callable[[list[str]], Int[Tensor, "b l"]]
    scheduler: DDPMScheduler

    @classmethod
    def read(cls, folder: Path) -> "Denoiser":
        transformer = PixArtTransformer2DModel.from_pretrained(folder / "transformer").float().eval()
        transformer.set_attn_processor(AttnProcessor())
        return cls(
            transformer.requires_grad_(False),
            Conditioner.load(folder).requires_grad_(False),
            read_tokenizer(folder),
            DDPMScheduler.from_pretrained(folder / "scheduler"),
        )

    def velocity(self, noisy: Tensor, timestep: Tensor, captions: list[str], camera: Tensor, guidance: float) -> Tensor:
        """v_null + guidance (v_caption - v_null) (Ho & Salimans 2022), both halves in one batch."""
        unconditional = torch.arange(2).repeat_interleave(len(noisy)) == 1
        with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
            condition, read = self.conditioner(self.tokenize(captions * 2), camera.repeat(2, 1), unconditional)
            both = self.transformer(
                noisy.repeat(2, 1, 1, 1),
                encoder_hidden_states=condition,
                encoder_attention_mask=read.float(),
                timestep=timestep.expand(2 * len(noisy)),
            ).sample
        wanted, null = both.float().chunk(2)
        guided: Tensor = null + guidance * (wanted - null)
        return guided


def sample(
    denoiser: Denoiser, captions: list[str], camera: Float[Tensor, "b 3"], steps: int = 25, guidance: float = 1.0
) -> Float[Tensor, "b 4 h w"]:
    """DDIM (Song et al. 2021) from pure noise; [sRGB on black, alpha] in [0, 1]."""
    scheduler = DDIMScheduler.from_config(denoiser.scheduler.config, timestep_spacing="trailing")
    scheduler.set_timesteps(steps)
    size = denoiser.transformer.config.sample_size
    images = torch.randn(len(captions), 4, size, size)
    for timestep in scheduler.timesteps:
        velocity = denoiser.velocity(images, timestep, captions, camera, guidance)
        images = scheduler.step(velocity, timestep, images).prev_sample
    return ((images + 1) / 2).clamp(0, 1)


def on_gray(images: Float[Tensor, "b 4 h w"]) -> Float[Tensor, "b 3 h w"]:
    """Over a gray background, in display values: near enough for looking."""
    return (images[:, :3] + 0.5 * (1 - images[:, 3:])).clamp(0, 1)


def fixed_cameras(views: tuple[tuple[int, int], ...] = VIEWS) -> Float[Tensor, "b 3"]:
    angles = torch.tensor(views, dtype=torch.float32).deg2rad()
    return torch.cat([angles, torch.full((len(views), 1), 3.2)], dim=-1)


def sheet(rows: list[Float[Tensor, "b 3 h w"]], columns: int = 2, enlarge: int = 3) -> Image.Image:
    """Rows of small pictures in a few columns, enlarged without smoothing."""
    strips = [torch.cat(list(row), dim=-1) for row in rows]
    height = -(-len(strips) // columns)
    strips += [torch.ones_like(strips[0])] * (height * columns - len(strips))
    tall = [torch.cat(strips[start : start + height], dim=-2) for start in range(0, len(strips), height)]
    pixels = torch.cat(tall, dim=-1).mul(255).byte().permute(1, 2, 0).numpy()
    return Image.fromarray(pixels).resize(
        (pixels.shape[1] * enlarge, pixels.shape[0] * enlarge), Image.Resampling.NEAREST
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="a folder that scripts.training.diffusion exported")
    parser.add_argument("--out", type=Path, required=True, help="a PNG")
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--guidance", type=float, default=1.0)
    parser.add_argument("--prompts", nargs="+", default=PROMPTS, metavar="TEXT")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    denoiser, camera = Denoiser.read(options.weights), fixed_cameras()
    rows = [sample(denoiser, [p] * len(camera), camera, options.steps, options.guidance) for p in options.prompts]
    sheet([on_gray(row) for row in rows]).save(options.out)


if __name__ == "__main__":
    main()
