"""Shap-E's parts, read from its folder one by one.

    words     tokenizer and CLIP's text encoder
    picture   what makes pictures small, and the encoder of CLIP's patches, in the model that reads one instead
    prior     the transformer that denoises latents under either
    renderer  what makes of latents the weights of a small network of positions

Each is read when it is needed and let go by whoever asked: the largest alone is what memory must hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from backend.errors import ModelError
from backend.torchvision_import import import_torchvision

from .offline import offline
from .pipeline_folder import variant_in
from .pipeline_parts import LOADING_ERRORS, import_diffusers
from .precision import choose_precision
from .shap_e_folder import check_shap_e

_STEPS = {"cuda": 64, "mps": 64, "cpu": 25}
"""As published; on a processor diffusers' own number, where each step takes seconds."""


def usual_steps(device: torch.device) -> int:
    """Returns in how many steps it denoises where nobody says."""
    return _STEPS.get(device.type, _STEPS["cpu"])


def questions_of(steps: int) -> int:
    """Returns how often Heun's method asks: twice a step, and once in the last."""
    return 2 * steps - 1


@dataclass(frozen=True)
class ShapEFolder:
    """Where it lies, and where it computes; make one with `open_shap_e`."""

    folder: Path
    device: torch.device
    reads: str
    """words or picture"""

    @property
    def precision(self) -> torch.dtype:
        """Returns what its large networks compute in."""
        return choose_precision("auto", self.device)

    def tokenizer(self) -> Any:
        from transformers import CLIPTokenizer

        with _loading_errors(self.folder):
            tokenizer = CLIPTokenizer.from_pretrained(self.folder / "tokenizer", local_files_only=True)
            tokenizer.pad_token_id = 0  # as it was trained, whatever the files say
            return tokenizer

    def text_encoder(self) -> Any:
        from transformers import CLIPTextModelWithProjection

        part = self.folder / "text_encoder"
        with _loading_errors(self.folder):
            encoder = CLIPTextModelWithProjection.from_pretrained(part, variant=variant_in(part), local_files_only=True)
            return encoder.eval().requires_grad_(False).to(self.device, self.precision)

    def image_processor(self) -> Any:
        import_torchvision()
        from transformers import CLIPImageProcessor

        with _loading_errors(self.folder):
            return CLIPImageProcessor.from_pretrained(self.folder / "image_processor", local_files_only=True)

    def image_encoder(self) -> Any:
        from transformers import CLIPVisionModel

        part = self.folder / "image_encoder"
        with _loading_errors(self.folder):
            encoder = CLIPVisionModel.from_pretrained(part, variant=variant_in(part), local_files_only=True)
            return encoder.eval().requires_grad_(False).to(self.device, self.precision)

    def scheduler(self) -> Any:
        with _loading_errors(self.folder):
            return import_diffusers().HeunDiscreteScheduler.from_pretrained(
                self.folder, subfolder="scheduler", local_files_only=True
            )

    def prior(self) -> Any:
        return self._network("prior", import_diffusers().PriorTransformer, self.precision)

    def renderer(self) -> Any:
        """Reads it in single precision everywhere: of the 15 octaves of a position half precision knows a few."""
        return self._network("shap_e_renderer", renderer_class(), torch.float32)

    def _network(self, part: str, kind: Any, precision: torch.dtype) -> Any:
        with _loading_errors(self.folder):
            network = kind.from_pretrained(
                self.folder, subfolder=part, torch_dtype=precision, variant=variant_in(self.folder / part),
                use_safetensors=any((self.folder / part).glob("*.safetensors")), local_files_only=True,
                low_cpu_mem_usage=False,
            )  # fmt: skip
            return network.eval().requires_grad_(False).to(self.device, precision)


def renderer_class() -> Any:
    """Returns diffusers' own, which its first page does not name."""
    return import_diffusers().pipelines.shap_e.ShapERenderer


def open_shap_e(folder: Path, device: torch.device) -> ShapEFolder:
    """Opens a folder without reading weights.

    Raises:
        ModelError: it is no Shap-E, or not whole; RemoteCodeError: it asks for code, or for other classes.
    """
    return ShapEFolder(folder, device, check_shap_e(folder))


@contextmanager
def _loading_errors(folder: Path) -> Iterator[None]:
    """Turns whatever loading raises into one sentence; nothing is asked of any hub meanwhile.

    Raises:
        ModelError: what is read inside is missing or broken.
    """
    import_diffusers()  # before `offline`: what it imports keeps no constant of ours
    try:
        with offline():
            yield
    except LOADING_ERRORS as cause:
        line = (str(cause).strip().splitlines() or [type(cause).__name__])[0][:200]
        raise ModelError(f"The Shap-E in {folder} is incomplete or broken ({line}): fetch it again.") from cause
