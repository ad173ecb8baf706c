"""How long a job takes on this machine: measured by those that were made here, or counted, or not known.

A file in the cache keeps the last few measurements of each kind of job. A kind is what decides the time of a step: the
device, the method, the model, the quality, the field and what is rendered; how many steps there are is counted anew.
"""

from __future__ import annotations

import functools
import json
import statistics
from pathlib import Path
from typing import Any

from .errors import DiskError
from .new_file import write_over
from .own_files import make_own_folder
from .wire import config

FILE = "pace.json"
MOST_KINDS, MOST_TIMES = 200, 5
FEWEST_STEPS = 10
"""A run that was stopped before has measured its beginning, and no more."""
_DECIDES = ("method", "model", "quality", "field.kind", "field.resolution", "orbit.views",
            "render.samples_per_ray", "score_distillation.render_size", "dream_fields.render_size",
            "photometric.rays_per_step")  # fmt: skip


def remember_pace(file: Path, device: str, wanted: config.JobConfig, steps: int, seconds: float) -> None:
    """Keep what a job took: `steps` were made in `seconds`; without steps the seconds are those of the whole.

    Raises:
        DiskError: it cannot be written down.
    """
    if not device or seconds <= 0 or (wanted.optimize.steps and steps < FEWEST_STEPS):
        return
    kept = _read(file)
    times = kept.pop(key := _kind_of(device, wanted), [])
    kept[key] = [*times, seconds / max(steps, 1)][-MOST_TIMES:]  # the youngest at the end
    content = {"last_device": device, "seconds": dict(list(kept.items())[-MOST_KINDS:])}
    try:
        make_own_folder(file.parent)
        write_over(file, lambda partial: partial.write_text(json.dumps(content), encoding="utf-8"))
    except OSError as cause:
        raise DiskError(f"What this run took cannot be kept in {file.parent} ({cause.strerror}).") from cause
    _content.cache_clear()


def measured_seconds(file: Path, device: str, wanted: config.JobConfig) -> float | None:
    """Returns what a job like this took here, for as many steps as are wanted; None where none was made yet.

    `device` may be empty where no backend has said what computes: then the one counts that made the last job.
    """
    times = _read(file).get(_kind_of(device or _last_device(file), wanted))
    return statistics.median(times) * max(wanted.optimize.steps, 1) if times else None


def estimate_sentence(measured: float | None, counted: float | None) -> str:
    """Says how long it takes here, and how that is known."""
    if measured is not None:
        return f"About {duration(measured)} here (measured)"
    if counted is not None:
        return f"About {duration(counted)} (not measured)"
    return "First run here: not measured yet"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"


def _kind_of(device: str, wanted: config.JobConfig) -> str:
    return json.dumps([device, *(_value_at(wanted, path) for path in _DECIDES)])


def _value_at(wanted: Any, path: str) -> Any:
    return functools.reduce(lambda group, name: getattr(group, name, None), path.split("."), wanted)


def _last_device(file: Path) -> str:
    device = _content(str(file), _written(file)).get("last_device", "")
    return device if isinstance(device, str) else ""


def _read(file: Path) -> dict[str, list[float]]:
    """The measurements by kind; what is none is left out."""
    kept = _content(str(file), _written(file)).get("seconds")
    return {key: times for key, times in kept.items() if _are_times(times)} if isinstance(kept, dict) else {}


def _are_times(times: Any) -> bool:
    return isinstance(times, list) and bool(times) and all(isinstance(each, float) and each > 0 for each in times)


@functools.lru_cache(maxsize=2)
def _content(file: str, written: float) -> dict[str, Any]:
    """The file as it is; a panel asks at each redraw, so it is read once after each writing."""
    try:
        found = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime_ns / 1e9
    except OSError:
        return 0.0
