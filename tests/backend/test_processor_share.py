"""Threads by what is free, changed while a job runs, and what the libraries are told about waiting."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from backend import processor_share, runtime_settings
from backend.config import JobConfig, with_changes
from backend.optimize.trainer import Trainer
from backend.processor_share import ThreadBudget, Usage, usage
from backend.render.fused.threads import at_most, run_parallel, thread_ranges
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


class Machine:
    """So many processors, and others that use some of them; a clock that is turned by hand."""

    def __init__(self, processors: int, limit: int) -> None:
        self.now, self.everybody, self.ours = 0.0, 0.0, 0.0
        self.budget = ThreadBudget(limit, lambda: Usage(self.everybody, self.ours), lambda: self.now, processors)

    def after(self, seconds: float, others: float, ours: float = 1.0) -> int:
        """The threads after seconds in which others used so many processors, and we so many."""
        self.now += seconds
        self.everybody += seconds * (others + ours)
        self.ours += seconds * ours
        return self.budget.threads()


def test_on_an_idle_machine_it_is_what_torch_was_given():
    machine = Machine(8, 4)
    assert [machine.after(1.0, 0.0, 4.0) for _ in range(5)] == [4] * 5


def test_what_others_use_is_left_to_them_and_taken_back_when_they_end():
    machine = Machine(2, 2)
    seen = [machine.after(1.0, 2.0, 0.5) for _ in range(4)]
    assert seen[-1] == 1 and seen[0] == 1
    assert [machine.after(1.0, 0.0, 1.0) for _ in range(4)][-1] == 2


def test_our_own_work_is_not_taken_for_others():
    machine = Machine(4, 4)
    assert [machine.after(1.0, 0.0, 4.0) for _ in range(6)][-1] == 4


def test_a_short_burst_on_a_large_machine_changes_little_and_there_is_always_one():
    machine = Machine(16, 8)
    assert machine.after(1.0, 8.0) == 8
    assert [machine.after(1.0, 40.0) for _ in range(5)][-1] == 1


def test_it_looks_once_a_second():
    machine = Machine(2, 2)
    machine.everybody += 100
    assert machine.after(0.5, 9.0) == 2 and machine.after(0.6, 9.0) == 1


def test_where_nobody_says_nothing_changes():
    clock = iter(range(0, 100, 2))
    budget = ThreadBudget(2, lambda: None, lambda: next(clock), 2)
    assert [budget.threads() for _ in range(5)] == [2] * 5


@pytest.mark.skipif(not Path("/proc/stat").exists(), reason="only Linux has it")
def test_this_machine_says_what_it_computed():
    before = usage()
    total = sum(i * i for i in range(2_000_000))
    after = usage()
    assert total and after.ours > before.ours and after.everybody >= before.everybody > after.ours - 1


def test_a_machine_without_proc_says_nothing(tmp_path):
    assert usage(tmp_path) is None


def test_the_loops_keep_to_it_and_a_part_is_not_lost():
    threads = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        assert len(thread_ranges(100)) == 4
        with at_most(2):
            parts = thread_ranges(100)
            assert len(parts) == 2 and sum(run_parallel(lambda a, b: b - a, parts)) == 100
            with at_most(0):
                assert len(thread_ranges(100)) == 1
        assert len(thread_ranges(100)) == 4
        with at_most(9):
            assert len(thread_ranges(100)) == 4
    finally:
        torch.set_num_threads(threads)


SMALL = {
    "prompt": "a red cube", "seed": 3, "optimize": {"steps": 12}, "field": {"resolution": 16, "start_resolution": 16},
    "render": {"image_size": 16, "samples_per_ray": 16}, "orbit": {"views": 1}, "device": "cpu",
}  # fmt: skip


def test_a_job_whose_threads_change_comes_to_the_same_bits():
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        fields = []
        for allowed in (lambda step: 2, lambda step: 1 + step % 2):
            job = Trainer.build(with_changes(JobConfig(), SMALL))
            job.thread_budget.threads = lambda job=job, allowed=allowed: allowed(job.step_index)
            for _ in range(12):
                job.step()
            fields.append(job.field.raw_density.detach().clone())
        assert torch.equal(*fields)
    finally:
        torch.set_num_threads(threads)


def test_what_libraries_are_told_and_what_a_person_set():
    environ = {"GOMP_SPINCOUNT": "7"}
    runtime_settings.apply(environ)
    assert environ == {"GOMP_SPINCOUNT": "7", "KMP_BLOCKTIME": "1", "PYTORCH_ENABLE_MPS_FALLBACK": "1"}
    environ = {"OMP_WAIT_POLICY": "ACTIVE"}
    runtime_settings.apply(environ)
    assert environ == {"OMP_WAIT_POLICY": "ACTIVE", "PYTORCH_ENABLE_MPS_FALLBACK": "1"}


@pytest.mark.process
def test_it_is_told_before_torch_is_read():
    code = (
        "import sys; sys.argv[1:] = ['--version']\n"
        "import os\n"
        "real = __builtins__.__import__\n"
        "def seen(name, *rest, **more):\n"
        "    if name == 'torch': assert os.environ['GOMP_SPINCOUNT'] == '1000', 'torch was first'\n"
        "    return real(name, *rest, **more)\n"
        "__builtins__.__import__ = seen\n"
        "import backend.__main__, torch; print(os.environ['KMP_BLOCKTIME'])\n"
    )
    environ = {name: value for name, value in os.environ.items() if name not in runtime_settings.settings()}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.stdout.strip() == "1", done.stderr


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="Windows has classes instead")
def test_the_priority_is_a_little_lower_and_a_refusal_is_no_error():
    code = "import os; from backend import processor_share as p; p.lower_priority(); print(os.nice(0))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert int(done.stdout) == min(19, os.nice(0) + processor_share._NICENESS), done.stderr


@pytest.mark.process
def test_on_windows_it_is_the_class_below_normal():
    code = (
        "from tests.fakes import windows; windows.pretend()\n"
        "from backend import processor_share as p; p.lower_priority(); print(hex(windows.PRIORITY[-1]))\n"
        "u = p.usage(); print(u.everybody > 0 and u.ours > 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.stdout.split() == ["0x4000", "True"], done.stderr
