"""A diffusers folder on this machine: what it is, and whether its parts are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from backend.errors import ModelError, RemoteCodeError

from .remote_code import refuse_code
from .repo_files import PARTS, variant_of

PIPELINE_FILE = "model_index.json"
PIPELINES = ("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline",
             "StableDiffusionXLPipeline", "StableDiffusionXLImg2ImgPipeline", "StableDiffusionXLInpaintPipeline",
             "StableDiffusionControlNetPipeline", "StableDiffusionXLControlNetPipeline",
             "StableDiffusionUpscalePipeline", "StableDiffusionLatentUpscalePipeline",
             "StableDiffusionDepth2ImgPipeline", "StableDiffusionInstructPix2PixPipeline",
             "LatentConsistencyModelPipeline", "IFPipeline", "IFImg2ImgPipeline", "IFInpaintingPipeline",
             "IFSuperResolutionPipeline")  # fmt: skip
"""Of diffusers: any other name is not imported."""
CLASSES = {
    "unet": ("UNet2DConditionModel",),
    "vae": ("AutoencoderKL", "AutoencoderTiny", "AsymmetricAutoencoderKL", "ConsistencyDecoderVAE"),
    "text_encoder": ("CLIPTextModel", "CLIPTextModelWithProjection", "T5EncoderModel"),
    "text_encoder_2": ("CLIPTextModel", "CLIPTextModelWithProjection", "T5EncoderModel"),
    "tokenizer": ("CLIPTokenizer", "CLIPTokenizerFast", "T5Tokenizer", "T5TokenizerFast"),
    "tokenizer_2": ("CLIPTokenizer", "CLIPTokenizerFast", "T5Tokenizer", "T5TokenizerFast"),
}
"""Of the parts that are read. Of others (a scheduler, a safety checker) nothing but numbers is."""
_LIBRARIES = {"unet": "diffusers", "vae": "diffusers"}
_LEFT_OUT = ("diffusers", "transformers", "stable_diffusion", "stable_diffusion_xl", "deepfloyd_if", None)
"""Libraries that an index names for parts which are not read."""
_WITH_WEIGHTS = ("unet", "vae", "text_encoder", "text_encoder_2")


def check_pipeline(folder: Path) -> None:
    """Refuses a pipeline whose folder is not whole, or not of classes that we read.

    Raises:
        RemoteCodeError: it asks for code of its own to run, or for a class that is not known here.
        ModelError: parts that its index names are not there.
    """
    refuse_code(folder)
    index = _json(folder / PIPELINE_FILE)
    check_index(index, folder)
    named = [part for part in PARTS if isinstance(index.get(part), list) and index[part][1] is not None]
    lacking = [part for part in named if not _is_there(folder / part)]
    if lacking or "unet" not in named:
        raise ModelError(
            f"The pipeline in {folder} lacks {', '.join(lacking or ['a unet'])}: copy the whole folder, or choose "
            "another model."
        )


def check_index(index: dict[str, Any], folder: Path) -> None:
    """Refuses an index that names a class which we do not read.

    Raises:
        RemoteCodeError: a class is named that is not among those we read.
    """
    kind = index.get("_class_name")
    if kind is not None and kind not in PIPELINES:
        raise _unknown_class(folder, "_class_name", kind)
    for part, named in index.items():
        if isinstance(named, list) and not _is_known(part, named):
            raise _unknown_class(folder, part, named)


def _is_known(part: str, named: list[Any]) -> bool:
    if len(named) != 2:
        return part.startswith("_")
    library, kind = named
    if part not in CLASSES or kind is None:
        return library in _LEFT_OUT
    return library == _LIBRARIES.get(part, "transformers") and kind in CLASSES[part]


def _unknown_class(folder: Path, part: str, named: Any) -> RemoteCodeError:
    return RemoteCodeError(
        f"The pipeline in {folder} asks for {str(named)[:80]} as its {part[:40]}, which is none of the classes that "
        "are read here: choose a Stable Diffusion 1.5, 2.1, XL or Turbo, or the first stage of DeepFloyd IF."
    )


def variant_in(folder: Path) -> str | None:
    """The `variant` to give diffusers for the weights in the folder of one part: "fp16", or None."""
    return variant_of(path.name for path in folder.iterdir())


def is_controlnet(folder: Path) -> bool:
    return _json(folder / "config.json").get("_class_name") == "ControlNetModel"


def _is_there(part: Path) -> bool:
    """The folder, something in it, and weights where it has some."""
    names = [path.name for path in part.iterdir()] if part.is_dir() else []
    weights = any(name.endswith((".safetensors", ".bin")) for name in names)
    return weights or (bool(names) and part.name not in _WITH_WEIGHTS)


def _json(path: Path) -> dict[str, Any]:
    """Nothing where there is no such file, or none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
