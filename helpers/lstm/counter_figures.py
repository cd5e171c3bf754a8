"""Draw the counter: c without a roof above h between −1 and 1, on one axis of steps, and their table."""

from collections.abc import Callable, Sequence
from math import ceil, floor
from typing import NamedTuple

from helpers.lstm import colors
from helpers.ui import style, svg

LEFT, WIDE = 104.0, 350.0
C_TOP, C_HIGH, X_ROW, H_TOP, H_HIGH, AXIS = 30.0, 146.0, 196.0, 236.0, 130.0, 386.0
RIGHT_ENDS = (498.0, 536.0, 638.0, 748.0, 858.0, 936.0)    # of the table's columns
MOST = 8              # rows of the table
FEWEST = 16           # steps that the charts have room for at least
FAR = 1e5             # where c's axis no longer begins at 0
DASH = {"stroke": style.MUTED, "stroke_width": 1.5, "stroke_dasharray": "6 4"}
H_LINE = "#a34700"


class Course(NamedTuple):
    """A count so far: xs of all steps, c(0), c(1), … and h(0), h(1), … as far as they are computed."""

    xs: Sequence[float]
    cs: Sequence[float]
    hs: Sequence[float]
    roof: float | None = None    # where c would come to rest if it leaks


def exact(value: float) -> str:
    """Write a count in full: 16.777.216; four digits after the comma where it is no whole number."""
    if value != int(value):
        return style.num(value, 4)
    return f"{value:,.0f}".replace(",", ".").replace("-", "−")


def charts(course: Course, words: dict[str, str]) -> str:
    """Draw both charts and the row of inputs between them; words: c, h, x, steps, roof."""
    steps = max(len(course.xs), FEWEST)
    return "".join((
        svg.text(4, 17, words["c"], font_weight="bold"), _c_chart(course, steps, words["roof"]),
        svg.text(4, X_ROW + 6, words["x"], style.SMALL), _inputs(course.xs, len(course.cs) - 1, steps),
        svg.text(4, H_TOP - 10, words["h"], font_weight="bold"), _h_chart(course, steps),
        _axis(steps, words["steps"])))


def table(head: Sequence[str], rows: Sequence[Sequence[str]], lit: bool) -> str:
    """Print the last rows of a table with columns that end at RIGHT_ENDS; the last one may be lit."""
    rows = rows[-MOST:]
    parts = [svg.polyline([(472, 29), (936, 29)], stroke=style.MUTED)]
    if rows and lit:
        parts.append(svg.tag("rect", x=472, y=32 + 22 * (len(rows) - 1), width=466, height=22,
                             fill=style.LIT))
    for n, row in enumerate((head, *rows)):
        parts += [svg.text(end, (22 if n == 0 else 26) + 22 * n, words, style.SMALL, text_anchor="end",
                           font_weight=None if n else "bold")
                  for end, words in zip(RIGHT_ENDS, row, strict=True)]
    return "".join(parts)


def answer(title: str, lines: Sequence[tuple[str, bool]]) -> str:
    """Print the question and its answers, (words, bold), in a box."""
    parts = [svg.box(472, 216, 464, 190, "#f6f7f9", stroke=style.LINE),
             svg.text(484, 239, title, font_weight="bold")]
    return "".join(parts) + "".join(svg.formula(484, 265 + 26 * n, [(words, False)], style.SMALL, width=444)
                                    if not bold else
                                    svg.text(484, 265 + 26 * n, words, style.SMALL, font_weight="bold")
                                    for n, (words, bold) in enumerate(lines))


def span(course: Course) -> tuple[float, float]:
    """The ends of c's axis: they grow with c, and leave 0 only where c is far from it."""
    cs = [*course.cs, *([course.roof] if course.roof is not None else [])]
    if min(map(abs, course.cs)) > FAR:
        return min(cs) - 1, max(cs) + 1
    return min(0.0, *cs), max(8.0, *cs)


def _c_chart(course: Course, steps: int, roof: str) -> str:
    low, high = span(course)
    every = next(n for power in range(12) for n in (10**power, 2 * 10**power, 5 * 10**power)
                 if (high - low) / n <= 5)
    ticks = [n * every for n in range(ceil(low / every), floor(high / every) + 1)]

    def row(value: float) -> float:
        return C_TOP + C_HIGH * (high - value) / (high - low)

    parts = [svg.box(LEFT, C_TOP, WIDE, C_HIGH, rx=0, stroke=style.LINE),
             svg.polylines([[(LEFT, row(tick)), (LEFT + WIDE, row(tick))] for tick in ticks],
                           stroke="#e2e2e2", stroke_width=1),
             *(svg.text(LEFT - 6, row(tick) + 6, exact(tick), style.SMALL, text_anchor="end")
               for tick in ticks)]
    if course.roof is not None and low <= course.roof <= high:
        parts += [svg.polyline([(LEFT, row(course.roof)), (LEFT + WIDE, row(course.roof))], **DASH),
                  svg.text(LEFT + WIDE - 4, row(course.roof) + 19, roof, style.SMALL, text_anchor="end",
                           fill=style.MUTED)]
    return "".join(parts) + _stairs(course.cs, steps, row, style.INK)


def _h_chart(course: Course, steps: int) -> str:
    def row(value: float) -> float:
        return H_TOP + H_HIGH * (1.1 - value) / 2.2

    return "".join((
        svg.box(LEFT, H_TOP, WIDE, H_HIGH, rx=0, stroke=style.LINE),
        svg.polylines([[(LEFT, row(end)), (LEFT + WIDE, row(end))] for end in (-1, 1)], **DASH),
        svg.polyline([(LEFT, row(0)), (LEFT + WIDE, row(0))], stroke="#e2e2e2", stroke_width=1),
        *(svg.text(LEFT - 6, row(end) + 6, words, style.SMALL, text_anchor="end")
          for end, words in ((1, "1"), (0, "0"), (-1, "−1"))),
        _stairs(course.hs, steps, row, H_LINE)))


def _stairs(values: Sequence[float], steps: int, row: Callable[[float], float], color: str) -> str:
    """Draw a staircase: value t stands over the whole of step t; the last one has a dot."""
    column = WIDE / (steps + 1)
    points = [(LEFT + (t + part) * column, row(value)) for t, value in enumerate(values) for part in (0, 1)]
    x, y = points[-1]
    return (svg.polyline(points, stroke=color, stroke_width=2.8)
            + svg.tag("circle", cx=x - column / 2, cy=y, r=5, fill=color, stroke=style.PAPER))


def _inputs(xs: Sequence[float], done: int, steps: int) -> str:
    """Mark each step's input: a triangle up or down, or a dot; pale where it is still to come."""
    column = WIDE / (steps + 1)
    size = min(7.0, column / 2.4)
    shapes = {1: f"l{size:.1f} {2 * size:.1f}h{-2 * size:.1f}z",
              -1: f"l{size:.1f} {-2 * size:.1f}h{-2 * size:.1f}z",
              0: f"m{-size / 2:.1f} {-1.5 * size:.1f}h{size:.1f}v{size:.1f}h{-size:.1f}z"}
    parts = []
    for past, fill in ((True, colors.LAYERS["g"]), (False, style.PAPER)):
        path = "".join(f"M{LEFT + (t + 1.5) * column:.1f} {X_ROW + (-size if x > 0 else size):.1f}"
                       f"{shapes[int(x)]}" for t, x in enumerate(xs) if (t < done) == past)
        if path:
            parts.append(svg.tag("path", d=path, fill=fill, stroke=style.INK, stroke_width=1))
    return "".join(parts)


def _axis(steps: int, words: str) -> str:
    column = WIDE / (steps + 1)
    every = next(n for n in (1, 2, 5, 10, 20, 50) if n * column > 34)
    return svg.text(4, AXIS, words, style.SMALL) + "".join(
        svg.text(LEFT + (t + 0.5) * column, AXIS, str(t), style.SMALL, text_anchor="middle",
                 fill=style.MUTED) for t in range(0, steps + 1, every))
