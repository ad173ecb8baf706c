"""Memory that a step has freed stays with the process for the next step.

glibc hands blocks of more than 32 MiB back to the kernel as they are freed, and asks for them again a moment later,
when every page has to be found and cleared anew. A step on CPUs has many such blocks: where page faults are dear, as in
a virtual machine with a busy neighbor, three convolutions forward and back took 1.5 s so and 0.8 s without.
"""

from __future__ import annotations

import ctypes
import platform

TRIM_THRESHOLD, TOP_PAD, MMAP_MAX = -1, -2, -4  # of mallopt, see its manual page
AT_ONCE = 64 * 2**20


def keep_freed_memory() -> bool:
    """From now on; False where the C library is not glibc, and nothing is changed."""
    if platform.libc_ver()[0] != "glibc":
        return False
    wanted = ((MMAP_MAX, 0), (TRIM_THRESHOLD, 2**31 - 1), (TOP_PAD, AT_ONCE))
    return all([bool(ctypes.CDLL(None).mallopt(which, value)) for which, value in wanted])
