"""Photographs over the wire, before a job of them."""

from __future__ import annotations

from backend.config import preset, to_json, with_changes
from backend.wire.messages import InspectPhotos, ListJobs


def test_cameras_and_the_box_come_and_no_job_is_there(client, scene_folder):
    jobs = client.ask(ListJobs()).total
    wanted = to_json(with_changes(preset("reconstruct", "draft"), {"dataset": str(scene_folder)}))
    found = client.ask(InspectPhotos(wanted))
    assert found.poses.shape == (16, 4, 4) and found.tangents.shape == (16, 2) and sum(found.held_out) == 4
    assert found.points.shape == (0, 3) and found.box["automatic"] is False
    assert any("The box was found" in note for note in found.notes)
    assert client.ask(ListJobs()).total == jobs
