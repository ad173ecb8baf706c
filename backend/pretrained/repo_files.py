"""Which files of a repository a model needs: half precision before full, safetensors before pickles, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from backend.errors import ModelError

PARTS = ("unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler")
"""Of a diffusers pipeline. Not safety_checker and watermarker: nothing that is distilled passes through them."""

SHAP_E_PARTS = ("prior", "shap_e_renderer", "text_encoder", "tokenizer", "image_encoder", "image_processor",
                "scheduler")  # fmt: skip
"""Of a Shap-E, from words or from a picture. Not the renderer folder of an older diffusers."""

PREFERRED = (("fp16", "safetensors"), ("", "safetensors"), ("fp16", "bin"), ("", "bin"))

TOKENIZER_FILES = (
    "tokenizer*.json", "vocab.json", "vocab.txt", "merges.txt", "special_tokens_map.json", "added_tokens.json",
    "*.model",
)  # fmt: skip
"""What tokenizers are read from."""

OPEN_CLIP_WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors",
                     "open_clip_pytorch_model.bin", "pytorch_model.bin")  # fmt: skip

_WEIGHTS = re.compile(  # shards are numbered before or behind the variant
    r"(diffusion_pytorch_model|model|pytorch_model)(-\d+-of-\d+)?(\.(?P<variant>[a-z]\w*))?(-\d+-of-\d+)?"
    r"\.(?P<suffix>safetensors|bin)"
)


def needed_files(kind: str, names: Iterable[str], repository: str) -> list[str]:
    """The files of a repository that a model of this kind is made of.

    Raises:
        ModelError: the repository holds no such model.
    """
    names = sorted(names)
    chosen = _CHOOSE[kind](names)
    if not chosen:
        raise ModelError(f"The repository {repository} holds no {_CONTENTS[kind]}: choose another model.")
    return chosen


def _pipeline(names: list[str]) -> list[str]:
    return _parts(names, PARTS, "unet")


def _shap_e(names: list[str]) -> list[str]:
    has_renderer = bool(_weights(_inside(names, "shap_e_renderer")))
    return _parts(names, SHAP_E_PARTS, "prior") if has_renderer else []


def _parts(names: list[str], wanted: tuple[str, ...], network: str) -> list[str]:
    """An index and the parts that are read; nothing where the network is not among them."""
    if "model_index.json" not in names or not _weights(_inside(names, network)):
        return []
    return ["model_index.json", *(name for part in wanted for name in _part(_inside(names, part)))]


def variant_of(names: Iterable[str]) -> str | None:
    """Returns what diffusers calls the `variant` of the weights that would be chosen among files of one folder."""
    chosen = _WEIGHTS.fullmatch(next(iter(_weights(sorted(names))), ""))
    return (chosen["variant"] if chosen else None) or None


def _part(names: list[str]) -> list[str]:
    """Configs, words and one set of weights of one folder."""
    return [name for name in names if _is_small(name)] + _weights(names)


def _weights(names: list[str]) -> list[str]:
    """The first of `PREFERRED` that is there, in all its shards."""
    found = {name: _WEIGHTS.fullmatch(_file_name(name)) for name in names}
    kinds = {name: (match["variant"] or "", match["suffix"]) for name, match in found.items() if match}
    best = next((kind for kind in PREFERRED if kind in kinds.values()), None)
    return [name for name, kind in kinds.items() if kind == best]


def _controlnet(names: list[str]) -> list[str]:
    top = _inside(names, "")
    weights = _weights(top)
    return ["config.json", *weights] if "config.json" in top and weights else []


def _open_clip(names: list[str]) -> list[str]:
    weights = next(([name] for name in OPEN_CLIP_WEIGHTS if name in names), [])
    config = [name for name in names if name == "open_clip_config.json"]
    return [*config, *weights, *_tokenizer(names)] if weights else []


def _tokenizer(names: list[str]) -> list[str]:
    """A tokenizer, and the config that says which."""
    return [name for name in _inside(names, "") if name == "config.json" or is_tokenizer_file(name)]


def is_tokenizer_file(name: str) -> bool:
    """Tells whether a tokenizer is read from a file of this name."""
    return any(fnmatchcase(_file_name(name), pattern) for pattern in TOKENIZER_FILES)


def _is_small(name: str) -> bool:
    return name.endswith(".json") or is_tokenizer_file(name)


def _inside(names: list[str], folder: str) -> list[str]:
    return [name for name in names if str(PurePosixPath(name).parent) == (folder or ".")]


def _file_name(name: str) -> str:
    return PurePosixPath(name).name


_CHOOSE = {
    "diffusion": _pipeline, "shape": _shap_e, "controlnet": _controlnet, "image_text": _open_clip, "words": _tokenizer
}  # fmt: skip
_CONTENTS = {
    "diffusion": "diffusers pipeline with a UNet (a model_index.json, and weights in unet)",
    "shape": "Shap-E (a model_index.json, and weights in prior and shap_e_renderer)",
    "controlnet": "ControlNet (a config.json with its weights)",
    "image_text": "open_clip model (weights of a name that open_clip gives)",
    "words": "tokenizer or config of a text encoder",
}
