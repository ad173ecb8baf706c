"""How many seeds are tried at once."""

from __future__ import annotations

COUNT, MOST = 4, 12
