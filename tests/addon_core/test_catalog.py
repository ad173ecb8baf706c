"""The list of catalogs against Blender's own description of the file, and against files that are not ours."""

from __future__ import annotations

import uuid

import pytest

from addon.core import catalog
from addon.core.errors import DiskError, SceneError

THEIRS = "1f0c7a5e-6a5f-4b1e-9f0e-0d6a6a0c1f5d"


def lines(folder):
    """What Blender reads: neither empty lines nor comments."""
    text = (folder / catalog.FILE).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def test_a_new_list_has_a_version_and_one_entry(tmp_path):
    identity = catalog.ensure_catalog(tmp_path, "Props/Kitchen")
    assert lines(tmp_path) == ["VERSION 1", f"{identity}:Props/Kitchen:Props-Kitchen"]
    assert str(uuid.UUID(identity)) == identity


def test_a_second_time_changes_nothing(tmp_path):
    first = catalog.ensure_catalog(tmp_path, "Props")
    before = (tmp_path / catalog.FILE).read_bytes()
    assert catalog.ensure_catalog(tmp_path, " Props/ ") == first and (tmp_path / catalog.FILE).read_bytes() == before


def test_what_is_in_the_list_stays_to_the_letter(tmp_path):
    old = f"# mine\n\nVERSION 1\n# trees\n{THEIRS}:Trees/Old:Old trees"
    (tmp_path / catalog.FILE).write_text(old, encoding="utf-8")
    assert catalog.ensure_catalog(tmp_path, "Trees/Old") == THEIRS
    catalog.ensure_catalog(tmp_path, "Ding/Blumentöpfe")
    text = (tmp_path / catalog.FILE).read_text(encoding="utf-8")
    assert text.startswith(old + "\n") and len(lines(tmp_path)) == 3 and "Ding/Blumentöpfe" in text


def test_the_same_path_has_the_same_identity_in_two_libraries(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert catalog.ensure_catalog(tmp_path / "a", "Cups") == catalog.ensure_catalog(tmp_path / "b", "Cups")
    assert catalog.ensure_catalog(tmp_path / "a", "Plates") != catalog.ensure_catalog(tmp_path / "a", "Cups")


@pytest.mark.parametrize(
    ("typed", "written"),
    [("a", "a"), ("/a//b/", "a/b"), (" a / b ", "a/b"), ("a:b", "a-b"), ("a\\b", "a/b"), ("a\nb", "a b")],
)
def test_paths_are_written_as_blender_wants_them(typed, written):
    assert catalog.normalized_path(typed) == written


@pytest.mark.parametrize("typed", ["", "  ", "/", " / / "])
def test_a_path_that_names_nothing_is_refused(tmp_path, typed):
    with pytest.raises(SceneError, match="names no catalog"):
        catalog.ensure_catalog(tmp_path, typed)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["VERSION 2\n", f"{THEIRS}:a:a\n"])
def test_a_list_that_we_do_not_know_is_left_alone(tmp_path, text):
    (tmp_path / catalog.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(DiskError, match="another version"):
        catalog.ensure_catalog(tmp_path, "Cups")
    assert (tmp_path / catalog.FILE).read_text(encoding="utf-8") == text


def test_a_list_that_is_no_text_is_left_alone(tmp_path):
    (tmp_path / catalog.FILE).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DiskError, match="cannot be read"):
        catalog.ensure_catalog(tmp_path, "Cups")
    assert (tmp_path / catalog.FILE).read_bytes() == b"\xff\xfe\x00"


def test_a_folder_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(DiskError, match="cannot be written"):
        catalog.ensure_catalog(tmp_path / "gone", "Cups")


def test_an_empty_list_gets_its_version(tmp_path):
    (tmp_path / catalog.FILE).write_text("\n# nothing yet\n", encoding="utf-8")
    catalog.ensure_catalog(tmp_path, "Cups")
    assert lines(tmp_path)[0] == "VERSION 1" and len(lines(tmp_path)) == 2
