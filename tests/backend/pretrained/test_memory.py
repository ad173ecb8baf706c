"""Whether a model fits, asked before it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from backend.errors import MemoryShortError
from backend.free_memory import free_bytes
from backend.pretrained import check_memory
from backend.pretrained.memory import OVERHEAD, needed_bytes

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def hole(path: Path, size: int) -> Path:
    """A file that has a size and takes no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def test_halves_double_on_a_processor(tmp_path: Path):
    hole(tmp_path / "unet" / "diffusion_pytorch_model.fp16.safetensors", 1000)
    hole(tmp_path / "vae" / "diffusion_pytorch_model.safetensors", 100)
    hole(tmp_path / "tokenizer" / "vocab.json", 50)
    assert needed_bytes(tmp_path, CPU) == int(OVERHEAD * 2100)
    assert needed_bytes(tmp_path, CUDA) == int(OVERHEAD * 1100)
    assert needed_bytes(tmp_path / "vae" / "diffusion_pytorch_model.safetensors", CPU) == int(OVERHEAD * 100)


def test_what_is_too_large_is_refused_with_a_sentence(tmp_path: Path):
    file = hole(tmp_path / "model.safetensors", 5 * 10**12)
    with pytest.raises(MemoryShortError, match="The model big needs about 6000000 MB of memory on the cpu, where"):
        check_memory("big", file, CPU)
    hole(file, 1000)
    check_memory("small", file, CPU)


def test_free_memory_is_less_than_all_of_it():
    free = free_bytes(CPU)
    if free is None:
        pytest.skip("this system does not say")
    lines = Path("/proc/meminfo").read_text().splitlines()
    total = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemTotal"))
    assert 0 < free < total


def test_where_the_system_does_not_say_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backend.pretrained.memory.free_bytes", lambda device: None)
    check_memory("big", hole(tmp_path / "model.safetensors", 5 * 10**12), CPU)


def test_the_limit_of_a_container_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whoever reads /proc/meminfo alone sees the whole machine, and is killed."""
    monkeypatch.setattr("backend.pretrained.memory.free_bytes", lambda device: 1_000_000)
    with pytest.raises(MemoryShortError, match="where 1 MB are free"):
        check_memory("big", hole(tmp_path / "model.safetensors", 2_000_000), CPU)
