"""Whether a person switched an object off, in any of the ways that Blender has."""

from __future__ import annotations

from collections.abc import Iterator

import bpy


def is_switched_off(obj: bpy.types.Object, scene: bpy.types.Scene, for_renders: bool = True) -> bool:
    """Tells whether an object is off: by its eye, its screen, its render camera (only `for_renders`), or those of all
    the collections that hold it, one that is excluded among them.

    What is off is not evaluated by Blender, so where it stands is not known either.
    """
    layer = layer_of(scene)
    off = obj.hide_viewport or obj.hide_get(view_layer=layer) or (for_renders and obj.hide_render)
    return bool(off) or not any(_holds(part.collection, obj) for part in _parts(layer.layer_collection, for_renders))


def layer_of(scene: bpy.types.Scene) -> bpy.types.ViewLayer:
    """The view layer of a scene that a person sees: that of the window, else the first."""
    layer = bpy.context.view_layer if scene == bpy.context.scene else scene.view_layers[0]
    if layer.layer_collection is None:
        layer.update()  # a scene that was never shown has no collections in its layer yet (5.2)
    return layer


def _parts(part: bpy.types.LayerCollection, for_renders: bool) -> Iterator[bpy.types.LayerCollection]:
    """This collection and those below it, as far as they are on."""
    collection = part.collection
    off = part.exclude or part.hide_viewport or collection.hide_viewport or (for_renders and collection.hide_render)
    if not off:
        yield part
        for child in part.children:
            yield from _parts(child, for_renders)


def _holds(collection: bpy.types.Collection, obj: bpy.types.Object) -> bool:
    found = collection.objects.get(obj.name)
    return found is not None and (found == obj or obj in collection.objects.values())
