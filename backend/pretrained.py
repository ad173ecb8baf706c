"""From what a person writes after `--model` to a model that is loaded, without surprises.

    embedded            the diffusion model that comes with this copy (the default)
    embedded-guide      the image-text model that comes with this copy
    FOLDER              an open_clip folder (open_clip_config.json and weights), or a diffusion model of ours
    NAME/TAG            an open_clip name, as ViT-B-32/laion2b_s34b_b79k; TAG may be the path of a checkpoint file
    CHECKPOINT          a file beside its open_clip_config.json

What is on this machine is used first; the network is asked only when the job allows it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from torch import Tensor, nn

from .errors import ModelError
from .torchvision_import import import_torchvision

EMBEDDED_FOLDER = Path(__file__).parent / "models"
LICENCE = "GPL-3.0-or-later"
CONFIG_FILE = "open_clip_config.json"

_LOADING_ERRORS = (
    OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, UnpicklingError, SafetensorError
)  # fmt: skip

KNOWN_DOWNLOADS = {  # megabytes and licence, from the models' own pages
    "laion/CLIP-ViT-B-32-laion2B-s34B-b79K": (605, "MIT"),
    "laion/CLIP-ViT-B-16-laion2B-s34B-b88K": (599, "MIT"),
    "laion/CLIP-ViT-L-14-laion2B-s32B-b82K": (1710, "MIT"),
    "timm/vit_base_patch32_clip_224.openai": (605, "MIT"),
    "timm/vit_base_patch16_clip_224.openai": (599, "MIT"),
}


@dataclass(frozen=True)
class ModelChoice:
    """A model that is known by name and place, not yet loaded."""

    kind: str  # "view_diffusion" or "image_text"
    name: str
    folder: Path | None = None
    checkpoint: str | None = None  # an open_clip tag or the path of a file
    licence: str = "unknown"

    @property
    def card(self) -> dict[str, str]:
        """What a report says of it."""
        return {"name": self.name, "licence": self.licence, "source": str(self.checkpoint or self.name)}


@dataclass
class ImageText:
    """A frozen image-text model; pictures are sRGB in [0, 1]."""

    model: nn.Module
    tokenizer: object
    size: int
    mean: Float[Tensor, "3 1 1"]
    spread: Float[Tensor, "3 1 1"]
    card: dict[str, str]

    def embed_pictures(self, pictures: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n d"]:
        """Unit vectors; pictures of another size are resized first."""
        if pictures.shape[-1] != self.size:
            pictures = nn.functional.interpolate(pictures, (self.size, self.size), mode="bilinear", antialias=True)
        return self.model.encode_image((pictures - self.mean) / self.spread, normalize=True)

    @torch.no_grad()
    def embed_text(self, prompt: str) -> Float[Tensor, " d"]:
        return self.model.encode_text(self.tokenizer([prompt]).to(self.mean.device), normalize=True)[0]


def resolve(name: str, embedded: Path = EMBEDDED_FOLDER) -> ModelChoice:
    """What a name means.

    Raises:
        ModelError: it means nothing we know; the sentence says what may be written.
    """
    if name == "embedded":
        return ModelChoice("view_diffusion", name, embedded / "diffusion", licence=LICENCE)
    if name == "embedded-guide":
        return ModelChoice("image_text", name, embedded / "guide", licence=LICENCE)
    path = Path(name).expanduser()
    if path.is_dir():
        return _folder_choice(path)
    if path.is_file():
        return _file_choice(path)
    return _open_clip_choice(name)


def _folder_choice(folder: Path) -> ModelChoice:
    if (folder / "transformer").is_dir() and (folder / "conditioner.json").is_file():
        return ModelChoice("view_diffusion", folder.name, folder)
    if (folder / CONFIG_FILE).is_file():
        return ModelChoice("image_text", folder.name, folder)
    raise ModelError(f"The folder {folder} holds no model: it needs an {CONFIG_FILE} with weights beside it.")


def _file_choice(file: Path) -> ModelChoice:
    if not (file.parent / CONFIG_FILE).is_file():
        raise ModelError(
            f"The checkpoint {file} does not say what it is: put its {CONFIG_FILE} beside it, "
            f"or write the architecture in front, as ViT-B-32/{file}."
        )
    return ModelChoice("image_text", file.stem, file.parent, str(file))


def _open_clip_choice(name: str) -> ModelChoice:
    """ARCHITECTURE/TAG or ARCHITECTURE/path/to/file."""
    open_clip = _open_clip()
    architecture, _, tag = name.partition("/")
    if architecture not in open_clip.list_models() or not tag:
        raise ModelError(
            f"The model '{name}' is unknown: write 'embedded', 'embedded-guide', the path of a model, "
            "or an open_clip name such as ViT-B-32/laion2b_s34b_b79k."
        )
    if Path(tag).is_file():
        return ModelChoice("image_text", architecture, checkpoint=tag)
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    if tag not in tags:
        raise ModelError(f"open_clip has no weights '{tag}' for {architecture}: choose one of {', '.join(tags)}.")
    _, licence = _known_download(architecture, tag)
    return ModelChoice("image_text", architecture, checkpoint=tag, licence=licence)


def load_image_text(choice: ModelChoice, device: torch.device, allow_download: bool = False) -> ImageText:
    """Load an image-text model and freeze it.

    Raises:
        ModelError: weights are missing, broken, do not fit, or may not or cannot be fetched.
    """
    if choice.folder is None and not Path(choice.checkpoint or "").is_file():
        _check_reachable(choice, allow_download)
    try:
        model, tokenizer = _created(choice)
    except _LOADING_ERRORS as cause:
        raise ModelError(_broken_sentence(choice, allow_download)) from cause
    return _image_text(model, tokenizer, choice, device)


def _created(choice: ModelChoice) -> tuple[nn.Module, object]:
    """The model and its tokenizer, by open_clip's own loader."""
    open_clip = _open_clip()
    if choice.folder is None:
        model = open_clip.create_model(choice.name, choice.checkpoint, require_pretrained=True)
        return model, open_clip.get_tokenizer(choice.name)
    name = f"local-dir:{choice.folder}"
    model = open_clip.create_model(name, load_weights=choice.checkpoint is None)
    if choice.checkpoint is not None:
        open_clip.load_checkpoint(model, choice.checkpoint)
    elif not _has_weights(choice.folder):
        raise FileNotFoundError(choice.folder)
    return model, _folder_tokenizer(choice.folder, name)


def _has_weights(folder: Path) -> bool:
    return any(path.suffix in (".safetensors", ".bin", ".pt", ".pth") for path in folder.iterdir())


def _folder_tokenizer(folder: Path, name: str) -> object:
    """A folder with its own list of merges is read with it; else open_clip decides."""
    merges = folder / "bpe.txt.gz"
    if not merges.is_file():
        return _open_clip().get_tokenizer(name)
    from open_clip.tokenizer import SimpleTokenizer

    text = json.loads((folder / CONFIG_FILE).read_text())["model_cfg"]["text_cfg"]
    return SimpleTokenizer(str(merges), context_length=text.get("context_length", 77))


def _image_text(model: nn.Module, tokenizer: object, choice: ModelChoice, device: torch.device) -> ImageText:
    model = model.eval().requires_grad_(False).to(device)
    size = model.visual.image_size
    settings = model.visual.preprocess_cfg
    mean, spread = (torch.tensor(settings[key], device=device).view(3, 1, 1) for key in ("mean", "std"))
    return ImageText(model, tokenizer, size[0] if isinstance(size, tuple) else size, mean, spread, choice.card)


def _check_reachable(choice: ModelChoice, allow_download: bool) -> None:
    """Weights that are not here may be fetched only with consent.

    Raises:
        ModelError: with the size and licence where they are known.
    """
    if allow_download or _is_cached(choice.name, choice.checkpoint or ""):
        return
    raise ModelError(
        f"The model {choice.name}/{choice.checkpoint} is not on this machine{_size_and_licence(choice)}: "
        "allow the download, or choose the embedded model."
    )


def _is_cached(architecture: str, tag: str) -> bool:
    """Whether the hub's cache holds one of the files that open_clip would take."""
    from huggingface_hub import try_to_load_from_cache

    repository, filename = os.path.split(_open_clip().get_pretrained_cfg(architecture, tag).get("hf_hub", ""))
    names = [filename] if filename else ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]
    return bool(repository) and any(isinstance(try_to_load_from_cache(repository, name), str) for name in names)


def _broken_sentence(choice: ModelChoice, allow_download: bool) -> str:
    if choice.folder is not None or Path(choice.checkpoint or "").is_file():
        place = choice.checkpoint or choice.folder
        return f"The model in {place} is missing, broken or of another architecture: restore it, or choose another."
    return (
        f"The model {choice.name}/{choice.checkpoint} could not be fetched or read{_size_and_licence(choice)}: "
        "check the connection to the hub (and HF_HUB_OFFLINE), or choose the embedded model."
    )


def _size_and_licence(choice: ModelChoice) -> str:
    megabytes, licence = _known_download(choice.name, choice.checkpoint or "")
    return f" ({megabytes} MB, licence {licence})" if megabytes else ""


def _known_download(architecture: str, tag: str) -> tuple[int, str]:
    repository = os.path.split(_open_clip().get_pretrained_cfg(architecture, tag).get("hf_hub", ""))[0]
    return KNOWN_DOWNLOADS.get(repository, (0, "unknown"))


def _open_clip():
    import_torchvision()
    import open_clip  # heavy: imported when used

    return open_clip
