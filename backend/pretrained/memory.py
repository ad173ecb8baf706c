"""Whether a model fits into what memory is free, asked before it is read."""

from __future__ import annotations

from pathlib import Path

import torch

from backend.errors import MemoryShortError
from backend.free_memory import free_bytes

from .hub_cache import MEGABYTE

OVERHEAD = 1.2
"""Activations and the libraries' own, over the weights; a guess on the low side, so that nobody is refused in vain."""
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt")


def check_memory(name: str, path: Path, device: torch.device) -> None:
    """Refuses weights that the device surely has no memory for.

    Raises:
        MemoryShortError: the weights in `path` (a folder or a file) are surely too much for the device.
    """
    free, need = free_bytes(device), needed_bytes(path, device)
    if free is not None and need > free:
        raise MemoryShortError(
            f"The model {name} needs about {need / MEGABYTE:.0f} MB of memory on the {device.type}, where "
            f"{free / MEGABYTE:.0f} MB are free: close other programs, or choose a smaller model."
        )


def needed_bytes(path: Path, device: torch.device) -> int:
    """Weights and what comes with them; a processor computes in single precision, so halves double there."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.suffix in _WEIGHTS]
    return int(OVERHEAD * sum(file.stat().st_size * _widening(file, device) for file in files))


def _widening(file: Path, device: torch.device) -> int:
    return 2 if device.type == "cpu" and ".fp16" in file.name else 1
