"""The parts of a diffusers pipeline, each read when it is needed: from its folder, or from a single file.

A folder has a model_index.json that names the class of each part, and a subfolder for each. A single file holds UNet,
autoencoder and text encoder; which model it is of, and its tokenizer, come from the hub or its cache.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol

import torch
from safetensors import SafetensorError, safe_open

from backend.errors import ModelError
from backend.pretrained.offline import offline, online
from backend.pretrained.pipeline_folder import check_pipeline, variant_in
from backend.torchvision_import import import_torchvision

LOADING_ERRORS = (
    OSError, RuntimeError, ValueError, KeyError, TypeError, AttributeError, ImportError, EOFError, UnpicklingError,
    SafetensorError,
)  # fmt: skip
TEXT_PARTS = ("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
XL_KEY = "conditioner.embedders.1."
"""How the second text encoder begins in a single file of XL."""


class PipelineParts(Protocol):
    """What a latent or pixel model is made of."""

    def unet(self, precision: torch.dtype) -> Any: ...

    def vae(self, precision: torch.dtype) -> Any | None: ...

    def vae_overflows(self) -> bool:
        """Tells whether the autoencoder is said to overflow in half precision. diffusers takes that of every one whose
        configuration says nothing, and writes it when it saves; it is true of XL's."""
        ...

    def scheduler_config(self) -> dict[str, Any]: ...

    def words(self, precision: torch.dtype) -> Any:
        """A pipeline that has tokenizers and text encoders alone."""
        ...


def open_parts(path: Path, *, allow_download: bool, precision: torch.dtype = torch.float32) -> PipelineParts:
    """Opens a diffusers pipeline, from its folder or its single file, without loading weights.

    Raises:
        ModelError: the folder holds no diffusers pipeline with a UNet.
    """
    return SingleFile(path, allow_download, precision) if path.is_file() else PipelineFolder(path)


class PipelineFolder:
    """A folder as `save_pretrained` writes it and as hubs hold it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.index = folder, _index(folder)
        check_pipeline(folder)

    def unet(self, precision: torch.dtype) -> Any:
        return self._part("unet", precision)

    def vae(self, precision: torch.dtype) -> Any | None:
        return self._part("vae", precision) if self._has("vae") else None

    def vae_overflows(self) -> bool:
        """Returns what its own configuration says, where a second text encoder shows that it is XL's."""
        return self._has("text_encoder_2") and bool(_json(self.folder / "vae" / "config.json").get("force_upcast"))

    def scheduler_config(self) -> dict[str, Any]:
        with loading_errors(self.folder):
            return dict(json.loads((self.folder / "scheduler" / "scheduler_config.json").read_text()))

    def words(self, precision: torch.dtype) -> Any:
        absent = {
            name: None for name, value in self.index.items() if isinstance(value, list) and name not in TEXT_PARTS
        }
        with loading_errors(self.folder):
            return import_diffusers().DiffusionPipeline.from_pretrained(
                self.folder,
                torch_dtype=precision,
                variant=variant_in(self.folder / "text_encoder"),
                local_files_only=True,
                low_cpu_mem_usage=False,
                **absent,
            )

    def _has(self, name: str) -> bool:
        return bool((self.index.get(name) or [None])[0])

    def _part(self, name: str, precision: torch.dtype) -> Any:
        with loading_errors(self.folder):
            kind = getattr(import_diffusers(), self.index[name][1])
            return kind.from_pretrained(
                self.folder,
                subfolder=name,
                torch_dtype=precision,
                variant=variant_in(self.folder / name),
                local_files_only=True,
                low_cpu_mem_usage=False,
            )


class SingleFile:
    """A .safetensors or .ckpt file as communities pass them on.

    It is read once: what is asked for is handed out, and not kept here. Who asks for a part again (for words that are
    new) has the file read again, and the rest of that let go.
    """

    def __init__(self, path: Path, allow_download: bool, precision: torch.dtype = torch.float32) -> None:
        """`precision` is what its parts will be asked for in; in another one they are cast."""
        self.path, self.allow_download, self.precision = path, allow_download, precision
        self._parts: dict[str, Any] = {}
        self._scheduler: dict[str, Any] | None = None

    def unet(self, precision: torch.dtype) -> Any:
        return self._take("unet", precision)

    def vae(self, precision: torch.dtype) -> Any:
        return self._take("vae", precision)

    def vae_overflows(self) -> bool:
        return _is_xl(self.path)

    def scheduler_config(self) -> dict[str, Any]:
        if self._scheduler is None:
            self._read(self.precision)
        return dict(self._scheduler or {})

    def words(self, precision: torch.dtype) -> Any:
        return self._take("words", precision)

    def _take(self, part: str, precision: torch.dtype) -> Any:
        if part not in self._parts:
            again = self._scheduler is not None
            self._read(precision)
            if again:
                self._parts = {part: self._parts[part]}
        return self._parts.pop(part).to(precision)

    def _read(self, precision: torch.dtype) -> None:
        pipeline = self._pipeline(precision)
        self._scheduler = dict(pipeline.scheduler.config)
        self._parts = {"unet": pipeline.unet, "vae": pipeline.vae, "words": pipeline}
        pipeline.unet = pipeline.vae = None

    def _pipeline(self, precision: torch.dtype) -> Any:
        kind = getattr(
            import_diffusers(), "StableDiffusionXLPipeline" if _is_xl(self.path) else "StableDiffusionPipeline"
        )
        try:
            with online() if self.allow_download else offline():
                return kind.from_single_file(
                    str(self.path),
                    torch_dtype=precision,
                    local_files_only=not self.allow_download,
                    low_cpu_mem_usage=False,
                )
        except LOADING_ERRORS as cause:
            raise ModelError(
                f"The single file {self.path} could not be read: it needs the small files (configuration, tokenizer) "
                "of the model it was made from, so allow the download once, or choose a diffusers folder."
            ) from cause


def largest_weights(path: Path) -> Path:
    """The largest file of a UNet that would be read, or the single file itself."""
    if path.is_file():
        return path
    variant = variant_in(path / "unet")
    files = [file for file in (path / "unet").glob("*.safetensors") if variant is None or f".{variant}." in file.name]
    return max(files, key=lambda file: file.stat().st_size, default=path / "unet")


@contextmanager
def loading_errors(place: Path) -> Iterator[None]:
    """Turns whatever loading raises into one sentence.

    Raises:
        ModelError: what is read inside is missing or broken.
    """
    try:
        with warnings.catch_warnings(), offline():
            warnings.simplefilter("ignore", FutureWarning)  # names of arguments that both old and new versions take
            yield
    except LOADING_ERRORS as cause:
        raise ModelError(
            f"The diffusion model in {place} is incomplete or broken ({_first_line(cause)}): fetch it again, or choose "
            "another."
        ) from cause


def _index(folder: Path) -> dict[str, Any]:
    try:
        index = dict(json.loads((folder / "model_index.json").read_text()).items())
        kind = (index.get("unet") or [None, None])[1]
    except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as cause:
        raise ModelError(
            f"The folder {folder} holds no diffusion model: a diffusers pipeline has a model_index.json to be read."
        ) from cause
    if kind != "UNet2DConditionModel":
        raise ModelError(
            f"The pipeline in {folder} ({index.get('_class_name', 'unnamed')}) has no UNet that is asked by text: "
            "choose a Stable Diffusion 1.5, 2.1, XL or Turbo, or the first stage of DeepFloyd IF."
        )
    return index


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_xl(path: Path) -> bool:
    if path.suffix != ".safetensors":
        return False
    try:
        with safe_open(path, framework="pt") as file:
            return any(name.startswith(XL_KEY) for name in file.keys())  # noqa: SIM118  (no dictionary)
    except (OSError, SafetensorError):
        return False


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


def import_diffusers() -> Any:
    """The library, silent: what it would warn of is said in our sentences, and its progress bars are for terminals."""
    import_torchvision()
    import diffusers  # heavy: imported when used
    import transformers

    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    return diffusers
