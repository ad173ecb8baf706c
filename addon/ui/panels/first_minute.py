"""Before the first result: one line of what is needed, one button, and how far it is; the rest is folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ... import flows
from ...core.backend_state import BackendState
from .error_box import draw_allow_online, draw_error
from .sidebar import content_width, draw_lines, shortened

if TYPE_CHECKING:
    from ...core.session import Snapshot
    from ...core.torch_build import Offer

HEIGHT = 1.8


def draw_first_minute(layout: Any, snapshot: Snapshot) -> None:
    """One button at a time: what has to be allowed, then what has to be fetched."""
    if snapshot.backend is BackendState.SETTING_UP:
        _draw_progress(layout, snapshot)
        return
    flows.set_up_offers.find_builds()
    best = next(iter(flows.set_up_offers.known_offers()), None)
    draw_lines(layout, _what_for(best))
    column = layout.column()
    column.scale_y = HEIGHT
    if bpy.app.online_access:
        button = column.operator("dreamwright.set_up_backend", text=f"Set Up ({_size(best)})", icon="IMPORT")
        button.build = best.build.name if best else "auto"
    else:
        draw_allow_online(column)
    draw_error(layout, snapshot)
    header, body = layout.panel("dreamwright_set_up_details", default_closed=True)
    header.label(text="Details")
    if body is not None:
        _draw_details(body, best)


def _what_for(best: Offer | None) -> str:
    """Returns one sentence: what is fetched once, and what will compute."""
    if best is None:
        return "Set up once: PyTorch, which computes the shapes."
    return f"Set up once. {best.why}"


def _size(best: Offer | None) -> str:
    return f"{best.build.download_gb:.1f} GB" if best else "0.5 GB or more"


def _draw_progress(layout: Any, snapshot: Snapshot) -> None:
    """Says what is being done, megabytes, speed and time left; and Cancel in the place of the button."""
    progress = snapshot.setup
    draw_lines(layout, progress.stage if progress else "Setting up the backend")
    column = layout.column()
    column.scale_y = HEIGHT
    words = _figures(snapshot) or f"{(snapshot.fraction or 0.0) * 100:.0f} %"
    column.progress(factor=snapshot.fraction or 0.0, text=shortened(words, content_width() - 12))
    layout.operator("dreamwright.stop", text="Cancel", icon="CANCEL")
    detail = progress.detail if progress else snapshot.activity
    layout.label(text=shortened(detail, content_width() - 12))


def _figures(snapshot: Snapshot) -> str:
    """Returns the figures without the name of the stage, which stands above."""
    progress = snapshot.setup
    return progress.text.removeprefix(progress.stage).removeprefix(": ") if progress else ""


def _draw_details(layout: Any, best: Offer | None) -> None:
    column = layout.column(align=True)
    for sentence in flows.describe_set_up(best):
        draw_lines(column, sentence)
    others = [offer for offer in flows.set_up_offers.known_offers() if offer is not best]
    for offer in others if bpy.app.online_access else ():
        text = f"{offer.build.label} ({offer.build.download_gb:.1f} GB)"
        layout.operator("dreamwright.set_up_backend", text=text).build = offer.build.name
