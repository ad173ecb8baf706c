"""A job that the system ended for want of memory says so at its next start; one that was killed otherwise does not."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from backend.config import JobConfig, preset, with_changes
from backend.errors import MemoryShortError
from backend.jobs.memory_tracker import MARK, MORE, MemoryMark, MemoryTracker, read_mark, was_killed

GB = 10**9


def machine(root: Path, *, free: int = 8 * GB, kills: int | None = 0, boot: str = "one") -> Path:
    """A container's folders: what is free in it, and how often something was killed there."""
    files = {
        "proc/meminfo": "MemAvailable: 90000000 kB\n", "proc/self/cgroup": "0::/a\n",
        "proc/sys/kernel/random/boot_id": boot + "\n",
        "sys/fs/cgroup/a/memory.max": f"{9 * GB}\n", "sys/fs/cgroup/a/memory.current": f"{9 * GB - free}\n",
    }  # fmt: skip
    if kills is not None:
        files["sys/fs/cgroup/a/memory.events"] = f"low 0\noom 0\noom_kill {kills}\n"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def job(**changes) -> JobConfig:
    return with_changes(preset("text", "draft"), {"prompt": "a corgi", "device": "cpu", **changes})


GRID = {"resolution": 256, "start_resolution": 64}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return machine(tmp_path / "root")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "job").mkdir()
    return tmp_path / "job"


def begun(folder: Path, root: Path, config: JobConfig) -> MemoryMark:
    """What lies in the folder of a job whose process is gone."""
    MemoryTracker(folder, root).begin(config)
    mark = read_mark(folder / MARK)
    assert mark is not None and mark.running
    return mark


def test_a_job_that_ends_as_it_should_leaves_nothing(folder, root):
    tracker = MemoryTracker(folder, root)
    fit = tracker.begin(job(field=GRID))
    mark = read_mark(folder / MARK)
    assert (mark.estimate, mark.free, mark.kills, mark.start) == (fit.estimate.total, 8 * GB, 0, "one")
    tracker.end()
    assert list(folder.iterdir()) == []
    tracker.end()  # twice is nothing


def test_killed_with_plenty_of_memory_it_begins_again_without_a_word(folder, root):
    mark = begun(folder, root, job(field=GRID))
    assert not was_killed(mark, root)
    fit = MemoryTracker(folder, root).begin(job(field=GRID))
    assert fit.config == job(field=GRID) and fit.need == fit.estimate.total


def test_a_counter_that_rose_is_a_kill_and_the_same_again_is_refused(folder, root):
    begun(folder, root, job(field=GRID))
    machine(root, kills=1)
    for _ in range(2):  # asked again it says the same
        with pytest.raises(MemoryShortError) as said:
            MemoryTracker(folder, root).begin(job(field=GRID))
        assert said.value.sentence.startswith("The system ended this job when memory ran out. A grid of 256 cells")
        assert "8.0 GB are free" in said.value.sentence and said.value.sentence.endswith(" would fit.")


def test_then_what_was_lowered_by_hand_or_by_itself_runs(folder, root):
    begun(folder, root, job(field=GRID))
    machine(root, kills=1)
    lower = job(field=GRID, optimize={"when_memory_is_short": "lower"})
    fit = MemoryTracker(folder, root).begin(lower)
    assert fit.config.field.resolution < 256 and fit.need <= 8 * GB
    assert fit.notes[0].startswith("The system ended this job when memory ran out. Memory is short")
    by_hand = with_changes(job(), {"field": {"resolution": fit.config.field.resolution}})
    assert MemoryTracker(folder, root).begin(by_hand).config == by_hand


def test_with_more_room_than_then_it_runs_as_it_is(folder, root):
    begun(folder, root, job(field=GRID))
    machine(root, free=int(8.9 * GB), kills=1)
    assert MemoryTracker(folder, root).begin(job(field=GRID)).config == job(field=GRID)


def test_what_was_learned_stays_after_a_pause_and_grows_with_a_second_kill(folder, root):
    mark = begun(folder, root, job(field=GRID))
    machine(root, kills=1)
    lower = job(field=GRID, optimize={"when_memory_is_short": "lower"})
    tracker = MemoryTracker(folder, root)
    first = tracker.begin(lower)
    tracker.end()
    kept = read_mark(folder / MARK)
    assert kept is not None and not kept.running and kept.times == pytest.approx(MORE * 8 * GB / mark.estimate)
    again = begun(folder, root, first.config)
    assert again.times == kept.times
    machine(root, kills=2)
    with pytest.raises(MemoryShortError, match="The system ended this job"):
        MemoryTracker(folder, root).begin(with_changes(first.config, {"optimize": {"when_memory_is_short": "refuse"}}))


@pytest.mark.parametrize(
    ("kills", "boot", "group", "most", "estimate", "expected"),
    [
        (5, "one", "0::/a", 1, 1, True),  # the counter rose
        (4, "one", "0::/a", 1, 9 * GB, False),  # it counts, and stood still
        (4, "one", "0::/a", 8 * GB, 1, True),  # what was held was nearly all there was
        (5, "two", "0::/a", 1, 1, False),  # of another start of the machine it says nothing
        (5, "one", "0::/b", 1, 1, False),  # nor of other groups
        (None, "one", "0::/a", 1, 7.5 * GB, True),  # nothing counts: what would have been held
        (None, "one", "0::/a", 1, 2 * GB, False),
        (None, "one", "0::/a", 8 * GB, 1, True),
    ],
)
def test_how_a_kill_is_known(tmp_path, kills, boot, group, most, estimate, expected):
    root = machine(tmp_path, kills=kills)
    mark = MemoryMark(int(estimate), 8 * GB, GB // 2, int(most), 4, group, boot)
    assert was_killed(mark, root) is expected
    assert not was_killed(replace(mark, running=False), root)


def test_where_nobody_counts_in_groups_the_machine_does(tmp_path):
    root = machine(tmp_path, kills=None)
    mark = MemoryMark(1, 8 * GB, GB, 1, 4, "0::/a", "one")
    (root / "proc" / "vmstat").write_text("nr_free_pages 3\noom_kill 5\n")
    assert was_killed(mark, root)
    (root / "proc" / "vmstat").write_text("nr_free_pages 3\noom_kill 4\n")
    assert not was_killed(mark, root)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", '{"estimate": 1}', "[" * 5000,
        json.dumps(asdict(MemoryMark(0, 1, 1, 1, 0, "", ""))), json.dumps(asdict(MemoryMark(-5, 1, 1, 1, 0, "", ""))),
        json.dumps(asdict(MemoryMark(5, 1, 1, 1, 0, "", "")) | {"most": "many"}),
    ],
)  # fmt: skip
def test_a_mark_that_makes_no_sense_is_none(text, folder, root):
    (folder / MARK).write_text(text)
    assert read_mark(folder / MARK) is None
    MemoryTracker(folder, root).begin(job())


def test_only_growth_is_written(folder, root, monkeypatch):
    tracker = MemoryTracker(folder, root)
    tracker.begin(job())
    before = (folder / MARK).stat().st_mtime_ns
    tracker.note()
    assert (folder / MARK).stat().st_mtime_ns == before
    monkeypatch.setattr("backend.jobs.memory_tracker.held_bytes", lambda: 7 * GB)
    tracker.note()
    assert read_mark(folder / MARK).most == 7 * GB


def test_a_mark_that_cannot_be_written_stops_nobody(folder, root, caplog):
    (folder / MARK).mkdir()
    with caplog.at_level(logging.WARNING):
        MemoryTracker(folder, root).begin(job())
    assert "was not written" in caplog.text


def test_where_nothing_counts_what_is_free_nobody_is_said_to_be_killed(folder, root):
    MemoryTracker(folder, root).begin(job())
    mark = read_mark(folder / MARK)
    assert not was_killed(replace(mark, running=True, free=None), root)
