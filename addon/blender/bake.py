"""The colors and the relief of a dense mesh, as pictures for the light one (Cycles' bake, on a scratch of our own).

Rays start a little outside the light mesh and look inward for the dense one. Both lie at the origin, untransformed, so
every length here is in the coordinates of the mesh.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import bpy
import numpy as np

from ..core.errors import SceneError
from .bleed import bleed
from .image_files import pixels_of, set_pixels
from .material import color_material, principled_of
from .scratch_scene import ScratchScene, use_cycles

SAMPLES = 2
"""Colors and normals have no noise: the samples only soften edges inside a texel."""
RAY_SAFETY = 1.5
MIN_RAY_DISTANCE, MAX_RAY_DISTANCE = 0.002, 0.05
"""Rays start between these parts of the mesh's diagonal outside it."""
NORMAL_MARGIN_PX = 8
FLAT_NORMAL = np.array([0.5, 0.5, 1.0], np.float32)
"""A normal that is the mesh's own."""
PROBE_POINTS = 2000


def new_image(name: str, size: int, is_color: bool) -> bpy.types.Image:
    """A picture without transparency: some programs take any other for a transparent one."""
    image = bpy.data.images.new(name, size, size, alpha=False)
    image.colorspace_settings.name = "sRGB" if is_color else "Non-Color"
    return image


def bake_color(
    scratch: ScratchScene, low_poly: bpy.types.Object, high_poly: bpy.types.Object, image: bpy.types.Image
) -> None:
    """The base color of the dense mesh's materials; what lies between the islands takes the color of their edges.

    Raises:
        SceneError: Cycles failed, or no island is as large as a texel.
    """
    with (
        _ensured_materials(high_poly) as materials,
        _as_emission(materials) as copies,
        _transparent_copy(image) as canvas,
    ):
        if all(copies):
            _set_materials(high_poly, copies)
            _bake(scratch, low_poly, high_poly, canvas, type="EMIT", margin=0)
        else:  # no Principled BSDF to take the base color from: what Cycles takes for it
            _bake(scratch, low_poly, high_poly, canvas, type="DIFFUSE", pass_filter={"COLOR"}, margin=0)
        pixels = pixels_of(canvas)
    if not pixels[..., 3].any():
        raise SceneError(
            f"The mesh is in too many pieces for pictures of {image.size[0]} px: keep its largest, or make them larger."
        )
    _write_opaque(image, bleed(pixels[..., :3], pixels[..., 3] > 0))


def bake_normal(
    scratch: ScratchScene, low_poly: bpy.types.Object, high_poly: bpy.types.Object, image: bpy.types.Image
) -> None:
    """The normals of the dense mesh in the tangent space of the light one (OpenGL's: green is up); flat in between."""
    with _ensured_materials(high_poly), _transparent_copy(image) as canvas:
        _bake(scratch, low_poly, high_poly, canvas, type="NORMAL", normal_space="TANGENT", margin=NORMAL_MARGIN_PX)
        pixels = pixels_of(canvas)
    _write_opaque(image, np.where(pixels[..., 3:] > 0, pixels[..., :3], FLAT_NORMAL))


@contextlib.contextmanager
def _transparent_copy(image: bpy.types.Image) -> Iterator[bpy.types.Image]:
    """A transparent picture of the same size and color space: what stays transparent was not baked."""
    canvas = bpy.data.images.new("bake", *image.size, alpha=True)
    try:
        canvas.colorspace_settings.name = image.colorspace_settings.name
        set_pixels(canvas, np.zeros((image.size[1], image.size[0], 4), np.float32))
        yield canvas
    finally:
        bpy.data.images.remove(canvas)


def _write_opaque(image: bpy.types.Image, colors: np.ndarray) -> None:
    set_pixels(image, np.concatenate([colors, np.ones((*colors.shape[:2], 1), np.float32)], axis=2))


def _bake(
    scratch: ScratchScene,
    low_poly: bpy.types.Object,
    high_poly: bpy.types.Object,
    image: bpy.types.Image,
    **how: Any,
) -> None:
    use_cycles(scratch.scene, SAMPLES)
    with _target(low_poly, image), scratch.selected(low_poly, high_poly):
        outside = _ray_distance(low_poly.evaluated_get(bpy.context.evaluated_depsgraph_get()), high_poly)
        try:
            bpy.ops.object.bake(
                use_selected_to_active=True, cage_extrusion=outside, max_ray_distance=2 * outside, use_clear=False,
                target="IMAGE_TEXTURES", **how,
            )  # fmt: skip
        except RuntimeError as cause:
            raise SceneError(f"The textures could not be baked: {str(cause).strip()}") from cause


@contextlib.contextmanager
def _target(low_poly: bpy.types.Object, image: bpy.types.Image) -> Iterator[None]:
    """Cycles bakes into the active picture node of the mesh's material."""
    material = bpy.data.materials.new("bake")
    if not material.node_tree:  # from Blender 5.0 on it is always there
        material.use_nodes = True
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = image
    material.node_tree.nodes.active = node
    low_poly.data.materials.clear()
    low_poly.data.materials.append(material)
    try:
        yield
    finally:
        low_poly.data.materials.clear()
        bpy.data.materials.remove(material)


@contextlib.contextmanager
def _ensured_materials(high_poly: bpy.types.Object) -> Iterator[list[bpy.types.Material]]:
    """The materials of the dense mesh, ours where there is none; as they were afterwards."""
    before = list(high_poly.data.materials)
    if not before:
        high_poly.data.materials.append(None)
    _set_materials(high_poly, [material or color_material() for material in before or [None]])
    try:
        yield list(high_poly.data.materials)
    finally:
        high_poly.data.materials.clear()
        for material in before:
            high_poly.data.materials.append(material)


def _set_materials(high_poly: bpy.types.Object, materials: list[bpy.types.Material]) -> None:
    for slot, material in enumerate(materials):
        high_poly.data.materials[slot] = material


@contextlib.contextmanager
def _as_emission(materials: list[bpy.types.Material]) -> Iterator[list[bpy.types.Material | None]]:
    """Twins of the materials that shine with their base colors; gone afterwards."""
    copies = [_emission_copy(material) for material in materials]
    try:
        yield copies
    finally:
        bpy.data.batch_remove([copy for copy in copies if copy])


def _emission_copy(material: bpy.types.Material) -> bpy.types.Material | None:
    """A copy that shines with its base color, whatever metal or glass it is; None where it has no Principled BSDF."""
    if principled_of(material) is None:
        return None
    copy = material.copy()
    surface, tree = principled_of(copy), copy.node_tree
    shine = tree.nodes.new("ShaderNodeEmission")
    base = surface.inputs["Base Color"]
    shine.inputs["Color"].default_value = base.default_value
    if base.is_linked:
        tree.links.new(base.links[0].from_socket, shine.inputs["Color"])
    tree.links.new(shine.outputs["Emission"], tree.get_output_node("CYCLES").inputs["Surface"])
    return copy


def _ray_distance(low_poly: bpy.types.Object, high_poly: bpy.types.Object) -> float:
    """Measures how far outside the light mesh the dense one may lie, at some of its points, within bounds."""
    points = np.empty(len(high_poly.data.vertices) * 3, np.float32)
    high_poly.data.vertices.foreach_get("co", points)
    points = points.reshape(-1, 3)
    diagonal = float(np.linalg.norm(np.ptp(points, axis=0)))
    probes = points[:: max(1, len(points) // PROBE_POINTS)].tolist()
    away = max(_distance(low_poly, probe) for probe in probes)
    return float(np.clip(RAY_SAFETY * away, MIN_RAY_DISTANCE * diagonal, MAX_RAY_DISTANCE * diagonal))


def _distance(obj: bpy.types.Object, point: list[float]) -> float:
    found, nearest, _, _ = obj.closest_point_on_mesh(point)
    return math.dist(nearest, point) if found else 0.0
