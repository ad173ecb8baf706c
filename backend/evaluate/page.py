"""Results as one HTML page: a table, plots and a contact sheet. Nothing comes from elsewhere, and no script runs."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from PIL import Image

from .columns import Column, Total, columns_of, ordered, totals
from .plots import sides_png, similarity_png
from .results import AZIMUTHS, ELEVATIONS, SIDES_AZIMUTHS, SIDES_ELEVATION, Measured

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; padding: 0 1rem; color: #1c1c1c }
h1 { font-size: 1.5rem; margin-bottom: .2rem } h2 { font-size: 1.1rem; margin-top: 2rem }
p.about { color: #555; margin-top: 0; max-width: 75ch }
dl { display: flex; flex-wrap: wrap; gap: .8rem 2.2rem; margin: 1.2rem 0 } dt { color: #555; font-size: .85rem }
dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums } dd small { font-size: .8rem; color: #555 }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th { text-align: left; font-weight: 600; font-size: .85rem; border-bottom: 2px solid #999 }
th, td { padding: .3rem .9rem .3rem 0; vertical-align: top }
td:first-child { min-width: 18ch } td { border-bottom: 1px solid #ddd }
td + td, th { white-space: nowrap } td.number, th.number { text-align: right }
td.wrong { color: #a33000 } td a { color: inherit }
.plots img { max-width: 100%; display: block; margin: .5rem 0 }
.sheet { display: flex; flex-wrap: wrap; gap: 1rem }
figure { box-sizing: border-box; width: 380px; margin: 0; border: 1px solid #ddd; padding: .5rem }
figure img { width: 100%; display: block }
figcaption { font-size: .85rem; color: #333 } figure:target { outline: 3px solid #3b73b9 }
"""


@dataclass(frozen=True)
class Entry:
    """A result and its pictures, (h, w, 3) uint8."""

    measured: Measured
    pictures: Sequence[np.ndarray] = ()


def html_page(entries: Sequence[Entry], title: str = "Results") -> str:
    """The page, the likest to its prompt first."""
    entries = [entries[i] for i in ordered([entry.measured for entry in entries])]
    results = [entry.measured for entry in entries]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="about">{escape(protocol(results))}</p>',
        _totals(results),
        f'<h2>Results</h2>\n<div class="wide">{_table(results)}</div>',
        f'<h2>Plots</h2>\n<div class="plots">{_plots(results)}</div>',
        f"<h2>Contact sheet</h2>\n{_sheet(entries)}",
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"


def protocol(results: Sequence[Measured]) -> str:
    """Says how it was measured, in words."""
    evaluators = ", ".join(sorted({r.evaluator for r in results if r.evaluator})) or "none"
    elevations = " and ".join(f"{e:g}" for e in ELEVATIONS)
    return (
        f"Evaluator: {evaluators}. Similarity is the mean cosine over {AZIMUTHS * len(ELEVATIONS)} views over white, "
        f"{AZIMUTHS} around at elevations of {elevations} degrees. Form: the same views in one grey under one light; "
        "prompts that differ in words of color alone count as one. "
        f"{_sides(results)} Ties count as wrong."
    )


def _sides(results: Sequence[Measured]) -> str:
    if not any(r.sides for r in results):
        return "Sides were not asked for, since the evaluator does not know the words of views."
    return (
        f"Sides: {SIDES_AZIMUTHS} views around at {SIDES_ELEVATION:g} degrees; agreement of 1/3 is chance, more than "
        "one front is a Janus."
    )


# -- the parts


def _totals(results: Sequence[Measured]) -> str:
    return f"<dl>{''.join(_total(total) for total in totals(results))}</dl>"


def _total(total: Total) -> str:
    name, value, more = (escape(text) for text in (total.heading, total.value, total.more))
    return f"<div><dt>{name}</dt><dd>{value} <small>{more}</small></dd></div>"


def _table(results: Sequence[Measured]) -> str:
    columns = columns_of(results)
    head = "".join(f'<th{_kind(c)} title="{escape(c.about)}">{escape(c.heading)}</th>' for c in columns)
    rows = "\n".join(_row(i, result, columns) for i, result in enumerate(results))
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>"


def _row(index: int, result: Measured, columns: Sequence[Column]) -> str:
    """The first cell leads to the pictures."""
    first, *others = columns
    cells = "".join(f"<td{_kind(c, c.wrong(result))}>{escape(c.text(result))}</td>" for c in others)
    return f'<tr><td><a href="#result-{index}">{escape(first.text(result))}</a></td>{cells}</tr>'


def _kind(column: Column, wrong: bool = False) -> str:
    names = " ".join(["number"] * column.number + ["wrong"] * wrong)
    return f' class="{names}"' if names else ""


def _plots(results: Sequence[Measured]) -> str:
    drawn = [(similarity_png(results), "similarities as a histogram"), (sides_png(results), "sides by azimuth")]
    return "\n".join(_image(png, about) for png, about in drawn if png) or "<p>Nothing to plot.</p>"


def _sheet(entries: Sequence[Entry]) -> str:
    return f'<div class="sheet">{"".join(_figure(i, entry) for i, entry in enumerate(entries))}</div>'


def _figure(index: int, entry: Entry) -> str:
    measured = entry.measured
    picture = _image(strip_png(entry.pictures), measured.prompt) if entry.pictures else "<p>No pictures.</p>"
    words = [measured.prompt or measured.name, f"seed {measured.seed}", *([measured.note] if measured.note else [])]
    if measured.similarity is not None:
        words.insert(1, f"{measured.similarity:.3f}")
    return f'<figure id="result-{index}">{picture}<figcaption>{escape(" · ".join(words))}</figcaption></figure>\n'


def strip_png(pictures: Sequence[np.ndarray]) -> bytes:
    """Pictures of one size beside each other."""
    file = io.BytesIO()
    Image.fromarray(np.concatenate(list(pictures), axis=1)).save(file, format="png", optimize=True)
    return file.getvalue()


def _image(png: bytes, about: str) -> str:
    return f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}" alt="{escape(about)}">'
