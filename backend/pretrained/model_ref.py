"""What a person writes after `--model`, and what it means.

embedded                 the diffusion model that comes with this copy (the default)
embedded-clip           the image-text model that comes with this copy
stable-diffusion-1.5     a name of `registry.py`
ViT-B-32/openai          an open_clip name: ARCHITECTURE/TAG, or ARCHITECTURE/path/of/a/checkpoint
OWNER/NAME               a repository of the hub that holds a diffusers pipeline
hf-hub:OWNER/NAME        a repository of the hub that holds an open_clip model
FOLDER                   a diffusers pipeline, Shap-E, an open_clip model (also as local-dir:FOLDER), or one of ours
FILE                     a single .safetensors or .ckpt file of Stable Diffusion, or a checkpoint of open_clip
                         beside its open_clip_config.json
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.config import cached_snapshot, refuse_share
from backend.errors import ModelError

from .hub_cache import digest_of, hub_cache_folder, read_record
from .open_clip_config import CONFIG_FILE, REPOSITORY
from .open_clip_import import import_open_clip
from .pipeline_folder import PIPELINE_FILE, is_controlnet
from .registry import OURS, KnownModel, find_known
from .shap_e_folder import is_shap_e
from .single_file import is_single_file

EMBEDDED_FOLDER = Path(__file__).parent.parent / "models"
_EMBEDDED = {  # kind, folder, title, the file that says which version it is
    "embedded": (
        "view_diffusion",
        "diffusion",
        "embedded diffusion",
        "transformer/diffusion_pytorch_model.safetensors",
    ),
    "embedded-clip": ("image_text", "clip", "embedded CLIP", "open_clip_model.safetensors"),
}


@dataclass(frozen=True)
class ModelRef:
    """A model that is known by name and place, not yet loaded."""

    kind: str
    """view_diffusion, image_text, diffusion, controlnet, shape (Shap-E); or words, a tokenizer that one of these
    needs"""
    name: str
    folder: Path | None = None
    checkpoint: str | None = None
    """the path of a file"""
    license: str = "unknown"
    repository: str | None = None
    """on the hub, where it is neither a folder nor a file"""
    architecture: str | None = None
    """of open_clip, where it was named"""
    size: str = ""
    """of the download, in words, where it is known"""
    embedded: bool = False
    """whether it came with this copy"""

    @property
    def card(self) -> dict[str, str]:
        """Returns what a report says of it."""
        title = _EMBEDDED[self.name][2] if self.embedded else self.name
        return {"name": title, "license": self.license, "source": self._source()}

    def _source(self) -> str:
        """Says where it is from, as exactly as can be told: a commit, or a hash of the embedded weights."""
        if self.embedded:
            _, folder, _, weights = _EMBEDDED[self.name]
            return f"backend/models/{folder}, {_version((self.folder or Path()) / weights)}"
        if self.repository is None:
            return str(self.checkpoint or self.folder or self.name)
        record = read_record(self.repository, self.kind)
        found = cached_snapshot(self.repository, hub_cache_folder())
        commit = record.commit if record else found.name if found else ""
        return f"{self.repository}@{commit[:12]}" if commit else self.repository


def resolve(name: str, embedded: Path = EMBEDDED_FOLDER) -> ModelRef:
    """Returns the model that a name means.

    Raises:
        ModelError: it means nothing we know; the sentence says what may be written.
        ShareError: it is a path on another machine that nobody typed.
    """
    refuse_share(name)
    if name in _EMBEDDED:
        kind, folder, _, _ = _EMBEDDED[name]
        return ModelRef(kind, name, embedded / folder, license=OURS, embedded=True)
    if name.startswith("local-dir:"):
        return _folder_ref(Path(name.removeprefix("local-dir:")).expanduser())
    path = Path(name).expanduser()
    if name and path.is_dir():
        return _folder_ref(path)
    if path.is_file():
        return _file_ref(path)
    model = find_known(name)
    return _known_ref(model) if model else _named_ref(name)


def tokenizer_repo(repository: str) -> ModelRef:
    """The tokenizer and config that another model reads its words with."""
    return ModelRef("words", repository, repository=repository)


def _version(weights: Path) -> str:
    return f"sha256 {digest_of(weights, 'sha256')[:12]}" if weights.is_file() else "missing"


def _known_ref(model: KnownModel) -> ModelRef:
    architecture = model.name.partition("/")[0] if "/" in model.name else None
    return ModelRef(
        model.kind,
        model.name,
        license=model.license,
        repository=model.repository,
        architecture=architecture,
        size=model.size,
    )


def _folder_ref(folder: Path) -> ModelRef:
    if (folder / "transformer").is_dir() and (folder / "conditioner.json").is_file():
        return ModelRef("view_diffusion", folder.name, folder)
    if (folder / PIPELINE_FILE).is_file():
        return ModelRef("shape" if is_shap_e(folder) else "diffusion", folder.name, folder)
    if (folder / CONFIG_FILE).is_file():
        return ModelRef("image_text", folder.name, folder)
    if is_controlnet(folder):
        return ModelRef("controlnet", folder.name, folder)
    raise ModelError(
        f"The folder {folder} holds no model: a diffusers pipeline has a {PIPELINE_FILE}, "
        f"an open_clip model an {CONFIG_FILE} with its weights beside it."
    )


def _file_ref(file: Path) -> ModelRef:
    if (file.parent / CONFIG_FILE).is_file():
        return ModelRef("image_text", file.stem, file.parent, str(file))
    if is_single_file(file):
        return ModelRef("diffusion", file.stem, checkpoint=str(file))
    raise ModelError(
        f"The checkpoint {file} does not say what it is: a single file of Stable Diffusion ends in .safetensors or "
        f".ckpt and holds its UNet; one of open_clip needs its {CONFIG_FILE} beside it, "
        f"or the architecture in front, as ViT-B-32/{file}."
    )


def _named_ref(name: str) -> ModelRef:
    """A name that is neither in the table nor on the disk."""
    if name.startswith("hf-hub:") and REPOSITORY.fullmatch(name.removeprefix("hf-hub:")):
        return ModelRef("image_text", name, repository=name.removeprefix("hf-hub:"))
    open_clip = import_open_clip()
    architecture, _, tag = name.partition("/")
    if tag and architecture in open_clip.list_models():
        return _open_clip_ref(architecture, tag)
    if REPOSITORY.fullmatch(name):
        return ModelRef("diffusion", name, repository=name)
    raise ModelError(
        f"The model '{name}' is unknown: write 'embedded', 'embedded-clip', the path of a model, a name that "
        "`python -m backend models list` gives, an open_clip name such as ViT-B-32/laion2b_s34b_b79k, or a "
        "repository of the hub as OWNER/NAME."
    )


def _open_clip_ref(architecture: str, tag: str) -> ModelRef:
    if Path(tag).is_file():
        return ModelRef("image_text", architecture, checkpoint=tag, architecture=architecture)
    open_clip = import_open_clip()
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    if tag not in tags:
        raise ModelError(f"open_clip has no weights '{tag}' for {architecture}: choose one of {', '.join(tags)}.")
    repository = open_clip.get_pretrained_cfg(architecture, tag)["hf_hub"].rpartition("/")[0]
    model = find_known(repository)
    size, license = (model.size, model.license) if model else ("", "unknown")
    return ModelRef("image_text", f"{architecture}/{tag}", license=license, repository=repository,
                       architecture=architecture, size=size)  # fmt: skip
