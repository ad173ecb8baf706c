"""What the backend says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend.device import choose_device
from backend.pretrained import resolve

from .version import version

EMBEDDED = ("embedded", "embedded-guide")


@dataclass(frozen=True)
class About:
    version: str
    device: str
    models: list[dict[str, Any]]
    """{"name", "licence", "source"} of each that comes with this copy."""
    cache: str


def about(device: str, cache: Path) -> About:
    """
    Raises:
        DeviceError: the device is not on this machine.
    """
    return About(version(), str(choose_device(device)), embedded_models(), str(cache))


def embedded_models() -> list[dict[str, Any]]:
    choices = [resolve(name) for name in EMBEDDED]
    return [choice.card for choice in choices if choice.folder is not None and choice.folder.is_dir()]
