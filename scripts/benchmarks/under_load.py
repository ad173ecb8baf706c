#!/usr/bin/env python3
"""A job beside other work: seconds of optimizing, and of the processor for the whole command, idle and with neighbors.

    .envs/backend/bin/python -m scripts.benchmarks.under_load                  100 draft steps, 2 busy neighbors
    .envs/backend/bin/python -m scripts.benchmarks.under_load --rounds 5 --ways now before passive

Each round runs every way idle and then every way with the neighbors, in turn, so that what else the machine does meets
all of them. Figures are medians over rounds; `ratio` is loaded over idle. Wants a machine that is idle otherwise.

now       as `python -m backend` starts itself
before    as it once did: GNU's own spin count, the loops on all threads whatever else is going on
10000     with that spin count
passive   OMP_WAIT_POLICY=PASSIVE
one       one thread
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..lib.environments import ROOT

WAYS: dict[str, dict[str, str]] = {
    "now": {},
    "before": {"GOMP_SPINCOUNT": "300000", "KMP_BLOCKTIME": "200"},
    "10000": {"GOMP_SPINCOUNT": "10000"},
    "passive": {"OMP_WAIT_POLICY": "PASSIVE"},
    "one": {"OMP_NUM_THREADS": "1"},
}
FIXED_THREADS = ("before",)
_CODE = """
import resource, runpy, sys
from backend import runtime_settings
runtime_settings.apply()
if {fixed}:
    from backend.processor_share import ThreadBudget
    ThreadBudget.threads = lambda self: self._limit
sys.argv[0] = "backend"
runpy.run_module("backend", run_name="__main__", alter_sys=True)
"""
_BUSY = "while True: pass"


def main() -> int:
    options = parse()
    rows: dict[tuple[str, bool], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        run(options, "now", Path(folder) / "warm")  # compiles, and reads everything from the disk once
        for number in range(options.rounds):
            for loaded in (False, True):
                with neighbors(options.neighbors if loaded else 0):
                    for way in options.ways:
                        out = Path(folder) / f"{way}-{loaded}-{number}"
                        rows.setdefault((way, loaded), []).append(run(options, way, out))
    for way in options.ways:
        print(json.dumps(summary(way, rows[way, False], rows[way, True])))
    return 0


def run(options: argparse.Namespace, way: str, out: Path) -> dict[str, float]:
    """Run one job to its end and give its seconds of optimizing and of the processor."""
    command = [sys.executable, "-c", _CODE.format(fixed=way in FIXED_THREADS), "generate", "a red cube"]
    command += [
        "--quality",
        "draft",
        "--steps",
        str(options.steps),
        "--seed",
        "1",
        "--device",
        "cpu",
        "--out",
        str(out),
    ]
    child = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | WAYS[way], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"The job '{way}' ended with {child.returncode}: run it by hand to see why.")
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {"optimize_s": float(report["seconds_optimize"]), "processor_s": used.ru_utime + used.ru_stime}


@contextmanager
def neighbors(count: int) -> Iterator[None]:
    """Have so many programs use a processor each."""
    children = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for child in children:
            child.kill()
            child.wait()


def summary(way: str, idle: list[dict[str, float]], loaded: list[dict[str, float]]) -> dict[str, Any]:
    row: dict[str, Any] = {"way": way}
    for name in ("optimize_s", "processor_s"):
        quiet, busy = (statistics.median(each[name] for each in measured) for measured in (idle, loaded))
        row |= {name: round(quiet, 1), f"{name}_loaded": round(busy, 1), f"{name}_ratio": round(busy / quiet, 2)}
    return row


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--neighbors", type=int, default=2)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=["now", "before"])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
