"""What a person writes after `--model`, and what it means.

embedded                 the diffusion model that comes with this copy (the default)
embedded-guide           the image-text model that comes with this copy
stable-diffusion-1.5     a name of `table.py`
ViT-B-32/openai          an open_clip name: ARCHITECTURE/TAG, or ARCHITECTURE/path/of/a/checkpoint
OWNER/NAME               a repository of the hub that holds a diffusers pipeline
hf-hub:OWNER/NAME        a repository of the hub that holds an open_clip model
FOLDER                   a diffusers pipeline, an open_clip model (also as local-dir:FOLDER), or a model of ours
FILE                     a single .safetensors or .ckpt file of Stable Diffusion, or a checkpoint of open_clip
                         beside its open_clip_config.json
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from backend.config import refuse_share
from backend.errors import ModelError

from .open_clip_config import CONFIG_FILE, REPOSITORY
from .open_clip_import import import_open_clip
from .pipeline_folder import PIPELINE_FILE, is_controlnet
from .single_file import is_single_file
from .store import digest_of, read_record
from .table import OURS, KnownModel, known

EMBEDDED_FOLDER = Path(__file__).parent.parent / "models"
_EMBEDDED = {  # kind, folder, title, the file that says which version it is
    "embedded": (
        "view_diffusion",
        "diffusion",
        "embedded diffusion",
        "transformer/diffusion_pytorch_model.safetensors",
    ),
    "embedded-guide": ("image_text", "guide", "embedded guide", "open_clip_model.safetensors"),
}


@dataclass(frozen=True)
class ModelChoice:
    """A model that is known by name and place, not yet loaded."""

    kind: str
    """view_diffusion, image_text, diffusion, controlnet; or words, a tokenizer that one of these needs"""
    name: str
    folder: Path | None = None
    checkpoint: str | None = None
    """the path of a file"""
    licence: str = "unknown"
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
        """What a report says of it."""
        title = _EMBEDDED[self.name][2] if self.embedded else self.name
        return {"name": title, "licence": self.licence, "source": self._source()}

    def _source(self) -> str:
        """Where from, as exactly as can be told: a commit, or a hash of the embedded weights."""
        if self.embedded:
            _, folder, _, weights = _EMBEDDED[self.name]
            return f"backend/models/{folder}, {_version((self.folder or Path()) / weights)}"
        if self.repository is None:
            return str(self.checkpoint or self.folder or self.name)
        record = read_record(self.repository, self.kind)
        return f"{self.repository}@{record.commit[:12]}" if record else self.repository


def resolve(name: str, embedded: Path = EMBEDDED_FOLDER) -> ModelChoice:
    """What a name means.

    Raises:
        ModelError: it means nothing we know; the sentence says what may be written.
        ShareError: it is a path on another machine that nobody typed.
    """
    refuse_share(name)
    if name in _EMBEDDED:
        kind, folder, _, _ = _EMBEDDED[name]
        return ModelChoice(kind, name, embedded / folder, licence=OURS, embedded=True)
    if name.startswith("local-dir:"):
        return _folder_choice(Path(name.removeprefix("local-dir:")).expanduser())
    path = Path(name).expanduser()
    if name and path.is_dir():
        return _folder_choice(path)
    if path.is_file():
        return _file_choice(path)
    model = known(name)
    return _known_choice(model) if model else _named_choice(name)


def words_of(repository: str) -> ModelChoice:
    """The tokenizer and config that another model reads its words with."""
    return ModelChoice("words", repository, repository=repository)


def _version(weights: Path) -> str:
    return f"sha256 {digest_of(weights, 'sha256')[:12]}" if weights.is_file() else "missing"


def _known_choice(model: KnownModel) -> ModelChoice:
    architecture = model.name.partition("/")[0] if "/" in model.name else None
    return ModelChoice(
        model.kind,
        model.name,
        licence=model.licence,
        repository=model.repository,
        architecture=architecture,
        size=model.size,
    )


def _folder_choice(folder: Path) -> ModelChoice:
    if (folder / "transformer").is_dir() and (folder / "conditioner.json").is_file():
        return ModelChoice("view_diffusion", folder.name, folder)
    if (folder / PIPELINE_FILE).is_file():
        return ModelChoice("diffusion", folder.name, folder)
    if (folder / CONFIG_FILE).is_file():
        return ModelChoice("image_text", folder.name, folder)
    if is_controlnet(folder):
        return ModelChoice("controlnet", folder.name, folder)
    raise ModelError(
        f"The folder {folder} holds no model: a diffusers pipeline has a {PIPELINE_FILE}, "
        f"an open_clip model an {CONFIG_FILE} with its weights beside it."
    )


def _file_choice(file: Path) -> ModelChoice:
    if (file.parent / CONFIG_FILE).is_file():
        return ModelChoice("image_text", file.stem, file.parent, str(file))
    if is_single_file(file):
        return ModelChoice("diffusion", file.stem, checkpoint=str(file))
    raise ModelError(
        f"The checkpoint {file} does not say what it is: a single file of Stable Diffusion ends in .safetensors or "
        f".ckpt and holds its UNet; one of open_clip needs its {CONFIG_FILE} beside it, "
        f"or the architecture in front, as ViT-B-32/{file}."
    )


def _named_choice(name: str) -> ModelChoice:
    """A name that is neither in the table nor on the disk."""
    if name.startswith("hf-hub:") and REPOSITORY.fullmatch(name.removeprefix("hf-hub:")):
        return ModelChoice("image_text", name, repository=name.removeprefix("hf-hub:"))
    open_clip = import_open_clip()
    architecture, _, tag = name.partition("/")
    if tag and architecture in open_clip.list_models():
        return _open_clip_choice(architecture, tag)
    if REPOSITORY.fullmatch(name):
        return ModelChoice("diffusion", name, repository=name)
    raise ModelError(
        f"The model '{name}' is unknown: write 'embedded', 'embedded-guide', the path of a model, a name that "
        "`python -m backend models list` gives, an open_clip name such as ViT-B-32/laion2b_s34b_b79k, or a "
        "repository of the hub as OWNER/NAME."
    )


def _open_clip_choice(architecture: str, tag: str) -> ModelChoice:
    if Path(tag).is_file():
        return ModelChoice("image_text", architecture, checkpoint=tag, architecture=architecture)
    open_clip = import_open_clip()
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    if tag not in tags:
        raise ModelError(f"open_clip has no weights '{tag}' for {architecture}: choose one of {', '.join(tags)}.")
    repository = open_clip.get_pretrained_cfg(architecture, tag)["hf_hub"].rpartition("/")[0]
    model = known(repository)
    size, licence = (model.size, model.licence) if model else ("", "unknown")
    return ModelChoice("image_text", f"{architecture}/{tag}", licence=licence, repository=repository,
                       architecture=architecture, size=size)  # fmt: skip
