"""A small scene worth reconstructing: Blender's monkey among solids of other colors, in even light."""

from __future__ import annotations

import math

import bpy

from .stage import matte_material, sky

COLLECTION = "Original"

ORANGE, BLUE, GREEN, RED = (0.8, 0.33, 0.06), (0.05, 0.16, 0.6), (0.08, 0.42, 0.12), (0.6, 0.05, 0.06)


def build() -> list[bpy.types.Object]:
    """Adds the objects, a sun and a bright sky; gives the objects."""
    collection = bpy.data.collections.new(COLLECTION)
    bpy.context.scene.collection.children.link(collection)
    layers = bpy.context.view_layer.layer_collection.children
    bpy.context.view_layer.active_layer_collection = layers[COLLECTION]
    subjects = [_monkey(), _cube(), _cone(), _torus()]
    _light()
    return subjects


def _monkey() -> bpy.types.Object:
    bpy.ops.mesh.primitive_monkey_add(size=1.4, location=(0.0, 0.0, 0.72), rotation=(math.radians(-25), 0.0, 0.0))
    monkey = bpy.context.object
    smooth = monkey.modifiers.new("Smooth", "SUBSURF")
    smooth.levels = smooth.render_levels = 2
    bpy.ops.object.shade_smooth()
    return _colored(monkey, ORANGE)


def _cube() -> bpy.types.Object:
    bpy.ops.mesh.primitive_cube_add(size=0.45, location=(0.72, -0.55, 0.225), rotation=(0.0, 0.0, 0.5))
    return _colored(bpy.context.object, BLUE)


def _cone() -> bpy.types.Object:
    bpy.ops.mesh.primitive_cone_add(radius1=0.26, depth=0.7, location=(-0.75, -0.55, 0.35))
    return _colored(bpy.context.object, GREEN)


def _torus() -> bpy.types.Object:
    bpy.ops.mesh.primitive_torus_add(major_radius=0.3, minor_radius=0.11, location=(0.0, -0.9, 0.11))
    return _colored(bpy.context.object, RED)


def _colored(obj: bpy.types.Object, color: tuple[float, float, float]) -> bpy.types.Object:
    obj.data.materials.append(matte_material(obj.name, color))
    return obj


def _light() -> None:
    scene = bpy.context.scene
    sky(scene, (0.8, 0.8, 0.8))
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    sun.data.energy, sun.data.angle = 2.0, math.radians(20)
    sun.rotation_euler = (math.radians(40), 0.0, math.radians(30))
    scene.collection.objects.link(sun)
