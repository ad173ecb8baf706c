"""What a user does, as a user does it: real environments, a real Blender, a real backend, real files."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from lib import environments

from tests.patience import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[2]

TINY = ("--quality", "draft", "--steps", "6", "--resolution", "16")
LONG = 5 * PATIENCE


@dataclass(frozen=True)
class Ended:
    code: int
    output: str
    errors: str


class Demo:
    """`scripts/demo.py` in a process group of its own, as a terminal would run it."""

    def __init__(self, arguments: list[str], environ: dict[str, str]) -> None:
        python = getattr(sys, "_base_executable", sys.executable)  # the bare one, outside any environment
        self._errors = ""
        self._child = subprocess.Popen(
            [python, str(ROOT / "scripts" / "demo.py"), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | environ, start_new_session=True,
        )  # fmt: skip

    def wait_for(self, words: str) -> None:
        """Until its progress says these words."""
        for line in iter(self._child.stderr.readline, ""):
            self._errors += line
            if words in line:
                return
        raise AssertionError(f"it ended without saying '{words}':\n{self._errors}")

    def press_ctrl_c(self) -> None:
        os.killpg(self._child.pid, signal.SIGINT)

    def kill(self) -> None:
        self._child.kill()

    def end(self) -> Ended:
        output, errors = self._child.communicate(timeout=LONG)
        return Ended(self._child.returncode, output, self._errors + errors)

    def abandon(self) -> None:
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()


@dataclass
class Workplace:
    """A cache and an output folder for one test, and what runs there."""

    out: Path
    cache: Path
    started: list[Demo]

    def demo(self, *arguments: str) -> Demo:
        demo = Demo([*arguments, "--out", str(self.out)], {"DREAMWRIGHT_CACHE": str(self.cache)})
        self.started.append(demo)
        return demo

    def backends(self) -> list[int]:
        """Process ids of backends that serve our cache."""
        return [pid for pid, command in processes() if "backend serve" in command and str(self.cache) in command]

    def blenders(self) -> list[int]:
        """Process ids of Blenders that were given our cache."""
        ours = f"DREAMWRIGHT_CACHE={self.cache}".encode()
        return [
            pid for pid, command in processes() if "scripts.in_blender.drive" in command and ours in environ_of(pid)
        ]

    def assert_nothing_runs(self, within: float = PATIENCE) -> None:
        gone = wait_until(lambda: not (self.backends() or self.blenders()), within)
        assert gone, f"left behind: {self.backends()} {self.blenders()}"


def processes() -> list[tuple[int, str]]:
    """Every process that runs (one that has ended and was not waited for has no command)."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:  # it ended while we looked
                continue
            found.append((int(folder.name), command))
    return found


def environ_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:  # it ended while we looked
        return b""


@pytest.fixture
def workplace(tmp_path):
    place = Workplace(tmp_path / "out", tmp_path / "cache", [])
    yield place
    for demo in place.started:
        demo.abandon()
    place.assert_nothing_runs()


@pytest.fixture(scope="session")
def blender_python() -> Path:
    """The Python that has the bpy module."""
    environment = environments.fitting_blender()
    if not environment.is_ready():
        pytest.skip(f".envs/{environment.name} was not made: run scripts/setup.py")
    return environment.interpreter


@pytest.fixture(scope="session")
def backend_python() -> Path:
    return environments.backend().interpreter
