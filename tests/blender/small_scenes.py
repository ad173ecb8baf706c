"""Scenes that tests share: small, lit, and with something to see."""

from __future__ import annotations

import bpy

DATA = (
    "scenes",
    "objects",
    "meshes",
    "cameras",
    "materials",
    "collections",
    "images",
    "worlds",
    "lights",
    "node_groups",
)


def lit_ball(color=(0.8, 0.05, 0.02), radius=0.5, location=(0.0, 0.0, 0.5)):
    """A colored ball under a white sky."""
    bpy.ops.mesh.primitive_uv_sphere_add(radius=radius, location=location, segments=16, ring_count=8)
    ball = bpy.context.object
    material = bpy.data.materials.new("paint")
    with_nodes(material)
    material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (*color, 1.0)
    ball.data.materials.append(material)
    sky()
    return ball


def sky(strength=1.0):
    world = bpy.data.worlds.new("sky")
    with_nodes(world)
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (strength, strength, strength, 1.0)
    bpy.context.scene.world = world


def with_nodes(owner):
    if not owner.node_tree:  # from Blender 5.0 on it is always there
        owner.use_nodes = True


def names():
    """What is in the file: each kind of data, by name."""
    return {kind: sorted(each.name for each in getattr(bpy.data, kind)) for kind in DATA}


def settings(owner, depth=4):
    """Every plain property below `owner` by its path, pointers followed inside the same data-block only."""
    found = {}
    for prop in owner.bl_rna.properties:
        if prop.identifier in ("rna_type", "original", "session_uid", "is_evaluated", "use_nodes"):
            continue
        value = getattr(owner, prop.identifier)
        if prop.type == "POINTER" and depth and value is not None and value.id_data == owner.id_data:
            found |= {f"{prop.identifier}.{key}": inner for key, inner in settings(value, depth - 1).items()}
        elif prop.type == "POINTER":
            found[prop.identifier] = getattr(value, "name", value)
        elif prop.type != "COLLECTION":
            found[prop.identifier] = tuple(value) if getattr(prop, "is_array", False) else value
    return found
