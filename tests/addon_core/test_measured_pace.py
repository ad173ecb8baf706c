"""How long it takes here: the median of what was measured, else what was counted, else said to be unknown."""

from __future__ import annotations

import json

import pytest

from addon.core import measured_pace
from addon.core.errors import DiskError
from addon.core.measured_pace import MOST_KINDS, duration, estimate_sentence, measured_seconds, remember_pace
from addon.core.wire import config

CPU, CARD = "CPU: there is no graphics card", "NVIDIA GeForce RTX 3060, 12 GB"


def wanted(**changes):
    return config.with_changes(config.preset("text", "draft"), {"prompt": "a cube"} | changes)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cache" / measured_pace.FILE


def test_before_anything_was_made_nothing_is_claimed(file):
    assert measured_seconds(file, CPU, wanted()) is None
    assert estimate_sentence(None, None) == "First run here: not measured yet"
    assert estimate_sentence(None, 2400.0) == "About 40 min (not measured)"


def test_a_run_tells_of_the_next_one_like_it_by_its_steps(file):
    remember_pace(file, CPU, wanted(), 200, 20.0)  # a tenth of a second a step
    assert measured_seconds(file, CPU, wanted()) == pytest.approx(20.0)
    assert measured_seconds(file, CPU, wanted(optimize={"steps": 1000})) == pytest.approx(100.0)
    assert measured_seconds(file, CPU, wanted(prompt="another", seed=7)) == pytest.approx(20.0)
    assert estimate_sentence(100.0, 5.0) == "About 2 min here (measured)"


@pytest.mark.parametrize(
    "changes",
    [{"field": {"resolution": 96}}, {"model": "far/model"}, {"orbit": {"views": 9}}, {"quality": "high"},
     {"render": {"samples_per_ray": 12}}, {"field": {"kind": "nerf"}}],
)  # fmt: skip
def test_another_size_or_model_or_field_is_another_kind(file, changes):
    remember_pace(file, CPU, wanted(), 200, 20.0)
    assert measured_seconds(file, CPU, wanted(**changes)) is None


def test_another_device_was_not_measured_and_the_last_one_counts_before_a_backend_says(file):
    remember_pace(file, CPU, wanted(), 200, 20.0)
    assert measured_seconds(file, CARD, wanted()) is None
    remember_pace(file, CARD, wanted(), 200, 2.0)
    assert measured_seconds(file, "", wanted()) == pytest.approx(2.0)


def test_the_median_of_the_last_five_counts(file):
    for seconds in (900.0, 20.0, 22.0, 24.0, 300.0, 21.0):
        remember_pace(file, CPU, wanted(), 200, seconds)
    assert measured_seconds(file, CPU, wanted()) == pytest.approx(22.0)  # of 20, 21, 22, 24, 300


def test_what_answers_at_once_is_measured_whole(file):
    instant = wanted(quality="instant", optimize={"steps": 0}, field={"density_init": "prior"})
    remember_pace(file, CPU, instant, 0, 3.0)
    assert measured_seconds(file, CPU, instant) == pytest.approx(3.0)


def test_a_run_that_was_stopped_at_once_measures_nothing(file):
    remember_pace(file, CPU, wanted(), 9, 20.0)
    remember_pace(file, CPU, wanted(), 200, 0.0)
    remember_pace(file, "", wanted(), 200, 20.0)
    assert not file.exists()


def test_the_oldest_kinds_are_forgotten(file):
    for views in range(1, 5):
        remember_pace(file, f"device {views}", wanted(), 200, 20.0)
    kept = json.loads(file.read_text())
    kept["seconds"] = {f"kind {number}": [1.0] for number in range(MOST_KINDS)} | kept["seconds"]
    file.write_text(json.dumps(kept))
    remember_pace(file, CPU, wanted(), 200, 20.0)
    later = json.loads(file.read_text())["seconds"]
    assert len(later) == MOST_KINDS and "kind 0" not in later and measured_seconds(file, "device 4", wanted())


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "5", '{"seconds": 5}', '{"seconds": {"a": "b", "c": [], "d": ["x"], "e": [-1.0]}}', "\x00"]
)
def test_a_file_that_is_broken_says_nothing_and_is_written_anew(file, text):
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert measured_seconds(file, "", wanted()) is None
    remember_pace(file, CPU, wanted(), 200, 20.0)
    assert measured_seconds(file, CPU, wanted()) == pytest.approx(20.0)


def test_what_cannot_be_written_is_said_in_a_sentence(tmp_path):
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(DiskError, match="What this run took cannot be kept"):
        remember_pace(tmp_path / "cache" / "pace.json", CPU, wanted(), 200, 20.0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (89.0, "89 s"), (95.0, "2 min"), (5000.0, "83 min"), (9000.0, "2.5 h"), (1.6e6, "19 days")],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert duration(seconds) == words
