"""What a person asked demo.py for; it crosses to the Blender process as one line of JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .environments import ROOT

LONGEST_SLUG = 60  # characters


@dataclass(frozen=True)
class DemoRequest:
    prompt: str = ""
    reconstruct: bool = False
    dataset: str = ""  # empty: a small scene is built and photographed
    quality: str = "normal"
    model: str = ""  # empty: the embedded one, or the recipe's
    settings: str = "{}"  # more of them, as JSON by the names of backend/config
    device: str = "auto"
    seed: int = 0
    steps: int = 0  # 0: the quality's
    resolution: int = 0  # 0: the quality's
    folder: str = ""  # where the files are written

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @staticmethod
    def from_line(line: str) -> DemoRequest:
        return DemoRequest(**json.loads(line))

    @property
    def slug(self) -> str:
        """Name of the result's folder."""
        words = f"reconstruct {Path(self.dataset).name} {self.prompt}" if self.reconstruct else self.prompt
        return re.sub(r"[\W_]+", "-", words.lower()).strip("-")[:LONGEST_SLUG].strip("-") or "result"


def refuse_invalid(request: DemoRequest) -> None:
    """Raises ValueError with the sentence for what the backend would refuse, before anything is started."""
    config, sentence_error = _backend_rules()
    changes: dict[str, Any] = {"prompt": request.prompt, "device": request.device, "seed": request.seed}
    if request.steps:
        changes["optimize"] = {"steps": request.steps}
    if request.resolution:
        changes["field"] = {"resolution": request.resolution, "start_resolution": min(8, request.resolution)}
    method = config.Method.TEXT
    if request.reconstruct:
        method = config.Method.BOTH if request.prompt else config.Method.RECONSTRUCT
    try:
        more = json.loads(request.settings)
        base = config.initial_config(method, request.quality, more.get("recipe", ""), more.get("model", ""))
        wanted = config.with_changes(config.with_changes(base, changes), more)
        config.check_runnable(config.with_changes(wanted, {"dataset": request.dataset or "built in Blender"}))
    except sentence_error as error:
        raise ValueError(str(error)) from error


def refusal(request: DemoRequest) -> str:
    """The sentence for what the backend would refuse, or "": by a process that can import `backend`."""
    command = [sys.executable, "-m", "scripts.lib.demo_request"]
    answer = subprocess.run(command, cwd=ROOT, input=request.to_line(), stdout=subprocess.PIPE, text=True, check=True)
    return answer.stdout.strip()


def _backend_rules() -> tuple[Any, type[Exception]]:
    """backend.config and the root of its errors: standard library only, but Python 3.11's, so not imported above."""
    from backend import config, errors

    return config, errors.DreamwrightError


def main() -> None:
    """Prints why the request on standard input cannot be run; nothing where it can."""
    try:
        refuse_invalid(DemoRequest.from_line(sys.stdin.readline()))
    except ValueError as error:
        print(error)


if __name__ == "__main__":
    main()
