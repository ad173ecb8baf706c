"""How much memory there is to be had: of the machine, of the container that we are in, of this process, of a card.

A container's limit is not seen in /proc/meminfo, and the kernel kills whoever goes beyond it. Both kinds of control
groups are read, and the folders above ours too: each may have a limit of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import torch

if sys.platform == "win32":
    import ctypes

    class _Status(ctypes.Structure):
        """MEMORYSTATUSEX of sysinfoapi.h."""

        _fields_ = (
            ("dwLength", ctypes.c_uint32),
            ("dwMemoryLoad", ctypes.c_uint32),
            ("ullTotalPhys", ctypes.c_uint64),
            ("ullAvailPhys", ctypes.c_uint64),
            ("ullTotalPageFile", ctypes.c_uint64),
            ("ullAvailPageFile", ctypes.c_uint64),
            ("ullTotalVirtual", ctypes.c_uint64),
            ("ullAvailVirtual", ctypes.c_uint64),
            ("ullAvailExtendedVirtual", ctypes.c_uint64),
        )

    def _available_on_windows() -> int | None:
        """Return what can be had without swapping, and what Windows would promise at all: it never promises more."""
        status = _Status(dwLength=ctypes.sizeof(_Status))
        if not ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status)):
            return None
        return min(int(status.ullAvailPhys), int(status.ullAvailPageFile))

else:
    import resource

_NO_LIMIT = 1 << 60
"""What version 1 writes where there is none is a little below 2**63."""


def free_bytes(device: torch.device, root: Path = Path("/")) -> int | None:
    """The least that any of them leaves; None where nobody says. `root` is where proc and sys are found."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    known = [free for free in (_available(root), _container(root), _process(root)) if free is not None]
    return min(known, default=None)


_SHORT = (
    "out of memory",  # CUDA, HIP, MPS, Metal's command buffers, XPU
    "can't allocate memory", "cannot allocate memory", "not enough memory", "failed to allocate",  # the processor
    "bad_alloc", "allocation failure",
    "cudnn_status_alloc_failed", "cublas_status_alloc_failed", "cusolver_status_alloc_failed", "cufft_alloc_failed",
    "hipblas_status_alloc_failed", "rocblas_status_memory_error", "miopenstatusallocfailed",
    "cudnn_status_internal_error_host_allocation_failed", "cudnn_status_internal_error_device_allocation_failed",
    "find was unable to find an engine", "unable to find a valid cudnn algorithm", "get was unable to find an engine",
    "invalid buffer size", "failed to create metal", "mps allocated",
)  # fmt: skip
"""What libraries say, in small letters. cuDNN that finds no way to compute a convolution has found no room for one."""


def is_memory_short(error: BaseException) -> bool:
    """Tells whether this is how Python, PyTorch, or a library under it, says that there is no more memory.

    An error of the graphics card that came after another may say nothing of memory: what caused it is asked as well.
    """
    seen: BaseException | None = error
    for _ in range(8):
        if isinstance(seen, MemoryError | torch.OutOfMemoryError):
            return True
        if isinstance(seen, RuntimeError) and any(words in str(seen).lower() for words in _SHORT):
            return True
        seen = seen.__cause__ if seen is not None else None
    return False


def gigabytes(count: float) -> str:
    """Returns bytes as a person reads them: megabytes below one gigabyte."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def killed_for_memory(root: Path = Path("/")) -> int | None:
    """Counts how often the kernel has killed something in our control group for memory, or on this machine where groups
    do not count; None where nobody says."""
    for folder in _folders(root):
        for name in ("memory.events", "memory.oom_control"):
            count = _field(folder / name, "oom_kill")
            if count is not None:
                return count
    return _field(root / "proc" / "vmstat", "oom_kill")


def which_group(root: Path = Path("/")) -> str:
    """Our control groups by name: counts of two processes can be compared where they are the same."""
    return "\n".join(_lines(root / "proc" / "self" / "cgroup"))


def which_start(root: Path = Path("/")) -> str:
    """A name that the machine has from one start to the next; empty where it has none."""
    return "".join(_lines(root / "proc" / "sys" / "kernel" / "random" / "boot_id"))


def _available(root: Path) -> int | None:
    """MemAvailable: what programs can have without swapping."""
    if sys.platform == "win32":
        return _available_on_windows()
    found = _field(root / "proc" / "meminfo", "MemAvailable:")
    return None if found is None else found * 1024


def _container(root: Path) -> int | None:
    """The least that any of the groups around us leaves; what is cached of files can be had as well."""
    left = [free for folder in _folders(root) if (free := _left_in(folder)) is not None]
    return min(left, default=None)


def _left_in(folder: Path) -> int | None:
    for most, used, cache in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        limit, usage = _number(folder / most), _number(folder / used)
        if limit is not None and usage is not None and limit < _NO_LIMIT:
            return max(0, limit - usage + (_field(folder / "memory.stat", cache) or 0))
    return None


def _folders(root: Path) -> Iterator[Path]:
    """Ours and those above it, innermost first. In a container the path may be one that only the outside has: then
    the top of what is mounted is ours."""
    for line in _lines(root / "proc" / "self" / "cgroup"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "memory" not in controllers.split(","):
            continue
        top = root / "sys" / "fs" / "cgroup" / ("memory" if controllers else "")
        folder = top / path.strip("/")
        while folder != top:
            yield folder
            folder = folder.parent
        yield top


def _process(root: Path) -> int | None:
    """Returns what `ulimit -v` and `ulimit -d` leave."""
    left: list[int] = []
    if sys.platform != "win32":
        pages = {"VmSize:": resource.RLIMIT_AS, "VmData:": resource.RLIMIT_DATA}
        for name, kind in pages.items():
            limit, used = resource.getrlimit(kind)[0], _field(root / "proc" / "self" / "status", name)
            if limit != resource.RLIM_INFINITY and used is not None:
                left.append(max(0, limit - used * 1024))
    return min(left, default=None)


def _field(path: Path, name: str) -> int | None:
    """The number beside a name, in a file of one such pair a line."""
    for line in _lines(path):
        words = line.split()
        if len(words) > 1 and words[0] == name and words[1].isdigit():
            return int(words[1])
    return None


def _number(path: Path) -> int | None:
    """None for 'max', and where there is no such file."""
    lines = _lines(path)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []
