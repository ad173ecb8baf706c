"""Makes the backend's own Python environment, out of the Python that runs Blender.

A separate process does the work, so Blender stays usable. The environment is made under a temporary name, and takes its
place when the backend's own doctor has run a kernel in it: a half-made one is never used, and an old one stays until
then.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from .environment_folder import (
    DOWNLOADS,
    PARTIAL,
    check_length,
    folder_bytes,
    free_gb,
    python_in,
    read_record,
    remove_folder,
    swap_in,
    write_record,
)
from .errors import DiskError, OfflineError, SetUpCancelledError, SetUpError
from .guarded_process import IsCancelled, guarded_lines
from .install_progress import DownloadMeter, InstallProgress
from .installer import Installer, Source, find_uv
from .machine import find_machine
from .set_up_failure import NETWORK_SENTENCE, known_cause
from .torch_build import INDEX_VARIABLE, TORCH_INDEXES, Offer, TorchBuild, find_offer

Progress = Callable[[InstallProgress], None]

PROOF = ("-m", "backend", "doctor")
COMPILE = ("-m", "backend", "compile")
_TAIL = 3
_KEPT_LINES = 400
"""Of the installer's output, in which the cause of a failure is looked for."""
_TORCH_BEGIN, _OTHERS_BEGIN, _PROOF_BEGIN, _COMPILE_BEGIN = 0.03, 0.65, 0.9, 0.95
_OTHERS_MB = 150.0
_UNPACKS = ("Installing collected packages", "Prepared ")
"""What pip and uv print when all has come; what they fetched is removed while they go on."""


@dataclass(frozen=True)
class SetUp:
    """What is to be set up, out of what, and where."""

    python: Path
    """Blender's, which the environment is made of."""
    folder: Path
    requirements: Path
    root: Path
    """The folder that holds `backend`, where the doctor is run."""
    cache: Path
    """Of the backend; the doctor looks whether it can be written."""
    log: Path
    """Gets the whole output of every command."""
    online: bool = True
    build: str = "auto"
    """A name of `torch_build`; "auto" takes what the machine was last set up with, else what fits it."""
    wheels: Path | None = None
    """A folder of wheels: then no network is used."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


def set_up_backend(wanted: SetUp, progress: Progress, cancelled: IsCancelled) -> Path:
    """Make the environment and give its interpreter. Blocks: call it from a thread of its own.

    Raises:
        OfflineError: Blender may not go online, and no folder of wheels is named.
        DiskError: too little room, or a folder that cannot be written.
        SetUpError: a step failed; the sentence is that of its cause, where that is known.
        SetUpCancelledError: `cancelled` became true.
    """
    progress(InstallProgress("Looking what computes here"))
    offer = find_offer(find_machine(environ=wanted.environ), _wanted_build(wanted))
    _check_online(wanted, offer)
    _check_wheels(wanted)
    _check_room(wanted.folder, offer.build)
    try:
        with _open_log(wanted.log) as log:
            return _Run(wanted, offer, progress, cancelled, log).whole()
    except OSError as cause:
        raise DiskError(
            f"The backend's folder {wanted.folder} cannot be written ({cause.strerror}): choose another."
        ) from cause


class _Run:
    """One set-up, from the empty folder to the environment in its place."""

    def __init__(self, wanted: SetUp, offer: Offer, progress: Progress, cancelled: IsCancelled, log: TextIO) -> None:
        self._wanted, self._offer = wanted, offer
        self._progress, self._cancelled, self._log = progress, cancelled, log
        self._part = wanted.folder.with_name(wanted.folder.name + PARTIAL)
        self._downloads = wanted.folder.with_name(wanted.folder.name + DOWNLOADS)

    def whole(self) -> Path:
        try:
            self._install_with_any()
            computes = self._prove()
            record = {"build": self._offer.build.name, "label": self._offer.build.label, "computes": computes}
            write_record(self._part, record)
            swap_in(self._part, self._wanted.folder)
        except SetUpError as error:
            if error.sentence != NETWORK_SENTENCE:  # what has come so far is not fetched again
                remove_folder(self._downloads)
            raise
        finally:
            remove_folder(self._part)
        remove_folder(self._downloads)
        self._compile()
        self._progress(InstallProgress(f"The backend is set up. {computes}".strip(), 1.0))
        return python_in(self._wanted.folder)

    def _install_with_any(self) -> None:
        """Install by uv where there is one; a network that is set up for pip alone may stop it, so pip comes after
        it."""
        uv = find_uv(self._wanted.environ)
        for program in [uv, None] if uv else [None]:
            installer = Installer(self._wanted.python, self._downloads, program)
            try:
                return self._install(installer)
            except SetUpCancelledError:
                raise
            except SetUpError as error:
                if program is None:
                    raise
                self._write(f"uv did not do it ({error.sentence}); now with pip\n")

    def _install(self, installer: Installer) -> None:
        remove_folder(self._part)
        installer.make_folders()
        environ = installer.environ(self._wanted.environ)
        self._run("Making a Python environment", installer.make(self._part), environ, 0.0)
        torch, others = self._sources()
        build = self._offer.build
        constraints = ("--constraint", str(self._wanted.requirements))  # else what torch brings is replaced after it
        install = installer.install(self._part, torch, *_torch_requirements(self._wanted, build), *constraints)
        meter = _Meter(installer, build.torch_gb * 1000, build.torch_disk_gb * 1000)
        self._run("Downloading PyTorch", install, environ, _TORCH_BEGIN, _OTHERS_BEGIN, meter)
        install = installer.install(self._part, others, "-r", str(self._wanted.requirements))
        meter = _Meter(installer, _OTHERS_MB, 3 * _OTHERS_MB)
        self._run("Downloading what PyTorch is used with", install, environ, _OTHERS_BEGIN, _PROOF_BEGIN, meter)

    def _sources(self) -> tuple[Source, Source]:
        """Return the source of torch, and that of the rest: PyTorch's index has torch and what that needs, and
        nothing else."""
        if self._wanted.wheels:
            return Source(wheels=self._wanted.wheels), Source(wheels=self._wanted.wheels)
        part = self._offer.build.index
        base = self._wanted.environ.get(INDEX_VARIABLE, "").rstrip("/") or TORCH_INDEXES
        return Source(f"{base}/{part}" if part else ""), Source()

    def _prove(self) -> str:
        """Have the backend say whether it can work there, and on what; gives that sentence."""
        command = [str(python_in(self._part)), *PROOF, "--cache", str(self._wanted.cache)]
        said = self._run("Trying the new environment", command, self._clean(), _PROOF_BEGIN, folder=self._wanted.root)
        return next((line for line in said if line.startswith("Computes on ")), "")

    def _compile(self) -> None:
        """Compile the fast renderer's loops now, so that the first job does not wait; without them it works as well."""
        command = [str(python_in(self._wanted.folder)), *COMPILE]
        stage = "Making the renderer ready for this processor"
        with contextlib.suppress(SetUpError):
            self._run(stage, command, self._clean(), _COMPILE_BEGIN, folder=self._wanted.root)

    def _clean(self) -> dict[str, str]:
        installer = Installer(self._wanted.python, self._downloads)
        made = installer.environ(self._wanted.environ)
        return {name: value for name, value in made.items() if not name.startswith(("PIP_", "UV_", "TMP", "TEMP"))}

    def _run(
        self, stage: str, command: list[str], environ: Mapping[str, str], begin: float, end: float = 0.0,
        meter: _Meter | None = None, folder: Path | None = None,
    ) -> list[str]:  # fmt: skip
        """Run a command to its end and give its last lines.

        Raises:
            SetUpError: it ends badly.
        """
        self._write(f"\n$ {' '.join(command)}\n")
        self._progress(InstallProgress(stage, begin))
        lines: list[str] = []
        for line in guarded_lines(self._wanted.python, command, environ, self._cancelled, folder):
            if isinstance(line, int):
                self._check(line, lines)
                break
            if line:
                self._write(line + "\n")
                lines = [*lines, line][-_KEPT_LINES:]
            if meter:
                self._progress(meter.now(stage, begin, end, _truncated(lines[-1] if lines else "")))
        return lines

    def _check(self, status: int, lines: list[str]) -> None:
        if status == 0:
            return
        sentence = known_cause("\n".join(lines), status)
        if not sentence:
            words = " ".join(_problems(lines) or lines[-_TAIL:]) or f"the installer ended with {status}"
            sentence = f"Setting up the backend failed: {words} The whole output is in {self._wanted.log}."
        raise SetUpError(sentence)

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a full disk ends the set-up by its own sentence
            self._log.write(text)
            self._log.flush()


class _Meter:
    """Megabytes that have come, by how much the folder of downloads has grown.

    pip keeps the wheels themselves there, uv what it has unpacked of them: `unpacked_mb` of `total_mb`.
    """

    def __init__(self, installer: Installer, total_mb: float, unpacked_mb: float) -> None:
        self._folder = installer.measured
        self._begin = folder_bytes(self._folder)
        self._scale = total_mb / unpacked_mb if installer.uv else 1.0
        self._meter = DownloadMeter(total_mb)
        self._unpacks = False

    def now(self, stage: str, begin: float, end: float, detail: str) -> InstallProgress:
        if self._unpacks or detail.startswith(_UNPACKS):
            self._unpacks = True
            return InstallProgress("Unpacking", end, detail=detail)
        come = max(0.0, (folder_bytes(self._folder) - self._begin) / 1e6)
        return self._meter.at(stage, come * self._scale, begin, end, detail)


def _torch_requirements(wanted: SetUp, build: TorchBuild) -> list[str]:
    """Return the lines for torch and what follows its version; in a folder of wheels those of the build wanted, if
    there."""
    lines = re.findall(r"^(torch(?:vision)?)\s*==\s*([\w.]+)", wanted.requirements.read_text(encoding="utf-8"), re.M)
    return [_pinned(name, version, wanted.wheels, build) for name, version in lines]


def _pinned(name: str, version: str, wheels: Path | None, build: TorchBuild) -> str:
    tag = build.index or "cpu"
    local = f"{version}+{tag}"
    if wheels is not None and any(wheels.glob(f"{name}-{local}-*.whl")):
        return f"{name}=={local}"
    return f"{name}=={version}"


def _wanted_build(wanted: SetUp) -> str:
    return str(read_record(wanted.folder).get("build", "")) or "auto" if wanted.build == "auto" else wanted.build


def _check_online(wanted: SetUp, offer: Offer) -> None:
    if not wanted.online and wanted.wheels is None:
        raise OfflineError(
            f"Setting up the backend downloads {offer.build.download_gb:.1f} GB and Blender is offline: switch on "
            "Preferences > System > Network > Allow Online Access, or name a folder of wheels."
        )


def _check_wheels(wanted: SetUp) -> None:
    if wanted.wheels is not None and not any(wanted.wheels.glob("torch-*.whl")):
        raise SetUpError(
            f"There is no wheel of torch in {wanted.wheels}: fill the folder on a machine with a network and the same "
            f"system, by: python{sys.version_info.major}.{sys.version_info.minor} -m pip download "
            f"-r {wanted.requirements.name} -d FOLDER"
        )


def _check_room(folder: Path, build: TorchBuild) -> None:
    check_length(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        free = free_gb(folder)
    except OSError as cause:
        raise DiskError(f"The folder {folder.parent} cannot be written ({cause.strerror}): choose another.") from cause
    if free < build.needed_gb:
        raise DiskError(
            f"{free:.1f} GB are free where the backend would go and {build.needed_gb:.0f} GB are needed: make room."
        )


def _open_log(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("w", encoding="utf-8", errors="replace")


def _problems(lines: list[str]) -> list[str]:
    """The doctor's findings, or pip's and uv's last complaint."""
    found = [line.removeprefix("PROBLEM: ") for line in lines if line.startswith("PROBLEM: ")]
    return found[:2]


def _truncated(line: str, limit: int = 80) -> str:
    return line if len(line) <= limit else line[: limit - 1] + "…"
