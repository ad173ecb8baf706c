"""Which files of a repository are needed: stated on lists of names as real repositories have them."""

from __future__ import annotations

import pytest

from backend.errors import ModelError
from backend.pretrained.repo_files import needed_files, variant_of

SHARDS = [f"text_encoder/model.fp16-0000{i}-of-00002.safetensors" for i in (1, 2)]
PIPELINE = ["model_index.json", "scheduler/scheduler_config.json", "unet/config.json"]


def chosen(kind: str, names: list[str]) -> set[str]:
    return set(needed_files(kind, names, "owner/name"))


@pytest.mark.parametrize(
    ("there", "taken"),
    [
        (["safetensors", "fp16.safetensors", "bin", "fp16.bin", "non_ema.safetensors"], "fp16.safetensors"),
        (["safetensors", "bin", "fp16.bin"], "safetensors"),
        (["bin", "fp16.bin", "non_ema.bin"], "fp16.bin"),
        (["bin", "non_ema.bin"], "bin"),
    ],
)
def test_halves_before_wholes_and_safetensors_before_pickles(there: list[str], taken: str):
    weights = [f"unet/diffusion_pytorch_model.{ending}" for ending in there]
    assert chosen("diffusion", PIPELINE + weights) == {*PIPELINE, f"unet/diffusion_pytorch_model.{taken}"}


def test_all_shards_of_one_variant_are_taken():
    """As DeepFloyd IF's T5, in both spellings of a shard."""
    unet = "unet/diffusion_pytorch_model.fp16.safetensors"
    index = "text_encoder/model.safetensors.index.fp16.json"
    others = ["text_encoder/model-00001-of-00002.safetensors", "text_encoder/pytorch_model-00001-of-00002.bin"]
    assert chosen("diffusion", [*PIPELINE, unet, index, *SHARDS, *others]) == {*PIPELINE, unet, index, *SHARDS}
    old = [f"text_encoder/model-0000{i}-of-00002.fp16.safetensors" for i in (1, 2)]
    assert chosen("diffusion", [*PIPELINE, unet, *old, *others]) == {*PIPELINE, unet, *old}


def test_parts_that_nothing_is_distilled_through_stay_away():
    unet = "unet/diffusion_pytorch_model.safetensors"
    beside = ["safety_checker/model.safetensors", "watermarker/diffusion_pytorch_model.safetensors", "sd.ckpt",
              "unet/model.onnx", "vae_1_0/diffusion_pytorch_model.safetensors", "README.md"]  # fmt: skip
    assert chosen("diffusion", [*PIPELINE, unet, *beside]) == {*PIPELINE, unet}


def test_an_open_clip_repository():
    beside = ["model.safetensors", "pytorch_model.bin", "open_clip_pytorch_model.bin", "README.md"]
    words = ["tokenizer.json", "vocab.json", "merges.txt", "config.json"]
    needs = {"open_clip_config.json", "open_clip_model.safetensors", *words}
    assert chosen("image_text", [*needs, *beside]) == needs
    assert chosen("image_text", ["pytorch_model.bin", "README.md"]) == {"pytorch_model.bin"}


def test_a_tokenizer_without_the_model_it_belongs_to():
    assert chosen("words", ["config.json", "tokenizer.json", "sentencepiece.bpe.model", "model.safetensors"]) == {
        "config.json",
        "tokenizer.json",
        "sentencepiece.bpe.model",
    }


def test_shap_e_has_its_prior_in_halves_and_its_renderer_as_it_is_published():
    """The names that openai/shap-e has."""
    index = ["model_index.json", "scheduler/scheduler_config.json", "tokenizer/vocab.json", "tokenizer/merges.txt"]
    configs = [f"{part}/config.json" for part in ("prior", "shap_e_renderer", "text_encoder")]
    weights = ["prior/diffusion_pytorch_model.fp16.safetensors", "shap_e_renderer/diffusion_pytorch_model.bin",
               "text_encoder/model.fp16.safetensors"]  # fmt: skip
    beside = ["README.md", "prior/diffusion_pytorch_model.bin", "text_encoder/pytorch_model.bin",
              "renderer/config.json", "renderer/diffusion_pytorch_model.fp16.safetensors"]  # fmt: skip
    assert chosen("shape", [*index, *configs, *weights, *beside]) == {*index, *configs, *weights}


@pytest.mark.parametrize(
    ("kind", "names", "sentence"),
    [
        ("diffusion", ["README.md"], "no diffusers pipeline with a UNet"),
        ("diffusion", [*PIPELINE, "vae/diffusion_pytorch_model.safetensors"], "no diffusers pipeline with a UNet"),
        ("shape", PIPELINE, "no Shap-E"),
        ("shape", ["model_index.json", "prior/diffusion_pytorch_model.bin"], "no Shap-E"),
        ("controlnet", ["config.json"], "no ControlNet"),
        ("image_text", ["open_clip_config.json", "model.safetensors"], "no open_clip model"),
        ("words", ["README.md"], "no tokenizer or config"),
    ],
)
def test_a_repository_of_something_else_has_a_sentence(kind: str, names: list[str], sentence: str):
    with pytest.raises(ModelError, match=f"The repository owner/name holds {sentence}.*: choose another model"):
        needed_files(kind, names, "owner/name")


def test_the_variant_is_that_of_the_chosen_weights():
    assert variant_of(["model.safetensors", "model.fp16.safetensors"]) == "fp16"
    assert variant_of(["model.safetensors", "model.non_ema.safetensors"]) is None
    assert variant_of(["model.fp16-00001-of-00002.safetensors", "model.fp16-00002-of-00002.safetensors"]) == "fp16"
    assert variant_of(["config.json"]) is None
