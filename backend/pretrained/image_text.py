"""Image-text models (CLIP and its kin), read by open_clip from this machine and frozen.

Whatever open_clip would look up on the hub while it builds a model is brought here first, with consent, and named by
its folder: weights, tokenizers, and the configs of text encoders that are transformers' own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from torch import Tensor, nn

from backend.errors import ModelError
from backend.resize import resize_pictures

from .download import Progress, ignore, local_folder
from .half_precision import in_precision
from .memory import check_memory
from .model_ref import ModelRef, tokenizer_repo
from .offline import offline
from .open_clip_config import CONFIG_FILE, read_config, tokenizer_settings
from .open_clip_import import import_open_clip
from .precision import choose_precision
from .remote_code import refuse_code
from .repo_files import OPEN_CLIP_WEIGHTS, is_tokenizer_file

_LOADING_ERRORS = (
    OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, UnpicklingError, SafetensorError
)  # fmt: skip

Tokenizer = Callable[[list[str]], Tensor]
"""Texts to the numbers that the model reads."""
FetchRepo = Callable[[str], Path]
"""From a repository's name to the folder of its words and config on this machine."""


@dataclass
class ImageText:
    """A frozen image-text model; pictures are sRGB in [0, 1]."""

    model: Any
    """open_clip's, which says nothing of its types."""
    tokenizer: Tokenizer
    size: int
    mean: Float[Tensor, "3 1 1"]
    spread: Float[Tensor, "3 1 1"]
    card: dict[str, str]
    precision: torch.dtype = torch.float32

    def embed_pictures(self, pictures: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n d"]:
        """Unit vectors; pictures of another size are resized first."""
        if pictures.shape[-1] != self.size:
            pictures = resize_pictures(pictures, self.size)
        embedded = in_precision(self.model.encode_image, (pictures - self.mean) / self.spread, self.precision)
        return nn.functional.normalize(embedded, dim=-1)

    @torch.no_grad()
    def embed_text(self, prompt: str) -> Float[Tensor, " d"]:
        read = self.model.encode_text(self.tokenizer([prompt]).to(self.mean.device))
        return nn.functional.normalize(read.float(), dim=-1)[0]


def load_image_text(
    model_ref: ModelRef,
    device: torch.device,
    allow_download: bool = False,
    progress: Progress = ignore,
    precision: torch.dtype | None = None,
) -> ImageText:
    """Load an image-text model and freeze it; in half precision on a graphics card, where none is named.

    Raises:
        ModelError: weights are missing, broken, do not fit, or may not or cannot be fetched.
        RemoteCodeError: its folder asks for code of its own to run.
        MemoryShortError: it does not fit into memory.
        DiskError: there is no room to fetch it.
    """

    def fetch_repo(repository: str) -> Path:
        return local_folder(tokenizer_repo(repository), allow_download, progress)

    place = _weights_path(model_ref, allow_download, progress)
    check_memory(model_ref.name, place, device)
    try:
        with offline():
            model, tokenizer = _create(model_ref, place, fetch_repo)
    except _LOADING_ERRORS as cause:
        raise ModelError(
            f"The model in {place} is missing, broken or of another architecture: restore it, or choose another."
        ) from cause
    small = precision or (torch.float32 if model_ref.embedded else choose_precision("auto", device))
    return _image_text(model, tokenizer, model_ref, device, small)


def tokenizer_repos(model_ref: ModelRef, place: Path) -> list[str]:
    """Repositories that hold the tokenizer or the text encoder's config of a model that lies in `place`."""
    text = _text_config(model_ref, place)
    inside = any(is_tokenizer_file(path.name) for path in place.iterdir()) if (place / CONFIG_FILE).is_file() else False
    names = [text.get("hf_model_name"), None if inside else text.get("hf_tokenizer_name")]
    return list(dict.fromkeys(name for name in names if name))


def _text_config(model_ref: ModelRef, place: Path) -> dict[str, Any]:
    """Returns how open_clip describes the half that reads words."""
    if (place / CONFIG_FILE).is_file():
        return dict(read_config(place)["model_cfg"]["text_cfg"])
    if not model_ref.architecture:
        return {}
    return dict(import_open_clip().get_model_config(model_ref.architecture)["text_cfg"])


def _weights_path(model_ref: ModelRef, allow_download: bool, progress: Progress) -> Path:
    if model_ref.repository is None:
        return Path(model_ref.checkpoint or model_ref.folder or model_ref.name)
    return local_folder(model_ref, allow_download, progress)


def _create(model_ref: ModelRef, place: Path, fetch_repo: FetchRepo) -> tuple[nn.Module, Tokenizer]:
    """The model and its tokenizer, by open_clip's own loader."""
    folder = model_ref.folder or place
    if (folder / CONFIG_FILE).is_file():
        return _from_folder(model_ref, folder, fetch_repo)
    if model_ref.folder is not None or model_ref.architecture is None:
        raise FileNotFoundError(folder / CONFIG_FILE)
    return _by_architecture(model_ref, place, fetch_repo)


def _from_folder(model_ref: ModelRef, folder: Path, fetch_repo: FetchRepo) -> tuple[nn.Module, Tokenizer]:
    """An open_clip_config.json says what the weights beside it, or those of a checkpoint, are."""
    open_clip, checkpoint = import_open_clip(), model_ref.checkpoint
    refuse_code(folder)
    settings = read_config(folder)["model_cfg"]
    text = settings["text_cfg"]
    changes = {key: settings[key] for key in ("vision_cfg", "text_cfg", "multimodal_cfg") if key in settings}
    changes |= _text_changes(text, fetch_repo) | _activation(model_ref)
    model = open_clip.create_model(f"local-dir:{folder}", load_weights=checkpoint is None, **changes)
    if checkpoint is not None:
        open_clip.load_checkpoint(model, checkpoint, weights_only=True)
    elif not _has_weights(folder):
        raise FileNotFoundError(folder)
    return model, _folder_tokenizer(folder, text, fetch_repo)


def _by_architecture(model_ref: ModelRef, place: Path, fetch_repo: FetchRepo) -> tuple[nn.Module, Tokenizer]:
    """open_clip knows the architecture by name; the weights are a file, or alone in their folder."""
    open_clip = import_open_clip()
    text = open_clip.get_model_config(model_ref.architecture)["text_cfg"]
    tag = open_clip.get_pretrained_cfg(model_ref.architecture, model_ref.name.partition("/")[2])
    model = open_clip.create_model(
        model_ref.architecture,
        str(place if place.is_file() else _weights_in(place)),
        require_pretrained=True,
        force_quick_gelu=tag.get("quick_gelu", False),
        force_preprocess_cfg={key: tag[key] for key in ("mean", "std", "interpolation", "resize_mode") if key in tag},
        **_text_changes(text, fetch_repo),
    )
    return model, _architecture_tokenizer(text, fetch_repo)


def _activation(model_ref: ModelRef) -> dict[str, bool]:
    """Says which GELU the weights were trained with, where open_clip's own list of weights knows them: OpenAI's have
    QuickGELU, whatever a file in their folder on the hub says or leaves out. With the other one they still seem to
    work, and see badly."""
    tag = _listed_weights(model_ref)
    return {"quick_gelu": True} if tag is not None and tag.get("quick_gelu") else {}


def _listed_weights(model_ref: ModelRef) -> dict[str, Any] | None:
    open_clip = import_open_clip()
    architecture, _, tag = model_ref.name.partition("/")
    if model_ref.architecture is not None and tag in open_clip.list_pretrained_tags_by_model(architecture):
        return dict(open_clip.get_pretrained_cfg(architecture, tag))
    if not model_ref.repository:
        return None
    listed = (open_clip.get_pretrained_cfg(*pair) for pair in open_clip.list_pretrained())
    found = [tag for tag in listed if tag.get("hf_hub", "").rpartition("/")[0] == model_ref.repository]
    return dict(found[0]) if found else None


def _text_changes(text: dict[str, Any], fetch_repo: FetchRepo) -> dict[str, Any]:
    """A text encoder of transformers is built from a config on this machine, not from its name on the hub."""
    name = text.get("hf_model_name")
    if not name:
        return {}
    folder = fetch_repo(name)
    refuse_code(folder)
    return {"text_cfg": {**text, "hf_model_name": str(folder), "hf_model_pretrained": False}}


def _architecture_tokenizer(text: dict[str, Any], fetch_repo: FetchRepo) -> Tokenizer:
    if text.get("hf_tokenizer_name"):
        return _hf_tokenizer(fetch_repo(text["hf_tokenizer_name"]), text)
    return _simple_tokenizer(text)


def _folder_tokenizer(folder: Path, text: dict[str, Any], fetch_repo: FetchRepo) -> Tokenizer:
    """A folder with its own words is read with them; else open_clip's own, or what the config names, decides."""
    merges = folder / "bpe.txt.gz"
    if merges.is_file():
        return _simple_tokenizer({"context_length": text.get("context_length", 77)}, str(merges))
    if not text.get("hf_tokenizer_name"):
        return _simple_tokenizer(text)
    inside = any(is_tokenizer_file(path.name) for path in folder.iterdir())
    return _hf_tokenizer(folder if inside else fetch_repo(text["hf_tokenizer_name"]), text)


def _simple_tokenizer(text: dict[str, Any], *merges: str) -> Tokenizer:
    from open_clip.tokenizer import SimpleTokenizer

    made: Tokenizer = SimpleTokenizer(
        *merges, context_length=text.get("context_length", 77), **tokenizer_settings(text)
    )
    return made


def _hf_tokenizer(folder: Path, text: dict[str, Any]) -> Tokenizer:
    """One of transformers, from a folder on this machine that brings no code."""
    from open_clip.tokenizer import HFTokenizer

    refuse_code(folder)
    made: Tokenizer = HFTokenizer(
        str(folder),
        context_length=text.get("context_length", 77),
        tokenizer_mode=text.get("tokenizer_mode"),
        **tokenizer_settings(text),
        trust_remote_code=False,
        local_files_only=True,
    )
    return made


def _has_weights(folder: Path) -> bool:
    return any(path.suffix in (".safetensors", ".bin", ".pt", ".pth") for path in folder.iterdir())


def _weights_in(folder: Path) -> Path:
    found = (folder / name for name in OPEN_CLIP_WEIGHTS)
    return next((path for path in found if path.is_file()), folder)


def _image_text(
    model: Any,
    tokenizer: Tokenizer,
    model_ref: ModelRef,
    device: torch.device,
    precision: torch.dtype,
) -> ImageText:
    model = model.eval().requires_grad_(False).to(device, precision)
    size = model.visual.image_size
    settings = model.visual.preprocess_cfg
    mean, spread = (torch.tensor(settings[key], device=device).view(3, 1, 1) for key in ("mean", "std"))
    side = size[0] if isinstance(size, tuple) else size
    return ImageText(model, tokenizer, side, mean, spread, model_ref.card, precision)
