"""Which pixels a place of a feature map sees, or touches, by exact bookkeeping along one axis.

Kernels are full squares, so what enters a place is a square too, the product of one axis with itself. A
boolean matrix says along that axis which places enter which; matrices multiply as the layers follow.
"""

from collections.abc import Callable, Sequence

import numpy as np

from helpers.gan.blocks import Block, Flatten, Linear, Reshape, Shape


def seen(blocks: Sequence[Block], shapes: list[Shape]) -> list[int | None]:
    """D: carry the image's pixels forwards; one column stands for places that all see the same."""
    pixels: np.ndarray | None = np.eye(shapes[0][1], dtype=bool)
    out: list[int | None] = []
    for block, came in zip(blocks, shapes[:-1], strict=False):
        if pixels is not None:
            pixels = _carry(pixels, block, came, Reshape, lambda taps: taps)
        out.append(None if pixels is None else width(pixels))
    return out


def touched(blocks: Sequence[Block], shapes: list[Shape]) -> list[int | None]:
    """G: carry the image's pixels backwards, from each layer to what enters it."""
    fits = len(shapes) == len(blocks) + 1 and len(shapes[-1]) == 3
    pixels = np.eye(shapes[-1][1], dtype=bool) if fits else None
    out: list[int | None] = []
    for block, came in zip(blocks[::-1], shapes[-2::-1], strict=False):
        out.append(None if pixels is None else width(pixels))
        if pixels is not None:
            pixels = _carry(pixels, block, came, Flatten, np.transpose)
    return out[::-1] if fits else [None] * (len(shapes) - 1)


def width(pixels: np.ndarray) -> int:
    """The widest stretch, from its first pixel to its last, of any place: [pixels, places]."""
    first, last = pixels.argmax(0), len(pixels) - 1 - pixels[::-1].argmax(0)
    return int(((last - first + 1) * pixels.any(0)).max())


def _carry(pixels: np.ndarray, block: Block, came: Shape, lost: type[Block],
           turned: Callable[[np.ndarray], np.ndarray]) -> np.ndarray | None:
    if isinstance(block, Linear):
        return pixels.any(1, keepdims=True)
    if isinstance(block, lost):    # laid out anew: where a number went is known only if all are alike
        return pixels if pixels.shape[1] == 1 else None
    taps = block.taps(came[1]) if len(came) == 3 else None
    return pixels if taps is None else _through(pixels, turned(taps))


def _through(pixels: np.ndarray, taps: np.ndarray) -> np.ndarray:
    """Carry pixels [n, in] to the places that leave, by taps [out, in]; one column stands for all alike."""
    return np.broadcast_to(pixels, (len(pixels), taps.shape[1])) @ taps.T
