"""Which numbers a model computes with."""

from __future__ import annotations

import torch

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """`auto` is half precision where a graphics card is built for it, single precision elsewhere."""
    if name == "auto":
        return torch.float16 if device.type == "cuda" else torch.float32
    return PRECISIONS[name]


def embedded_precision(name: str) -> torch.dtype:
    """The embedded model is so small that single precision costs nothing anywhere."""
    return torch.float32 if name == "auto" else PRECISIONS[name]
