#!/usr/bin/env python3
"""Measures what docs/figures.md claims: a JSON line a row, then a table with the machine.

python3 -m scripts.benchmarks.readme_numbers                         everything but the set-up
python3 -m scripts.benchmarks.readme_numbers mesh-128 round-trip     these rows
python3 -m scripts.benchmarks.readme_numbers set-up                  makes all environments again, in a temporary folder
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..lib import environments
from ..lib.console import log
from ..lib.environments import ROOT, SetupError
from ..lib.interpreter import require_fitting_python

REPEATS = 3
STAGES_TO_MESH = ("setup", "start", "optimize", "export", "mesh")

if TYPE_CHECKING:  # an older Python that only wants to log so cannot subscript Callable
    Row = Callable[[], dict[str, Any]]


class MeasureError(Exception):
    """Something that was to be measured failed. `str(error)` is what it said."""


def main() -> int:
    require_fitting_python()
    rows = _rows()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which to measure: {', '.join(rows)}")
    wanted = parser.parse_args().rows or [name for name in rows if name != "set-up"]
    unknown = sorted(set(wanted) - set(rows))
    if unknown:
        parser.error(f"there is no row '{unknown[0]}': known are {', '.join(rows)}")
    try:
        measured = {name: _measured(name, rows[name]) for name in wanted}
    except (MeasureError, SetupError) as error:
        log(str(error))
        return 1
    print_table(measured)
    return 0


def prompt_to_mesh() -> dict[str, Any]:
    """Seconds from the command to the mesh, once set up; the pictures come after. The first run also compiles."""
    first, *reports = run_demos(1 + REPEATS, "a red sphere", "--quality", "draft")
    to_mesh = [sum(report["seconds"].get(stage, 0) for stage in STAGES_TO_MESH) for report in (first, *reports)]
    return {
        "seconds": round(statistics.median(to_mesh[1:]), 1),
        "seconds_first": round(to_mesh[0], 1),
        "seconds_with_pictures": round(statistics.median(report["seconds"]["total"] for report in reports), 1),
        "steps": reports[0]["steps"],
    } | _peaks(reports)


def reconstruct() -> dict[str, Any]:
    """Held-out quality of the sample scene."""
    _, *reports = run_demos(1 + REPEATS, "--reconstruct")
    return {
        "psnr_db": round(statistics.median(report["evaluation"]["psnr"] for report in reports), 2),
        "ssim": round(statistics.median(report["evaluation"]["ssim"] for report in reports), 4),
        "seconds_optimizing": round(statistics.median(report["seconds"]["optimize"] for report in reports), 1),
        "steps": reports[0]["steps"],
    } | _peaks(reports)


def mesh(resolution: int) -> dict[str, Any]:
    """Seconds from a grid to Blender's mesh."""
    answer = run_in_blender("mesh", str(resolution))
    return {"seconds": round(statistics.median(answer["seconds"]), 3), "faces": answer["faces"]}


def round_trip() -> dict[str, Any]:
    """Milliseconds of a call and its answer."""
    with tempfile.TemporaryDirectory(prefix="dreamwright-benchmark-") as cache:
        milliseconds = sorted(second * 1000 for second in run_in_blender("round-trip", cache)["seconds"])
    return {
        "milliseconds": round(statistics.median(milliseconds), 2),
        "milliseconds_95th": round(milliseconds[int(0.95 * len(milliseconds))], 2),
    }


def step() -> dict[str, Any]:
    """Milliseconds of one optimization step in several ways; scripts/benchmarks/steps.py says which."""
    return {row["row"].removeprefix("step-"): row["cpu_ms"] for row in _rows_of("scripts.benchmarks.steps")}


def export() -> dict[str, Any]:
    """Seconds of the processor for a grid of 256^3; scripts/benchmarks/export.py says of what."""
    return {row["row"].removeprefix("export-"): row["whole_cpu_s"] for row in _rows_of("scripts.benchmarks.export")}


def set_up() -> dict[str, Any]:
    """Seconds to make what demo.py needs, as a newcomer does."""
    with tempfile.TemporaryDirectory(prefix=".dreamwright-benchmark-", dir=ROOT) as folder:
        environments.FOLDER = Path(folder)
        wanted = (environments.backend(), environments.fitting_blender())
        return {f"seconds_{each.name}": round(_seconds(partial(environments.ensure, each, log)), 1) for each in wanted}


def run_demos(count: int, *arguments: str) -> list[dict[str, Any]]:
    """Reports of a demonstration, again and again in the same folder: what was compiled is there the next time."""
    with tempfile.TemporaryDirectory(prefix="dreamwright-benchmark-") as folder:
        return [_run_demo(Path(folder), *arguments) for _ in range(count)]


def _run_demo(folder: Path, *arguments: str) -> dict[str, Any]:
    environ = os.environ | {"DREAMWRIGHT_CACHE": str(folder / "cache")}
    _run([sys.executable, str(ROOT / "scripts" / "demo.py"), *arguments, "--out", str(folder / "out")], environ)
    (report,) = folder.glob("out/*/report.json")
    return dict(json.loads(report.read_text(encoding="utf-8")))


def run_in_blender(*arguments: str) -> dict[str, Any]:
    blender = environments.ensure(environments.fitting_blender(), log)
    backend = environments.ensure(environments.backend(), log)
    command = [str(blender.interpreter), "-m", "scripts.in_blender.measure", *arguments]
    environ = os.environ | {"DREAMWRIGHT_BACKEND_PYTHON": str(backend.interpreter)}
    return dict(json.loads(_run(command, environ).strip().splitlines()[-1]))


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {platform.python_version()}"


def print_table(measured: dict[str, dict[str, Any]]) -> None:
    print(f"\n{machine()}; median of {REPEATS} where a thing was done several times")
    for name, values in measured.items():
        print(f"{name:16}" + ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in values.items()))


def _rows() -> dict[str, Row]:
    return {
        "prompt-to-mesh": prompt_to_mesh,
        "reconstruct": reconstruct,
        "mesh-128": lambda: mesh(128),
        "mesh-256": lambda: mesh(256),
        "round-trip": round_trip,
        "step": step,
        "export": export,
        "set-up": set_up,
    }


def _measured(name: str, row: Row) -> dict[str, Any]:
    log(f"measuring {name}")
    values = row()
    print(json.dumps({"row": name, **values, "machine": machine()}), flush=True)
    return values


def _peaks(reports: list[dict[str, Any]]) -> dict[str, Any]:
    return {f"peak_rss_mb_{who}": round(max(report["peak_rss_mb"][who] for report in reports))
            for who in ("backend", "blender")}  # fmt: skip


def _rows_of(module: str) -> list[dict[str, Any]]:
    """The lines of JSON of a module that measures in the backend's own Python."""
    backend = environments.ensure(environments.backend(), log)
    printed = _run([str(backend.interpreter), "-m", module], dict(os.environ))
    return [json.loads(line) for line in printed.splitlines() if line.startswith("{")]


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _run(command: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise MeasureError(f"`{' '.join(command[1:])}` failed: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
