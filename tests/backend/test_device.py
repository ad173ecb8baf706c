"""Devices by name."""

from __future__ import annotations

import pytest
import torch

from backend.config import JobConfig
from backend.device import NAMES, choose_device, peak_memory_mb
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
