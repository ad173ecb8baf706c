"""Looks of a volume, driven by its grids "density" and "color": smoke, colored glass, or the light it was trained as.

    smoke   light is scattered, mostly forward     sigma_s = k density color, the rest absorbed
    glass   light is only absorbed                 sigma_a = k density (1 - sqrt(t color)), as Cycles has it, t < 1
    glow    what the field itself renders as       emission = density color, sigma_a = density (no scene light)

k brings the optical depth of the body to what looks so, whatever the densities are.
"""

from __future__ import annotations

import bpy

from .material import PRINCIPLED, color_material
from .volume import COLOR, DENSITY

STYLES = {"smoke": 8.0, "glass": 3.5, "glow": None}
"""Optical depth that the body gets; None leaves the densities."""

TINT = 0.85
"""Of glass: white glass would be seen by nothing."""

FORWARD = 0.35
"""Anisotropy of smoke: droplets and soot scatter forward."""


def volume_material(style: str, depth: float) -> bpy.types.Material:
    """A new material for a body of this optical depth."""
    material = bpy.data.materials.new(f"Dreamwright {style.capitalize()}")
    if not material.node_tree:  # from Blender 5.0 on it is always there
        material.use_nodes = True
    tree = material.node_tree
    tree.nodes.clear()
    volume = tree.nodes.new("ShaderNodeVolumePrincipled")
    output = tree.nodes.new("ShaderNodeOutputMaterial")
    output.location = (volume.location.x + 300, volume.location.y)
    tree.links.new(volume.outputs["Volume"], output.inputs["Volume"])
    volume.inputs["Density Attribute"].default_value = DENSITY
    wanted = STYLES[style]
    volume.inputs["Density"].default_value = min(1.0, wanted / depth) if wanted and depth > 0 else 1.0
    _BUILDERS[style](tree, volume)
    return material


def mesh_material(style: str) -> bpy.types.Material:
    """Makes the material for the surface of a volume: its colors, or glass of these colors."""
    return color_material() if style == "color" else _glass_surface()


def _smoke(tree: bpy.types.NodeTree, volume: bpy.types.Node) -> None:
    volume.inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    volume.inputs["Color Attribute"].default_value = COLOR
    volume.inputs["Anisotropy"].default_value = FORWARD


def _glass(tree: bpy.types.NodeTree, volume: bpy.types.Node) -> None:
    volume.inputs["Color"].default_value = (0.0, 0.0, 0.0, 1.0)
    tint = tree.nodes.new("ShaderNodeVectorMath")
    tint.operation, tint.location = "SCALE", (-220, 0)
    tint.inputs["Scale"].default_value = TINT
    tree.links.new(_attribute(tree, COLOR, 0).outputs["Color"], tint.inputs[0])
    tree.links.new(tint.outputs["Vector"], volume.inputs["Absorption Color"])


def _glow(tree: bpy.types.NodeTree, volume: bpy.types.Node) -> None:
    volume.inputs["Color"].default_value = (0.0, 0.0, 0.0, 1.0)
    volume.inputs["Absorption Color"].default_value = (0.0, 0.0, 0.0, 1.0)
    tree.links.new(_attribute(tree, COLOR, 0).outputs["Color"], volume.inputs["Emission Color"])
    tree.links.new(_attribute(tree, DENSITY, -200).outputs["Fac"], volume.inputs["Emission Strength"])


def _attribute(tree: bpy.types.NodeTree, name: str, lower: float) -> bpy.types.Node:
    node = tree.nodes.new("ShaderNodeAttribute")
    node.attribute_name, node.location = name, (-440, lower)
    return node


def _glass_surface() -> bpy.types.Material:
    material = color_material().copy()
    material.name = "Dreamwright Glass Surface"
    surface = next(node for node in material.node_tree.nodes if node.bl_idname == PRINCIPLED)
    surface.inputs["Roughness"].default_value = 0.03
    surface.inputs["Transmission Weight"].default_value = 1.0
    return material


_BUILDERS = {"smoke": _smoke, "glass": _glass, "glow": _glow}
