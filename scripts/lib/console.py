"""What the commands print for a person: standard error, so that standard output stays for results."""

from __future__ import annotations

import sys


def log(text: str) -> None:
    """Writes one line to standard error at once."""
    print(text, file=sys.stderr, flush=True)
