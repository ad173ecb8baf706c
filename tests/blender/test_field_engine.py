"""F12 of the field itself: against Cycles on the mesh of the same field, pass by pass, and against closed forms."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from mathutils import Euler, Matrix, Vector

from addon import flows
from addon.blender import grid_mesh, paths, results
from addon.blender.field_instances import field_instances
from addon.blender.lens import view_from_camera
from addon.core import calls, layers
from addon.core.calls import EMPTY_DEPTH, GridData
from addon.core.errors import BackendLostError, SceneError
from addon.core.grid_view import RenderedImage
from addon.flows import render_field
from addon.ui import engine_panels, field_engine
from tests.fakes.layout import FakeLayout

LOW, HIGH = (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)
CENTER = np.array([0.1, 0.0, -0.1])


def ball_grid(n=48, radius=0.6, color=(230, 40, 30)):
    """A hard ball, not in the middle of its box, in a field half as large as its coordinates say."""
    axis = -1 + (np.arange(n) + 0.5) * 2 / n
    at = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)
    density = np.clip(50 + 4000 * (radius - np.linalg.norm(at - CENTER, axis=-1)), 0, 6e4).astype(np.float16)
    colors = np.broadcast_to(np.array(color, np.uint8), (n, n, n, 3)).copy()
    transform = np.diag([0.5, 0.5, 0.5, 1.0])
    return GridData(density, colors, LOW, HIGH, transform, 50.0, {"edges": [0.0, 1.0], "counts": [1.0]}, 5)


def result(job="ball", on_floor=True, keep=True, **grid_settings):
    """An object as Generate makes it, and its kept grid."""
    grid = ball_grid(**grid_settings)
    if keep:
        calls.save_grid(grid, paths.cache_folder() / "grids" / f"{job}.npz")
    place = np.array([0.0, 0.0, -0.5])
    surface = grid_mesh.relative_to(grid_mesh.surface_of(grid, 50.0), place, on_floor)
    origin = results.Provenance("a red ball", 0, job, 50.0, 5, "[]", "", on_floor, tuple(place))
    made = results.add_result(bpy.context.scene, grid_mesh.mesh_from(surface, job), origin, job)
    bpy.context.view_layer.update()
    return made


def eye(**settings):
    data = bpy.data.cameras.new("eye")
    for name, value in settings.items():
        setattr(data, name, value)
    made = bpy.data.objects.new("eye", data)
    place = Vector((1.2, -2.4, 1.5))
    made.matrix_world = Matrix.LocRotScale(place, (Vector((0, 0, 0.1)) - place).to_track_quat("-Z", "Y"), None)
    bpy.context.scene.collection.objects.link(made)
    bpy.context.scene.camera = made
    return made


@pytest.fixture
def stage(scene):
    """Small pictures with all passes, read back as arrays."""
    render = scene.render
    render.resolution_x, render.resolution_y, render.resolution_percentage = 96, 72, 100
    render.film_transparent = True
    scene.dreamwright.display.render_source = "GRID"
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_normal = True
    return scene


def rendered(scene, folder: Path, engine="DREAMWRIGHT_FIELD") -> dict[str, np.ndarray]:
    """The passes of a picture by their channels' names; first row on top."""
    scene.render.engine = engine
    image = scene.render.image_settings
    if hasattr(image, "media_type"):
        image.media_type = "MULTI_LAYER_IMAGE"
    image.file_format, image.color_depth = "OPEN_EXR_MULTILAYER", "32"
    scene.render.filepath = str(folder / f"{engine}.exr")
    if engine == "CYCLES":
        scene.cycles.samples, scene.cycles.use_denoising = 8, False
        scene.cycles.pixel_filter_type = "BOX"
    bpy.ops.render.render(write_still=True)
    return channels(scene.render.filepath)


def channels(path: str) -> dict[str, np.ndarray]:
    bpy.utils.expose_bundled_modules()
    import OpenImageIO as oiio

    source, found, part = oiio.ImageInput.open(path), {}, 0
    while source.seek_subimage(part, 0):
        spec = source.spec()
        values = np.asarray(source.read_image("float")).reshape(spec.height, spec.width, -1)
        found |= {name.split(".", 1)[1]: values[..., i] for i, name in enumerate(spec.channelnames)}
        part += 1
    return found


@pytest.mark.parametrize(
    "settings", [{}, {"lens": 85.0, "shift_x": 0.1}, {"type": "ORTHO", "ortho_scale": 1.6, "shift_y": 0.1}]
)
def test_field_and_mesh_lie_on_one_another_in_every_pass(stage, tmp_path, settings):
    """So a render of the field can be composited with one of the rest by depth."""
    made = result()
    made.matrix_world = Matrix.LocRotScale(Vector((0.2, 0.1, -0.2)), Euler((0.3, 0.2, 0.9)), Vector((1, 0.7, 1.2)))
    eye(**settings)
    field, mesh = rendered(stage, tmp_path), rendered(stage, tmp_path, "CYCLES")
    solid = [each["Combined.A"] > 0.5 for each in (field, mesh)]
    assert (solid[0] != solid[1]).mean() < 0.03 and solid[0].mean() > 0.08
    both = (field["Depth.Z"] < 1e9) & (mesh["Depth.Z"] < 1e9)
    assert np.abs(field["Depth.Z"] - mesh["Depth.Z"])[both].max() < 0.08  # at a slanted edge; a voxel is 0.02
    assert np.median(np.abs(field["Depth.Z"] - mesh["Depth.Z"])[both]) < 0.02
    normals = [np.stack([each[f"Normal.{axis}"] for axis in "XYZ"], axis=-1) for each in (field, mesh)]
    assert np.median((normals[0] * normals[1]).sum(-1)[both]) > 0.98
    assert (field["Depth.Z"][field["Combined.A"] < 0.1] == EMPTY_DEPTH).all()


def test_colors_are_the_fields_own_and_premultiplied(stage, tmp_path):
    result()
    eye()
    seen = rendered(stage, tmp_path)
    solid = seen["Combined.A"] > 0.999
    linear = ((230 / 255 + 0.055) / 1.055) ** 2.4
    assert seen["Combined.R"][solid] == pytest.approx(linear, abs=0.01)
    assert (seen["Combined.R"] <= seen["Combined.A"] * linear + 1e-3).all()


def test_without_a_transparent_film_the_world_is_behind(stage, tmp_path):
    result()
    eye()
    world = stage.world = bpy.data.worlds.new("sky")
    if not world.node_tree:
        world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value, background.inputs["Strength"].default_value = (0.1, 0.2, 0.4, 1), 2.0
    stage.render.film_transparent = False
    seen = rendered(stage, tmp_path)
    assert (seen["Combined.A"] == 1).all()
    assert [seen[f"Combined.{channel}"][0, 0] for channel in "RGB"] == pytest.approx([0.2, 0.4, 0.8], abs=1e-5)


def test_two_fields_hide_one_another_by_depth(stage, tmp_path):
    result("near", color=(0, 255, 0))
    bpy.data.objects["near"].location = (0.3, -0.6, 0.1)
    result("far", color=(0, 0, 255))
    eye()
    seen = rendered(stage, tmp_path)
    bpy.data.objects["far"].hide_render = True
    alone = rendered(stage, tmp_path)
    front = alone["Combined.A"] > 0.999
    assert seen["Combined.G"][front] == pytest.approx(1.0, abs=0.02)
    assert (seen["Combined.B"][~front] > 0.5).any()
    assert seen["Depth.Z"][front] == pytest.approx(alone["Depth.Z"][front], abs=1e-4)


def test_a_border_is_a_part_of_the_picture(stage, tmp_path):
    result()
    eye()
    whole = rendered(stage, tmp_path)
    render = stage.render
    render.use_border = render.use_crop_to_border = True
    render.border_min_x, render.border_max_x, render.border_min_y, render.border_max_y = 0.25, 0.75, 0.25, 0.5
    part = rendered(stage, tmp_path)
    assert part["Combined.A"].shape == (18, 48)
    assert part["Combined.A"] == pytest.approx(whole["Combined.A"][36:54, 24:72], abs=1e-5)


def test_many_bands_are_one_picture(stage, tmp_path, monkeypatch):
    result()
    eye()
    whole = rendered(stage, tmp_path)
    monkeypatch.setattr(field_engine, "BAND_PIXELS", 96 * 7)
    bands = rendered(stage, tmp_path)
    for name in ("Combined.A", "Combined.R", "Depth.Z", "Normal.X"):
        assert bands[name] == pytest.approx(whole[name], abs=1e-5)


def test_an_animation_follows_the_object(stage, tmp_path):
    made = result()
    eye()
    made.location.x = 0.0
    made.keyframe_insert("location", frame=1)
    made.location.x = 0.5
    made.keyframe_insert("location", frame=2)
    stage.render.engine = "DREAMWRIGHT_FIELD"
    stage.frame_start, stage.frame_end = 1, 2
    image = stage.render.image_settings
    if hasattr(image, "media_type"):
        image.media_type = "IMAGE"
    image.file_format = "OPEN_EXR"
    stage.render.filepath = str(tmp_path / "frame_")
    bpy.ops.render.render(animation=True)
    alphas = [next(iter(alphas_of(tmp_path / f"frame_000{frame}.exr"))) for frame in (1, 2)]
    columns = [np.average(np.arange(96), weights=alpha.sum(axis=0)) for alpha in alphas]
    assert columns[1] - columns[0] > 8


def alphas_of(path):
    bpy.utils.expose_bundled_modules()
    import OpenImageIO as oiio

    source = oiio.ImageInput.open(str(path))
    spec = source.spec()
    yield np.asarray(source.read_image("float")).reshape(spec.height, spec.width, -1)[..., 3]


def test_instances_of_a_collection_are_seen(stage, tmp_path):
    made = result()
    empty = bpy.data.objects.new("copy", None)
    empty.instance_type, empty.instance_collection = "COLLECTION", made.users_collection[0]
    empty.location = (0.0, 0.0, 3.0)
    stage.collection.objects.link(empty)
    graph = bpy.context.evaluated_depsgraph_get()
    heights = sorted(float(np.linalg.inv(each.to_field)[2, 3]) for each in field_instances(graph))
    assert len(heights) == 2 and heights[1] - heights[0] == pytest.approx(3.0)


def test_what_is_flat_or_hidden_is_not_seen(stage):
    made = result()
    made.scale = (1.0, 1.0, 0.0)
    bpy.context.view_layer.update()
    assert field_instances(bpy.context.evaluated_depsgraph_get()) == []
    made.scale = (1.0, 1.0, 1.0)
    made.hide_viewport = True
    bpy.context.view_layer.update()
    assert field_instances(bpy.context.evaluated_depsgraph_get()) == []


def test_an_object_of_an_older_version_is_found_out_of_its_grid(stage, tmp_path):
    made = result()
    eye()
    now = rendered(stage, tmp_path)
    del made.data[grid_mesh.ORIGIN]
    before = rendered(stage, tmp_path)
    assert before["Combined.A"] == pytest.approx(now["Combined.A"], abs=0.15)  # a hundredth of the box
    assert np.abs(before["Combined.A"] - now["Combined.A"]).mean() < 0.005


# -- what is refused, and what is said


def test_panoramic_is_refused_in_a_sentence(stage, tmp_path):
    result()
    eye(type="PANO")
    with pytest.raises(RuntimeError, match="The camera 'eye' is panoramic"):
        rendered(stage, tmp_path)


def test_a_field_that_can_be_had_nowhere_is_a_sentence(stage, tmp_path):
    result(keep=False)
    eye()
    with pytest.raises(RuntimeError, match="The field of 'ball' cannot be seen.*generate it again"):
        rendered(stage, tmp_path)


def test_a_failure_that_nobody_foresaw_is_no_finished_picture(stage, tmp_path, monkeypatch):
    result()
    eye()
    monkeypatch.setattr(render_field.SceneFieldRenderer, "render", lambda *_: 1 / 0)
    with pytest.raises(RuntimeError, match="could not be rendered.*ZeroDivisionError"):
        rendered(stage, tmp_path)


def test_an_empty_scene_is_an_empty_picture(stage, tmp_path):
    eye()
    seen = rendered(stage, tmp_path)
    assert not seen["Combined.A"].any() and (seen["Depth.Z"] == EMPTY_DEPTH).all()


# -- whom it asks


class Backend:
    """A link whose render_view answers with a plain picture, or refuses."""

    alive, client = True, None

    def __init__(self, refuses=None):
        self.refuses, self.asked = refuses, []

    def render_view(self, client, job, view, seconds):
        self.asked.append((job, view, seconds))
        if self.refuses:
            raise self.refuses
        size = (max(1, view.height // 2), max(1, view.width // 2))
        up = np.broadcast_to(np.float16([0, 0, 1]), (*size, 3))
        return calls.RenderedView(np.full((*size, 3), 0.5, np.float16), np.full(size, 0.5, np.float16),
                              np.full(size, 2.0, np.float32), up, 7)  # fmt: skip

    def close(self):
        pass


@pytest.fixture
def backend(monkeypatch):
    def linked(refuses=None):
        made = Backend(refuses)
        monkeypatch.setattr(flows.APP, "connection", made)
        monkeypatch.setattr(calls, "render_view", made.render_view)
        return made

    return linked


def test_the_backend_is_asked_in_the_objects_frame(stage, tmp_path, backend):
    asked = backend()
    made = result()
    made.matrix_world = Matrix.LocRotScale(Vector((3, 0, 0)), Euler((0, 0, 1.0)), Vector((2, 2, 2)))
    camera = eye()
    stage.dreamwright.display.render_source = "BACKEND"
    seen = rendered(stage, tmp_path)
    job, view, seconds = asked.asked[0]
    assert job == "ball" and view.width == 96 and 0 < seconds <= 60
    lift = Matrix.Translation(made.data[grid_mesh.ORIGIN])
    assert np.array(view.pose) == pytest.approx(
        np.array(lift @ made.matrix_world.inverted() @ camera.matrix_world), abs=1e-5
    )
    assert seen["Combined.A"] == pytest.approx(0.5) and seen["Combined.R"] == pytest.approx(0.25)
    assert seen["Depth.Z"] == pytest.approx(2.0) and seen["Normal.Z"] == pytest.approx(1.0)


def test_where_the_backend_refuses_the_kept_grid_is_seen_and_that_is_said(stage, backend):
    backend(BackendLostError("The backend stopped unexpectedly."))
    result()
    camera = eye()
    graph = bpy.context.evaluated_depsgraph_get()
    onlooker = render_field.scene_field_renderer(field_instances(graph))
    seen = onlooker.render(view_from_camera(camera, graph, stage.render), 10.0)
    assert seen.alpha.max() == 1.0 and onlooker.sentence() == "Rendered from the cached grid"


def test_normals_of_the_wire_are_turned_with_the_object(stage, backend):
    backend()
    made = result()
    made.matrix_world = Matrix.LocRotScale(None, Euler((0, math.pi / 2, 0)), Vector((1, 1, 3)))
    bpy.context.view_layer.update()
    graph = bpy.context.evaluated_depsgraph_get()
    seen = render_field.scene_field_renderer(field_instances(graph)).render(
        view_from_camera(eye(), graph, stage.render), 10.0
    )
    assert seen.normal[0, 0] == pytest.approx([1, 0, 0], abs=1e-3)  # Z, turned about Y


def test_without_a_backend_that_could_start_the_grid_is_seen(stage, tmp_path):
    """Nothing is set up here: F12 works all the same."""
    result()
    eye()
    stage.dreamwright.display.render_source = "BACKEND"
    assert rendered(stage, tmp_path)["Combined.A"].max() == 1.0
    assert flows.APP.connection is None and not flows.APP.current_task


def test_a_picture_of_no_field_needs_no_backend():
    onlooker = render_field.scene_field_renderer([], may_start=True)
    assert onlooker.connection is None and onlooker.sentence() == "No field is visible"
    assert isinstance(layers.empty_image(2, 3), RenderedImage)


def test_why_is_said_of_both_ways(stage, backend):
    backend(SceneError("The backend does not know this job."))
    made = result(keep=False)
    graph = bpy.context.evaluated_depsgraph_get()
    with pytest.raises(SceneError, match="does not know this job. .*generate it again"):
        renderer = render_field.scene_field_renderer(field_instances(graph))
        renderer.render(view_from_camera(eye(), graph, stage.render), 1.0)
    assert made.name == "ball"


# -- Blender's own panels


def test_blenders_panels_for_size_output_and_camera_are_there_and_go_again():
    shared = [bpy.types.RENDER_PT_format, bpy.types.RENDER_PT_output, bpy.types.DATA_PT_lens]
    assert all(engine_panels.ENGINE in panel.COMPAT_ENGINES for panel in shared)
    assert engine_panels.ENGINE not in bpy.types.RENDER_PT_freestyle.COMPAT_ENGINES
    engine_panels.remove_engine_from_panels()
    assert not any(engine_panels.ENGINE in panel.COMPAT_ENGINES for panel in shared)
    assert engine_panels.ENGINE in bpy.types.DREAMWRIGHT_PT_render.COMPAT_ENGINES
    engine_panels.add_engine_to_panels()


@pytest.mark.parametrize("name", ["DREAMWRIGHT_PT_render", "DREAMWRIGHT_PT_passes"])
def test_our_panels_are_drawn_for_our_engine_only(name):
    panel, layout = getattr(engine_panels, name), FakeLayout()
    panel.draw(SimpleNamespace(layout=layout), bpy.context)
    assert len(layout.properties()) >= 3
    assert not panel.poll(SimpleNamespace(engine="CYCLES"))
    assert panel.poll(SimpleNamespace(engine=engine_panels.ENGINE))
