"""A random Stable Diffusion as one file in the layout of its first release, and a hub's cache of small files."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

REPOSITORY = "models--stable-diffusion-v1-5--stable-diffusion-v1-5"
RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "norm2": "out_layers.0", "conv2": "out_layers.3",
    "time_emb_proj": "emb_layers.1", "conv_shortcut": "skip_connection",
}  # fmt: skip
OUTER = {
    "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2", "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0", "conv_out": "out.2",
}  # fmt: skip
ATTENTION = {"group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"}


def write_single_file(folder: Path, file: Path) -> Path:
    """UNet, autoencoder and text encoder of `random_stable_diffusion` under their first names."""
    weights = {name: load_file(next((folder / name).glob("*.safetensors"))) for name in ("unet", "vae", "text_encoder")}
    named = {f"model.diffusion_model.{_unet_name(name)}": value for name, value in weights["unet"].items()}
    named |= {f"first_stage_model.{_vae_name(name)}": _as_conv(name, v) for name, v in weights["vae"].items()}
    named |= {f"cond_stage_model.transformer.{_text_name(name)}": v for name, v in weights["text_encoder"].items()}
    save_file({name: value.contiguous() for name, value in named.items()}, file)
    return file


def write_small_files(folder: Path, cache: Path) -> Path:
    """What a hub's cache holds of the repository once only configurations and tokenizer were fetched."""
    snapshot = cache / REPOSITORY / "snapshots" / ("0" * 40)
    shutil.copytree(folder, snapshot, ignore=shutil.ignore_patterns("*.safetensors"))
    (cache / REPOSITORY / "refs").mkdir()
    (cache / REPOSITORY / "refs" / "main").write_text("0" * 40)
    return cache


def _unet_name(name: str) -> str:
    """One resnet a block, two blocks: a block of either way is two numbers long."""
    for ours, theirs in OUTER.items():
        if name.startswith(ours + "."):
            return theirs + name.removeprefix(ours)
    pattern = r"(down_blocks|up_blocks|mid_block)\.?(\d*)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)"
    way, block, prediction_type, place, rest = re.fullmatch(pattern, name).groups()
    i, j = int(block or 0), int(place)
    if prediction_type == "resnets":
        part, _, end = rest.rpartition(".")
        rest = f"{RESNET[part]}.{end}"
    if way == "mid_block":
        return f"middle_block.{2 * j if prediction_type == 'resnets' else 1}.{rest}"
    if way == "down_blocks":
        if prediction_type == "downsamplers":
            return f"input_blocks.{2 * (i + 1)}.0.op.{rest.removeprefix('conv.')}"
        return f"input_blocks.{2 * i + j + 1}.{0 if prediction_type == 'resnets' else 1}.{rest}"
    if prediction_type == "upsamplers":
        return f"output_blocks.{2 * i + 1}.1.{rest}"
    return f"output_blocks.{2 * i + j}.{0 if prediction_type == 'resnets' else 1}.{rest}"


def _vae_name(name: str) -> str:
    name = re.sub(r"encoder\.down_blocks\.(\d)\.resnets\.(\d)", r"encoder.down.\1.block.\2", name)
    name = re.sub(r"encoder\.down_blocks\.(\d)\.downsamplers\.0", r"encoder.down.\1.downsample", name)
    name = re.sub(r"up_blocks\.(\d)\.resnets\.(\d)", lambda m: f"up.{3 - int(m[1])}.block.{m[2]}", name)
    name = re.sub(r"up_blocks\.(\d)\.upsamplers\.0", lambda m: f"up.{3 - int(m[1])}.upsample", name)
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda m: f"mid.block_{int(m[1]) + 1}", name)
    name = re.sub(r"mid_block\.attentions\.0\.(.+)\.(\w+)$", lambda m: f"mid.attn_1.{ATTENTION[m[1]]}.{m[2]}", name)
    return name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")


def _as_conv(name: str, value: torch.Tensor) -> torch.Tensor:
    """The autoencoder's attention began as convolutions of one pixel."""
    return value[..., None, None] if "attentions" in name and name.endswith("weight") and value.ndim == 2 else value


def _text_name(name: str) -> str:
    return name if name.startswith("text_model.") else f"text_model.{name}"
