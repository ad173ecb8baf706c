"""The runner is run on small suites, so that a failure, a crash and an empty folder are seen to count."""

import sys
from pathlib import Path

import check
import pytest
import test as runner
from lib import suites
from lib.suites import Suite, marks_expression, pytest_suite, run_check, run_pytest

ROOT = Path(__file__).parents[2]


def run(tmp_path, code, keyword=""):
    (tmp_path / "test_small.py").write_text(code)
    suite = pytest_suite("small", Path(sys.executable), [str(tmp_path)], marks_expression(set()), keyword)
    return run_pytest(suite)


@pytest.mark.process
def test_passed_failed_and_skipped_are_counted_with_their_reasons(tmp_path):
    outcome = run(tmp_path, """
import pytest
def test_good(): pass
def test_bad(): assert False
@pytest.mark.skip(reason='no such device')
def test_left_out(): pass
@pytest.mark.slow
def test_slow(): assert False
@pytest.fixture
def broken(): raise OSError
def test_broken_fixture(broken): pass
""")  # fmt: skip
    assert (outcome.passed, outcome.failed, dict(outcome.skipped)) == (1, 2, {"no such device": 1})


@pytest.mark.process
def test_the_files_that_take_longest_come_first(tmp_path):
    (tmp_path / "test_long.py").write_text("import time\ndef test_a(): time.sleep(0.3)")
    outcome = run(tmp_path, "def test_b(): pass\ndef test_c(): pass")
    (long, first), (short, second) = outcome.slowest
    assert long >= 0.3 > short and first.endswith("test_long") and second.endswith("test_small")


@pytest.mark.process
def test_a_crash_is_a_failure(tmp_path):
    outcome = run(tmp_path, "import os\ndef test_crash(): os._exit(3)")
    assert (outcome.passed, outcome.failed) == (0, 1)


@pytest.mark.process
def test_a_folder_without_tests_is_a_failure(tmp_path):
    outcome = run(tmp_path, "")
    assert outcome.failed == 1 and "No test was found" in outcome.output


@pytest.mark.process
def test_no_test_of_a_name_is_no_failure(tmp_path):
    assert run(tmp_path, "def test_a(): pass", keyword="zebra").failed == 0


@pytest.mark.process
def test_a_suite_that_hangs_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(suites, "TIME_LIMIT", 2)
    outcome = run(tmp_path, "import time\ndef test_hang(): time.sleep(60)")
    assert outcome.failed == 1 and "Stopped: not done after" in outcome.output


@pytest.mark.process
@pytest.mark.parametrize(("code", "failed"), [("0", 0), ("1", 1)])
def test_a_check_passes_or_fails_as_a_whole(code, failed):
    outcome = run_check(Suite("exit", Path(sys.executable), ("-c", f"raise SystemExit({code})")))
    assert (outcome.passed, outcome.failed) == (1 - failed, failed)


def test_what_is_left_out_is_said_and_the_last_line_counts(capsys):
    left_out = runner.left_out("GPU", "--gpu was not given")()
    passed = suites.Outcome("backend", passed=3, failed=1, slowest=((2.5, "tests.test_a"),))
    runner.print_table([left_out, passed], 1.0)
    lines = capsys.readouterr().out.splitlines()
    assert "skipped in GPU: 1 x --gpu was not given" in lines
    assert "    2.5 s  tests.test_a (backend)" in lines
    assert lines[-1] == "3 passed, 1 failed, 1 skipped"


def test_everything_of_scripts_is_typed_once():
    """A package that nobody checks would be found by nobody."""
    typed = {argument for suite in check.checks() for argument in suite.arguments}
    packages = {path.parent.name for path in (ROOT / "scripts").glob("*/__init__.py")}
    assert {f"scripts.{name}" for name in packages - {"lib"}} <= typed and any(
        name.startswith("scripts/lib/") for name in typed
    )


@pytest.mark.process
def test_fast_leaves_out_the_slow_suites():
    plan = runner.plan(runner.parse(["--fast", "-k", "anything"]))
    left_out = {run().name for run in plan if run.func is suites.Outcome}
    assert {"end to end", "GPU", "window"} < left_out


def test_unit_is_the_backend_s_environment_alone_and_every_folder_once(monkeypatch):
    monkeypatch.setattr(runner.environments, "ensure", lambda environment, notify: environment)
    *units, blender = runner.plan(runner.parse(["--unit"]))
    assert blender().skipped == {"--unit was given": 1}
    models, rest, elsewhere = (run.args[0].arguments for run in units)
    assert all("--unit" in each for each in (models, rest, elsewhere))
    taken_apart = {path for path in models if path.startswith("tests/")}
    assert taken_apart and {f"--ignore={path}" for path in taken_apart} == {each for each in rest if "ignore" in each}
    assert all((ROOT / path).is_dir() for path in taken_apart)
    assert {f"--ignore=tests/{name}" for name in (*runner.APART, "backend")} <= set(elsewhere)


def test_one_blender_runs_what_needs_a_real_backend_and_with_slow_all_do(monkeypatch):
    monkeypatch.setattr(runner.environments, "ensure", lambda environment, notify: environment)
    monkeypatch.setattr(runner, "find_python", lambda *version: Path(sys.executable))
    monkeypatch.setattr(runner, "_why_no_window", lambda options: "not here")

    def marks(*options):
        runs = [run.args[0] for run in runner.plan(runner.parse([*options, "-k", "x"])) if run.func is run_pytest]
        return [suite.arguments[3] for suite in runs if "Blender" in suite.name]

    assert sorted("one_blender" in each for each in marks()) == [False, True]
    assert len(marks("--slow")) == 2 and not any("one_blender" in each for each in marks("--slow"))
    said = [run() for run in runner.plan(runner.parse(["-k", "x"])) if run.func is suites.Outcome]
    assert runner.SECOND_BLENDER in {reason for outcome in said for reason in outcome.skipped}
