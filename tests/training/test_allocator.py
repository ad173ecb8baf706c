"""Freed memory that stays: pages of a large block are found once, not each time that it is asked for."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

ALLOCATOR = Path(__file__).parents[2] / "scripts" / "training" / "loop" / "allocator.py"
FAULTS = """
import resource, runpy, sys
import numpy as np
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.empty(100 * 2**18, np.float32).fill(1.0)  # 100 MiB, freed at once
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
plain = [faults(), faults()]
assert runpy.run_path(sys.argv[1])["keep_freed_memory"]()
kept = [faults(), faults()]
print(plain[1], kept[1])
"""


@pytest.mark.process
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep memory")
def test_a_large_block_is_found_again():
    """Page faults of the second time that 100 MiB are asked for, in a process of its own: it is told for good."""
    done = subprocess.run([sys.executable, "-c", FAULTS, str(ALLOCATOR)], capture_output=True, text=True, check=True)
    plain, kept = map(int, done.stdout.split())
    assert kept < 100, f"{kept} page faults where the block was there already"
    assert plain > 10 * max(1, kept), "nothing was to be gained here"


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    from scripts.training.loop import allocator

    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    assert not allocator.keep_freed_memory()
