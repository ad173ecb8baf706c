"""Finished results: light twins with textures, beside the dense ones that they were made from.

A twin knows its prompt, its models and their license, but no job: it cannot be meshed again, its dense one can.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..core.bake_export_config import TextureConfig
from ..core.errors import SceneError
from . import bake, identity, prompt_group, results, shape_keys, unwrap
from .material import textured_material
from .scratch_scene import ScratchScene, scratch_scene

HIGH_POLY = "dreamwright_high_poly"
"""Custom property of a twin: the dense object that it was made from."""
NAME_LIMIT = 45
COPIED_PROPERTIES = ("dreamwright_prompt", "dreamwright_seed", "dreamwright_models", "dreamwright_license")


@dataclass(frozen=True)
class Textures:
    """What was baked; `used` is the part of the square that is covered."""

    mesh: bpy.types.Mesh
    color: bpy.types.Image
    normal: bpy.types.Image | None
    used: float


def is_low_poly(obj: bpy.types.Object | None) -> bool:
    return obj is not None and obj.type == "MESH" and HIGH_POLY in obj


def export_subject(context: bpy.types.Context) -> bpy.types.Object | None:
    """Returns what a button of this panel works on: the active object when it is ours, the first of the things below
    an empty that holds those of a prompt, else the only one of ours, else None."""
    active = context.view_layer.objects.active
    holder = prompt_group.holder_of(active)
    if holder == active and holder is not None:
        return next(iter(prompt_group.visible_members(holder)), None)
    if results.is_result(active) or is_low_poly(active):
        return active
    twins = [obj for obj in context.scene.objects if is_low_poly(obj)]
    return twins[0] if len(twins) == 1 else results.active_result(context)


def high_poly_of(obj: bpy.types.Object) -> bpy.types.Object:
    """The dense object behind a twin; a result is its own.

    Raises:
        SceneError: it was deleted.
    """
    if not is_low_poly(obj):
        return obj
    source = obj[HIGH_POLY]
    if not isinstance(source, bpy.types.Object) or not any(identity.is_in(scene, source) for scene in bpy.data.scenes):
        raise SceneError(f"The dense mesh that '{obj.name}' was made from was deleted: generate it again.")
    return source


def bake_textures(source: bpy.types.Object, wanted: TextureConfig) -> Textures:
    """Make a light mesh out of `source`, unwrap it, bake; nothing is left when it fails."""
    made: list[bpy.types.ID] = []
    high_poly = unwrap.evaluated_mesh(source)
    try:
        with scratch_scene() as scratch:
            return _bake(scratch, source, scratch.add_mesh(high_poly, keep=False), wanted, made)
    except BaseException:
        bpy.data.batch_remove(made)
        raise


def add_low_poly(source: bpy.types.Object, textures: Textures) -> bpy.types.Object:
    """The finished object where the dense one stands, which is hidden."""
    low_poly = source.copy()  # with its parent, of whatever kind, its constraints, its keys and what the user noted
    low_poly.name, low_poly.data = _part_name(source, "textured"), textures.mesh
    low_poly.modifiers.clear()  # they are in the mesh
    low_poly.vertex_groups.clear()
    if source.data.shape_keys:
        _carry_shape_keys(source, low_poly)
    for name in [name for name in low_poly.keys() if _is_of_the_take(name)]:  # noqa: SIM118 - is no dictionary
        del low_poly[name]
    low_poly[HIGH_POLY] = source
    low_poly.hide_viewport = low_poly.hide_render = False
    for collection in source.users_collection:
        if not collection.library and not collection.override_library:
            collection.objects.link(low_poly)
    _hide_object(source)
    return low_poly


def _bake(
    scratch: ScratchScene,
    source: bpy.types.Object,
    high_poly: bpy.types.Object,
    wanted: TextureConfig,
    made: list[bpy.types.ID],
) -> Textures:
    """Notes in `made` what has to go when this fails."""
    mesh = unwrap.decimate(scratch, high_poly, wanted.faces)
    made.append(mesh)
    low_poly, used = unwrap.unwrap(scratch, mesh, wanted.size)
    made.append(color := bake.new_image(_part_name(source, "color"), wanted.size, True))
    bake.bake_color(scratch, low_poly, high_poly, color)
    normal = None
    if wanted.normals:
        made.append(normal := bake.new_image(_part_name(source, "normal"), wanted.size, False))
        bake.bake_normal(scratch, low_poly, high_poly, normal)
    made.append(material := textured_material(_part_name(source, "textured"), color, normal, source.active_material))
    mesh.materials.append(material)
    _remove_vertex_colors(mesh)
    mesh.name = material.name
    return Textures(mesh, color, normal, used)


def _remove_vertex_colors(mesh: bpy.types.Mesh) -> None:
    """Viewers of glTF multiply textures by colors of points."""
    for attribute in list(mesh.color_attributes):
        mesh.color_attributes.remove(attribute)


def _part_name(source: bpy.types.Object, part: str) -> str:
    """Blender cuts names at 63 bytes: what says which part it is comes last and has to stay."""
    return f"{source.name.encode()[:NAME_LIMIT].decode(errors='ignore')} {part}"


def _carry_shape_keys(source: bpy.types.Object, low_poly: bpy.types.Object) -> None:
    dense = unwrap.evaluated_mesh(source)
    try:
        shape_keys.transfer(source, dense, low_poly)
    finally:
        bpy.data.meshes.remove(dense)


def _is_of_the_take(name: str) -> bool:
    return name.startswith("dreamwright_") and name not in COPIED_PROPERTIES


def _hide_object(source: bpy.types.Object) -> None:
    if identity.is_in_layer(bpy.context.view_layer, source):  # not so while its collection is excluded
        source.hide_set(True)
    source.hide_viewport = source.hide_render = True


def remove_textures(textures: Textures) -> None:
    """Textures that nothing will use."""
    materials = list(textures.mesh.materials)
    bpy.data.batch_remove([textures.mesh, *materials, textures.color, *([textures.normal] if textures.normal else [])])
