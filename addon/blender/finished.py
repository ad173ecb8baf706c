"""Finished results: light twins with textures, beside the dense ones that they were made from.

A twin knows its prompt, its models and their licence, but no job: it cannot be meshed again, its dense one can.
"""

from __future__ import annotations

from dataclasses import dataclass

import bpy

from ..core.errors import SceneError
from ..core.finish_config import TextureConfig
from . import bake, results, unwrap
from .bench import Bench, bench
from .material import textured_material

SOURCE = "dreamwright_dense"
"""Custom property of a twin: the dense object that it was made from."""
NAME_LIMIT = 45
KEPT = ("dreamwright_prompt", "dreamwright_seed", "dreamwright_models", "dreamwright_licence")


@dataclass(frozen=True)
class Textures:
    """What was baked; `used` is the part of the square that is covered."""

    mesh: bpy.types.Mesh
    colour: bpy.types.Image
    normal: bpy.types.Image | None
    used: float


def is_finished(thing: bpy.types.Object | None) -> bool:
    return thing is not None and thing.type == "MESH" and SOURCE in thing


def subject(context: bpy.types.Context) -> bpy.types.Object | None:
    """What a button of this panel works on: the active object when it is ours, else the only one of ours, else None."""
    active = context.view_layer.objects.active
    if results.is_result(active) or is_finished(active):
        return active
    twins = [thing for thing in context.scene.objects if is_finished(thing)]
    return twins[0] if len(twins) == 1 else results.chosen_result(context)


def dense_of(thing: bpy.types.Object) -> bpy.types.Object:
    """The dense object behind a twin; a result is its own.

    Raises:
        SceneError: it was deleted.
    """
    if not is_finished(thing):
        return thing
    source = thing[SOURCE]
    if not isinstance(source, bpy.types.Object) or not source.users_scene:
        raise SceneError(f"The dense mesh that '{thing.name}' was made from was deleted: generate it again.")
    return source


def textures_of(source: bpy.types.Object, wanted: TextureConfig) -> Textures:
    """Make a light mesh out of `source`, unwrap it, bake; nothing is left when it fails."""
    made: list[bpy.types.ID] = []
    dense = unwrap.dense_mesh(source)
    try:
        with bench() as desk:
            return _baked(desk, source, desk.place(dense, keep=False), wanted, made)
    except BaseException:
        bpy.data.batch_remove(made)
        raise


def add_twin(source: bpy.types.Object, textures: Textures) -> bpy.types.Object:
    """The finished object where the dense one stands, which is hidden."""
    twin = bpy.data.objects.new(_named(source, "textured"), textures.mesh)
    twin.parent, twin.matrix_parent_inverse = source.parent, source.matrix_parent_inverse
    twin.rotation_mode, twin.matrix_basis = source.rotation_mode, source.matrix_basis
    for name in KEPT:
        if name in source:
            twin[name] = source[name]
    twin[SOURCE] = source
    for collection in source.users_collection:
        collection.objects.link(twin)
    _hide(source)
    return twin


def _baked(desk: Bench, source, dense: bpy.types.Object, wanted: TextureConfig, made: list) -> Textures:
    """Notes in `made` what has to go when this fails."""
    mesh = unwrap.lightened(desk, dense, wanted.faces)
    made.append(mesh)
    light, used = unwrap.unwrap(desk, mesh, wanted.size)
    made.append(colour := bake.new_image(_named(source, "colour"), wanted.size, True))
    bake.bake_colour(desk, light, dense, colour)
    normal = None
    if wanted.normals:
        made.append(normal := bake.new_image(_named(source, "normal"), wanted.size, False))
        bake.bake_normal(desk, light, dense, normal)
    made.append(material := textured_material(_named(source, "textured"), colour, normal, source.active_material))
    mesh.materials.append(material)
    _without_colours(mesh)
    mesh.name = material.name
    return Textures(mesh, colour, normal, used)


def _without_colours(mesh: bpy.types.Mesh) -> None:
    """Viewers of glTF multiply textures by colours of points."""
    for attribute in list(mesh.color_attributes):
        mesh.color_attributes.remove(attribute)


def _named(source: bpy.types.Object, part: str) -> str:
    """Blender cuts names at 63 bytes: what says which part it is comes last and has to stay."""
    return f"{source.name.encode()[:NAME_LIMIT].decode(errors='ignore')} {part}"


def _hide(source: bpy.types.Object) -> None:
    source.hide_render = True
    if source.name in bpy.context.view_layer.objects:  # not so while its collection is excluded
        source.hide_set(True)


def throw_away(textures: Textures) -> None:
    """Textures that nothing will use."""
    materials = list(textures.mesh.materials)
    bpy.data.batch_remove([textures.mesh, *materials, textures.colour, *([textures.normal] if textures.normal else [])])
