"""Draw the swap test: a grid of clips with its heads, a clip with its neighbours, and the score as bars."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from helpers.ui import style, svg

HEIGHT = 478.0
SIDE, CANVAS = 4, 32                     # clips a side of the grid; px a side of a clip
LEFT, TOP, PITCH = 88.0, 76.0, 99.0      # where the grid begins; from clip to clip
CLIP, GRID = 96.0, 393.0                 # of a clip's side, of the grid's
BOX = 66.0                               # a path's small drawing
RIGHT, BIG, ASIDE = 496.0, 176.0, 684.0  # left edge of the chosen clip and the score; its side; its words
BAR, WIDE, THICK = 246.0, 440.0, 15.0    # top of the score; width and thickness of a bar
GAUGE = 45.0                             # from bar to bar
HEAD, BADGE = "#eef1f5", "#ffffff"


class Row(NamedTuple):
    """What is seen in a row: the digit, in how many of its clips, and which clips show another one."""

    digit: str
    share: str
    others: Sequence[tuple[int, str]]


class Gauge(NamedTuple):
    """One number of the score; places on the bar from 0 to 1, None where there is nothing to show."""

    name: str
    aside: str
    value: float | None
    floor: float | None
    gate: float | None = None
    chance: float | None = None


def grid(picture: str, paths: np.ndarray, rows: Sequence[Row], chosen: tuple[int, int], color: str,
         corner: Sequence[str]) -> str:
    """Draw clips with paths [4, 4, T, 2] in px; heads of the rows and the columns answer clicks."""
    row, column = chosen
    out = [svg.text(4, 20 + 21 * n, words, style.SMALL, fill=style.MUTED) for n, words in enumerate(corner)]
    out.append(svg.picture(LEFT, TOP, GRID, GRID, picture))
    for n, seen in enumerate(rows):
        top = TOP + PITCH * n
        out += [svg.box(2, top, LEFT - 10, CLIP, style.LIT if n == row else HEAD, n == row),
                svg.text(12, top + 22, "↻", style.TEXT, fill=style.MUTED),
                svg.text(41, top + 52, seen.digit, 40, text_anchor="middle", font_weight="bold"),
                svg.text(41, top + 82, seen.share, style.SMALL, text_anchor="middle")]
        for place, digit in seen.others:
            x = LEFT + PITCH * place
            out += [svg.box(x + 4, top + 4, 22, 23, BADGE, rx=3),
                    svg.text(x + 15, top + 21, digit, style.SMALL, text_anchor="middle", font_weight="bold")]
    for n in range(SIDE):
        x = LEFT + PITCH * n
        out += [svg.box(x, 2, CLIP, BOX + 2, style.LIT if n == column else HEAD, n == column),
                svg.text(x + 5, 22, "↻", style.TEXT, fill=style.MUTED),
                _paths(x + 24, 3, BOX, paths[:, n], color)]
    frames = ((LEFT, TOP + PITCH * row, GRID, CLIP), (LEFT + PITCH * column, TOP, CLIP, GRID))
    out += [svg.box(*frame, "none", rx=3, stroke=style.LIT, stroke_width=3) for frame in frames]
    out.append(svg.box(LEFT + PITCH * column, TOP + PITCH * row, CLIP, CLIP, "none", rx=3, stroke="#F0E442",
                       stroke_width=6))
    return "".join(out)


def near(picture: str, paths: np.ndarray, title: str, lines: Sequence[tuple[str, bool]], color: str) -> str:
    """Draw the chosen clip large; paths [4, T, 2]: its own and then its column's; lines: (words, bold)."""
    y, zoom = 28.0, BIG / CANVAS
    own, *others = (np.array([RIGHT, y]) + zoom * paths).tolist()
    return "".join((
        svg.text(RIGHT, 18, title, style.SMALL, font_weight="bold"),
        svg.window(RIGHT, y, BIG, BIG, svg.picture(RIGHT, y, BIG, BIG, picture),
                   svg.polylines(others, stroke=style.PAPER, stroke_width=1.4, stroke_dasharray="4 4"),
                   svg.polyline(own, stroke=color, stroke_width=3), svg.dots(own[:1], color, 9)),
        svg.tag("rect", x=RIGHT, y=y, width=BIG, height=BIG, fill="none", stroke=style.INK),
        *(svg.text(ASIDE, 44 + 23 * n, words, style.SMALL, font_weight="bold" if bold else None)
          for n, (words, bold) in enumerate(lines))))


def score(title: str, aside: str, share: float, gauges: Sequence[Gauge], color: str,
          legend: Sequence[str]) -> str:
    """Draw the score; share: how much of it is measured."""
    out = [svg.text(RIGHT, BAR - 16, title, style.SMALL, font_weight="bold"),
           svg.text(RIGHT + WIDE, BAR - 16, aside, style.SMALL, text_anchor="end"),
           svg.tag("rect", x=RIGHT, y=BAR - 10, width=WIDE, height=6, fill=HEAD, stroke=style.LINE),
           svg.tag("rect", x=RIGHT, y=BAR - 10, width=WIDE * share, height=6, fill=style.INK)]
    for n, gauge in enumerate(gauges):
        out.append(_gauge(BAR + GAUGE * n, gauge, color))
    low = BAR + GAUGE * len(gauges) + 19
    marks = (svg.tag("rect", x=RIGHT, y=low - 12, width=14, height=12, fill=color, stroke=style.INK),
             svg.dots([(RIGHT + 108, low - 6)], style.REAL, 10),
             _line(RIGHT + 174, low - 6, True), _line(RIGHT + 256, low - 6, False))
    out += [*marks, *(svg.text(RIGHT + x, low, words, style.SMALL)
                      for x, words in zip((20, 120, 184, 266), legend[:4], strict=True)),
            svg.text(RIGHT, low + 23, legend[4], style.SMALL, fill=style.MUTED)]
    return "".join(out)


def hit(x: float, y: float) -> tuple[int | None, int | None] | None:
    """Find what is clicked: (row, column) of a clip, (row, None) or (None, column) of a head, else None."""
    row, column = int((y - TOP) // PITCH), int((x - LEFT) // PITCH)
    rows, columns = 0 <= row < SIDE, 0 <= column < SIDE
    if rows and columns:
        return row, column
    if rows and 0 <= x < LEFT:
        return row, None
    return (None, column) if columns and 0 <= y < TOP else None


def _gauge(y: float, gauge: Gauge, color: str) -> str:
    bar, middle = y + 24, y + 24 + THICK / 2
    out = [svg.text(RIGHT, y + 18, gauge.name, style.SMALL, font_weight="bold"),
           svg.text(RIGHT + WIDE, y + 18, gauge.aside, style.SMALL, text_anchor="end"),
           svg.tag("rect", x=RIGHT, y=bar, width=WIDE, height=THICK, fill=HEAD, stroke=style.LINE)]
    if gauge.value is not None:
        out.append(svg.tag("rect", x=RIGHT, y=bar, width=WIDE * _on(gauge.value), height=THICK, fill=color,
                           stroke=style.INK))
    for place, dashed in ((gauge.chance, False), (gauge.gate, True)):
        if place is not None:
            out.append(_line(RIGHT + WIDE * _on(place), middle, dashed))
    if gauge.floor is not None:
        out.append(svg.dots([(RIGHT + WIDE * _on(gauge.floor), middle)], style.REAL, 10))
    return "".join(out)


def _line(x: float, middle: float, dashed: bool) -> str:
    """Mark a place on a bar: a gate dashed and green, chance in grey."""
    return svg.polyline([(x, middle - 9.5), (x, middle + 9.5)], stroke_width=4,
                        stroke=style.LINE_G if dashed else style.MUTED,
                        stroke_dasharray="6 3" if dashed else None)


def _on(place: float) -> float:
    return min(max(place, 0.0), 1.0)


def _paths(x: float, y: float, size: float, paths: np.ndarray, color: str) -> str:
    """Draw the paths [N, T, 2] of a column over one another, each from its dot."""
    points = (np.array([x, y]) + paths * size / CANVAS).tolist()
    return (svg.tag("rect", x=x, y=y, width=size, height=size, fill=style.PAPER, stroke=style.LINE)
            + svg.polylines(points, stroke=style.INK, stroke_width=3.4)
            + svg.polylines(points, stroke=color, stroke_width=2)
            + svg.dots([path[0] for path in points], color, 5))
