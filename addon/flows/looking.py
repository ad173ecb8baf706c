"""The field itself, seen by a camera: by the backend where it can be asked, else out of the grids that were kept.

Everything here may be called from any thread (Blender renders in one of its own): it touches no scene.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..blender import paths
from ..blender.field_frames import Placed
from ..core import calls, grid_view, layers
from ..core.errors import DreamwrightError, SceneError
from ..core.grid_view import Lattice, Seen
from ..core.link import Link
from ..core.sight import Sight
from ..core.studio import grid_path
from .backend import connected
from .flow import STUDIO

BACKEND, GRID = "the backend", "the kept grid"
_WAIT_SECONDS = 0.05

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Kept:
    grid: calls.GridData
    lattice: Lattice
    changed: int
    """When its file was, in nanoseconds."""


_grids: dict[str, _Kept] = {}
"""By job; only of those that a scene shows, so there are few."""


@dataclass
class Onlooker:
    """Looks at the fields of a scene. Make one with `onlooker`; what it says of each is in `used`."""

    fields: Sequence[Placed]
    link: Link | None
    why_no_link: str = ""
    used: dict[str, str] = field(default_factory=dict)
    """By the object's name: what its picture came from."""

    def see(self, sight: Sight, seconds: float, normals: bool = True) -> Seen:
        """All fields as `sight` shows them, in its size; together in about `seconds`, coarser where it has to be.

        Raises:
            SceneError: a field can be had neither from the backend nor from a grid.
        """
        if not self.fields:
            return layers.nothing(sight.height, sight.width)
        share = seconds / len(self.fields)
        seen = [self._seen(each, sight, share, normals) for each in self.fields]
        return layers.composited([layers.enlarged(each, sight.height, sight.width) for each in seen])

    def sentence(self) -> str:
        """What was used, for the render's information."""
        kinds = sorted(set(self.used.values()))
        return "Seen by " + " and ".join(kinds) if kinds else "No field is visible"

    def _seen(self, placed: Placed, sight: Sight, seconds: float, normals: bool) -> Seen:
        if self.link is not None and self.used.get(placed.name) != GRID:
            try:
                return self._by_backend(placed, sight, seconds, normals)
            except DreamwrightError as error:
                log.info("the backend does not show '%s': %s", placed.name, error.sentence)
                self.why_no_link = error.sentence
        return self._by_grid(placed, sight, seconds, normals)

    def _by_backend(self, placed: Placed, sight: Sight, seconds: float, normals: bool) -> Seen:
        view = sight.within(_settled(placed)).view(normals)
        sent = calls.render_view(self.link.client, placed.job, view, seconds)
        self.used[placed.name] = f"{BACKEND} at step {sent.step}"
        seen = premultiplied(sent)
        return replace(seen, normal=placed.normals_to_scene(seen.normal))

    def _by_grid(self, placed: Placed, sight: Sight, seconds: float, normals: bool) -> Seen:
        try:
            lattice = _kept(placed.job).lattice
        except DreamwrightError as cause:
            words = [f"The field of '{placed.name}' cannot be seen.", self.why_no_link, cause.sentence]
            raise SceneError(" ".join(word for word in words if word)) from cause
        seen = grid_view.seen_within(seconds, lattice, sight.within(_settled(placed)), normals=normals)
        self.used[placed.name] = GRID
        return replace(seen, normal=placed.normals_to_scene(seen.normal))


def onlooker(fields: Sequence[Placed], *, may_start: bool = False, ask_backend: bool = True) -> Onlooker:
    """Whoever looks at these fields; with `may_start` a backend that is not running is started, which takes seconds."""
    link = STUDIO.link if STUDIO.link and STUDIO.link.alive else None
    if not ask_backend:
        return Onlooker(fields, None)
    if link or not may_start or not fields:
        return Onlooker(fields, link, "" if link else "The backend is not running.")
    try:
        return Onlooker(fields, _started())
    except DreamwrightError as error:
        log.info("no backend to render with: %s", error.sentence)
        return Onlooker(fields, None, error.sentence)


def _started() -> Link:
    """The backend, started in this very thread."""
    with STUDIO.occupied("starting the backend"):
        flow = connected()
        while True:
            try:
                next(flow)
            except StopIteration as end:
                return end.value
            time.sleep(_WAIT_SECONDS)


def premultiplied(sent: calls.Rendered) -> Seen:
    """The wire's picture as it is composited; its normals are those of the job's own scene."""
    alpha = np.asarray(sent.alpha, np.float32)
    colour = np.asarray(sent.colour, np.float32) * alpha[..., None]
    normal = np.asarray(sent.normal, np.float32)
    return Seen(colour, alpha, np.asarray(sent.depth, np.float32), normal if normal.size else np.zeros_like(colour))


def _settled(placed: Placed) -> np.ndarray:
    """Where the field stands; for an object of an older version its height is found out of the kept grid."""
    if placed.seated is None:
        return placed.to_field
    threshold, height = placed.seated
    raised = np.eye(4)
    try:
        raised[2, 3] = grid_view.lowest(_kept(placed.job).grid, threshold) - height
    except DreamwrightError:
        log.info("'%s' is taken to fill its box to the bottom: its grid was not kept", placed.name)
    return raised @ placed.to_field


def _kept(job: str) -> _Kept:
    """The grid of a job, loaded again when its file is another."""
    path = grid_path(paths.cache_folder(), job)
    changed = path.stat().st_mtime_ns if path.exists() else 0
    if job not in _grids or _grids[job].changed != changed:
        grid = calls.load_grid(path)
        _grids[job] = _Kept(grid, grid_view.lattice_of(grid), changed)
    return _grids[job]
