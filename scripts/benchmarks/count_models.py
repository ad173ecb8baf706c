"""Counts what each known model takes at work, and prints the table of docs/models.md: nothing is fetched or computed.

    .envs/backend/bin/python -m scripts.benchmarks.count_models            # the table
    .envs/backend/bin/python -m scripts.benchmarks.count_models --write    # and backend/config/known_models.json

Weights are not needed, shapes are: those of Stable Diffusion are diffusers' defaults and what the repositories'
configurations say, those of DeepFloyd IF too, told apart by their numbers of parameters (0.4, 0.9 and 4.3 G).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from typing import Any

import torch

from backend.config import CountedCost, KnownModel, known_models
from backend.config.known_models import LIST_FILE
from backend.pretrained.counting import (
    CONTEXT,
    Counted,
    cost_of,
    cost_of_shap_e,
    count_pictures,
    faked,
    parameter_count,
)
from backend.pretrained.open_clip_import import import_open_clip
from backend.pretrained.pipeline_parts import import_diffusers
from backend.pretrained.shap_e import renderer_class

HALF = torch.float16
VIEWS, CROPS = 4, 8
FIELD = 700_000_000
"""Bytes of a grid of 128 cells a side with Adam, its gradient, and four views of 64^2 rays of 192 samples."""

_XL = {
    "cross_attention_dim": 2048, "attention_head_dim": (5, 10, 20), "use_linear_projection": True,
    "block_out_channels": (320, 640, 1280), "transformer_layers_per_block": (1, 2, 10),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "addition_embed_type": "text_time", "addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 2816,
}  # fmt: skip
_SD1 = {"cross_attention_dim": 768, "attention_head_dim": 8}
_SD2 = {"cross_attention_dim": 1024, "attention_head_dim": (5, 10, 20, 20), "use_linear_projection": True}
_IF = {
    "in_channels": 3, "out_channels": 6, "layers_per_block": 3, "act_fn": "gelu", "attention_head_dim": 64,
    "addition_embed_type": "text", "addition_embed_type_num_heads": 64, "cross_attention_norm": "group_norm",
    "encoder_hid_dim": 4096, "resnet_time_scale_shift": "scale_shift",
    "down_block_types": ("ResnetDownsampleBlock2D", *["SimpleCrossAttnDownBlock2D"] * 3),
    "mid_block_type": "UNetMidBlock2DSimpleCrossAttn",
    "up_block_types": (*["SimpleCrossAttnUpBlock2D"] * 3, "ResnetUpsampleBlock2D"),
}  # fmt: skip
_VAE = {
    "block_out_channels": (128, 256, 512, 512), "layers_per_block": 2, "latent_channels": 4,
    "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4,
}  # fmt: skip
CLIP_L, CLIP_L_EYE = 246_120_960, 606_359_552
OPEN_CLIP_H, OPEN_CLIP_G, T5_XXL = 680_774_656, 1_389_319_680, 11_544_363_008
"""Bytes of text encoders in half precision: 123 M (and 303 M of the encoder of pictures beside it), 340 M and 695 M
numbers; of T5's 4.76 G the 1 G of the second halves of its blocks stay in single (transformers keeps them so)."""


def _if(width: int) -> dict[str, Any]:
    widths = tuple(width * times for times in (1, 2, 3, 4))
    return {**_IF, "block_out_channels": widths, "cross_attention_dim": widths[-1], "sample_size": 64}


UNETS: dict[str, tuple[dict[str, Any], int, torch.dtype | None]] = {
    "stable-diffusion-1.5": ({**_SD1, "sample_size": 64}, CLIP_L, HALF),
    "stable-diffusion-2.1": ({**_SD2, "sample_size": 96}, OPEN_CLIP_H, HALF),
    "stable-diffusion-2.1-base": ({**_SD2, "sample_size": 64}, OPEN_CLIP_H, HALF),
    "stable-diffusion-xl": ({**_XL, "sample_size": 128}, CLIP_L + OPEN_CLIP_G, torch.float32),
    "sd-turbo": ({**_SD2, "sample_size": 64}, OPEN_CLIP_H, HALF),
    "sdxl-turbo": ({**_XL, "sample_size": 64}, CLIP_L + OPEN_CLIP_G, torch.float32),
    "deepfloyd-if-m": (_if(192), T5_XXL, None),
    "deepfloyd-if-l": (_if(320), T5_XXL, None),
    "deepfloyd-if-xl": (_if(704), T5_XXL, None),
}
"""UNet, bytes of the text encoders, and the precision of the autoencoder where there is one."""


_SHAP_E = {
    "num_layers": 24, "embedding_dim": 1024, "num_embeddings": 1024, "additional_embeddings": 0,
    "time_embed_act_fn": "gelu", "norm_in_type": "layer", "encoder_hid_proj_type": None, "added_emb_type": None,
    "time_embed_dim": 4096, "clip_embed_dim": 2048,
}  # fmt: skip
PRIORS: dict[str, tuple[dict[str, Any], int, int]] = {
    "shap-e": ({"num_attention_heads": 16, "attention_head_dim": 64, "embedding_proj_dim": 768}, CLIP_L, 0),
    "shap-e-img2img": (
        {"num_attention_heads": 16, "attention_head_dim": 64, "embedding_proj_dim": 1024,
         "embedding_proj_norm_type": "layer"}, CLIP_L_EYE, 256,
    ),
}  # fmt: skip
"""What its prior/config.json says beside what all have, bytes of what reads words or a picture, and how many patches it
looks at; the renderer is diffusers'
default."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write the figures into {LIST_FILE.name}")
    options = parser.parse_args()
    costs = {model.name: cost for model in known_models() if (cost := count(model)) is not None}
    sys.stdout.write("\n".join(table(costs)) + "\n")
    if options.write:
        write(costs)
    return 0


def count(model: KnownModel) -> CountedCost | None:
    """Counts one; None of what comes with this copy, which is small, and of ControlNets."""
    if model.name in UNETS:
        settings, words, eye = UNETS[model.name]
        diffusers = import_diffusers()
        unet = faked(lambda: diffusers.UNet2DConditionModel(**settings), HALF)
        vae = None if eye is None else faked(lambda: diffusers.AutoencoderKL(**_VAE), eye)
        return cost_of(unet, vae, words, HALF, eye or HALF)
    if model.name in PRIORS:
        return _count_shap_e(*PRIORS[model.name])
    return _count_image_text(model) if model.kind == "image_text" and model.repository else None


def _count_shap_e(settings: dict[str, Any], words: int, patches: int) -> CountedCost:
    diffusers = import_diffusers()
    prior = faked(lambda: diffusers.PriorTransformer(**_SHAP_E, **settings), HALF)
    return cost_of_shap_e(prior, faked(renderer_class(), torch.float32), words, HALF, patches)


def _count_image_text(model: KnownModel) -> CountedCost:
    architecture = model.name.partition("/")[0]
    open_clip = import_open_clip()
    settings = open_clip.get_model_config(architecture)
    known = {name: settings[name] for name in ("embed_dim", "vision_cfg", "text_cfg")}
    built = faked(lambda: open_clip.CLIP(**known), HALF)
    one, two = (count_pictures(built, settings["vision_cfg"]["image_size"], count, HALF) for count in (1, 2))
    weights = parameter_count(built) * HALF.itemsize
    return CountedCost("float16", weights, 0, 0, 0, one.peak, max(0, two.peak - one.peak), _tera(one))


def _tera(counted: Counted) -> float:
    return round(counted.flops / 1e12, 3)


def total(name: str, cost: CountedCost) -> int:
    """Returns the bytes of a card: of a step of four views, or eight crops; with a field, and CUDA's own."""
    if name in PRIORS:
        return CONTEXT + cost.largest_part
    return CONTEXT + FIELD + cost.held(CROPS if not cost.vae and not cost.words else VIEWS)


def table(costs: dict[str, CountedCost]) -> list[str]:
    rows = [
        "| model | network | autoencoder | text encoders (come and go) | a view encoded "
        "| asked for 1 / 4 views (8 crops) | the whole, on a card | 10^12 sums and products a view |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, cost in costs.items():
        most = cost.ask + (3 if cost.words else 7) * cost.ask_more
        most = cost.ask if name in PRIORS else most
        cells = [cost.unet, cost.vae, cost.words, cost.view]
        asked = f"{cost.ask / 1e9:.2f} / {most / 1e9:.2f} GB"
        shown = [f"{value / 1e9:.2f} GB" if value else "" for value in cells]
        rows.append(
            f"| {' | '.join([name, *shown, asked, f'**{total(name, cost) / 1e9:.1f} GB**', f'{cost.teraflops:.2f}'])} |"
        )
    return rows


def write(costs: dict[str, CountedCost]) -> None:
    entries = json.loads(LIST_FILE.read_text(encoding="utf-8"))
    for entry in entries:
        cost = costs.get(entry["name"])
        if cost is not None:
            entry["cost"] = dataclasses.asdict(cost)
            entry["memory_mb"] = round(total(entry["name"], cost) / 1e6)
    LIST_FILE.write_text("[\n" + ",\n".join(" " + json.dumps(entry) for entry in entries) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
