"""What a killed backend left half done is removed at the next start, and nothing else."""

from __future__ import annotations

import os

from backend.jobs.sweep import sweep

OLD, START = 1, 1e9
JOB = "20260101-000000-abcdef"


def lay(path, old=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    if old:
        os.utime(path, (OLD, OLD))
    return path


def test_litter_is_swept_wherever_we_write(tmp_path):
    job, dataset = tmp_path / "jobs" / JOB, tmp_path / "datasets" / ("0" * 24)
    litter = [
        lay(tmp_path / ".write-test-3"), lay(tmp_path / "clients.json.part"), lay(tmp_path / "jobs" / ".write-test-4"),
        lay(job / "job.json.part"), lay(dataset / "sent.json.part"),
        lay(job / "checkpoint-0-000001.safetensors.partial"),
        lay(job / "start" / "checkpoint.json.part"), lay(job / "kept" / "0000012" / "kept.json.part"),
        lay(job / "kept" / ".0000013" / "checkpoint.json"),
    ]  # fmt: skip
    os.utime(job / "kept" / ".0000013", (OLD, OLD))
    empty = tmp_path / "jobs" / "20260101-000001-abcdef"
    empty.mkdir()
    kept = [
        lay(job / "job.json"), lay(job / "notes.part"), lay(tmp_path / "jobs" / "my notes" / "job.json.part"),
        lay(job / "preview.png.part", old=False), lay(job / "kept" / "0000012" / "kept.json"),
        lay(job / "kept" / ".0000014" / "checkpoint.json", old=False),
    ]  # fmt: skip
    (job / "grid.npz.part").symlink_to(job / "job.json")
    gone = sweep(tmp_path, START)
    assert len(gone) == len(litter) + 1 and empty.name in gone
    assert not any(path.exists() for path in (*litter, empty)) and all(path.exists() for path in kept)
    assert (job / "grid.npz.part").is_symlink()


def test_where_there_is_nothing_nothing_is_swept(tmp_path):
    assert sweep(tmp_path / "not there", START) == []
