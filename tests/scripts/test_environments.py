"""Environments are made for real here, out of no packages or of ones that cannot be had."""

import os
import subprocess
import sys
import threading
import time

import pytest
from lib import environments
from lib.environments import Environment, SetupError

RUNNING = (sys.version_info[0], sys.version_info[1])


PACKAGES = ("pip",)
"""What every new environment has: `pip install` of it needs no network, and without a package it is an error."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(environments, "FOLDER", tmp_path / "envs")
    return tmp_path / "envs"


def small(name="small", requirements=PACKAGES, proof="import json", python=RUNNING):
    return Environment(name, requirements, python, proof)


def quiet(text):
    pass


@pytest.mark.process
def test_an_environment_is_made_and_its_programs_run_from_its_final_place(folder):
    environment = environments.ensure(small(), quiet)
    assert environment.is_ready()
    assert [path.name for path in folder.iterdir() if "unfinished" in path.name] == []
    command = [str(environment.interpreter), "-c", "import sys; print(sys.prefix)"]
    assert subprocess.check_output(command, text=True).strip() == str(environment.folder)
    for pip in ([str(environment.interpreter), "-m", "pip"], [str(environment.folder / "bin" / "pip")]):
        assert str(environment.folder) in subprocess.check_output([*pip, "--version"], text=True)
    began = time.perf_counter()
    environments.ensure(environment, quiet)
    assert time.perf_counter() - began < 0.1, "a ready environment costs nothing"


@pytest.mark.process
def test_half_an_environment_and_one_of_other_requirements_are_made_again(folder):
    environment = small()
    environment.interpreter.parent.mkdir(parents=True)
    environment.interpreter.touch()
    (folder / ".small.unfinished" / "leftover").mkdir(parents=True)
    assert not environment.is_ready()
    environments.ensure(environment, quiet)
    assert environment.is_ready() and not (folder / ".small.unfinished").exists()
    (environment.folder / "marker").touch()
    changed = small(requirements=("pip>=1",))
    assert not changed.is_ready()
    environments.ensure(changed, quiet)
    assert changed.is_ready() and not (environment.folder / "marker").exists()


def test_comments_are_no_requirements(tmp_path):
    path = tmp_path / "requirements.txt"
    path.write_text("# why\ntorch==2.13.0  # pinned\n\nnumpy>=2\n")
    assert environments.read_requirements(path) == ("torch==2.13.0", "numpy>=2")


@pytest.mark.process
def test_two_commands_do_not_make_the_same_environment_at_once(folder):
    said = []
    environment = small()
    threads = [threading.Thread(target=environments.ensure, args=(environment, said.append)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(text.startswith("making") for text in said) == 1
    assert any("waiting for another command" in text for text in said)


@pytest.mark.process
def test_no_network(folder, monkeypatch):
    for name, value in {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1",
                        "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": "", "PIP_NO_CACHE_DIR": "1"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    environment = small(requirements=("no-such-package-of-dreamwright",))
    with pytest.raises(SetupError, match="could not be downloaded: check the network"):
        environments.ensure(environment, quiet)
    assert not environment.folder.exists() and not (folder / ".small.unfinished").exists()


@pytest.mark.process
def test_a_package_that_the_index_has_not(folder, tmp_path, monkeypatch):
    (tmp_path / "index" / "nothing").mkdir(parents=True)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    with pytest.raises(SetupError, match="has no packages for .envs/small that fit python"):
        environments.ensure(small(requirements=("no-such-package-of-dreamwright",)), quiet)


@pytest.mark.parametrize(
    "words",
    [
        "The virtual environment was not created successfully because ensurepip is not\navailable.",  # Debian's python3
        "/usr/bin/python3.11: No module named venv",  # Debian's python3-minimal
    ],
)
def test_a_python_without_venv(words):
    sentence = environments.explain(words, small(python=(3, 11)))
    assert sentence.endswith("run `sudo apt-get install python3.11-venv` and try again.")


@pytest.mark.process
def test_a_library_of_the_system_that_is_missing(folder):
    proof = "raise ImportError('libX11.so.6: cannot open shared object file: No such file or directory')"
    with pytest.raises(SetupError, match="sudo apt-get install libx11-6 libxrender1"):
        environments.ensure(small(proof=proof), quiet)


def test_another_reason_is_said_in_its_own_words():
    sentence = environments.explain("Traceback ...\nRuntimeError: surprise\n", small())
    assert sentence == ".envs/small could not be made: RuntimeError: surprise"


def test_a_full_disk_is_said():
    sentence = environments.explain("OSError: [Errno 28] No space left on device", small())
    assert sentence.startswith("The disk is full: free")


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(environments, "FOLDER", tmp_path / "file" / "envs")
    with pytest.raises(SetupError, match="could not be written"):
        environments.ensure(small(), quiet)


@pytest.mark.process
def test_a_python_that_is_not_there(folder):
    with pytest.raises(SetupError, match=r"Python 3\.99 was not found, and \.envs/small needs it"):
        environments.ensure(small(python=(3, 99)), quiet)


def test_the_groups_of_pyproject_are_read():
    assert any(line.startswith("pytest") for line in environments.read_group("test"))
    assert environments.blender("4.5").requirements[0].startswith("bpy==4.5.")
    assert any(line.startswith("torch==") for line in environments.backend().requirements)
