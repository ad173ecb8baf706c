"""A volume meshed by Geometry Nodes: its threshold is an input of the modifier, and can be keyframed like any other.

Volume (object) -> Volume to Mesh (threshold, adaptivity) -> colors out of the grid "color" -> smooth, material
"""

from __future__ import annotations

from typing import Any

import bpy

from .grid_mesh import COLOR_ATTRIBUTE
from .results import collection_of
from .volume import COLOR, MARK

NAME = "Dreamwright Volume to Mesh"
THRESHOLD, VOLUME, MATERIAL = "Threshold", "Volume", "Material"


def add_volume_mesh(
    scene: bpy.types.Scene, volume: bpy.types.Object, threshold: float, material: bpy.types.Material
) -> bpy.types.Object:
    """A new mesh object whose modifier meshes `volume`, which is hidden, where it stands."""
    made = bpy.data.objects.new(volume.name, bpy.data.meshes.new(volume.name))
    made.matrix_world = volume.matrix_world.copy()
    made[MARK] = True
    made.data.materials.append(material)
    collection_of(scene).objects.link(made)
    modifier = made.modifiers.new(NAME, "NODES")
    modifier.node_group = volume_to_mesh()
    for name, value in ((VOLUME, volume), (THRESHOLD, threshold), (MATERIAL, material)):
        owner, key = input_of(modifier, name)
        _set_input(owner, key, value)
    made.update_tag()
    volume.hide_viewport = volume.hide_render = True
    return made


def meshing_modifier(obj: bpy.types.Object | None) -> bpy.types.NodesModifier | None:
    """The modifier of ours that an object has, if it has one."""
    ours = [each for each in (obj.modifiers if obj else ()) if each.type == "NODES" and _is_whole(each.node_group)]
    return ours[0] if ours else None


def input_of(modifier: bpy.types.NodesModifier, name: str) -> tuple[Any, str]:
    """Returns what holds an input of the modifier, and the property's path in it: to draw, to set, and to keyframe."""
    identifier = _sockets(modifier.node_group)[name]
    if hasattr(modifier, "properties"):  # from Blender 5.2 on (5.0 still keeps them as custom properties)
        return getattr(modifier.properties.inputs, identifier), "value"
    return modifier, f'["{identifier}"]'


def volume_to_mesh() -> bpy.types.NodeTree:
    """The node group, one for the whole file; made when it is missing or was rebuilt by somebody."""
    found = bpy.data.node_groups.get(NAME)
    return found if _is_whole(found) else _build_group()


def _is_whole(group: bpy.types.NodeTree | None) -> bool:
    return group is not None and group.name.startswith(NAME) and {THRESHOLD, VOLUME, MATERIAL} <= set(_sockets(group))


def _sockets(group: bpy.types.NodeTree) -> dict[str, str]:
    """The inputs of a group: names to identifiers."""
    items = group.interface.items_tree
    return {item.name: item.identifier for item in items if item.item_type == "SOCKET" and item.in_out == "INPUT"}


def _set_input(owner: Any, key: str, value: Any) -> None:
    if key == "value":
        owner.value = value
    else:
        owner[key[2:-2]] = value


def _build_group() -> bpy.types.NodeTree:
    group = bpy.data.node_groups.new(NAME, "GeometryNodeTree")
    group.is_modifier = True
    _add_sockets(group)
    node = {name: group.nodes.new(kind) for name, kind in _NODES.items()}
    for place, each in enumerate(node.values()):
        each.location = (place % 5 * 220, -(place // 5) * 260)
    _configure_nodes(node)
    for source, output, target, entry in _LINKS:
        group.links.new(node[source].outputs[output], node[target].inputs[entry])
    return group


def _add_sockets(group: bpy.types.NodeTree) -> None:
    def add(name: str, kind: str, meaning: str = "", in_out: str = "INPUT") -> Any:
        return group.interface.new_socket(name, description=meaning, in_out=in_out, socket_type=kind)

    add("Geometry", "NodeSocketGeometry", in_out="OUTPUT")
    add("Geometry", "NodeSocketGeometry")
    add(VOLUME, "NodeSocketObject", "The volume that is meshed")
    threshold = add(THRESHOLD, "NodeSocketFloat", "Density at the surface, per meter")
    threshold.default_value, threshold.min_value = 10.0, 0.0
    adaptivity = add("Adaptivity", "NodeSocketFloat", "Fewer and larger faces where the surface is flat")
    adaptivity.subtype, adaptivity.min_value, adaptivity.max_value = "FACTOR", 0.0, 1.0
    add(MATERIAL, "NodeSocketMaterial", "Of the mesh")


def _configure_nodes(node: dict[str, Any]) -> None:
    node["object"].transform_space = "RELATIVE"
    node["grid"].data_type = node["sample"].data_type = "VECTOR"
    node["grid"].inputs["Name"].default_value = COLOR
    node["grid"].inputs["Remove"].default_value = False
    node["paint"].data_type, node["paint"].domain = "FLOAT_COLOR", "POINT"
    node["paint"].inputs["Name"].default_value = COLOR_ATTRIBUTE


_NODES = {
    "in": "NodeGroupInput",
    "object": "GeometryNodeObjectInfo",
    "mesh": "GeometryNodeVolumeToMesh",
    "grid": "GeometryNodeGetNamedGrid",
    "sample": "GeometryNodeSampleGrid",
    "paint": "GeometryNodeStoreNamedAttribute",
    "smooth": "GeometryNodeSetShadeSmooth",
    "material": "GeometryNodeSetMaterial",
    "out": "NodeGroupOutput",
}
_LINKS = (
    ("in", VOLUME, "object", "Object"),
    ("object", "Geometry", "mesh", "Volume"),
    ("object", "Geometry", "grid", "Volume"),
    ("in", THRESHOLD, "mesh", "Threshold"),
    ("in", "Adaptivity", "mesh", "Adaptivity"),
    ("grid", "Grid", "sample", "Grid"),
    ("mesh", "Mesh", "paint", "Geometry"),
    ("sample", "Value", "paint", "Value"),
    ("paint", "Geometry", "smooth", "Geometry"),
    ("smooth", "Geometry", "material", "Geometry"),
    ("in", MATERIAL, "material", "Material"),
    ("material", "Geometry", "out", "Geometry"),
)
