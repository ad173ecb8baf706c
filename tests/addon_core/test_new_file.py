"""A new file: whole or not at all, beside what is there."""

from __future__ import annotations

import threading

import pytest

from addon.core.errors import DiskError
from addon.core.new_file import safe_file_name, write_new


def test_names_that_are_taken_get_numbers_and_are_left_alone(tmp_path):
    (tmp_path / "a cup.vdb").write_bytes(b"the user's")
    made = [write_new(tmp_path, "a cup", ".vdb", lambda path: path.write_bytes(b"new")) for _ in range(2)]
    assert [each.name for each in made] == ["a cup.001.vdb", "a cup.002.vdb"]
    assert (tmp_path / "a cup.vdb").read_bytes() == b"the user's" and made[0].read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 3


def test_many_at_once_get_a_file_each(tmp_path):
    made = []

    def write(number):
        made.append(write_new(tmp_path, "a", ".vdb", lambda path: path.write_text(str(number))))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(set(made)) == 12 and sorted(int(path.read_text()) for path in made) == list(range(12))


def test_what_fails_half_way_leaves_nothing(tmp_path):
    def half(path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(DiskError, match="No space left on device. Choose another folder"):
        write_new(tmp_path, "a", ".vdb", half)
    assert list(tmp_path.iterdir()) == []


def test_what_is_never_written_takes_no_name(tmp_path):
    with pytest.raises(DiskError, match="'a.vdb' cannot be written into"):
        write_new(tmp_path, "a", ".vdb", lambda path: None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskError, match="Choose another folder"):
        write_new(tmp_path / "file" / "inner", "a", ".vdb", lambda path: path.write_text("a"))


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a/b\\c:d", "a_b_c_d"), ("..", "result"), ("", "result"), (" a. ", "a"), ("чайник " * 20, None), ("a\nb", "a_b")],
)
def test_names_that_every_file_system_takes(name, safe):
    assert (safe_file_name(name) == safe if safe else True) and 0 < len(safe_file_name(name).encode()) <= 60
    assert not set(safe_file_name(name)) & set('<>:"/\\|?*\n')


@pytest.mark.parametrize("name", ["CON", "nul", "Aux.fbx", "com1", "LPT9 .x", "COM¹"])
def test_names_of_windows_devices_become_names_of_files(name):
    from pathlib import PureWindowsPath

    from tests.fakes.windows import bad_parts

    assert list(bad_parts(PureWindowsPath(name.replace("¹", "1"))))
    assert safe_file_name(name) == f"_{name}" and not list(bad_parts(PureWindowsPath(safe_file_name(name))))


@pytest.mark.parametrize("name", ["console", "a red cone", "communal", "LPT", "nullable"])
def test_names_that_only_begin_alike_stay(name):
    assert safe_file_name(name) == name
