"""Draw a blind test: one image large and the answers so far, then all twenty with truth and scores."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from torch import Tensor

from helpers.ui import canvas, style, svg

COLUMNS, THUMB, STEP = 10, 56.0, 92.4    # thumbnails a row, their side, from one to the next
RIGHT, WRONG = style.LINE_G, "#B03A00"      # beside ✓ and ✗


class Row(NamedTuple):
    """One score: who against what, in which colour, its words, the share of hits and its interval in 0…1."""

    name: str
    color: str
    words: str
    share: float
    low: float
    high: float


def grey(image: Tensor) -> np.ndarray:
    """[1, 28, 28] in [−1, 1] to [28, 28] in 0…1."""
    return (image[0].detach().numpy() + 1) / 2


def large(x: float, y: float, side: float, image: Tensor | None, title: str) -> str:
    """Draw the image that is to be judged; None after the last."""
    frame = svg.box(x, y + 26, side, side, style.LIT if image is None else "none", rx=0)
    shown = "" if image is None else svg.picture(x, y + 26, side, side, canvas.uri(
        canvas.tiles(grey(image)[None], 1, zoom=int(side // 28))))
    return svg.text(x, y + 17, title, font_weight="bold") + shown + frame


def so_far(x: float, y: float, images: Tensor, said: Sequence[str], count: int) -> str:
    """Draw the images that were judged, small, each over what was said of it, in rows of five."""
    out = []
    for place in range(count):
        left, top = x + place % 5 * 116, y + place // 5 * 92
        if place < len(said):
            out.append(svg.picture(left, top, 64, 64, canvas.uri(canvas.tiles(grey(images[place])[None], 1))))
            out.append(svg.text(left + 32, top + 82, said[place], style.SMALL, text_anchor="middle"))
        lit = place == len(said)
        out.append(svg.box(left, top, 64, 64, style.LIT if lit else "none", lit, rx=0,
                           stroke=style.INK if lit else style.LINE))
    return "".join(out)


def judged(x: float, y: float, images: Tensor, truth: Sequence[bool], names: tuple[str, str],
           verdicts: Sequence[Sequence[tuple[str, bool]]]) -> str:
    """Draw all images with the truth, and who was right: for each image pairs (who, right).

    names: of the generated and the real, with their marks; 268 high for twenty.
    """
    out = []
    for place, image in enumerate(images):
        left, top = x + place % COLUMNS * STEP, y + place // COLUMNS * 134
        color = style.REAL if truth[place] else style.GENERATED
        out.append(svg.picture(left, top, THUMB, THUMB, canvas.uri(canvas.tiles(grey(image)[None], 1))))
        out.append(svg.box(left, top, THUMB, THUMB, "none", rx=0, stroke=color, stroke_width=4))
        out.append(svg.text(left, top + 76, names[truth[place]], style.SMALL))
        for row, (who, right) in enumerate(verdicts[place]):
            out.append(svg.text(left, top + 97 + 20 * row, f"{who} {'✓' if right else '✗'}", style.SMALL,
                                fill=RIGHT if right else WRONG, font_weight=None if right else "bold"))
    return "".join(out)


def scores(x: float, y: float, width: float, rows: Sequence[Row], ends: Sequence[tuple[float, str]]) -> str:
    """Draw each score as a dot with its interval on 0…1, the coin's ½ dashed; 26 a row, its words beside."""
    left, wide, high = x + 190, width - 190 - 380, 26 * len(rows)

    def at(share: float) -> float:
        return left + wide * share

    out = [svg.box(left, y, wide, high, "none", rx=0, stroke=style.LINE),
           svg.polyline([(at(0.5), y), (at(0.5), y + high)], stroke_width=2, stroke_dasharray="5 4")]
    for place, row in enumerate(rows):
        middle = y + 26 * place + 13
        out += [svg.text(x, middle + 6, row.name, style.SMALL),
                svg.polyline([(at(row.low), middle), (at(row.high), middle)], stroke_width=3),
                svg.dots([(at(row.share), middle)], row.color, 10),
                svg.text(left + wide + 12, middle + 6, row.words, style.SMALL)]
    out += [svg.text(at(share), y + high + 18, words, style.SMALL, text_anchor="middle")
            for share, words in ends]
    return "".join(out)
