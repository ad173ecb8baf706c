"""Which builds of PyTorch a machine can use, what each costs, and which it should take.

CUDA's builds come from PyTorch's own wheel index: on Windows it is the only place that has them. Which cards a build
has kernels for, and which driver it needs, is PyTorch's release matrix for 2.13 (RELEASE.md) and NVIDIA's minor-version
compatibility (any driver of CUDA 12 runs 12.6). Sizes are estimates: of the download, and of the environment on the
disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .errors import SetUpError
from .machine import Card, Machine

TORCH_INDEXES = "https://download.pytorch.org/whl"
INDEX_VARIABLE = "DREAMWRIGHT_TORCH_INDEX"
"""Names a mirror of PyTorch's indexes: the address before /cu130."""

_OTHERS_GB, _OTHERS_DISK_GB = 0.15, 0.8
"""What is needed beside torch: transformers, numba with its compiler, matplotlib ..."""
_OLDEST_CUDA13, _OLDEST_CUDA12, _NEWEST_CUDA12 = (7, 5), (5, 0), (9, 0)
_ROCM_CARDS = frozenset([
    "gfx900", "gfx906", "gfx908", "gfx90a", "gfx942", "gfx950", "gfx1030", "gfx1100", "gfx1101", "gfx1102",
    "gfx1150", "gfx1151", "gfx1200", "gfx1201",
])  # fmt: skip
_OLDEST_MACOS = 14


@dataclass(frozen=True)
class TorchBuild:
    """One way to set the backend up."""

    name: str
    """By which it is chosen and remembered."""
    label: str
    index: str = ""
    """The part of PyTorch's index ("cu130"); empty for Python's own index."""
    torch_gb: float = 0.2
    torch_disk_gb: float = 0.8

    @property
    def download_gb(self) -> float:
        return self.torch_gb + _OTHERS_GB

    @property
    def disk_gb(self) -> float:
        return self.torch_disk_gb + _OTHERS_DISK_GB

    @property
    def needed_gb(self) -> float:
        """Room while it is set up: what is fetched lies beside what is unpacked."""
        return 2 * self.download_gb + self.disk_gb


@dataclass(frozen=True)
class Offer:
    """A build with what speaks for it on this machine, as the panel lists it."""

    build: TorchBuild
    why: str
    """A sentence: which card it computes on, or why no card is used."""
    recommended: bool = False

    @property
    def size(self) -> str:
        return f"{self.build.download_gb:.1f} GB download, {self.build.disk_gb:.1f} GB on disk"


CPU = TorchBuild("cpu", "CPU only", "cpu")
CPU_FROM_PYPI = TorchBuild("cpu", "CPU only")
APPLE = TorchBuild("apple", "Apple silicon", torch_gb=0.1, torch_disk_gb=0.5)
NVIDIA_13 = TorchBuild("nvidia-cu130", "NVIDIA (CUDA 13.0)", "cu130", 2.6, 4.6)
NVIDIA_12 = TorchBuild("nvidia-cu126", "NVIDIA (CUDA 12.6)", "cu126", 3.4, 6.8)
NVIDIA_13_WINDOWS = TorchBuild("nvidia-cu130", "NVIDIA (CUDA 13.0)", "cu130", 1.9, 3.4)
NVIDIA_12_WINDOWS = TorchBuild("nvidia-cu126", "NVIDIA (CUDA 12.6)", "cu126", 2.6, 4.2)
AMD = TorchBuild("amd-rocm7.2", "AMD (ROCm 7.2)", "rocm7.2", 5.0, 17.0)


def offers(machine: Machine) -> list[Offer]:
    """Return what can be set up here, the one to take first; the rest may be chosen all the same.

    Raises:
        SetUpError: there is no PyTorch for this system.
    """
    _check_system(machine)
    if machine.system == "Darwin":
        return [Offer(APPLE, "Computes on the graphics cores of this Mac.", True)]
    found = [*_nvidia_offers(machine), *_amd_offers(machine)]
    best = found[:1] and [Offer(found[0].build, found[0].why, True)]
    cpu = CPU_FROM_PYPI if machine.system == "Windows" else CPU
    return [*best, *found[1:], Offer(cpu, _why_cpu(machine, bool(best)), not best)]


def find_offer(machine: Machine, name: str) -> Offer:
    """Return the offer of this name, or the recommended one for "auto" and for one that is not to be had here.

    Raises:
        SetUpError: there is no PyTorch for this system.
    """
    all_offers = offers(machine)
    return next((offer for offer in all_offers if offer.build.name == name), all_offers[0])


def _check_system(machine: Machine) -> None:
    if machine.system == "Darwin":
        _check_mac(machine)
    elif machine.processor != "x86_64" and not (machine.system == "Linux" and machine.processor == "arm64"):
        raise SetUpError(
            f"There is no PyTorch for {machine.system} on {machine.processor}: use a remote backend on another machine."
        )


def _check_mac(machine: Machine) -> None:
    if machine.translated:
        raise SetUpError("This Blender is made for Intel and runs translated: install Blender for Apple silicon.")
    if machine.processor != "arm64":
        raise SetUpError("PyTorch is not made for Macs with Intel any more: use a remote backend on another machine.")
    if machine.macos and machine.macos < _OLDEST_MACOS:
        raise SetUpError(
            f"PyTorch needs macOS {_OLDEST_MACOS} and this is {machine.macos}: update macOS, or use a remote backend."
        )


def _nvidia_offers(machine: Machine) -> list[Offer]:
    cards = machine.cards_of("NVIDIA")
    if not cards or machine.processor != "x86_64":
        return []
    windows = machine.system == "Windows"
    new, old = (NVIDIA_13_WINDOWS, NVIDIA_12_WINDOWS) if windows else (NVIDIA_13, NVIDIA_12)
    fitting = [(new, _first(cards, machine, _fits_13)), (old, _first(cards, machine, _fits_12))]
    return [Offer(build, f"Computes on {card.label}.") for build, card in fitting if card]


def _first(cards: list[Card], machine: Machine, fits: Callable[[Card, tuple[int, int]], bool]) -> Card | None:
    return next((card for card in cards if fits(card, machine.cuda or (0, 0))), None)


def _fits_13(card: Card, cuda: tuple[int, int]) -> bool:
    return cuda >= (13, 0) and (card.capability or (0, 0)) >= _OLDEST_CUDA13


def _fits_12(card: Card, cuda: tuple[int, int]) -> bool:
    """A driver too old to say the card's capability has a card that CUDA 12 knows."""
    return cuda >= (12, 0) and _OLDEST_CUDA12 <= (card.capability or _OLDEST_CUDA12) <= _NEWEST_CUDA12


def _amd_offers(machine: Machine) -> list[Offer]:
    fitting = [card for card in machine.cards_of("AMD") if card.architecture in _ROCM_CARDS]
    if machine.system != "Linux" or machine.processor != "x86_64":
        return []
    return [Offer(AMD, f"Computes on {card.label}.") for card in fitting[:1]]


def _why_cpu(machine: Machine, has_card: bool) -> str:
    if has_card:
        return "Smaller, and slower: uses no graphics card."
    if machine.trouble:
        return machine.trouble
    return next((_why_not(card, machine) for card in machine.cards), _no_card(machine))


def _no_card(machine: Machine) -> str:
    if machine.system == "Windows":
        return "No NVIDIA card was found; PyTorch for Windows computes on no other."
    return "No graphics card was found that PyTorch computes on."


def _why_not(card: Card, machine: Machine) -> str:
    if card.maker == "AMD":
        return f"{card.label} is not one that ROCm computes on."
    if machine.processor != "x86_64":
        return f"There is no ready PyTorch for {card.label} on this kind of processor."
    if (card.capability or _OLDEST_CUDA12) < _OLDEST_CUDA12:
        return f"{card.label} is too old for PyTorch."
    needed = "580 or newer" if (card.capability or (0, 0)) > _NEWEST_CUDA12 else "525 or newer"
    return f"The driver of {card.label} is too old: install NVIDIA's driver {needed}, then set up again."
