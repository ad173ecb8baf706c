"""How every device and library says that there is no more memory, and who turns it into a sentence."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.errors import InternalError, MemoryShortError
from backend.free_memory import is_memory_short
from backend.pretrained.offload import memory_guard
from backend.server.error_messages import to_readable_error

SAID = {
    "CUDA": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 5.80 GiB"),
    "CUDA, by the driver": RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be asynchronously"),
    "CUDA, as torch.AcceleratorError": RuntimeError("CUDA driver error: out of memory"),
    "HIP": RuntimeError("HIP out of memory. Tried to allocate 512.00 MiB"),
    "cuDNN": RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    "cuDNN 9": RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"),
    "cuDNN finds no way": RuntimeError("FIND was unable to find an engine to execute this computation"),
    "cuDNN finds no way, by get": RuntimeError("GET was unable to find an engine to execute this computation"),
    "cuDNN 8 finds no way": RuntimeError("Unable to find a valid cuDNN algorithm to run convolution"),
    "cuBLAS": RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
    "MPS": RuntimeError("MPS backend out of memory (MPS allocated: 5.20 GB, other allocations: 3.4 GB, max 9 GB)."),
    "Metal": RuntimeError("Invalid buffer size: 16.00 GB"),
    "Metal, while it runs": RuntimeError("command buffer exited with error status. Insufficient Memory: out of memory"),
    "Linux": RuntimeError("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory"),
    "Windows": RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
    "C++": RuntimeError("std::bad_alloc"),
    "Python": MemoryError(),
}  # fmt: skip


def caused() -> RuntimeError:
    error = RuntimeError("the backward pass failed")
    error.__cause__ = SAID["cuDNN"]
    return error


@pytest.mark.parametrize("said", SAID)
def test_every_device_is_understood_everywhere(said: str):
    error = SAID[said]
    assert is_memory_short(error)
    with pytest.raises(MemoryShortError), memory_guard("a model"):
        raise error
    assert isinstance(to_readable_error(error), MemoryShortError)


def test_what_another_error_came_from_counts():
    assert is_memory_short(caused())


def test_real_refusals_are_understood():
    """The processor's own allocator, and numpy's."""
    for ask in (lambda: torch.empty(2**58), lambda: np.ones(2**58, np.uint8)):
        with pytest.raises((RuntimeError, MemoryError)) as seen:
            ask()
        assert is_memory_short(seen.value)


@pytest.mark.parametrize(
    "error",
    [
        KeyError("out of memory"),
        RuntimeError("mat1 and mat2 shapes cannot be multiplied"),
        RuntimeError("CUDA error: no kernel image is available for execution on the device"),
        RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"),
    ],
)
def test_other_faults_are_not_taken_for_it(error: Exception):
    assert not is_memory_short(error)
    assert isinstance(to_readable_error(error), InternalError)
