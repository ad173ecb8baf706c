"""Which cards `auto` takes: those that this torch has kernels for, by what torch says of itself and of the card."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from backend import device as devices
from backend.device import choose_device, describe_device, why_cpu
from backend.errors import DeviceError

CUDA_13 = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120", "compute_120"]
CUDA_126 = ["sm_50", "sm_60", "sm_70", "sm_75", "sm_80", "sm_86", "sm_90"]


@pytest.mark.parametrize(
    ("card", "built", "runs"),
    [
        ("sm_86", CUDA_13, True),  # RTX 3060
        ("sm_89", CUDA_13, True),  # RTX 4090 runs what was built for 8.0 and 8.6
        ("sm_61", CUDA_13, False),  # GTX 1060
        ("sm_70", CUDA_13, False),  # V100
        ("sm_61", CUDA_126, True),
        ("sm_120", CUDA_126, False),  # RTX 5090 with the older build
        ("sm_121", CUDA_13, True),
        ("sm_130", CUDA_13, True),  # a later card, by intermediate code
        ("sm_87", ["sm_89"], False),  # never from a higher minor version
        ("gfx1100", ["gfx1030", "gfx1100"], True),
        ("gfx1032", ["gfx1030", "gfx1100"], False),
    ],
)
def test_kernels(card, built, runs):
    assert devices._has_kernels(card, built) is runs


@pytest.fixture
def card(monkeypatch):
    """A torch with a card: `card(major, minor, built)`; its first kernel is run on the processor."""

    def make(major, minor, built, name="NVIDIA GeForce GTX 1060 6GB", kernel=lambda: ""):
        properties = SimpleNamespace(name=name, major=major, minor=minor, total_memory=6 * 1024**3)
        monkeypatch.setattr(torch.version, "cuda", "13.0")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: properties)
        monkeypatch.setattr(torch.cuda, "get_arch_list", lambda: built)
        monkeypatch.setattr(devices, "_failing_kernel", lambda kind: kernel())

    return make


def test_auto_passes_over_a_card_without_kernels_and_says_so(card):
    card(6, 1, CUDA_13)
    assert choose_device("auto") == torch.device("cpu")
    said = describe_device(choose_device("auto"))
    assert said == (
        "CPU: the installed PyTorch (CUDA 13.0) has no kernels for NVIDIA GeForce GTX 1060 6GB (sm_61); set the "
        "backend "
        "up again for this card"
    )


def test_asked_for_by_name_it_is_an_error_with_that_sentence(card):
    card(6, 1, CUDA_13)
    with pytest.raises(DeviceError, match=r"^The installed PyTorch .* no kernels .*: choose 'auto' or 'cpu'.$"):
        choose_device("cuda")


def test_a_card_with_kernels_is_taken_and_named(card):
    card(6, 1, CUDA_126)
    assert choose_device("auto") == torch.device("cuda")
    assert describe_device(torch.device("cuda")) == "NVIDIA GeForce GTX 1060 6GB, 6 GB"
    assert describe_device(torch.device("cpu")) == "CPU: chosen in the preferences"


def test_a_card_that_fails_at_its_first_kernel_is_passed_over(card):
    card(
        8, 6, CUDA_13, kernel=lambda: "the cuda device fails at its first kernel (CUDA driver version is insufficient)"
    )
    assert choose_device("auto") == torch.device("cpu") and "driver version is insufficient" in why_cpu()


def test_the_first_kernel_is_really_run(monkeypatch):
    devices._failing_kernel.cache_clear()
    assert devices._failing_kernel("cpu") == ""
    assert "fails at its first kernel" in devices._failing_kernel("cuda" if not torch.cuda.is_available() else "xpu")
    monkeypatch.setattr(torch, "ones", torch.zeros)
    devices._failing_kernel.cache_clear()
    assert "computes wrongly" in devices._failing_kernel("cpu")
    devices._failing_kernel.cache_clear()


def test_an_amd_card_goes_by_its_own_name(monkeypatch):
    card = SimpleNamespace(name="AMD Radeon RX 7900 XTX", gcnArchName="gfx1100:sramecc-", total_memory=24 * 1024**3)
    monkeypatch.setattr(torch.version, "hip", "7.2")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    assert devices._architecture(card) == "gfx1100"
    assert describe_device(torch.device("cuda")) == "AMD Radeon RX 7900 XTX, 24 GB"


@pytest.mark.skipif(torch.version.cuda is not None, reason="this torch has CUDA")
def test_a_torch_for_the_processor_says_so():
    assert describe_device(torch.device("cpu")).startswith("CPU: the installed PyTorch is made for the processor alone")
