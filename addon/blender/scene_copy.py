"""A linked copy of the user's scene to take pictures of: every setting is changed on the copy, which is thrown away."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import bpy

from . import ours, switched_off

NAME = "Dreamwright capture"


@contextlib.contextmanager
def scene_copy(scene: bpy.types.Scene) -> Iterator[bpy.types.Scene]:
    """A copy with one view layer, the one that is looked at, in which nothing of our making is; gone afterwards."""
    layer = switched_off.layer_of(scene).name
    made, stand_ins = scene.copy(), list[bpy.types.Collection]()
    try:
        made.name = f"{NAME} {uuid.uuid4().hex[:12]}"  # found by its name, which nobody else may have
        _keep_layer(made, layer)
        made.timeline_markers.clear()  # one that a camera is bound to would put it in the place of ours
        _leave_ours_out(made, stand_ins)
        yield made
    finally:
        bpy.data.scenes.remove(made)
        bpy.data.batch_remove(stand_ins)


def _keep_layer(made: bpy.types.Scene, name: str) -> None:
    """Only this view layer, rendered whole: of several, Blender would write another one's picture."""
    for layer in [each for each in made.view_layers if each.name != name]:
        made.view_layers.remove(layer)
    layer = made.view_layers[0]
    layer.use, layer.samples = True, 0


@dataclass
class _Mixed:
    """A collection that holds something of ours, how it is seen, and what else is in it."""

    collection: bpy.types.Collection
    others: list[bpy.types.Object]
    holdout: bool
    indirect_only: bool


def _leave_ours_out(made: bpy.types.Scene, stand_ins: list[bpy.types.Collection]) -> None:
    """Collections are the user's: one with something of ours in it is excluded from the copy, and what else it holds
    stands in a collection of the copy's own, seen in the same way."""
    for obj in [each for each in made.collection.objects if ours.is_ours(each)]:
        made.collection.objects.unlink(obj)
    excluded = {part.collection: part.exclude for part in _parts(made.view_layers[0].layer_collection)}
    mixed = list(_mixed(made.view_layers[0].layer_collection, False, False))
    for each in mixed:
        stand_in = bpy.data.collections.new(NAME)
        stand_ins.append(stand_in)
        for obj in each.others:
            stand_in.objects.link(obj)
        made.collection.children.link(stand_in)
    wanted = excluded | {each.collection: True for each in mixed}
    for part in _parts(made.view_layers[0].layer_collection):  # from above: what excludes one excludes all below it
        part.exclude = wanted.get(part.collection, False)
    shown = {part.collection: part for part in _parts(made.view_layers[0].layer_collection)}
    for each, stand_in in zip(mixed, stand_ins, strict=True):
        shown[stand_in].holdout, shown[stand_in].indirect_only = each.holdout, each.indirect_only


def _mixed(part: bpy.types.LayerCollection, holdout: bool, indirect_only: bool) -> Iterator[_Mixed]:
    """The collections below that hold something of ours and are rendered."""
    for child in part.children:
        if child.collection.hide_render:
            continue
        seen = holdout or child.holdout, indirect_only or child.indirect_only
        objects = list(child.collection.objects)
        if not child.exclude and any(map(ours.is_ours, objects)):
            yield _Mixed(child.collection, [each for each in objects if not ours.is_ours(each)], *seen)
        yield from _mixed(child, *seen)


def _parts(part: bpy.types.LayerCollection) -> Iterator[bpy.types.LayerCollection]:
    for child in part.children:
        yield child
        yield from _parts(child)
