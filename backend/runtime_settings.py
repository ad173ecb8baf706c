"""What the libraries under torch are told before they are loaded: to wait without burning the processor, and to fall
back.

Read once, when a library is loaded, so this is called before anything imports torch. What a person set stays.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

SPIN_COUNT = 1000
"""Rounds that a thread of GNU OpenMP (torch has it on Linux) looks for work before it sleeps. The default is so many
that with other work on the machine, and Blender is such work, threads that wait take the processor from those that
work. None at all (OMP_WAIT_POLICY=PASSIVE) is 1.5 times slower on a machine that is idle."""
BLOCK_MILLISECONDS = 1
"""The same for LLVM's and Intel's (torch's on macOS and Windows), which by themselves wait for 200."""


def settings() -> dict[str, str]:
    """Return what is set, by the names of environment variables."""
    return {
        "GOMP_SPINCOUNT": str(SPIN_COUNT),
        "KMP_BLOCKTIME": str(BLOCK_MILLISECONDS),
        "PYTORCH_ENABLE_MPS_FALLBACK": "1",  # an operator that Apple's graphics cores lack is computed beside them
    }


def apply(environ: MutableMapping[str, str] = os.environ) -> None:
    """Set what nobody has set; how threads wait is left alone where OMP_WAIT_POLICY says it."""
    waiting = {"GOMP_SPINCOUNT", "KMP_BLOCKTIME"} if environ.get("OMP_WAIT_POLICY") else set()
    for name, value in settings().items():
        if name not in waiting:
            environ.setdefault(name, value)
