"""What this machine has to compute with, found without torch: by asking NVIDIA's driver, Linux's kernel and Python."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_ASK_SECONDS = 20.0
"""A driver that wakes a sleeping card takes seconds; one that hangs takes for ever."""
_NVIDIA_PCI, _AMD_PCI = "0x10de", "0x1002"
_DISPLAY_CLASS = "0x03"
_OLD_DRIVERS = ((580, (13, 0)), (525, (12, 0)), (450, (11, 0)))
"""Which CUDA the driver of a version speaks, for a nvidia-smi that does not say it itself."""


@dataclass(frozen=True)
class Card:
    """A graphics card that could compute."""

    maker: str
    """"NVIDIA" or "AMD"."""
    name: str
    memory_gb: float = 0.0
    """0 where nobody says."""
    capability: tuple[int, int] | None = None
    """NVIDIA's compute capability: (8, 6) of an RTX 3060."""
    architecture: str = ""
    """AMD's: "gfx1100"."""

    @property
    def label(self) -> str:
        """Return the card as a person reads it: "NVIDIA GeForce RTX 3060, 12 GB"."""
        name = self.name if self.name.startswith(self.maker) else f"{self.maker} {self.name}"
        return f"{name}, {self.memory_gb:.0f} GB" if self.memory_gb else name


@dataclass(frozen=True)
class Machine:
    """System, processor and cards."""

    system: str
    """"Windows", "Linux" or "Darwin", as `platform.system` says."""
    processor: str
    """"x86_64" or "arm64"; other names are told as they are."""
    cards: tuple[Card, ...] = ()
    cuda: tuple[int, int] | None = None
    """The newest CUDA that NVIDIA's driver speaks."""
    trouble: str = ""
    """A card that is there and does not answer, and what to do."""
    macos: int = 0
    """The first number of macOS's version."""
    translated: bool = False
    """Whether this is a program for Intel on Apple silicon (Rosetta)."""

    def cards_of(self, maker: str) -> list[Card]:
        return [card for card in self.cards if card.maker == maker]


def find_machine(root: Path = Path("/"), environ: Mapping[str, str] | None = None) -> Machine:
    """Look at this machine; takes a moment, so not on Blender's main thread. `root` is where sys and dev are found."""
    system, processor = platform.system(), _processor(platform.machine())
    if system == "Darwin":
        version = platform.mac_ver()[0].partition(".")[0]
        return Machine(system, processor, macos=int(version or 0), translated=_is_translated())
    nvidia, cuda, trouble = _nvidia(system, environ)
    if system == "Linux":
        trouble = trouble or _without_driver(root, nvidia)
        return Machine(system, processor, (*nvidia, *_amd(root)), cuda, trouble)
    return Machine(system, processor, nvidia, cuda, trouble)


def _processor(name: str) -> str:
    return {"amd64": "x86_64", "x64": "x86_64", "aarch64": "arm64"}.get(name.lower(), name.lower())


def _is_translated() -> bool:
    try:
        asked = _answer(["sysctl", "-n", "sysctl.proc_translated"])
    except OSError:
        return False
    return asked is not None and asked.stdout.strip() == "1"


# -- NVIDIA


def _nvidia(system: str, environ: Mapping[str, str] | None) -> tuple[tuple[Card, ...], tuple[int, int] | None, str]:
    program = _nvidia_smi(system, os.environ if environ is None else environ)
    if program is None:
        return (), None, ""
    lines, driver = _query(program)
    if not lines:
        return (), None, _silent_driver(system)
    cards = tuple(card for line in lines if (card := _nvidia_card(line)))
    return cards, _driver_cuda(program, driver), ""


def _nvidia_smi(system: str, environ: Mapping[str, str]) -> str | None:
    found = shutil.which("nvidia-smi", path=environ.get("PATH"))
    if found or system != "Windows":
        return found
    folders = (
        Path(environ.get("SystemRoot", r"C:\Windows")) / "System32",
        Path(environ.get("ProgramFiles", r"C:\Program Files")) / "NVIDIA Corporation" / "NVSMI",
    )
    programs = (folder / "nvidia-smi.exe" for folder in folders)
    return next((str(program) for program in programs if program.is_file()), None)


def _query(program: str) -> tuple[list[str], str]:
    """Lines of name, memory, driver and capability; drivers before 2021 do not know the last."""
    for fields in ("name,memory.total,driver_version,compute_cap", "name,memory.total,driver_version"):
        asked = _answer([program, f"--query-gpu={fields}", "--format=csv,noheader,nounits"])
        if asked is not None and asked.returncode == 0:
            lines = [line for line in asked.stdout.splitlines() if line.count(",") >= 2]
            return lines, lines[0].split(",")[2].strip() if lines else ""
    return [], ""


def _nvidia_card(line: str) -> Card | None:
    """A card with nothing to compute on it (no name) is none."""
    name, memory, _, *more = [part.strip() for part in line.split(",")]
    version = re.fullmatch(r"(\d+)\.(\d+)", more[0]) if more else None
    capability = (int(version[1]), int(version[2])) if version else None
    gigabytes = float(memory) / 1024 if re.fullmatch(r"\d+(\.\d+)?", memory) else 0.0
    return Card("NVIDIA", name, gigabytes, capability) if name else None


def _driver_cuda(program: str, driver: str) -> tuple[int, int] | None:
    asked = _answer([program])
    found = re.search(r"CUDA(?: \w+)? Version\s*:\s*(\d+)\.(\d+)", asked.stdout if asked else "")
    if found:
        return int(found[1]), int(found[2])
    major = re.match(r"\d+", driver)
    return next((cuda for least, cuda in _OLD_DRIVERS if major and int(major[0]) >= least), None)


def _silent_driver(system: str) -> str:
    again = "restart the machine, and install NVIDIA's driver again if that does not help"
    return f"NVIDIA's driver is installed and does not answer: {again}." + (
        " After an update of Linux's kernel its module must be built again." if system == "Linux" else ""
    )


def _without_driver(root: Path, answered: tuple[Card, ...]) -> str:
    if answered or not any(vendor == _NVIDIA_PCI for vendor in _display_vendors(root)):
        return ""
    return "There is an NVIDIA card without NVIDIA's driver: install it (on Ubuntu: sudo ubuntu-drivers install)."


def _display_vendors(root: Path) -> Iterator[str]:
    for folder in sorted((root / "sys" / "bus" / "pci" / "devices").glob("*")):
        if _text(folder / "class").startswith(_DISPLAY_CLASS):
            yield _text(folder / "vendor")


# -- AMD, by what the kernel says of its compute nodes


def _amd(root: Path) -> Iterator[Card]:
    if not (root / "dev" / "kfd").exists():
        return
    for node in sorted((root / "sys" / "class" / "kfd" / "kfd" / "topology" / "nodes").glob("*")):
        facts = _facts(node / "properties")
        target = facts.get("gfx_target_version", 0)
        if target and facts.get("vendor_id") == int(_AMD_PCI, 16):
            memory = max(
                (_facts(bank).get("size_in_bytes", 0) for bank in node.glob("mem_banks/*/properties")), default=0
            )
            architecture = _architecture(target)
            yield Card("AMD", f"Radeon ({architecture})", memory / 1024**3, None, architecture)


def _architecture(target: int) -> str:
    """110000 is gfx1100 and 90010 gfx90a: two digits each, the last two in hexadecimal."""
    return f"gfx{target // 10000}{target // 100 % 100:x}{target % 100:x}"


def _facts(path: Path) -> dict[str, int]:
    pairs = (line.split() for line in _text(path).splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdigit()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _answer(command: list[str]) -> subprocess.CompletedProcess[str] | None:
    """Return what a program says; None where it cannot be started or does not end."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0
    try:
        return subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_ASK_SECONDS,
            stdin=subprocess.DEVNULL, creationflags=hidden, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
