"""open_clip is heavy: it is imported when it is used, and after torchvision has been made importable."""

from __future__ import annotations

from typing import Any

from backend.torchvision_import import import_torchvision


def import_open_clip() -> Any:
    import_torchvision()
    import open_clip

    return open_clip
