"""The materials of results: the color attribute as base color, or the pictures that were baked of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from .grid_mesh import COLOR_ATTRIBUTE
from .preview_objects import MATERIAL_MARK

NAME = "Dreamwright Color"
PREVIEW = "Dreamwright Preview"
"""Of what is being made: one for the whole file, gone with it."""
WHOLE, PART = "dreamwright_whole", "dreamwright_part"
"""Custom properties of materials: of a whole result; of one part, with its name."""
GRAY = (0.8, 0.8, 0.8, 1.0)
ROUGHNESS = 0.6
PRINCIPLED = "ShaderNodeBsdfPrincipled"


def color_material() -> bpy.types.Material:
    """A material that shows colors of points, for what has no material of its own; one for the whole file."""
    material = bpy.data.materials.get(NAME)
    return material if material and _reads_color(material) else _new_material(NAME)


def result_material(mesh: bpy.types.Mesh) -> bpy.types.Material:
    """A new material that shows the colors of a mesh: each result has one of its own, so that one can be changed alone.

    Where a viewport shows no colors of points (Solid, Color: Material), it has their mean.
    """
    material = _new_material(mesh.name)
    material.diffuse_color, material[WHOLE] = mean_color(mesh), True
    return material


def part_material(name: str, color: tuple[float, float, float, float]) -> bpy.types.Material:
    """A new material for one part of a result; it shows the colors of points too, until somebody gives it another."""
    material = _new_material(name)
    material.diffuse_color, material[PART] = color, name
    return material


def is_made_by_us(material: bpy.types.Material | None) -> bool:
    """Tells whether a slot holds what a result was given when it was made, as far as can be seen."""
    return material is None or ((WHOLE in material or PART in material) and _reads_color(material))


def preview_material(mesh: bpy.types.Mesh) -> bpy.types.Material:
    """The material of what is being made; all of its meshes share it."""
    there = (each for each in bpy.data.materials if each.get(MATERIAL_MARK) and not each.library)
    material = next(there, None) or _new_material(PREVIEW)
    material[MATERIAL_MARK] = True
    material.diffuse_color = mean_color(mesh)
    return material


def mean_color(mesh: bpy.types.Mesh) -> tuple[float, float, float, float]:
    """The mean of the colors of a mesh's points (linear, opaque); Blender's own gray where it has none."""
    attribute = mesh.color_attributes.get(COLOR_ATTRIBUTE)
    if attribute is None or not len(attribute.data):
        return GRAY
    colors = np.empty(len(attribute.data) * 4, np.float32)
    attribute.data.foreach_get("color", colors)
    red, green, blue = (float(value) for value in colors.reshape(-1, 4)[:, :3].mean(axis=0, dtype=np.float64))
    return red, green, blue, 1.0


def tint(obj: bpy.types.Object) -> None:
    """Give an object the mean color of its mesh, which a viewport shows as its own (Solid, Color: Object)."""
    obj.color = mean_color(obj.data)


def textured_material(
    name: str, color: bpy.types.Image, normal: bpy.types.Image | None, like: bpy.types.Material | None
) -> bpy.types.Material:
    """A material that shows baked pictures; how rough, how metallic and the like are those of the material `like`."""
    material, surface = _principled(name)
    like_surface = principled_of(like)
    if like_surface:
        _copy_numbers(like_surface, surface)
    links = material.node_tree.links
    links.new(_picture(surface, color, 0).outputs["Color"], surface.inputs["Base Color"])
    if normal:
        relief = material.node_tree.nodes.new("ShaderNodeNormalMap")
        relief.location = (surface.location.x - 220, surface.location.y - 400)
        links.new(_picture(surface, normal, -400).outputs["Color"], relief.inputs["Color"])
        links.new(relief.outputs["Normal"], surface.inputs["Normal"])
    return material


def principled_of(material: bpy.types.Material | None) -> bpy.types.ShaderNode | None:
    """The Principled BSDF that the surface of a material is, or None where it is something else."""
    if material is None or not material.node_tree:
        return None
    output = material.node_tree.get_output_node("CYCLES")
    links = output.inputs["Surface"].links if output else ()
    source = links[0].from_node if links else None
    return source if source and source.bl_idname == PRINCIPLED else None


def _reads_color(material: bpy.types.Material) -> bool:
    """Tells whether the material still does its work: a user may have rebuilt one of this name."""
    nodes: Iterable[Any] = material.node_tree.nodes if material.node_tree else []
    return any(n.bl_idname == "ShaderNodeVertexColor" and n.layer_name == COLOR_ATTRIBUTE for n in nodes)


def _new_material(name: str) -> bpy.types.Material:
    material, surface = _principled(name)
    color = material.node_tree.nodes.new("ShaderNodeVertexColor")
    color.layer_name = COLOR_ATTRIBUTE
    color.location = (surface.location.x - 220, surface.location.y)
    material.node_tree.links.new(color.outputs["Color"], surface.inputs["Base Color"])
    return material


def _principled(name: str) -> tuple[bpy.types.Material, bpy.types.ShaderNode]:
    material = bpy.data.materials.new(name)
    if not material.node_tree:  # from Blender 5.0 on it is always there
        material.use_nodes = True
    surface = next(n for n in material.node_tree.nodes if n.bl_idname == PRINCIPLED)
    surface.inputs["Roughness"].default_value = ROUGHNESS
    return material, surface


def _picture(surface: bpy.types.ShaderNode, image: bpy.types.Image, lower: float) -> bpy.types.ShaderNode:
    picture = surface.id_data.nodes.new("ShaderNodeTexImage")
    picture.image = image
    picture.location = (surface.location.x - 540, surface.location.y + lower)
    return picture


def _copy_numbers(source: bpy.types.ShaderNode, target: bpy.types.ShaderNode) -> None:
    for socket in source.inputs:
        if socket.name in target.inputs and not socket.is_linked and hasattr(socket, "default_value"):
            target.inputs[socket.name].default_value = socket.default_value
