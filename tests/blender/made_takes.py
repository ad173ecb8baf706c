"""Takes as runs leave them behind, made by hand: no backend is needed to look at them, lay them out or promote them."""

from __future__ import annotations

import bpy
import numpy as np

from addon.blender import results, takes, thumbnail
from addon.core.take_record import TakeRecord
from addon.core.wire import config


def cuboid(name, width=1.0):
    """A closed mesh of eight corners, as wide as asked; stands on its origin."""
    x = [(i & 1) - 0.5 for i in range(8)]
    corners = [(x[i] * width, (i >> 1 & 1) - 0.5, float(i >> 2)) for i in range(8)]
    sides = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(corners, [], sides)
    return mesh


def picture(red, size=32):
    image = np.zeros((size, size, 4), np.uint8)
    image[: size // 2] = (red, 40, 20, 255)
    return image


def made_take(job, prompt="a red cube", created=0.0, width=1.0, seen=True, **more):
    """A take in the present scene, with a record and a picture."""
    origin = results.Provenance(prompt, more.get("seed", 0), job, 12.5, 60, "[]", "GPL", True, (0.0, 0.0, 0.0))
    obj = results.add_result(bpy.context.scene, cuboid(prompt, width), origin, prompt)
    settings = config.to_json(config.preset("text", "draft"))
    facts = {"settings": settings, "quality": "draft", "step": 60, "steps": 60, "checkpoint_steps": (20, 40, 60)}
    takes.write_take(obj, TakeRecord(job, prompt, created=created, license="GPL", **facts | more))
    if seen:
        thumbnail.set_thumbnail(obj, picture(int(job[1:]) * 40))
    return obj


def old_take(job, prompt="a red cube"):
    """A take of version 0."""
    origin = results.Provenance(prompt, 3, job, 12.5, 60, '[{"name": "embedded"}]', "GPL", True, (0.0, 0.0, 0.0))
    return results.add_result(bpy.context.scene, cuboid(prompt), origin, prompt)


def reopened(path):
    """The present file, saved and opened again."""
    bpy.ops.wm.save_as_mainfile(filepath=str(path))
    bpy.ops.wm.open_mainfile(filepath=str(path))
    return bpy.context.scene
