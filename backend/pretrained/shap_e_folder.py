"""A folder with Shap-E (Jun and Nichol 2023, arXiv 2305.02463) as diffusers keeps it: what it reads, and whether it is
whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from backend.errors import ModelError, RemoteCodeError

from .pipeline_folder import PIPELINE_FILE
from .remote_code import refuse_code

PIPELINES = {"ShapEPipeline": "words", "ShapEImg2ImgPipeline": "picture"}
"""Of diffusers, and what each reads."""
CLASSES = {
    "prior": ["diffusers", "PriorTransformer"],
    "shap_e_renderer": ["shap_e", "ShapERenderer"],
    "scheduler": ["diffusers", "HeunDiscreteScheduler"],
    "text_encoder": ["transformers", "CLIPTextModelWithProjection"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "image_encoder": ["transformers", "CLIPVisionModel"],
    "image_processor": ["transformers", "CLIPImageProcessor"],
    "renderer": ["shap_e", "ShapERenderer"],
}
"""What an index may say of each part. `renderer` is the renderer of an older diffusers, which is not read."""
_READ = {
    "words": ("prior", "shap_e_renderer", "scheduler", "text_encoder", "tokenizer"),
    "picture": ("prior", "shap_e_renderer", "scheduler", "image_encoder", "image_processor"),
}


def is_shap_e(folder: Path) -> bool:
    """Tells whether a folder's index names one of Shap-E's pipelines."""
    return read_settings(folder / PIPELINE_FILE).get("_class_name") in PIPELINES


def check_shap_e(folder: Path) -> str:
    """Refuses a folder that is not whole, or names other classes than Shap-E's; returns whether it reads words or a
    picture.

    Raises:
        RemoteCodeError: it asks for code of its own to run, or for a class that is not known here.
        ModelError: it is no Shap-E, or parts of it are not there.
    """
    refuse_code(folder)
    index = read_settings(folder / PIPELINE_FILE)
    reads = PIPELINES.get(str(index.get("_class_name")))
    if reads is None:
        raise ModelError(
            f"The folder {folder} holds no Shap-E: choose the model shap-e, or the whole folder of a copy."
        )
    for part, named in index.items():
        if isinstance(named, list) and named != CLASSES.get(part):
            raise RemoteCodeError(
                f"The Shap-E in {folder} asks for {str(named)[:80]} as its {part[:40]}, which is none of the classes "
                "that are read here: choose the model shap-e."
            )
    lacking = [part for part in _READ[reads] if not _has_files(folder / part)]
    if lacking:
        raise ModelError(
            f"The Shap-E in {folder} lacks {', '.join(lacking)}: copy the whole folder, or fetch it again."
        )
    return reads


def _has_files(part: Path) -> bool:
    return part.is_dir() and any(part.iterdir())


def read_settings(path: Path) -> dict[str, Any]:
    """Nothing where there is no such file, or none that can be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
