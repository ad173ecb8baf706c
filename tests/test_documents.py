"""Our documents name what exists: files, links, modules, tests, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.config import JobConfig, leaves
from backend.config.renamed import PATHS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *(path for folder in ("docs", "backend", "scripts") for path in sorted((ROOT / folder).rglob("*.md"))),
]
OURS = ("addon", "backend", "docs", "scripts", "tests")
FILE_NAMES = {path.name for folder in OURS for path in (ROOT / folder).rglob("*.*")}
TESTS = {path.stem for path in (ROOT / "tests").rglob("test_*.py")}
SETTINGS = {path for path, _ in leaves(JobConfig)}
GROUPS = {path.rpartition(".")[0] for path in SETTINGS if "." in path}
ROOTS_OF_GROUPS = {group.split(".")[0] for group in GROUPS} | {old.split(".")[0] for old in PATHS}
"""Of today, and of before names changed."""

MADE = {
    ".cache": "by the commands",
    ".envs": "by the commands",
    "out": "by the commands",
    "dist": "by the commands",
    "wheels": "by the commands",
    "report.json": "by a job",
    "results.jsonl": "by an evaluation",
    "page.html": "by an evaluation",
    "clients.json": "by a backend with several clients",
    "dreamwright-training": "by the training of the prior, in the person's cache folder",
    "checkpoint.pt": "by the training of the prior",
    "curve.jsonl": "by the training of the prior",
    "sheet.png": "by the training of the prior",
    "model": "by the training of the prior",
    "compiled": "by numba, in the person's cache folder",
    "job.json": "by a job",
    "index.json": "by scripts/build_extension.py",
    "transforms.json": "by who poses photographs",
    **dict.fromkeys(
        (
            "transforms_train.json",
            "transforms_test.json",
            "poses_bounds.npy",
            "meta_data.json",
            "metadata.json",
            "sparse",
            "intrinsics.txt",
            "pose",
            "rgb",
            "keyframes",
        ),
        "by the programs that docs/photos.md names",
    ),
    "ball.py": "by who follows the example",
    "grayness.py": "by who follows the example",
    "ball": "by who follows the example",
    "grayness": "by who follows the example",
}
"""Parts of paths, and settings, that are there only when somebody made them, and who does."""
OF_MODELS = ("open_clip", "openai", "stable-diffusion-v1-5", "timm")
"""Parts of names of models, which look like paths."""
SUFFIX = re.compile(r"\w\.(py|md|txt|jsonl?|toml|png|jpg|ini|safetensors|html|pt)$")


def named(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


def code_in(text: str) -> Iterator[str]:
    """What is written as code: in fences, in backticks, and in lines that are indented by four."""
    fence = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.S | re.M)
    for block in fence.findall(text):
        yield from block.splitlines()
    rest = fence.sub("", text)
    yield from re.findall(r"`([^`\n]+)`", rest)
    yield from re.findall(r"^ {4}(\S.*)$", rest, re.M)


def paths_in(text: str) -> set[str]:
    """Words of code that look like a path here: not from a root, not an option, not an address."""
    words = {word.strip(",;:()\"'") for span in code_in(text) for word in span.split()}
    paths = {word for word in words if SUFFIX.search(word) or "/" in word}
    return {path for path in paths if re.fullmatch(r"[\w.][\w.<>/-]*", path) and "//" not in path}


def exists(path: str, document: Path) -> bool:
    """Below the root, beside the document, in one of our packages, or made by somebody; a bare file name anywhere."""
    parts = [part for part in path.split("/") if part]
    if set(parts) & (set(MADE) | set(OF_MODELS)) or "<" in path:
        return True
    beside = (ROOT, document.parent, *(ROOT / name for name in (*OURS, "tests/backend")))
    if any((place / path).exists() or (place / f"{path}.py").exists() for place in beside):
        return True
    return len(parts) == 1 and (parts[0] in FILE_NAMES or any(ROOT.glob(f"scripts/*/{parts[0]}")))


def unknown_settings(text: str) -> set[str]:
    """Options `--group.setting`, `group.setting=` and dotted names that begin with a group but are no setting."""
    found = set()
    for span in code_in(text):
        for word in re.findall(r"(?<![\w./])(?:--)?([a-z_-]+(?:\.[a-z_0-9-]+)+)(?![\w/(])", span):
            path = word.replace("-", "_")
            if path.split(".")[0] in ROOTS_OF_GROUPS and not path.endswith((".py", ".npz", ".json")):
                found.add(path)
    return {path for path in found - SETTINGS - GROUPS if not set(path.split(".")) & set(MADE) and not is_start(path)}


def is_start(path: str) -> bool:
    """Of `render.occupancy_*`, what stands before the asterisk."""
    return path.endswith("_") and any(setting.startswith(path) for setting in SETTINGS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
class TestEachDocument:
    def test_paths_exist(self, document):
        missing = {path for path in paths_in(document.read_text(encoding="utf-8")) if not exists(path, document)}
        assert not missing, sorted(missing)

    def test_links_lead_somewhere(self, document):
        links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
        local = {link for link in links if not link.startswith(("http:", "https:"))}
        assert not {link for link in local if not (document.parent / link).exists()}

    def test_modules_that_are_run_exist(self, document):
        modules = set(re.findall(r"-m ((?:scripts|backend)[\w.]*)", document.read_text(encoding="utf-8")))
        modules -= {module for module in modules if module.endswith("NAME")}
        paths = {module: ROOT / module.replace(".", "/") for module in modules}
        missing = [
            m
            for m, path in paths.items()
            if not (path / "__main__.py").exists() and not path.with_suffix(".py").exists()
        ]
        assert not missing

    def test_tests_that_are_named_exist(self, document):
        tests = {
            name for span in code_in(document.read_text(encoding="utf-8")) for name in re.findall(r"\btest_\w+", span)
        }
        assert not tests - TESTS

    def test_settings_are_known(self, document):
        assert not unknown_settings(document.read_text(encoding="utf-8"))


def test_what_is_missing_is_found():
    page = "`backend/wording.py`, `--field.start fog` and\n\n    scripts/gone.py --set words.view_dependent=1\n"
    missing = {path for path in paths_in(page) if not exists(path, ROOT / "README.md")}
    assert missing == {"backend/wording.py", "scripts/gone.py"}
    assert unknown_settings(page) == {"field.start", "words.view_dependent"}
    assert not unknown_settings("`--field.density-init fog`, `render.occupancy_*`, `backend/fields/field.py`")


def test_what_is_made_is_named():
    """An exception that no document needs is one too many."""
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert not {part for part in (*MADE, *OF_MODELS) if part not in text}
