"""Figures of many results, differences of two runs, settings, and where results come from."""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.errors import ConfigError
from backend.evaluate.ledger import append
from backend.evaluate.results import to_json
from backend.pretrained import resolve
from scripts.benchmarks.contact_sheet import Row
from scripts.benchmarks.scoring.overview import GAP, HEIGHT, WIDTH, write_overview
from scripts.benchmarks.scoring.paired_difference import (
    NothingToCompareError,
    bootstrap,
    comparison,
    difference,
    earlier_results,
    pair_results,
)
from scripts.benchmarks.scoring.provenance import backend_now, revision, weights_of
from scripts.benchmarks.scoring.request import Request, ScoringSetup
from scripts.benchmarks.scoring.results import Result, read_results
from scripts.benchmarks.scoring.settings import read_settings
from scripts.benchmarks.scoring.sheets import row_of, write_pages
from scripts.benchmarks.scoring.strip import SIZE, read_strip, write_strip
from scripts.benchmarks.scoring.summary import MEASURES, by_heading, summary

BY_NAME = {measure.name: measure for measure in MEASURES}
BENCH = ScoringSetup("abc", "embedded-clip", "fedc", ("a cat", "a dog"))


def result(prompt: str = "a cat", seed: int = 0, **other) -> Result:
    return Result(prompt=prompt, seed=seed, **{"measured_by": BENCH.measured_by, "key": f"{prompt} {seed}"} | other)


def request(prompt: str = "a cat", seed: int = 0, settings: dict | None = None, setup: ScoringSetup = BENCH) -> Request:
    return Request(setup, prompt, seed, "draft", settings or {}, "0123")


# The interval


def test_the_interval_of_three_is_that_of_all_27_draws():
    values = np.array([0.0, 1.0, 5.0])
    means = sorted(statistics.fmean(draw) for draw in itertools.product(values, repeat=3))
    low, high = bootstrap(values, level=0.8)
    assert low == pytest.approx(np.quantile(means, 0.1), abs=0.35)
    assert high == pytest.approx(np.quantile(means, 0.9), abs=0.35)


def test_the_interval_of_many_is_that_of_a_normal_mean():
    values = np.random.default_rng(1).normal(0.3, 2.0, 400)
    error = 1.96 * values.std() / 20
    assert bootstrap(values) == pytest.approx((values.mean() - error, values.mean() + error), abs=0.1 * error)


def test_the_interval_of_one_value_is_that_value():
    assert bootstrap(np.array([0.4])) == (0.4, 0.4)


# Differences


def test_a_difference_is_the_mean_over_prompts_and_not_over_results():
    before = [result(seed=seed, similarity=0.0) for seed in range(3)] + [result("a dog", similarity=0.0)]
    after = [result(seed=seed, similarity=0.3) for seed in range(3)] + [result("a dog", similarity=0.5)]
    found = difference(BY_NAME["similarity"], list(zip(before, after, strict=True)))
    assert (found.mean, found.low, found.high, found.pairs) == pytest.approx((0.4, 0.3, 0.5, 4))


def test_a_win_is_a_rank_of_0():
    pairs = [(result(rank=3, rank_geometry=0), result(rank=0, rank_geometry=1))]
    assert difference(BY_NAME["R-Precision, color"], pairs).mean == 1
    assert difference(BY_NAME["R-Precision, geometry"], pairs).mean == -1


def test_what_one_side_lacks_is_left_out():
    assert difference(BY_NAME["agreement of the sides"], [(result(), result(janus=0.5))]) is None
    assert "agreement of the sides   -" in comparison([(result(), result(janus=0.5))])


def test_a_sure_difference_is_marked():
    pairs = [(result(p, similarity=0.1), result(p, similarity=0.2)) for p in ("a cat", "a dog")]
    lines = {line.split("  ")[0]: line for line in comparison(pairs)}
    assert lines["similarity"].endswith("(+0.100 to +0.100, 2 pairs)  *")
    assert "*" not in lines["empty"]


@pytest.mark.process
def test_an_earlier_run_goes_by_name_or_revision_and_its_last_result_counts():
    there = [
        result(key="1", name="before", similarity=0.1),
        result(key="2", name="before", revision="r1", similarity=0.2),
        result("a dog", key="3", name="before", failed="no memory"),
        result("a cow", key="4", name="before"),
    ]
    wanted = [request(), request("a dog")]
    assert earlier_results(there, "before", wanted) == {("a cat", 0): there[1]}
    assert earlier_results(there, "r1", wanted) == {("a cat", 0): there[1]}
    after = [result(similarity=0.5), result("a dog", similarity=0.5)]
    assert pair_results({("a cat", 0): there[1]}, after) == [(there[1], after[0])]


@pytest.mark.process
def test_the_same_result_is_not_compared_with_itself():
    with pytest.raises(NothingToCompareError, match="no other result of these prompts .* 'now'"):
        earlier_results([result(key=request().key, name="now")], "now", [request()])


@pytest.mark.process
def test_results_of_another_judge_are_not_compared():
    with pytest.raises(NothingToCompareError, match="measured by another evaluator"):
        earlier_results([result(key="1", name="before", measured_by="other")], "before", [request()])


# Summaries


def test_a_summary_says_the_middle_of_each_measure():
    made = [
        result(
            rank=rank,
            rank_geometry=0,
            similarity=0.1 * rank,
            fronts=1 + (rank == 2),
            seconds=10.0 + rank,
            empty=rank == 1,
        )
        for rank in range(5)
    ]
    lines = {line[:24].strip(): line[25:] for line in summary([*made, result(failed="It broke.")])}
    assert lines["R-Precision, color"] == "20.0%  (mean)"
    assert lines["R-Precision, geometry"] == "100.0%  (mean)"
    assert lines["similarity"].startswith("0.200  (median; half of them 0.100 to 0.300)")
    assert lines["more than one front"] == "20.0%  (mean)" == lines["empty"]
    assert lines["seconds"].startswith("12.0  (median; half of them 11.0 to 13.0)")
    assert lines["agreement of the sides"] == "-"
    assert summary([result(failed="It broke.")])[-1] == "failed: a cat, seed 0: It broke."


def test_figures_under_each_heading():
    headings = {"a cat": "animals", "a dog": "animals", "a key": "things", "a car": ""}
    made = [result("a cat", rank=0), result("a dog", rank=1), result("a key", similarity=0.5), result("a car", rank=0)]
    assert by_heading(made, headings) == [
        "animals (2): R-Precision, color 50.0%, R-Precision, geometry -, similarity -",
        "things (1): R-Precision, color -, R-Precision, geometry -, similarity 0.500",
    ]
    assert by_heading(made, dict.fromkeys(headings, "")) == []


# Keys


def test_a_key_is_of_all_that_decides_a_result():
    others = [
        request("a dog"), request(seed=1), request(settings={"optimize": {"steps": 5}}),
        request(setup=ScoringSetup("abd", "embedded-clip", "fedc", ("a cat", "a dog"))),
        request(setup=ScoringSetup("abc", "embedded-clip", "fedd", ("a cat", "a dog"))),
        request(setup=ScoringSetup("abc", "embedded-clip", "fedc", ("a cat",))),
    ]  # fmt: skip
    keys = [request().key, *(other.key for other in others)]
    assert len(set(keys)) == len(keys)
    assert request().key == request(settings={"seed": 7}).key == replace(request(), name="x").key


def test_a_setting_that_is_wrong_is_refused():
    with pytest.raises(ConfigError, match="no setting 'optimize.stepz'"):
        _ = request(settings={"optimize": {"stepz": 5}}).config


def test_settings_are_read_as_json_where_they_are_json():
    given = [
        "optimize.steps=200",
        "field.upsample_at=[0.2, 0.5]",
        "model=embedded-clip",
        "prompt_options.view_dependent=true",
    ]
    assert read_settings([*given, "optimize.steps=300"]) == {
        "optimize": {"steps": 300},
        "field": {"upsample_at": [0.2, 0.5]},
        "model": "embedded-clip",
        "prompt_options": {"view_dependent": True},
    }


@pytest.mark.parametrize("text", ["optimize.steps", "=5", "optimize.=5"])
def test_what_is_no_setting_is_said(text: str):
    with pytest.raises(ConfigError, match="is not NAME=VALUE"):
        read_settings([text])


# The file of results


def test_results_come_back_and_a_torn_line_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture):
    kept = [
        result(similarity=0.25, sides=((0.0, 0.5, 0.25, 0.25),), settings={"optimize": {"steps": 5}}, empty=True),
        result("a dog", failed="It broke."),
    ]
    append(tmp_path / "r.jsonl", kept[0])
    with open(tmp_path / "r.jsonl", "a") as file:
        file.write(json.dumps(to_json(kept[1]))[:40])
    append(tmp_path / "r.jsonl", kept[1])
    assert read_results(tmp_path / "r.jsonl") == kept
    assert "Line 2 of" in capsys.readouterr().err
    assert read_results(tmp_path / "none.jsonl") == []


# Where results come from


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.process
def test_a_revision_is_the_last_that_changed_the_backend(tmp_path: Path):
    (tmp_path / "backend").mkdir()
    git(tmp_path, "init", "-q")
    found = []
    for file, text in [("backend/a.py", "1"), ("README.md", "1"), ("backend/a.py", "2")]:
        (tmp_path / file).write_text(text)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", text)
        found.append(backend_now(tmp_path))
    assert found[0] == found[1] != found[2]
    assert revision("HEAD~1", tmp_path) == found[0]
    (tmp_path / "README.md").write_text("2")
    assert backend_now(tmp_path) == found[2]
    (tmp_path / "backend" / "a.py").write_text("3")
    assert backend_now(tmp_path).startswith(f"{found[2]}+")


@pytest.mark.process
def test_a_copy_without_git_is_known_by_its_code(tmp_path: Path):
    (tmp_path / "backend").mkdir()
    found = []
    for text in ("1", "2", "1"):
        (tmp_path / "backend" / "a.py").write_text(text)
        found.append(backend_now(tmp_path))
    assert found[0] == found[2] != found[1]
    with pytest.raises(LookupError, match="git log"):
        revision("HEAD", tmp_path)


def test_weights_are_told_by_their_bytes(tmp_path: Path):
    (tmp_path / "open_clip_config.json").write_text("{}")
    sums = []
    for content in (b"a", b"b", b"a"):
        (tmp_path / "open_clip_model.safetensors").write_bytes(content)
        sums.append(weights_of(resolve(str(tmp_path))))
    assert sums[0] == sums[2] != sums[1]
    assert weights_of(resolve("stable-diffusion-1.5")).startswith("stable-diffusion-v1-5/")


# Pages


def test_pages_hold_20_rows_of_one_picture_and_fewer_of_higher_ones(tmp_path: Path):
    low, high = (Row("words", [np.zeros((height, SIZE, 3), np.uint8)]) for height in (SIZE, 3 * SIZE))
    write_pages([low] * 41, tmp_path, "low", ["picture"])
    write_pages([high] * 7, tmp_path, "high", ["picture"])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "high-1.png", "high-2.png", "low-1.png", "low-2.png", "low-3.png",
    ]  # fmt: skip


def test_an_overview_shows_each_result_from_in_front_and_from_the_side(tmp_path: Path):
    """Tiles of gray 10, 20, 30 ... in a strip: the sixth cell is the first of the second row, its tiles 10 and 20."""
    tiles = [np.full((SIZE, SIZE, 3), 10 * (i + 1), np.uint8) for i in range(5)]
    write_strip(tmp_path / "strip.png", tiles)
    cells = [("a dog", tmp_path / "none.png")] * 5 + [("a cat", tmp_path / "strip.png")]
    write_overview(cells, tmp_path / "overview.png")
    page = np.asarray(Image.open(tmp_path / "overview.png"))
    assert page.shape == (2 * HEIGHT + GAP, 5 * WIDTH + GAP, 3)
    cell = page[GAP + HEIGHT :, GAP:]
    assert (cell[:SIZE, :SIZE] == 10).all() and (cell[:SIZE, SIZE : 2 * SIZE] == 20).all()
    assert (cell[SIZE:HEIGHT] < 255).any(), "the words"
    assert (page[GAP : GAP + SIZE, GAP : GAP + 2 * SIZE] == 255).all()


def test_a_picture_that_is_gone_is_white(tmp_path: Path):
    assert all((tile == 255).all() for tile in read_strip(tmp_path / "none.png"))


def test_figures_stand_beside_the_pictures(tmp_path: Path):
    said = row_of(result(rank=2, candidates=9, taken_for="a dog", fronts=2, empty=True), tmp_path / "none.png").words
    assert said.splitlines() == ["a cat, seed 0", "no. 3 of 9; taken for a dog", "2 fronts", "EMPTY"]
    assert row_of(result(rank=0, rank_geometry=0), tmp_path / "none.png").words == "a cat, seed 0"
