"""What the backend says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.device import choose_device
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


def backend_info(device: str, cache: Path) -> BackendInfo:
    """Describes this backend: versions, device and models.

    Raises:
        DeviceError: the device is not on this machine.
    """
    return BackendInfo(version(), str(choose_device(device)), embedded_models(), str(cache))


def embedded_models() -> list[dict[str, Any]]:
    choices = [resolve(name) for name in EMBEDDED]
    return [choice.card for choice in choices if choice.folder is not None and choice.folder.is_dir()]
