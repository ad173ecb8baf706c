"""What a result is pictured on: ground, light and a camera that sees all of it, in a collection of their own."""

from __future__ import annotations

import math
from dataclasses import dataclass

import bpy
from mathutils import Matrix, Vector

COLLECTION = "Stage"
GAP = 1.1  # between an original and what was made from it, in widths of the original
ELEVATION = math.radians(22)
AZIMUTH = math.radians(30)  # of the picture of one object; 0 is Blender's front view
AZIMUTH_OF_TWO = math.radians(8)  # a comparison is seen almost from the front
LENS_MM, SENSOR_MM = 50.0, 36.0
MARGIN = 1.12


@dataclass(frozen=True)
class Stage:
    camera: bpy.types.Object
    corners: list[Vector]  # of the boxes around everything shown
    azimuth: float

    @property
    def center(self) -> Vector:
        low, high = _extent(self.corners)
        return (low + high) / 2

    def frame(self) -> None:
        """The camera as near as the render's own shape allows, looking at the front."""
        towards = _direction(self.azimuth)
        self.camera.matrix_world = towards.to_track_quat("Z", "Y").to_matrix().to_4x4()
        coordinates = [number for corner in self.corners for number in corner]
        graph = bpy.context.evaluated_depsgraph_get()
        place, _ = self.camera.camera_fit_coords(graph, coordinates)
        self.camera.location = self.center + (place - self.center) * MARGIN

    def look_from(self, turn: float) -> None:
        """The camera on its circle, `turn` radians on; nothing leaves the picture while it goes round."""
        center, towards = self.center, _direction(self.azimuth + turn)
        reach = max((corner - center).length for corner in self.corners)
        distance = reach / math.sin(self.camera.data.angle / 2)
        place = Matrix.Translation(center + towards * distance)
        self.camera.matrix_world = place @ towards.to_track_quat("Z", "Y").to_matrix().to_4x4()


def move_beside(result: bpy.types.Object, subjects: list[bpy.types.Object]) -> None:
    """A reconstruction lies where its original is: moves it to the right, to be compared."""
    low, high = _extent(_corners(subjects))
    result.location.x += (high.x - low.x) * GAP


def build(shown: list[bpy.types.Object]) -> Stage:
    """Adds the stage around what is shown."""
    scene = bpy.context.scene
    collection = bpy.data.collections.new(COLLECTION)
    scene.collection.children.link(collection)
    corners = _corners(shown)
    low, high = _extent(corners)
    radius = (high - low).length / 2
    camera = _camera(radius)
    for thing in (camera, _ground(low, high, radius), *_lights(scene)):
        collection.objects.link(thing)
    scene.camera = camera
    return Stage(camera, corners, AZIMUTH if len(shown) == 1 else AZIMUTH_OF_TWO)


def _direction(azimuth: float) -> Vector:
    """From the center towards the camera."""
    across = math.cos(ELEVATION)
    return Vector((math.sin(azimuth) * across, -math.cos(azimuth) * across, math.sin(ELEVATION)))


def _camera(radius: float) -> bpy.types.Object:
    data = bpy.data.cameras.new("Camera")
    data.lens, data.sensor_width = LENS_MM, SENSOR_MM
    data.clip_start, data.clip_end = radius * 0.01, radius * 1000
    return bpy.data.objects.new("Camera", data)


def _ground(low: Vector, high: Vector, radius: float) -> bpy.types.Object:
    side = radius * 60
    mesh = bpy.data.meshes.new("Ground")
    mesh.from_pydata([(-side, -side, 0), (side, -side, 0), (side, side, 0), (-side, side, 0)], [], [(0, 1, 2, 3)])
    mesh.materials.append(matte_material("Ground", (0.6, 0.6, 0.62)))
    ground = bpy.data.objects.new("Ground", mesh)
    ground.location = ((low.x + high.x) / 2, (low.y + high.y) / 2, low.z)
    return ground


def matte_material(name: str, color: tuple[float, float, float]) -> bpy.types.Material:
    """A material without gloss: a field whose colors do not depend on the view can show it."""
    material = bpy.data.materials.new(name)
    material.use_nodes = True
    surface = material.node_tree.nodes["Principled BSDF"]
    surface.inputs["Base Color"].default_value = (*color, 1.0)
    surface.inputs["Roughness"].default_value = 1.0
    surface.inputs["Specular IOR Level"].default_value = 0.0
    return material


def _lights(scene: bpy.types.Scene) -> list[bpy.types.Object]:
    """A soft sun from the upper left, and a world that fills the shadows; a scene that has light keeps its own."""
    if any(thing.type == "LIGHT" for thing in scene.objects):
        return []
    sky(scene, (0.55, 0.57, 0.6))
    sun = bpy.data.objects.new("Sun", bpy.data.lights.new("Sun", "SUN"))
    sun.data.energy, sun.data.angle = 2.5, math.radians(15)
    sun.rotation_euler = (math.radians(45), 0.0, math.radians(-25))
    return [sun]


def sky(scene: bpy.types.Scene, color: tuple[float, float, float]) -> None:
    """Even light of one color from everywhere."""
    scene.world = scene.world or bpy.data.worlds.new("World")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (*color, 1.0)


def _corners(shown: list[bpy.types.Object]) -> list[Vector]:
    graph = bpy.context.evaluated_depsgraph_get()  # with their modifiers
    return [thing.matrix_world @ Vector(corner) for thing in shown for corner in thing.evaluated_get(graph).bound_box]


def _extent(corners: list[Vector]) -> tuple[Vector, Vector]:
    low = Vector([min(corner[axis] for corner in corners) for axis in range(3)])
    high = Vector([max(corner[axis] for corner in corners) for axis in range(3)])
    return low, high
