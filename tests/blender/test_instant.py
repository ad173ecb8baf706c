"""Quality Instant: words to a colored mesh in the scene by the shape prior, through a real backend."""

from __future__ import annotations

import json

import bpy
import numpy as np
import pytest

from addon.blender import remesh_record, takes

pytestmark = pytest.mark.usefixtures("backend_python")


def generate(prompt, seed=0):
    assert bpy.ops.dreamwright.generate(prompt=prompt, quality="INSTANT", seed=seed) == {"FINISHED"}
    return json.loads(bpy.context.scene["dreamwright_report"])


def test_a_prompt_becomes_a_colored_mesh_and_a_take_without_a_step():
    report = generate("a red teapot")
    mesh = bpy.data.objects[report["object"]].data
    assert (report["step"], report["steps"], report["stopped"]) == (0, 0, False) and len(mesh.polygons) > 1000
    colors = np.zeros(4 * len(mesh.color_attributes[0].data), np.float32)
    mesh.color_attributes[0].data.foreach_get("color", colors)
    red, green, blue = np.median(colors.reshape(-1, 4)[:, :3], axis=0)
    assert red > 0.4 > 3 * max(green, blue)
    take = takes.list_takes(bpy.context.scene)[0]
    assert (take.record.quality, take.record.step) == ("instant", 0) and take.record.models[0]["name"] == "shape prior"


def test_an_object_that_the_prior_does_not_know_is_one_sentence_and_nothing_is_made():
    with pytest.raises(RuntimeError, match="The shape prior does not know 'flurbl'.*name one of the 390 objects"):
        bpy.ops.dreamwright.generate(prompt="a flurbl", quality="INSTANT")
    assert not takes.list_takes(bpy.context.scene)


def test_the_menu_offers_it_first_and_old_files_keep_their_quality():
    """A .blend holds the number of a choice, not its name."""
    items = bpy.context.scene.dreamwright.bl_rna.properties["quality"].enum_items
    assert [(item.identifier, item.value) for item in items] == [
        ("INSTANT", 3),
        ("DRAFT", 0),
        ("NORMAL", 1),
        ("HIGH", 2),
    ]


def test_a_new_result_has_no_more_faces_than_the_panel_says_and_its_sliders_know(backend_python):
    settings = bpy.context.scene.dreamwright
    faces = {}
    for seed, budget in enumerate(("LOW", "MEDIUM", "FULL")):
        settings.mesh_faces = budget
        assert bpy.ops.dreamwright.generate(prompt="a red mushroom", quality="INSTANT", seed=seed) == {"FINISHED"}
        made = bpy.context.view_layer.objects.active
        faces[budget] = len(made.data.polygons)
        assert made.dreamwright_remesh.max_faces == {"LOW": 5_000, "MEDIUM": 20_000, "FULL": 0}[budget]
        assert not remesh_record.is_outdated(made), "the mesh is the one that its sliders ask for"
    assert 2_000 < faces["LOW"] <= 5_000 < faces["MEDIUM"] <= 20_000 < faces["FULL"]
