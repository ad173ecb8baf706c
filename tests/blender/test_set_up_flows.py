"""The set-up as Blender runs it, from a folder of wheels and without a network: made, told, measured, removed."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import bpy
import pytest

from addon import headless
from addon.blender import paths
from addon.core.environment_folder import python_in, read_record
from addon.core.errors import SetUpError
from addon.flows import APP, manage_backend
from addon.ui import panels
from tests.addon_core.wheel_index import write_wheel
from tests.fakes.layout import FakeLayout

DOCTOR = (
    "import sys\n"
    "if sys.argv[1] == 'doctor':\n    import torch\n    print('Computes on CPU: a test.')\n"
)  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for the environment, and a backend of a few lines instead of ours, whose packages are gigabytes."""
    monkeypatch.setenv("DREAMWRIGHT_ENVIRONMENT", str(tmp_path / "dw"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**12, 0, 10**12))
    (tmp_path / "root" / "backend").mkdir(parents=True)
    (tmp_path / "root" / "backend" / "__main__.py").write_text(DOCTOR)
    (tmp_path / "requirements.txt").write_text("torch==2.13.0\nnumpy\n")
    monkeypatch.setattr(manage_backend, "ROOT", tmp_path / "root")
    monkeypatch.setattr(paths, "REQUIREMENTS", tmp_path / "requirements.txt")
    write_wheel(tmp_path / "wheels", "torch", "2.13.0+cpu", "build = 'cpu'\n")
    write_wheel(tmp_path / "wheels", "numpy", "1.0")
    return tmp_path


def test_set_up_offline_measured_and_removed(place):
    assert not bpy.app.online_access and paths.environment_folder() == place / "dw"
    told = []
    end = headless.add_progress_callback(lambda snapshot: told.append(snapshot.setup))
    try:
        headless.run(manage_backend.set_up_backend(False, "cpu", place / "wheels"))
    finally:
        end()
    assert python_in(place / "dw").is_file() and read_record(place / "dw")["build"] == "cpu"
    stages = [progress.stage for progress in told if progress]
    assert "Downloading PyTorch" in stages and all(0 <= progress.fraction <= 1 for progress in told if progress)
    assert APP.session.snapshot.setup is None and not APP.current_task
    assert "Successfully installed" in paths.set_up_log().read_text()
    used = headless.run(manage_backend.backend_disk_use())
    assert used > 0 and headless.run(manage_backend.remove_backend()) == pytest.approx(used)
    assert not (place / "dw").exists()


def test_by_the_button_offline_where_a_folder_of_wheels_is_named(place, monkeypatch):
    assert not bpy.ops.dreamwright.set_up_backend.poll(), "Blender is offline"
    monkeypatch.setenv("DREAMWRIGHT_WHEELS", str(place / "wheels"))
    assert bpy.ops.dreamwright.set_up_backend(build="cpu") == {"FINISHED"}
    layout = FakeLayout()
    panels.DREAMWRIGHT_PT_main.draw(SimpleNamespace(layout=layout), bpy.context)
    assert manage_backend.READY in layout.texts() and "dreamwright.generate_from_panel" in layout.operators()
    assert read_record(place / "dw")["label"] == "CPU only"


def test_a_folder_of_wheels_without_torch_is_one_sentence(place):
    for wheel in (place / "wheels").glob("torch*"):
        wheel.unlink()
    with pytest.raises(SetUpError, match="no wheel of torch"):
        headless.run(manage_backend.set_up_backend(False, "cpu", place / "wheels"))
    assert not APP.current_task and not (place / "dw").exists()


def test_what_this_machine_can_compute_with_has_one_recommendation():
    found = headless.run(manage_backend.list_builds())
    assert [offer.recommended for offer in found].count(True) == 1 and found[0].recommended
    said = manage_backend.describe_set_up(found[0])
    assert f"{found[0].build.download_gb:.1f} GB" in said[0] and any("GB are free" in sentence for sentence in said)
