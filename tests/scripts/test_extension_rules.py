import subprocess
import zipfile

import pytest
from build_extension import read_manifest
from lib import extension_rules
from lib.environments import ROOT

WHEEL = "wheels/websockets-17.4-py3-none-any.whl"


def test_every_file_that_the_programs_read_is_in_the_zip():
    """A list of models that lay beside a module was left out once: the installed add-on could do nothing at all."""
    listed = subprocess.run(["git", "ls-files", "addon", "backend"], cwd=ROOT, capture_output=True, text=True).stdout
    left_out = [name for name in listed.split() if not extension_rules.belongs(name)]
    assert [name for name in left_out if not name.endswith(".md")] == []


def manifest(**changes):
    return {
        "license": ["SPDX:GPL-3.0-or-later"],
        "blender_version_min": "4.5.0",
        "tagline": "Prompts become meshes",
        "permissions": {"network": "Talk to the local backend"},
        "wheels": ["./" + WHEEL],
        "platforms": ["windows-x64", "linux-x64", "macos-arm64"],
    } | changes


def archive(tmp_path, leave_out=(), add=()):
    path = tmp_path / "extension.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name in {*extension_rules.REQUIRED, WHEEL, *add} - set(leave_out):
            made.writestr(name, "")
    return path


def test_a_good_extension_breaks_no_rule(tmp_path):
    assert extension_rules.offenses(manifest(), archive(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"license": ["GPL-3.0-or-later"]}, "must begin with 'SPDX:'"),
        ({"blender_version_min": "4.2.0"}, "blender_version_min is below 4.5.0"),
        ({"tagline": "x" * 65}, "tagline has 65 characters"),
        ({"tagline": "Prompts become meshes."}, "tagline must not end in '.'"),
        ({"permissions": {"network": "Talk to the backend!"}}, "reason for 'network' must not end in '!'"),
        ({"permissions": {"network": ""}}, "reason for 'network' has 0 characters"),
        ({"platforms": ["linux-x64", "macos-arm64", "macos-x64"]}, "macos-x64, windows-x64 differ"),
        ({"wheels": []}, "which the manifest does not list"),
        ({"wheels": ["./" + WHEEL, "./wheels/missing.whl"]}, "missing.whl, which is not in the zip"),
    ],
)
def test_a_manifest_that_breaks_a_rule(tmp_path, changes, sentence):
    (found,) = extension_rules.offenses(manifest(**changes), archive(tmp_path))
    assert sentence in found


@pytest.mark.parametrize("name", ["tests/test_a.py", "addon/__pycache__/a.pyc", "scripts/demo.py", ".envs/x.py",
                                  "backend/models/training.pt", "addon/notes.txt", "backend/.hidden.py"])  # fmt: skip
def test_a_file_that_does_not_belong(tmp_path, name):
    (found,) = extension_rules.offenses(manifest(), archive(tmp_path, add=[name]))
    assert found == f"The zip holds {name}, which is no part of the extension."


def test_a_file_that_is_missing(tmp_path):
    (found,) = extension_rules.offenses(manifest(), archive(tmp_path, leave_out=["LICENSE"]))
    assert found == "The zip lacks LICENSE."


def test_a_zip_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(extension_rules, "LARGEST_ZIP", 10)
    (found,) = extension_rules.offenses(manifest(), archive(tmp_path))
    assert "surely a mistake" in found


def test_our_own_manifest_breaks_no_rule(tmp_path):
    ours = read_manifest()
    wheels = [wheel.removeprefix("./") for wheel in ours["wheels"]]
    assert extension_rules.offenses(ours, archive(tmp_path, {WHEEL} - set(wheels), wheels)) == []


def test_every_file_that_is_read_is_in_the_zip():
    """What the add-on and the backend read beside their code, and the licenses of what was taken from others."""
    tracked = subprocess.run(["git", "ls-files", "addon", "backend"], cwd=ROOT, capture_output=True, text=True)
    names = tracked.stdout.split()
    assert len(names) > 300 and [name for name in names if not extension_rules.belongs(name)] == []
