"""What an open_clip_config.json may say. Names that are not known here go no further, wherever the folder came from."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

from backend.errors import ModelError, RemoteCodeError

CONFIG_FILE = "open_clip_config.json"
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
_MODEL = ("embed_dim", "vision_cfg", "text_cfg", "multimodal_cfg", "quick_gelu", "custom_text", "init_logit_scale",
          "init_logit_bias", "nonscalar_logit_scale")  # fmt: skip
_TOKENIZER = ("clean", "strip_sep_token", "language", "reduction_mask", "additional_special_tokens", "use_fast",
              "legacy", "padding_side", "truncation_side", "model_max_length")  # fmt: skip
"""Of `tokenizer_kwargs`, which open_clip hands to transformers as it is."""
_ACTIVATION, _NORM = ("approximate",), ("eps", "elementwise_affine", "bias")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
"""Of a model on the hub without an owner, or of an architecture of timm."""


def read_config(folder: Path) -> dict[str, Any]:
    """The content of the config beside a model's weights: `model_cfg` and `preprocess_cfg`, known names only.

    Raises:
        RemoteCodeError: it asks for something that could run code of its own.
        ModelError: it cannot be read.
    """
    path = folder / CONFIG_FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {"model_cfg": _model(content["model_cfg"], path), "preprocess_cfg": content.get("preprocess_cfg", {})}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as cause:
        raise ModelError(
            f"The model in {folder} is missing, broken or of another architecture: restore it, or choose another."
        ) from cause


def tokenizer_settings(text: dict[str, Any]) -> dict[str, Any]:
    """Returns what a tokenizer may be told; never to run code or to ask the hub."""
    return dict(text.get("tokenizer_kwargs") or {})


def _model(config: dict[str, Any], path: Path) -> dict[str, Any]:
    _only(config, _MODEL, path)
    found = dict(config)
    found["vision_cfg"] = _vision(config["vision_cfg"], path)
    found["text_cfg"] = _text(config["text_cfg"], path)
    if "multimodal_cfg" in config:
        found["multimodal_cfg"] = _text(config["multimodal_cfg"], path, "MultimodalCfg")
    return found


def _vision(config: dict[str, Any], path: Path) -> dict[str, Any]:
    _only(config, _names("CLIPVisionCfg"), path)
    _inner(config, path)
    name = config.get("timm_model_name")
    if not name:
        return dict(config)
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _refused(path, f"timm_model_name {str(name)[:60]!r}")
    return config | {"timm_model_pretrained": False}


def _text(config: dict[str, Any], path: Path, kind: str = "CLIPTextCfg") -> dict[str, Any]:
    _only(config, _names(kind), path)
    _inner(config, path)
    _only(config.get("tokenizer_kwargs") or {}, _TOKENIZER, path)
    for key in ("hf_model_name", "hf_tokenizer_name"):
        name = config.get(key)
        if name and not (isinstance(name, str) and (REPOSITORY.fullmatch(name) or _NAME.fullmatch(name))):
            raise _refused(path, f"{key} {str(name)[:60]!r}")
    return config | {"hf_model_pretrained": False} if config.get("hf_model_name") else dict(config)


def _inner(config: dict[str, Any], path: Path) -> None:
    _only(config.get("act_kwargs") or {}, _ACTIVATION, path)
    _only(config.get("norm_kwargs") or {}, _NORM, path)


def _names(kind: str) -> tuple[str, ...]:
    from .open_clip_import import import_open_clip

    open_clip = import_open_clip()
    holder = open_clip.coca_model if kind == "MultimodalCfg" else open_clip.model
    return tuple(spec.name for spec in dataclasses.fields(getattr(holder, kind)))


def _only(config: dict[str, Any], known: tuple[str, ...], path: Path) -> None:
    unknown = next((name for name in config if name not in known), None)
    if unknown is not None:
        raise _refused(path, str(unknown)[:60])


def _refused(path: Path, what: str) -> RemoteCodeError:
    return RemoteCodeError(
        f"The model in {path.parent} asks for {what} in its {path.name}, which is not among what a model may ask for: "
        "choose another model."
    )
