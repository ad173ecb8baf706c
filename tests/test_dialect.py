"""One term a concept: names in the words of docs/glossary.md, and sentences that are whole.

The first release candidate spoke a dialect of its own (look, judge, watch, eye, kept, ...), and the same word meant
several things. This keeps it from coming back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("addon", "backend", "scripts")

DIALECT = frozenset([
    "begun", "bench", "cast", "caster", "desk", "eye", "eyes", "gate", "guide", "hub", "journal", "judge", "judged",
    "judgment", "kept", "liked", "look", "looked", "looker", "looking", "lookout", "onlooker", "place", "placed",
    "places", "said", "say", "says", "seen", "shelf", "shop", "shown", "sight", "stretch", "stretches", "studio",
    "taught", "tell", "tells", "thing", "things", "told", "treaty", "twin", "unread", "verdict", "watch", "watched",
    "watching", "wording", "workshop", "zoo",
])  # fmt: skip
"""Parts of names that meant something else each time; docs/glossary.md says what to write instead."""
BRITISH = re.compile(
    r"colour|optimis|normalis|regularis|initialis|centre|neighbour|behaviour|licence|catalogue|grey", re.I
)

ALLOWED = {
    "hub": "the Hugging Face hub",
    "kept": "checkpoints that are kept (KeptCheckpoint)",
    "look_at": "a camera's matrix, as every library says",
    "look_from": "a camera's matrix",
    "move_into_place": "an idiom",
    "place_camera": "a verb: put a camera somewhere",
    "stage": "a film's, and a zip's, in scripts",
}
"""Why a part, or a whole name, may stay."""
OBJECT_NAMES = "scripts/training/objects/"
"""Functions there are named after the objects that they build: a desk is a desk, and models learned its name."""


def parts_of(name: str) -> list[str]:
    """The words of a name in snake_case or CamelCase, in lower case."""
    return [part.lower() for part in re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+", name)]


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def names_in(path: Path) -> Iterator[str]:
    """The file's own name, and those of the functions, methods and classes that it defines."""
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


def offense(name: str) -> str:
    """The word of the old dialect in a name, or the British spelling; empty where there is none."""
    british = BRITISH.search(name)
    if british:
        return british[0]
    if name.strip("_") in ALLOWED:
        return ""
    return next((part for part in parts_of(name) if part in DIALECT and part not in ALLOWED), "")


def test_names_are_in_the_words_of_the_field():
    offenses = []
    for path in python_files():
        place = path.relative_to(ROOT).as_posix()
        if place.startswith(OBJECT_NAMES):
            continue
        offenses += [f"{place}: '{word}' in {name}" for name in names_in(path) if (word := offense(name))]
    assert not offenses, "\n".join(["docs/glossary.md says what to write instead:", *offenses])


def test_the_old_dialect_is_found_where_it_is_spoken():
    assert offense("Onlooker") == "onlooker" and offense("_shown") == "shown" and offense("kept_by_judge") == "judge"
    assert offense("raw_colour") == "colour" and offense("optimise_field") == "optimis"
    assert (
        not offense("look_at")
        and not offense("KeptCheckpoint")
        and not offense("displaced")
        and not offense("hub_cache")
    )


def test_what_is_allowed_is_needed():
    """An exception that nobody uses is one too many."""
    every = {name for path in python_files() for name in names_in(path)}
    words = {part for name in every for part in parts_of(name)} | {name.strip("_") for name in every}
    assert set(ALLOWED) <= words, set(ALLOWED) - words


NO_SENTENCE = frozenset([
    "of", "to", "from", "for", "at", "in", "on", "by", "with", "as", "how", "what", "where", "whether", "which", "when",
    "raises:",
])  # fmt: skip
"""First words by which a docstring of a function is no sentence with a verb that says what comes back."""
UNFINISHED = re.compile(r"(\bXX+|\bTODO|\bFIXME|\.\.\.|,)\s*$")


def docstrings() -> Iterator[tuple[str, str]]:
    """Where it stands, and its text: of every module, class and function."""
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                text = ast.get_docstring(node)
                if text:
                    yield f"{path.relative_to(ROOT)}:{getattr(node, 'name', '')}", text


def test_no_docstring_breaks_off():
    assert not [where for where, text in docstrings() if UNFINISHED.search(text)]


def test_a_docstring_that_breaks_off_is_found():
    assert UNFINISHED.search("Exact for constant density:\n\n    XX") and UNFINISHED.search("with T the light,")
    assert not UNFINISHED.search("It is done.")


def begins_without_verb(text: str) -> bool:
    return text.split()[0].lower().rstrip(",") in NO_SENTENCE


def test_docstrings_of_functions_are_sentences():
    offenses = []
    for path in (path for package in ("addon", "backend") for path in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node) or "-"
                if begins_without_verb(text):
                    offenses.append(f"{path.relative_to(ROOT)}:{node.name}: {text.splitlines()[0]}")
    assert not offenses, "\n".join(["say in a sentence what comes back:", *offenses])


def test_a_docstring_that_is_no_sentence_is_found():
    assert begins_without_verb("Of small cells around the positions.") and begins_without_verb(
        "As, so to speak, it is."
    )
    assert begins_without_verb("Raises:\n    ValueError: never.") and not begins_without_verb("Ofen is German.")
