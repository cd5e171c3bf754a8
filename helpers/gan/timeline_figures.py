"""Draw a run: two sheets of digits from fixed z, and charts over one axis of steps with the place marked."""

from collections.abc import Sequence
from math import isfinite, log10
from typing import NamedTuple

import numpy as np
from torch import Tensor

from helpers.ui import canvas, style, svg

PURPLE, GREEN = style.LINE_D, style.LINE_G    # D and G as lines
ORANGE = "#B87A00"                      # what is generated, as a line on white
TILES = 10                              # digits a row of a sheet
MOST = 240                              # corners of a line
Points = Sequence[tuple[float, float]]


class Line(NamedTuple):
    """A curve over places in 0…1: points (place, value), and how it is drawn."""

    points: Points
    color: str
    width: float = 2.0
    dash: str | None = None


class Dots(NamedTuple):
    """Marks over places in 0…1."""

    points: Points
    color: str
    square: bool = False
    size: float = 9


class Plot(NamedTuple):
    """A chart: title, key (colour, dash, words) in the row below it, what is drawn, span of values.

    levels: (value, words) named at the left. places: (place, words) named below. now: where the vertical
    line stands, None for nowhere. log: a log scale of values. empty: said in the frame's middle.
    """

    title: str
    key: Sequence[tuple[str, str | None, str]]
    lines: Sequence[Line]
    dots: Sequence[Dots]
    span: tuple[float, float]
    levels: Sequence[tuple[float, str]]
    places: Sequence[tuple[float, str]]
    now: float | None = None
    log: bool = False
    empty: str = ""


def sheet(x: float, y: float, width: float, images: Tensor, title: str) -> str:
    """Lay digits [n, 1, 28, 28] in [−1, 1] in rows of TILES under a title; 20 on 456 are 114 high with it."""
    grey = (images.detach().reshape(-1, 28, 28).numpy() + 1) / 2
    tiles = canvas.tiles(np.nan_to_num(grey), TILES)
    height = width * tiles.height / tiles.width
    return (svg.text(x, y + 17, title, style.SMALL)
            + svg.picture(x, y + 25, width, height, canvas.uri(tiles))
            + svg.box(x, y + 25, width, height, "none", rx=0, stroke=style.LINE))


FRAME = (52.0, 50.0, 24.0)    # what a plot keeps free at its left, above and below its frame


def frame(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """Where a plot's frame stands: left, top, width, height."""
    left, above, below = FRAME
    return x + left, y + above, width - left - 8, height - above - below


def plot(x: float, y: float, width: float, height: float, shown: Plot) -> str:
    """Draw a chart."""
    left, top, wide, high = frame(x, y, width, height)
    scale = (lambda v: log10(max(v, 1e-9))) if shown.log else (lambda v: v)
    low, up = map(scale, shown.span)

    def row(value: float) -> float:
        return top + high * (1 - min(max((scale(value) - low) / (up - low), -1), 2))

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + wide * min(max(point[0], -1), 2), row(point[1])

    inside = [svg.polylines([[(left, row(value)), (left + wide, row(value))] for value, _ in shown.levels],
                            stroke="#dddddd", stroke_width=1)]
    if shown.now is not None:
        inside.append(svg.polyline([at((shown.now, v)) for v in shown.span], stroke=style.LIT_EDGE,
                                   stroke_width=3))
    for line in shown.lines:
        points = [point for point in line.points if isfinite(point[1])]
        thin = points[:-1][::max(1, -(-len(points) // MOST))] + points[-1:]
        if thin:
            inside.append(svg.polyline(map(at, thin), stroke=line.color, stroke_width=line.width,
                                       stroke_dasharray=line.dash))
    out = [svg.text(x, y + 17, shown.title, style.SMALL), _key(x, y + 40, shown.key),
           svg.window(left, top, wide, high, *inside),
           svg.box(left, top, wide, high, "none", rx=0, stroke=style.LINE)]
    for dots in shown.dots:
        seen = [at(point) for point in dots.points if isfinite(point[1]) and 0 <= point[0] <= 1]
        seen = [point for point in seen if top - 1 <= point[1] <= top + high + 1]
        out.append(svg.dots(seen, dots.color, dots.size, dots.square))
    out += [svg.text(left - 5, min(max(row(value) + 6, top + 12), top + high), words, style.SMALL,
                     text_anchor="end") for value, words in shown.levels]
    out += [svg.text(left + wide * place, top + high + 20, words, style.SMALL,
                     text_anchor="start" if place < 0.1 else "end" if place > 0.9 else "middle")
            for place, words in shown.places]
    if shown.empty:
        out.append(svg.text(left + wide / 2, top + high / 2 + 6, shown.empty, style.SMALL,
                            text_anchor="middle"))
    return "".join(out)


def span_of(values: Sequence[float], room: float = 0.08) -> tuple[float, float]:
    """The values' least and greatest with some room; something sensible where there are none."""
    known = [value for value in values if isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    room *= max(high - low, 1e-3 * max(abs(low), abs(high), 1))
    return low - room, high + room


def decades(span: tuple[float, float]) -> list[float]:
    """The powers of ten in a span, every second one where there are more than four."""
    first, last = -int(-log10(span[0]) // 1), int(log10(span[1]) // 1)
    powers = list(range(first, last + 1))
    return [10.0**power for power in powers[::2 if len(powers) > 4 else 1]]


def _key(x: float, y: float, key: Sequence[tuple[str, str | None, str]]) -> str:
    out, place = [], x
    for color, dash, words in key:
        out.append(svg.polyline([(place, y - 6), (place + 22, y - 6)], stroke=color, stroke_width=3.5,
                                stroke_dasharray=dash))
        out.append(svg.text(place + 27, y, words, style.SMALL))
        place += 40 + 9.4 * len(words)
    return "".join(out)
