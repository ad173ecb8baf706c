"""What a person reads: every operator, panel, menu and property has a tooltip for them, in the words of Blender."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bpy

from addon import registration

ADDON = Path(registration.__file__).parent
SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "per", "the", "to", "with"}
REFUSED = (
    "mix into", "opened from", "never listed", "backend/config", "fullness", "crumb", "fill cavities", "face budget",
    "published settings", "live picture", "live mesh", "kept grid", "seen by", "shape it", "more words", 
    "size and place",
    "stop and keep", "held at step", "going on", "go on with", "likeness", "iterate", "rewind", "hold out", "held out",
    "learned from", "learn from", "also follow", "its token", "its job", "film could", "film has", 
    "throw", "look for", "re-mesh",
    "treaty", "colour", "catalogue", "licence", "optimis", "normalis", "regularis", "centre", "grey", "metre",
)  # fmt: skip
"""Beginnings of words of the old dialect, and British spelling."""


def shown_classes() -> list[type]:
    return [
        cls for cls in registration.CLASSES if issubclass(cls, bpy.types.Operator | bpy.types.Panel | bpy.types.Menu)
    ]


def own_properties() -> Iterator[tuple[str, Any]]:
    """Every property that Blender knows of us, with the name of its owner."""
    for cls in registration.CLASSES:
        if issubclass(cls, bpy.types.Operator):
            name = cls.bl_idname.removeprefix("dreamwright.")
            known = getattr(bpy.ops.dreamwright, name).get_rna_type().properties
        elif issubclass(cls, bpy.types.PropertyGroup | bpy.types.AddonPreferences):
            known = cls.bl_rna.properties
        else:
            continue
        theirs = {"rna_type", "bl_idname"} | (set() if "name" in getattr(cls, "__annotations__", {}) else {"name"})
        yield from ((f"{cls.__name__}.{each.identifier}", each) for each in known if each.identifier not in theirs)
    for owner in (bpy.types.Scene, bpy.types.Camera, bpy.types.Object):
        yield from ((each.identifier, each) for each in owner.bl_rna.properties if "dreamwright" in each.identifier)


def is_title_case(label: str) -> bool:
    words = re.findall(r"[A-Za-z][\w'-]*", re.sub(r"\(.*?\)", "", label))
    return all(
        (word in SMALL and number) or word[0].isupper() or word in ("blend", "glTF")
        for number, word in enumerate(words)
    )


def old_words_in(text: str) -> list[str]:
    return [word for word in REFUSED if re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE)]


def test_no_docstring_is_a_tooltip():
    bad = [cls.__name__ for cls in shown_classes() if not cls.__dict__.get("bl_description")]
    assert not bad, "without a bl_description Blender shows the docstring"
    assert [cls.__name__ for cls in shown_classes() if cls.bl_description == (cls.__doc__ or "").strip()] == []


def test_every_property_has_a_name_and_a_tooltip():
    without = [where for where, rna in own_properties() if not rna.name or not rna.description]
    assert without == []
    classes = {cls.__doc__ for cls in registration.CLASSES if cls.__doc__}
    assert [where for where, rna in own_properties() if rna.description in classes] == []


def test_tooltips_are_sentences_without_a_full_stop():
    tips = [(cls.__name__, cls.bl_description) for cls in shown_classes()]
    tips += [(where, rna.description) for where, rna in own_properties()]
    tips += [(f"{where} {item.identifier}", item.description) for where, item in enum_items() if item.description]
    assert len(tips) > 300
    bad = [(where, tip) for where, tip in tips if tip.endswith(".") or re.match(r"[a-z]+ ", tip)]
    assert bad == []


def enum_items() -> Iterator[tuple[str, Any]]:
    for where, rna in own_properties():
        yield from ((where, item) for item in (rna.enum_items_static if rna.type == "ENUM" else ()))


def test_labels_are_in_title_case():
    labels = [(cls.__name__, cls.bl_label) for cls in shown_classes()]
    labels += [(where, rna.name) for where, rna in own_properties()]
    labels += [(f"{where} {item.identifier}", item.name) for where, item in enum_items()]
    assert [(where, label) for where, label in labels if not is_title_case(label)] == []


def test_no_label_or_tooltip_is_in_the_old_dialect():
    texts = [(cls.__name__, f"{cls.bl_label}. {cls.bl_description}") for cls in shown_classes()]
    texts += [(where, f"{rna.name}. {rna.description}") for where, rna in own_properties()]
    texts += [(where, f"{item.name}. {item.description}") for where, item in enum_items()]
    assert [(where, text, old_words_in(text)) for where, text in texts if old_words_in(text)] == []


def sentences() -> Iterator[tuple[str, str]]:
    """Every text of the add-on that a person may read: with a space in it, and no docstring."""
    for file in sorted(ADDON.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            if " " in text.strip() and id(node) not in silent:
                yield f"{file.relative_to(ADDON)}:{node.lineno}", text


def test_no_sentence_is_in_the_old_dialect():
    found = [(where, text, old_words_in(text)) for where, text in sentences() if old_words_in(text)]
    assert found == []


def test_what_is_refused_would_be_found():
    assert old_words_in("Hold Out Every n-th") == ["hold out"] and old_words_in("The Colour") == ["colour"]
    assert (
        is_title_case("Refine from Step") and not is_title_case("Kept grid") and is_title_case("Presets (from papers)")
    )
