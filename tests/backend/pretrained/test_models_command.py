"""`python -m backend models ...` as a person types it: here in this process, and for terminals in one of its own."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from loopback_hub import PIPELINE, UNET, LoopbackHub

from backend.cli import commands
from backend.cli.models.checking import corrupt_files_by_card
from backend.errors import ModelError
from backend.pretrained import EMBEDDED_FOLDER, fetch, resolve
from backend.pretrained.hub_cache import find_local, repository_folder
from backend.pretrained.model_ref import tokenizer_repo
from backend.pretrained.registry import MODELS
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
NAME = "stable-diffusion-1.5"


def typed(capsys: pytest.CaptureFixture, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    code = commands.main(["models", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def in_a_process(hub: LoopbackHub, home: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen:
    """With the variables that a person would set."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_ENDPOINT": hub.url, "HF_HOME": str(home)}
    command = [sys.executable, "-m", "backend", "models", *arguments]
    pipes = {"stdin": stdin, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes)


def states(capsys: pytest.CaptureFixture) -> dict[str, str]:
    _, said, _ = typed(capsys, "list", "--json")
    return {model["name"]: model["state"] for model in json.loads(said)}


def test_the_list_is_one_table_of_all_that_is_known(hub: LoopbackHub, capsys):
    code, said, _ = typed(capsys, "list")
    assert code == 0 and hub.requests == []
    lines = said.splitlines()
    assert lines[0].split() == ["name", "is", "size", "memory", "speed", "license"]
    heads = {line.split()[0]: line for line in lines[1:-1:2]}
    assert list(heads) == [model.name for model in MODELS]
    assert "not here" in heads[NAME] and "2130 MB" in heads[NAME] and heads[NAME].endswith("CreativeML Open RAIL-M")
    assert "in this copy" in heads["embedded"]
    about = lines[lines.index(heads[NAME]) + 1].strip()
    assert about.startswith(f"diffusion: pictures of 512 x 512, predicts noise; from {PIPELINE}; here, on ")
    assert lines[-1].startswith(f"Fetched models lie in {repository_folder(PIPELINE).parent};")


def test_the_list_for_programs_says_what_is_here(hub: LoopbackHub, guide_folder: Path, capsys):
    assert states(capsys)[NAME] == "not here"
    hub.cut_after, hub.broken_after_cut = {UNET: 300_000}, True
    with pytest.raises(ModelError):
        fetch(resolve(NAME))
    assert states(capsys)[NAME] == "partly here"
    hub.refuse = None
    hub.repositories["tiny/guide"] = guide_folder
    for name in (NAME, "hf-hub:tiny/guide"):
        fetch(resolve(name))
        assert states(capsys)[name] == "here"
    (find_local(PIPELINE, "diffusion") / "vae" / "config.json").unlink()
    assert states(capsys)[NAME] == "partly here"
    _, said, _ = typed(capsys, "list")
    assert "image_text; from tiny/guide" in said, "beside the table: no words about it, no guess of its memory"


def test_nothing_is_fetched_where_nobody_can_agree(hub: LoopbackHub, capsys, monkeypatch: pytest.MonkeyPatch):
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        code, said, told = typed(capsys, "fetch", NAME)
    assert (code, said) == (2, "") and hub.requests == []
    assert "nobody agreed to stable-diffusion-1.5 (about 2130 MB, license CreativeML Open RAIL-M): add --yes" in told


def test_fetch_check_and_remove(hub: LoopbackHub, capsys):
    code, said, told = typed(capsys, "fetch", NAME, "--yes")
    folder = find_local(PIPELINE, "diffusion")
    assert (code, said) == (0, f"{folder}\n")
    assert f"in 12 files, license CreativeML Open RAIL-M, from {PIPELINE}, to {repository_folder(PIPELINE)}" in told
    assert "all of 1.8 MB is here, and verified" in told

    hub.requests.clear()
    assert typed(capsys, "fetch", NAME) == (0, f"{folder}\n", ""), "what is here needs no yes"
    assert hub.requests == []

    assert typed(capsys, "check", NAME) == (0, f"{NAME} is whole.\n", "")
    blob = (folder / UNET).resolve()
    blob.write_bytes(bytes([blob.read_bytes()[0] ^ 1]) + blob.read_bytes()[1:])
    code, said, _ = typed(capsys, "check", NAME)
    assert code == 1
    remedy = f"run `python -m backend models fetch {NAME} --yes`"
    assert said == f"PROBLEM: {NAME} is broken in {UNET}: {remedy}.\n"
    code, _, told = typed(capsys, "fetch", NAME, "--yes")
    assert code == 0 and typed(capsys, "check", NAME)[0] == 0

    code, said, _ = typed(capsys, "remove", NAME)
    assert (code, said) == (0, f"{NAME} is removed: 1.8 MB are free again.\n")
    assert not repository_folder(PIPELINE).exists()


def test_check_of_everything_reads_the_cards_of_the_embedded_models_too(hub: LoopbackHub, capsys):
    fetch(resolve("controlnet-depth"))
    code, said, _ = typed(capsys, "check")
    assert said.splitlines() == [f"{name} is whole." for name in ("embedded", "embedded-clip", "controlnet-depth")]
    assert code == 0
    assert typed(capsys, "check", "embedded") == (0, "embedded is whole.\n", "")


def test_an_embedded_model_that_is_damaged_is_found_by_its_card(tmp_path: Path):
    folder = Path(shutil.copytree(EMBEDDED_FOLDER / "clip", tmp_path / "guide"))
    assert corrupt_files_by_card(folder) == []
    with open(folder / "open_clip_model.safetensors", "r+b") as file:
        file.seek(1000)
        file.write(b"damaged")
    assert corrupt_files_by_card(folder) == ["open_clip_model.safetensors"]
    (folder / "open_clip_model.safetensors").unlink()
    assert corrupt_files_by_card(folder) == ["open_clip_model.safetensors"]
    (folder / "README.md").write_text("a card that says nothing")
    assert corrupt_files_by_card(folder) == ["README.md"]


def test_broken_words_are_removed_and_come_again_with_their_model(hub: LoopbackHub, tmp_path: Path, capsys):
    hub.repositories["tiny/words"] = tmp_path / "words"
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "tokenizer.json").write_text("{}")
    folder = fetch(tokenizer_repo("tiny/words"))
    assert typed(capsys, "check", "tiny/words")[0] == 0
    (folder / "tokenizer.json").unlink()
    _, said, _ = typed(capsys, "check", "tiny/words")
    assert said.endswith("run `python -m backend models remove tiny/words`.\n")
    assert typed(capsys, "remove", "tiny/words")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fetch", "embedded", "--yes"], "comes with this copy: it is neither fetched nor removed"),
        (["remove", "embedded-clip"], "comes with this copy"),
        (["remove", "sd-turbo"], "Nothing of stabilityai/sd-turbo lies in"),
        (["check", "sd-turbo"], "sd-turbo was not fetched (or not to its end)"),
        (["fetch", "no-such-model", "--yes"], "The model 'no-such-model' is unknown"),
        (["fetch", "no/such", "--yes"], "has no model no/such (or it is private): check the name"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_goes_wrong_is_one_sentence(hub: LoopbackHub, capsys, arguments: list[str], sentence: str):
    code, said, told = typed(capsys, *arguments)
    assert (code, said) == (1, "") and sentence in told and told.count("\n") == 1


def test_a_path_is_neither_fetched_nor_removed(hub: LoopbackHub, guide_folder: Path, capsys):
    for verb in ("fetch", "remove"):
        code, _, told = typed(capsys, verb, str(guide_folder))
        assert code == 1 and "is a path on this machine: it is used where it lies" in told
    assert (guide_folder / "open_clip_config.json").is_file()


@pytest.mark.process
@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_it_asks(hub: LoopbackHub, tmp_path: Path, answer: str, code: int):
    ours, theirs = pty.openpty()
    process = in_a_process(hub, tmp_path / "home", "fetch", "controlnet-depth", stdin=theirs)
    os.write(ours, answer.encode())
    _said, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, told
    assert "Fetch it, under this license? [y/N]" in told and "Traceback" not in told
    assert ("Nothing was fetched." in told) == (code == 1)
    assert bool(list((tmp_path / "home").rglob("dreamwright.controlnet.json"))) == (code == 0)
    os.close(ours)
    os.close(theirs)


@pytest.mark.process
def test_ctrl_c_keeps_what_has_arrived_and_the_same_command_goes_on(hub: LoopbackHub, own_pipeline: Path, tmp_path):
    weights = os.urandom(8_000_000)
    (own_pipeline / UNET).write_bytes(weights)
    hub.seconds_a_piece = 0.02
    process = in_a_process(hub, tmp_path / "home", "fetch", NAME, "--yes")
    for line in process.stderr:
        if line.startswith("fetching") and float(line.split()[2]) > 3:
            break
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (130, "") and "Traceback" not in told
    assert "Stopped: what has arrived is kept, and the same command goes on from there." in told
    [partial] = (tmp_path / "home").rglob("*.incomplete")
    kept = partial.stat().st_size
    assert kept > 2**20

    hub.seconds_a_piece, hub.requests = 0.0, []
    process = in_a_process(hub, tmp_path / "home", "fetch", NAME, "--yes")
    said, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "still to come" in told, told
    assert [request.offset for request in hub.files_asked(UNET) if request.sent] == [kept]
    assert (Path(said.strip()) / UNET).read_bytes() == weights


@pytest.mark.process
def test_nobody_is_told_anything_but_the_hub_s_files(hub: LoopbackHub, tmp_path: Path):
    """No telemetry, no list of programs, no other routes: the loopback hub sees all that is asked."""
    process = in_a_process(hub, tmp_path / "home", "fetch", NAME, "--yes")
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    asked = {request.path for request in hub.requests}
    allowed = (f"/api/models/{PIPELINE}/revision/main", f"/{PIPELINE}/resolve/", "/content/")
    assert all(path.startswith(allowed) for path in asked), asked
    assert {request.method for request in hub.requests} == {"GET"}
