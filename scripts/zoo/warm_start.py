"""A new model that begins with what an earlier one has learnt: denoising, cameras, and the words they share.

Blocks that the earlier model lacks begin as the identity: every branch of a block is added to what passes through, and
their last projections are zero (as in ReZero, Bachlechner et al. 2020, but by the weights). Words are matched by the
tokenizers' own pieces; new ones begin at random.
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import PixArtTransformer2DModel
from open_clip.tokenizer import SimpleTokenizer
from torch import nn

from backend.guidance.conditioner import Conditioner
from scripts.guide_data.vocabulary import read_tokenizer

EMBEDDING = "text.token_embedding.weight"


@torch.no_grad()
def take_over(
    transformer: PixArtTransformer2DModel, conditioner: Conditioner, tokenizer: SimpleTokenizer, folder: Path
) -> None:
    """Copy the weights of the model in `folder` into a model of the same width and at least as many blocks."""
    earlier = PixArtTransformer2DModel.from_pretrained(folder / "transformer", low_cpu_mem_usage=False).float()
    transformer.load_state_dict(earlier.state_dict(), strict=False)
    for block in transformer.transformer_blocks[len(earlier.transformer_blocks) :]:
        for last in (block.attn1.to_out[0], block.attn2.to_out[0], block.ff.net[2]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
    _take_over_words(conditioner, tokenizer, Conditioner.load(folder), read_tokenizer(folder))


def _take_over_words(
    conditioner: Conditioner, tokenizer: SimpleTokenizer, earlier: Conditioner, its_tokenizer: SimpleTokenizer
) -> None:
    weights = earlier.state_dict()
    known = weights.pop(EMBEDDING)
    conditioner.load_state_dict(weights, strict=False)
    shared = [piece for piece in tokenizer.encoder if piece in its_tokenizer.encoder]
    here = torch.tensor([tokenizer.encoder[piece] for piece in shared])
    there = torch.tensor([its_tokenizer.encoder[piece] for piece in shared])
    conditioner.text.token_embedding.weight[here] = known[there]
