"""The file of results: one line of JSON each, only ever added to. A line says what was measured, and what made it."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.evaluate.results import Measured, from_json


@dataclass(frozen=True)
class Result(Measured):
    """What an evaluator measured, and of what; `name` is the run's, for people. `evaluate.ledger` writes it."""

    key: str = ""
    revision: str = ""
    weights: str = ""
    measured_by: str = ""
    """Figures can be compared where this is the same."""
    quality: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    """That differ from those of the quality."""
    machine: str = ""
    made: str = ""
    processor_seconds: float | None = None
    """Of the steps, as `seconds`, but without what others took of the processor meanwhile."""
    empty: bool = False
    """Nothing solid could be exported."""
    restarts: int = 0
    """How often it came to nothing, and began again with another seed."""
    failed: str = ""
    """The sentence of an error; nothing was measured then."""

    @staticmethod
    def of(found: dict[str, Any]) -> Result:
        """The inverse of evaluate.results.to_json.

        Raises:
            AttributeError, TypeError: it is no result.
        """
        own = {spec.name for spec in dataclasses.fields(Result)} - {spec.name for spec in dataclasses.fields(Measured)}
        return Result(**vars(from_json(found)) | {name: found[name] for name in own & found.keys()})


def read_results(path: Path) -> list[Result]:
    """All that are whole, oldest first; a torn line, as a power cut leaves, is said and left out."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(Result.of(json.loads(line)))
        except (ValueError, TypeError, AttributeError):
            sys.stderr.write(f"Line {number} of {path} is no result: it is left out.\n")
    return found
