#!/usr/bin/env python3
"""Makes the environments that a checkout needs: the backend's and the Blender that fits the running Python.

python3 scripts/setup.py            what demo.py needs
python3 scripts/setup.py --all      and what test.py needs
"""

from __future__ import annotations

import argparse
import sys
import time

from lib import environments
from lib.console import log
from lib.interpreter import find_python, require_fitting_python


def main() -> int:
    require_fitting_python()
    options = _parse(sys.argv[1:])
    try:
        for environment in _wanted(options.all):
            began = time.monotonic()
            environments.ensure(environment, log)
            log(f".envs/{environment.name} is ready ({time.monotonic() - began:.0f} s)")
    except environments.SetupError as error:
        log(str(error))
        return 1
    except KeyboardInterrupt:
        log("stopped; nothing half-made is kept")
        return 130
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="also the type checker's, and every Blender with a Python")
    return parser.parse_args(arguments)


def _wanted(everything: bool) -> list[environments.Environment]:
    wanted = [environments.backend(), environments.fitting_blender()]
    if everything:
        others = [environments.blender("4.5"), environments.blender("5.2")]
        wanted += [other for other in others if other not in wanted and find_python(*other.python)]
        wanted.append(environments.check())
    return wanted


if __name__ == "__main__":
    raise SystemExit(main())
