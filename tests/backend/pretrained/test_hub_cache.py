"""What counts as here, what is found broken, and what a removal takes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from loopback_hub import CONTROLNET, PIPELINE, UNET, LoopbackHub

from backend.errors import DiskError, ModelError
from backend.pretrained import fetch, local_folder, resolve
from backend.pretrained.hub_cache import (
    arrived_bytes,
    digest_of,
    find_local,
    read_record,
    records,
    remove,
    repository_folder,
)

NAME = "stable-diffusion-1.5"


@pytest.fixture
def folder(hub: LoopbackHub) -> Path:
    return fetch(resolve(NAME))


def test_without_its_record_a_snapshot_is_no_model(folder: Path):
    (repository_folder(PIPELINE) / "dreamwright.diffusion.json").unlink()
    assert find_local(PIPELINE, "diffusion") is None
    with pytest.raises(ModelError, match="it is not on this machine"):
        local_folder(resolve(NAME))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": 3}', '{"files": {}, "commit": "x"}'])
def test_half_a_record_is_none(folder: Path, content: str):
    (repository_folder(PIPELINE) / "dreamwright.diffusion.json").write_text(content)
    assert find_local(PIPELINE, "diffusion") is None and read_record(PIPELINE, "diffusion") is None and records() == []


def test_a_file_that_is_gone_or_shorter_is_noticed_at_once(folder: Path, hub: LoopbackHub):
    blob = (folder / UNET).resolve()
    blob.write_bytes(blob.read_bytes()[:-1])
    (folder / "vae" / "config.json").unlink()
    assert find_local(PIPELINE, "diffusion") is None
    assert set(read_record(PIPELINE, "diffusion").missing_files()) == {UNET, "vae/config.json"}
    hub.requests.clear()
    assert local_folder(resolve(NAME), allow_download=True) == folder
    assert hub.bytes_sent("text_encoder/model.fp16.safetensors") == 0, "only what is broken comes again"


def test_a_changed_byte_is_found_by_reading(folder: Path):
    record = read_record(PIPELINE, "diffusion")
    assert record.corrupt_files() == []
    for name in (UNET, "scheduler/scheduler_config.json"):
        blob = (folder / name).resolve()
        content = bytearray(blob.read_bytes())
        content[100] ^= 1
        blob.write_bytes(content)
    assert find_local(PIPELINE, "diffusion") == folder, "sizes are as they were"
    assert set(record.corrupt_files()) == {UNET, "scheduler/scheduler_config.json"}
    fetch(resolve(NAME))
    assert record.corrupt_files() == []


def test_kinds_of_one_repository_are_apart(hub: LoopbackHub, guide_folder: Path):
    hub.repositories["tiny/guide"] = guide_folder
    fetch(resolve("hf-hub:tiny/guide"))
    assert find_local("tiny/guide", "image_text") and find_local("tiny/guide", "words") is None


def test_a_removal_takes_one_model_and_no_other(folder: Path, hub: LoopbackHub, cache: Path):
    other = fetch(resolve("controlnet-depth"))
    size = read_record(PIPELINE, "diffusion").bytes
    freed = remove(PIPELINE)
    assert size <= freed < size + 10_000, "and a record"
    assert not repository_folder(PIPELINE).exists()
    assert find_local(CONTROLNET, "controlnet") == other and [record.repository for record in records()] == [CONTROLNET]
    with pytest.raises(ModelError, match="Nothing of .* lies in"):
        remove(PIPELINE)


def test_a_removal_takes_the_rest_of_a_stopped_download(hub: LoopbackHub):
    hub.cut_after, hub.broken_after_cut = {UNET: 300_000}, True
    with pytest.raises(ModelError):
        fetch(resolve(NAME))
    assert arrived_bytes(PIPELINE) > 0
    assert remove(PIPELINE) > arrived_bytes(PIPELINE) == 0


def test_nothing_outside_the_cache_is_removed(cache: Path, tmp_path: Path):
    """A link to a folder elsewhere, or names that climb: what lies there stays."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    cache.mkdir()
    repository_folder("tiny/link").symlink_to(elsewhere)
    for name in ("tiny/link", "../../elsewhere", ".."):
        with pytest.raises(ModelError, match="Nothing of"):
            remove(name)
    assert elsewhere.is_dir() and cache.is_dir()


def test_a_folder_that_cannot_be_deleted_has_a_sentence(folder: Path):
    record = repository_folder(PIPELINE) / "dreamwright.diffusion.json"
    record.unlink()
    record.mkdir()
    with pytest.raises(DiskError, match="cannot be changed"):
        remove(PIPELINE)


@pytest.mark.process
def test_small_files_have_the_hash_that_git_gives(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"some bytes\n" * 1000)
    git = subprocess.run(["git", "hash-object", path], capture_output=True, text=True, check=True).stdout.strip()
    assert digest_of(path, "git") == git
