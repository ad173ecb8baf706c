#!/usr/bin/env python3
"""Sets up what is missing and runs every test; what is left out is said, with the reason.

python3 scripts/test.py                 everything that needs neither minutes nor a GPU; the window test in CI only
python3 scripts/test.py --unit          what starts no process and no Blender: two minutes, for between two edits
python3 scripts/test.py --fast          the code, the backend and one Blender: no installed extension, no demo
python3 scripts/test.py -k checkpoint   what has this in its name
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import check
import real_blender
from lib import environments
from lib.console import log
from lib.environments import ROOT, Environment, SetupError
from lib.interpreter import BPY_RELEASES, find_python
from lib.suites import Outcome, Suite, marks_expression, pytest_suite, run_check, run_pytest

APART = ("blender", "end_to_end", "window")
"""Folders of tests/ that have a suite of their own; all others run in the backend's environment."""

WITH_MODELS = ("guidance", "pretrained", "server")
"""Of tests/backend: what takes half of the time of those that start no process."""

SLOWEST = 12
"""Files with tests whose seconds are printed at the end, so that one sees where the time goes."""

SECOND_BLENDER = "--slow was not given: most tests with a real backend run in one Blender"

SIDE_BY_SIDE = 2  # one thread each: as many as the smallest machine we support has cores

if TYPE_CHECKING:  # an older Python that only wants to hand over cannot subscript Callable
    Run = Callable[[], Outcome]


def main() -> int:
    prefer_fitting_python()
    options = parse(sys.argv[1:])
    began = time.monotonic()
    try:
        outcomes = run_all(list(plan(options)))
    except SetupError as error:
        log(str(error))
        return 1
    except KeyboardInterrupt:
        log("stopped")
        return 130
    print_table(outcomes, time.monotonic() - began)
    return int(any(outcome.failed for outcome in outcomes))


def prefer_fitting_python() -> None:
    """Goes on under a Python that has a Blender, when the one we were started with has none."""
    if sys.version_info[:2] in BPY_RELEASES:
        return
    found = find_python(3, 11) or find_python(3, 13)
    if found is None:
        log("The tests need Python 3.11 or 3.13 (Blender's bpy module exists for these): install one and try again.")
        raise SystemExit(2)
    os.execv(found, [found, *sys.argv])


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unit", action="store_true", help="only the tests that start no process, and no Blender")
    parser.add_argument("--fast", action="store_true", help="leave out the second Blender and the end to end tests")
    parser.add_argument("--slow", action="store_true", help="also the tests that take minutes")
    parser.add_argument("--window", action="store_true", help="also make a real Blender and test with its window")
    parser.add_argument("--gpu", action="store_true", help="also the tests that need a CUDA device")
    parser.add_argument("--coverage", action="store_true", help="also whether tests take every branch of backend/wire")
    parser.add_argument("-k", dest="keyword", default="", metavar="EXPRESSION", help="as pytest's -k")
    return parser.parse_args(arguments)


def plan(options: argparse.Namespace) -> Iterator[Run]:
    """The suites, longest first; makes the environments they need."""
    backend = environments.ensure(environments.backend(), log)
    suite = partial(_suite, marks=_marks(options), keyword=options.keyword)
    if options.unit:
        yield from _units(backend, suite)
        return
    fitting = environments.ensure(environments.fitting_blender(), log)
    yield suite("backend", backend, ["tests", *(f"--ignore=tests/{name}" for name in APART)])
    yield suite(f"Blender {_series(fitting)}", fitting, ["tests/blender"])
    yield from [] if options.fast else [suite("end to end", backend, ["tests/end_to_end"])]
    yield from [left_out("end to end", "--fast was given")] if options.fast else []
    yield from _other_blenders(fitting, options, suite)
    yield from [] if options.gpu else [left_out("GPU", "--gpu was not given")]  # with it they are among the backend's
    reason = _why_no_window(options)
    yield left_out("window", reason) if reason else suite("window", backend, ["tests/window"])
    yield from [_coverage(backend)] if options.coverage else []
    if not options.keyword:
        environments.ensure(environments.check(), log)
        yield from (partial(run_check, each) for each in check.checks())


def _units(backend: Environment, suite: Callable[..., Run]) -> Iterator[Run]:
    """Three parts of about the same length; tests/conftest.py fails what starts a process without saying so."""
    elsewhere = (f"--ignore=tests/{name}" for name in (*APART, "backend"))
    models = [f"tests/backend/{name}" for name in WITH_MODELS]
    yield suite("unit: backend with models", backend, ["--unit", *models])
    yield suite("unit: backend", backend, ["--unit", "tests/backend", *(f"--ignore={folder}" for folder in models)])
    yield suite("unit: all others", backend, ["--unit", "tests", *elsewhere])
    yield left_out("Blender", "--unit was given")


def _other_blenders(fitting: Environment, options: argparse.Namespace, suite: Callable[..., Run]) -> Iterator[Run]:
    for python, release in sorted(BPY_RELEASES.items()):
        other = environments.blender(release.rsplit(".", 1)[0])
        name = f"Blender {_series(other)}"
        if other.name == fitting.name:
            continue
        if options.fast:
            yield left_out(name, "--fast was given")
        elif not find_python(*python):
            yield left_out(name, "Python {}.{} was not found".format(*python))
        else:
            only = {} if options.slow else {"marks": f"{_marks(options)} and not one_blender"}
            yield suite(name, environments.ensure(other, log), ["tests/blender"], **only)
            yield from [] if options.slow else [left_out(f"{name}, backend", SECOND_BLENDER)]


def _why_no_window(options: argparse.Namespace) -> str | None:
    """A real Blender is made (1.2 GB) only where somebody asked for it or a CI runs; where it lies ready it is used."""
    if options.fast:
        return "--fast was given"
    if options.window or os.environ.get("CI") or real_blender.is_ready():
        return real_blender.why_not()
    return "--window was not given: it makes a real Blender, see scripts/real_blender.py"


def left_out(name: str, reason: str) -> Run:
    return partial(Outcome, name, skipped=Counter([reason]))


def run_all(runs: list[Run]) -> list[Outcome]:
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        futures = [pool.submit(_run_and_report, run) for run in runs]
        try:
            return [future.result() for future in futures]
        except BaseException:  # Ctrl-C has reached the suites that run as well; those that wait must not start
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _run_and_report(run: Run) -> Outcome:
    outcome = run()
    state = "FAILED" if outcome.failed else "ok" if outcome.passed else "left out"
    log(f"{outcome.name:18} {state} ({outcome.seconds:.0f} s)")
    if outcome.failed:
        log(outcome.output)
    return outcome


def print_table(outcomes: list[Outcome], seconds: float) -> None:
    """The last line is the one that machines read."""
    print(f"\n{'suite':18}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for outcome in outcomes:
        skipped = sum(outcome.skipped.values())
        print(f"{outcome.name:18}{outcome.passed:8}{outcome.failed:8}{skipped:9}{outcome.seconds:9.1f}")
    for outcome in outcomes:
        for reason, count in outcome.skipped.items():
            print(f"skipped in {outcome.name}: {count} x {reason}")
    longest = sorted(((*each, outcome.name) for outcome in outcomes for each in outcome.slowest), reverse=True)
    for time_of_file, name, suite in longest[:SLOWEST]:
        print(f"{time_of_file:7.1f} s  {name} ({suite})")
    print(f"all together {seconds:.0f} s, set-up included\n")
    passed, failed = (sum(getattr(outcome, what) for outcome in outcomes) for what in ("passed", "failed"))
    skipped = sum(sum(outcome.skipped.values()) for outcome in outcomes)
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)


def _suite(name: str, environment: Environment, paths: list[str], marks: str, keyword: str) -> Run:
    missing = [path for path in paths if not path.startswith("-") and not (ROOT / path).exists()]
    if missing:
        return left_out(name, f"there is no {missing[0]}")
    return partial(run_pytest, pytest_suite(name, environment.interpreter, paths, marks, keyword))


def _coverage(backend: Environment) -> Run:
    return partial(run_check, Suite("coverage", backend.interpreter, ("scripts/measure_coverage.py",)))


def _marks(options: argparse.Namespace) -> str:
    return marks_expression({mark for mark in ("slow", "gpu") if getattr(options, mark)})


def _series(environment: Environment) -> str:
    return environment.name.removeprefix("blender-")


if __name__ == "__main__":
    sys.exit(main())
