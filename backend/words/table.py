"""WordNet's nouns, boiled down by scripts/training/prior/words.py: which of the prior's objects a word leads to.

A line each: `poodle=dog`, `crane=digger,ostrich` (the likeliest first); `!luck` is a word that is spelled as it should
be, although a known one is near. WordNet's licence lies beside it.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..errors import ModelError

MODEL_FOLDER = Path(__file__).parent.parent / "models" / "prior"
TABLE_FILE = "words.txt.gz"
WELL_SPELLED = "!"


@dataclass(frozen=True)
class WordTable:
    """Words in lower case, phrases with blanks."""

    objects: dict[str, tuple[str, ...]]
    well_spelled: frozenset[str]


@cache
def word_table(folder: Path = MODEL_FOLDER) -> WordTable:
    """Reads it once.

    Raises:
        ModelError: the file is missing or broken.
    """
    try:
        lines = gzip.decompress((folder / TABLE_FILE).read_bytes()).decode("utf-8").splitlines()
    except (OSError, EOFError, ValueError) as cause:
        raise ModelError(
            f"The words in {folder / TABLE_FILE} cannot be read ({cause}): install Dreamwright again."
        ) from cause
    if not lines:
        raise ModelError(f"There are no words in {folder / TABLE_FILE}: install Dreamwright again.")
    leading = (line.partition("=") for line in lines if "=" in line)
    well_spelled = frozenset(line.removeprefix(WELL_SPELLED) for line in lines if line.startswith(WELL_SPELLED))
    return WordTable({word: tuple(objects.split(",")) for word, _, objects in leading}, well_spelled)


def packed(table: WordTable) -> bytes:
    """The same bytes for the same table."""
    lines = [f"{word}={','.join(objects)}" for word, objects in sorted(table.objects.items())]
    lines += [WELL_SPELLED + word for word in sorted(table.well_spelled)]
    return gzip.compress("\n".join(lines).encode(), 9, mtime=0)
