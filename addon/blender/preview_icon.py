"""Pictures of the running job, as icons that a panel can draw."""

from __future__ import annotations

import bpy.utils.previews
import numpy as np

NAME = "preview"


class PreviewIcon:
    """Holds one picture under one number, which a popover that stays open goes on drawing. `close` gives it back."""

    def __init__(self) -> None:
        self._collection: bpy.utils.previews.ImagePreviewCollection | None = None
        self._shown: np.ndarray | None = None

    @property
    def id(self) -> int:
        """Blender's number of the icon; 0 where there is no picture."""
        return self._collection[NAME].icon_id if self._collection and self._shown is not None else 0

    def show(self, image: np.ndarray | None) -> None:
        """Show an (h, w, 4) uint8 picture with straight alpha, or none."""
        if image is not self._shown and image is not None:
            picture = self._picture()
            size = image.shape[1], image.shape[0]
            if tuple(picture.image_size) != size:
                picture.image_size = size
            upwards = _premultiplied(image[::-1])  # as Blender's rows go
            # Four bytes a pixel in one number, and foreach_set: assigning floats would hold Blender up for 30 ms.
            picture.image_pixels.foreach_set(upwards.view(np.int32).ravel())
        self._shown = image

    def close(self) -> None:
        if self._collection:
            bpy.utils.previews.remove(self._collection)
        self._collection = self._shown = None

    def _picture(self) -> bpy.types.ImagePreview:
        if self._collection is None:
            self._collection = bpy.utils.previews.new()
            return self._collection.new(NAME)
        return self._collection[NAME]


def _premultiplied(image: np.ndarray) -> np.ndarray:
    """Colors times alpha, as Blender draws icons: thin fog would be drawn as a wall of its color."""
    colors, alpha = image[..., :3].astype(np.uint16), image[..., 3:]
    return np.ascontiguousarray(np.concatenate([(colors * alpha // 255).astype(np.uint8), alpha], axis=-1))


ICON = PreviewIcon()
"""What the field looks like."""

CURVES = PreviewIcon()
"""How the loss and the likeness went."""
