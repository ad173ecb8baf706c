"""The checkers see each fault, and three prompts come clean through Blender."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
import trimesh

from scripts.benchmarks import clean_meshes

BOX = trimesh.creation.box()
POINTS, FACES = np.asarray(BOX.vertices, np.float32), np.asarray(BOX.faces)


def found(points, faces):
    told = clean_meshes.faults(points, faces)
    return tuple(told[of] for of in ("open", "non_manifold", "inverted", "pieces"))


def test_a_box_is_clean_and_each_fault_is_seen():
    assert found(POINTS, FACES) == (0, 0, 0, 1)
    assert found(POINTS, FACES[1:])[0] == 3
    assert found(POINTS, FACES[:, ::-1])[2] == 1
    flipped = FACES.copy()
    flipped[0] = flipped[0, ::-1]
    assert found(POINTS, flipped)[1] > 0
    fin = np.concatenate([FACES, [[*FACES[0][:2], len(POINTS)]]])
    assert found(np.concatenate([POINTS, [[2, 2, 2]]]).astype(np.float32), fin)[1] > 0


def test_crossing_faces_are_counted_or_said_to_be_unknown(monkeypatch):
    both = np.concatenate([POINTS, POINTS + 0.4]), np.concatenate([FACES, FACES + len(POINTS)])
    counted = clean_meshes.faults(*both)["crossing"]
    assert counted is None or counted > 0
    monkeypatch.setitem(sys.modules, "pymeshlab", None)
    assert clean_meshes.crossing(*both) is None
    lines = [clean_meshes.faults(POINTS, FACES) | {"thread_s": 1.0, "main_s": 2.0}]
    assert clean_meshes.summary(lines)["crossing"] is None and clean_meshes.summary(lines)["open"] == 0


@pytest.mark.process
def test_prompts_come_clean_through_blender(monkeypatch, capsys, tmp_path):
    arguments = ["clean_meshes", "--count", "2", "--record", str(tmp_path / "found.jsonl")]
    monkeypatch.setattr(sys, "argv", arguments)
    assert clean_meshes.main() == 0
    line = json.loads((tmp_path / "found.jsonl").read_text())
    assert json.loads(capsys.readouterr().out) == line
    assert (line["meshes"], line["open"], line["non_manifold"], line["inverted"]) == (2, 0, 0, 0)
    assert 12 <= line["triangles"] < 10_000
