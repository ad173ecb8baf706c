"""What each kind of name means, and one sentence for each that means nothing."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from backend.errors import ModelError
from backend.pretrained import EMBEDDED_FOLDER, local_folder, resolve, variant_in
from backend.pretrained.registry import MODELS


def test_the_embedded_models_by_name(tmp_path: Path):
    assert resolve("embedded", tmp_path).folder == tmp_path / "diffusion"
    assert resolve("embedded-clip", tmp_path).kind == "image_text"


def test_the_card_of_an_embedded_model_says_which_version_it_is(tmp_path: Path):
    weights = EMBEDDED_FOLDER / "diffusion" / "transformer" / "diffusion_pytorch_model.safetensors"
    version = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    card = resolve("embedded").card
    assert (card["name"], card["source"]) == ("embedded diffusion", f"backend/models/diffusion, sha256 {version}")
    assert resolve("embedded-clip").card["name"] == "embedded CLIP"
    assert resolve("embedded", tmp_path).card["source"] == "backend/models/diffusion, missing"


def test_a_folder_of_that_name_is_not_taken_for_ours(guide_folder: Path, tmp_path: Path):
    folder = shutil.copytree(guide_folder, tmp_path / "embedded")
    card = resolve(str(folder)).card
    assert (card["name"], card["source"], card["license"]) == ("embedded", str(folder), "unknown")


def test_folders_are_told_apart_by_what_is_in_them(
    guide_folder: Path, diffusion_folder: Path, pipeline_repository: Path, controlnet_repository: Path, tmp_path: Path
):
    assert resolve(str(guide_folder)).kind == resolve(f"local-dir:{guide_folder}").kind == "image_text"
    assert resolve(str(diffusion_folder)).kind == "view_diffusion"
    assert resolve(str(pipeline_repository)).kind == "diffusion"
    assert resolve(str(controlnet_repository)).kind == "controlnet"
    for name in (str(tmp_path), f"local-dir:{tmp_path}", "local-dir:no-such-folder"):
        with pytest.raises(ModelError, match="holds no model: a diffusers pipeline has a model_index.json"):
            resolve(name)


def test_a_folder_is_its_own_place(pipeline_repository: Path, controlnet_repository: Path):
    assert local_folder(resolve(str(pipeline_repository))) == pipeline_repository
    assert local_folder(resolve(str(controlnet_repository))) == controlnet_repository


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        ("unet/diffusion_pytorch_model.fp16.safetensors", "lacks unet: copy the whole folder"),
        ("vae", "lacks vae"),
        ("tokenizer", "lacks tokenizer"),
    ],
)
def test_a_pipeline_that_lacks_a_part_is_told(lost: str, sentence: str, pipeline_repository: Path, tmp_path: Path):
    folder = Path(shutil.copytree(pipeline_repository, tmp_path / "pipeline"))
    for other in (folder / "unet").glob("*.*"):
        if other.read_bytes() == b"not needed":
            other.unlink()
    (shutil.rmtree if (folder / lost).is_dir() else Path.unlink)(folder / lost)
    with pytest.raises(ModelError, match=sentence):
        local_folder(resolve(str(folder)))


def test_a_folder_that_went_away_is_told(pipeline_repository: Path, tmp_path: Path):
    folder = Path(shutil.copytree(pipeline_repository, tmp_path / "pipeline"))
    choice = resolve(str(folder))
    shutil.rmtree(folder)
    with pytest.raises(ModelError, match="is not on this machine any more"):
        local_folder(choice)


def test_single_files_are_told_by_the_unet_in_them(tmp_path: Path):
    tensor = torch.zeros(1)
    save_file({"model.diffusion_model.input_blocks.0.0.weight": tensor}, tmp_path / "v1-5.safetensors")
    save_file({"lora_unet.weight": tensor}, tmp_path / "lora.safetensors")
    (tmp_path / "broken.safetensors").write_bytes(b"no header")
    (tmp_path / "v1-4.ckpt").write_bytes(b"taken at its word")
    for name in ("v1-5.safetensors", "v1-4.ckpt"):
        choice = resolve(str(tmp_path / name))
        assert choice.kind == "diffusion" and local_folder(choice) == tmp_path / name
    for name in ("lora.safetensors", "broken.safetensors"):
        with pytest.raises(ModelError, match="does not say what it is: a single file of Stable Diffusion"):
            resolve(str(tmp_path / name))


def test_every_model_of_the_table_is_known_by_its_name_and_its_repository():
    for model in MODELS:
        choice = resolve(model.name)
        assert (choice.kind, choice.license) == (model.kind, model.license)
        if model.repository:
            assert choice == resolve(model.repository) and choice.repository == model.repository
        else:
            assert choice.embedded


def test_the_table_is_filled():
    assert len({model.name for model in MODELS}) == len(MODELS)
    assert all(model.about and model.license and model.speed and model.memory_mb > 0 for model in MODELS)
    assert all(model.megabytes > 0 for model in MODELS)


def test_the_table_s_open_clip_names_and_repositories_are_open_clip_s():
    import open_clip

    for model in MODELS:
        if model.kind == "image_text" and model.repository:
            architecture, _, tag = model.name.partition("/")
            assert open_clip.get_pretrained_cfg(architecture, tag)["hf_hub"] == model.repository + "/"


def test_names_of_the_hub():
    assert resolve("someone/a-pipeline.v2").repository == "someone/a-pipeline.v2"
    assert resolve("someone/a-pipeline.v2").kind == "diffusion"
    choice = resolve("hf-hub:someone/a-clip")
    assert (choice.kind, choice.repository) == ("image_text", "someone/a-clip")
    choice = resolve("ViT-B-32/datacomp_xl_s13b_b90k")
    assert (choice.kind, choice.repository) == ("image_text", "laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K")


@pytest.mark.parametrize(
    "name", ["no-such-model", "ViT-B-32", "", "ViT-B-32/", "a/b/c", "hf-hub:", "hf-hub:a", "../no-such-model"]
)
def test_an_unknown_name_says_what_may_be_written(name: str):
    with pytest.raises(ModelError, match="is unknown: write 'embedded'"):
        resolve(name)


def test_an_unknown_tag_lists_the_known_ones():
    with pytest.raises(ModelError, match="no weights 'none' for ViT-B-32: choose one of .*laion2b_s34b_b79k"):
        resolve("ViT-B-32/none")


def test_the_variant_that_diffusers_is_told(pipeline_repository: Path, tmp_path: Path):
    assert variant_in(pipeline_repository / "unet") == "fp16"
    (tmp_path / "diffusion_pytorch_model.safetensors").touch()
    assert variant_in(tmp_path) is None
