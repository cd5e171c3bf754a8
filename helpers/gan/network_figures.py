"""Draw a network as the row of what passes through it: arrows are its layers, solids its feature maps."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from helpers.ui import canvas, style, svg

MAKERS = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.Flatten, nn.Unflatten)    # begin a stage
WORDS = {nn.Linear: ("linear",), nn.Conv2d: ("convolução",), nn.ConvTranspose2d: ("convolução", "transposta"),
         nn.BatchNorm2d: ("batch norm",), nn.ReLU: ("+ ReLU",), nn.LeakyReLU: ("leaky ReLU",),
         nn.Tanh: ("tanh",), nn.Flatten: ("achatar",), nn.Unflatten: ("reformatar",)}
RESHAPE, STRIDE = ("reformatar",), ("{k}×{k}", "stride {s}")
PIXEL, CENTRE, BELOW = 5.6, 280.0, 438.0    # units a pixel of a map; heights of arrows and labels
LETTERS, LINE, GAP = 24, 28, 12             # font size, line height, air beside an arrow
Shape = tuple[int, ...]


class Stage(NamedTuple):
    """One arrow and where it leads: the words of its layers, and the shape (without the batch)."""

    words: tuple[str, ...]
    shape: Shape


def stages(net: nn.Module, *inputs: Tensor, skip: str = "") -> list[Stage]:
    """Run a network once and note what its layers make, as they are called; `skip`: a layer left out.

    A layer that changes the shape begins a stage, the others join it; a reshape between two layers, which
    is no layer itself, is a stage of its own.
    """
    found: list[Stage] = []

    def note(layer: nn.Module, given: tuple[Tensor, ...], made: Tensor) -> None:
        before, after = tuple(given[0].shape[1:]), tuple(made.shape[1:])
        if found and found[-1].shape != before:
            found.append(Stage(RESHAPE, before))
        # spectral norm makes another class of each layer, below the one in WORDS
        words = next(words for kind, words in WORDS.items() if isinstance(layer, kind))
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            words += tuple(line.format(k=layer.kernel_size[0], s=layer.stride[0]) for line in STRIDE)
        if not found or isinstance(layer, MAKERS):
            found.append(Stage(words, after))
        else:
            found[-1] = Stage(found[-1].words + words, after)

    hooks = [layer.register_forward_hook(note) for name, layer in net.named_modules()
             if isinstance(layer, tuple(WORDS)) and name != skip]
    try:
        with torch.no_grad():
            net(*inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return found


class Block(NamedTuple):
    """A thing in the row: its drawing from x = 0 on, its width, and the lines below it."""

    drawing: str
    width: float
    below: tuple[str, ...]


def solid(shape: Shape, fill: str, side: str, below: tuple[str, ...]) -> Block:
    """Draw maps [channels, height, width] as a solid: as high as they are, as thick as they are many."""
    channels, height, width = shape
    thick, high, deep = 8 * sqrt(channels), PIXEL * height, 0.3 * PIXEL * width
    top, bottom = CENTRE - (high - deep) / 2, CENTRE + (high + deep) / 2
    line = {"stroke": style.INK, "stroke_width": 2, "stroke_linejoin": "round"}
    far = thick + deep
    faces = [([(0, top), (deep, top - deep), (far, top - deep), (thick, top)], side),
             ([(thick, top), (far, top - deep), (far, bottom - deep), (thick, bottom)], side),
             ([(0, top), (thick, top), (thick, bottom), (0, bottom)], fill)]
    return Block("".join(svg.tag("path", d="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z",
                                 fill=color, **line) for points, color in faces), thick + deep, below)


def vector(length: int, fill: str, below: tuple[str, ...]) -> Block:
    """Draw numbers in a row as a bar, the higher the more they are."""
    high = min(248.0, 70 + 3.2 * sqrt(length))
    ticks = [[(1, CENTRE - high / 2 + 12 * n), (25, CENTRE - high / 2 + 12 * n)]
             for n in range(1, int(high // 12) + 1)]
    return Block(svg.box(0, CENTRE - high / 2, 26, high, fill, rx=0, stroke_width=2)
                 + svg.polylines(ticks, stroke_width=1), 26, below)


def photo(image: np.ndarray, color: str, below: tuple[str, ...]) -> Block:
    """Show an image in [0, 1], [height, width], framed in the colour of its origin, at the maps' scale."""
    high, width = (PIXEL * side for side in image.shape)
    return Block(svg.picture(0, CENTRE - high / 2, width, high, canvas.uri(canvas.tiles(image[None], 1, 8)))
                 + svg.box(0, CENTRE - high / 2, width, high, "none", rx=0, stroke=color, stroke_width=7)
                 + svg.box(-3.5, CENTRE - high / 2 - 3.5, width + 7, high + 7, "none", rx=0), width, below)


def length_between(one: Block, words: tuple[str, ...], other: Block) -> float:
    """How long an arrow must be for the words above it, and for those below its two ends to stay apart."""
    overhang = sum(max(0.0, _long(block.below) - block.width) / 2 for block in (one, other))
    return max(_long(words), overhang) + 2 * GAP


def row(blocks: Sequence[Block], arrows: Sequence[tuple[str, ...]], color: str, margins: tuple[float, float],
        least: float) -> tuple[str, float]:
    """Set blocks in a row, with an arrow from each to the next and the layers' names above it.

    Returns the drawing and its width, at least `least`: the arrows share what is left over.
    """
    lengths = [length_between(*three) for three in zip(blocks, arrows, blocks[1:], strict=False)]
    needed = sum(margins) + sum(block.width for block in blocks) + sum(lengths)
    more, out, x = max(0.0, least - needed) / len(arrows), [], margins[0]
    for number, block in enumerate(blocks):
        out.append(svg.tag("g", block.drawing, transform=f"translate({x:.1f} 0)"))
        out += [svg.text(x + block.width / 2, BELOW + 30 * n, line, LETTERS, text_anchor="middle",
                         font_weight="bold" if n == 0 else None) for n, line in enumerate(block.below)]
        x += block.width
        if number < len(arrows):
            words, length = arrows[number], lengths[number] + more
            out.append(svg.arrow([(x + GAP, CENTRE), (x + length - GAP, CENTRE)], color, 5, 17))
            out += [svg.text(x + length / 2, CENTRE - 16 - LINE * (len(words) - 1 - n), line, LETTERS,
                             text_anchor="middle") for n, line in enumerate(words)]
            x += length
    return "".join(out), max(needed, least)


def verdict(fill: str, words: tuple[str, str], below: tuple[str, ...]) -> Block:
    """Draw the logit with σ below it; words: the logit's and the probability's, with their numbers."""
    width, middle = 160, 80
    return Block("".join((
        svg.box(0, CENTRE - 30, width, 60, fill, stroke_width=2),
        svg.text(middle, CENTRE + 9, words[0], 25, text_anchor="middle", font_weight="bold"),
        svg.arrow([(middle, CENTRE + 32), (middle, CENTRE + 70)], style.INK, 4, 15),
        svg.text(middle + 16, CENTRE + 58, "σ", 25),
        svg.box(0, CENTRE + 72, width, 54, "#f3f3f3", stroke_width=2),
        svg.text(middle, CENTRE + 108, words[1], 25, text_anchor="middle", font_weight="bold"))),
        width, below)


def _long(lines: tuple[str, ...]) -> float:
    return max(map(len, lines)) * LETTERS * 0.6
