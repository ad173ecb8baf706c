"""Each line of a text file becomes an object; all of them become one picture, with their words below them.

blender --background --factory-startup --python prompts_to_sheet.py -- prompts.txt sheet.png --quality draft
"""

import argparse
import math
import sys
import textwrap
from pathlib import Path

import bpy
from bl_ext.user_default.dreamwright import api

parser = argparse.ArgumentParser(prog="prompts_to_sheet.py", description=__doc__)
parser.add_argument("prompts", type=Path, help="one prompt a line; empty lines and those with a # are left out")
parser.add_argument("picture", type=Path)
parser.add_argument("--quality", default="draft", choices=("draft", "normal", "high"))
parser.add_argument("--steps", type=int, default=0, help="0 takes the quality's own")
parser.add_argument("--resolution", type=int, default=0, help="0 takes the quality's own")
parser.add_argument("--cell", type=int, default=256, help="pixels of each object")
options = parser.parse_args(sys.argv[sys.argv.index("--") + 1 :])


def main() -> None:
    bpy.ops.wm.read_homefile(use_empty=True, load_ui=False)
    lines = options.prompts.read_text(encoding="utf-8-sig").splitlines()
    prompts = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    columns = math.ceil(math.sqrt(len(prompts)))
    for number, prompt in enumerate(prompts):
        across, down = number % columns, number // columns
        bpy.context.scene.cursor.location = (across * 3.0, 0.0, -down * 3.2)  # results stand there
        try:
            api.generate(prompt, quality=options.quality, steps=options.steps, resolution=options.resolution)
        except api.DreamwrightError as error:
            sys.exit(f"{prompt}: {error}")
        write(prompt, across * 3.0, -down * 3.2 - 0.5)
        print(f"{number + 1} of {len(prompts)}: {prompt}")
    light()
    render(columns, math.ceil(len(prompts) / columns))
    print(options.picture)


def write(words: str, x: float, z: float) -> None:
    """Words that stand upright and face the camera."""
    curve = bpy.data.curves.new(words[:60], "FONT")
    curve.body, curve.align_x, curve.size = "\n".join(textwrap.wrap(words, 26)), "CENTER", 0.25
    black = with_nodes(bpy.data.materials.new("Ink"))
    black.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0, 0, 0, 1)
    curve.materials.append(black)
    label = bpy.data.objects.new(curve.name, curve)
    label.location, label.rotation_euler = (x, -1.2, z), (math.radians(90), 0, 0)
    bpy.context.scene.collection.objects.link(label)


def light() -> None:
    world = with_nodes(bpy.data.worlds.new("Sky"))
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.9, 0.9, 0.9, 1)
    bpy.context.scene.world = world


def with_nodes(owner):
    """A material or world with its node tree, which is always there from Blender 5.0 on."""
    if not owner.node_tree:
        owner.use_nodes = True
    return owner


def render(columns: int, rows: int) -> None:
    """One orthographic look from the front that holds all of them."""
    scene = bpy.context.scene
    camera = bpy.data.cameras.new("Front")
    camera.type, camera.ortho_scale = "ORTHO", max(columns * 3.0, rows * 3.2)
    eye = bpy.data.objects.new("Front", camera)
    middle = (columns - 1) * 1.5, -(rows - 1) * 1.6 + 0.75
    eye.location, eye.rotation_euler = (middle[0], -20.0, middle[1]), (math.radians(90), 0, 0)
    scene.collection.objects.link(eye)
    scene.camera, scene.render.engine, scene.cycles.samples = eye, "CYCLES", 16
    scene.view_settings.view_transform = "Standard"
    scene.render.resolution_x, scene.render.resolution_y = columns * options.cell, rows * options.cell * 16 // 15
    scene.render.filepath = str(options.picture.absolute())
    bpy.ops.render.render(write_still=True)


main()
