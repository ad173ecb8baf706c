"""A scene of our own in which Blender's operators work, so that nothing of the user's is touched.

Operators go by what is selected, active, in edit mode, and by the scene's engine. On the bench all of that is ours: the
user's selection, mode, engine and bake settings need no restoring, however the work ends.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import bpy

from ..core.errors import SceneError

NAME = "Dreamwright scratch"


class ScratchScene:
    """Things are put on it with `put`, and worked on in `chosen`."""

    def __init__(self, scene: bpy.types.Scene) -> None:
        self.scene = scene
        self._objects: list[bpy.types.Object] = []
        self._meshes: list[bpy.types.Mesh] = []

    @property
    def layer(self) -> bpy.types.ViewLayer:
        return self.scene.view_layers[0]

    def add(self, obj: bpy.types.Object) -> None:
        """An object of the user's, as it is."""
        self.scene.collection.objects.link(obj)

    def add_mesh(self, mesh: bpy.types.Mesh, keep: bool = True) -> bpy.types.Object:
        """A new object with `mesh`, at the origin; gone with the bench, as is the mesh if it is not to be kept."""
        obj = bpy.data.objects.new("bench", mesh)
        self._objects.append(obj)
        if not keep:
            self._meshes.append(mesh)
        self.add(obj)
        return obj

    @contextlib.contextmanager
    def selected(self, active: bpy.types.Object, *others: bpy.types.Object) -> Iterator[None]:
        """Operators called inside see these as selected, and `active` as the active object."""
        picked = [active, *others]
        for obj in self.scene.objects:
            obj.select_set(obj in picked, view_layer=self.layer)
        self.layer.objects.active = active
        self.layer.update()
        seen = {"active_object": active, "object": active, "edit_object": active}
        with (
            _window_restored(),
            bpy.context.temp_override(
                scene=self.scene,
                view_layer=self.layer,
                selected_objects=picked,
                selected_editable_objects=picked,
                **seen,
            ),
        ):
            yield

    def clear(self) -> None:
        bpy.data.batch_remove([*self._objects, *self._meshes, self.scene])


@contextlib.contextmanager
def _window_restored() -> Iterator[None]:
    """The glTF exporter leaves the window on the scene that it wrote, which would go with the bench."""
    window = bpy.context.window
    before = (window.scene, window.view_layer) if window else ()
    try:
        yield
    finally:
        if window and window.scene != before[0]:
            window.scene, window.view_layer = before


@contextlib.contextmanager
def scratch_scene(like: bpy.types.Scene | None = None) -> Iterator[ScratchScene]:
    """An empty scene, with the units of `like`; gone afterwards."""
    made = ScratchScene(bpy.data.scenes.new(NAME))
    try:
        if like:
            units, wanted = made.scene.unit_settings, like.unit_settings
            units.system, units.scale_length = wanted.system, wanted.scale_length
            made.scene.frame_set(like.frame_current)
        yield made
    finally:
        made.clear()


def use_cycles(scene: bpy.types.Scene, samples: int) -> None:
    """Render this scene of ours with Cycles.

    Raises:
        SceneError: Cycles is switched off.
    """
    try:
        scene.render.engine = "CYCLES"
    except TypeError as cause:
        raise SceneError("This is done by Cycles, which is switched off: enable it in the add-ons.") from cause
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = False
