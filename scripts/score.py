#!/usr/bin/env python3
"""Makes the prompts of a file and scores what came of them: R-Precision, similarity, seconds, and pages to look at.

    python3 scripts/score.py scripts/benchmarks/prompts/held_out_60.txt --workers 2
    python3 scripts/score.py --help

The work is done by scripts/benchmarks/score.py in the backend's environment, which is made where it is missing.
"""

from __future__ import annotations

import importlib.util
import os
import sys

from lib import environments
from lib.console import log
from lib.interpreter import require_fitting_python

MODULE = "scripts.benchmarks.score"


def main() -> int:
    try:
        interpreter = backend_interpreter()
    except environments.SetupError as error:
        log(str(error))
        return 1
    path = os.pathsep.join(filter(None, [str(environments.ROOT), os.environ.get("PYTHONPATH", "")]))
    os.execve(interpreter, [interpreter, "-m", MODULE, *sys.argv[1:]], os.environ | {"PYTHONPATH": path})


def backend_interpreter() -> str:
    """The Python that runs this where it has torch, else that of the backend's environment."""
    if importlib.util.find_spec("torch"):
        return sys.executable
    require_fitting_python()
    return str(environments.ensure(environments.backend(), log).interpreter)


if __name__ == "__main__":
    sys.exit(main())
