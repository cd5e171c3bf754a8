"""Pictures that a notebook shows as they are: no controls, no state."""

import numpy as np
from IPython.display import Image
from torch import Tensor

from helpers.ui import canvas, style, svg

SIDE = 66    # of one digit


def digit_grid(*rows: Tensor, names: tuple[str, ...]) -> Image:
    """Show rows of digits, each under its name.

    rows: uint8 in 0…255 or float in [−1, 1], each [n, 28, 28] or [n, 784], n up to 14.
    """
    parts, y = [], 6.0
    for images, name in zip(rows, names, strict=True):
        sheet = canvas.tiles(_grey(images), len(images))
        width = SIDE * len(images)
        parts += [svg.text(8, y + 18, name), svg.picture(8, y + 26, width, SIDE, canvas.uri(sheet)),
                  svg.box(8, y + 26, width, SIDE, "none", rx=0, stroke=style.LINE)]
        y += SIDE + 44
    return Image(svg.to_png(svg.page(y, *parts)))


def _grey(images: Tensor) -> np.ndarray:
    grey = images.detach().reshape(-1, 28, 28)
    return grey.numpy() / 255 if not grey.is_floating_point() else (grey.numpy() + 1) / 2
