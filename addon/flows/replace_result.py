"""A job that has a take already: its object gets the new mesh, unless that would cost a person's work."""

from __future__ import annotations

import bpy

from ..blender import identity, mesh_edits, remesh_record, results, take_order, take_visibility, takes
from ..blender.standing import world_matrix
from ..core.remesh_config import RemeshConfig
from .remesh_result import ExtractedSurface, apply_surface


def _replaceable_object(home: bpy.types.Scene, job: str) -> bpy.types.Object | None:
    """The object of the take that a job has already, where it can be given another mesh and nobody's work is lost."""
    take = takes.find_take(home, job)
    return take.object if take and not take.why_read_only and not _why_kept(take.object) else None


def _why_kept(obj: bpy.types.Object) -> str:
    """Why an object keeps the mesh that it has; empty where it may get another."""
    if obj.mode != "OBJECT":
        return "it is being edited"
    edits = mesh_edits.edits_of(obj)
    return f"it was edited by hand ({', '.join(edits)})" if edits else ""


def release_edited(home: bpy.types.Scene, job: str, made: bpy.types.Object) -> list[str]:
    """Have the objects that showed the job before be the person's, who worked on them; `made` stands in their place."""
    sentences = []
    for obj in takes.objects_showing(home, job):
        reason = "" if obj == made or identity.why_not_changeable(obj) or takes.PROMOTED in obj else _why_kept(obj)
        if reason:
            made.matrix_world = world_matrix(obj)
            made[take_order.RANK] = -1  # before the copies that others are
            takes.clear_take(obj)
            take_visibility.hide_object(obj)
            state = "is hidden" if obj.hide_viewport else "stays as it is"
            sentences.append(f"'{obj.name}' {state} and shows no take now, for {reason}: the result is '{made.name}'.")
    return sentences


def remesh_settings_of_take(home: bpy.types.Scene, job: str) -> RemeshConfig | None:
    """Returns what its sliders say, which the user may have moved."""
    there = _replaceable_object(home, job)
    return remesh_record.remesh_settings_of(there) if there else None


def replace_existing(
    home: bpy.types.Scene, cut: ExtractedSurface, provenance: results.Provenance
) -> bpy.types.Object | None:
    """The take of the job with its new mesh, counted from where the one that it has is counted from."""
    there = _replaceable_object(home, provenance.job)
    if there:
        results.write_provenance(
            there, results.with_changes(provenance, location=results.read_provenance(there).location)
        )
        apply_surface(there, cut)
    return there
