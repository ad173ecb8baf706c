"""Fields that were looked at lately, so that the next view of them need not load them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from backend.optimize.field_view import FieldView

MAX_VIEWS = 8
"""As many as are laid out side by side; bounded in bytes as well."""
MAX_BYTES = 1 << 30


class FieldViewCache:
    """The last ones used, by job."""

    def __init__(self, count: int = MAX_VIEWS, limit: int = MAX_BYTES) -> None:
        self._count, self._limit = count, limit
        self._views: OrderedDict[str, FieldView] = OrderedDict()

    def get(self, job: str, load: Callable[[], FieldView | None]) -> FieldView | None:
        """The one of this job, loaded where it is not there; None where that gives none."""
        if job not in self._views:
            field_view = load()
            if field_view is None:
                return None
            self._views[job] = field_view
        self._views.move_to_end(job)
        self._make_room()
        return self._views[job]

    def forget(self, job: str) -> None:
        """Its field changes, or is gone."""
        self._views.pop(job, None)

    def _make_room(self) -> None:
        while len(self._views) > 1 and (len(self._views) > self._count or self._bytes() > self._limit):
            self._views.popitem(last=False)

    def _bytes(self) -> int:
        return sum(_bytes_of(field_view) for field_view in self._views.values())


def _bytes_of(field_view: FieldView) -> int:
    return sum(parameter.nbytes for _, parameter in field_view.renderer.field.named_parameters())
