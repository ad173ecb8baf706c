"""Memory: what is said when it runs out, and how parts stay away from the accelerator while they are not used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from backend.errors import MemoryShortError
from backend.free_memory import is_memory_short


@contextmanager
def memory_guard(name: str) -> Iterator[None]:
    """Turns any error of short memory inside into one sentence.

    Raises:
        MemoryShortError: what happened inside needed more memory than there is.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as cause:
        if not is_memory_short(cause):
            raise
        raise MemoryShortError(
            f"The memory does not hold {name} at work: turn on 'offload', lower orbit.views, or choose a smaller model."
        ) from cause


@contextmanager
def on_device(module: nn.Module, device: torch.device, *, stays: bool) -> Iterator[nn.Module]:
    """The module on the device; afterwards it stays there, or goes back to main memory."""
    module.to(device)
    try:
        yield module
    finally:
        if not stays:
            module.to("cpu")
            free_unused(device)


@contextmanager
def off_device(module: nn.Module, device: torch.device) -> Iterator[None]:
    """The device without the module, for something as large that needs its place."""
    module.to("cpu")
    free_unused(device)
    try:
        yield
    finally:
        module.to(device)


def free_unused(device: torch.device) -> None:
    """Gives back what the allocator keeps for later."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
