"""Setting up: a real environment from a real index on this machine, and every way in which it can end badly."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from addon.core import environment_folder, install
from addon.core.environment_folder import read_record
from addon.core.errors import DiskError, OfflineError, SetUpCancelledError, SetUpError
from addon.core.process import ROOT
from addon.core.set_up_failure import NETWORK_SENTENCE
from tests.patience import PATIENCE, wait_until

from .fake_drivers import GTX_1060, RTX_3060, write_nvidia_smi
from .wheel_index import serve_index, write_index, write_wheel

DOCTOR = """import sys
if sys.argv[1] == "doctor":
    import torch, torchvision, numpy, websockets, safetensors
    print(f"Computes on CPU: a {{torch.build}} build (device cpu).")
else:
    open({marker!r}, "w").write(sys.argv[1])
"""


class Computer:
    """One machine: an index, a folder of programs, and where the environment goes."""

    def __init__(self, tmp_path: Path, address: str, asked: list[str], python: Path) -> None:
        self.folder, self.address, self.asked, self.python = tmp_path / "dw" / "environment", address, asked, python
        self.bin, self.log, self.marker = tmp_path / "bin", tmp_path / "log" / "setup.log", tmp_path / "compiled"
        self.requirements, self.root = tmp_path / "requirements.txt", tmp_path / "root"
        self.requirements.write_text("# pinned\ntorch==2.13.0\ntorchvision==0.28.0\nnumpy\nwebsockets\nsafetensors\n")
        self.write_backend(DOCTOR.format(marker=str(self.marker)))
        self.environ = {
            "PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(tmp_path), "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"{address}/simple", "UV_DEFAULT_INDEX": f"{address}/simple", "NO_PROXY": "127.0.0.1",
            "DREAMWRIGHT_TORCH_INDEX": f"{address}/whl", "PIP_RETRIES": "0",
        }  # fmt: skip
        self.said: list = []

    def write_backend(self, code: str) -> None:
        (self.root / "backend").mkdir(parents=True, exist_ok=True)
        (self.root / "backend" / "__main__.py").write_text(code)

    def set_up(self, cancelled=lambda: False, **changes):
        wanted = install.SetUp(
            **{
                "python": self.python, "folder": self.folder, "requirements": self.requirements, "root": self.root,
                "cache": self.root.parent / "cache", "log": self.log, "environ": self.environ,
            } | changes
        )  # fmt: skip
        return install.set_up_backend(wanted, self.said.append, cancelled)

    def build_of(self, python: Path) -> str:
        found = subprocess.run([python, "-c", "import torch; print(torch.build)"], capture_output=True, text=True)
        return found.stdout.strip()

    def left(self) -> list[str]:
        """What stands where the environment goes."""
        return sorted(path.name for path in self.folder.parent.glob("*"))


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with serve_index(write_index(tmp_path_factory.mktemp("index"))) as served:
        yield served


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """A Python whose `-m venv` copies an environment that is there: pip in a new one takes seconds."""
    folder = tmp_path_factory.mktemp("quick")
    subprocess.run([sys.executable, "-m", "venv", folder / "bare"], check=True)
    script = folder / "quick-python"
    script.write_text(
        f'#!/bin/sh\nif [ "$1 $2" = "-m venv" ]; then exec cp -a "{folder}/bare" "$3"; fi\n'
        f'exec "{sys.executable}" "$@"\n'
    )
    script.chmod(0o755)
    return script


@pytest.fixture
def bench(tmp_path, index, quick, monkeypatch):
    # Where the tests run there may be no room for PyTorch.
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 0, 10**12))
    index[1].clear()
    return Computer(tmp_path, *index, quick)


@pytest.mark.process
def test_a_whole_environment_from_the_processors_index(bench):
    (bench.folder.with_name("environment.part") / "bin").mkdir(parents=True)  # a half-made one of before
    python = bench.set_up(python=Path(sys.executable))
    assert bench.build_of(python) == "cpu" and bench.left() == ["environment"]
    assert read_record(bench.folder)["build"] == "cpu" and bench.marker.read_text() == "compile"
    fractions = [progress.fraction for progress in bench.said]
    assert fractions == sorted(fractions) and fractions[-1] == 1.0
    assert bench.said[-1].text == "The backend is set up. Computes on CPU: a cpu build (device cpu)."
    come = [progress.done_mb for progress in bench.said if progress.done_mb]
    assert come and come[-1] > 0 and "MB" in next(p.text for p in bench.said if p.done_mb)
    log = bench.log.read_text()
    assert "pip install" in log and "Successfully installed" in log and "Computes on CPU" in log


@pytest.mark.process
def test_a_card_has_its_build_and_only_that_is_asked_of_pytorchs_index(bench):
    write_nvidia_smi(bench.bin, RTX_3060)
    assert bench.build_of(bench.set_up()) == "cu130"
    assert read_record(bench.folder)["label"] == "NVIDIA (CUDA 13.0)"
    assert not [path for path in bench.asked if path.startswith("/simple/torch") and path.endswith(".whl")]
    assert any(path.startswith("/whl/cu130/torchvision/") for path in bench.asked)


@pytest.mark.process
def test_another_build_can_be_chosen_and_setting_up_again_keeps_to_it(bench):
    write_nvidia_smi(bench.bin, GTX_1060)
    assert bench.build_of(bench.set_up(build="cpu")) == "cpu"
    assert bench.build_of(bench.set_up()) == "cpu"
    assert bench.build_of(bench.set_up(build="nvidia-cu126")) == "cu126" and bench.left() == ["environment"]


@pytest.mark.process
def test_a_folder_of_wheels_needs_no_network(bench, tmp_path):
    wheels = tmp_path / "wheels"
    for name, version in (("torch", "2.13.0"), ("torchvision", "0.28.0")):
        for build in ("cpu", "cu130"):
            write_wheel(wheels, name, f"{version}+{build}", f"build = {build!r}\n")
    for name in ("numpy", "websockets", "safetensors"):
        write_wheel(wheels, name, "1.0")
    write_nvidia_smi(bench.bin, RTX_3060)
    assert bench.build_of(bench.set_up(online=False, wheels=wheels)) == "cu130"
    assert bench.build_of(bench.set_up(online=False, wheels=wheels, build="cpu")) == "cpu"
    assert bench.asked == []


def test_a_folder_without_torch_says_how_to_fill_it(bench, tmp_path):
    with pytest.raises(SetUpError, match=r"no wheel of torch in .*pip download -r requirements.txt -d FOLDER"):
        bench.set_up(wheels=tmp_path)


@pytest.mark.process
def test_uv_is_used_where_there_is_one(bench):
    calls = bench.root.parent / "uv-calls"
    _write_uv(bench, calls)
    assert bench.build_of(bench.set_up()) == "cpu"
    venv, torch, others = calls.read_text().splitlines()
    assert venv.startswith("venv --python") and "--index-url" in torch and f"-r {bench.requirements}" in others
    assert "environment.downloads/uv" in torch, "its cache lies where it can be measured and removed"


@pytest.mark.process
def test_when_uv_fails_pip_does_it_and_the_log_says_why(bench):
    _write_uv(bench, bench.root.parent / "uv-calls", "echo error: invalid peer certificate: UnknownIssuer >&2; exit 2")
    assert bench.build_of(bench.set_up()) == "cpu"
    assert "uv did not do it (The server's certificate is not trusted" in bench.log.read_text()


def _write_uv(bench, calls, body=""):
    """Does with venv and pip what it is asked, so that its command lines are tried; the real one is not everywhere."""
    bench.bin.mkdir(exist_ok=True)
    program = bench.bin / "uv"
    program.write_text(
        f"""#!{sys.executable}
import os, subprocess, sys
open({str(calls)!r}, "a").write(" ".join(sys.argv[1:]) + " # " + os.environ["UV_CACHE_DIR"] + "\\n")
failed = subprocess.call(["/bin/sh", "-c", {body!r}])
if failed:
    sys.exit(failed)
if sys.argv[1] == "venv":
    sys.exit(subprocess.call([sys.argv[3], "-m", "venv", sys.argv[4]]))
python = sys.argv[sys.argv.index("--python") + 1]
rest = [word for word in sys.argv[3:] if word not in ("--no-progress", "--python", python)]
sys.exit(subprocess.call([python, "-m", "pip", "install", *rest]))
"""
    )
    program.chmod(0o755)


def test_offline_is_one_sentence_and_starts_nothing(bench):
    with pytest.raises(OfflineError, match="downloads 0.3 GB .* Allow Online Access, or name a folder of wheels"):
        bench.set_up(online=False)
    assert not bench.folder.parent.exists()


@pytest.mark.process
def test_a_package_that_is_nowhere_leaves_the_old_environment(bench):
    bench.folder.mkdir(parents=True)
    (bench.folder / "mine").write_text("kept")
    bench.requirements.write_text("torch==2.13.0\nno-such-package\n")
    with pytest.raises(SetUpError, match="no wheel of a package for this Python"):
        bench.set_up()
    assert bench.left() == ["environment"] and (bench.folder / "mine").exists()
    assert "no-such-package" in bench.log.read_text()


@pytest.mark.process
def test_what_no_cause_is_known_for_leaves_its_last_words_and_where_the_rest_is(bench):
    bench.write_backend("print('PROBLEM: numpy cannot be imported (odd): run the set-up again.'); raise SystemExit(1)")
    with pytest.raises(SetUpError, match="Setting up the backend failed: numpy cannot be imported .*setup.log"):
        bench.set_up()
    assert bench.left() == []


@pytest.mark.process
def test_a_network_that_is_not_there_keeps_what_has_come(bench):
    bench.environ |= {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    with pytest.raises(SetUpError) as error:
        bench.set_up()
    assert error.value.sentence == NETWORK_SENTENCE
    assert bench.left() == ["environment.downloads"]
    bench.environ |= {"PIP_INDEX_URL": f"{bench.address}/simple"}
    bench.set_up()
    assert bench.left() == ["environment"]


@pytest.mark.process
def test_an_environment_that_the_doctor_refuses_is_not_used(bench):
    bench.write_backend("raise OSError('[WinError 1114] Error loading \"torch/lib/c10.dll\"')")
    with pytest.raises(SetUpError, match="winget install Microsoft.VCRedist"):
        bench.set_up()
    assert bench.left() == []


@pytest.mark.process
def test_loops_that_cannot_be_compiled_are_no_reason_to_fail(bench):
    bench.write_backend(DOCTOR.format(marker="/nowhere/at/all"))
    assert bench.build_of(bench.set_up()) == "cpu" and "No such file or directory" in bench.log.read_text()


@pytest.mark.process
def test_cancelled_in_the_middle_ends_all_processes_and_leaves_nothing(bench, tmp_path):
    marker = tmp_path / "child.pid"
    bench.write_backend(
        "import subprocess\n"
        f"child = subprocess.Popen(['sleep', '60']); open({str(marker)!r}, 'w').write(str(child.pid)); child.wait()\n"
    )
    stop = threading.Event()
    threading.Thread(target=lambda: wait_until(marker.exists) and stop.set(), daemon=True).start()
    with pytest.raises(SetUpCancelledError, match="nothing was changed"):
        bench.set_up(cancelled=stop.is_set)
    assert wait_until(lambda: _ended(int(marker.read_text()))) and bench.left() == []


@pytest.mark.process
def test_when_we_are_killed_in_the_middle_pip_ends_too():
    code = (
        "import os, sys; from pathlib import Path; from addon.core.guarded_process import guarded_lines\n"
        "work = [sys.executable, '-c', 'import os, time; print(os.getpid(), flush=True); time.sleep(60)']\n"
        "lines = guarded_lines(Path(sys.executable), work, os.environ, lambda: False)\n"
        "print(next(line for line in lines if line), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert wait_until(lambda: _ended(int(ended.stdout))), ended.stderr


@pytest.mark.process
def test_a_python_that_is_none(bench, tmp_path):
    with pytest.raises(SetUpError, match="cannot be started"):
        bench.set_up(python=tmp_path / "python")


@pytest.mark.process
def test_a_python_without_the_venv_module(bench, tmp_path):
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nif [ "$1" = -m ]; then echo "Error: ensurepip is not available" >&2; exit 1; fi\n'
                      f'exec "{sys.executable}" "$@"\n')  # fmt: skip
    python.chmod(0o755)
    with pytest.raises(SetUpError, match="sudo apt install python3.*-venv"):
        bench.set_up(python=python)


def test_too_little_room(bench, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 0, 10**9))
    with pytest.raises(DiskError, match=r"1.0 GB are free .* 2 GB are needed"):
        bench.set_up()


def test_a_folder_that_cannot_be_made(bench, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DiskError, match="cannot be written"):
        bench.set_up(folder=tmp_path / "file" / "environment")


@pytest.mark.process
def test_disk_use_and_removing(bench):
    bench.set_up()
    (bench.folder.with_name("environment.downloads")).mkdir()
    used = environment_folder.disk_use_gb(bench.folder)
    assert 0.0004 < used < 0.1
    assert environment_folder.remove_environment(bench.folder) == pytest.approx(used) and bench.left() == []
    assert environment_folder.remove_environment(bench.folder) == 0, "what is not there is removed as well"


def _ended(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
