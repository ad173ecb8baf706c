"""A layout that knows how wide everything in it is: which labels would be cut in a sidebar of a given width.

Rows, columns, splits and boxes share out their width as Blender's own do: a row that is too narrow shrinks all that has
words, evenly, and what is narrower than its words is cut. Widths are those of Blender's own font.
"""

from __future__ import annotations

import bpy

from .layout import FakeLayout, _words

ICON, EDGES, ARROW, BOX, GAP = 20.0, 12.0, 14.0, 10.0, 4.0
"""Pixels: of an icon or a button without words, around words, of a menu's arrow, what a box takes, between items."""
SPLIT = 0.4
"""The share of a row that a property's label has where labels stand in a column of their own."""


class MeasuredLayout(FakeLayout):
    """Draw into it, then ask `cut(width)`."""

    def __init__(self, text_width, kind="column", factor=0.0, property_split=False, drawn=None):
        super().__init__(drawn)
        for name, value in {
            "measure": text_width, "kind": kind, "factor": factor, "children": [], "use_property_split": property_split,
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    def cut(self, width):
        """The words that would be cut in `width` pixels, with how much they lack."""
        return list(_cut(self, width))

    def _answer(self, method, given):
        answer = super()._answer(method, given)
        if method in ("row", "column", "box", "split", "column_flow", "grid_flow"):
            return self._child(method, given)
        if method == "panel":
            header, body = self._child("row", {}), self._child("column", {})
            header.children.append(_Leaf("", ICON, ICON))
            return header, body
        self.children.append(_leaf(self, method, given))
        return answer

    def _child(self, method, given):
        kind = "row" if method == "grid_flow" else method
        child = MeasuredLayout(self.measure, kind, given.get("factor", 0.0), self.use_property_split, self.drawn)
        self.children.append(child)
        return child


class _Leaf:
    def __init__(self, words, natural, least, label_of_split="", label=0.0):
        self.words, self.natural, self.least = words, natural, least
        self.label_of_split, self.label = label_of_split, label


def _leaf(layout, method, given):
    words = _words(method, given) or _label_of(method, given)
    icon = ICON if given.get("icon", "NONE") != "NONE" or given.get("icon_value") else 0.0
    if method == "prop":
        return _prop_leaf(layout, given, words, icon)
    if method in ("template_icon", "template_list", "progress", "separator", "template_node_view"):
        return _Leaf("", 0.0, 0.0)
    arrow = ARROW if method in ("menu", "popover", "operator_menu_enum") else 0.0
    if not words:
        return _Leaf("", ICON + arrow if icon else 0.0, ICON if icon else 0.0)
    width = layout.measure(words) + icon + EDGES + arrow
    return _Leaf(words, width, width)


def _label_of(method, given):
    name = given.get("menu" if method == "menu" else "panel", "") if method in ("menu", "popover") else ""
    return getattr(bpy.types, name).bl_label if name and "text" not in given else ""


def _prop_leaf(layout, given, words, icon):
    rna = given["data"].bl_rna.properties.get(given["property"])
    if rna is None or given.get("icon_only"):
        return _Leaf("", ICON, ICON)
    if given.get("expand") and rna.type == "ENUM":
        names = [item.name for item in rna.enum_items]
        width = sum(layout.measure(name) + EDGES for name in names)
        even = max(layout.measure(name) + EDGES for name in names)
        return _Leaf(" | ".join(names), width, width) if even else _Leaf("", 0.0, 0.0)
    if not words:
        shown = max((layout.measure(item.name) for item in rna.enum_items), default=0.0) if rna.type == "ENUM" else 0.0
        width = shown + EDGES + ARROW if shown else ICON if rna.type == "BOOLEAN" else 60.0
        return _Leaf(rna.name if shown else "", width, width)
    axis = " X" if getattr(rna, "is_array", False) and layout.use_property_split else ""
    label = layout.measure(words + axis) + EDGES
    if rna.type == "BOOLEAN":
        width = label + ICON + icon + EDGES / 2
        return _Leaf(words, width, width)
    if layout.use_property_split:
        return _Leaf(words, 2.0 * label, 0.0, words, label)
    value = 48.0 if rna.type in ("INT", "FLOAT") else 60.0
    return _Leaf(words, label + value, label + value)


def _cut(node, width):
    if isinstance(node, _Leaf):
        if node.label_of_split and node.label > SPLIT * width + 1:
            yield node.label_of_split, round(node.label - SPLIT * width)
        elif node.least > width + 1:
            yield node.words, round(node.least - width)
        return
    width -= BOX if node.kind == "box" else 0.0
    shares = _shares(node, width)
    for child, share in zip(node.children, shares, strict=True):
        yield from _cut(child, share)


def _shares(node, width):
    children = node.children
    if node.kind == "split" and children:
        rest = width * (1 - node.factor) if node.factor else width / len(children) * (len(children) - 1)
        return [width - rest, *([rest / max(len(children) - 1, 1)] * (len(children) - 1))]
    if node.kind != "row":
        return [width] * len(children)
    wanted = [_natural(child) for child in children]
    fixed = [w if w <= ICON + ARROW else 0.0 for w in wanted]
    room, needed = width - sum(fixed), sum(w for w, f in zip(wanted, fixed, strict=True) if not f)
    return [f or (w * room / needed if needed else room) for w, f in zip(wanted, fixed, strict=True)]


def _natural(node):
    if isinstance(node, _Leaf):
        return node.natural
    sizes = [_natural(child) for child in node.children] or [0.0]
    return (sum(sizes) if node.kind in ("row", "split") else max(sizes)) + (BOX if node.kind == "box" else 0.0)
