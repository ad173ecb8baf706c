"""Looks for faults for as long as you like: bad frames, kills, random commands, full disks, a long life.

    .envs/backend/bin/python -m scripts.benchmarks.faults frames --count 1000000 --record
    .envs/backend/bin/python -m scripts.benchmarks.faults kills --count 500 --seed 3 --first 120
    .envs/backend/bin/python -m scripts.benchmarks.faults soak --count 28800

Parts by name, or none for all of them. `--count` is how many frames, kills or commands, how many rounds over all places
that write for `disks`, and seconds for `soak`. Seed and number of a try say what it does: a fault is tried again with
`--first NUMBER --count 1`, and a stopped run goes on with `--first`. Each part prints one line of figures; with
`--record` it is appended to docs/results/faults.jsonl. The status is 1 where there was a fault.

Not in CI: tests/scripts/test_faults.py runs a short form of each part.
"""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from ..lib.environments import ROOT

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_CACHE_DIR", str(ROOT / ".cache" / "faults" / "compiled"))  # once for all temporary caches

from .fault_line import Try
from .readme_numbers import machine

RESULTS = ROOT / "docs" / "results" / "faults.jsonl"
PARTS = {
    "frames": ("bad_frames", 1_000_000),
    "kills": ("kill_storm", 500),
    "commands": ("random_commands", 100_000),
    "disks": ("full_disks", 1),
    "soak": ("soak", 8 * 3600),
}
"""Module and the count of a long run."""


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("websockets").setLevel(logging.ERROR)
    options = parse(sys.argv[1:])
    lines = [run_part(name, options) for name in options.parts or PARTS]
    return int(any(line["faults"] for line in lines))


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where none is named")
    parser.add_argument("--count", type=int, help="how many tries of each part; its long run's where not given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="number of the first try")
    parser.add_argument("--minutes", type=float, help="stop after so many; the line says how many tries were made")
    parser.add_argument("--out", type=Path, default=ROOT / "out", help="folder of plots")
    parser.add_argument("--record", action="store_true", help=f"append the figures to {RESULTS.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    for name in options.parts:
        if name not in PARTS:
            parser.error(f"there is no part '{name}': choose of {', '.join(PARTS)}")
    return options


def run_part(name: str, options: argparse.Namespace) -> dict[str, Any]:
    module, count = PARTS[name]
    wanted = Try(options.count or count, options.seed, options.first, options.out, options.minutes)
    began = time.monotonic()
    found = importlib.import_module(f"scripts.benchmarks.{module}").run(wanted)
    command = (
        f"python -m scripts.benchmarks.faults {name} --count {wanted.count} --seed {wanted.seed} --first {wanted.first}"
    )
    command += f" --minutes {wanted.minutes:g}" if wanted.minutes else ""
    line = found.line(time.monotonic() - began, machine(), command)
    print(json.dumps(line), flush=True)
    if options.record:
        with RESULTS.open("a") as file:
            file.write(json.dumps(line) + "\n")
    return dict(line)


if __name__ == "__main__":
    sys.exit(main())
