"""Fields that were looked at lately, so that the next view of them need not load them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from backend.optimise.looking import Look

COUNT = 8
"""As many as are laid out side by side; bounded in bytes as well."""
BYTES = 1 << 30


class Looks:
    """The last ones used, by job."""

    def __init__(self, count: int = COUNT, limit: int = BYTES) -> None:
        self._count, self._limit = count, limit
        self._held: OrderedDict[str, Look] = OrderedDict()

    def get(self, job: str, load: Callable[[], Look | None]) -> Look | None:
        """The one of this job, loaded where it is not there; None where that gives none."""
        if job not in self._held:
            look = load()
            if look is None:
                return None
            self._held[job] = look
        self._held.move_to_end(job)
        self._make_room()
        return self._held[job]

    def forget(self, job: str) -> None:
        """Its field changes, or is gone."""
        self._held.pop(job, None)

    def _make_room(self) -> None:
        while len(self._held) > 1 and (len(self._held) > self._count or self._bytes() > self._limit):
            self._held.popitem(last=False)

    def _bytes(self) -> int:
        return sum(_bytes_of(look) for look in self._held.values())


def _bytes_of(look: Look) -> int:
    return sum(parameter.nbytes for _, parameter in look.renderer.field.named_parameters())
