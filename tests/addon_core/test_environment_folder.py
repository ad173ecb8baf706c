"""Where the environment goes, by Windows' rules too; how it is replaced while something holds it."""

from __future__ import annotations

import os
from pathlib import Path, PureWindowsPath

import pytest

from addon.core import environment_folder as folders
from addon.core.environment_folder import LONGEST_INSIDE, WINDOWS_LIMIT, check_length, environment_folder, swap_in
from addon.core.errors import DiskError

OWN = PureWindowsPath(
    r"C:\Users\Maximiliane Mustermann\AppData\Roaming\Blender Foundation\Blender\5.2\extensions\.user\user_default"
    r"\dreamwright"
)
LOCAL = {"LOCALAPPDATA": r"C:\Users\Maximiliane Mustermann\AppData\Local"}


def test_on_windows_the_environment_goes_to_a_short_folder():
    folder = environment_folder(OWN, LOCAL, "win32", (3, 13))
    assert folder == PureWindowsPath(LOCAL["LOCALAPPDATA"], "dreamwright", "py313")
    deepest = folder.with_name(folder.name + folders.PARTIAL) / ("x" * LONGEST_INSIDE)
    assert len(str(deepest)) <= WINDOWS_LIMIT
    check_length(folder, "win32", lambda: False)
    with pytest.raises(DiskError, match=r"too long for Windows.*DREAMWRIGHT_ENVIRONMENT.*C:\\dw"):
        check_length(OWN / "backend_environment", "win32", lambda: False)
    check_length(OWN / "backend_environment", "win32", lambda: True)
    check_length(OWN / "backend_environment", "linux", lambda: False)


def test_two_blenders_with_two_pythons_have_an_environment_each():
    assert environment_folder(OWN, LOCAL, "win32", (3, 11)) != environment_folder(OWN, LOCAL, "win32", (3, 13))


def test_elsewhere_it_is_in_our_own_folder_and_a_named_one_counts_everywhere():
    assert environment_folder(Path("/own"), {}, "linux") == Path("/own/backend_environment")
    assert environment_folder(Path("/own"), {}, "darwin") == Path("/own/backend_environment")
    assert environment_folder(OWN, {}, "win32") == OWN / "backend_environment"
    assert environment_folder(Path("/own"), {"DREAMWRIGHT_ENVIRONMENT": "/big/disk"}, "linux") == Path("/big/disk")
    named = environment_folder(OWN, LOCAL | {"DREAMWRIGHT_ENVIRONMENT": r"D:\dw"}, "win32")
    assert named == PureWindowsPath(r"D:\dw")


def test_the_real_environment_has_no_longer_path_than_we_allow_for():
    import torch

    packages = Path(torch.__file__).parents[1]
    longest = max(len(str(path.relative_to(packages))) for path in (packages / "torch").rglob("*"))
    licenses = next(packages.glob("torch-*.dist-info"))
    longest = max(longest, *(len(str(path.relative_to(packages))) for path in licenses.rglob("*")))
    assert 100 < longest + len("\\Lib\\site-packages\\") <= LONGEST_INSIDE


def make(folder, word):
    folder.mkdir()
    (folder / "file").write_text(word)
    return folder


def test_the_new_one_takes_the_place_of_the_old(tmp_path):
    folder = make(tmp_path / "env", "old")
    swap_in(make(tmp_path / "env.part", "new"), folder)
    assert (folder / "file").read_text() == "new" and [path.name for path in tmp_path.iterdir()] == ["env"]


def refuse(monkeypatch, what, times):
    """Windows: a folder with a running program, or one that an antivirus reads, cannot be renamed."""
    real, refused = os.replace, []
    monkeypatch.setattr(folders, "_PAUSE_SECONDS", 0.0)

    def replace(source, target):
        if Path(source) == what and len(refused) < times:
            refused.append(source)
            raise PermissionError(13, "Access is denied")
        real(source, target)

    monkeypatch.setattr(folders.os, "replace", replace)


def test_an_antivirus_that_reads_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    folder, new = make(tmp_path / "env", "old"), make(tmp_path / "env.part", "new")
    refuse(monkeypatch, new, 3)
    swap_in(new, folder)
    assert (folder / "file").read_text() == "new"


@pytest.mark.parametrize("held", ["env", "env.part"])
def test_where_one_of_them_is_held_the_old_one_is_what_there_is(tmp_path, monkeypatch, held):
    folder, new = make(tmp_path / "env", "old"), make(tmp_path / "env.part", "new")
    refuse(monkeypatch, tmp_path / held, 99)
    with pytest.raises(DiskError, match="is in use: stop the backend, close other Blenders"):
        swap_in(new, folder)
    assert (folder / "file").read_text() == "old"


def test_removing_one_that_is_held_leaves_all_of_it(tmp_path, monkeypatch):
    folder = make(tmp_path / "env", "old")
    refuse(monkeypatch, folder, 99)
    with pytest.raises(DiskError, match="is in use"):
        folders.remove_environment(folder)
    assert (folder / "file").read_text() == "old"


def test_read_only_files_are_removed_too(tmp_path):
    folder = make(tmp_path / "env", "old")
    (folder / "file").chmod(0o444)
    assert folders.remove_environment(folder) == 3e-9 and not folder.exists()


@pytest.mark.parametrize("system", ["posix", "nt"])
def test_what_a_link_leads_to_is_never_touched(tmp_path, monkeypatch, system):
    """An environment's Python is a link to Blender's: one that cannot be removed must not change that one's rights."""
    outside = tmp_path / "blenders-python"
    outside.write_text("")
    outside.chmod(0o755)
    folder = make(tmp_path / "env", "old")
    (folder / "python").symlink_to(outside)
    (folder / "file").chmod(0o444)
    touched, real = [], os.chmod
    monkeypatch.setattr(folders.os, "name", system)
    monkeypatch.setattr(folders.os, "chmod", lambda path, mode, **named: touched.append(path) or real(path, mode))
    error = (PermissionError, PermissionError(13, "held"), None)
    for name in ("python", "file"):
        folders._unlock(lambda path: None, str(folder / name), error)
    monkeypatch.undo()
    assert touched == ([str(folder / "file")] if system == "nt" else [])
    assert outside.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("written", ["", "[]", "{"])
def test_an_environment_that_says_nothing_of_itself(tmp_path, written):
    (tmp_path / folders._RECORD).write_text(written)
    assert folders.read_record(tmp_path) == {}
