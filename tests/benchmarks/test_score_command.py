"""score.py and ablate.py for real, with tiny jobs: stopped by Ctrl-C, gone on with, looked at, compared."""

from __future__ import annotations

import dataclasses
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from backend.config import Method, merged, preset, with_changes
from backend.evaluate.ledger import append
from backend.optimize.trainer import Trainer
from backend.pretrained import EMBEDDED_FOLDER
from scripts.benchmarks import ablate, score
from scripts.benchmarks.scoring.results import Result, read_results
from scripts.benchmarks.scoring.run_options import common_settings, exit_code
from scripts.benchmarks.scoring.single_run import optimize_job
from scripts.benchmarks.scoring.strip import SIZE, TILES, read_strip
from tests.patience import wait_until

ROOT = Path(__file__).parents[2]
STEPS = 5
TINY = (f"optimize.steps={STEPS}", "field.resolution=16", "field.start_resolution=16", "render.samples_per_ray=16",
        "export.resolution=16", "collapse.max_restarts=0")  # fmt: skip
PROMPTS = ("a red sphere", "a blue cube", "a green cone")
LIMIT = 900  # seconds; a machine may be busy with much else


@dataclass(frozen=True)
class Stopped:
    """A run that was stopped by Ctrl-C."""

    arguments: list[str]
    results: Path
    code: int
    said: str
    left_over: list[int]
    kept: list[Result]


def arguments(folder: Path, *more: str) -> list[str]:
    tiny = [part for setting in TINY for part in ("--set", setting)]
    return [str(folder / "three.txt"), "--quality", "draft", *tiny, *more]


def children_of(pid: int) -> list[int]:
    rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout.splitlines()
    return [int(child) for child, parent in map(str.split, rows) if int(parent) == pid]


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def called(command, monkeypatch: pytest.MonkeyPatch, given: list[str]) -> int:
    monkeypatch.setattr(sys, "argv", ["command", *given])
    return exit_code(command.main)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    """Three prompts, two at once; Ctrl-C after the first is there."""
    folder = tmp_path_factory.mktemp("score")
    (folder / "three.txt").write_text("\n".join(PROMPTS))
    results = folder / "out" / "results.jsonl"
    given = arguments(folder, "--workers", "2", "--name", "first", "--results", str(results))
    process = subprocess.Popen([sys.executable, str(ROOT / "scripts" / "score.py"), *given], stderr=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, text=True, cwd=folder)  # fmt: skip
    wait_until(lambda: process.poll() is not None or (results.exists() and results.read_bytes().endswith(b"\n")), LIMIT)
    assert process.poll() is None, process.stderr.read()
    children = children_of(process.pid)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=LIMIT)
    wait_until(lambda: not any(map(is_alive, children)))
    left_over = [child for child in children if is_alive(child)]
    assert children, "nothing was being made when it was stopped"
    return Stopped(given, results, process.returncode, said, left_over, read_results(results))


@pytest.mark.process
def test_ctrl_c_keeps_what_is_done_and_leaves_no_process(stopped: Stopped):
    assert stopped.code == 130
    assert stopped.said.endswith("Stopped. What is done is kept: the same command goes on from there.\n")
    assert stopped.left_over == []
    assert 1 <= len(stopped.kept) <= 2, "two were made at once, so the second may have ended with the first"
    assert not any(result.failed for result in stopped.kept)


@pytest.fixture(scope="module")
def finished(stopped: Stopped) -> str:
    """The same command again; what it says."""
    command = [sys.executable, str(ROOT / "scripts" / "score.py"), *stopped.arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    assert done.returncode == 0, done.stderr
    there = len(stopped.kept)
    assert done.stderr.startswith(f"{3 - there} to make; {there} are there already.")
    return done.stdout


@pytest.mark.process
def test_the_rest_is_made_and_nothing_twice(stopped: Stopped, finished: str):
    found = read_results(stopped.results)
    assert found[: len(stopped.kept)] == stopped.kept
    assert sorted(result.prompt for result in found) == sorted(PROMPTS)
    assert len({result.key for result in found}) == 3


@pytest.mark.process
def test_a_line_says_what_was_made_and_how(stopped: Stopped, finished: str):
    for result in read_results(stopped.results):
        assert not result.failed and result.name == "first" and result.steps == STEPS
        assert result.settings["optimize"] == {"steps": STEPS} and result.quality == "draft"
        assert result.seconds > 0 and result.processor_seconds > 0 and result.peak_mb > 100
        assert result.revision and result.weights and result.machine and result.made
        assert result.candidates == 36 and 0 <= result.rank < 36 and result.forms == 3
        assert -1 <= result.similarity <= 1


@pytest.mark.process
def test_the_figures_are_said_with_the_judge(finished: str):
    first, *lines = finished.splitlines()
    assert first.startswith("3 results of 3 prompts, backend ")
    assert "evaluator: " in first and "36 captions to tell apart" in first
    assert [line[:24].strip() for line in lines[:3]] == ["R-Precision, color", "R-Precision, geometry", "similarity"]


@pytest.mark.process
def test_there_is_a_page_to_look_at(stopped: Stopped, finished: str):
    page = np.asarray(Image.open(stopped.results.parent / "three-first-1.png"))
    assert page.shape[0] > 3 * SIZE and page.shape[1] > TILES * SIZE
    for result in read_results(stopped.results):
        strip = stopped.results.parent / "pictures" / f"{result.key}.png"
        tiles = read_strip(strip)
        assert [tile.shape for tile in tiles] == [(SIZE, SIZE, 3)] * TILES
        red, green, blue = np.moveaxis(tiles[-1].astype(int), -1, 0)
        assert abs(red - green).max() <= 1 and abs(green - blue).max() <= 1, "form has no color"


@pytest.mark.process
def test_an_earlier_run_is_compared_with(stopped: Stopped, finished: str, monkeypatch, capsys):
    for result in read_results(stopped.results):
        earlier_results = dataclasses.replace(
            result, key="x" + result.key, name="earlier", similarity=result.similarity - 0.25
        )
        append(stopped.results, earlier_results)
    assert called(score, monkeypatch, [*stopped.arguments, "--against", "earlier"]) == 0
    captured = capsys.readouterr()
    assert captured.err.startswith("0 to make; 3 are there already.")
    assert "similarity               +0.250  (+0.250 to +0.250, 3 pairs)  *" in captured.out


@pytest.mark.process
def test_nothing_is_made_where_there_is_nothing_to_compare_with(stopped: Stopped, monkeypatch, capsys):
    assert called(score, monkeypatch, [*stopped.arguments, "--against", "nobody"]) == 2
    assert capsys.readouterr().err.startswith(
        "There is no other result of these prompts with the name or revision 'nob"
    )


@pytest.mark.process
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--set", "optimize.stepz=5"), "There is no setting 'optimize.stepz'"),
        (("--quality", "splendid"), "There is no quality 'splendid'"),
        (("--set", "steps"), "The setting 'steps' is not NAME=VALUE"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(stopped: Stopped, monkeypatch, capsys, more, sentence):
    assert called(score, monkeypatch, [*stopped.arguments, *more]) == 2
    assert capsys.readouterr().err.startswith(sentence)


@pytest.mark.process
def test_a_job_that_fails_is_said_and_tried_again(tmp_path: Path, monkeypatch, capsys):
    (tmp_path / "three.txt").write_text("a red sphere\n")
    results = tmp_path / "results.jsonl"
    missing = "cuda" if torch.backends.mps.is_available() else "mps"
    given = arguments(tmp_path, "--set", f"device={missing}", "--results", str(results))
    for attempt in (1, 2):
        assert called(score, monkeypatch, given) == 1
        captured = capsys.readouterr()
        assert captured.err.startswith("1 to make; 0 are there already.")
        assert "failed: a red sphere, seed 0: " in captured.out and f"{missing} device" in captured.out
        assert len(read_results(results)) == attempt


FROM_FOG = {"field": {"density_init": "fog"}}
"""From the shape prior a sphere is liked more and more."""


def test_a_job_that_the_judge_likes_less_ends_early(tmp_path: Path):
    (tmp_path / "three.txt").write_text("a red sphere\n")
    hasty = (
        "--set",
        "early_stopping.patience=1",
        "--set",
        "early_stopping.every=1",
        "--set",
        "early_stopping.smoothing=1",
    )
    options = score.parse(arguments(tmp_path, "--stop-early", "--evaluator", "embedded-clip", *hasty))
    settings = merged(common_settings(options), {"prompt": "a red sphere", "optimize": {"steps": 60}, **FROM_FOG})
    job, sentences = optimize_job(Trainer.build(with_changes(preset(Method.TEXT, "draft"), settings)))
    assert job.step_index < 60
    assert f"The evaluator ended it at step {job.step_index} of 60." in sentences


def test_a_job_is_not_ended_early_unless_it_is_asked_for(tmp_path: Path):
    assert "early_stopping" not in common_settings(score.parse(arguments(tmp_path)))


# Variants


def test_every_view_is_paid_for():
    base = with_changes(preset(Method.TEXT, "normal"), {})
    configs = [with_changes(base, variant.settings) for variant in ablate.views(base)]
    assert [config.orbit.views for config in configs] == [4, 1, 8]
    assert len({config.orbit.views * config.optimize.steps for config in configs}) == 1


@pytest.mark.parametrize("row", ablate.ROWS)
def test_every_variant_is_a_job_of_its_own(row: str):
    base = preset(Method.TEXT, "draft")
    variants = ablate.ROWS[row](base)
    configs = [with_changes(base, variant.settings) for variant in variants]
    assert len(configs) > 1
    assert all(a != b for i, a in enumerate(configs) for b in configs[:i])


@pytest.mark.process
@pytest.mark.slow
def test_models_are_compared_with_the_embedded_one(tmp_path: Path, monkeypatch, capsys):
    """The same weights under another name: another job, and the same field."""
    (tmp_path / "three.txt").write_text("a red sphere\n")
    twin = shutil.copytree(EMBEDDED_FOLDER / "diffusion", tmp_path / "twin")
    given = arguments(tmp_path, "--rows", "--models", str(twin), "--out", str(tmp_path / "out"))
    assert called(ablate, monkeypatch, given) == 0
    said = capsys.readouterr().out
    assert f"\n{twin}\n" in said and "against embedded, with a 95 % interval over prompts:" in said
    ours, other = read_results(tmp_path / "out" / "results.jsonl")
    assert ours.key != other.key and ours.similarity == pytest.approx(other.similarity, abs=1e-6)


@pytest.mark.process
@pytest.mark.slow
def test_a_row_of_variants_is_made_shown_and_compared(tmp_path: Path, monkeypatch, capsys):
    (tmp_path / "three.txt").write_text("a red sphere\n")
    given = arguments(tmp_path, "--rows", "camera", "--workers", "2", "--out", str(tmp_path / "out"))
    assert called(ablate, monkeypatch, given) == 0
    said = capsys.readouterr().out
    assert "\ncamera told\n" in said and "against camera told, with a 95 % interval over prompts:" in said
    found = read_results(tmp_path / "out" / "results.jsonl")
    assert sorted(result.name for result in found) == ["camera told", "camera untold"]
    pictures = [(tmp_path / "out" / "pictures" / f"{result.key}.png").read_bytes() for result in found]
    assert pictures[0] != pictures[1]
    page = np.asarray(Image.open(tmp_path / "out" / "three-1.png"))
    assert page.shape[0] > 3 * SIZE and page.shape[1] > 2 * SIZE
