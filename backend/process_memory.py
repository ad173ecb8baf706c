"""How many bytes of memory this process holds, and has held at most, by the word of its operating system."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = (
            ("cb", ctypes.c_uint32),
            ("PageFaultCount", ctypes.c_uint32),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        )

    def held_bytes() -> int:
        """Return the working set of now."""
        return int(_counters().WorkingSetSize)

    def peak_bytes() -> int:
        """Return the largest working set there was."""
        return int(_counters().PeakWorkingSetSize)

    def _counters() -> _Counters:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GetCurrentProcess.restype = wintypes.HANDLE  # a pseudo handle of -1: an int would lose its upper half
        read = kernel.K32GetProcessMemoryInfo  # psapi's GetProcessMemoryInfo, as kernel32 has it since Windows 7
        read.argtypes, read.restype = (wintypes.HANDLE, ctypes.POINTER(_Counters), ctypes.c_uint32), wintypes.BOOL
        found = _Counters(cb=ctypes.sizeof(_Counters))
        if not read(kernel.GetCurrentProcess(), ctypes.byref(found), found.cb):
            raise ctypes.WinError(ctypes.get_last_error())
        return found

else:
    import resource

    def held_bytes() -> int:
        """Return the resident pages of now; where nobody says (macOS), the most there were."""
        try:
            with open("/proc/self/statm", encoding="ascii") as file:
                return int(file.read().split()[1]) * resource.getpagesize()
        except OSError:  # only Linux has it
            return peak_bytes()

    def peak_bytes() -> int:
        """Return the most that was ever resident."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024  # bytes on macOS, KiB elsewhere
