"""The one place that mends an installation: torchvision's wheel beside a CPU build of torch."""

import ctypes
import importlib.util
from pathlib import Path

import torch

SCHEMAS = ("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
           "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
_declared: list[torch.library.Library] = []  # a Library's schemas live only as long as the object


def mend_torchvision() -> bool:
    """Declare torchvision's two undeclared operators where its own library cannot be loaded.

    The Linux wheel on PyPI is linked against CUDA; beside a CPU torch its `_C.so` does not load, and
    `import torchvision` then fails on registering shapes for `nms` and `qnms`, which nobody declared
    (pytorch/vision issues 9077, 9085, 9174). With both declared, datasets, transforms and models work;
    calling `ops.nms` still raises a clear error. Returns True where the mend was needed.
    """
    if _declared:
        return True
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None or _loads(Path(spec.origin).parent):
        return False
    library = torch.library.Library("torchvision", "DEF")
    for schema in SCHEMAS:
        library.define(schema)
    _declared.append(library)
    return True


def _loads(package: Path) -> bool:
    """Say whether torchvision's compiled operators load, as torchvision itself will try."""
    compiled = [*package.glob("_C*.so"), *package.glob("_C*.pyd"), *package.glob("_C*.dylib")]
    try:
        for path in compiled:
            ctypes.CDLL(str(path))
    except OSError:
        return False
    return bool(compiled)
