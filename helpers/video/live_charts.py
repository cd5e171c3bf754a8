"""Curves over the rounds of a training with the levels to compare with, and a bar of progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, log

import numpy as np

from helpers.ui import style, svg

GUTTER = 132    # at a chart's right, for the words beside its levels
BINS = 110      # corners of a curve: the mean of the rounds between
Points = Sequence[tuple[float, float]]    # (round, value)


@dataclass(frozen=True)
class Line:
    """A curve with its name; its dash tells it from others without their colours."""

    name: str
    color: str
    points: Points
    dash: str | None = None


@dataclass(frozen=True)
class Chart:
    """Lines over the rounds in one frame. levels: (value, words) dashed across; log: logarithmic upwards.

    span: the least and the greatest value that the frame shows in any case.
    """

    lines: Sequence[Line]
    levels: Sequence[tuple[float, str]]
    span: tuple[float, float]
    log: bool = False


def thinned(points: Points) -> list[list[float]]:
    """Average a curve's finite points so that at most BINS remain."""
    known = np.array([point for point in points if isfinite(point[1])], float).reshape(-1, 2)
    step = -(-len(known) // BINS) or 1
    whole = len(known) // step * step
    groups = known[:whole].reshape(-1, step, 2).mean(1)
    rest = known[whole:]
    return [*groups.tolist(), *([rest.mean(0).tolist()] if len(rest) else [])]


def chart(x: float, y: float, width: float, height: float, shown: Chart, last: float, *, begin: float = 0,
          gutter: float = GUTTER) -> str:
    """Draw a chart from round `begin` to `last`; the levels' words stand in the gutter at its right."""
    right = x + width - gutter
    curves = [thinned(line.points) for line in shown.lines]
    values = [*shown.span, *(value for curve in curves for _, value in curve),
              *(value for value, _ in shown.levels)]
    low, high = (_scaled(pick(values), shown.log) for pick in (min, max))

    def row(value: float) -> float:
        return y + height - 5 - (height - 10) * (_scaled(value, shown.log) - low) / (high - low)

    out = [svg.box(x, y, right - x, height, rx=0, stroke=style.LINE)]
    for (value, words), place in zip(shown.levels, _apart([row(v) for v, _ in shown.levels], y, height),
                                     strict=True):
        out.append(svg.polyline([(x, row(value)), (right, row(value))], stroke=style.MUTED, stroke_width=1.6,
                                stroke_dasharray="5 4"))
        out.append(svg.text(right + 5, place, words, style.SMALL) if gutter else "")
    for line, curve in zip(shown.lines, curves, strict=True):
        corners = [(x + (right - x) * (at - begin) / max(last - begin, 1), row(value)) for at, value in curve]
        if corners:
            out.append(svg.polyline(corners, stroke=line.color, stroke_width=2.2, stroke_dasharray=line.dash))
            out.append(svg.tag("circle", cx=corners[-1][0], cy=corners[-1][1], r=3.6, fill=line.color,
                               stroke=style.INK))
    return "".join(out)


def key(x: float, y: float, lines: Sequence[tuple[Line, str]]) -> str:
    """Name the lines in a row, each with its present value."""
    out = []
    for line, value in lines:
        words = f"{line.name} {value}"
        out += [svg.polyline([(x, y - 6), (x + 26, y - 6)], stroke=line.color, stroke_width=3,
                             stroke_dasharray=line.dash),
                svg.text(x + 31, y, words, style.SMALL)]
        x += 45 + 9.3 * len(words)
    return "".join(out)


def progress(x: float, y: float, width: float, share: float, words: str, bar: float = 150) -> str:
    """Draw how much is done, with its words at the bar's right."""
    share = min(max(share, 0.0), 1.0)
    return (svg.box(x, y - 14, bar, 16, "#eeeeee", rx=3, stroke=style.MUTED)
            + svg.box(x, y - 14, bar * share, 16, style.GENERATOR, rx=3, stroke=style.MUTED)
            + svg.text(x + bar + 10, y, words, style.SMALL, font_weight="bold",
                       textLength=width - bar - 10 if 9.9 * len(words) > width - bar - 10 else None))


def _scaled(value: float, logarithmic: bool) -> float:
    return log(max(value, 1e-9)) if logarithmic else value


def _apart(rows: Sequence[float], y: float, height: float) -> list[float]:
    """Keep the words of at most two levels from touching each other and from leaving the frame."""
    places = [min(max(row + 6, y + 13), y + height) for row in rows]
    if len(places) == 2 and abs(places[0] - places[1]) < 19:
        middle = min(max(sum(places) / 2, y + 23), y + height - 10)
        up = places[0] <= places[1]
        places = [middle - 10, middle + 10] if up else [middle + 10, middle - 10]
    return places
