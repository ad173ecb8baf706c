"""What is installed only with consent, and what is said where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.errors import ModelError
from backend.photos import requirement
from backend.photos.requirement import COLMAP, PYAV, Requirement

NOWHERE = {"module": "no_such_module_of_dreamwright", "package": "surely-no-such-package-of-dreamwright"}


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (
            COLMAP,
            "These photos have no poses, and COLMAP, which finds them, is not installed (40 MB, BSD): allow its do",
        ),
        (
            PYAV,
            "The photos are a video, and PyAV, which reads it, is not installed (36 MB, BSD, with FFmpeg under the L",
        ),
    ],
)
def test_without_consent_nothing_is_fetched(known: Requirement, sentence: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(requirement.subprocess, "run", lambda *a, **k: pytest.fail("something was run"))
    with pytest.raises(ModelError) as refused:
        replace(known, **NOWHERE).require(allow_download=False)
    assert refused.value.sentence.startswith(sentence) and "--allow-download" in refused.value.sentence


@pytest.mark.process
def test_with_consent_pip_is_asked_and_its_refusal_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    said: list[str] = []
    with pytest.raises(ModelError, match="COLMAP could not be installed: .*surely-no-such-package"):
        replace(COLMAP, **NOWHERE).require(allow_download=True, log=said.append)
    assert said == ["COLMAP is installed (40 MB)."]


def test_what_was_installed_and_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(requirement.subprocess, "run", lambda *a, **k: None)
    with pytest.raises(ModelError, match="PyAV was installed and cannot be found: run .* yourself"):
        replace(PYAV, **NOWHERE).require(allow_download=True)


def test_what_is_there_is_not_fetched(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(requirement.subprocess, "run", lambda *a, **k: pytest.fail("something was run"))
    replace(PYAV, module="json").require(allow_download=True)
