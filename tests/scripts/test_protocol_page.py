"""docs/protocol.md says what messages.py says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_up_to_date():
    spec = importlib.util.spec_from_file_location("protocol_page", ROOT / "scripts" / "protocol_page.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert text == module.page(text), "run scripts/protocol_page.py"
    assert "### datasets.write" in text and "| -32031 | UnknownJobError |" in text
