"""The material of every result: its colour attribute as base colour, in Eevee and in Cycles."""

from __future__ import annotations

import bpy

from .grid_mesh import COLOUR_ATTRIBUTE

NAME = "Dreamwright Colour"


def colour_material() -> bpy.types.Material:
    """The material that shows the colours of a result; one for the whole file, so a change shows on every result."""
    material = bpy.data.materials.get(NAME)
    return material if material and _reads_colour(material) else _made()


def _reads_colour(material: bpy.types.Material) -> bool:
    """Whether the material still does its work: a user may have rebuilt one of this name."""
    nodes = material.node_tree.nodes if material.node_tree else []
    return any(n.bl_idname == "ShaderNodeVertexColor" and n.layer_name == COLOUR_ATTRIBUTE for n in nodes)


def _made() -> bpy.types.Material:
    material = bpy.data.materials.new(NAME)
    if not material.node_tree:  # from Blender 5.0 on it is always there
        material.use_nodes = True
    tree = material.node_tree
    surface = next(n for n in tree.nodes if n.bl_idname == "ShaderNodeBsdfPrincipled")
    surface.inputs["Roughness"].default_value = 0.6
    colour = tree.nodes.new("ShaderNodeVertexColor")
    colour.layer_name = COLOUR_ATTRIBUTE
    colour.location = (surface.location.x - 220, surface.location.y)
    tree.links.new(colour.outputs["Color"], surface.inputs["Base Color"])
    return material
