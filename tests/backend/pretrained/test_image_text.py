"""open_clip's own loader on folders, files and repositories; nothing is asked of the hub without consent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from loopback_hub import LoopbackHub
from random_models import clip_tokenizer
from safetensors.torch import save_file

from backend.cli import commands
from backend.errors import MemoryShortError, ModelError
from backend.pretrained import load_image_text, resolve
from backend.pretrained.hub_cache import find_local
from backend.pretrained.image_text import _activation
from backend.pretrained.open_clip_import import import_open_clip
from backend.pretrained.precision import choose_precision

CPU = torch.device("cpu")
open_clip = import_open_clip()


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to / "model"))


def test_a_folder_is_loaded_with_its_own_words(guide_folder: Path):
    model = load_image_text(resolve(str(guide_folder)), CPU)
    assert model.size == 32 and float(model.mean.flatten()[0]) == 0.5
    picture = model.embed_pictures(torch.rand(2, 3, 48, 48))
    torch.testing.assert_close(picture.norm(dim=-1), torch.ones(2))
    torch.testing.assert_close(model.embed_text("a red cube").norm(), torch.tensor(1.0))
    assert not any(parameter.requires_grad for parameter in model.model.parameters())


def test_a_checkpoint_file_beside_its_config_is_loaded(guide_folder: Path):
    by_file = load_image_text(resolve(str(guide_folder / "open_clip_model.safetensors")), CPU)
    by_folder = load_image_text(resolve(f"local-dir:{guide_folder}"), CPU)
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


def test_nothing_is_fetched_without_consent(hub: LoopbackHub):
    with pytest.raises(ModelError) as raised:
        load_image_text(resolve("ViT-B-32/laion2b_s34b_b79k"), CPU)
    assert "(605 MB, license MIT): allow the download" in raised.value.sentence
    assert hub.requests == []


@pytest.mark.parametrize("name", ["hf-hub:tiny/guide", "ViT-B-32/laion2b_s34b_b79k"])
def test_a_repository_is_fetched_and_read_as_its_config_says(hub: LoopbackHub, guide_folder: Path, name: str):
    choice = resolve(name)
    hub.repositories[choice.repository] = guide_folder
    fetched = load_image_text(choice, CPU, allow_download=True)
    (state,) = [load_image_text(resolve(str(guide_folder)), CPU).model.state_dict()]
    assert all(torch.equal(tensor, state[key]) for key, tensor in fetched.model.state_dict().items())
    assert float(fetched.mean.flatten()[0]) == 0.5
    assert fetched.card["source"] == f"{choice.repository}@{hub.commit(choice.repository)[:12]}"
    hub.requests.clear()
    load_image_text(choice, CPU)
    assert hub.requests == [], "what is here is read without a question"


@pytest.fixture
def tiny_architecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    """An architecture and a tag that open_clip knows, and whose weights come without a config: as ViTamin's do."""
    from open_clip import pretrained

    config = {
        "embed_dim": 16,
        "quick_gelu": True,
        "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8},
        "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 8, "heads": 2, "layers": 1},
    }
    (tmp_path / "tiny-clip.json").write_text(json.dumps(config))
    open_clip.add_model_config(tmp_path / "tiny-clip.json")
    tag = {"hf_hub": "tiny/clip/pytorch_model.bin", "mean": (0.1, 0.2, 0.3), "std": (1.0, 1.0, 1.0)}
    monkeypatch.setitem(pretrained._PRETRAINED, "tiny-clip", {"random": tag})
    return config


def test_weights_without_a_config_are_read_by_the_architecture_s_name(
    hub: LoopbackHub, tiny_architecture: dict, tmp_path: Path
):
    torch.manual_seed(0)
    original = open_clip.CLIP(**tiny_architecture).eval()
    (tmp_path / "repository").mkdir()
    torch.save(original.state_dict(), tmp_path / "repository" / "pytorch_model.bin")
    hub.repositories["tiny/clip"] = tmp_path / "repository"
    loaded = load_image_text(resolve("tiny-clip/random"), CPU, allow_download=True)
    picture = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        expected = original.encode_image(picture - torch.tensor([0.1, 0.2, 0.3]).view(3, 1, 1), normalize=True)
    torch.testing.assert_close(loaded.embed_pictures(picture), expected)


@pytest.fixture
def with_foreign_text(hub: LoopbackHub, tmp_path: Path) -> Path:
    """An open_clip folder whose text encoder is RoBERTa, of which only the name on the hub is written."""
    from transformers import RobertaConfig

    encoder = tmp_path / "encoder"
    vocabulary = len(clip_tokenizer(encoder))
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    RobertaConfig(vocab_size=vocabulary, max_position_embeddings=100, **sizes).save_pretrained(encoder)
    hub.repositories["tiny/roberta"] = encoder
    text = {"hf_model_name": str(encoder), "hf_model_pretrained": False, "hf_pooler_type": "mean_pooler",
            "hf_proj_type": "linear", "context_length": 24}  # fmt: skip
    vision = {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8}
    model = open_clip.CustomTextCLIP(16, vision, text)
    folder = tmp_path / "open_clip"
    clip_tokenizer(folder).save_pretrained(folder)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    names = {"hf_model_name": "tiny/roberta", "hf_tokenizer_name": "tiny/roberta"}
    config = {"embed_dim": 16, "vision_cfg": vision, "text_cfg": {**text, **names}}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": {}}))
    return folder


def test_a_foreign_text_encoder_s_config_comes_only_with_consent(hub: LoopbackHub, with_foreign_text: Path):
    with pytest.raises(ModelError, match="tiny/roberta cannot be used, for it is not on this machine"):
        load_image_text(resolve(str(with_foreign_text)), CPU)
    assert hub.requests == []
    model = load_image_text(resolve(str(with_foreign_text)), CPU, allow_download=True)
    torch.testing.assert_close(model.embed_text("a red cube").norm(), torch.tensor(1.0))
    assert not torch.allclose(model.embed_text("a red cube"), model.embed_text("blue"))


def test_the_command_fetches_the_words_of_a_model_with_it(hub: LoopbackHub, with_foreign_text: Path, capsys):
    for path in with_foreign_text.iterdir():
        if not path.name.startswith("open_clip"):
            path.unlink()  # the repository leaves its tokenizer to another
    hub.repositories["tiny/multilingual"] = with_foreign_text
    assert commands.main(["models", "fetch", "hf-hub:tiny/multilingual", "--yes"]) == 0
    assert find_local("tiny/roberta", "words"), capsys.readouterr()
    hub.requests.clear()
    model = load_image_text(resolve("hf-hub:tiny/multilingual"), CPU)
    assert hub.requests == [] and model.tokenizer(["red"]).shape == (1, 24)


def test_a_tokenizer_of_the_hub_comes_only_with_consent(
    hub: LoopbackHub, tiny_architecture: dict, with_foreign_text: Path, tmp_path: Path
):
    config = tiny_architecture | {"text_cfg": {**tiny_architecture["text_cfg"], "hf_tokenizer_name": "tiny/roberta"}}
    (tmp_path / "tiny-foreign.json").write_text(json.dumps(config))
    open_clip.add_model_config(tmp_path / "tiny-foreign.json")
    torch.save(open_clip.CLIP(**tiny_architecture).state_dict(), tmp_path / "random.pt")
    choice = resolve(f"tiny-foreign/{tmp_path / 'random.pt'}")
    with pytest.raises(ModelError, match="tiny/roberta cannot be used"):
        load_image_text(choice, CPU)
    loaded = load_image_text(choice, CPU, allow_download=True)
    assert loaded.tokenizer(["red"]).shape == (1, 77)
    assert loaded.tokenizer.tokenizer.decode(loaded.tokenizer(["red"])[0], skip_special_tokens=True) == "red"


def test_a_model_that_is_larger_than_memory_has_a_sentence(guide_folder: Path, tmp_path: Path):
    folder = copied(guide_folder, tmp_path)
    with open(folder / "open_clip_model.safetensors", "r+b") as file:
        file.truncate(5 * 10**12)  # a hole: it takes no room
    with pytest.raises(MemoryShortError, match="needs about .* MB of memory on the cpu, where .* MB are free"):
        load_image_text(resolve(str(folder)), CPU)


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
        load_image_text(resolve("embedded-clip", tmp_path), CPU)


def test_openai_s_weights_have_quick_gelu_whatever_their_folder_says(
    hub: LoopbackHub, tiny_architecture, tmp_path: Path
):
    """The tag in open_clip's list decides; the config on the hub has forgotten it. By architecture, by repository."""
    from open_clip import pretrained

    pretrained._PRETRAINED["tiny-clip"]["random"]["quick_gelu"] = True
    torch.manual_seed(0)
    original = open_clip.CLIP(**tiny_architecture).eval()
    folder = tmp_path / "repository"
    folder.mkdir()
    torch.save(original.state_dict(), folder / "open_clip_pytorch_model.bin")
    forgetful = {name: value for name, value in tiny_architecture.items() if name != "quick_gelu"}
    mean = {"mean": [0.0] * 3, "std": [1.0] * 3}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": forgetful, "preprocess_cfg": mean}))
    hub.repositories["tiny/clip"] = folder
    picture = torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        expected = original.encode_image(picture, normalize=True)
    for name in ("tiny-clip/random", "hf-hub:tiny/clip"):
        torch.testing.assert_close(load_image_text(resolve(name), CPU, True).embed_pictures(picture), expected)
    pretrained._PRETRAINED["tiny-clip"]["random"].pop("quick_gelu")
    other = load_image_text(resolve("hf-hub:tiny/clip"), CPU).embed_pictures(picture)
    assert not torch.allclose(other, expected, atol=1e-3), "the two activations can be told apart here"


def test_the_real_list_says_so_of_openai_s_weights():
    for name in ("ViT-B-32/openai", "ViT-B-16/openai", "ViT-L-14/openai"):
        assert _activation(resolve(name)) == {"quick_gelu": True}
        assert _activation(resolve(f"hf-hub:{resolve(name).repository}")) == {"quick_gelu": True}
    assert _activation(resolve("ViT-B-32/laion2b_s34b_b79k")) == {}


@pytest.mark.parametrize("weight", [1.0, 1e-6, 1e6])
def test_in_half_precision_slopes_are_those_of_single(guide_folder: Path, weight: float):
    """Unscaled, a slope of 1e-9 a pixel would be nothing in half precision, and one of 1e6 infinite."""
    slopes = []
    for precision in (torch.float32, torch.float16):
        model = load_image_text(resolve(str(guide_folder)), CPU, precision=precision)
        assert model.precision == precision == next(model.model.parameters()).dtype
        picture = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(1)).requires_grad_()
        embedded = model.embed_pictures(picture)
        assert embedded.dtype == torch.float32
        (weight * (embedded @ model.embed_text("a red cube")).sum()).backward()
        slopes.append(picture.grad)
    single, half = slopes
    assert float((half - single).norm() / single.norm()) < 0.02


def test_on_a_card_half_is_taken_by_itself_and_the_embedded_model_keeps_single():
    assert choose_precision("auto", torch.device("cuda")) == torch.float16
    assert load_image_text(resolve("embedded-clip"), CPU).precision == torch.float32
