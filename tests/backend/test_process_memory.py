"""Memory of this process as Linux, macOS and Windows say it; the last two by their branch of the code."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import pytest

from backend import process_memory


def as_on(platform: str, monkeypatch) -> ModuleType:
    """The module as it is read on another system, beside the real one."""
    monkeypatch.setattr(sys, "platform", platform)
    spec = importlib.util.spec_from_file_location(f"process_memory_{platform}", process_memory.__file__)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Call:
    """A function of a Windows library: ctypes sets what it takes and gives."""

    def __init__(self, does):
        self.does = does

    def __call__(self, *args):
        return self.does(*args)


def kernel_that_says(peak: int, held: int, works: bool = True):
    def read(process, counters, size):
        counters = counters._obj
        assert (process, size) == (-1, ctypes.sizeof(counters))
        counters.PeakWorkingSetSize, counters.WorkingSetSize = peak, held
        return works

    return lambda name, use_last_error: SimpleNamespace(
        GetCurrentProcess=Call(lambda: -1), K32GetProcessMemoryInfo=Call(read)
    )


def test_windows_is_asked_for_its_working_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)  # only Unix has it
    monkeypatch.setattr(ctypes, "WinDLL", kernel_that_says(peak=5 << 32, held=3 << 32), raising=False)
    windows = as_on("win32", monkeypatch)
    assert (windows.held_bytes(), windows.peak_bytes()) == (3 << 32, 5 << 32)


def test_where_windows_refuses_its_error_is_raised(monkeypatch):
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(ctypes, "WinDLL", kernel_that_says(0, 0, works=False), raising=False)
    monkeypatch.setattr(ctypes, "WinError", lambda code: OSError(code, "refused"), raising=False)
    monkeypatch.setattr(ctypes, "get_last_error", lambda: 5, raising=False)
    with pytest.raises(OSError, match="refused"):
        as_on("win32", monkeypatch).held_bytes()


def test_the_counters_are_laid_out_as_in_psapi(monkeypatch):
    windows = as_on("win32", monkeypatch)
    assert ctypes.sizeof(windows._Counters) == 8 + 8 * ctypes.sizeof(ctypes.c_size_t)
    assert windows._Counters.WorkingSetSize.offset == 8 + ctypes.sizeof(ctypes.c_size_t)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no getrusage")
@pytest.mark.parametrize(("platform", "factor"), [("darwin", 1), ("linux", 1024)])
def test_the_unit_of_the_most_that_was_held(platform, factor, monkeypatch):
    unix = as_on(platform, monkeypatch)
    monkeypatch.setattr(unix.resource, "getrusage", lambda _: SimpleNamespace(ru_maxrss=7000))
    assert unix.peak_bytes() == 7000 * factor
