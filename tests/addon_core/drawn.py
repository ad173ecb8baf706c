"""The state machines of CONTRIBUTING.md, read out of their drawings."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_DRAWING = re.compile(r"```mermaid\nstateDiagram-v2\n(.*?)```", re.DOTALL)
_ARROW = re.compile(r"^\s*(\S+) --> (\w+)(?:: (\S+))?$")

Arrow = tuple[str, str, str]
"""From, event, to; "[*]" is the beginning."""


def machines() -> tuple[list[Arrow], list[Arrow], list[Arrow]]:
    """Backend, job, doing."""
    drawings = _DRAWING.findall((_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    backend, job, current_task = ([_arrow(line) for line in drawing.splitlines()] for drawing in drawings)
    return backend, job, current_task


def _arrow(line: str) -> Arrow:
    found = _ARROW.match(line)
    assert found, f"this line of a drawing cannot be read: {line!r}"
    return found[1], found[3] or "", found[2]
