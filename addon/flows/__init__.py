"""What each button does, in words.

A flow is a generator: it yields whenever it would wait, and returns its result. In a window an operator takes it one
step further at each tick of a timer; in background mode headless.py runs it to its end. Either way nothing here blocks
for long, and the user's scene is only touched in the last step, when everything that can fail has been done.

    flow                how anything waits, and this Blender's one state
    start_job           generate, reconstruct, resume; start_picture_job from one picture
    start_mesh, go_on   a field that starts from meshes; on from a result that was edited by hand
    regions             what is kept out, kept in, frozen, or made anew
    scene_of_objects    a prompt with several objects
    wait_for_job        which job is followed, and its end; seat says where the result will stand
    insert_result       what came of a job, as an object and a take; show_result, replace_result, result_object
    job_report          what came of it, for people and scripts; time_estimate says before how long it takes
    steer_job           stop, pause, another prompt
    live_preview        what is seen of a job while it runs; render_field draws the field itself
    remesh_result       a kept grid meshed again; live_remesh as sliders move
    manage_takes        what can be done with takes; refine_take goes on from one, variations makes several
    scene_setup         the box and the cameras of a scene; camera_prompts what the cameras say of what is wanted
    capture_views       pictures of this scene; photo_cameras shows where others were taken from
    bake_and_export     textures, files of other programs, a turntable, an asset; volumes as OpenVDB and nodes
    list_models         which models can be chosen; fetch_model brings one
    manage_backend      the backend set up, started, ended; set_up_offers and support_details for its panel
    storage             what lies on the disk, old runs among it; unfinished_runs those without an end yet

A flow is loaded when it is first asked for (`flows.generate`), and so are the modules with many (`flows.storage`): most
sessions of Blender need none of them, and enabling the add-on shall not slow its start.
"""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..blender.results import active_result
    from ..core.errors import BusyError
    from .bake_and_export import (
        add_turntable,
        bake_textures,
        export_name,
        export_result,
        export_subject,
        publish,
        render_turntable,
    )
    from .camera_prompts import scene_cameras
    from .capture_views import render_views
    from .flow import APP, Flow, T
    from .job_report import Report
    from .list_models import known_models, refresh_models, refresh_models_in_background
    from .live_preview import live_field, live_surface
    from .live_remesh import LIVE_REMESH, default_threshold, remesh_after_undo
    from .manage_backend import (
        VERSION,
        backend_disk_use,
        describe_set_up,
        list_builds,
        log_folder,
        remove_backend,
        set_up_backend,
        shut_down,
        start_backend,
        stop_backend,
    )
    from .manage_takes import (
        chosen_take,
        compare,
        delete_take,
        describe_take,
        end_comparison,
        forget_unfinished_run,
        format_score,
        is_compared,
        is_take_visible,
        method_of,
        promote,
        rename_take,
        require_take,
        set_take_visible,
        short_facts,
        show_take,
    )
    from .refine_take import redo_part, refine, rewind
    from .remesh_result import remesh, why_edited
    from .scene_setup import (
        add_box,
        add_orbit_cameras,
        box_empty,
        describe_held_out_quality,
        describe_roles,
        describe_split,
        hold_out_cameras,
        image_count,
        job_box,
        rig_lines,
        select_box,
    )
    from .start_job import generate, reconstruct, resume
    from .steer_job import edit_prompt, edit_weight, pause, stop
    from .support_details import details
    from .unfinished_runs import list_unfinished_runs
    from .volumes import convert_to_geometry_nodes, convert_to_volume

__all__ = [
    "APP", "LIVE_REMESH", "T", "VERSION", "BusyError", "Flow", "Report", "active_result", "add_box",
    "add_orbit_cameras", "add_turntable", "backend_disk_use", "bake_textures", "box_empty", "chosen_take", "compare",
    "convert_to_geometry_nodes", "convert_to_volume", "default_threshold", "delete_take", "describe_held_out_quality",
    "describe_roles", "describe_set_up", "describe_split", "describe_take", "details", "edit_prompt", "edit_weight",
    "end_comparison", "export_name", "export_result", "export_subject", "forget_unfinished_run", "format_score",
    "generate", "hold_out_cameras", "image_count", "is_compared", "is_take_visible", "job_box", "known_models",
    "list_builds", "list_unfinished_runs", "live_field", "live_surface", "loaded", "log_folder", "method_of",
    "pause", "promote", "publish", "reconstruct", "redo_part", "refine", "refresh_models",
    "refresh_models_in_background", "remesh",
    "remesh_after_undo", "remove_backend", "rename_take", "render_turntable", "render_views", "require_take",
    "resume", "rewind", "rig_lines", "scene_cameras", "select_box", "set_take_visible", "set_up_backend",
    "short_facts", "show_take", "shut_down", "start_backend", "stop", "stop_backend", "why_edited",
]  # fmt: skip

_FLOWS = {
    "bake_and_export": "add_turntable,bake_textures,export_name,export_result,export_subject,publish,render_turntable",
    "camera_prompts": "scene_cameras",
    "capture_views": "render_views",
    "volumes": "convert_to_geometry_nodes,convert_to_volume",
    "flow": "APP,Flow,T",
    "job_report": "Report",
    "list_models": "known_models,refresh_models,refresh_models_in_background",
    "live_preview": "live_field,live_surface",
    "live_remesh": "LIVE_REMESH,default_threshold,remesh_after_undo",
    "manage_backend": "VERSION,backend_disk_use,describe_set_up,list_builds,log_folder,remove_backend,"
        "set_up_backend,shut_down,start_backend,stop_backend",
    "manage_takes": "chosen_take,compare,delete_take,describe_take,end_comparison,forget_unfinished_run,"
        "format_score,is_compared,is_take_visible,method_of,promote,rename_take,require_take,"
        "set_take_visible,short_facts,show_take",
    "refine_take": "redo_part,refine,rewind",
    "remesh_result": "remesh,why_edited",
    "scene_setup": "add_box,add_orbit_cameras,box_empty,describe_held_out_quality,describe_roles,"
        "describe_split,hold_out_cameras,image_count,job_box,rig_lines,select_box",
    "start_job": "generate,reconstruct,resume",
    "steer_job": "edit_prompt,edit_weight,pause,stop",
    "support_details": "details",
    "unfinished_runs": "list_unfinished_runs",
    "..blender.results": "active_result",
    "..core.errors": "BusyError",
}  # fmt: skip
"""The names of each module; the imports above are for who reads types, and a test holds both together."""
_MODULES = {name: module for module, names in _FLOWS.items() for name in names.split(",")}


def loaded(module: str) -> ModuleType | None:
    """The module of flows with this name, where something has asked for it; it is not loaded for this question."""
    return sys.modules.get(f"{__name__}.{module}")


def __getattr__(name: str) -> Any:
    """Loads the module that has `name`, or is called so."""
    module = _MODULES.get(name)
    if module is None:
        return _whole_module(name)
    found = getattr(import_module(module if module.startswith(".") else f".{module}", __name__), name)
    globals()[name] = found
    return found


def _whole_module(name: str) -> ModuleType:
    if name.startswith("_") or importlib.util.find_spec(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
