"""Models of the embedded architectures with random weights: small, quick, and read by the real loaders."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from backend.torchvision_import import import_torchvision

MERGES = ["r e", "re d</w>", "c u", "cu b", "cub e</w>"]
GUIDE = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 24, "vocab_size": 0, "width": 32, "heads": 2, "layers": 1},
}
PREPROCESS = {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}


def write_merges(folder: Path) -> int:
    """A list of merges for a few words; returns the size of the vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bpe.txt.gz").write_bytes(gzip.compress("\n".join(["#version: 0.2", *MERGES]).encode()))
    return 512 + len(MERGES) + 2


def write_diffusion(folder: Path, seed: int = 0) -> Path:
    """A text-and-camera-conditioned denoiser of 32 x 32 views, in the layout of backend/models/diffusion."""
    import_torchvision()
    from diffusers import DDPMScheduler, PixArtTransformer2DModel

    from backend.guidance.conditioner import Conditioner, ConditionerConfig

    torch.manual_seed(seed)
    vocabulary = write_merges(folder)
    PixArtTransformer2DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        num_layers=1,
        cross_attention_dim=32,
        caption_channels=None,
        in_channels=4,
        out_channels=4,
        sample_size=32,
        patch_size=8,
        interpolation_scale=1,
        use_additional_conditions=False,
    ).save_pretrained(folder / "transformer")
    DDPMScheduler(
        num_train_timesteps=1000, beta_schedule="squaredcos_cap_v2", prediction_type="v_prediction"
    ).save_pretrained(folder / "scheduler")
    Conditioner(ConditionerConfig(vocabulary, vocabulary - 1, width=32, heads=2, layers=1)).save(folder)
    (folder / "vocabulary.json").write_text("{}")
    return folder


def write_guide(folder: Path, seed: int = 0) -> Path:
    """An open_clip model in the layout of backend/models/guide."""
    import_torchvision()
    import open_clip

    torch.manual_seed(seed)
    config = json.loads(json.dumps(GUIDE))
    config["text_cfg"]["vocab_size"] = write_merges(folder)
    model = open_clip.CLIP(**config)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    text = json.dumps({"model_cfg": config, "preprocess_cfg": PREPROCESS})
    (folder / "open_clip_config.json").write_text(text)
    return folder
