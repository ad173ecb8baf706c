"""Folders that were made to do harm, by every door: nothing of theirs runs, and no hub hears of it."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from loopback_hub import PIPELINE, LoopbackHub
from random_models import random_controlnet, random_stable_diffusion, write_diffusion, write_guide

from backend.config import JobConfig, ScoreDistillationConfig, from_json
from backend.errors import DreamwrightError, ModelError, RemoteCodeError, ShareError
from backend.evaluate.clip_scorer import build_clip_scorer
from backend.guidance.diffusion.load import Source, load_diffusion
from backend.guidance.view_diffusion import ViewDiffusion
from backend.pretrained import load_image_text, resolve
from backend.pretrained.image_encoder import load_image_encoder
from backend.pretrained.offline import VARIABLES, offline, online

CPU = torch.device("cpu")
WANTS_CODE = {"hf_tokenizer_name": "x/y", "tokenizer_kwargs": {"trust_remote_code": True}}


def image_text(folder: Path) -> None:
    load_image_text(resolve(str(folder)), CPU)


def image_encoder(folder: Path) -> None:
    load_image_encoder(str(folder), CPU)


def clip_scorer(folder: Path) -> None:
    wanted = {"prompt": "a red cube", "early_stopping": {"model": str(folder), "every": 1}}
    build_clip_scorer(from_json(wanted), CPU, print)


IMAGE_TEXT_DOORS = [image_text, image_encoder, clip_scorer]


def text_diffusion(folder: Path, control: Path | None = None) -> None:
    load_diffusion(Source("model", folder, ScoreDistillationConfig(), CPU, control=control), ["a red cube"])


def changed(path: Path, change: Callable[[dict], None]) -> None:
    content = json.loads(path.read_text()) if path.is_file() else {}
    change(content)
    path.write_text(json.dumps(content))


def evil_guide(folder: Path, text: dict | None = None, vision: dict | None = None, code: str = "tok.Evil") -> Path:
    """An open_clip folder whose tokenizer is a class of its own, which leaves a file behind when it is imported."""
    folder.mkdir()
    write_guide(folder)
    (folder / "bpe.txt.gz").unlink()

    def ask(config: dict) -> None:
        config["model_cfg"]["text_cfg"] |= text or {}
        config["model_cfg"]["vision_cfg"] |= vision or {}

    changed(folder / "open_clip_config.json", ask)
    if code:
        content = {"tokenizer_class": "Evil", "auto_map": {"AutoTokenizer": [code, None]}}
        (folder / "tokenizer_config.json").write_text(json.dumps(content))
        (folder / "config.json").write_text('{"model_type": "clip"}')
        ran = f"open({str(folder / 'ran')!r}, 'w').close()\n"
        source = "from transformers import CLIPTokenizer\nclass Evil(CLIPTokenizer): pass\n"
        (folder / "tok.py").write_text(ran + source)
    return folder


@pytest.mark.parametrize("load", IMAGE_TEXT_DOORS)
@pytest.mark.parametrize("text", [WANTS_CODE, {"hf_tokenizer_name": "x/y"}])
@pytest.mark.parametrize("code", ["tok.Evil", "stranger/net--tok.Evil"])
def test_code_of_a_folder_is_refused_by_every_door(load, text, code, hub: LoopbackHub, tmp_path: Path):
    folder = evil_guide(tmp_path / "model", text, code=code)
    with pytest.raises(RemoteCodeError, match="asks "):
        load(folder)
    assert not (folder / "ran").exists() and hub.requests == []


@pytest.mark.parametrize(
    "text",
    [
        {"tokenizer_kwargs": {"trust_remote_code": True}, "hf_tokenizer_name": "x/y"},
        {"tokenizer_kwargs": {"code_revision": "main"}},
        {"tokenizer_kwargs": {"token": "hf_x"}},
        {"tokenizer_kwargs": {"cache_dir": "/tmp"}},
        {"hf_model_name": "//host/share"},
        {"hf_model_name": "/etc"},
        {"hf_tokenizer_name": "..\\..\\x"},
        {"hf_model_name": ["a"]},
        {"hf_model_name": "hf-hub:stranger/net"},
        {"norm_kwargs": {"trust_remote_code": True}},
        {"act_kwargs": {"anything": 1}},
        {"unheard_of": 1},
    ],
)
def test_what_a_config_asks_for_beyond_what_is_known_is_refused(text: dict, hub: LoopbackHub, tmp_path: Path):
    folder = evil_guide(tmp_path / "model", text, code="")
    with pytest.raises(RemoteCodeError):
        image_text(folder)
    assert hub.requests == []


@pytest.mark.parametrize("name", ["hf-hub:stranger/net", "hf_hub:stranger/net", "local-dir:/x", "stranger/net", 5])
def test_a_model_of_timm_is_one_that_timm_knows(name: object, hub: LoopbackHub, tmp_path: Path):
    folder = evil_guide(tmp_path / "model", vision={"timm_model_name": name, "timm_model_pretrained": True}, code="")
    with pytest.raises(RemoteCodeError, match="timm_model_name"):
        image_text(folder)
    assert hub.requests == []


def test_weights_of_timm_s_own_are_not_fetched(hub: LoopbackHub, tmp_path: Path):
    vision = {"timm_model_name": "test_vit", "timm_model_pretrained": True}
    folder = evil_guide(tmp_path / "model", vision=vision, code="")
    with pytest.raises(ModelError):
        image_text(folder)
    assert hub.requests == []


@pytest.mark.parametrize("text", [{"hf_model_name": "stranger/net"}, {"hf_tokenizer_name": "stranger/net"}])
def test_words_that_lie_on_a_hub_are_not_asked_for(text: dict, hub: LoopbackHub, tmp_path: Path):
    folder = evil_guide(tmp_path / "model", text, code="")
    with pytest.raises(ModelError, match="stranger/net cannot be used, for it is not on this machine"):
        image_text(folder)
    assert hub.requests == []


def test_what_was_fetched_is_trusted_no_more(hub: LoopbackHub, tmp_path: Path):
    hub.repositories["stranger/net"] = evil_guide(tmp_path / "repository", WANTS_CODE)
    with pytest.raises(RemoteCodeError):
        load_image_text(resolve("hf-hub:stranger/net"), CPU, allow_download=True)
    assert not (tmp_path / "repository" / "ran").exists()


def test_words_that_were_fetched_are_trusted_no_more(hub: LoopbackHub, tmp_path: Path):
    hub.repositories["stranger/net"] = evil_guide(tmp_path / "repository")
    folder = evil_guide(tmp_path / "model", {"hf_model_name": "stranger/net"}, code="")
    with pytest.raises(RemoteCodeError, match="auto_map"):
        load_image_text(resolve(str(folder)), CPU, allow_download=True)
    assert not (tmp_path / "repository" / "ran").exists()


def test_a_file_on_another_machine_is_not_opened_for_a_config(tmp_path: Path):
    folder = evil_guide(tmp_path / "model", {"hf_tokenizer_name": "x/y"}, code="")
    (folder / "tokenizer_config.json").write_text('{"vocab_file": "\\\\\\\\host\\\\share\\\\vocab.json"}')
    with pytest.raises(RemoteCodeError, match="on another machine"):
        image_text(folder)


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "\x00", ""])
def test_settings_that_cannot_be_read_are_one_sentence(text: str, tmp_path: Path):
    folder = evil_guide(tmp_path / "model", code="")
    (folder / "tokenizer_config.json").write_text(text)
    with pytest.raises(ModelError, match="tokenizer_config.json"):
        image_text(folder)


def test_settings_larger_than_any_are_not_read(tmp_path: Path):
    folder = evil_guide(tmp_path / "model", code="")
    with open(folder / "tokenizer_config.json", "wb") as file:
        file.truncate(10**10)
    with pytest.raises(ModelError, match="too large for a model's settings"):
        image_text(folder)


class Boom:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_pickles_run_nothing_by_any_door(hub: LoopbackHub, tmp_path: Path):
    ran = tmp_path / "ran"
    guide = evil_guide(tmp_path / "guide", code="")
    (guide / "open_clip_model.safetensors").unlink()
    pipeline = random_stable_diffusion(tmp_path / "pipeline")
    for part in ("unet", "text_encoder", "vae"):
        for weights in (pipeline / part).glob("*.safetensors"):
            weights.unlink()
    control = random_controlnet(tmp_path / "control")
    (control / "diffusion_pytorch_model.safetensors").unlink()
    single = tmp_path / "single.ckpt"
    places = [guide / "open_clip_pytorch_model.bin", pipeline / "unet" / "diffusion_pytorch_model.bin",
              pipeline / "text_encoder" / "pytorch_model.bin", pipeline / "vae" / "diffusion_pytorch_model.bin",
              control / "diffusion_pytorch_model.bin", single, tmp_path / "eye.pth"]  # fmt: skip
    for place in places:
        torch.save({"state_dict": Boom(ran)}, place)
        assert b"ran" in place.read_bytes()
    whole = random_stable_diffusion(tmp_path / "whole")
    doors = [lambda: image_text(guide), lambda: text_diffusion(pipeline), lambda: text_diffusion(whole, control),
             lambda: text_diffusion(single), lambda: load_image_encoder(f"timm/test_vit/{tmp_path / 'eye.pth'}", CPU),
             lambda: image_text(Path(f"ViT-B-32/{tmp_path / 'eye.pth'}"))]  # fmt: skip
    for door in doors:
        with pytest.raises(ModelError):
            door()
    single.write_bytes(pickle.dumps(Boom(ran)))
    with pytest.raises(ModelError):
        text_diffusion(single)
    assert not ran.exists() and hub.requests == []


EVIL_INDICES: dict[str, Callable[[dict], None]] = {
    "a pipeline of the folder": lambda index: index.update(_class_name=["pipeline_evil", "Evil"]),
    "an unknown pipeline": lambda index: index.update(_class_name="EvilPipeline"),
    "a module as library": lambda index: index.update(text_encoder=["evil", "Evil"]),
    "a part that is not read": lambda index: index.update(safety_checker=["evil", "Evil"]),
    "another class of the library": lambda index: index.update(text_encoder=["transformers", "AutoModel"]),
    "another library": lambda index: index.update(vae=["os", "system"]),
    "a custom pipeline": lambda index: index.update(custom_pipeline="stranger/net"),
    "code allowed": lambda index: index.update(trust_remote_code=True),
    "a part more": lambda index: index.update(evil=["evil", "Evil"]),
}


@pytest.mark.parametrize("change", EVIL_INDICES.values(), ids=EVIL_INDICES.keys())
def test_a_pipeline_names_only_classes_that_we_read(change, hub: LoopbackHub, tmp_path: Path):
    folder = random_stable_diffusion(tmp_path / "pipeline")
    changed(folder / "model_index.json", change)
    for place in (folder, folder / "text_encoder", folder / "vae"):
        (place / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\nclass Evil: pass\n")
    with pytest.raises(RemoteCodeError):
        text_diffusion(folder)
    assert not (tmp_path / "ran").exists() and hub.requests == []


@pytest.mark.parametrize("part", ["unet", "text_encoder", "tokenizer", "vae"])
def test_a_part_of_a_pipeline_asks_for_no_code(part: str, hub: LoopbackHub, tmp_path: Path):
    folder = random_stable_diffusion(tmp_path / "pipeline")
    name = "tokenizer_config.json" if part == "tokenizer" else "config.json"
    changed(folder / part / name, lambda config: config.update(auto_map={"AutoModel": "stranger/net--m.Evil"}))
    with pytest.raises(RemoteCodeError, match="auto_map"):
        text_diffusion(folder)
    assert hub.requests == []


@pytest.mark.parametrize("index", ["[]", "5", '{"unet": 5}', '{"unet": []}', "[" * 100_000, "null"])
def test_an_index_of_another_shape_is_one_sentence(index: str, tmp_path: Path):
    folder = random_stable_diffusion(tmp_path / "pipeline")
    (folder / "model_index.json").write_text(index)
    with pytest.raises(ModelError):
        text_diffusion(folder)


def test_a_pipeline_that_lacks_a_part_asks_no_hub(hub: LoopbackHub, tmp_path: Path):
    folder = random_stable_diffusion(tmp_path / "pipeline")
    shutil.rmtree(folder / "tokenizer")
    with pytest.raises(ModelError):
        text_diffusion(folder)
    assert hub.requests == []


def test_a_single_file_without_consent_asks_no_hub(hub: LoopbackHub, tmp_path: Path):
    torch.save({"state_dict": {"model.diffusion_model.x": torch.zeros(1)}}, tmp_path / "model.ckpt")
    with pytest.raises(ModelError, match="allow the download once"):
        text_diffusion(tmp_path / "model.ckpt")
    assert hub.requests == []


def test_a_controlnet_asks_for_no_code(hub: LoopbackHub, tmp_path: Path):
    control = random_controlnet(tmp_path / "control")
    changed(control / "config.json", lambda config: config.update(attn_implementation="stranger/kernels"))
    with pytest.raises(RemoteCodeError, match="attn_implementation"):
        text_diffusion(random_stable_diffusion(tmp_path / "pipeline"), control)
    assert hub.requests == []


def test_a_folder_of_our_kind_asks_for_no_code(hub: LoopbackHub, tmp_path: Path):
    folder = write_diffusion(tmp_path)
    changed(folder / "transformer" / "config.json", lambda config: config.update(auto_map={"AutoModel": "m.Evil"}))
    with pytest.raises(RemoteCodeError, match="auto_map"):
        ViewDiffusion.load(folder, CPU)
    assert hub.requests == []


@pytest.mark.parametrize("name", ["//host/share", r"\\host\share", r"\\?\UNC\host\share", "local-dir://host/share",
                                  "timm/test_vit/" + r"\\host\share\w.pth", "file://host/share",
                                  "ViT-B-32/" + r"\\host\share\w.pt"])  # fmt: skip
def test_a_model_on_a_share_is_not_looked_for(name: str):
    for door in (resolve, lambda path: load_image_encoder(path, CPU)):
        with pytest.raises(ShareError, match="is on a network share"):
            door(name)


def test_offline_holds_for_every_thread_but_one_that_may(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    from huggingface_hub import HfApi, constants

    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    asked: list[str] = []

    def ask(name: str) -> None:
        try:
            HfApi().model_info(PIPELINE)
            asked.append(name)
        except Exception as refused:
            assert "offline" in str(refused)

    def consenting() -> None:
        with online():
            ask("consenting")

    with offline():
        with offline():
            ask("nested")
        assert {os.environ[name] for name in VARIABLES} == {"1"} and constants.HF_HUB_OFFLINE
        for target in (lambda: ask("another thread"), consenting):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
    ask("afterwards")
    assert asked == ["consenting", "afterwards"]
    assert os.environ["HF_HUB_OFFLINE"] == "0" and constants.HF_HUB_OFFLINE is False


def test_offline_ends_with_an_error_as_well(hub: LoopbackHub):
    from huggingface_hub import constants

    before = dict(os.environ)
    with pytest.raises(KeyError), offline():
        raise KeyError
    assert dict(os.environ) == before and constants.HF_HUB_OFFLINE is False


def test_a_person_who_forbids_the_hub_is_not_overruled(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with offline(), online(), pytest.raises(DreamwrightError, match="HF_HUB_OFFLINE forbids"):
        load_image_text(resolve("hf-hub:stranger/net"), CPU, allow_download=True)
    assert JobConfig().allow_download is False and hub.requests == []
