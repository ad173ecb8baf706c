"""The colours and the relief of a dense mesh, as pictures for the light one (Cycles' bake, on a bench of our own).

Rays start a little outside the light mesh and look inward for the dense one. Both lie at the origin, untransformed, so
every length here is in the coordinates of the mesh.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator

import bpy
import numpy as np

from ..core.errors import SceneError
from .bench import Bench, use_cycles
from .fill import filled
from .material import colour_material, principled_of
from .pictures import pixels_of, set_pixels

SAMPLES = 2
"""Colours and normals have no noise: the samples only soften edges inside a texel."""
SAFETY = 1.5
NEAREST, FARTHEST = 0.002, 0.05
"""Rays start between these parts of the mesh's diagonal outside it."""
NORMAL_MARGIN_PX = 8
FLAT = np.array([0.5, 0.5, 1.0], np.float32)
"""A normal that is the mesh's own."""
PROBES = 2000


def new_image(name: str, size: int, is_colour: bool) -> bpy.types.Image:
    """A picture without transparency: some programs take any other for a transparent one."""
    image = bpy.data.images.new(name, size, size, alpha=False)
    image.colorspace_settings.name = "sRGB" if is_colour else "Non-Color"
    return image


def bake_colour(bench: Bench, light: bpy.types.Object, dense: bpy.types.Object, image: bpy.types.Image) -> None:
    """The base colour of the dense mesh's materials; what lies between the islands takes the colour of their edges.

    Raises:
        SceneError: Cycles failed, or no island is as large as a texel.
    """
    with _own_materials(dense) as materials, _shining(materials) as twins, _canvas(image) as canvas:
        if all(twins):
            _show(dense, twins)
            _bake(bench, light, dense, canvas, type="EMIT", margin=0)
        else:  # no Principled BSDF to take the base colour from: what Cycles takes for it
            _bake(bench, light, dense, canvas, type="DIFFUSE", pass_filter={"COLOR"}, margin=0)
        pixels = pixels_of(canvas)
    if not pixels[..., 3].any():
        raise SceneError(
            f"The mesh is in too many pieces for pictures of {image.size[0]} px: keep its largest, or make them larger."
        )
    _paint(image, filled(pixels[..., :3], pixels[..., 3] > 0))


def bake_normal(bench: Bench, light: bpy.types.Object, dense: bpy.types.Object, image: bpy.types.Image) -> None:
    """The normals of the dense mesh in the tangent space of the light one (OpenGL's: green is up); flat in between."""
    with _own_materials(dense), _canvas(image) as canvas:
        _bake(bench, light, dense, canvas, type="NORMAL", normal_space="TANGENT", margin=NORMAL_MARGIN_PX)
        pixels = pixels_of(canvas)
    _paint(image, np.where(pixels[..., 3:] > 0, pixels[..., :3], FLAT))


@contextlib.contextmanager
def _canvas(image: bpy.types.Image) -> Iterator[bpy.types.Image]:
    """A transparent picture of the same size and colour space: what stays transparent was not baked."""
    canvas = bpy.data.images.new("bake", *image.size, alpha=True)
    try:
        canvas.colorspace_settings.name = image.colorspace_settings.name
        set_pixels(canvas, np.zeros((image.size[1], image.size[0], 4), np.float32))
        yield canvas
    finally:
        bpy.data.images.remove(canvas)


def _paint(image: bpy.types.Image, colours: np.ndarray) -> None:
    set_pixels(image, np.concatenate([colours, np.ones((*colours.shape[:2], 1), np.float32)], axis=2))


def _bake(bench: Bench, light, dense, image, **how) -> None:
    use_cycles(bench.scene, SAMPLES)
    with _target(light, image), bench.chosen(light, dense):
        outside = _reach(light.evaluated_get(bpy.context.evaluated_depsgraph_get()), dense)
        try:
            bpy.ops.object.bake(
                use_selected_to_active=True, cage_extrusion=outside, max_ray_distance=2 * outside, use_clear=False,
                target="IMAGE_TEXTURES", **how,
            )  # fmt: skip
        except RuntimeError as cause:
            raise SceneError(f"The textures could not be baked: {str(cause).strip()}") from cause


@contextlib.contextmanager
def _target(light: bpy.types.Object, image: bpy.types.Image) -> Iterator[None]:
    """Cycles bakes into the active picture node of the mesh's material."""
    material = bpy.data.materials.new("bake")
    if not material.node_tree:  # from Blender 5.0 on it is always there
        material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.nodes.active = node
    light.data.materials.clear()
    light.data.materials.append(material)
    try:
        yield
    finally:
        light.data.materials.clear()
        bpy.data.materials.remove(material)


@contextlib.contextmanager
def _own_materials(dense: bpy.types.Object) -> Iterator[list[bpy.types.Material]]:
    """The materials of the dense mesh, ours where there is none; as they were afterwards."""
    before = list(dense.data.materials)
    if not before:
        dense.data.materials.append(None)
    _show(dense, [material or colour_material() for material in before or [None]])
    try:
        yield list(dense.data.materials)
    finally:
        dense.data.materials.clear()
        for material in before:
            dense.data.materials.append(material)


def _show(dense: bpy.types.Object, materials: list[bpy.types.Material]) -> None:
    for slot, material in enumerate(materials):
        dense.data.materials[slot] = material


@contextlib.contextmanager
def _shining(materials: list[bpy.types.Material]) -> Iterator[list[bpy.types.Material | None]]:
    """Twins of the materials that shine with their base colours; gone afterwards."""
    twins = [_emission_twin(material) for material in materials]
    try:
        yield twins
    finally:
        bpy.data.batch_remove([twin for twin in twins if twin])


def _emission_twin(material: bpy.types.Material) -> bpy.types.Material | None:
    """A copy that shines with its base colour, whatever metal or glass it is; None where it has no Principled BSDF."""
    if principled_of(material) is None:
        return None
    twin = material.copy()
    surface, tree = principled_of(twin), twin.node_tree
    shine = tree.nodes.new("ShaderNodeEmission")
    base = surface.inputs["Base Color"]
    shine.inputs["Color"].default_value = base.default_value
    if base.is_linked:
        tree.links.new(base.links[0].from_socket, shine.inputs["Color"])
    tree.links.new(shine.outputs["Emission"], tree.get_output_node("CYCLES").inputs["Surface"])
    return twin


def _reach(light: bpy.types.Object, dense: bpy.types.Object) -> float:
    """How far outside the light mesh the dense one may lie: measured at some of its points, within bounds."""
    points = np.empty(len(dense.data.vertices) * 3, np.float32)
    dense.data.vertices.foreach_get("co", points)
    points = points.reshape(-1, 3)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    probes = points[:: max(1, len(points) // PROBES)].tolist()
    away = max(_distance(light, probe) for probe in probes)
    return float(np.clip(SAFETY * away, NEAREST * diagonal, FARTHEST * diagonal))


def _distance(thing: bpy.types.Object, point: list[float]) -> float:
    found, nearest, _, _ = thing.closest_point_on_mesh(point)
    return math.dist(nearest, point) if found else 0.0
