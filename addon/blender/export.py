"""One object, or the things of one prompt, written for other programs, by Blender's own exporters, with pictures:
wholly or not at all.

The exporter works on a bench of our own, so only these are written and the user's selection is left alone.

    .glb    Y up, meters, textures included       .usd    Z up, meters, pictures in a folder textures
    .fbx    Y up, centimeters, textures included  .stl    Z up, geometry only
    .obj    Y up, meters, .mtl and pictures     .ply    Z up, colors of points, no pictures
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bpy

from ..core.errors import DiskError, SceneError
from . import unwrap
from .image_files import write_png
from .scratch_scene import scratch_scene
from .staging_folder import check_not_existing, staging_folder

UV_MAP, UNWRAP_SIZE_PX = "UVMap", 1024
"""Blender's own name of a first UV map; and the texture for whose texels the gaps between islands are meant."""
BUMP = re.compile(r"^map_Bump (-bm \S+ )?", re.MULTILINE)

Exporter = Callable[[Path, bool], object]


@dataclass(frozen=True)
class Format:
    """`write(file, has_pictures)` runs Blender's exporter."""

    write: Exporter
    has_uvs: bool = True
    pictures: str = "inside"
    """"inside" (the exporter reads files and embeds them), "beside" (it names them), "own" (it writes them itself)."""


def _glb(file: Path, has_pictures: bool) -> None:
    bpy.ops.export_scene.gltf(
        filepath=str(file), export_format="GLB", use_selection=True, use_active_scene=True, export_apply=True,
        export_animations=False, export_yup=True, export_vertex_color="NONE" if has_pictures else "ACTIVE",
    )  # fmt: skip


def _fbx(file: Path, has_pictures: bool) -> None:
    bpy.ops.export_scene.fbx(
        filepath=str(file), use_selection=True, object_types={"MESH"}, use_mesh_modifiers=True, bake_anim=False,
        path_mode="COPY", embed_textures=True, colors_type="SRGB", mesh_smooth_type="FACE",
    )  # fmt: skip


def _obj(file: Path, has_pictures: bool) -> None:
    bpy.ops.wm.obj_export(
        filepath=str(file), export_selected_objects=True, apply_modifiers=True, export_colors=not has_pictures,
        export_pbr_extensions=True, path_mode="STRIP",
    )  # fmt: skip
    _write_norm_keyword(file.with_suffix(".mtl"))


def _write_norm_keyword(materials: Path) -> None:
    """Blender writes a normal map as map_Bump, which is one of heights; the PBR extension has norm."""
    if materials.exists():
        text = materials.read_text(encoding="utf-8")
        materials.write_text(BUMP.sub("norm ", text), encoding="utf-8", newline="\n")


def _usd(file: Path, has_pictures: bool) -> None:
    bpy.ops.wm.usd_export(
        filepath=str(file), selected_objects_only=True, export_animation=False, export_textures_mode="NEW",
        overwrite_textures=True, relative_paths=True, convert_world_material=False, evaluation_mode="VIEWPORT",
    )  # fmt: skip


def _stl(file: Path, has_pictures: bool) -> None:
    bpy.ops.wm.stl_export(filepath=str(file), export_selected_objects=True, apply_modifiers=True)


def _ply(file: Path, has_pictures: bool) -> None:
    bpy.ops.wm.ply_export(
        filepath=str(file), export_selected_objects=True, apply_modifiers=True, export_colors="SRGB"
    )  # fmt: skip


FORMATS = {
    ".glb": Format(_glb),
    ".fbx": Format(_fbx),
    ".obj": Format(_obj, pictures="beside"),
    ".usd": Format(_usd, pictures="own"),
    ".stl": Format(_stl, has_uvs=False),
    ".ply": Format(_ply, has_uvs=False),
}
"""By the ending of a file, as core/export_formats.py lists them."""


def export(file: Path, *objects: bpy.types.Object, overwrite: bool) -> list[Path]:
    """Write the objects into `file`, in the format of its ending; gives all files that were written.

    Raises:
        DiskError: the folder is missing or cannot be written, or a file is there and must not be overwritten.
        SceneError: the ending is unknown, an object has no faces, or the exporter failed.
    """
    wanted = _format_of(file)
    for obj in objects:
        if obj.type == "MESH" and obj.mode == "OBJECT" and not obj.data.polygons and not obj.modifiers:
            raise SceneError(f"'{obj.name}' has no faces, so there is nothing to export: undo, or press Remesh.")
    check_not_existing([file], overwrite)
    with staging_folder(file.parent) as staging:
        home = {"inside": staging.scratch, "beside": staging.files}.get(wanted.pictures)
        with contextlib.ExitStack() as prepared:
            for obj in objects:
                prepared.enter_context(with_uv_map(obj, wanted))
            has_pictures = prepared.enter_context(_images_on_disk(images_of(*objects), file.stem, home))
            _write(objects, staging.files / file.name, wanted, has_pictures)
        return staging.commit(overwrite)


@contextlib.contextmanager
def with_uv_map(obj: bpy.types.Object, wanted: Format) -> Iterator[None]:
    """While this lasts the mesh has a UV map, if it had none: whoever paints a file elsewhere needs one. What is being
    edited, or comes from another .blend file, is written as it is."""
    mesh = obj.data
    if not wanted.has_uvs or mesh.uv_layers or obj.mode != "OBJECT" or not obj.is_editable or not mesh.is_editable:
        yield
        return
    corners = unwrap.unwrapped_corners(mesh, UNWRAP_SIZE_PX)
    layer = mesh.uv_layers.new(name=UV_MAP).name
    try:
        mesh.uv_layers[layer].data.foreach_set("uv", corners)
        yield
    finally:
        mesh.uv_layers.remove(mesh.uv_layers[layer])


def _format_of(file: Path) -> Format:
    if file.suffix.lower() not in FORMATS:
        raise SceneError(f"'{file.name}' has none of the endings {', '.join(FORMATS)}: give it one of them.")
    return FORMATS[file.suffix.lower()]


@contextlib.contextmanager
def _images_on_disk(images: list[bpy.types.Image], stem: str, folder: Path | None) -> Iterator[bool]:
    """While this lasts the images name files in `folder`, as exporters want; whether there are any."""
    if folder is None:
        yield bool(images)
        return
    before = [image.filepath_raw for image in images]
    try:
        for image in images:
            file = folder / f"{stem}_{_part_of(image, images)}.png"
            write_png(image, file)
            image.filepath_raw = str(file)
        yield bool(images)
    finally:
        for image, path in zip(images, before, strict=True):
            image.filepath_raw = path


def images_of(*objects: bpy.types.Object) -> list[bpy.types.Image]:
    """The pictures in the materials of objects, each once."""
    materials = [slot.material for obj in objects for slot in obj.material_slots]
    trees = [each.node_tree for each in materials if each and each.node_tree]
    nodes = [node for tree in trees for node in tree.nodes if node.bl_idname == "ShaderNodeTexImage" and node.image]
    return list(dict.fromkeys(node.image for node in nodes if min(node.image.size)))  # asking its size loads it


def _part_of(image: bpy.types.Image, images: list[bpy.types.Image]) -> str:
    """Names a picture beside the file: its color space says what it is of; a number tells twins apart."""
    part = "color" if image.colorspace_settings.name == "sRGB" else "normal"
    twins = [each for each in images if (each.colorspace_settings.name == "sRGB") == (part == "color")]
    return part if len(twins) == 1 else f"{part}{twins.index(image) + 1}"


def _write(objects: Sequence[bpy.types.Object], file: Path, wanted: Format, has_pictures: bool) -> None:
    with scratch_scene(bpy.context.scene) as scratch, contextlib.ExitStack() as prepared:
        for obj in objects:
            prepared.enter_context(_temporarily_visible(obj))
        parents = (parent for obj in objects for parent in _parents_of(obj))
        for each in dict.fromkeys([*objects, *parents]):
            scratch.add(each)  # the exporter of .glb passes over what stands under something that is not there
        with scratch.selected(*objects):
            try:
                wanted.write(file, has_pictures)
            except RuntimeError as cause:
                raise SceneError(f"'{objects[0].name}' could not be exported: {str(cause).strip()}") from cause
    if not file.is_file() or not file.stat().st_size:
        raise DiskError(f"{file.name} could not be written: is the disk full?")


def _parents_of(obj: bpy.types.Object) -> Iterator[bpy.types.Object]:
    while obj.parent:
        obj = obj.parent
        yield obj


@contextlib.contextmanager
def _temporarily_visible(obj: bpy.types.Object) -> Iterator[None]:
    """Exporters leave out what is hidden; whoever asks for an object means it."""
    before = obj.hide_viewport, obj.hide_render, obj.hide_select
    obj.hide_viewport = obj.hide_render = obj.hide_select = False
    try:
        yield
    finally:
        obj.hide_viewport, obj.hide_render, obj.hide_select = before
