"""Any exception as a sentence."""

from __future__ import annotations

from backend.disk import is_full
from backend.errors import DiskError, DreamwrightError, InternalError, MemoryShortError
from backend.free_memory import is_memory_short


def to_readable_error(cause: Exception) -> DreamwrightError:
    """`cause` as an error that a person can read; a fault of ours names itself and sends to the log."""
    if isinstance(cause, DreamwrightError):
        return cause
    error = _translate(cause)
    error.__cause__ = cause
    return error


def _translate(cause: Exception) -> DreamwrightError:
    if isinstance(cause, OSError) and is_full(cause):
        return DiskError(f"The disk is full ({cause.filename or 'cache folder'}): free some space and resume the job.")
    if is_memory_short(cause):
        return MemoryShortError("There is not enough memory: lower the resolution, image size or samples per ray.")
    return InternalError(f"Dreamwright made a mistake ({type(cause).__name__}: {cause}): its log says more.")
