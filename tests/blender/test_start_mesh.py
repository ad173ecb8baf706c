"""Fields that start from meshes of the scene, and from results that were edited by hand, against the real backend."""

from __future__ import annotations

import json

import bmesh
import bpy
import numpy as np
import pytest
from data_dump import differences, dump
from mathutils import Matrix
from small_results import kept_result, small_ball

from addon import api, flows, headless
from addon.blender import results, takes
from addon.blender.standing import world_matrix
from addon.core.errors import DreamwrightError
from addon.flows import start_mesh
from addon.flows.job_report import Report

STEPS = 4
QUICK = {
    "field": {"resolution": 40}, "export": {"resolution": 40}, "optimize": {"steps": STEPS},
    "render": {"samples_per_ray": 24}, "score_distillation": {"render_size": 16},
}  # fmt: skip
CENTER = np.array([4.0, -3.0, 1.5])


def two_colored_cube(name="Block"):
    """A cube of side 1.2 around CENTER, red towards -x and blue towards +x, cut in the middle."""
    material = {}
    for color, value in (("red", (0.8, 0.0, 0.0, 1.0)), ("blue", (0.0, 0.0, 0.8, 1.0))):
        material[color] = bpy.data.materials.new(color)
        material[color].use_nodes = True
        material[color].node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = value
    bpy.ops.mesh.primitive_cube_add(size=1.2, location=CENTER)
    obj = bpy.context.object
    obj.name = name
    for each in material.values():
        obj.data.materials.append(each)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="SELECT")
    bpy.ops.mesh.bisect(plane_co=CENTER, plane_no=(1, 0, 0))
    bpy.ops.object.mode_set(mode="OBJECT")
    for polygon in obj.data.polygons:
        polygon.material_index = int(polygon.center.x > 0)
    return obj


def samples(obj, cells=40):
    """Which of many points around CENTER lie inside of a mesh, and the points: by rays to the nearest face."""
    ticks = (np.arange(cells) + 0.5) / cells * 2 - 1
    at = np.stack(np.meshgrid(ticks, ticks, ticks, indexing="ij"), axis=-1).reshape(-1, 3) + CENTER
    inverse = np.array(obj.matrix_world.inverted())
    local = at @ inverse[:3, :3].T + inverse[:3, 3]
    inside = [
        found and float(np.dot(np.array(point) - where, np.array(normal))) > 0
        for where in local
        for found, point, normal, _ in [obj.closest_point_on_mesh(where)]
    ]
    return np.array(inside), at


def colors_towards(obj, side):
    """sRGB of the points of a mesh towards -x or +x."""
    points = np.array([obj.matrix_world @ vertex.co for vertex in obj.data.vertices])
    values = np.empty(len(points) * 4, np.float32)
    obj.data.color_attributes["Color"].data.foreach_get("color_srgb", values)
    return values.reshape(-1, 4)[(points[:, 0] - CENTER[0]) * side > 0.3, :3]


@pytest.fixture
def block(backend_python):
    bpy.context.scene.cursor.location = (0, 0, 0)
    return two_colored_cube()


def made_from(block, **more):
    return api.generate("a chair", start=[block], settings=QUICK | more)


def test_a_cube_with_two_colors_is_where_the_field_begins(block):
    before = dump()
    bpy.ops.ed.undo_push(message="before")
    made = made_from(block)
    inside, at = samples(made)
    wanted = np.abs(at - CENTER).max(axis=1) < 0.6
    assert (inside & wanted).sum() / (inside | wanted).sum() >= 0.9
    red, blue = colors_towards(made, -1).mean(axis=0), colors_towards(made, 1).mean(axis=0)
    assert red[0] > 0.7 and red[2] < 0.3 and blue[2] > 0.7 and blue[0] < 0.3
    own = ("objects/Block", "meshes/", "materials/red", "materials/blue")
    before = {name: value for name, value in before.items() if name.startswith(own)}
    after = {name: value for name, value in dump().items() if name in before}
    assert len(before) == 4 and not differences(before, after), "the cube is as it was"
    record = takes.take_of(made).record
    assert record.settings["start"]["mesh"].startswith("sent:") and record.step == STEPS


def horned(result):
    """The result with a horn on its top, as by hand in Edit Mode: a cone of green that stands in it."""
    edited, top = bmesh.new(), max(vertex.co.z for vertex in result.data.vertices)
    edited.from_mesh(result.data)
    here = Matrix.Translation((0, 0, top + 0.15))
    made = bmesh.ops.create_cone(edited, cap_ends=True, segments=16, radius1=0.2, radius2=0.12, depth=0.5, matrix=here)
    paint = edited.verts.layers.color["Color"]
    for vertex in made["verts"]:
        vertex[paint] = (0.0, 1.0, 0.0, 1.0)
    edited.to_mesh(result.data)
    edited.free()
    result.data.update()
    return result


def horn_share(obj, parent):
    """Share of the horn that a result has: of points in the middle of it."""
    tip = max((world_matrix(parent) @ vertex.co).z for vertex in parent.data.vertices)
    line = [(CENTER[0] + dx, CENTER[1] + dy, tip - dz) for dx in (-0.04, 0.04) for dy in (-0.04, 0.04)
            for dz in (0.08, 0.14, 0.2, 0.26)]  # fmt: skip
    inverse = obj.matrix_world.inverted()
    return np.mean([not _is_outside(obj, inverse, where) for where in line])


def _is_outside(obj, inverse, where):
    local = np.array(inverse) @ [*where, 1.0]
    found, point, normal, _ = obj.closest_point_on_mesh(local[:3])
    return not found or float(np.dot(np.array(point) - local[:3], np.array(normal))) <= 0


def of_hidden(difference):
    """Whether it is where a hidden object stands: Blender does not say it after a redo (test_standing.py)."""
    name, _, key = difference.partition(": ")[0].removeprefix("objects/").rpartition(".")
    return key in ("matrix_world", "matrix_local") and bpy.data.objects[name].hide_viewport


def one_undo_step(press):
    """Presses a button and takes it back and forth: the scene is exactly as it was, and then as the button left it."""
    bpy.ops.ed.undo_push(message="before")
    before = dump()
    assert press() == {"FINISHED"}
    done = dump()
    assert differences(before, done)
    bpy.ops.ed.undo()
    assert differences(before, dump()) == [], "after undo"
    bpy.ops.ed.redo()
    again = [each for each in differences(done, dump()) if not of_hidden(each)]
    assert again == [], "after redo"


def test_a_sculpted_horn_goes_back_into_the_field_and_stays(block):
    """Start and Go On from Edits by their buttons, each one undo step."""
    results.select_only(bpy.context, block)
    start = {"prompt": "a chair", "start_from": "MESHES", "center": CENTER.tolist(), "size": [2.6] * 3}
    one_undo_step(lambda: bpy.ops.dreamwright.generate("EXEC_DEFAULT", True, **start, settings=json.dumps(QUICK)))
    (first,) = takes.list_takes(bpy.context.scene)
    block = bpy.data.objects["Block"]
    assert block.hide_viewport and block.hide_render, "the result stands there"
    parent = horned(first.object)
    bpy.context.view_layer.update()
    assert horn_share(parent, parent) == 1.0, "it is looked for where it is"
    edited = [tuple(vertex.co) for vertex in parent.data.vertices]
    more = json.dumps(QUICK | {"optimize": {"steps": 12}})
    one_undo_step(lambda: bpy.ops.dreamwright.go_on_from_edits("EXEC_DEFAULT", True, take=first.job, settings=more))
    old, new = takes.list_takes(bpy.context.scene)
    parent, child = old.object, new.object
    assert horn_share(child, parent) == 1.0
    assert (old.job, new.record.parent) == (first.job, first.job)
    assert world_matrix(child).translation.z == pytest.approx(world_matrix(parent).translation.z, abs=0.05)
    assert [tuple(vertex.co) for vertex in parent.data.vertices] == edited, "it is as sculpted"
    assert parent.hide_viewport and not child.hide_viewport


@pytest.mark.slow
def test_vertex_paint_goes_back_as_color(block):
    parent = made_from(block)
    paint = parent.data.color_attributes["Color"]
    values = np.empty(len(paint.data) * 4, np.float32)
    paint.data.foreach_get("color_srgb", values)
    values = values.reshape(-1, 4)
    points = np.array([parent.matrix_world @ vertex.co for vertex in parent.data.vertices])
    values[points[:, 0] > CENTER[0] + 0.1] = (1.0, 0.9, 0.1, 1.0)
    paint.data.foreach_set("color_srgb", values.ravel())
    child = api.go_on_from_edits(parent, settings=QUICK)
    right, left = colors_towards(child, 1).mean(axis=0), colors_towards(child, -1).mean(axis=0)
    assert right[0] > 0.8 and right[1] > 0.7 and right[2] < 0.35
    assert left[0] > 0.7 and left[1] < 0.3


def test_a_take_that_nobody_edited_says_so(block):
    made = made_from(block)
    with pytest.raises(DreamwrightError, match="was not edited by hand: sculpt, edit or paint"):
        api.go_on_from_edits(made)


@pytest.mark.slow
def test_the_panel_starts_from_what_is_selected(block):
    settings = bpy.context.scene.dreamwright
    settings.prompt, settings.start_from, settings.quality = "a chair", "MESHES", "INSTANT"
    settings.advanced.optimize.steps = STEPS
    results.select_only(bpy.context, block)
    assert bpy.ops.dreamwright.generate_from_panel() == {"FINISHED"}
    made = takes.chosen_take(bpy.context).object
    low = min((made.matrix_world @ vertex.co).z for vertex in made.data.vertices)
    assert low == pytest.approx(CENTER[2] - 0.6, abs=0.1), "it stands where the cube stands, not on the floor of a box"


def test_only_what_the_result_stands_in_is_laid_aside():
    """Without a backend: a flow that is done at once."""
    result = kept_result(small_ball())
    near, far = (bpy.data.objects.new(name, result.data.copy()) for name in ("Near", "Far"))
    far.location.x = 5
    for obj in (near, far):
        bpy.context.scene.collection.objects.link(obj)

    def made():
        yield
        return Report("a ball", 0, "a1", object=result.name)

    report = headless.run(start_mesh.laying_aside(made(), [near, far, result]))
    assert [obj.hide_render for obj in (near, far, result)] == [True, False, False]
    assert report.warnings == ["Hidden, where the result stands: 'Near'."]


def test_an_open_shell_that_encloses_nothing_is_one_sentence(backend_python):
    bpy.ops.mesh.primitive_plane_add(location=CENTER)
    with pytest.raises(DreamwrightError, match="thinner than a voxel|encloses nothing"):
        made_from(bpy.context.object)
    assert not takes.list_takes(bpy.context.scene) and not flows.APP.current_task
