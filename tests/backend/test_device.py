"""Devices by name."""

from __future__ import annotations

import pytest
import torch

from backend.config import JobConfig
from backend.device import NAMES, choose_device, memory_mb, peak_memory_mb
from backend.errors import DeviceError


def test_auto_and_cpu_are_always_there():
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda", "mps")


def test_names_are_those_of_the_config():
    assert set(NAMES) == set(JobConfig.__dataclass_fields__["device"].metadata["choices"])


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_a_missing_device_has_a_sentence():
    with pytest.raises(DeviceError, match="no cuda device.*choose 'auto' or 'cpu'"):
        choose_device("cuda")


def test_an_unknown_device_has_a_sentence():
    with pytest.raises(DeviceError, match="'tpu' is unknown"):
        choose_device("tpu")


def test_peak_memory_counts_what_torch_takes():
    before = peak_memory_mb()
    kept = torch.ones(64 * 2**18)  # 64 MiB
    assert peak_memory_mb() >= max(before, 64) and kept.numel()


def test_memory_that_is_held_now_rises_and_falls():
    cpu = torch.device("cpu")
    before = memory_mb(cpu)
    kept = torch.ones(256 * 2**18)  # 256 MiB
    held = memory_mb(cpu)
    del kept
    assert held >= before + 200 and memory_mb(cpu) <= held - 200


def test_where_the_system_does_not_say_it_is_the_most_that_was_held(monkeypatch):
    def refused(*args, **kwargs):
        raise FileNotFoundError("/proc/self/statm")

    monkeypatch.setattr("builtins.open", refused)
    assert memory_mb(torch.device("cpu")) == peak_memory_mb()
