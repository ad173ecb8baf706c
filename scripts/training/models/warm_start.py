"""A new model that begins with what an earlier one has learned: denoising, cameras, and the words they share.

Blocks that the earlier model lacks begin as the identity: every branch of a block is added to what passes through, and
their last projections are zero (as in ReZero, Bachlechner et al. 2020, but by the weights). A model of larger pictures
in as many patches begins by seeing their blockwise means, and paints blocks. Words are matched by the tokenizers' own
pieces; new ones begin at random.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import PixArtTransformer2DModel
from jaxtyping import Float
from open_clip.tokenizer import SimpleTokenizer
from torch import Tensor, nn

from backend.guidance.conditioner import Conditioner

from ..captions.tokenizer import read_tokenizer

EMBEDDING = "text.token_embedding.weight"
FIRST, LAST, LAST_BIAS = "pos_embed.proj.weight", "proj_out.weight", "proj_out.bias"


@torch.no_grad()
def load_earlier_weights(
    transformer: PixArtTransformer2DModel, conditioner: Conditioner, tokenizer: SimpleTokenizer, folder: Path
) -> None:
    """Copy the weights of the model in `folder` into a model of the same width and at least as many blocks."""
    earlier = PixArtTransformer2DModel.from_pretrained(folder / "transformer", low_cpu_mem_usage=False).float()
    times = transformer.config.patch_size // earlier.config.patch_size
    transformer.load_state_dict(_of_larger_patches(earlier.state_dict(), times), strict=False)
    for block in transformer.transformer_blocks[len(earlier.transformer_blocks) :]:
        for last in (block.attn1.to_out[0], block.attn2.to_out[0], block.ff.net[2]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
    _load_earlier_words(conditioner, tokenizer, Conditioner.load(folder), read_tokenizer(folder))


def _of_larger_patches(weights: dict[str, Tensor], times: int) -> dict[str, Tensor]:
    """The weights for patches `times` as wide: the first layer reads means of blocks, the last repeats its pixels."""
    first, width = weights[FIRST], weights[FIRST].shape[-1]
    last, bias = (weights[name].reshape(width, width, -1) for name in (LAST, LAST_BIAS))
    return weights | {
        FIRST: _each_repeated(first.permute(2, 3, 0, 1), times).permute(2, 3, 0, 1) / times**2,
        LAST: _each_repeated(last, times).reshape(-1, weights[LAST].shape[-1]),
        LAST_BIAS: _each_repeated(bias, times).flatten(),
    }


def _each_repeated(pixels: Float[Tensor, "h w ..."], times: int) -> Float[Tensor, "hh ww ..."]:
    return pixels.repeat_interleave(times, 0).repeat_interleave(times, 1)


def _load_earlier_words(
    conditioner: Conditioner, tokenizer: SimpleTokenizer, earlier: Conditioner, its_tokenizer: SimpleTokenizer
) -> None:
    weights = earlier.state_dict()
    known = weights.pop(EMBEDDING)
    conditioner.load_state_dict(weights, strict=False)
    shared = [piece for piece in tokenizer.encoder if piece in its_tokenizer.encoder]
    here = torch.tensor([tokenizer.encoder[piece] for piece in shared])
    there = torch.tensor([its_tokenizer.encoder[piece] for piece in shared])
    conditioner.text.token_embedding.weight[here] = known[there]
