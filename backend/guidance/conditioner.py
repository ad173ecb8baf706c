"""The embedded diffusion model's condition: a caption and a camera, as a short sequence of tokens.

    condition = [ text transformer(caption) | camera MLP(azimuth, elevation, distance) ]

The sequence is read by cross-attention. Padding is masked. For classifier-free guidance (Ho & Salimans 2022) a caption
may be replaced by one learned null token; the camera is kept, so that guidance sharpens WHAT is seen, not FROM WHERE.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Int
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

HARMONICS = (1, 2, 4)
LENGTH_STEP = 8  # sequences are cut to a multiple of this: padding is masked anyway, and few shapes suit a compiler
MEAN_DISTANCE, DISTANCE_SPREAD = 3.2, 0.2


@dataclass(frozen=True)
class ConditionerConfig:
    """Sizes of the two branches; `eot_id` marks a caption's end, what follows it is padding."""

    vocabulary: int
    eot_id: int
    width: int = 192
    heads: int = 6
    layers: int = 2
    context_length: int = 24
    camera_tokens: int = 3


class Conditioner(nn.Module):
    """Captions (as token numbers) and cameras to a sequence `(b, n, width)` and its mask `(b, n)`, True where read."""

    def __init__(self, config: ConditionerConfig) -> None:
        super().__init__()
        from open_clip.transformer import TextTransformer  # heavy: imported when used

        self.config = config
        self.text = TextTransformer(
            context_length=config.context_length,
            vocab_size=config.vocabulary,
            width=config.width,
            heads=config.heads,
            layers=config.layers,
            output_dim=None,
        )
        self.camera = nn.Sequential(
            nn.Linear(4 * len(HARMONICS) + 1, config.width),
            nn.SiLU(),
            nn.Linear(config.width, config.camera_tokens * config.width),
        )
        self.null = nn.Parameter(0.02 * torch.randn(config.width))

    def forward(
        self,
        tokens: Int[Tensor, "b l"],
        camera: Float[Tensor, "b 3"],
        unconditional: Bool[Tensor, " b"],
        blind: Bool[Tensor, " b"] | None = None,
    ) -> tuple[Float[Tensor, "b n width"], Bool[Tensor, "b n"]]:
        """Encode; where `unconditional`, the caption becomes the null token; where `blind`, no camera is told.

        Camera: azimuth, elevation, distance.
        """
        words, read = self.encode_captions(tokens)
        words = torch.where(unconditional[:, None, None], self.null.to(words.dtype), words)
        first = torch.arange(read.shape[1], device=read.device) == 0
        read = torch.where(unconditional[:, None], first, read)
        views = self.encode_cameras(camera).to(words.dtype)
        told = read.new_ones(views.shape[:2]) if blind is None else ~blind[:, None].expand(views.shape[:2])
        return torch.cat([words, views], dim=1), torch.cat([read, told], dim=1)

    def no_caption(self) -> tuple[Float[Tensor, "1 width"], Bool[Tensor, " 1"]]:
        """The null token alone: what stands for no caption."""
        return self.null.detach()[None], torch.ones(1, dtype=torch.bool, device=self.null.device)

    def sequence(
        self,
        captions: Sequence[tuple[Float[Tensor, "m width"], Bool[Tensor, " m"]]],
        camera: Float[Tensor, "b 3"] | None,
    ) -> tuple[Float[Tensor, "b n width"], Bool[Tensor, "b n"]]:
        """`forward` for captions that are encoded already, of any lengths: shorter ones are padded, and masked.

        Without a camera the network is left to guess where it looks from.
        """
        words = pad_sequence([words for words, _ in captions], batch_first=True)
        read = pad_sequence([read for _, read in captions], batch_first=True)
        if camera is None:
            return words, read
        views = self.encode_cameras(camera).to(words.dtype)
        return torch.cat([words, views], dim=1), torch.cat([read, read.new_ones(views.shape[:2])], dim=1)

    def encode_captions(self, tokens: Int[Tensor, "b l"]) -> tuple[Float[Tensor, "b m width"], Bool[Tensor, "b m"]]:
        """Causal text transformer, run little further than the batch's longest caption."""
        longest = int((tokens == self.config.eot_id).int().argmax(1).max()) + 1
        length = min(-(-longest // LENGTH_STEP) * LENGTH_STEP, tokens.shape[1])
        tokens = tokens[:, :length]
        embedded = self.text.token_embedding(tokens) + self.text.positional_embedding[:length]
        words = self.text.transformer(embedded, attn_mask=self.text.attn_mask[:length, :length])
        ended = (tokens == self.config.eot_id).cumsum(1) - (tokens == self.config.eot_id).int()
        return self.text.ln_final(words), ended == 0

    def encode_cameras(self, camera: Float[Tensor, "b 3"]) -> Float[Tensor, "b k width"]:
        """A few tokens from the camera's harmonics."""
        shape = (self.config.camera_tokens, self.config.width)
        tokens: Tensor = self.camera(camera_features(camera)).unflatten(-1, shape)
        return tokens

    def save(self, folder: Path) -> None:
        """`conditioner.safetensors` in half precision, and its sizes in `conditioner.json`."""
        weights = {name: value.detach().half().contiguous() for name, value in self.state_dict().items()}
        save_file(weights, folder / "conditioner.safetensors")
        (folder / "conditioner.json").write_text(json.dumps(asdict(self.config), indent=2) + "\n")

    @classmethod
    def load(cls, folder: Path) -> "Conditioner":
        """Read what `save` wrote; weights come back in single precision."""
        conditioner = cls(ConditionerConfig(**json.loads((folder / "conditioner.json").read_text())))
        weights = load_file(folder / "conditioner.safetensors")
        conditioner.load_state_dict({name: value.float() for name, value in weights.items()})
        return conditioner.eval()


def camera_features(camera: Float[Tensor, "b 3"], harmonics: Sequence[int] = HARMONICS) -> Float[Tensor, "b f"]:
    """sin and cos of k azimuth and k elevation for each harmonic k (so a full turn is seamless), and the distance."""
    angles = camera[:, :2, None] * torch.tensor(harmonics, dtype=camera.dtype, device=camera.device)
    distance = (camera[:, 2:] - MEAN_DISTANCE) / DISTANCE_SPREAD
    return torch.cat([angles.sin().flatten(1), angles.cos().flatten(1), distance], dim=-1)
