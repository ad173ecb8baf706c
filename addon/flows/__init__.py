"""What each button does, in words.

A flow is a generator: it yields whenever it would wait, and returns its result. In a window an operator takes it one
step further at each tick of a timer; in background mode headless.py runs it to its end. Either way nothing here blocks
for long, and the user's scene is only touched in the last step, when everything that can fail has been done.

    flow       how anything waits, the Studio       backend    the backend set up, started, ended
    making     generate, reconstruct, resume        following  which job is followed, and its end
    meshing    a kept grid meshed again             placing    what came of a job becomes an object
    steering   stop, pause, another prompt          cameras    what the scene's cameras say of what is wanted
    report     what came of it, for people and scripts
"""

from ..blender.results import chosen_result
from ..core.errors import BusyError
from .backend import (
    DOWNLOAD_WORDS,
    VERSION,
    leave,
    log_folder,
    set_up_backend,
    start_backend,
    stop_backend,
)
from .cameras import scene_cameras
from .flow import STUDIO, Flow, T
from .making import generate, reconstruct, resume
from .meshing import remesh
from .report import Report
from .steering import edit_prompt, pause, stop

__all__ = [
    "DOWNLOAD_WORDS", "STUDIO", "VERSION", "BusyError", "Flow", "Report", "T", "chosen_result", "edit_prompt",
    "generate", "leave", "log_folder", "pause", "reconstruct", "remesh", "resume", "scene_cameras", "set_up_backend",
    "start_backend", "stop", "stop_backend",
]  # fmt: skip
