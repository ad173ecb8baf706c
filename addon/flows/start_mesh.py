"""Fields that start from meshes of the scene: which, in what box, and how they come to the backend."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import bpy

from ..blender import identity, take_visibility
from ..blender.bounds import box_empty, box_of_meshes, is_at_cursor
from ..blender.scene_mesh import SOLID_TYPES
from ..blender.scene_mesh import read_meshes as read_meshes
from ..core.box import to_config_values
from ..core.connection import BackendConnection
from ..core.sending import send_mesh
from ..core.solid_mesh import SolidMesh as SolidMesh
from ..core.wire import config
from .flow import APP, Flow, run_in_thread
from .job_report import Report


def selected_solids(context: bpy.types.Context) -> list[bpy.types.Object]:
    """The selected objects that a field can start from."""
    return [obj for obj in context.selected_objects if obj.type in SOLID_TYPES]


def begin_with(
    context: bpy.types.Context,
    objects: Sequence[bpy.types.Object],
    wanted: config.JobConfig,
    box_given: bool = False,
) -> tuple[SolidMesh, config.JobConfig]:
    """The mesh of these objects, and the job in a box around them where no box was chosen.

    Raises:
        SceneError: none of them has a face.
    """
    mesh = read_meshes(context, objects)
    if not box_given and box_empty(context.scene) is None and is_at_cursor(context.scene):
        wanted = config.with_changes(wanted, {"bounds": to_config_values(box_of_meshes(mesh.points))})
    return mesh, wanted


def laying_aside(made: Flow[Report], objects: Sequence[bpy.types.Object]) -> Flow[Report]:
    """Hides, once a shape is made, the meshes that it began as and stands in: nobody would see it inside them."""
    began_as = [identity.uid_of(obj) for obj in objects]
    report = yield from made
    result = bpy.data.objects[report.object, None]
    there = [obj for obj in map(identity.find_object, began_as) if obj and obj != result]
    aside = [obj for obj in there if not identity.why_not_changeable(obj) and _overlap(result, obj)]
    for obj in aside:
        take_visibility.hide_object(obj)
    if aside:
        names = ", ".join(f"'{obj.name}'" for obj in aside)
        report.warnings.append(f"Hidden, where the result stands: {names}.")
    return report


def _overlap(one: bpy.types.Object, other: bpy.types.Object) -> bool:
    boxes = (take_visibility.world_box(each) for each in (one, other))
    return take_visibility.shared_volume(*boxes) > take_visibility.SHARED_VOLUME


def send_start(connection: BackendConnection, mesh: SolidMesh) -> Flow[str]:
    """Sends a mesh to the backend, until it is there or somebody stops it; gives what a job's config calls it."""
    abandoned = Event()

    def stopped() -> bool:
        return APP.stop_requested or abandoned.is_set()

    try:
        return (yield from run_in_thread(lambda: send_mesh(connection.client, mesh, stopped)))
    finally:
        abandoned.set()
