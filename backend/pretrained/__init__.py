"""From what a person writes after `--model` to a model that is on this machine, without surprises.

    model_ref    what a name means            registry     the models we know by name
    download     files, after consent         store        what is here, and whether it is whole
    hub          what the hub is asked        selection    which files of a repository are needed
    image_text   open_clip's models, loaded   memory       whether a model fits
    pipeline_folder, single_file              whether what a person points at is a diffusion model

What is on this machine is used first; the network is asked only when a person allows it.
"""

from .download import fetch, local_folder
from .image_text import ImageText, load_image_text
from .memory import check_memory
from .model_ref import EMBEDDED_FOLDER, ModelRef, resolve
from .pipeline_folder import variant_in

__all__ = [
    "EMBEDDED_FOLDER",
    "ImageText",
    "ModelRef",
    "check_memory",
    "fetch",
    "load_image_text",
    "local_folder",
    "resolve",
    "variant_in",
]
