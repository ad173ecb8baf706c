"""Files appear all together or not at all."""

from __future__ import annotations

import pytest

from addon.blender.staging_folder import staging_folder
from addon.core.errors import DiskError


def delivered(folder, files, overwrite=False):
    with staging_folder(folder) as staging:
        for name, text in files.items():
            (staging.files / name).parent.mkdir(exist_ok=True, parents=True)
            (staging.files / name).write_text(text)
        (staging.scratch / "scrap").write_text("scrap")
        return staging.commit(overwrite)


def held(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_what_is_made_is_delivered_and_what_is_apart_is_not(tmp_path):
    assert delivered(tmp_path, {"a": "1", "sub/b": "2"}) == [tmp_path / "a", tmp_path / "sub" / "b"]
    assert held(tmp_path) == {"a": "1", "sub/b": "2"}


def test_one_that_is_there_stops_all(tmp_path):
    (tmp_path / "b").write_text("old")
    with pytest.raises(DiskError, match="b exists already.*overwrite=True"):
        delivered(tmp_path, {"a": "1", "b": "2", "c": "3"})
    assert held(tmp_path) == {"b": "old"}
    delivered(tmp_path, {"a": "1", "b": "2"}, overwrite=True)
    assert held(tmp_path) == {"a": "1", "b": "2"}


def test_when_one_cannot_be_moved_those_before_it_are_taken_back(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "z").write_text("a file where a folder is wanted")
    with pytest.raises(DiskError, match="cannot be written"):
        delivered(tmp_path, {"a": "new", "b": "new", "z/c": "new"}, overwrite=True)
    assert held(tmp_path) == {"a": "old", "z": "a file where a folder is wanted"}


def test_when_the_work_fails_nothing_is_there(tmp_path):
    with pytest.raises(ZeroDivisionError), staging_folder(tmp_path) as staging:
        (staging.files / "a").write_text("half")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_gone_is_one_sentence(tmp_path):
    with pytest.raises(DiskError, match="choose another"):
        delivered(tmp_path / "gone", {})
