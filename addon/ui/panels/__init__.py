"""The tab "Dreamwright" in the sidebar of the 3D view: draws the snapshot, computes nothing. One file a panel."""

from . import box, main, reconstruct, remesh, words
from .box import DREAMWRIGHT_PT_box
from .main import DREAMWRIGHT_PT_main
from .reconstruct import DREAMWRIGHT_PT_reconstruct
from .remesh import DREAMWRIGHT_PT_remesh
from .words import DREAMWRIGHT_PT_words

CLASSES = (*main.CLASSES, *words.CLASSES, *box.CLASSES, *reconstruct.CLASSES, *remesh.CLASSES)
"""In the order in which they stand below one another; the main panel first, since the others are its children."""

__all__ = [
    "CLASSES", "DREAMWRIGHT_PT_box", "DREAMWRIGHT_PT_main", "DREAMWRIGHT_PT_reconstruct", "DREAMWRIGHT_PT_remesh",
    "DREAMWRIGHT_PT_words",
]  # fmt: skip
