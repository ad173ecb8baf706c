"""The tab "Dreamwright" in the sidebar of the 3D view: draws the snapshot, computes nothing. One file a panel."""

from . import advanced, box, cameras, finish, main, reconstruct, running, shape, takes, words
from .advanced import DREAMWRIGHT_PT_advanced
from .box import DREAMWRIGHT_PT_box
from .cameras import DREAMWRIGHT_PT_cameras, DREAMWRIGHT_PT_orbit, DREAMWRIGHT_UL_cameras
from .finish import DREAMWRIGHT_PT_finish, DREAMWRIGHT_PT_publish, DREAMWRIGHT_PT_turntable
from .main import DREAMWRIGHT_PT_main
from .reconstruct import DREAMWRIGHT_PT_reconstruct
from .running import DREAMWRIGHT_PT_curves, DREAMWRIGHT_PT_weights
from .shape import DREAMWRIGHT_PT_shape
from .takes import DREAMWRIGHT_PT_takes
from .words import DREAMWRIGHT_PT_words

CLASSES = (
    *main.CLASSES, *running.CLASSES, *takes.CLASSES, *words.CLASSES, *advanced.CLASSES, *box.CLASSES,
    *cameras.CLASSES, *reconstruct.CLASSES, *shape.CLASSES, *finish.CLASSES,
)  # fmt: skip
"""In the order in which they stand below one another; the main panel first, since the others are its children."""

__all__ = [
    "CLASSES", "DREAMWRIGHT_PT_advanced", "DREAMWRIGHT_PT_box", "DREAMWRIGHT_PT_cameras", "DREAMWRIGHT_PT_curves",
    "DREAMWRIGHT_PT_finish", "DREAMWRIGHT_PT_main", "DREAMWRIGHT_PT_orbit", "DREAMWRIGHT_PT_publish",
    "DREAMWRIGHT_PT_reconstruct", "DREAMWRIGHT_PT_shape", "DREAMWRIGHT_PT_takes", "DREAMWRIGHT_PT_turntable",
    "DREAMWRIGHT_PT_weights", "DREAMWRIGHT_PT_words", "DREAMWRIGHT_UL_cameras",
]  # fmt: skip
