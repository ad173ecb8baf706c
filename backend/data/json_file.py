"""The JSON object in a file that somebody else wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch

from backend.errors import DatasetError, MemoryShortError
from backend.free_memory import free_bytes, gigabytes

from .regular_file import NotAFileError, TooLargeError, brief, open_regular

LARGEST = 256_000_000
"""Bytes of a file of poses: half a million frames of four rows of numbers."""
GROWTH = 25
"""Bytes that Python holds for a byte of JSON where it is at its worst, as in [[],[],[]]."""


def read_object(path: Path) -> dict[str, Any]:
    """Reads the object of a JSON file.

    Raises:
        DatasetError: it is missing, no file, too large, no JSON or no object; one sentence each.
        MemoryShortError: what it holds might not fit.
    """
    try:
        with open_regular(path, LARGEST) as file:
            text = file.read(LARGEST + 1)
        _check_fits(path, len(text))
        data = json.loads(text.decode("utf-8-sig"))
    except FileNotFoundError as cause:
        raise DatasetError(
            f"There is no transforms.json in {brief(path.parent)}: choose a folder of posed pictures."
        ) from cause
    except NotAFileError as cause:
        raise DatasetError(f"{brief(path)} is {cause}, not a file: export the poses again.") from cause
    except TooLargeError as cause:
        raise DatasetError(f"The file {brief(path)} has {cause}: export fewer frames.") from cause
    except (OSError, ValueError, RecursionError) as cause:  # ValueError: also bad UTF-8 and numbers of 5000 digits
        raise DatasetError(f"The file {brief(path)} cannot be read as JSON: export the poses again.") from cause
    if not isinstance(data, dict):
        raise DatasetError(f"The file {brief(path)} does not hold a JSON object: export the poses again.")
    return data


def _check_fits(path: Path, size: int) -> None:
    free = free_bytes(torch.device("cpu"))
    if free is not None and GROWTH * size > free:
        raise MemoryShortError(
            f"The file {brief(path)} may need {gigabytes(GROWTH * size)} of memory and {gigabytes(free)} are free: "
            "export fewer frames, or close other programs."
        )
