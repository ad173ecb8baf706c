"""Downloads from a hub on this machine: consent, what is fetched, resuming, verifying, and each way it fails."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from pathlib import Path

import pytest
import torch
from loopback_hub import PIPELINE, UNET, LoopbackHub, serving

from backend.errors import DiskError, ModelError
from backend.pretrained import fetch, local_folder, resolve
from backend.pretrained.hub_cache import find_local, read_record, repository_folder

NAME = "stable-diffusion-1.5"
NEEDED = {
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "text_encoder/model.fp16.safetensors",
    "tokenizer/merges.txt",
    "tokenizer/tokenizer.json",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "unet/config.json",
    UNET,
    "vae/config.json",
    "vae/diffusion_pytorch_model.fp16.safetensors",
}


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def partials() -> list[Path]:
    return list(repository_folder(PIPELINE).glob("blobs/*.incomplete"))


def test_without_consent_the_hub_is_not_even_asked(hub: LoopbackHub):
    with pytest.raises(ModelError) as raised:
        local_folder(resolve(NAME))
    assert "(about 2130 MB, license CreativeML Open RAIL-M): allow the download" in raised.value.sentence
    assert hub.requests == []


def test_only_what_is_needed_comes_and_diffusers_reads_it(hub: LoopbackHub, pipeline_repository: Path):
    from diffusers import DiffusionPipeline, UNet2DConditionModel

    folder = local_folder(resolve(NAME), allow_download=True)
    assert files_in(folder) == NEEDED
    assert all((folder / name).read_bytes() == (pipeline_repository / name).read_bytes() for name in NEEDED)
    pipeline = DiffusionPipeline.from_pretrained(folder, variant="fp16", safety_checker=None, local_files_only=True)
    original = UNet2DConditionModel.from_pretrained(pipeline_repository / "unet", variant="fp16")
    for fetched, there in zip(pipeline.unet.parameters(), original.parameters(), strict=True):
        assert torch.equal(fetched, there)


def test_what_is_here_is_used_without_asking_again(hub: LoopbackHub):
    folder = local_folder(resolve(NAME), allow_download=True)
    hub.requests.clear()
    assert local_folder(resolve(NAME)) == folder
    assert local_folder(resolve(PIPELINE), allow_download=True) == folder, "its repository names it as well"
    assert hub.requests == []
    assert resolve(NAME).card == {
        "name": NAME,
        "license": "CreativeML Open RAIL-M",
        "source": f"{PIPELINE}@{hub.commit(PIPELINE)[:12]}",
    }


def test_progress_counts_up_to_all_of_it(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backend.pretrained.download._SECONDS_BETWEEN_WORDS", 0.0)
    said: list[str] = []
    local_folder(resolve(NAME), True, said.append)
    counts = [re.search(r"([\d.]+) MB of ([\d.]+) MB", line) for line in said[:-1]]
    arrived = [float(match[1]) for match in counts if match]
    assert arrived == sorted(arrived) and len(arrived) == len(said) - 1 > 5
    total = sum(entry.size for entry in read_record(PIPELINE, "diffusion").files.values()) / 1e6
    assert {match[2] for match in counts if match} == {f"{total:.1f}"} and arrived[-1] == pytest.approx(total, abs=0.1)
    assert said[-1] == f"{NAME}: all of {total:.1f} MB is here, and verified"


def test_the_record_holds_sizes_and_hashes_of_what_was_served(hub: LoopbackHub, pipeline_repository: Path):
    fetch(resolve(NAME))
    record = read_record(PIPELINE, "diffusion")
    assert set(record.files) == NEEDED and record.commit == hub.commit(PIPELINE)
    content = (pipeline_repository / UNET).read_bytes()
    assert record.files[UNET].digest == "sha256:" + hashlib.sha256(content).hexdigest()
    index = (pipeline_repository / "model_index.json").read_bytes()
    git = hashlib.sha1(f"blob {len(index)}\0".encode() + index).hexdigest()
    assert record.files["model_index.json"].digest == "git:" + git


def test_a_stopped_download_is_not_used_and_goes_on_where_it_was(hub: LoopbackHub, pipeline_repository: Path):
    size, cut = (pipeline_repository / UNET).stat().st_size, 300_000
    hub.cut_after, hub.broken_after_cut = {UNET: cut}, True
    with pytest.raises(ModelError, match="refuses .* for now .it says 503.: run this again later"):
        local_folder(resolve(NAME), allow_download=True)
    [partial] = partials()
    arrived = partial.stat().st_size
    assert cut - 2**15 < arrived <= cut
    assert find_local(PIPELINE, "diffusion") is None
    with pytest.raises(ModelError, match=r"only a part of it \(0.3 MB\) is on this machine"):
        local_folder(resolve(NAME))

    hub.refuse, hub.requests = None, []
    folder = local_folder(resolve(NAME), allow_download=True)
    assert [request.offset for request in hub.files_asked(UNET) if request.sent] == [arrived]
    assert hub.bytes_sent(UNET) == size - arrived
    assert (folder / UNET).read_bytes() == (pipeline_repository / UNET).read_bytes()
    assert partials() == []


def test_a_connection_that_breaks_once_is_taken_up_in_the_same_call(hub: LoopbackHub, pipeline_repository: Path):
    hub.cut_after = {UNET: 300_000}
    folder = local_folder(resolve(NAME), allow_download=True)
    lost = hub.bytes_sent(UNET) - (pipeline_repository / UNET).stat().st_size
    assert 0 <= lost < 2**15, "no more than was not yet written"
    assert (folder / UNET).read_bytes() == (pipeline_repository / UNET).read_bytes()


def test_a_hub_that_cannot_resume_begins_again(hub: LoopbackHub, pipeline_repository: Path):
    hub.cut_after, hub.ignores_range = {UNET: 300_000}, True
    folder = local_folder(resolve(NAME), allow_download=True)
    assert (folder / UNET).read_bytes() == (pipeline_repository / UNET).read_bytes()


def test_an_interrupt_keeps_what_has_arrived(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C comes while bytes do; that of a real terminal is in test_models_command.py."""
    monkeypatch.setattr("backend.pretrained.download._SECONDS_BETWEEN_WORDS", 0.0)

    def interrupt(line: str) -> None:
        if partials() and partials()[0].stat().st_size:
            raise KeyboardInterrupt

    hub.seconds_a_piece = 0.01
    with pytest.raises(KeyboardInterrupt):
        local_folder(resolve(NAME), True, interrupt)
    [partial] = partials()
    kept = partial.stat().st_size
    hub.requests.clear()
    local_folder(resolve(NAME), allow_download=True)
    assert kept in [request.offset for request in hub.requests]


def test_bytes_that_change_on_the_way_are_thrown_away(hub: LoopbackHub):
    hub.corrupt = {UNET}
    with pytest.raises(ModelError, match=f"The file {UNET} of {PIPELINE} arrived damaged and was thrown away"):
        local_folder(resolve(NAME), allow_download=True)
    assert partials() == [] and find_local(PIPELINE, "diffusion") is None
    hub.corrupt = {"vae/config.json"}
    with pytest.raises(ModelError, match="The file vae/config.json"):
        local_folder(resolve(NAME), allow_download=True)
    hub.corrupt = set()
    assert files_in(local_folder(resolve(NAME), allow_download=True)) == NEEDED


def test_a_partial_file_of_other_bytes_is_found_out(hub: LoopbackHub):
    """What lies there from a program that wrote the same name is not trusted."""
    hub.cut_after, hub.broken_after_cut = {UNET: 300_000}, True
    with pytest.raises(ModelError):
        local_folder(resolve(NAME), allow_download=True)
    hub.refuse = None
    partials()[0].write_bytes(b"\0" * 1000)
    with pytest.raises(ModelError, match="arrived damaged"):
        local_folder(resolve(NAME), allow_download=True)
    assert local_folder(resolve(NAME), allow_download=True)


def test_a_partial_file_that_is_too_long_is_begun_again(hub: LoopbackHub, pipeline_repository: Path):
    digest = hashlib.sha256((pipeline_repository / UNET).read_bytes()).hexdigest()
    partial = repository_folder(PIPELINE) / "blobs" / f"{digest}.incomplete"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(b"\0" * 10_000_000)
    assert local_folder(resolve(NAME), allow_download=True)


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (401, "GatedRepo", "only to those who accept its license: accept it at .*, then log in with `hf auth login`"),
        (403, "GatedRepo", "only to those who accept its license"),
        (403, "", "only to those who accept its license"),
        (401, "RepoNotFound", "has no model .* .or it is private.: check the name"),
        (404, "RepoNotFound", "has no model .* check the name"),
        (500, "", "refuses .* for now .it says 500."),
    ],
)
@pytest.mark.parametrize("where", ["refuse", "refuse_files"])
def test_every_refusal_has_its_sentence(hub: LoopbackHub, status: int, code: str, sentence: str, where: str):
    setattr(hub, where, (status, code))
    with pytest.raises(ModelError, match=sentence) as raised:
        local_folder(resolve(NAME), allow_download=True)
    assert "\n" not in raised.value.sentence and PIPELINE in raised.value.sentence
    if "license:" in sentence:
        assert "(about 2130 MB, license CreativeML Open RAIL-M)" in raised.value.sentence


def test_a_hub_that_is_gone_has_a_sentence(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    from huggingface_hub import constants

    with serving(LoopbackHub()) as other:
        monkeypatch.setattr(constants, "ENDPOINT", other.url)
    with pytest.raises(
        ModelError, match="could not be reached for .*, by ConnectError: check the connection"
    ) as raised:
        local_folder(resolve(NAME), allow_download=True)
    assert "what has arrived is kept" in raised.value.sentence


def test_offline_stays_offline(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE forbids to ask the hub: unset it, or bring"):
        local_folder(resolve(NAME), allow_download=True)
    assert hub.requests == []
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    folder = local_folder(resolve(NAME), allow_download=True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert local_folder(resolve(NAME), allow_download=True) == folder


@pytest.mark.parametrize(
    "answer", [b"<html>Log in to this network</html>", b"[]", b"{}", b'{"id": "a/b", "sha": "../.."}']
)
def test_what_is_no_hub_has_a_sentence(hub: LoopbackHub, answer: bytes):
    hub.answer = answer
    with pytest.raises(ModelError, match="is not what a hub answers: check HF_ENDPOINT"):
        local_folder(resolve(NAME), allow_download=True)


def test_names_that_lead_out_of_the_folder_are_not_followed(hub: LoopbackHub, own_pipeline: Path, cache: Path):
    listing = hub.listing(PIPELINE)
    evil = {"rfilename": "unet/../../../../evil.json", "size": 4, "blobId": "a" * 40}
    hub.answer = json.dumps(listing | {"siblings": [*listing["siblings"], evil]}).encode()
    folder = local_folder(resolve(NAME), allow_download=True)
    assert files_in(folder) == NEEDED and not list(cache.parent.rglob("evil.json"))


def test_a_disk_that_is_too_small_is_said_before(hub: LoopbackHub):
    hub.claims = {UNET: 10**18}
    with pytest.raises(DiskError, match=r"needs 10{12} MB more in .* are free: free some, or set HF_HOME"):
        local_folder(resolve(NAME), allow_download=True)
    assert partials() == [] and not any("resolve" in request.path for request in hub.requests)


def test_a_cache_that_cannot_be_written_has_a_sentence(hub: LoopbackHub, cache: Path):
    cache.write_text("a file in the place of the folder")
    with pytest.raises(DiskError, match="cannot be changed .*: change its permissions, or set HF_HOME"):
        local_folder(resolve(NAME), allow_download=True)


def test_a_repository_of_something_else_has_a_sentence(hub: LoopbackHub, own_pipeline: Path):
    (own_pipeline / "model_index.json").unlink()
    with pytest.raises(ModelError, match=f"{PIPELINE} holds no diffusers pipeline with a UNet"):
        local_folder(resolve(NAME), allow_download=True)


def test_two_at_once_fetch_it_once(hub: LoopbackHub, pipeline_repository: Path):
    hub.seconds_a_piece = 0.005
    folders: list[Path] = []
    threads = [threading.Thread(target=lambda: folders.append(fetch(resolve(NAME)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folders) == 2 and folders[0] == folders[1]
    assert hub.bytes_sent(UNET) == (pipeline_repository / UNET).stat().st_size


def test_a_new_revision_comes_only_when_it_is_fetched(hub: LoopbackHub, own_pipeline: Path):
    old = local_folder(resolve(NAME), allow_download=True)
    (own_pipeline / "scheduler" / "scheduler_config.json").write_text('{"_class_name": "DDIMScheduler"}')
    assert local_folder(resolve(NAME), allow_download=True) == old
    hub.requests.clear()
    new = fetch(resolve(NAME))
    assert new != old and find_local(PIPELINE, "diffusion") == new
    assert hub.bytes_sent(UNET) == 0, "bytes that did not change are kept"


def test_huggingface_hub_finds_what_we_fetched_and_we_what_it_fetched(hub: LoopbackHub, cache: Path):
    from huggingface_hub import hf_hub_download, snapshot_download

    theirs = hf_hub_download(PIPELINE, UNET)
    hub.requests.clear()
    folder = local_folder(resolve(NAME), allow_download=True)
    assert Path(theirs) == folder / UNET and hub.bytes_sent(UNET) == 0
    assert Path(snapshot_download(PIPELINE, local_files_only=True)) == folder
    assert Path(hf_hub_download(PIPELINE, "unet/config.json", local_files_only=True)) == folder / "unet/config.json"


def test_a_system_without_links_keeps_the_bytes_themselves(hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError("a required privilege is not held")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    folder = local_folder(resolve(NAME), allow_download=True)
    assert not any(path.is_symlink() for path in folder.rglob("*")) and files_in(folder) == NEEDED
    hub.requests.clear()
    assert fetch(resolve(NAME)) == folder and hub.bytes_sent(UNET) == 0


def test_a_controlnet_is_fetched_too(hub: LoopbackHub):
    from diffusers import ControlNetModel

    folder = local_folder(resolve("controlnet-depth"), allow_download=True)
    assert files_in(folder) == {"config.json", "diffusion_pytorch_model.fp16.safetensors"}
    ControlNetModel.from_pretrained(folder, variant="fp16", local_files_only=True)
