"""One run: all that decides its result, and by that its key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backend.config import JobConfig, Method, merged, preset, to_json, with_changes

from .provenance import digest


@dataclass(frozen=True)
class ScoringSetup:
    """What all runs of one table share: the code, and who judges them among which captions."""

    revision: str
    evaluator: str
    """As in --model."""
    evaluator_weights: str
    candidates: tuple[str, ...]

    @cached_property
    def measured_by(self) -> str:
        """Figures of two results can be compared where this is the same."""
        return digest(json.dumps([self.evaluator_weights, self.candidates]))


@dataclass(frozen=True)
class Request:
    """A prompt, a seed, and the settings that differ from those of the quality."""

    setup: ScoringSetup
    prompt: str
    seed: int
    quality: str
    settings: dict[str, Any]
    weights: str
    """Checksum of the models that pull."""
    name: str = ""

    @cached_property
    def config(self) -> JobConfig:
        """Returns what the job is asked: the preset of its quality with the settings that were given.

        Raises:
            ConfigError: a setting is unknown, of the wrong type or out of bounds.
        """
        wanted = merged(self.settings, {"prompt": self.prompt, "seed": self.seed})
        return with_changes(preset(Method.TEXT, self.quality, self.settings.get("model", "")), wanted)

    @cached_property
    def key(self) -> str:
        """Equal for equal results: code, weights, every setting, and what it is measured by; not the name."""
        decides = [self.setup.revision, self.weights, self.setup.measured_by, to_json(self.config)]
        return digest(json.dumps(decides, sort_keys=True))

    def to_json(self, picture: Path) -> dict[str, Any]:
        """For the process that makes it; its pictures go to `picture`."""
        return {
            "config": to_json(self.config),
            "evaluator": self.setup.evaluator,
            "candidates": self.setup.candidates,
            "picture": str(picture),
        }
