"""Lets `torchvision` be imported beside a torch that its compiled kernels were not built for.

open_clip imports torchvision for its picture transforms, which are plain Python. The registry's torchvision carries
compiled kernels for the CUDA build of torch; beside the CPU build they do not load, and torchvision then fails while
it registers shapes for two operators that are not there. Declaring those two (never called here) lets the import pass.
"""

import torch

_NMS_SCHEMA = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: list[torch.library.Library] = []  # a Library's operators live as long as the object does


def import_torchvision() -> None:
    """Imports torchvision, declaring the operators that its missing kernels would have declared.

    Raises:
        ImportError: torchvision is not installed at all.
    """
    try:
        import torchvision
    except RuntimeError as cause:
        if "torchvision::nms" not in str(cause):
            raise
        library = torch.library.Library("torchvision", "DEF")
        library.define("nms" + _NMS_SCHEMA)
        library.define("qnms" + _NMS_SCHEMA)
        _declared.append(library)
        import torchvision  # noqa: F401
