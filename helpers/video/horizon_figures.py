"""Draw a clip beyond the trained length: its frame and path, the drift of each block, its filmstrip."""

from collections.abc import Mapping, Sequence
from math import isfinite

import numpy as np

from helpers.ui import canvas, style, svg

CANVAS, BLOCK, EVERY = 32, 16, 8       # px of a frame, frames of a block, frames between two of the strip
CHART, WIDE, HIGH = 480.0, 446.0, 100.0    # left edge, width, height of a chart
STRIP, CELL, LEFT = 366.0, 54.0, 74.0  # top of the filmstrips, width of a frame, left edge
BAND, DASH = "#dcefe6", "5 4"


def screen(x: float, zoom: float, frame: np.ndarray, path: np.ndarray, title: str, color: str) -> str:
    """Draw a frame [32, 32] and the path [t, 2] so far, dashed beyond the trained length."""
    top, size = 28.0, CANVAS * zoom
    points = [(x + px * zoom, top + py * zoom) for px, py in path.tolist()]
    lines = [svg.polyline(points[:BLOCK], stroke=color, stroke_width=3)]
    if len(points) > BLOCK:
        lines.append(svg.polyline(points[BLOCK - 1:], stroke=color, stroke_width=1.8, stroke_dasharray=DASH))
    return "".join((
        svg.text(x, 18, title, style.SMALL, font_weight="bold"),
        svg.window(x, top, size, size,
                   svg.picture(x, top, size, size, canvas.uri(canvas.tiles(frame[None], 1, 8))),
                   *lines, svg.dots(points[-1:], color, 9, color == style.GENERATED)),
        svg.tag("rect", x=x, y=top, width=size, height=size, fill="none", stroke=style.INK)))


def drift(y: float, title: str, model: Sequence[float], real: Sequence[float], gate: float, least: float,
          shown: Sequence[str], here: int) -> str:
    """Draw a number of each block against real clips' zero; gate: half the accepted band; here: our block.

    A block without a number, as the cosine of clips that stand still, has no mark.
    """
    reach = max([least, *(1.15 * abs(value) for value in model if isfinite(value))])
    top, middle, column = y + 8, y + 8 + HIGH / 2, WIDE / len(model)

    def at(values: Sequence[float], aside: float) -> list[tuple[float, float]]:
        return [(CHART + column * (k + 0.5) + aside, middle - HIGH / 2 * value / reach)
                for k, value in enumerate(values) if isfinite(value)]

    half = HIGH / 2 * gate / reach
    return "".join((
        svg.text(CHART, y, title, style.SMALL, font_weight="bold"),
        svg.tag("rect", x=CHART + column * here, y=top, width=column, height=HIGH + 24, fill=style.LIT),
        svg.tag("rect", x=CHART, y=middle - half, width=WIDE, height=2 * half, fill=BAND, fill_opacity=0.8,
                stroke=style.GENERATOR, stroke_dasharray="2 3"),
        svg.tag("rect", x=CHART, y=top, width=WIDE, height=HIGH, fill="none", stroke=style.LINE),
        svg.polyline([(CHART, middle), (CHART + WIDE, middle)], stroke=style.MUTED),
        svg.text(CHART - 6, middle + 6, "0", style.SMALL, text_anchor="end", fill=style.MUTED),
        svg.polyline(at(model, 0), stroke=style.GENERATED, stroke_width=2) if at(model, 0) else "",
        svg.dots(at(real, -12), style.REAL, 7), svg.dots(at(model, 0), style.GENERATED, 9, True),
        *(svg.text(CHART + column * (k + 0.5), top + HIGH + 18, words, style.SMALL, text_anchor="middle",
                   font_weight="bold" if k == here else None) for k, words in enumerate(shown))))


def times(y: float, blocks: int, foot: str) -> str:
    """Write under the charts which block is which, and what the marks mean."""
    column = WIDE / blocks
    names = [svg.text(CHART + column * (k + 0.5), y, f"×{k + 1}", style.SMALL, text_anchor="middle",
                      fill=style.MUTED) for k in range(blocks)]
    return "".join(names) + svg.text(CHART + WIDE, y + 22, foot, style.SMALL, text_anchor="end")


def strips(rows: Sequence[tuple[str, np.ndarray]], t: int, words: Mapping[str, str]) -> str:
    """Draw every eighth frame of clips [T, 32, 32], named, with the trained length marked; t: from 0."""
    films = [film[EVERY - 1::EVERY] for _, film in rows]
    count = len(films[0])
    sheet, high = canvas.tiles(np.concatenate(films), count, 1, 2), CELL * len(rows)
    edge = LEFT + CELL * BLOCK / EVERY
    x = LEFT + CELL * (t + 1) / EVERY
    out = [svg.picture(LEFT, STRIP, CELL * count, high, canvas.uri(sheet)),
           svg.polyline([(edge, STRIP - 12), (edge, STRIP + high)], stroke=style.LIT_EDGE, stroke_width=4),
           svg.text(edge + 6, STRIP - 6, words["trained"], style.SMALL, fill=style.LIT_EDGE),
           svg.polyline([(x, STRIP - 4), (x, STRIP + high + 4)], stroke=style.GENERATED, stroke_width=3)]
    out += [svg.text(1, STRIP + CELL * (k + 0.6), name, style.SMALL) for k, (name, _) in enumerate(rows)]
    out += [svg.text(LEFT + CELL * (k + 0.5), STRIP + high + 18, str(EVERY * (k + 1)), style.SMALL,
                     text_anchor="middle", fill=style.MUTED) for k in range(count)]
    return "".join(out)


def frame_at(x: float, y: float, frames: int) -> int | None:
    """Which frame, from 0, is clicked in the filmstrip."""
    inside = LEFT <= x < LEFT + CELL * frames / EVERY and STRIP <= y <= STRIP + 2 * CELL
    return EVERY * int((x - LEFT) / CELL) + EVERY - 1 if inside else None
