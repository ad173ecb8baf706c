"""A whole diffusion model in one file, as communities pass them on: is this one?"""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError, safe_open

UNET_PREFIX = "model.diffusion_model."
"""How the UNet's tensors begin in every single file of Stable Diffusion 1, 2 and XL."""


def is_single_file(path: Path) -> bool:
    """A .ckpt is taken at its word (to look inside is to run it); a .safetensors is asked for its UNet."""
    if path.suffix == ".ckpt":
        return True
    return path.suffix == ".safetensors" and _has_unet(path)


def _has_unet(path: Path) -> bool:
    try:
        with safe_open(path, framework="pt") as file:
            return any(name.startswith(UNET_PREFIX) for name in file.keys())  # noqa: SIM118  (no dictionary)
    except (OSError, SafetensorError):
        return False
