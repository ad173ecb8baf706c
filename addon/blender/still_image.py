"""A still picture of a scene in a file of any name.

Blender reads names of files as patterns: of {braces} it makes values, of # the number of the frame. So a picture is
rendered under a plain name and moved to its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bpy

SPECIAL = set("{}#<>")
"""What Blender reads in a path."""


def render_still(scene: bpy.types.Scene, file: Path) -> None:
    """Render `scene` as it is set up into `file`; its own path stays.

    Raises:
        RuntimeError: Blender could not render it. OSError: the picture could not be written.
    """
    with plain_name(scene, file):
        bpy.ops.render.render(write_still=True, scene=scene.name)


@contextmanager
def plain_name(scene: bpy.types.Scene, file: Path) -> Iterator[None]:
    """Inside, what `scene` renders goes into a file with a plain name, which is `file` afterwards; its own path stays.

    Raises:
        OSError: nothing was rendered, or it could not be written.
    """
    before = scene.render.filepath
    with _plain_folder() as folder:
        plain = folder / f"still{file.suffix}"
        try:
            scene.render.filepath = str(plain)
            yield
        finally:
            scene.render.filepath = before
        shutil.copyfile(plain, file)  # not moved: a folder of that name would take it in


@contextmanager
def _plain_folder() -> Iterator[Path]:
    """A folder in whose path Blender reads nothing but a path; gone afterwards."""
    candidates = (bpy.app.tempdir, tempfile.gettempdir(), os.path.expanduser("~"), bpy.utils.resource_path("USER"))
    home = next((each for each in candidates if each and os.path.isdir(each) and not SPECIAL & set(each)), None)
    with tempfile.TemporaryDirectory(prefix="dreamwright-", dir=home) as folder:
        yield Path(folder)
