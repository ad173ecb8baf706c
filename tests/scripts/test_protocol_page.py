"""docs/protocol.md says what messages.py says."""

from __future__ import annotations

from pathlib import Path

from scripts.lib.protocol_page import page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date():
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert text == page(text), "run python -m scripts.lib.protocol_page"
    assert "### datasets.write" in text and "| -32031 | UnknownJobError |" in text
