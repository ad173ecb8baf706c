"""What computes here, by what drivers and the kernel say; and which build of PyTorch that makes the right one."""

from __future__ import annotations

import itertools
import os

import pytest

from addon.core import machine as machines
from addon.core.errors import SetUpError
from addon.core.machine import Card, Machine, find_machine
from addon.core.torch_build import find_offer, offers

from .fake_drivers import (
    GTX_780,
    GTX_1060,
    RTX_3060,
    RTX_5090,
    write_amd,
    write_failing_nvidia_smi,
    write_nvidia_smi,
)


def found(tmp_path, bin_folder):
    """This Linux machine with the programs of one folder and no cards in /sys."""
    (tmp_path / "root").mkdir(exist_ok=True)
    return find_machine(tmp_path / "root", {"PATH": f"{bin_folder}{os.pathsep}/usr/bin{os.pathsep}/bin"})


@pytest.mark.process
def test_an_nvidia_card_with_its_driver(tmp_path):
    write_nvidia_smi(tmp_path / "bin", RTX_3060)
    machine = found(tmp_path, tmp_path / "bin")
    assert machine.cards == (Card("NVIDIA", "NVIDIA GeForce RTX 3060", 12.0, (8, 6)),) and machine.cuda == (13, 0)
    assert machine.cards[0].label == "NVIDIA GeForce RTX 3060, 12 GB"


@pytest.mark.process
def test_a_driver_that_knows_no_capability_and_one_that_says_its_version_otherwise(tmp_path):
    write_nvidia_smi(tmp_path / "bin", GTX_780, cuda="11.4", knows_capability=False)
    machine = found(tmp_path, tmp_path / "bin")
    assert machine.cards == (Card("NVIDIA", "NVIDIA GeForce GTX 780", 3.0, None),) and machine.cuda == (11, 4)


@pytest.mark.process
@pytest.mark.parametrize(
    ("card", "cuda"), [(RTX_3060, (13, 0)), (RTX_3060.replace("580.65", "551.23"), (12, 0)), (GTX_780, (11, 0))]
)
def test_a_driver_that_does_not_say_its_cuda_is_known_by_its_version(tmp_path, card, cuda):
    write_nvidia_smi(tmp_path / "bin", card, cuda="N/A")
    assert found(tmp_path, tmp_path / "bin").cuda == cuda


@pytest.mark.process
def test_a_driver_that_does_not_answer_is_said(tmp_path):
    write_failing_nvidia_smi(tmp_path / "bin")
    machine = found(tmp_path, tmp_path / "bin")
    assert machine.cards == () and "does not answer: restart the machine" in machine.trouble
    assert offers(machine)[0].build.name == "cpu" and offers(machine)[0].why == machine.trouble


@pytest.mark.process
def test_a_driver_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(machines, "_ASK_SECONDS", 0.2)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "nvidia-smi"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    assert "does not answer" in found(tmp_path, tmp_path / "bin").trouble


def test_a_card_without_its_driver_is_said(tmp_path):
    device = tmp_path / "root" / "sys" / "bus" / "pci" / "devices" / "0000:01:00.0"
    device.mkdir(parents=True)
    (device / "class").write_text("0x030000\n")
    (device / "vendor").write_text("0x10de\n")
    machine = found(tmp_path, tmp_path / "nothing")
    assert "NVIDIA card without NVIDIA's driver: install it" in machine.trouble


@pytest.mark.parametrize(("target", "name"), [(110000, "gfx1100"), (100300, "gfx1030"), (90010, "gfx90a")])
def test_an_amd_card_by_the_kernels_word(tmp_path, target, name):
    write_amd(tmp_path / "root", target, 24 * 1024**3)
    machine = found(tmp_path, tmp_path / "nothing")
    assert [(card.architecture, card.memory_gb) for card in machine.cards] == [(name, 24.0)]
    assert offers(machine)[0].build.name == "amd-rocm7.2" and offers(machine)[0].recommended


def test_an_amd_card_that_rocm_does_not_know(tmp_path):
    write_amd(tmp_path / "root", 100302, 8 * 1024**3)  # gfx1032: RX 6600
    (only,) = offers(found(tmp_path, tmp_path / "nothing"))
    assert only.build.name == "cpu" and only.recommended and "is not one that ROCm computes on" in only.why


def test_a_mac(monkeypatch, tmp_path):
    monkeypatch.setattr(machines.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(machines.platform, "machine", lambda: "arm64")
    monkeypatch.setattr(machines.platform, "mac_ver", lambda: ("15.3.1", ("", "", ""), "arm64"))
    monkeypatch.setattr(machines, "_answer", lambda command: None)
    (only,) = offers(find_machine(tmp_path))
    assert only.build.name == "apple" and only.recommended and only.build.index == ""


@pytest.mark.parametrize(
    ("machine", "sentence"),
    [
        (Machine("Darwin", "x86_64", macos=15), "not made for Macs with Intel"),
        (Machine("Darwin", "x86_64", macos=15, translated=True), "install Blender for Apple silicon"),
        (Machine("Darwin", "arm64", macos=13), "PyTorch needs macOS 14 and this is 13"),
        (Machine("Windows", "arm64"), "no PyTorch for Windows on arm64"),
    ],
)
def test_where_there_is_no_pytorch_a_sentence_says_so(machine, sentence):
    with pytest.raises(SetUpError, match=sentence):
        offers(machine)


def nvidia(capability, cuda, system="Linux"):
    return Machine(system, "x86_64", (Card("NVIDIA", "GeForce X", 8.0, capability),), cuda)


@pytest.mark.parametrize(
    ("capability", "cuda", "names"),
    [
        ((8, 6), (13, 0), ["nvidia-cu130", "nvidia-cu126", "cpu"]),  # RTX 30xx, new driver
        ((8, 6), (12, 4), ["nvidia-cu126", "cpu"]),  # the same with last year's driver: CUDA 12 runs 12.6
        ((6, 1), (13, 0), ["nvidia-cu126", "cpu"]),  # GTX 10xx: CUDA 13 has no kernels for it
        ((7, 0), (13, 0), ["nvidia-cu126", "cpu"]),  # Volta as well
        ((7, 5), (13, 0), ["nvidia-cu130", "nvidia-cu126", "cpu"]),
        ((12, 0), (13, 0), ["nvidia-cu130", "cpu"]),  # Blackwell: CUDA 12.6 has no kernels for it
        ((12, 0), (12, 8), ["cpu"]),  # and needs a newer driver
        ((3, 5), (11, 4), ["cpu"]),
        (None, (12, 2), ["nvidia-cu126", "cpu"]),
    ],
)
def test_which_build_fits_which_card_and_driver(capability, cuda, names):
    found = offers(nvidia(capability, cuda))
    assert [offer.build.name for offer in found] == names
    assert [offer.recommended for offer in found] == [True] + [False] * (len(found) - 1)


@pytest.mark.parametrize(
    ("capability", "cuda", "sentence"),
    [
        ((12, 0), (12, 8), "The driver of NVIDIA GeForce X, 8 GB is too old: install NVIDIA's driver 580 or newer"),
        ((8, 6), (11, 4), "driver 525 or newer"),
        ((3, 5), (13, 0), "is too old for PyTorch"),
    ],
)
def test_why_it_is_only_the_processor(capability, cuda, sentence):
    (only,) = offers(nvidia(capability, cuda))
    assert sentence in only.why


def test_windows_has_its_cards_from_pytorchs_index_and_its_processor_from_pythons():
    card, *_, cpu = offers(nvidia((8, 6), (13, 0), "Windows"))
    assert card.build.index == "cu130" and cpu.build.index == "" and cpu.build.name == "cpu"
    assert card.size == "2.0 GB download, 4.2 GB on disk"
    (only,) = offers(Machine("Windows", "x86_64"))
    assert "No NVIDIA card was found" in only.why


def test_every_offer_says_what_it_costs_and_the_processor_is_always_the_smallest():
    for system, capability in itertools.product(("Linux", "Windows"), ((8, 6), (6, 1))):
        found = offers(nvidia(capability, (13, 0), system))
        sizes = [offer.build.download_gb for offer in found]
        assert sizes[-1] == min(sizes) < 1 and all(offer.build.needed_gb > offer.build.disk_gb for offer in found)


def test_a_choice_that_was_made_is_taken_and_one_that_is_not_to_be_had_is_not():
    machine = nvidia((8, 6), (13, 0))
    assert find_offer(machine, "cpu").build.name == "cpu"
    assert find_offer(machine, "auto").build.name == "nvidia-cu130"
    assert find_offer(machine, "amd-rocm7.2").build.name == "nvidia-cu130"


@pytest.mark.process
def test_two_cards_the_one_that_computes_counts(tmp_path):
    write_nvidia_smi(tmp_path / "bin", GTX_1060, RTX_5090)
    first = offers(found(tmp_path, tmp_path / "bin"))[0]
    assert first.build.name == "nvidia-cu130" and "RTX 5090, 32 GB" in first.why
