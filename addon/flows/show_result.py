"""What a person sees of a result that has come: alone in its place, in its colors, in the view."""

from __future__ import annotations

import bpy

from ..blender import paths, take_visibility, takes, views


def show_new_take(scene: bpy.types.Scene, job: str) -> None:
    """Show a take that has come, and hide the others in its place."""
    take = takes.find_take(scene, job)
    if take is not None:
        show_in_views(scene, take_visibility.show_alone(scene, take), views.POINTS)


def show_in_views(scene: bpy.types.Scene, obj: bpy.types.Object, colors: str) -> None:
    """Have the views of a scene show an object, in its colors where the preferences do not say otherwise."""
    if paths.shows_colors():
        views.show_colors(scene, colors)
    views.add_to_local_view(scene, obj)
    views.frame_if_unseen(scene, [obj])
