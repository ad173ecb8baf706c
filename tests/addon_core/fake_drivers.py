"""A stand-in for NVIDIA's nvidia-smi on the search path, with what real drivers print."""

from __future__ import annotations

from pathlib import Path

HEADER = """\
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI {driver}                 Driver Version: {driver}         CUDA Version: {cuda}     |
|-----------------------------------------+------------------------+----------------------+
"""
RTX_3060 = "NVIDIA GeForce RTX 3060, 12288, 580.65.06, 8.6"
RTX_5090 = "NVIDIA GeForce RTX 5090, 32607, 580.65.06, 12.0"
GTX_1060 = "NVIDIA GeForce GTX 1060 6GB, 6144, 580.65.06, 6.1"
GTX_780 = "NVIDIA GeForce GTX 780, 3072, 470.256.02, 3.5"
NO_DRIVER = (
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA "
    "driver is installed and running.\n"
)


def write_nvidia_smi(folder: Path, *cards: str, cuda: str = "13.0", knows_capability: bool = True) -> Path:
    """A driver with these cards, as lines of name, MiB, driver and compute capability."""
    folder.mkdir(parents=True, exist_ok=True)
    driver = cards[0].split(",")[2].strip()
    full, short = "\n".join(cards), "\n".join(card.rpartition(",")[0] for card in cards)
    unknown = "echo 'Field \"compute_cap\" is not a valid field to query.'; exit 2\n"
    return _script(
        folder / "nvidia-smi",
        f"""case "$1" in
*compute_cap*) {_print(full) if knows_capability else unknown};;
--query-gpu=*) {_print(short)};;
*) {_print(HEADER.format(driver=driver, cuda=cuda))};;
esac
""",
    )


def write_failing_nvidia_smi(folder: Path) -> Path:
    """A driver that does not answer, as after an update of the kernel."""
    folder.mkdir(parents=True, exist_ok=True)
    return _script(folder / "nvidia-smi", _print(NO_DRIVER) + "exit 9\n")


def write_amd(root: Path, target: int, memory: int) -> None:
    """What the kernel says of a processor (node 0) and of an AMD card (node 1) that computes."""
    (root / "dev").mkdir(parents=True)
    (root / "dev" / "kfd").touch()
    nodes = root / "sys" / "class" / "kfd" / "kfd" / "topology" / "nodes"
    for number, (vendor, gfx) in enumerate([(0, 0), (0x1002, target)]):
        bank = nodes / str(number) / "mem_banks" / "0"
        bank.mkdir(parents=True)
        (bank / "properties").write_text(f"heap_type 1\nsize_in_bytes {memory}\nflags 0\n")
        (nodes / str(number) / "properties").write_text(
            f"simd_count 96\nvendor_id {vendor}\ngfx_target_version {gfx}\n"
        )


def _print(text: str) -> str:
    return f"cat <<'END'\n{text.rstrip()}\nEND\n"


def _script(path: Path, body: str) -> Path:
    path.write_text("#!/bin/sh\n" + body)
    path.chmod(0o755)
    return path
