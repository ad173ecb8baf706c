"""The fast renderer made ready before any job: the last step of the set-up, so that the first result does not wait."""

from __future__ import annotations

from collections.abc import Callable

from backend.render.fused.availability import compile_kernels


def compile_renderer(log: Callable[[str], None]) -> None:
    """Compile what this machine does not have yet, with a word of it; does nothing where there is no compiler."""
    compile_kernels(log)
