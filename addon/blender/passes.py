"""Pictures of the field handed to Blender as render passes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from ..core.calls import EMPTY_DEPTH
from ..core.grid_view import RenderedImage

COMBINED, DEPTH, NORMAL = "Combined", "Depth", "Normal"
_CHANNELS = {COMBINED: (4, "RGBA", "COLOR"), DEPTH: (1, "Z", "VALUE"), NORMAL: (3, "XYZ", "VECTOR")}


def passes_of(layer: Any) -> list[str]:
    """The passes that a view layer asks for, of those that a field has."""
    wanted = {COMBINED: True, DEPTH: layer.use_pass_z, NORMAL: layer.use_pass_normal}
    return [name for name, asked in wanted.items() if asked]


def register_passes(engine: bpy.types.RenderEngine, scene: bpy.types.Scene, layer: Any) -> None:
    """Tell Blender (its compositor) which passes there will be."""
    for name in passes_of(layer):
        engine.register_pass(scene, layer, name, *_CHANNELS[name])


def write_passes(layer: Any, image: RenderedImage, background: np.ndarray | None, least_alpha: float) -> None:
    """Write a picture into a render layer's passes; Blender's rows go upwards.

    Depth and normal are there where the alpha is at least `least_alpha`, as in Cycles (Pass Alpha Threshold).
    """
    solid = (image.alpha >= least_alpha) & (image.alpha > 0)
    pictures = {
        COMBINED: combine(image, background),
        DEPTH: np.where(solid, image.depth, EMPTY_DEPTH)[..., None],
        NORMAL: image.normal * solid[..., None],
    }
    for name, picture in pictures.items():
        there = layer.passes.get(name)
        if there:
            there.rect.foreach_set(np.ascontiguousarray(picture[::-1], np.float32).ravel())


def combine(image: RenderedImage, background: np.ndarray | None) -> np.ndarray:
    """(h, w, 4) linear with premultiplied alpha; over `background` (3,) where the film is not transparent."""
    if background is None:
        return np.concatenate([image.color, image.alpha[..., None]], axis=-1)
    color = image.color + (1 - image.alpha)[..., None] * background.astype(np.float32)
    return np.concatenate([color, np.ones((*image.shape, 1), np.float32)], axis=-1)


def background_of(scene: bpy.types.Scene) -> np.ndarray | None:
    """The plain color of the scene's world; None where its film is transparent."""
    if scene.render.film_transparent:
        return None
    world = scene.world
    if world is None:
        return np.zeros(3)
    by_nodes = bpy.app.version >= (5, 0) or world.use_nodes
    nodes: Iterable[Any] = world.node_tree.nodes if by_nodes and world.node_tree else []
    plain = next((node for node in nodes if node.bl_idname == "ShaderNodeBackground"), None)
    if plain is None or plain.inputs["Color"].is_linked:
        return np.array(world.color)
    return np.array(plain.inputs["Color"].default_value[:3]) * plain.inputs["Strength"].default_value
