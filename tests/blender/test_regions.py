"""Regions in a scene: marked objects, what they say to a job, and a part made anew, through a real backend."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from data_dump import differences, dump
from made_takes import made_take
from mathutils import Euler, Matrix, Vector
from mathutils.bvhtree import BVHTree
from mathutils.kdtree import KDTree
from small_results import kept_result, small_ball

from addon import api, flows, headless, registration
from addon.blender import grid_mesh, paths, placement, region_marks, takes
from addon.core.box import Box, cube_matrix
from addon.core.errors import SceneError
from addon.core.take_record import TakeRecord
from addon.core.wire import config
from addon.flows import regions
from addon.ui import gizmos
from tests.fakes.layout import FakeLayout


def empty(name="Box", location=(0, 0, 0), scale=(1, 1, 1), size=1.0, turn=(0, 0, 0)):
    made = bpy.data.objects.new(name, None)
    made.location, made.scale, made.rotation_euler, made.empty_display_size = location, scale, Euler(turn), size
    bpy.context.scene.collection.objects.link(made)
    return made


def ball(name="Ball", radius=1.0, location=(0, 0, 0)):
    bpy.ops.mesh.primitive_uv_sphere_add(radius=radius, location=location, segments=32, ring_count=16)
    bpy.context.object.name = name
    return bpy.context.object


def only(*objects):
    bpy.context.view_layer.update()
    for obj in bpy.context.scene.objects:
        obj.select_set(obj in objects)
    bpy.context.view_layer.objects.active = objects[-1]


def asked(**changes):
    """The regions of a job that begins now, in a box of 2 m on the ground."""
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a cat"} | changes)
    bpy.context.view_layer.update()
    return headless.run(regions.with_regions(bpy.context.scene, wanted)).regions.items


# -- marking


def test_marking_adding_and_unmarking_are_one_undo_step_each():
    first, second = empty("A"), ball("B")
    only(first, second)
    bpy.ops.ed.undo_push(message="before")
    assert bpy.ops.dreamwright.mark_region("EXEC_DEFAULT", True, kind="KEEP_OUT") == {"FINISHED"}
    assert [(obj.name, label) for obj, label in regions.list_regions(bpy.context.scene)] == [
        ("A", "Keep Out"),
        ("B", "Keep Out"),
    ]
    bpy.ops.ed.undo()
    assert regions.list_regions(bpy.context.scene) == []
    bpy.ops.ed.redo()
    assert bpy.ops.dreamwright.unmark_region("EXEC_DEFAULT", True, object="A") == {"FINISHED"}
    assert [obj.name for obj, _ in regions.list_regions(bpy.context.scene)] == ["B"]
    bpy.ops.ed.undo()
    assert len(regions.list_regions(bpy.context.scene)) == 2


def test_a_copy_of_a_region_is_one_and_a_hidden_one_says_nothing():
    marked = empty("A", (0, 0, 1))
    region_marks.mark(marked, config.FROZEN)
    copied = marked.copy()
    bpy.context.scene.collection.objects.link(copied)
    assert len(asked()) == 2
    copied.hide_viewport = True
    assert len(asked()) == 1
    marked["dreamwright_region"] = "wall"
    assert asked() == (), "what another wrote there is no kind of ours"


def test_what_cannot_be_a_region_is_refused_and_nothing_is_marked():
    lamp = bpy.data.objects.new("Lamp", bpy.data.lights.new("Lamp", "POINT"))
    bpy.context.scene.collection.objects.link(lamp)
    first = empty("A")
    only(first, lamp)
    with pytest.raises(RuntimeError, match="'Lamp' has no faces: mark a mesh, or an Empty"):
        bpy.ops.dreamwright.mark_region(kind="FROZEN")
    assert regions.list_regions(bpy.context.scene) == [] and region_marks.MARK not in first
    with pytest.raises(RuntimeError, match="'Lamp' is no region of this scene"):
        region_marks.mark(first, config.FROZEN)
        bpy.ops.dreamwright.unmark_region(object="Lamp")
    with pytest.raises(SceneError, match="There is no region of the kind 'wall'"):
        api.mark_region(first, "wall")


# -- what they say


def test_an_empty_is_its_cube_however_it_is_displayed_turned_or_mirrored():
    turned = empty("A", (0.2, 0, 1), (0.5, -0.25, 1.0), 0.5, (0, 0, math.radians(90)))
    region_marks.mark(turned, config.KEEP_OUT)
    (region,) = asked()
    assert region.kind == "keep_out" and region.center == pytest.approx((0.2, 0, 1))
    corners = {tuple(np.round(cube_matrix(region.box) @ (*corner, 1), 4)[:3]) for corner in np.ndindex(2, 2, 2)}
    size = np.abs(np.array(region.box.to_scene)[:3, :3] @ region.size)
    assert size == pytest.approx((0.25, 0.5, 1.0)) and len(corners) == 8 and region.cells == ""


def test_a_mesh_is_the_cells_that_it_fills_modifiers_and_transform_included():
    made = ball("Ball", 0.5, (0.3, 0, 1))
    made.scale = (1, 1, 0.5)
    made.modifiers.new("Array", "ARRAY").relative_offset_displace = (-1, 0, 0)
    region_marks.mark(made, config.KEEP_IN)
    (region,) = asked()
    low, high = (np.array(region.center) + side * np.array(region.size) / 2 for side in (-1, 1))
    assert low == pytest.approx((-1.0, -0.5, 0.75), abs=0.03) and high == pytest.approx((0.8, 0.5, 1.25), abs=0.03)
    shape, bits = config.cells_of(region.cells)
    share = np.unpackbits(np.frombuffer(bits, np.uint8)).sum() / np.prod(shape)
    flat_ball, cap = math.pi / 12, math.pi * 0.2**2 * (1.5 - 0.2) / 6  # two balls in 1.8 x 1 x 0.5, a cap cut off
    assert share == pytest.approx((2 * flat_ball - cap) / 0.9, abs=0.05)


def test_what_is_not_in_the_box_says_nothing_and_what_a_script_gave_comes_first():
    region_marks.mark(empty("Far", (9, 0, 0)), config.KEEP_OUT)
    region_marks.mark(ball("Far too", 1.0, (9, 0, 0)), config.KEEP_OUT)
    region_marks.mark(empty("Near", (0, 0, 1)), config.FROZEN)
    region_marks.mark(empty("Part", (0, 0, 1)), config.REDO)
    given = {"regions": {"items": [{"kind": "keep_in"}]}}
    assert [region.kind for region in asked(**given)] == ["keep_in", "frozen"]


def test_variations_have_the_same_regions_each_in_its_own_place():
    region_marks.mark(empty("Near", (0.5, 0, 1), (0.5, 1, 1)), config.KEEP_OUT)
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a cat"})
    bpy.context.view_layer.update()
    wanted = headless.run(regions.with_regions(bpy.context.scene, wanted))
    (moved,) = regions.moved_regions(wanted, [2.2, 0.0, 0.0])
    assert moved["center"] == pytest.approx([2.7, 0, 1]) and moved["kind"] == "keep_out"
    assert config.check_runnable(
        config.with_changes(wanted, {"bounds": {"center": [2.2, 0, 1]}, "regions": {"items": [moved]}})
    )


def test_flat_and_skewed_boxes_and_meshes_without_faces_are_one_sentence():
    flat = empty("Flat", (0, 0, 1), (1, 1, 0))
    region_marks.mark(flat, config.FROZEN)
    with pytest.raises(SceneError, match="The region 'Flat' is flat: scale it"):
        asked()
    bpy.data.objects.remove(flat)
    parent = empty("Parent", scale=(3, 1, 1))
    skewed = empty("Skewed", turn=(0, 0, 0.7))
    skewed.parent = parent
    region_marks.mark(skewed, config.FROZEN)
    with pytest.raises(SceneError, match="The region 'Skewed' is skewed"):
        asked()
    bpy.data.objects.remove(skewed)
    dots = bpy.data.objects.new("Dots", bpy.data.meshes.new("Dots"))
    bpy.context.scene.collection.objects.link(dots)
    region_marks.mark(dots, config.FROZEN)
    with pytest.raises(SceneError, match="The region 'Dots' has no faces"):
        asked()


def test_a_take_that_was_moved_turned_and_scaled_takes_its_regions_along():
    """A box around the same place of the object says the same to the job, wherever the object stands now."""
    result = kept_result(small_ball())
    takes.write_take(result, TakeRecord("a1", "a ball", created=1.0))
    where = Matrix.Translation((0.1, 0.2, 0.6)) @ Matrix.Diagonal((0.2, 0.3, 0.1, 1))
    part = empty("Part")
    found = []
    for moved in (Matrix(), Matrix.LocRotScale(Vector((5, 6, 7)), Euler((0.3, 0.2, 0.1)), Vector((2, 2, 2)))):
        result.matrix_world, part.matrix_world = moved, moved @ where
        bpy.context.view_layer.update()
        wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a hat"})
        region = region_marks.read(part, config.REDO)
        flow = regions.with_regions_of_take(bpy.context.scene, wanted, result, region)
        found.append(headless.run(flow).regions.items[0])
    assert found[0].center == pytest.approx((0.1, 0.2, 0.6), abs=1e-4)
    assert found[0].size == pytest.approx((0.4, 0.6, 0.2), abs=1e-4)
    assert found[1].center == pytest.approx(found[0].center, abs=1e-4)
    assert found[1].size == pytest.approx(found[0].size, abs=1e-4)
    assert np.array(found[1].box.to_scene) == pytest.approx(np.array(found[0].box.to_scene), abs=1e-3)
    part.matrix_world = Matrix.Translation((99, 0, 0))
    bpy.context.view_layer.update()
    with pytest.raises(SceneError, match="The part 'Part' is not in the box of the take"):
        headless.run(
            regions.with_regions_of_take(bpy.context.scene, wanted, result, region_marks.read(part, config.REDO))
        )


def test_where_a_mesh_of_an_older_version_stands_is_not_guessed():
    result = kept_result(small_ball(), on_floor=True)
    del result.data[grid_mesh.ORIGIN]
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a hat"})
    assert headless.run(regions.with_regions_of_take(bpy.context.scene, wanted, result, None)) == wanted
    with pytest.raises(SceneError, match="'a ball' was meshed by an older version, .*: remesh it"):
        part = region_marks.read(empty("Part"), config.REDO)
        headless.run(regions.with_regions_of_take(bpy.context.scene, wanted, result, part))


def test_a_marked_mesh_does_not_drive_the_box_away():
    made = ball("Ball", 0.5, (0, 0, 1))
    box = Box((0.0, 0.0, 1.0), (2.0, 2.0, 2.0))
    bpy.context.view_layer.update()
    assert placement.free_box(bpy.context.scene, box) != box
    region_marks.mark(made, config.KEEP_OUT)
    assert placement.free_box(bpy.context.scene, box) == box


# -- which part


def test_the_part_is_what_is_named_selected_or_marked():
    result = kept_result(small_ball())
    take = takes.write_take(result, TakeRecord("a1", "a ball", created=1.0))
    with pytest.raises(SceneError, match="Nothing is marked as a part: mark one box or mesh around it, or select"):
        regions.chosen_part(bpy.context, take, "", 0.1)
    first, second = empty("One"), empty("Two")
    region_marks.mark(first, config.REDO)
    assert regions.chosen_part(bpy.context, take, "", 0.1).name == "One"
    region_marks.mark(second, config.REDO)
    with pytest.raises(SceneError, match="2 objects are marked as a part"):
        regions.chosen_part(bpy.context, take, "", 0.1)
    assert regions.chosen_part(bpy.context, take, "Two", 0.1).name == "Two"
    with pytest.raises(SceneError, match="There is no object 'Three'"):
        regions.chosen_part(bpy.context, take, "Three", 0.1)
    only(result)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="DESELECT")
    with pytest.raises(SceneError, match="No faces are selected"):
        regions.chosen_part(bpy.context, take, "", 0.1)
    bpy.ops.mesh.select_all(action="SELECT")
    assert regions.edited_take(bpy.context) == "a1"
    part = regions.chosen_part(bpy.context, take, "", 0.1)
    assert part.kind == "redo" and len(part.triangles) > 100 and part.margin == 0.1
    bpy.ops.object.mode_set(mode="OBJECT")
    assert regions.edited_take(bpy.context) == ""


def test_selected_faces_alone_are_read_with_the_points_they_use():
    made = ball("Ball", 1.0)
    heights = np.array([polygon.center.z for polygon in made.data.polygons])
    for polygon, height in zip(made.data.polygons, heights, strict=True):
        polygon.select = bool(height > 0.5)
    region = region_marks.read_selected_faces(made, 0.2)
    assert region.points[:, 2].min() == pytest.approx(0.5, abs=0.2) and region.triangles.max() < len(region.points)
    item = region.to_config(np.eye(4), Box((0, 0, 0), (4.0, 4.0, 4.0)))
    top = item.center[2] + item.size[2] / 2
    spread = float(np.ptp(region.points, axis=0).max())
    assert top == pytest.approx(1 + 0.2 * spread, abs=0.05)


def test_a_new_region_stands_at_the_top_of_the_selected_result_or_in_the_box():
    assert bpy.ops.dreamwright.add_region(kind="KEEP_OUT") == {"FINISHED"}
    made = bpy.context.view_layer.objects.active
    assert region_marks.kind_of(made) == "keep_out" and made.location == Vector((0, 0, 1))
    assert np.array(made.scale) == pytest.approx(1 / 3, abs=1e-6)
    result = kept_result(small_ball())
    assert bpy.ops.dreamwright.add_region(kind="REDO") == {"FINISHED"}
    made = bpy.context.view_layer.objects.active
    corners = np.array([result.matrix_world @ Vector(corner) for corner in result.bound_box])
    assert made.location.z + made.scale.z == pytest.approx(corners[:, 2].max(), abs=1e-4)
    assert made.scale.z * 2 == pytest.approx(np.ptp(corners[:, 2]) / 3, rel=1e-3)


# -- shown


def test_the_panel_lists_regions_and_offers_each_kind(monkeypatch):
    monkeypatch.setenv("DREAMWRIGHT_BACKEND_PYTHON", sys.executable)
    made_take("a1")
    region_marks.mark(empty("My box"), config.KEEP_OUT)
    layout = FakeLayout()
    registration.panels.DREAMWRIGHT_PT_regions.draw(SimpleNamespace(layout=layout), bpy.context)
    assert "My box" in layout.texts() and "Keep Out" in layout.texts()
    assert layout.operators().count("dreamwright.mark_region") == 4
    assert layout.operators()[-1] == "dreamwright.redo_part" and "part_prompt" in layout.properties()
    assert part_line(layout) == "Part: mark a box, or select faces"
    for number, words in enumerate(("Part: My part 0", "2 parts: unmark all but one")):
        region_marks.mark(empty(f"My part {number}"), config.REDO)
        layout = FakeLayout()
        registration.panels.DREAMWRIGHT_PT_regions.draw(SimpleNamespace(layout=layout), bpy.context)
        assert part_line(layout) == words


def part_line(layout):
    """What the panel says of the part that Redo Part would make anew."""
    return next(text for text in layout.texts() if text.startswith("Part:") or "parts:" in text)


def test_regions_are_drawn_as_the_edges_of_their_boxes():
    region_marks.mark(empty("A", (1, 2, 3), (0.5, 1, 2)), config.KEEP_OUT)
    region_marks.mark(ball("B", 1.0, (0, 0, 5)), config.FROZEN)
    bpy.context.view_layer.update()
    (out, edges), (frozen, around) = regions.region_lines(bpy.context)
    assert out[0] > out[2] and frozen[2] > frozen[0]
    assert edges.shape == (12, 2, 3)
    assert edges.reshape(-1, 3).min(axis=0) == pytest.approx((0.5, 1, 1))
    assert edges.reshape(-1, 3).max(axis=0) == pytest.approx((1.5, 3, 5))
    assert around.reshape(-1, 3).min(axis=0) == pytest.approx((-1, -1, 4), abs=1e-3)
    assert regions.region_lines(bpy.context)[0][1] is not None and gizmos.drawn_lines(bpy.context)


# -- through a real backend


def points_of(obj):
    found = np.empty(len(obj.data.vertices) * 3, np.float32)
    obj.data.vertices.foreach_get("co", found)
    local = found.reshape(-1, 3)
    return np.array([obj.matrix_world @ Vector(point) for point in local])


def test_nothing_grows_in_a_marked_box_and_in_a_marked_mesh(backend_python):
    """Half of a mug, and what a ball of the user's takes out of it; without the marks there are points there."""
    whole = points_of(api.generate("a red mug", quality="instant"))
    out = empty("Out", (1, 0, 1))
    region_marks.mark(out, config.KEEP_OUT)
    bpy.context.view_layer.update()
    half = api.generate("a red mug", quality="instant", settings={"bounds": {"center": [0, 0, 1]}})
    lift = half["dreamwright_location"][2] - half.data["dreamwright_origin"][2]
    assert (whole[:, 0] > 0.2).any() and points_of(half)[:, 0].max() < 0.06 and abs(lift) < 1.0


def test_a_part_is_made_anew_and_the_rest_is_what_it_was(backend_python):
    """The hat of a snowman: the new take's grid is the old one's outside of the box, to the bit; one undo step."""
    bpy.context.scene.dreamwright.mesh_faces = "FULL"
    snowman = api.generate("a snowman", quality="instant")
    (old,) = takes.list_takes(bpy.context.scene)
    part = empty("Part", (*snowman.location.xy, 0), (0.9, 0.9, 0.3))
    top = points_of(snowman)[:, 2].max()
    part.location.z = top
    region_marks.mark(part, config.REDO)
    bpy.context.scene.dreamwright.quality = "INSTANT"
    bpy.context.scene.dreamwright.scene_setup.part_prompt = "a red hat"
    bpy.context.scene.dreamwright.takes.chosen = old.job
    bpy.ops.ed.undo_push(message="before")
    scene_before = dump()
    assert bpy.ops.dreamwright.redo_part("EXEC_DEFAULT", True) == {"FINISHED"}
    scene_after = dump()
    old, new = takes.list_takes(bpy.context.scene)
    assert (new.record.parent, new.record.prompt, new.record.steps) == (old.job, "a red hat", 0)
    assert old.record.prompt == "a snowman" and old.object.hide_viewport and not new.object.hide_viewport
    before, after = (flows.APP.cached_grid(take.job, paths.cache_folder()) for take in (old, new))
    region = config.from_json(new.record.settings).regions.items[0]
    inside = inside_of(region, before)
    assert np.array_equal(before.density[~inside], after.density[~inside])
    assert np.array_equal(before.color[~inside], after.color[~inside])
    changed = (before.density != after.density) & inside
    assert changed.sum() > 100
    assert new.object["dreamwright_threshold"] == pytest.approx(old.object["dreamwright_threshold"])
    cell = 2.0 / len(before.density)
    below = region.center[2] - region.size[2] / 2 - cell  # a point between cells on both sides belongs to both
    first, second = (below_of(grid, old.object["dreamwright_threshold"], below) for grid in (before, after))
    assert len(first) == len(second) > 1000 and farthest_point(first, second) < 1e-6, "the surface is the same points"
    assert farthest_below(part.location.z - 0.3, new.object, old.object) < cell, "a mesh has fewer, but near"
    bpy.ops.ed.undo()
    assert differences(scene_before, dump()) == []
    bpy.ops.ed.redo()
    assert differences(scene_after, dump()) == []


def below_of(grid, threshold, height):
    """The points below a height of the surface of a grid, before a mesh of fewer faces is made of it."""
    points = grid_mesh.surface_of(grid, threshold).points
    return points[points[:, 2] < height]


def farthest_point(first, second):
    """The greatest distance from a point to the nearest one of others, in meters."""
    tree = KDTree(len(second))
    for number, point in enumerate(second):
        tree.insert(point, number)
    tree.balance()
    return max(tree.find(point)[2] for point in first)


def farthest_below(height, first, second):
    """The greatest distance from a point of one object below a height to the surface of another, in meters."""
    mesh = second.data
    tree = BVHTree.FromPolygons([each.co for each in mesh.vertices], [each.vertices[:] for each in mesh.polygons])
    there = second.matrix_world.inverted()
    below = [Vector(point) for point in points_of(first) if point[2] < height]
    assert len(below) > 1000
    return max(tree.find_nearest(there @ point)[3] for point in below)


def inside_of(region, grid):
    """The cells of a grid whose centers lie in a region's box."""
    shape = grid.density.shape
    axes = [
        low + (np.arange(n) + 0.5) * (high - low) / n
        for low, high, n in zip(grid.bounds_low, grid.bounds_high, shape, strict=True)
    ]
    at = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    scene = at @ np.asarray(grid.transform)[:3, :3].T + np.asarray(grid.transform)[:3, 3]
    local = (scene - region.center) @ np.array(region.box.to_scene)[:3, :3]
    return (np.abs(local) <= np.array(region.size) / 2).all(-1)


@pytest.mark.slow
def test_selected_faces_are_made_anew_by_script(backend_python):
    snowman = api.generate("a snowman", quality="instant")
    only(snowman)
    top = points_of(snowman)[:, 2].max()
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="DESELECT")
    bpy.ops.object.mode_set(mode="OBJECT")
    for polygon in snowman.data.polygons:
        polygon.select = bool((snowman.matrix_world @ polygon.center).z > top - 0.3)
    bpy.ops.object.mode_set(mode="EDIT")
    made = api.redo_part(snowman, "a blue cone", settings={"export": {"resolution": 64}})
    assert made.name.startswith("a blue cone")
    bpy.ops.object.mode_set(mode="OBJECT")


def test_what_a_part_cannot_be_is_one_sentence(backend_python):
    snowman = api.generate("a snowman", quality="instant")
    with pytest.raises(api.DreamwrightError, match="Nothing is marked as a part"):
        api.redo_part(snowman, "a red hat")
    with pytest.raises(api.DreamwrightError, match="The shape prior does not know"):
        api.redo_part(snowman, "a flurbl", part=empty("Part", snowman.location + Vector((0, 0, 1.5)), (0.5, 0.5, 0.4)))
    with pytest.raises(api.DreamwrightError, match="narrower than three cells"):
        api.redo_part(snowman, "a red hat", part=empty("Tiny", snowman.location + Vector((0, 0, 1)), (0.01,) * 3))
    with pytest.raises(RuntimeError, match="The prompt of the part is empty"):
        bpy.ops.dreamwright.redo_part()
    assert len(takes.list_takes(bpy.context.scene)) == 1
