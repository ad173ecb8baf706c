"""This machine as our own code would see it if it were Windows: for a child process, which calls `pretend` first.

What stands in the sources of `backend` and `addon` sees a Windows: `sys.platform`, `os.name`, no modules that Unix
alone has, no functions, signals and sockets that Windows lacks, `msvcrt`, `ctypes.WinDLL`. Everybody else's code
(torch, numpy, the standard library) goes on seeing the system that it was built for.

In a folder that is named, files behave as Windows' do: one that is open or mapped into memory can be neither deleted
nor replaced, nor can a folder above it be renamed; and names that Windows has reserved cannot be made.
"""

from __future__ import annotations

import builtins
import ctypes
import ctypes.wintypes
import errno
import os
import select
import shutil
import signal
import socket
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

UNIX_MODULES = frozenset(
    ["resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix", "spwd", "crypt"]
)
UNIX_OS = frozenset([
    "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getpgid", "getpgrp", "getpriority",
    "setpriority", "getresuid", "getresgid", "getsid", "setuid", "seteuid", "setgid", "setsid", "setpgid",
    "killpg", "nice", "wait", "wait3", "wait4", "waitid", "mkfifo", "mknod", "chown", "fchown", "lchown", "chroot",
    "fchmod", "fchdir", "lchmod", "sysconf", "sysconf_names", "pathconf", "fpathconf", "confstr", "getloadavg",
    "sched_getaffinity", "sched_setaffinity", "sched_yield", "sched_setscheduler", "posix_spawn", "posix_fadvise",
    "posix_fallocate", "pread", "pwrite", "readv", "writev", "preadv", "pwritev", "sendfile", "sync", "fdatasync",
    "statvfs", "fstatvfs", "ttyname", "openpty", "ctermid", "uname", "lockf", "copy_file_range", "memfd_create",
    "eventfd", "pidfd_open", "getxattr", "setxattr", "listxattr", "splice", "tcgetpgrp", "register_at_fork",
    "WNOHANG", "WIFEXITED", "WEXITSTATUS", "WIFSIGNALED", "WTERMSIG", "O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC",
    "O_NONBLOCK", "O_SYNC", "O_NOCTTY", "PRIO_PROCESS", "EX_OK", "EX_USAGE", "get_blocking", "set_blocking",
    "supports_dir_fd", "supports_fd",
])  # fmt: skip
WINDOWS_SIGNALS = frozenset(["SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM", "SIG_DFL", "SIG_IGN"])
RESERVED = frozenset(["CON", "PRN", "AUX", "NUL", *(f"{kind}{n}" for kind in ("COM", "LPT") for n in range(1, 10))])
OURS = ("backend", "addon")


class _Module(types.ModuleType):
    """A module with some names missing and some replaced."""

    def __init__(self, real: types.ModuleType, missing: Callable[[str], bool], **changed: Any) -> None:
        super().__init__(real.__name__)
        self.__dict__.update(_real=real, _missing=missing, **changed)

    def __getattr__(self, name: str) -> Any:
        if self.__dict__["_missing"](name):
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}' on Windows")
        return getattr(self.__dict__["_real"], name)


def pretend(folder: Path | None = None) -> None:
    """Be Windows for our own code from here on, and in `folder` for everybody's files."""
    seen = _modules()
    real_import = builtins.__import__

    def windows_import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        package = (globals or {}).get("__package__") or (globals or {}).get("__name__", "")
        if level == 0 and package.partition(".")[0] in OURS:
            if name in UNIX_MODULES:
                raise ModuleNotFoundError(f"No module named '{name}' (there is none on Windows)", name=name)
            if name in seen:
                return seen[name]
        return real_import(name, globals, locals, fromlist, level)

    builtins.__import__ = windows_import
    if folder is not None:
        _hold_files(folder.resolve())


def _modules() -> dict[str, types.ModuleType]:
    system = _Module(
        sys, lambda name: name == "getdlopenflags", platform="win32", getwindowsversion=lambda: (10, 0, 22631)
    )
    operating = _Module(os, lambda name: name in UNIX_OS, name="nt", kill=_kill, O_BINARY=0, open=_without_modes)
    signals = _Module(signal, _is_unix_signal, signal=_signal, SIGBREAK=21, CTRL_C_EVENT=0, CTRL_BREAK_EVENT=1)
    sockets = _Module(socket, lambda name: name in {"AF_UNIX", "SO_REUSEPORT", "sethostname", "CMSG_LEN"})
    selects = _Module(select, lambda name: name in {"poll", "epoll", "kqueue", "devpoll"}, select=_select)
    times = _Module(time, lambda name: name in {"tzset", "clock_gettime", "CLOCK_MONOTONIC", "pthread_getcpuclockid"})
    native = _Module(ctypes, lambda name: name == "PyDLL", WinDLL=_WinDLL, WinError=OSError, get_last_error=lambda: 5)
    return {
        "sys": system, "os": operating, "signal": signals, "socket": sockets, "select": selects, "time": times,
        "ctypes": native, "msvcrt": _msvcrt(), "winreg": _winreg(),
    }  # fmt: skip


def _is_unix_signal(name: str) -> bool:
    return (name.startswith("SIG") and name not in WINDOWS_SIGNALS) or name in {
        "pthread_kill", "pthread_sigmask", "setitimer", "alarm", "pause", "sigwait", "siginterrupt",
    }  # fmt: skip


def _signal(number: int, handler: Any) -> Any:
    if number not in {getattr(signal, name) for name in WINDOWS_SIGNALS if name.startswith("SIG") and "_" not in name}:
        raise ValueError("signal number out of range")
    return signal.signal(number, handler)


def _kill(pid: int, number: int) -> None:
    """Windows ends the process at once, whatever the signal, and 0 is no question but Ctrl-C."""
    if number == 0:
        raise OSError(errno.EINVAL, "os.kill(pid, 0) sends Ctrl-C on Windows")
    os.kill(pid, 9)


def _without_modes(path: Any, flags: int, mode: int = 0o777, **named: Any) -> int:
    if os.path.isdir(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))  # Windows opens no folder
    return os.open(path, flags, mode, **named)


def _select(reading: Any, writing: Any, failing: Any, timeout: Any = None) -> Any:
    """Sockets only."""
    for each in (*reading, *writing, *failing):
        if not isinstance(each, socket.socket):
            raise OSError(10038, "An operation was attempted on something that is not a socket")
    return select.select(reading, writing, failing, timeout)


# -- Windows' own


def _msvcrt() -> types.ModuleType:
    module = types.ModuleType("msvcrt")

    def locking(number: int, mode: int, count: int) -> None:
        import fcntl

        if mode != 2:
            raise OSError(errno.EINVAL, "Invalid argument")
        fcntl.lockf(number, fcntl.LOCK_EX | fcntl.LOCK_NB, count, os.lseek(number, 0, os.SEEK_CUR))

    module.__dict__.update(LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2, locking=locking, get_osfhandle=lambda number: number)
    return module


def _winreg() -> types.ModuleType:
    """A registry in which nothing is written."""
    module = types.ModuleType("winreg")

    def missing(*_: Any) -> Any:
        raise FileNotFoundError(2, "The system cannot find the file specified")

    module.__dict__.update(HKEY_LOCAL_MACHINE=0, HKEY_CURRENT_USER=1, OpenKey=missing, QueryValueEx=missing)
    return module


class _Function:
    """A function of a library, which takes the types that are set on it."""

    def __init__(self, do: Callable[..., Any]) -> None:
        self.do = do
        self.restype: Any = None
        self.argtypes: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self.do(*arguments)


class _WinDLL:
    """Of kernel32 what we call, answered by this system."""

    def __init__(self, name: str, **_: Any) -> None:
        if name != "kernel32":
            raise OSError(f"there is no {name} here")
        self.GetCurrentProcess = _Function(lambda: -1)
        self.K32GetProcessMemoryInfo = _Function(_memory)
        self.SetPriorityClass = _Function(_set_priority)
        self.GetPriorityClass = _Function(lambda process: PRIORITY[-1])
        self.GlobalMemoryStatusEx = _Function(_machine_memory)
        self.GetSystemTimes = _Function(_system_times)


PRIORITY = [0x20]
"""NORMAL_PRIORITY_CLASS; what is set is added."""


def _set_priority(process: int, value: int) -> int:
    PRIORITY.append(value)
    return 1


def _memory(process: int, counters: Any, size: int) -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[1]) * 4096
    counters._obj.WorkingSetSize = counters._obj.PeakWorkingSetSize = held
    return 1


def _system_times(idle: Any, system: Any, user: Any) -> int:
    with open("/proc/stat", encoding="ascii") as file:
        fields = [int(word) for word in file.readline().split()[1:]]
    ticks = 10**7 // os.sysconf("SC_CLK_TCK")
    idle._obj.value, user._obj.value = fields[3] * ticks, (fields[0] + fields[1]) * ticks
    system._obj.value = (fields[2] + fields[3]) * ticks  # Windows counts idle time as the system's
    return 1


def _machine_memory(status: Any) -> int:
    with open("/proc/meminfo", encoding="ascii") as file:
        facts = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in file if len(line.split()) > 1}
    status._obj.ullTotalPhys, status._obj.ullAvailPhys = facts["MemTotal"], facts["MemAvailable"]
    status._obj.ullAvailPageFile = facts["MemAvailable"] + facts["SwapFree"]
    return 1


# -- files


def _hold_files(folder: Path) -> None:
    """Refuse inside `folder` what Windows refuses, for everybody: shutil and pathlib call these by name."""
    for name in ("replace", "rename", "unlink", "remove", "rmdir"):
        setattr(os, name, _refusing(getattr(os, name), folder, both=name in {"replace", "rename"}))
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # Windows deletes by path
    os.mkdir = _named(os.mkdir, folder)  # type: ignore[assignment]
    real_open = builtins.open
    builtins.open = _named(real_open, folder)
    import io

    io.open = builtins.open  # type: ignore[misc]  # pathlib's


def _refusing(real: Callable[..., Any], folder: Path, *, both: bool) -> Callable[..., Any]:
    def guarded(*paths: Any, **named: Any) -> Any:
        for path in paths[: 2 if both else 1]:
            full = _inside(path, folder)
            if full is not None and (holder := _holder(full)):
                raise PermissionError(errno.EACCES, f"The file is being used by this process ({holder})", str(path))
        return real(*paths, **named)

    return guarded


def _named(real: Callable[..., Any], folder: Path) -> Callable[..., Any]:
    def guarded(path: Any, *arguments: Any, **named: Any) -> Any:
        full = None if isinstance(path, int) else _inside(path, folder)
        if full is not None and (part := next(bad_parts(full.relative_to(folder)), None)):
            raise OSError(errno.EINVAL, f"Windows makes no file of the name {part!r}", str(path))
        return real(path, *arguments, **named)

    return guarded


def bad_parts(path: Path | PureWindowsPath) -> Iterator[str]:
    """The parts of a path that Windows does not take, or takes for something else."""
    for part in path.parts:
        stem = part.split(".")[0].rstrip().upper()
        if (
            stem in RESERVED
            or part != part.rstrip(". ")
            or any(letter in '<>:"|?*' or ord(letter) < 32 for letter in part)
        ):
            yield part


def _inside(path: Any, folder: Path) -> Path | None:
    full = Path(os.path.abspath(os.fsdecode(path)))
    return full if full.is_relative_to(folder) else None


def _holder(path: Path) -> str:
    """Why a file, or something in a folder, cannot be moved: by its inode, for a link is another name of it."""
    for kind, target, held in _held():
        if held == path or path in held.parents or _is_same(target, path):
            return kind
    return ""


def _is_same(target: str, path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and os.path.samestat(os.stat(target), os.stat(path))
    except OSError:
        return False


def _held() -> Iterator[tuple[str, str, Path]]:
    for number in os.listdir("/proc/self/fd"):
        link = f"/proc/self/fd/{number}"
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.startswith("/") and os.path.isfile(target):
            yield "open", link, Path(target)
    with builtins_open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        for target in {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if len(line.split()) > 5}:
            if target.startswith("/"):
                yield "mapped", target, Path(target)


builtins_open = open
