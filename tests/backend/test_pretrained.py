"""Model names: what each means, the real loader on a local checkpoint, one sentence for each way it fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from backend import pretrained
from backend.errors import ModelError
from backend.pretrained import load_image_text, resolve

CPU = torch.device("cpu")
open_clip = pretrained._open_clip()


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "model"))


def test_the_embedded_models_by_name(tmp_path: Path):
    assert resolve("embedded", tmp_path).folder == tmp_path / "diffusion"
    assert resolve("embedded-guide", tmp_path).kind == "image_text"


def test_folders_are_told_apart_by_what_is_in_them(guide_folder: Path, diffusion_folder: Path, tmp_path: Path):
    assert resolve(str(guide_folder)).kind == "image_text"
    assert resolve(str(diffusion_folder)).kind == "view_diffusion"
    with pytest.raises(ModelError, match="holds no model"):
        resolve(str(tmp_path))


def test_a_folder_is_loaded_with_its_own_words(guide_folder: Path):
    model = load_image_text(resolve(str(guide_folder)), CPU)
    assert model.size == 32 and float(model.mean.flatten()[0]) == 0.5
    picture = model.embed_pictures(torch.rand(2, 3, 48, 48))
    torch.testing.assert_close(picture.norm(dim=-1), torch.ones(2))
    torch.testing.assert_close(model.embed_text("a red cube").norm(), torch.tensor(1.0))
    assert not any(parameter.requires_grad for parameter in model.model.parameters())


def test_a_checkpoint_file_beside_its_config_is_loaded(guide_folder: Path):
    by_file = load_image_text(resolve(str(guide_folder / "open_clip_model.safetensors")), CPU)
    by_folder = load_image_text(resolve(str(guide_folder)), CPU)
    torch.testing.assert_close(by_file.embed_text("red"), by_folder.embed_text("red"))


def test_a_real_architecture_is_loaded_from_a_local_checkpoint(tmp_path: Path):
    """open_clip's own ViT-S-32-alt with random weights, through open_clip's own loader; cosines are the file's."""
    torch.manual_seed(0)
    original = open_clip.create_model("ViT-S-32-alt").eval()
    torch.save(original.state_dict(), tmp_path / "random.pt")
    choice = resolve(f"ViT-S-32-alt/{tmp_path / 'random.pt'}")
    loaded = load_image_text(choice, CPU)
    tokens = open_clip.get_tokenizer("ViT-S-32-alt")(["a teapot"])
    with torch.no_grad():
        expected = original.encode_text(tokens, normalize=True)[0]
    torch.testing.assert_close(loaded.embed_text("a teapot"), expected)
    assert loaded.card["source"] == str(tmp_path / "random.pt")


@pytest.mark.parametrize("name", ["no-such-model", "ViT-B-32", "no/such", "", "ViT-B-32/"])
def test_an_unknown_name_says_what_may_be_written(name: str):
    with pytest.raises(ModelError, match="is unknown: write 'embedded'") if name else pytest.raises(ModelError):
        resolve(name)


def test_an_unknown_tag_lists_the_known_ones():
    with pytest.raises(ModelError, match="no weights 'none' for ViT-B-32: choose one of .*laion2b_s34b_b79k"):
        resolve("ViT-B-32/none")


def test_nothing_is_fetched_without_consent():
    choice = resolve("ViT-B-32/laion2b_s34b_b79k")
    if pretrained._is_cached(choice.name, choice.checkpoint):
        pytest.skip("this machine has the model")
    with pytest.raises(ModelError) as raised:
        load_image_text(choice, CPU)
    assert "(605 MB, licence MIT): allow the download" in raised.value.sentence


def test_a_hub_that_cannot_be_reached_has_a_sentence(monkeypatch: pytest.MonkeyPatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    choice = resolve("ViT-B-32/laion2b_s34b_b79k")
    if pretrained._is_cached(choice.name, choice.checkpoint):
        pytest.skip("this machine has the model")
    with pytest.raises(ModelError) as raised:
        load_image_text(choice, CPU, allow_download=True)
    assert "could not be fetched or read (605 MB, licence MIT): check the connection" in raised.value.sentence
    assert "\n" not in raised.value.sentence


def damage_weights(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").write_bytes(b"broken")


def lose_weights(folder: Path) -> None:
    (folder / "open_clip_model.safetensors").unlink()


def damage_config(folder: Path) -> None:
    (folder / "open_clip_config.json").write_text("{")


def other_architecture(folder: Path) -> None:
    text = (folder / "open_clip_config.json").read_text().replace('"embed_dim": 16', '"embed_dim": 8')
    (folder / "open_clip_config.json").write_text(text)


@pytest.mark.parametrize("damage", [damage_weights, lose_weights, damage_config, other_architecture])
def test_a_broken_folder_has_one_sentence(damage, guide_folder: Path, tmp_path: Path):
    folder = copied(guide_folder, tmp_path)
    damage(folder)
    with pytest.raises(ModelError) as raised:
        load_image_text(resolve(str(folder)), CPU)
    assert "is missing, broken or of another architecture" in raised.value.sentence


def test_a_file_that_is_no_checkpoint_has_a_sentence(tmp_path: Path):
    (tmp_path / "weights.pt").write_bytes(b"not a checkpoint")
    with pytest.raises(ModelError, match="does not say what it is"):
        resolve(str(tmp_path / "weights.pt"))
    with pytest.raises(ModelError, match="missing, broken or of another architecture"):
        load_image_text(resolve(f"ViT-S-32-alt/{tmp_path / 'weights.pt'}"), CPU)


def test_a_missing_embedded_model_has_a_sentence(tmp_path: Path):
    with pytest.raises(ModelError, match="missing, broken"):
        load_image_text(resolve("embedded-guide", tmp_path), CPU)
