"""The materials of results: the color attribute as base color, or the pictures that were baked of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy

from .grid_mesh import COLOR_ATTRIBUTE

NAME = "Dreamwright Color"
ROUGHNESS = 0.6
PRINCIPLED = "ShaderNodeBsdfPrincipled"


def color_material() -> bpy.types.Material:
    """The material that shows the colors of a result; one for the whole file, so a change shows on every result."""
    material = bpy.data.materials.get(NAME)
    return material if material and _reads_color(material) else _new_material()


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


def _new_material() -> bpy.types.Material:
    material, surface = _principled(NAME)
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
