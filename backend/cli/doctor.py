"""`python -m backend doctor`: whether this environment can work, in plain sentences."""

from __future__ import annotations

import importlib
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.errors import DreamwrightError
from backend.version import version

REQUIRED = ("numpy", "torch", "safetensors", "websockets", "jaxtyping", "PIL")
OPTIONAL = {
    "open_clip": "guidance by image-text models",
    "diffusers": "guidance by diffusion models",
    "transformers": "guidance by diffusion models that read words",
    "sentencepiece": "guidance by DeepFloyd IF",
    "huggingface_hub": "fetching of models",
}


@dataclass(frozen=True)
class Finding:
    sentence: str
    broken: bool = False


def diagnose(cache: Path) -> Iterator[Finding]:
    """Yields one finding after another; nothing is changed on this machine but an empty cache folder."""
    yield Finding(f"Dreamwright {version()} under Python {platform.python_version()} on {platform.platform()}.")
    packages = [_package(name, "", broken=True) for name in REQUIRED]
    packages += [_package(name, use, broken=False) for name, use in OPTIONAL.items()]
    yield from packages
    if any(finding.broken for finding in packages):
        return  # what follows needs them
    for check in (_device, _models, lambda: _cache(cache)):
        yield _checked_finding(check)


def _package(name: str, use: str, *, broken: bool) -> Finding:
    try:
        module = _imported(name)
    except Exception as cause:  # a broken package raises anything at all when it is imported
        what = f"without it there is no {use}" if use else "run the set-up again"
        return Finding(f"{name} cannot be imported ({cause}): {what}.", broken)
    return Finding(f"{name} {getattr(module, '__version__', 'of unknown version')} is there.")


def _imported(name: str) -> object:
    if name == "open_clip":
        from backend.torchvision_import import import_torchvision

        import_torchvision()
    return importlib.import_module(name)


def _checked_finding(check: Callable[[], str]) -> Finding:
    try:
        return Finding(check())
    except DreamwrightError as error:
        return Finding(error.sentence, broken=True)


def _device() -> str:
    import torch

    from backend.device import choose_device, describe_device

    device = choose_device("auto")  # runs a kernel on it
    return f"Computes on {describe_device(device)} (device {device}, {torch.get_num_threads()} processor threads)."


def _models() -> str:
    from backend.errors import ModelError
    from backend.jobs.backend_info import embedded_models

    found = [f"{card['name']} ({card['license']})" for card in embedded_models()]
    if not found:
        raise ModelError("No model comes with this copy: get a whole copy of Dreamwright, or name one with --model.")
    return f"Models in this copy: {', '.join(found)}."


def _cache(cache: Path) -> str:
    from backend.disk import make_folder

    return f"The cache folder {make_folder(cache)} can be written."
