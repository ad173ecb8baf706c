"""Where tensors live, and how much memory this process has used."""

from __future__ import annotations

import torch

from .errors import DeviceError
from .process_memory import held_bytes, peak_bytes

NAMES = ("auto", "cpu", "cuda", "mps")


def choose_device(name: str) -> torch.device:
    """The device of this name; `auto` takes the first of CUDA, Apple's MPS and the processor that is there.

    Raises:
        DeviceError: the name is unknown, or the device is not on this machine.
    """
    if name not in NAMES:
        raise DeviceError(f"The device {name!r} is unknown: choose one of {', '.join(NAMES)}.")
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if _is_there(kind)))
    if not _is_there(name):
        raise DeviceError(f"This machine has no {name} device that PyTorch can use: choose 'auto' or 'cpu'.")
    return torch.device(name)


def _is_there(name: str) -> bool:
    if name == "cuda":
        return torch.cuda.is_available()
    return name == "cpu" or torch.backends.mps.is_available()


def memory_mb(device: torch.device) -> float:
    """Returns what is held now, in MiB: by tensors on a device with memory of its own, else by this process."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device) / 1024**2
    if device.type == "mps":
        return torch.mps.current_allocated_memory() / 1024**2
    return held_bytes() / 1024**2


def peak_memory_mb() -> float:
    """The most memory that this process has held, in MiB."""
    return peak_bytes() / 1024**2
