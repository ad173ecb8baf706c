"""Writes the tables of docs/protocol.md from backend/wire/messages.py.

.envs/backend/bin/python -m scripts.lib.protocol_page
"""

from __future__ import annotations

import dataclasses
import typing
from typing import Any

from backend import errors
from backend.wire import messages

from .environments import ROOT

PAGE = ROOT / "docs" / "protocol.md"
MARK = "<!-- below: written by scripts/lib/protocol_page.py -->\n"


def tables() -> str:
    """Everything below the mark."""
    said = [f"Version of the wire: **{messages.WIRE_VERSION}**.\n"]
    said += ["\n## Calls\n"] + [_call(kind) for kind in messages.CALLS.values()]
    said += ["\n## Notifications\n"] + [_fields(_method(kind), kind) for kind in messages.NOTIFICATIONS.values()]
    said += ["\n## Records inside answers\n"]
    said += [_fields(kind.__name__, kind) for kind in (messages.JobRecord, messages.JobSummary, messages.View)]
    codes = "".join(
        f"| {code} | {kind.__name__} |\n"
        for code, kind in sorted(errors.leaves().items())
        if kind.__module__ == errors.__name__
    )
    return "".join([*said, "\n## Codes of errors\n\n| code | class |\n|---|---|\n", codes])


def _method(kind: Any) -> str:
    return str(kind.method)


def page(text: str) -> str:
    return text.partition(MARK)[0] + MARK + "\n" + tables()


def _call(kind: Any) -> str:
    return _fields(kind.method, kind) + "\n" + _fields("answer", kind.Result, "####")


def _fields(title: str, kind: Any, level: str = "###") -> str:
    hints = typing.get_type_hints(kind)
    rows = [f"| `{f.name}` | {_type(hints[f.name])} | {_default(f)} |\n" for f in dataclasses.fields(kind)]
    head = "| value | type | if left out |\n|---|---|---|\n" if rows else "No values.\n"
    return f"\n{level} {title}\n\n{head}{''.join(rows)}"


def _type(hint: object) -> str:
    return str(getattr(hint, "__name__", hint)).replace("numpy.", "").replace("typing.", "").replace(" | ", " or ")


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return f"`{field.default!r}`"
    return "needed" if field.default_factory is dataclasses.MISSING else "empty"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
