"""What the backend says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.device import choose_device, describe_device
from backend.pretrained import resolve

from ..version import version

EMBEDDED = ("embedded", "embedded-clip")


@dataclass(frozen=True)
class BackendInfo:
    version: str
    device: str
    models: list[dict[str, Any]]
    """{"name", "license", "source"} of each that comes with this copy."""
    cache: str
    computes: str
    """What computes, as a person reads it: "NVIDIA GeForce RTX 3060, 12 GB" or "CPU: " and why."""


def backend_info(device: str, cache: Path) -> BackendInfo:
    """Describes this backend: versions, device and models.

    Raises:
        DeviceError: the device is not on this machine.
    """
    chosen = choose_device(device)
    return BackendInfo(version(), str(chosen), embedded_models(), str(cache), describe_device(chosen))


def embedded_models() -> list[dict[str, Any]]:
    choices = [resolve(name) for name in EMBEDDED]
    return [choice.card for choice in choices if choice.folder is not None and choice.folder.is_dir()]
