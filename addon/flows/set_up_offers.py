"""What the backend could be set up with on this machine, looked for once behind the scenes."""

from __future__ import annotations

import threading

from ..core.errors import DreamwrightError
from ..core.machine import find_machine
from ..core.torch_build import Offer, offers
from .flow import APP

_asked = threading.Event()


def known_offers() -> tuple[Offer, ...]:
    """Returns what was found, the best first; nothing before somebody has looked."""
    return APP.session.snapshot.offers


def find_builds(again: bool = False) -> None:
    """Ask the drivers of this machine in a thread, once; the snapshot says what was found."""
    if _asked.is_set() and not again:
        return
    _asked.set()
    threading.Thread(target=_find, name="dreamwright-builds", daemon=True).start()


def _find() -> None:
    try:
        APP.session.post("offers", offers=tuple(offers(find_machine())))
    except DreamwrightError as error:
        APP.session.post("error", sentence=error.sentence, code=error.code)
