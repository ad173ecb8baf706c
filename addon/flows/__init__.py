"""What each button does, in words.

A flow is a generator: it yields whenever it would wait, and returns its result. In a window an operator takes it one
step further at each tick of a timer; in background mode headless.py runs it to its end. Either way nothing here blocks
for long, and the user's scene is only touched in the last step, when everything that can fail has been done.

    flow       how anything waits, the Studio       backend    the backend set up, started, ended
    making     generate, reconstruct, resume        following  which job is followed, and its end
    live_shape sliders that mesh as they move      volumes    as a volume, and as Geometry Nodes
    meshing    a kept grid meshed again             placing    what came of a job becomes an object
    steering   stop, pause, another prompt          cameras    what the scene's cameras say of what is wanted
    places     the box and the cameras of a scene  capturing  pictures of this scene
    report     what came of it, for people and scripts
    models     which models can be chosen           details    what somebody who is to help needs to know
    keeping    a job to its end, kept as a take     begun      runs without an end yet
    takes      what can be done with takes          iterating  on from a take, or back in it
    finishing  textures, files of other programs, a turntable, an asset
    looking    the field itself, rendered           watching   what is seen of it while it is made
"""

from ..blender.results import chosen_result
from ..core.errors import BusyError
from .backend import (
    VERSION,
    leave,
    log_folder,
    set_up_backend,
    set_up_sentences,
    start_backend,
    stop_backend,
)
from .begun import begun_in
from .cameras import scene_cameras
from .capturing import render_views
from .details import details
from .finishing import (
    FORMATS,
    add_turntable,
    export_result,
    finish_subject,
    give_textures,
    publish,
    render_turntable,
)
from .flow import STUDIO, Flow, T
from .iterating import iterate, rewind
from .live_shape import LIVE, threshold_found
from .making import generate, reconstruct, resume
from .meshing import remesh
from .models import ask_again, known_models, look_for_models
from .places import (
    OFF,
    ORBIT,
    SPHERE,
    add_box,
    add_orbit_cameras,
    chosen_empty,
    held_out_quality,
    hold_out_cameras,
    look_again,
    picture_count,
    rig_lines,
    roles_in_words,
    select_box,
    split_in_words,
    wanted_box,
)
from .report import Report
from .steering import edit_prompt, edit_weight, pause, stop
from .takes import (
    about_take,
    chosen_take,
    compare,
    end_comparison,
    facts_of,
    found_take,
    give_up_run,
    is_compared,
    method_of,
    promote,
    rename,
    score_words,
    show_take,
)
from .takes import delete as delete_take
from .volumes import make_volume, make_volume_mesh
from .watching import coming, live

__all__ = [
    "FORMATS", "LIVE", "OFF", "ORBIT", "SPHERE", "STUDIO", "T", "VERSION", "BusyError", "Flow", "Report",
    "about_take", "add_box", "add_orbit_cameras", "add_turntable", "ask_again", "begun_in", "chosen_empty",
    "chosen_result", "chosen_take", "coming", "compare", "delete_take", "details", "edit_prompt", "edit_weight",
    "end_comparison", "export_result", "facts_of", "finish_subject", "found_take", "generate", "give_textures",
    "give_up_run", "held_out_quality", "hold_out_cameras", "is_compared", "iterate", "known_models", "leave",
    "live", "log_folder", "look_again", "look_for_models", "make_volume", "make_volume_mesh", "method_of", "pause",
    "picture_count", "promote", "publish", "reconstruct", "remesh", "rename", "render_turntable", "render_views",
    "resume", "rewind", "rig_lines", "roles_in_words", "scene_cameras", "score_words", "select_box",
    "set_up_backend", "set_up_sentences", "show_take", "split_in_words", "start_backend", "stop", "stop_backend",
    "threshold_found", "wanted_box",
]  # fmt: skip
