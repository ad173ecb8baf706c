"""A result that arrives: where it stands, what is seen of it, and whom it leaves alone. With the real backend."""

from __future__ import annotations

import dataclasses
import time

import bpy
import numpy as np
import pytest
from made_takes import cuboid, made_take
from mathutils import Matrix
from small_results import kept_result, small_ball

from addon import api, flows, headless
from addon.blender import (
    bounds,
    grid_mesh,
    paths,
    placement,
    remeshing,
    results,
    take_visibility,
    takes,
    transforms,
    views,
)
from addon.core import calls, poses
from addon.core.bake_export_config import TextureConfig
from addon.core.box import to_scene
from addon.core.camera_view import CameraView
from addon.core.errors import EmptyMeshError
from addon.core.remesh_config import RemeshConfig
from addon.core.wire import config
from addon.flows.seat import Seat
from tests.patience import PATIENCE

QUICK = {"quality": "draft", "steps": 2, "resolution": 16}
"""Of the soft ball that every text job begins with: something to mesh after two steps."""

TINY = {"optimize": {"steps": 2}, "field": {"resolution": 16, "start_resolution": 16}, "export": {"resolution": 16}}


def generate(**more):
    return api.generate("a red cube", **QUICK | more)


def world(obj):
    bpy.context.view_layer.update()
    return take_visibility.world_box(obj)


# where it stands


def test_it_stands_on_the_3d_cursor(backend_python):
    bpy.context.scene.cursor.location = (3, 2, 0.5)
    low, high = world(generate())
    assert (low[:2] + high[:2]) / 2 == pytest.approx((3, 2), abs=0.3) and low[2] == pytest.approx(0.5, abs=1e-4)
    bpy.ops.dreamwright.generate(prompt="a red cube", quality="DRAFT", steps=2, resolution=16, center=(0, 0, 1))
    low, high = world(bpy.context.object)
    assert (low[:2] + high[:2]) / 2 == pytest.approx((0, 0), abs=0.3) and low[2] == pytest.approx(0.0, abs=1e-4)


def test_it_waits_until_a_move_has_ended(backend_python, monkeypatch):
    """The window's own move is in tests/window; here nothing moves, so it is said to."""
    monkeypatch.setattr(transforms, "is_transforming", lambda: True)
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    wanted = config.with_changes(config.preset("text", "draft"), {"prompt": "a red cube", **TINY})
    flow = flows.generate(bpy.context, wanted)
    ends = time.monotonic() + PATIENCE
    while not flows.APP.session.snapshot.activity.startswith("The result comes") and time.monotonic() < ends:
        next(flow)
        flows.APP.session.wait(0.02)
    for _ in range(3):
        next(flow)
    assert bpy.context.object == cube and cube.select_get() and list(bpy.context.scene.objects) == [cube]
    monkeypatch.setattr(transforms, "is_transforming", lambda: False)
    made = headless.run(flow).object
    assert bpy.context.object.name == made and flows.APP.session.snapshot.activity == ""


@pytest.mark.parametrize(
    ("name", "moves"),
    [("TRANSFORM_OT_translate", True), ("TRANSFORM_OT_shrink_fatten", True), ("OBJECT_OT_duplicate_move", True),
     ("MESH_OT_extrude_region_move", True), ("TRANSFORM_OT_edge_slide", True), ("VIEW3D_OT_rotate", False),
     ("DREAMWRIGHT_OT_generate", False), ("SCULPT_OT_brush_stroke", False), ("VIEW3D_OT_move", False)],
)  # fmt: skip
def test_what_moves_things_is_known_by_its_name(name, moves):
    assert transforms.is_transform(name) == moves and not transforms.is_transforming()


def test_the_panel_says_where():
    scene, settings = bpy.context.scene, bpy.context.scene.dreamwright
    scene.cursor.location = (3, 2, 0.5)
    assert settings.at_cursor and flows.job_box(scene).center == (3, 2, 1.5)
    settings.at_cursor = False
    scene.cursor.location = (9, 9, 9)
    assert tuple(settings.center) == (3, 2, 1.5) and flows.job_box(scene).center == (3, 2, 1.5)
    settings.at_cursor = True
    assert flows.job_box(scene).center == (9, 9, 10)
    settings.center = (1, 1, 1)
    assert not settings.at_cursor and bounds.box_for_new_result(scene).center == (1, 1, 1)
    bpy.ops.dreamwright.add_box()
    bpy.context.object.location = (7, 0, 0)
    bpy.context.view_layer.update()
    assert bounds.box_for_new_result(scene).center == (7, 0, 0)


def overlaps_anything(box, *objects):
    half = np.array(box.size) / 2 * 0.9
    mine = np.stack([np.array(box.center) - half, np.array(box.center) + half])
    return any(take_visibility.shared_volume(mine, world(obj)) > 0 for obj in objects)


def test_it_is_not_in_the_cube_that_every_new_file_has():
    bpy.ops.mesh.primitive_cube_add(size=2.0)
    cube = bpy.context.object
    box = bounds.box_for_new_result(bpy.context.scene)
    assert not overlaps_anything(box, cube)
    assert np.hypot(*box.center[:2]) < 3 and box.center[2] == 1.0, "near, on the ground of the cursor"


@pytest.mark.parametrize("kind", ["curve", "text", "metaball", "child of a moved parent", "modifier", "far mesh"])
def test_it_is_in_nothing_of_the_users(kind):
    if kind == "curve":
        bpy.ops.curve.primitive_bezier_circle_add(radius=0.8)
        bpy.context.object.data.bevel_depth = 0.3
    elif kind == "text":
        bpy.ops.object.text_add(location=(-0.5, 0, 0.5), rotation=(1.5, 0, 0))
    elif kind == "metaball":
        bpy.ops.object.metaball_add(location=(0, 0, 1))
    elif kind == "child of a moved parent":
        bpy.ops.object.empty_add(location=(10, 0, 0))
        parent = bpy.context.object
        bpy.ops.mesh.primitive_cube_add(location=(0, 0, 0))
        bpy.context.object.parent, bpy.context.object.location = parent, (-10, 0, 0)
    elif kind == "modifier":
        bpy.ops.mesh.primitive_cube_add(location=(-3, 0, 1))
        array = bpy.context.object.modifiers.new("rows", "ARRAY")
        array.count = 4
    else:
        mesh = cuboid("far mesh")
        mesh.transform(Matrix.Translation((0, 0, -50)))
        obj = bpy.data.objects.new("far mesh", mesh)
        bpy.context.collection.objects.link(obj)
        obj.location.z = 50
    bpy.context.view_layer.update()
    obj = bpy.context.scene.objects[-1]
    box = bounds.box_for_new_result(bpy.context.scene)
    graph = bpy.context.evaluated_depsgraph_get()
    assert not overlaps_anything(box, obj.evaluated_get(graph)) and box.center[:2] != (0.0, 0.0)


def test_what_is_below_around_or_hidden_is_not_in_the_way():
    bpy.ops.mesh.primitive_plane_add(size=6)  # a floor
    bpy.ops.mesh.primitive_plane_add(size=300)
    bpy.ops.mesh.primitive_cube_add(size=40, location=(0, 0, 20))  # a room
    bpy.ops.mesh.primitive_cube_add(size=1, location=(0, 0, 1))
    bpy.context.object.hide_viewport = bpy.context.object.hide_render = True
    bpy.ops.object.light_add(type="POINT", location=(0, 0, 1))
    bpy.ops.object.camera_add(location=(0, 0, 1))
    made_take("a1")  # it will be hidden
    assert bounds.box_for_new_result(bpy.context.scene).center == (0, 0, 1)


def test_the_wall_of_a_room_is():
    bpy.ops.mesh.primitive_cube_add(size=40, location=(20, 0, 20))
    box = bounds.box_for_new_result(bpy.context.scene)
    assert abs(box.center[0]) > 1.0 or abs(box.center[1]) > 20


def test_a_take_that_was_moved_there_is_the_users_too():
    made = made_take("a1", width=2.0)
    made.location.x = 0.4
    assert bounds.box_for_new_result(bpy.context.scene).center[:2] != (0, 0)


def test_where_all_is_full_it_stands_at_the_cursor(monkeypatch):
    monkeypatch.setattr(placement, "RINGS", 1)
    for x in range(-1, 2):
        for y in range(-1, 2):
            bpy.ops.mesh.primitive_cube_add(size=2.0, location=(2.2 * x, 2.2 * y, 1))
    assert bounds.box_for_new_result(bpy.context.scene).center == (0, 0, 1)


def test_earlier_takes_of_the_place_are_hidden_in_viewport_and_renders(backend_python):
    first, second = generate(), generate(seed=1)
    assert first.hide_viewport and first.hide_render and second.visible_get() and not second.hide_render
    bpy.context.scene.cursor.location.x = 5.0
    generate(seed=2)
    assert second.visible_get() and not second.hide_render


# whom it leaves alone


@pytest.mark.parametrize("mode", ["EDIT", "SCULPT", "VERTEX_PAINT", "WEIGHT_PAINT", "TEXTURE_PAINT"])
def test_somebody_who_works_in_a_mode_is_left_alone(mode):
    bpy.ops.mesh.primitive_cube_add()
    cube = bpy.context.object
    bpy.ops.object.mode_set(mode=mode)
    before = bpy.context.mode
    made = kept_result(small_ball(), name="new", job="n1")
    assert bpy.context.mode == before and cube.mode == mode and bpy.context.view_layer.objects.active == cube
    assert cube.select_get() and not made.select_get() and made.visible_get()
    bpy.ops.object.mode_set(mode="OBJECT")


def test_a_pose_is_left_alone():
    bpy.ops.object.armature_add()
    bpy.ops.object.mode_set(mode="POSE")
    kept_result(small_ball(), name="new", job="n1")
    assert bpy.context.mode == "POSE" and bpy.context.object.type == "ARMATURE"


def test_a_linked_collection_of_our_name_is_not_ours_to_fill(tmp_path):
    kept_result(small_ball())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "library.blend"))
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    with bpy.data.libraries.load(str(tmp_path / "library.blend"), link=True) as (_, there):
        there.collections = ["Dreamwright"]
    linked = there.collections[0]
    bpy.context.scene.collection.children.link(linked)
    made = kept_result(small_ball(), name="new", job="n1")
    assert made.users_collection[0].library is None and made.visible_get() and len(linked.objects) == 1


@pytest.mark.parametrize("off", ["exclude", "hide_viewport"])
def test_in_a_collection_that_is_off_nothing_new_is_put(off):
    kept_result(small_ball())
    setattr(bpy.context.view_layer.layer_collection.children["Dreamwright"], off, True)
    made = kept_result(small_ball(), name="new", job="n1")
    bpy.context.view_layer.update()
    assert made.visible_get() and made.select_get()


def test_a_collection_that_was_renamed_is_still_ours():
    first = kept_result(small_ball())
    first.users_collection[0].name = "Props"
    assert kept_result(small_ball(), job="n1").users_collection[0].name == "Props"


def test_a_scene_that_is_renamed_meanwhile_gets_its_result(backend_python):
    scene = bpy.context.scene
    bpy.data.scenes.new("other")

    def rename(_now):
        scene.name = "Shot 7"

    assert generate(on_progress=rename).users_scene == (scene,)


def test_a_callback_that_opens_another_file_pauses_the_run(backend_python, tmp_path):
    """And crashes nothing, and puts nothing into a file that never asked for it."""
    bpy.context.scene.name = "mine"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "other.blend"))
    opened = []

    def open_other(now):
        if now.step and not opened:
            opened.append(now.job)
            bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "other.blend"))

    with pytest.raises(api.DreamwrightError, match="Another file was opened meanwhile: the run is paused"):
        generate(steps=4000, on_progress=open_other)
    assert not bpy.data.objects and not flows.APP.current_task
    states = {each.job: each.state for each in calls.list_jobs(flows.APP.connection.client)}
    assert states[opened[0]] == "paused"


# a run that has a take already


def rewound(job):
    return headless.run(flows.rewind(bpy.context, 1, job))


@pytest.fixture
def made(backend_python):
    return generate(steps=4)


@pytest.mark.parametrize("work", ["sculpted", "in sculpt mode", "with shape keys"])
def test_going_back_leaves_a_persons_work(made, work):
    job = made["dreamwright_job"]
    made.location.x = 2.0
    bpy.context.view_layer.update()
    if work == "sculpted":
        made.data.vertices[0].co = (9, 9, 9)
    elif work == "with shape keys":
        made.shape_key_add(name="Basis")
    else:
        bpy.ops.object.mode_set(mode="SCULPT")
    mesh, mode = made.data, made.mode
    report = rewound(job)
    other = bpy.data.objects[report.object]
    assert other != made and made.data == mesh and made.mode == mode
    assert takes.take_of(made) is None and takes.find_take(bpy.context.scene, job).object == other
    assert other.location.x == pytest.approx(2.0) and any(f"'{made.name}'" in each for each in report.warnings)
    assert mode != "OBJECT" or (made.hide_viewport and made.hide_render)


def test_going_back_keeps_what_was_applied(made):
    made.scale = (2, 2, 2)
    bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    height = made.dimensions.z
    report = rewound(made["dreamwright_job"])
    bpy.context.view_layer.update()
    assert bpy.data.objects[report.object] == made and made.dimensions.z > 0.6 * height


# what is seen


def spaces():
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                yield area.spaces.active


def shadings():
    return {space.shading.color_type for space in spaces()}


@pytest.fixture
def solid():
    for space in spaces():
        space.shading.type, space.shading.color_type = "SOLID", "MATERIAL"
    assert list(spaces())


def test_the_solid_view_shows_its_colors_and_after_baking_its_pictures(solid, backend_python):
    made = generate()
    assert shadings() == {"VERTEX"}
    flows.bake_textures(bpy.context, TextureConfig(faces=100, size=64))
    assert shadings() == {"TEXTURE"} and made.hide_viewport
    generate(seed=1)
    assert shadings() == {"VERTEX"}


def test_once_only_what_a_person_then_chooses_holds(solid):
    scene = bpy.context.scene
    views.show_colors(scene, views.POINTS)
    for space in spaces():
        space.shading.color_type = "MATERIAL"
    views.show_colors(scene, views.POINTS)
    views.show_colors(scene, views.TEXTURES)
    assert shadings() == {"MATERIAL"}


@pytest.mark.parametrize(
    ("type", "color_type"), [("SOLID", "RANDOM"), ("WIREFRAME", "MATERIAL"), ("MATERIAL", "OBJECT")]
)
def test_a_view_that_a_person_set_otherwise_stays_so(solid, type, color_type):
    for space in spaces():
        space.shading.color_type = color_type
        space.shading.type = type
    views.show_colors(bpy.context.scene, views.POINTS)
    assert shadings() == {color_type}


def test_a_view_is_brought_to_what_is_framed_but_not_a_cameras():
    """Whether something is seen a view knows once it was drawn: the window's test has that."""
    made = kept_result(small_ball())
    for space in spaces():
        space.region_3d.view_location, space.region_3d.view_perspective = (500, 500, 0), "PERSP"
    views.frame_if_unseen(bpy.context.scene, [made])
    assert {round(space.region_3d.view_location.x) for space in spaces()} == {500}
    views.frame(bpy.context.scene, [made])
    assert {round(space.region_3d.view_location.length) for space in spaces()} == {0}
    for space in spaces():
        space.region_3d.view_location, space.region_3d.view_perspective = (500, 500, 0), "CAMERA"
    views.frame(bpy.context.scene, [made])
    assert {round(space.region_3d.view_location.x) for space in spaces()} == {500}


@pytest.mark.parametrize(
    ("point", "seen"), [((0, 0, -5), True), ((0, 0, 5), False), ((40, 0, -5), False), ((0, -40, -5), False)]
)
def test_in_view_is_what_is_before_the_camera_and_in_its_window(point, seen):
    looking_down = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, -0.2], [0, 0, -1, 0]], float)
    assert views.is_in_view(looking_down, np.array(point)) is seen


def test_the_picture_of_the_field_stands_where_its_mesh_will(backend_python):
    """Seen from the side at the end of the run: the middle of the picture is as high as that of the mesh."""
    heights = []

    def look(now):
        if now.step > 50 and not heights:
            pose = poses.look_at(np.array([0.0, -6.0, 1.0]), np.array([0.0, 0.0, 1.0]))
            picture = flows.live_field().render(CameraView(pose, True, -0.3, 0.3, -0.3, 0.3, 0.01, 100.0, 96, 96), 20.0)
            rows = picture.alpha.sum(axis=1)
            middle = (rows * (47.5 - np.arange(96))).sum() / rows.sum()
            heights.extend([1.0 + middle / 48 * 0.3 * 6.0, flows.live_surface().surface(24).points[:, 2]])

    made = api.generate("a red cube", quality="draft", steps=60, resolution=24, on_progress=look)
    low, high = world(made)
    assert low[2] == pytest.approx(0.0, abs=1e-4) and high[2] < 1.7, "else nothing was set down"
    assert heights[0] == pytest.approx((low[2] + high[2]) / 2, abs=0.15)
    assert heights[1].min() == pytest.approx(0.0, abs=1e-6) and heights[1].max() == pytest.approx(high[2], abs=0.2)


@pytest.mark.parametrize("turn", [0.0, 90.0])
def test_a_field_that_floats_is_looked_at_as_if_it_stood(turn):
    """A ball of 0.6 m in the middle of a box of 2 m stands 0.4 m lower; of photographs it stays where it is."""
    box = config.BoundsConfig(center=(0.0, 0.0, 0.0), rotation_degrees=(turn, 0.0, 0.0))
    down = np.linalg.inv(to_scene(box))
    for on_floor, lifted in ((True, 0.4), (False, 0.0)):
        to_field = Seat(box, on_floor).to_field(small_ball, 7)
        assert to_field @ [0.1, 0.2, 0.3, 1] == pytest.approx(down @ [0.1, 0.2, 0.3, 1] + [0, 0, lifted, 0], abs=0.02)


def test_how_high_a_field_floats_is_asked_now_and_then():
    asked = []
    seat = Seat(config.BoundsConfig(center=(0.0, 0.0, 0.0)), True)
    for step in (1, 2, 20, 21, 22, 60):
        seat.to_field(lambda: asked.append(0) or small_ball(), step)
    assert len(asked) == 3

    def empty():
        raise EmptyMeshError("nothing yet")

    assert seat.to_field(empty, 100)[2, 3] == pytest.approx(0.4, abs=0.02), "as it was known last"


@pytest.mark.parametrize("far", [1e4, 1e5, 5e5])
def test_far_from_the_origin_a_ball_is_as_smooth(far):
    grid = dataclasses.replace(small_ball(64), bounds_low=(far - 1, -1, -1), bounds_high=(far + 1, 1, 1))
    for wanted in (RemeshConfig(), RemeshConfig(faces="triangles", max_faces=500)):
        surface = remeshing.extract_surface(grid, wanted)
        place = np.array([far, 0, -1.0])
        near = grid_mesh.relative_to(surface, place, False)
        radius = np.linalg.norm(near.points - [0, 0, 1], axis=1)
        assert radius == pytest.approx(np.full(len(radius), 0.6), abs=0.02) and near.points.dtype == np.float32


def test_far_from_the_origin_a_slider_keeps_it_as_smooth_as_at_it():
    worst = []
    for far in (0.0, 5e5):  # where single precision counts in steps of 0.03
        made = kept_result(small_ball(48))
        grid = dataclasses.replace(small_ball(48), bounds_low=(far - 1, -1, -1), bounds_high=(far + 1, 1, 1))
        flows.APP.cache_grid("a1", grid, paths.cache_folder())
        results.write_provenance(made, results.with_changes(results.read_provenance(made), location=(far, 0.0, 0.0)))
        made.dreamwright_remesh.faces = "TRIANGLES"
        made.dreamwright_remesh.max_faces = 800
        worst.append(np.abs(np.linalg.norm([vertex.co for vertex in made.data.vertices], axis=1) - 0.6).max())
    assert worst[1] == pytest.approx(worst[0], abs=0.004) and worst[0] < 2 / 48
