"""Where tensors live, in words and as torch's device, and how much memory this process has used."""

from __future__ import annotations

import functools
import platform
import re
from collections.abc import Sequence

import torch

from .errors import DeviceError
from .process_memory import held_bytes, peak_bytes

NAMES = ("auto", "cpu", "cuda", "mps")


def choose_device(name: str) -> torch.device:
    """The device of this name; `auto` takes the first of CUDA, Apple's MPS and the processor that computes here.

    A card that this torch has no kernels for, or that fails at the first of them, is passed over by `auto`:
    `describe_device` says so.

    Raises:
        DeviceError: the name is unknown, or the device is not on this machine, or cannot compute.
    """
    if name not in NAMES:
        raise DeviceError(f"The device {name!r} is unknown: choose one of {', '.join(NAMES)}.")
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if not why_not(kind)))
    problem = why_not(name)
    if problem:
        raise DeviceError(f"{problem[0].upper()}{problem[1:]}: choose 'auto' or 'cpu'.")
    return torch.device(name)


def describe_device(device: torch.device) -> str:
    """Return what computes, as a person reads it: "NVIDIA GeForce RTX 3060, 12 GB", or "CPU: " and why no card does."""
    if device.type == "cuda":
        card = torch.cuda.get_device_properties(device)
        maker = "AMD" if torch.version.hip else "NVIDIA"
        name = card.name if card.name.startswith(maker) else f"{maker} {card.name}"
        return f"{name}, {card.total_memory / 1024**3:.0f} GB"
    if device.type == "mps":
        return f"Apple {platform.machine()}, its graphics cores"
    return f"CPU: {why_cpu()}"


def why_cpu() -> str:
    """Return why no card computes here, or that the processor was chosen although one could."""
    if not (why_not("cuda") and why_not("mps")):
        return "chosen in the preferences"
    return why_not("mps") if platform.system() == "Darwin" else why_not("cuda")


def why_not(name: str) -> str:
    """Return why a kind of device cannot compute here, a clause without its full stop; nothing where it can."""
    if name == "cpu":
        return ""
    return _why_not_cuda() if name == "cuda" else _why_not_mps()


def _why_not_cuda() -> str:
    if not torch.version.cuda and not torch.version.hip:
        return "the installed PyTorch is made for the processor alone, and has no cuda device"
    if not torch.cuda.is_available():
        maker = "AMD" if torch.version.hip else "NVIDIA"
        return f"no {maker} card answers, so there is no cuda device"
    card = torch.cuda.get_device_properties(0)
    if not _has_kernels(_architecture(card), torch.cuda.get_arch_list()):
        return (
            f"the installed PyTorch ({_cuda_version()}) has no kernels for {card.name} ({_architecture(card)}); set "
            "the "
            "backend up again for this card"
        )
    return _failing_kernel("cuda")


def _why_not_mps() -> str:
    if not torch.backends.mps.is_available():
        return "no mps device, which Macs with Apple silicon have"
    return _failing_kernel("mps")


def _cuda_version() -> str:
    return f"ROCm {torch.version.hip}" if torch.version.hip else f"CUDA {torch.version.cuda}"


def _architecture(card: object) -> str:
    """Return "sm_86" of an NVIDIA card, "gfx1100" of AMD's, as torch's list names them."""
    named = str(getattr(card, "gcnArchName", "")).partition(":")[0] if torch.version.hip else ""
    return named or f"sm_{getattr(card, 'major', 0)}{getattr(card, 'minor', 0)}"


def _has_kernels(architecture: str, built: Sequence[str]) -> bool:
    """Tell whether kernels that were built for these run there.

    Machine code runs on its own major version from its minor version upward (sm_80 on 8.6); intermediate code
    (compute_90) is compiled by the driver for its version and every later one. AMD's run on their own kind alone.
    """
    version = _sm_version(architecture)
    if not version or not built:
        return not built or architecture in built
    machine = (_sm_version(name) for name in built if name.startswith("sm_"))
    intermediate = (_sm_version(name) for name in built if name.startswith("compute_"))
    fits = any(one and one[0] == version[0] and one <= version for one in machine)
    return fits or any(one and one <= version for one in intermediate)


def _sm_version(name: str) -> tuple[int, int] | None:
    """Return (8, 6) of "sm_86" and (12, 0) of "compute_120"; a letter at the end (sm_90a) binds it to its own."""
    found = re.fullmatch(r"(?:sm|compute)_(\d+)(\d)[a-z]?", name)
    return (int(found[1]), int(found[2])) if found else None


@functools.cache
def _failing_kernel(name: str) -> str:
    """Run one kernel there, once a process; nothing where it gives the right number."""
    try:
        sixteen = torch.ones(4, 4, device=name) @ torch.ones(4, 4, device=name)
        if float(sixteen.sum().cpu()) == 64.0:
            return ""
        return f"the {name} device computes wrongly; update its driver"
    except Exception as cause:  # each backend and version of torch raises its own
        return (
            f"the {name} device fails at its first kernel ({str(cause).splitlines()[0][:200] or type(cause).__name__})"
        )


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
