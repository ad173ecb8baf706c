"""Text and numbers of a file that somebody else wrote: bounded, and one sentence where it is not what it should be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from backend.errors import DatasetError

from ..regular_file import NotAFileError, TooLargeError, brief, open_regular

LARGEST = 2_000_000_000
"""Bytes of a file that is read piece by piece."""
LARGEST_TEXT = 64_000_000
"""Bytes of a file that is read as one text."""


@contextmanager
def opened(path: Path, limit: int = LARGEST) -> Iterator[BinaryIO]:
    """Opens a file of poses; whatever is wrong with it, or turns up while it is read, is one sentence.

    Raises:
        DatasetError: it is missing, no file, too large, or not of its format.
    """
    try:
        with open_regular(path, limit) as file:
            yield file
    except DatasetError:
        raise
    except FileNotFoundError as cause:
        raise DatasetError(f"There is no {brief(path)}: export the poses again.") from cause
    except NotAFileError as cause:
        raise DatasetError(f"{brief(path)} is {cause}, not a file: export the poses again.") from cause
    except TooLargeError as cause:
        raise DatasetError(f"The file {brief(path)} has {cause}: export fewer frames.") from cause
    except (OSError, ValueError, LookupError, RecursionError, ArithmeticError) as cause:
        raise DatasetError(
            f"The file {brief(path)} is broken, or not of the format that its name says: export the poses again."
        ) from cause


def read_text(path: Path) -> str:
    """Reads a whole file as UTF-8, with or without a byte order mark.

    Raises:
        DatasetError
    """
    with opened(path, LARGEST_TEXT) as file:
        return file.read(LARGEST_TEXT + 1).decode("utf-8-sig")


def numbers(words: list[str]) -> list[float]:
    """Reads numbers.

    Raises:
        ValueError: one of them is none, or not finite.
    """
    found = [float(word) for word in words]
    if not all(math.isfinite(number) for number in found):
        raise ValueError("a number is not finite")
    return found
