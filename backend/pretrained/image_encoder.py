"""An eye that compares pictures: the picture half of an image-text model, or a model of timm that never read a word.

    any image-text model           as `model_ref.py` names it
    timm/NAME/path/of/weights      an architecture of timm (DINO: vit_small_patch14_dinov2), its weights on this machine

DietNeRF (arXiv 2104.00677) compares with CLIP's eye; its published code takes those of timm as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from torch import Tensor, nn

from backend.config import refuse_share
from backend.errors import ModelError
from backend.resize import resize_pictures
from backend.torchvision_import import import_torchvision

from .half_precision import in_precision
from .image_text import load_image_text
from .model_ref import resolve
from .offline import offline

_LOADING_ERRORS = (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, UnpicklingError, SafetensorError)

MAX_SIZE = 224
"""Pixels that an eye of timm is built for where it would take more (DINOv2 takes 518: five times the work)."""


class ImageEncoder(Protocol):
    """Unit embeddings of sRGB pictures in [0, 1]."""

    size: int
    mean: Float[Tensor, "3 1 1"]
    card: dict[str, str]

    def embed_pictures(self, pictures: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n d"]: ...


@dataclass
class TimmEncoder:
    """A frozen model of timm without its classifier."""

    model: nn.Module
    size: int
    mean: Float[Tensor, "3 1 1"]
    spread: Float[Tensor, "3 1 1"]
    card: dict[str, str]

    def embed_pictures(self, pictures: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n d"]:
        """Unit vectors; pictures of another size are resized first."""
        if tuple(pictures.shape[-2:]) != (self.size, self.size):
            pictures = resize_pictures(pictures, self.size)
        return nn.functional.normalize(self.model((pictures - self.mean) / self.spread), dim=-1)


def embed_tokens(encoder: ImageEncoder, pictures: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n w"]:
    """Unit vectors of the token that stands for a whole picture, before the last norm and the projection: what
    DietNeRF's published code compares.

    Raises:
        ModelError: the encoder has no such token.
    """
    check_tokens(encoder)
    if pictures.shape[-1] != encoder.size:
        pictures = nn.functional.interpolate(pictures, (encoder.size, encoder.size), mode="bilinear", antialias=True)
    open_clip: Any = encoder  # an ImageText, which only it can be
    visual = open_clip.model.visual

    def token(normalized: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n w"]:
        tokens: Tensor = visual.transformer(visual._embeds(normalized))
        return tokens[:, 0]

    normalized = (pictures - encoder.mean) / open_clip.spread
    return nn.functional.normalize(in_precision(token, normalized, open_clip.precision), dim=-1)


def check_tokens(encoder: ImageEncoder) -> None:
    """Refuses an encoder without a token of its own for the whole picture.

    Raises:
        ModelError: it is no vision transformer of open_clip.
    """
    visual = getattr(getattr(encoder, "model", None), "visual", None)
    if not hasattr(visual, "class_embedding") or not hasattr(visual, "_embeds"):
        raise ModelError(
            f"The model {encoder.card['name']} has no token before its projection: leave consistency.layer at "
            "'embedding', or choose a vision transformer of open_clip, as ViT-B-32/openai."
        )


def load_image_encoder(name: str, device: torch.device, allow_download: bool = False) -> ImageEncoder:
    """Load an eye and freeze it. Eyes of timm are not fetched: their weights are a file on this machine.

    Raises:
        ModelError: it is unknown, broken, out of reach, or has no eye for pictures.
    """
    refuse_share(name)
    if name.startswith("timm/"):
        return _load_timm(name, device)
    model_ref = resolve(name)
    if model_ref.kind != "image_text":
        raise ModelError(f"The model '{name}' cannot compare pictures: choose an image-text model, or timm/NAME/FILE.")
    return load_image_text(model_ref, device, allow_download)


def _load_timm(name: str, device: torch.device) -> TimmEncoder:
    timm = _import_timm()
    architecture, _, file = name.removeprefix("timm/").partition("/")
    if not timm.is_model(architecture):
        raise ModelError(f"timm has no model '{architecture}': write for example timm/vit_small_patch14_dinov2/FILE.")
    if not Path(file).expanduser().is_file():
        raise ModelError(
            f"There are no weights '{file}' for timm's {architecture} on this machine: "
            f"write timm/{architecture}/ and the path of their file."
        )
    try:
        with offline():
            model = timm.create_model(
                architecture,
                pretrained=True,
                num_classes=0,
                pretrained_cfg_overlay={"file": str(Path(file).expanduser())},
                **_size_override(timm.get_pretrained_cfg(architecture).input_size[-1]),
            )
        # timm itself says nothing when a file lacks what the model needs.
        lacking = model.state_dict().keys() - timm.models.load_state_dict(str(Path(file).expanduser())).keys()
        if lacking:
            raise KeyError(min(lacking))
    except _LOADING_ERRORS as cause:
        raise ModelError(
            f"The weights {file} are broken, or not those of timm's {architecture}: choose the file that belongs to it."
        ) from cause
    return _freeze(model, name, device)


def _size_override(size: int) -> dict[str, int]:
    """Positions of a transformer are resampled to another size; what takes LARGEST or less is left alone."""
    return {"img_size": MAX_SIZE} if size > MAX_SIZE else {}


def _freeze(model: Any, name: str, device: torch.device) -> TimmEncoder:
    model = model.eval().requires_grad_(False).to(device)
    settings = model.pretrained_cfg
    mean, spread = (torch.tensor(settings[key], device=device).view(3, 1, 1) for key in ("mean", "std"))
    card = {"name": name, "license": settings.get("license") or "unknown", "source": name}
    return TimmEncoder(model, min(settings["input_size"][-1], MAX_SIZE), mean, spread, card)


def _import_timm() -> Any:
    import_torchvision()
    import timm  # heavy: imported when used

    return timm
