"""The short form of the fault suite: each part a little, without a fault."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.benchmarks.bad_frames import bad_frame
from scripts.benchmarks.fault_line import Findings, Try
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


SLOW = [
    pytest.param(part, count, marks=pytest.mark.slow) for part, count in (("commands", 60), ("kills", 3), ("soak", 20))
]
"""Each is a minute and more on a shared core."""


def looked(tmp_path: Path, *arguments: str) -> tuple[int, list[dict], str]:
    command = [sys.executable, "-m", "scripts.benchmarks.faults", *arguments, "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=5 * PATIENCE)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.process
@pytest.mark.parametrize(("part", "count"), [("frames", 3000), *SLOW])
def test_a_short_form_finds_nothing(tmp_path: Path, part: str, count: int):
    code, (line,), told = looked(tmp_path, part, "--count", str(count), "--seed", "5")
    assert (code, line["faults"]) == (0, 0), told
    assert (line["what"], line["count"], line["seed"]) == (part, count, 5)
    assert line["machine"] and line["date"] and line["command"].endswith(f"{part} --count {count} --seed 5 --first 0")


@pytest.mark.process
def test_an_unknown_part_is_one_sentence(tmp_path: Path):
    code, _, told = looked(tmp_path, "floods")
    assert code == 2 and "there is no part 'floods': choose of frames, kills, commands" in told


def test_seed_and_number_say_what_a_try_does():
    assert [bad_frame(3, number) for number in range(50)] == [bad_frame(3, number) for number in range(50)]
    assert len({bad_frame(3, number) for number in range(50)}) > 30
    assert bad_frame(3, 7) != bad_frame(4, 7)


def test_a_run_goes_on_where_another_was_stopped():
    assert [*Try(2, first=0).numbers(), *Try(3, first=2).numbers()] == list(Try(5).numbers())
    assert list(Try(5, minutes=-1.0).numbers()) == [], "the time is over"


@pytest.mark.process
def test_a_fault_is_counted_and_told_with_its_number(capsys):
    found = Findings("frames", Try(1, seed=9))
    for number in range(5):
        with found.no_fault(number, "wire"):
            raise ValueError("no color")
    assert found.line(1.0, "here", "command")["kinds"] == {"wire: ValueError": 5}
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "frames 0 (seed 9): wire: ValueError: no color" and len(told) == 3
