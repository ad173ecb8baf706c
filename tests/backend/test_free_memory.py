"""What is free, of folders that stand for a machine's proc and sys."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from backend.free_memory import free_bytes, gigabytes, killed_for_memory

CPU = torch.device("cpu")


def machine(root: Path, cgroup: str, **files: str) -> Path:
    files = {"proc/meminfo": "MemTotal: 9000000 kB\nMemAvailable: 8000000 kB\n", "proc/self/cgroup": cgroup} | files
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_without_a_container_it_is_what_the_machine_has(tmp_path: Path):
    assert free_bytes(CPU, machine(tmp_path, "0::/\n")) == 8_000_000 * 1024
    assert free_bytes(CPU, tmp_path / "nowhere") is None and killed_for_memory(tmp_path) is None


def test_the_tightest_group_of_version_2_counts(tmp_path: Path):
    files = {f"sys/fs/cgroup/{at}": text for at, text in (
        ("a/b/memory.max", "max\n"), ("a/b/memory.current", "5\n"),
        ("a/memory.max", "1000000\n"), ("a/memory.current", "700000\n"), ("a/memory.stat", "inactive_file 50000\n"),
        ("a/b/memory.events", "low 0\noom_kill 3\n"),
    )}  # fmt: skip
    root = machine(tmp_path, "0::/a/b\n", **files)
    assert free_bytes(CPU, root) == 350_000 and killed_for_memory(root) == 3


def test_version_1_and_a_path_that_only_the_outside_has(tmp_path: Path):
    files = {f"sys/fs/cgroup/memory/{at}": text for at, text in (
        ("memory.limit_in_bytes", "2000000\n"), ("memory.usage_in_bytes", "500000\n"),
        ("memory.oom_control", "under_oom 0\noom_kill 2\n"),
    )}  # fmt: skip
    root = machine(tmp_path, "5:cpu:/x\n4:memory:/docker/f00\n", **files)
    assert free_bytes(CPU, root) == 1_500_000 and killed_for_memory(root) == 2


@pytest.mark.process
def test_a_limit_of_the_process_counts():
    program = "import torch, backend.free_memory as f; print(f.free_bytes(torch.device('cpu')))"
    limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))  # noqa: E731
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, preexec_fn=limit, check=True)
    assert 0 < int(done.stdout) < 3 << 30


def test_sizes_as_a_person_reads_them():
    assert gigabytes(9.14e9) == "9.1 GB" and gigabytes(35e6) == "35 MB"
