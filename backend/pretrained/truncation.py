"""What a tokenizer cuts off: encoders read 24 to 77 tokens, and drop the rest of a prompt without a word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

import torch
from torch import Tensor

Tokenizer = Callable[[list[str]], Tensor]


def truncated_text(tokenizer: Tokenizer, text: str) -> str:
    """The end of `text` that changes no token: what the encoder never sees; empty where all is read.

    The shortest beginning with the same tokens as the whole is found by halving, so any tokenizer will do. (Where the
    cut goes through a word, that word's last letter that is read may be named or not.)
    """
    text = text.strip()
    whole = tokenizer([text])
    read = bisect_left(range(len(text)), True, key=lambda n: torch.equal(tokenizer([text[:n]]), whole))
    return text[read:].strip()


def truncation_warning(tokenizer: Tokenizer, text: str) -> str:
    """Returns what a person should know of a prompt that is too long; empty where all is read."""
    cut = truncated_text(tokenizer, text)
    if not cut:
        return ""
    return f"The prompt is too long for the model: it does not read the end, '{cut}'. Say the most important first."
