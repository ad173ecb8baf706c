"""Models in the hub's cache that another program has fetched: found, used, refused when cut, never deleted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
import torch
from loopback_hub import PIPELINE, LoopbackHub
from random_models import random_stable_diffusion, write_guide

from backend.cli import commands
from backend.errors import ModelError
from backend.pretrained import load_image_text, local_folder, resolve
from backend.pretrained.foreign_models import find_foreign, foreign_models
from backend.pretrained.hub_cache import LOCK_FILE, repository_folder
from backend.pretrained.inventory import FOREIGN, model_statuses

COMMIT = "ab" * 20
CPU = torch.device("cpu")


def as_the_hub_lays_it(source: Path, repository: str, cache: Path, commit: str = COMMIT, *, links: bool = True) -> Path:
    """A snapshot as huggingface_hub's own `snapshot_download` leaves it: bytes in blobs, names that point to them."""
    folder = cache / f"models--{repository.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True, exist_ok=True)
    (folder / "refs" / "main").write_text(commit)
    (folder / "blobs").mkdir(exist_ok=True)
    for file in (path for path in source.rglob("*") if path.is_file()):
        pointer = folder / "snapshots" / commit / file.relative_to(source)
        pointer.parent.mkdir(parents=True, exist_ok=True)
        blob = folder / "blobs" / hashlib.sha256(file.read_bytes()).hexdigest()
        shutil.copyfile(file, blob if links else pointer)
        if links:
            pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    return folder / "snapshots" / commit


@pytest.fixture(scope="module")
def small_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_stable_diffusion(tmp_path_factory.mktemp("foreign"), variant="fp16")


@pytest.mark.parametrize("links", [True, False])
def test_a_pipeline_of_another_program_is_used_without_consent_or_network(
    hub: LoopbackHub, cache: Path, small_pipeline: Path, links: bool
):
    folder = as_the_hub_lays_it(small_pipeline, PIPELINE, cache, links=links)
    assert local_folder(resolve("stable-diffusion-1.5"), allow_download=False) == folder
    assert find_foreign(PIPELINE, "diffusion") == folder and hub.requests == []
    assert resolve("stable-diffusion-1.5").card["source"] == f"{PIPELINE}@{COMMIT[:12]}"
    status = next(model for model in model_statuses() if model.name == "stable-diffusion-1.5")
    assert status.state == FOREIGN and status.is_here


def test_an_image_text_model_of_another_program_is_read(hub: LoopbackHub, cache: Path, tmp_path: Path):
    guide = write_guide(tmp_path / "guide")
    as_the_hub_lays_it(guide, "somebody/a-clip", cache)
    loaded = load_image_text(resolve("hf-hub:somebody/a-clip"), CPU)
    expected = load_image_text(resolve(str(guide)), CPU)
    torch.testing.assert_close(loaded.embed_text("a red cube"), expected.embed_text("a red cube"))
    assert hub.requests == []
    assert ("somebody/a-clip", "image_text") in list(foreign_models())
    assert any(model.name == "hf-hub:somebody/a-clip" and model.is_here for model in model_statuses())


def cut(file: Path) -> None:
    content = file.resolve().read_bytes()
    file.resolve().write_bytes(content[: len(content) // 2])


def dangling(file: Path) -> None:
    file.resolve().unlink()


def empty(file: Path) -> None:
    file.resolve().write_bytes(b"")


def no_header(file: Path) -> None:
    file.resolve().write_bytes(b"\xff" * 64)


@pytest.mark.parametrize("damage", [cut, dangling, empty, no_header])
@pytest.mark.parametrize(
    "part", ["unet/diffusion_pytorch_model.fp16.safetensors", "text_encoder/model.fp16.safetensors"]
)
def test_what_is_not_whole_is_not_taken_for_a_model(
    hub: LoopbackHub, cache: Path, small_pipeline: Path, damage, part: str
):
    folder = as_the_hub_lays_it(small_pipeline, PIPELINE, cache)
    damage(folder / part)
    assert find_foreign(PIPELINE, "diffusion") is None
    with pytest.raises(ModelError, match="it is not on this machine"):
        local_folder(resolve("stable-diffusion-1.5"))


def test_a_shard_that_is_missing_is_missed(hub: LoopbackHub, cache: Path, small_pipeline: Path, tmp_path: Path):
    source = Path(shutil.copytree(small_pipeline, tmp_path / "sharded"))
    weights = source / "unet" / "diffusion_pytorch_model.fp16.safetensors"
    first = weights.with_name("diffusion_pytorch_model.fp16-00001-of-00002.safetensors")
    second = weights.with_name("diffusion_pytorch_model.fp16-00002-of-00002.safetensors")
    weights.rename(first)
    shutil.copyfile(first, second)
    index = {"weight_map": {"a": first.name, "b": second.name}}
    (source / "unet" / "diffusion_pytorch_model.safetensors.index.fp16.json").write_text("{}")
    (source / "unet" / "diffusion_pytorch_model.fp16.safetensors.index.json").write_text(json.dumps(index))
    folder = as_the_hub_lays_it(source, PIPELINE, cache)
    assert find_foreign(PIPELINE, "diffusion") == folder
    (folder / "unet" / second.name).unlink()
    assert find_foreign(PIPELINE, "diffusion") is None


@pytest.mark.parametrize("nothing", ["no cache", "no snapshot", "another kind", "nonsense"])
def test_where_there_is_no_model_none_is_found(hub: LoopbackHub, cache: Path, small_pipeline: Path, nothing: str):
    folder = repository_folder(PIPELINE)
    if nothing == "no snapshot":
        (folder / "blobs").mkdir(parents=True)
    elif nothing == "another kind":
        as_the_hub_lays_it(small_pipeline / "tokenizer", PIPELINE, cache)
    elif nothing == "nonsense":
        (folder / "snapshots" / COMMIT).mkdir(parents=True)
        (folder / "snapshots" / COMMIT / "model_index.json").write_text("[" * 5000)
    assert find_foreign(PIPELINE, "diffusion") is None and list(foreign_models()) == []


def test_what_another_program_fetched_is_not_removed(hub: LoopbackHub, cache: Path, small_pipeline: Path, capsys):
    folder = as_the_hub_lays_it(small_pipeline, PIPELINE, cache)
    assert commands.main(["models", "remove", "stable-diffusion-1.5"]) == 1
    assert "was fetched by another program" in capsys.readouterr().err and folder.is_dir()


def test_the_table_says_what_is_recommended_what_fits_and_how_long(hub: LoopbackHub, cache: Path, capsys):
    assert commands.main(["models", "list"]) == 0
    told = capsys.readouterr().out
    lines = told.splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("stable-diffusion-2.1-base"))
    assert lines[row + 1].strip().startswith("recommended; diffusion") and "here, on " in lines[row + 1]
    assert " at normal" in lines[row + 1] and ("fits, about" in lines[row + 1] or "not fit, about" in lines[row + 1])
    turbo = next(i for i, line in enumerate(lines) if line.startswith("sd-turbo"))
    assert "distilled to be asked without guidance" in lines[turbo + 1]


def test_what_we_were_stopped_at_is_not_taken_for_another_program_s(
    hub: LoopbackHub, cache: Path, small_pipeline: Path
):
    as_the_hub_lays_it(small_pipeline, PIPELINE, cache)
    assert find_foreign(PIPELINE, "diffusion") is not None
    (repository_folder(PIPELINE) / LOCK_FILE).touch()
    assert find_foreign(PIPELINE, "diffusion") is None
