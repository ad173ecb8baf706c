#!/usr/bin/env python3
"""From words to a colored mesh in the scene, at quality Instant: with a warm backend, and from nothing.

    python3 -m scripts.benchmarks.first_shape                medians of 3 Blenders with 8 prompts each
    python3 -m scripts.benchmarks.first_shape --runs 5

`command` is the seconds from the start of the command until the first mesh is in the scene, Blender's start and the
backend's included (aim 12); `first` is the same without Blender's start; `warm` is from the button to the mesh once the
backend runs (aim 3), as median, least and most. On the clock, so they want a machine that is idle otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ..lib import environments
from ..lib.environments import ROOT
from ..lib.interpreter import BPY_RELEASES, require_fitting_python

DRIVER = "scripts.in_blender.first_shape"
PROMPTS = (
    "a red teapot", "a blue chair", "a cactus", "a green dinosaur", "a yellow lamp", "a striped mug", "a castle",
    "a white rabbit",
)  # fmt: skip
WARM_AIM, COMMAND_AIM = 3.0, 12.0  # seconds


def main() -> int:
    require_fitting_python()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="Blenders of each series (3)")
    options = parser.parse_args()
    print(f"{'Blender':9} {'command':>8} {'first':>7} {'warm':>6} {'least':>6} {'most':>6} {'faces':>7}   (s, medians)")
    for release in sorted(BPY_RELEASES.values()):
        series = release.rsplit(".", 1)[0]
        python = environments.blender(series).interpreter
        if python.exists():
            print(row(series, [measured(python) for _ in range(options.runs)]), flush=True)
    return 0


def row(series: str, runs: list[list[dict[str, Any]]]) -> str:
    command = statistics.median(lines[0]["since_start"] for lines in runs)
    first = statistics.median(lines[0]["seconds"] for lines in runs)
    warm = [line["seconds"] for lines in runs for line in lines[1:]]
    faces = statistics.median(line["faces"] for lines in runs for line in lines)
    middle = statistics.median(warm)
    met = [f"{name} aim {'met' if seconds <= aim else 'missed'}"
           for name, seconds, aim in (("warm", middle, WARM_AIM), ("command", command, COMMAND_AIM))]  # fmt: skip
    figures = f"{command:8.1f} {first:7.1f} {middle:6.2f} {min(warm):6.2f} {max(warm):6.2f} {faces:7.0f}"
    return f"{series:9} {figures}   {', '.join(met)}"


def measured(python: Path) -> list[dict[str, Any]]:
    """What one Blender told of each prompt.

    Raises:
        SystemExit: it made a mesh without color, or ended before the last prompt.
    """
    with tempfile.TemporaryDirectory(prefix="dreamwright-first-") as cache:
        ours = {
            "DREAMWRIGHT_CACHE": cache,
            "DREAMWRIGHT_BACKEND_PYTHON": str(environments.backend().interpreter),
            "OMP_NUM_THREADS": str(os.cpu_count()),
        }
        began = time.monotonic()
        blender = subprocess.Popen(
            [str(python), "-m", DRIVER, *PROMPTS], cwd=ROOT, env=os.environ | ours, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert blender.stdout is not None
        lines = [
            json.loads(line) | {"since_start": time.monotonic() - began}
            for line in blender.stdout
            if line.startswith("{")
        ]
        blender.wait()
    if len(lines) < len(PROMPTS) or not all(line["colored"] for line in lines):
        raise SystemExit(f"{len(lines)} of {len(PROMPTS)} prompts became colored meshes: see `python -m {DRIVER}`.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
