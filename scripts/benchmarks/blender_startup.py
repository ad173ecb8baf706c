#!/usr/bin/env python3
"""What enabling the add-on adds to Blender's start; the aim is less than 60 ms.

    python3 -m scripts.benchmarks.blender_startup      medians of 7, with and without in turn, in each Blender
    python3 -m scripts.benchmarks.blender_startup --runs 15

Two figures: the seconds on the clock from the end of Blender's own start until the add-on is registered, and the
processor's seconds of the same, which do not grow when the machine has other things to do.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..lib import environments
from ..lib.environments import ROOT
from ..lib.interpreter import BPY_RELEASES, require_fitting_python

PROGRAM = ROOT / "scripts" / "in_blender" / "start.py"
COMPILED = ROOT / ".cache" / "compiled-python"
AIM_SECONDS = 0.060


def main() -> int:
    require_fitting_python()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="of each (7)")
    options = parser.parse_args()
    print(f"{'Blender':9} {'alone':>8} {'with':>8} {'added':>8} {'enabling':>9} {'on the clock':>13}   (ms, medians)")
    for release in sorted(BPY_RELEASES.values()):
        series = release.rsplit(".", 1)[0]
        python = environments.blender(series).interpreter
        if python.exists():
            print(row(series, python, options.runs), flush=True)
    return 0


def row(series: str, python: Path, runs: int) -> str:
    measured(python, "with")  # so that everything is compiled and in the disk's cache
    alone, together = [], []
    for _ in range(runs):  # in turn, so that what else the machine does falls on both
        alone.append(measured(python, "without"))
        together.append(measured(python, "with"))
    before, after = (statistics.median(each["start"] for each in side) for side in (alone, together))
    enabling = [statistics.median(each["enabling"][clock] for each in together) for clock in ("processor", "wall")]
    figures = [before, after, after - before, *enabling]
    words = "  aim met" if enabling[0] < AIM_SECONDS else f"  aim of {AIM_SECONDS * 1000:.0f} ms missed"
    widths = (8, 8, 8, 9, 13)
    return f"{series:9} " + " ".join(f"{n * 1000:{w}.0f}" for n, w in zip(figures, widths, strict=True)) + words


def measured(python: Path, how: str) -> dict[str, Any]:
    """One start of Blender."""
    environ = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPYCACHEPREFIX": str(COMPILED)}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Blender keeps what it compiled
    done = subprocess.run([str(python), str(PROGRAM), how], env=environ, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
