"""Meshes that were sent: alone, whole, found by the jobs that start from them, and forgotten with those."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from backend.config import JobConfig, StartConfig, to_json, with_changes
from backend.errors import ConfigError, DatasetError, ParamsError
from backend.jobs.clients import Who
from backend.jobs.sent_datasets import MESH, Sent, used_by
from backend.server.readable_files import ReadableFiles
from backend.solids.files import read_mesh


def npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, points=np.eye(3), triangles=np.array([[0, 1, 2]]))
    return file.getvalue()


def send(sent: Sent, client: str = "ann") -> str:
    content = npz()
    dataset = sent.begin(client, {MESH: len(content)}, ())
    sent.write(client, dataset, MESH, 0, np.frombuffer(content, np.uint8))
    return dataset


def starting(mesh: str) -> JobConfig:
    return JobConfig(prompt="a chair", start=StartConfig(mesh=mesh))


def test_a_mesh_is_resolved_to_its_file(tmp_path):
    sent = Sent(tmp_path)
    dataset = send(sent)
    sent.check_whole("ann", dataset)
    path = Path(sent.resolved(starting(dataset)).start.mesh)
    assert len(read_mesh(path).triangles) == 1
    assert sent.resolved(starting("/a.ply")) == starting("/a.ply")


def test_photographs_and_a_mesh_are_two_datasets(tmp_path):
    sent, content = Sent(tmp_path), npz()
    with pytest.raises(ParamsError, match="sent alone"):
        sent.begin("ann", {MESH: len(content), "transforms.json": 2, "000000.png": 2}, ())
    wanted = with_changes(starting(send(sent)), {"dataset": "sent:" + "0" * 24})
    assert wanted.start.mesh in used_by([to_json(wanted)]) and wanted.dataset in used_by([to_json(wanted)])


def test_a_mesh_that_jobs_start_from_stays(tmp_path):
    sent = Sent(tmp_path)
    dataset = send(sent)
    sent.forget_unused(used_by([to_json(starting(dataset))]), before=1e12)
    sent.check_whole("ann", dataset)
    sent.forget_unused(used_by([to_json(JobConfig())]), before=1e12)
    with pytest.raises(DatasetError, match="There is no dataset"):
        sent.check_whole("ann", dataset)


def test_a_mesh_that_did_not_come_whole_makes_no_job(tmp_path):
    sent = Sent(tmp_path)
    dataset = sent.begin("ann", {MESH: 500}, ())
    with pytest.raises(DatasetError, match=r"mesh.npz .* has not come whole"):
        ReadableFiles(sent).check(starting(dataset), Who("ann"))


def test_a_client_elsewhere_starts_from_no_file_of_this_machine(tmp_path):
    rule = ReadableFiles(Sent(tmp_path), everywhere=False)
    with pytest.raises(ConfigError, match="'mesh' names a place"):
        rule.check(starting(str(tmp_path / "statue.ply")), Who())


def test_records_of_other_versions_use_no_mesh():
    assert used_by([{"start": "fog"}, {"start": {"mesh": 3}}, {}]) == set()
