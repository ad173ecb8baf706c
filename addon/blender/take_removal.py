"""A take out of a scene, and nothing but the take: what a person made of it, or uses it for, stays.

The take's own object goes from this scene. Copies of it, and objects that were given its mesh, are the person's: they
only cease to show the take.
"""

from __future__ import annotations

import bpy

from ..core.errors import SceneError
from . import low_poly, takes
from .standing import world_matrix
from .takes import Take


def remove(scene: bpy.types.Scene, take: Take) -> list[str]:
    """Take a take out of a scene; gives sentences that say what is left, and why.

    Raises:
        SceneError: another scene shows a collection that it lies in; nothing was changed.
    """
    own = take.object
    _check_collections(scene, own)
    notes = _release_copies(scene, take)
    _free_children(own)
    for collection in _collections_in(scene, own):
        collection.objects.unlink(own)
    for layer in scene.view_layers:
        layer.update()  # else it may still count as a user of what was just unlinked (5.2)
    return notes + _remove_unused(own)


def _check_collections(scene: bpy.types.Scene, own: bpy.types.Object) -> None:
    shared = _collections_in(scene, own)
    for other in (each for each in bpy.data.scenes if each != scene and not each.library):
        both = next((each for each in _collections_in(other, own) if each in shared), None)
        if both:
            raise SceneError(
                f"'{own.name}' is in the collection '{both.name}', which the scene '{other.name}' shows as well: move "
                "it to a collection of this scene first."
            )


def _collections_in(scene: bpy.types.Scene, obj: bpy.types.Object) -> list[bpy.types.Collection]:
    """The collections of a scene that an object lies in."""
    everything = [scene.collection, *scene.collection.children_recursive]
    return [each for each in everything if obj in each.objects.values() and not each.library]


def _release_copies(scene: bpy.types.Scene, take: Take) -> list[str]:
    """Have everything else that shows the take be the person's."""
    others = [obj for obj in takes.objects_showing(scene, take.job) if obj != take.object and not obj.library]
    for obj in others:
        takes.clear_take(obj)
    if not others:
        return []
    stay = "stays, and is yours" if len(others) == 1 else "stay, and are yours"
    return [f"{_listed([_quoted(obj) for obj in others])} {stay}."]


def _free_children(own: bpy.types.Object) -> None:
    """Have what hangs on it stay where it is."""
    for child in own.children:
        if not child.library:
            where = world_matrix(child)
            child.parent = None
            child.matrix_world = where


def _remove_unused(own: bpy.types.Object) -> list[str]:
    """Delete the object, with what only it used, unless something of the person's uses it still."""
    uses = [user for user in bpy.data.user_map(subset={own})[own] if not _is_bookkeeping(user, own)]
    if uses:
        use = "uses" if len(uses) == 1 else "use"
        return [f"{_listed([_quoted(user) for user in uses])} still {use} '{own.name}', so it stays there."]
    mesh, materials = own.data, [slot.material for slot in own.material_slots if slot.material]
    bpy.data.objects.remove(own)
    if not mesh.users and not mesh.library:
        bpy.data.meshes.remove(mesh)
        bpy.data.batch_remove([each for each in dict.fromkeys(materials) if not each.users and not each.library])
    return []


def _is_bookkeeping(user: bpy.types.ID, own: bpy.types.Object) -> bool:
    """Tells whether it only remembers the object: the low poly that was made of it."""
    return isinstance(user, bpy.types.Object) and user.get(low_poly.HIGH_POLY) == own


def _quoted(block: bpy.types.ID) -> str:
    return f"the scene '{block.name}'" if isinstance(block, bpy.types.Scene) else f"'{block.name}'"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
