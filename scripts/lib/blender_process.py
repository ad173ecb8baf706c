"""The Blender that a demonstration runs in, as a child process: one line of JSON goes in, lines of JSON come out.

It ends when its standard input does, so it never outlives us; "stop" on a line asks it to finish with what it has. It
lives in a session of its own, because Ctrl-C is ours to handle.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .environments import ROOT

DRIVER = "scripts.in_blender.drive"
END_SECONDS = 20.0


class BlenderProcess:
    def __init__(self, python: Path, first_line: str, log: Path, environ: dict[str, str]) -> None:
        with log.open("wb") as log_file:
            self._child = subprocess.Popen(
                [str(python), "-m", DRIVER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log_file,
                env=os.environ | environ, text=True, encoding="utf-8", start_new_session=True,
            )  # fmt: skip
        self._send(first_line)

    def events(self) -> Iterator[dict[str, Any]]:
        """What it says, until it ends."""
        assert self._child.stdout is not None
        for line in iter(self._child.stdout.readline, ""):
            yield json.loads(line)

    def ask_to_stop(self) -> None:
        self._send("stop\n")

    def wait(self) -> int:
        """Its exit status; one that hangs at its end is killed."""
        try:
            return self._child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._child.returncode

    def kill(self) -> None:
        """Ends it at once; the backend ends with it, because it loses its standard input."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _send(self, line: str) -> None:
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it has ended: `events` and `wait` tell
            self._child.stdin.write(line)
            self._child.stdin.flush()
