"""The virtual environments inside the checkout: what is in each, whether it is ready, and how it is made.

    .envs/backend        torch and the tests of everything but Blender; any supported Python
    .envs/blender-4.5    the bpy module on Python 3.11
    .envs/blender-5.2    the bpy module on Python 3.13
    .envs/check          ruff, mypy and Blender's type stubs, apart because the stubs pretend to be a `bpy`

An environment is made under a temporary name and renamed when it is whole. Its stamp file holds a hash of the
requirements it was made from, so an outdated one is made again, and a ready one costs a hash and no process.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .interpreter import BPY_RELEASES, blender_series, find_python

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".envs"
STAMP = "dreamwright-stamp"

BLENDER_LIBRARIES = "libx11-6 libxrender1 libxfixes3 libxi6 libxkbcommon0 libsm6 libice6 libgl1"


class SetupError(Exception):
    """An environment could not be made. `str(error)` is the sentence a person reads."""


@dataclass(frozen=True)
class Environment:
    name: str
    requirements: tuple[str, ...]
    python: tuple[int, int]  # version of the Python that it is made from
    proof: str  # a statement that only a working environment can run

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    @property
    def interpreter(self) -> Path:
        return interpreter_in(self.folder)

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256("\n".join(sorted(self.requirements)).encode()).hexdigest()

    def is_ready(self) -> bool:
        stamp = self.folder / STAMP
        return self.interpreter.exists() and stamp.exists() and stamp.read_text() == self.fingerprint


def interpreter_in(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def backend() -> Environment:
    """What the backend needs, and what its tests and the training of its models need."""
    groups = (*read_group("test"), *read_group("train"))
    requirements = (*read_requirements(ROOT / "backend" / "requirements.txt"), *groups)
    return Environment("backend", requirements, _running(), "import torch, numpy, safetensors, websockets")


def blender(series: str) -> Environment:
    """The bpy module of a Blender series ("4.5"), on the one Python version it was built for."""
    python, release = next((py, rel) for py, rel in BPY_RELEASES.items() if rel.startswith(series + "."))
    return Environment(f"blender-{series}", (f"bpy=={release}", *read_group("blender")), python, "import bpy")


def fitting_blender() -> Environment:
    """The Blender environment for the Python that is running."""
    return blender(blender_series())


def check() -> Environment:
    """What reads the code without running it."""
    stubs_need = ("numpy>=1.26,<3", *read_group("blender"))
    return Environment("check", (*read_group("check"), *stubs_need), _running(), "import mypy")


def read_requirements(path: Path) -> tuple[str, ...]:
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line)


def read_group(name: str) -> tuple[str, ...]:
    """Reads a dependency group of pyproject.toml; pip's own --group came after the pip of Python 3.11."""
    import tomllib  # Python 3.11: an older Python that only wants to say so must be able to import this file

    return tuple(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"][name])


def ensure(environment: Environment, notify: Callable[[str], None]) -> Environment:
    """Makes the environment unless it is ready. Raises SetupError."""
    if environment.is_ready():
        return environment
    with only_one_at_a_time(environment.name, notify):
        if not environment.is_ready():  # somebody else may have made it while we waited
            make(environment, notify)
    return environment


@contextlib.contextmanager
def only_one_at_a_time(name: str, notify: Callable[[str], None]) -> Iterator[None]:
    """Two commands never make the same environment at once; the lock goes with its process, however that ends."""
    import fcntl  # Linux and macOS: the checkout's commands are for these; the extension itself does not need them

    with _sentence_for_disk_errors(FOLDER):
        FOLDER.mkdir(exist_ok=True)
        lock = (FOLDER / f".{name}.lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            notify(f"waiting for another command that is making .envs/{name}")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(environment: Environment, notify: Callable[[str], None]) -> None:
    """Makes the environment beside its place, proves that it works, stamps it and moves it there."""
    python = _python_for(environment)
    unfinished = FOLDER / f".{environment.name}.unfinished"
    (FOLDER / f"{environment.name}.log").unlink(missing_ok=True)
    with _sentence_for_disk_errors(FOLDER):
        shutil.rmtree(unfinished, ignore_errors=True)  # what an earlier attempt that was killed left behind
        try:
            _create(python, unfinished, environment, notify)
            (unfinished / STAMP).write_text(environment.fingerprint)
            _point_console_scripts(unfinished, environment.folder)
            _move_into_place(unfinished, environment.folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def _create(python: str, folder: Path, environment: Environment, notify: Callable[[str], None]) -> None:
    notify(f"making .envs/{environment.name} (once; downloads {', '.join(environment.requirements[:3])}, …)")
    _run([python, "-m", "venv", str(folder)], environment, notify)
    _run([str(interpreter_in(folder)), "-m", "pip", "install", *environment.requirements], environment, notify)
    _run([str(interpreter_in(folder)), "-c", environment.proof], environment, notify)


def _run(command: list[str], environment: Environment, notify: Callable[[str], None]) -> None:
    log = FOLDER / f"{environment.name}.log"
    with log.open("a", encoding="utf-8") as lines:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert process.stdout is not None
        try:
            output = _follow(process.stdout, lines.write, notify)
        finally:
            process.kill()  # nothing to end when it has ended; on Ctrl-C pip must not go on alone
            process.wait()
    if process.returncode:
        raise SetupError(explain(output, environment) + f" (Everything that was said is in {log}.)")


def _follow(stream: Iterator[str], write: Callable[[str], object], notify: Callable[[str], None]) -> str:
    """Copies the lines to the log and says what is being fetched; gives back all of them."""
    lines = []
    for line in stream:
        write(line)
        lines.append(line)
        if line.startswith(("Collecting ", "Installing ")):
            notify("  " + line.strip()[:100])
    return "".join(lines)


def explain(output: str, environment: Environment) -> str:
    """The sentence for what went wrong while an environment was made: what happened, and what to do."""
    python = "python{}.{}".format(*environment.python)
    name = f".envs/{environment.name}"
    if "ensurepip" in output or "No module named venv" in output:
        return f"This Python cannot make virtual environments: run `sudo apt-get install {python}-venv` and try again."
    if "cannot open shared object file" in output:
        return (f"Blender's bpy module misses a library of the system: run `sudo apt-get install {BLENDER_LIBRARIES}` "
                "and try again.")  # fmt: skip
    if "No space left on device" in output:
        return f"The disk is full: free about 6 GB for {name} and try again."
    if any(sign in output for sign in ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")):
        return f"The packages of {name} could not be downloaded: check the network and try again."
    if "No matching distribution found" in output:
        return f"The package index has no packages for {name} that fit {python} on this kind of machine."
    return f"{name} could not be made: {(output.strip().splitlines() or ['no reason was given'])[-1]}"


def _python_for(environment: Environment) -> str:
    found = find_python(*environment.python)
    if found is None:
        raise SetupError("Python {}.{} was not found, and .envs/{} needs it: install it and try again.".format(
            *environment.python, environment.name))  # fmt: skip
    return found


def _point_console_scripts(folder: Path, final: Path) -> None:
    """Console scripts begin with the absolute path of their interpreter: without this, renaming would break them."""
    for script in interpreter_in(folder).parent.iterdir():
        if script.is_symlink() or not script.is_file():
            continue
        content = script.read_bytes()
        if b"\0" not in content and os.fsencode(folder) in content:
            script.write_bytes(content.replace(os.fsencode(folder), os.fsencode(final)))


def _move_into_place(finished: Path, destination: Path) -> None:
    outdated = destination.with_name(f".{destination.name}.outdated")
    shutil.rmtree(outdated, ignore_errors=True)
    if destination.exists():
        destination.rename(outdated)
    finished.rename(destination)
    shutil.rmtree(outdated, ignore_errors=True)


@contextlib.contextmanager
def _sentence_for_disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SetupError(f"{folder} could not be written ({error.strerror}): make room or change its owner, "
                         "and try again.") from error  # fmt: skip


def _running() -> tuple[int, int]:
    return sys.version_info[0], sys.version_info[1]
