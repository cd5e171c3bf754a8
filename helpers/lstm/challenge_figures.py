"""Draw a challenge: the table of weights, an example step by step, the result of an exam."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from helpers.lstm.colors import LAYERS, PALE
from helpers.ui import style, svg

HEIGHT = 432.0
LEFT, RIGHT = 548.0, 932.0            # the example's columns, between these
TOP, BOTTOM = 6.0, 411.0              # its lanes
INPUT, GATE, MAIN, MEMORY = 20.0, 31.0, 31.0, 44.0    # heights of its lanes; the answer's takes the rest
GAP = 6.0
EDGE = 86.0                           # of the table's first column
WRONG = "#7a1f3d"                     # what is between an answer and the truth
Place = tuple[int, int]


class Grid(NamedTuple):
    """Where a table of weights stands: its corner and size, one row more than layers, a first column."""

    x: float
    y: float
    width: float
    columns: int
    row: float = 29.0

    def box(self, place: Place) -> tuple[float, float, float, float]:
        """A cell's x, y, width, height."""
        wide = (self.width - EDGE) / self.columns
        return (self.x + EDGE + wide * place[1], self.y + self.row * (place[0] + 1), wide, self.row)

    def hit(self, x: float, y: float) -> Place | None:
        """The cell at a point."""
        column = int((x - self.x - EDGE) // ((self.width - EDGE) / self.columns))
        row = int((y - self.y) // self.row) - 1
        return (row, column) if 0 <= row < len(LAYERS) and 0 <= column < self.columns else None


def weights(grid: Grid, names: Mapping[str, str], heads: Sequence[str], rows: Sequence[Sequence[str]],
            chosen: Place | None = None) -> str:
    """Draw a table of weights: names of the layers, heads of the columns, numbers as text, row by row."""
    x, y, width, columns, high = grid
    end = y + high * (len(rows) + 1)
    out = [svg.tag("rect", x=x, y=y + high * (n + 1), width=EDGE, height=high, fill=PALE[layer])
           for n, layer in enumerate(names)]
    if chosen is not None:
        cx, cy, wide, _ = grid.box(chosen)
        out.append(svg.tag("rect", x=cx, y=cy, width=wide, height=high, fill=style.LIT))
    lines = [[(x, y + high * n), (x + width, y + high * n)] for n in range(1, len(rows) + 2)]
    lines += [[(grid.box((0, k))[0], y), (grid.box((0, k))[0], end)] for k in range(columns)]
    out.append(svg.polylines([*lines, [(x, y + high), (x, end)], [(x + width, y), (x + width, end)]],
                             stroke=style.LINE))
    middle = {"text_anchor": "middle"}
    for k, head in enumerate(heads):
        cx, _, wide, _ = grid.box((0, k))
        out.append(svg.text(cx + wide / 2, y + high - 9, head, style.SMALL, **middle))
    for n, (name, row) in enumerate(zip(names.values(), rows, strict=True)):
        base = y + high * (n + 2) - 9
        out.append(svg.text(x + 5, base, name, style.SMALL))
        for k, number in enumerate(row):
            cx, _, wide, _ = grid.box((n, k))
            bold = "bold" if (n, k) == chosen else None
            out.append(svg.text(cx + wide / 2, base, number, style.SMALL, font_weight=bold, **middle,
                                fill=style.MUTED if number == "0" and not bold else style.INK))
    return "".join(out)


class Example(NamedTuple):
    """One sequence: inputs, each [steps], with which of them are commands; target and answer; values.

    values: f, i, o, g, c; span: the answers' least and largest.
    """

    inputs: Sequence[Sequence[float]]
    commands: Sequence[int]
    target: Sequence[float]
    answer: Sequence[float]
    values: Mapping[str, Sequence[float]]
    span: tuple[float, float]


def step_at(x: float, steps: int) -> int | None:
    """The time step at a place of the example."""
    return int((x - LEFT) // ((RIGHT - LEFT) / steps)) if LEFT <= x < RIGHT else None


def example(shown: Example, at: int, labels: Mapping[str, str], names: Sequence[str]) -> str:
    """Draw the lanes of a sequence over one another, the step `at` (from 0) lit.

    labels: answer, far (with {}), f, i, o, g, c; names: of the inputs.
    """
    steps = len(shown.target)
    wide = (RIGHT - LEFT) / steps
    xs = [LEFT + wide * (n + 0.5) for n in range(steps)]
    out = [svg.tag("rect", x=LEFT + wide * at, y=TOP - 4, width=wide, height=BOTTOM - TOP + 24,
                   fill=style.LIT)]
    y = TOP
    for k, (name, values) in enumerate(zip(names, shown.inputs, strict=True)):
        color = "#3d3d3d" if k in shown.commands else "#9fb8cc"
        half = INPUT / 2 - 2
        base = y + INPUT / 2
        if min(values) < 0:
            out.append(_bars(xs, wide * 0.6, base, [half * v for v in values], color))
        else:
            out.append(_bars(xs, wide * 0.6, base + half, [2 * half * v for v in values], color))
        out.append(svg.text(LEFT - 8, y + 16, name, style.SMALL, text_anchor="end"))
        y += INPUT
    lanes = (("c", MEMORY), ("o", GATE), ("i", GATE), ("f", GATE), ("g", MAIN))
    end = BOTTOM - sum(height + GAP for _, height in lanes)
    out.append(_answer(shown, xs, y + GAP, end, labels))
    y = end
    for key, height in reversed(lanes):
        y += GAP
        out.append(_lane(key, xs, wide, y, height, shown.values[key], labels[key]))
        y += height
    ticks = [n for n in (0, *range(4, steps - 2, 5), steps - 1) if abs(n - at) > 1]
    out += [svg.text(xs[n], BOTTOM + 17, str(n + 1), style.SMALL, text_anchor="middle",
                     font_weight="bold" if n == at else None) for n in (*ticks, at)]
    return "".join(out)


def _answer(shown: Example, xs: Sequence[float], top: float, end: float, labels: Mapping[str, str]) -> str:
    """The answers beside the targets; what leaves the lane stands at its edge, and its size is written."""
    low, high = shown.span
    pad = 0.12 * (high - low)

    def place(value: float) -> float:
        share = (high + pad - min(max(value, low - pad), high + pad)) / (high - low + 2 * pad)
        return top + share * (end - top)

    right, given = ([(x, place(v)) for x, v in zip(xs, row, strict=True)]
                    for row in (shown.target, shown.answer))
    far = max(map(abs, shown.answer))
    outside = any(not low - pad <= v <= high + pad for v in shown.answer)
    return "".join((
        svg.polyline([(LEFT, place(0)), (RIGHT, place(0))], stroke=style.LINE),
        svg.polylines(zip(right, given, strict=True), stroke=WRONG, stroke_width=3),
        svg.dots(right, style.REAL, 11), svg.dots(given, style.GENERATED, 6, square=True),
        svg.dots([(LEFT - 66, top + 12)], style.REAL, 11),
        svg.dots([(LEFT - 66, top + 32)], style.GENERATED, 6, square=True),
        *(svg.text(LEFT - 8, top + 18 + 20 * n, words, style.SMALL, text_anchor="end") for n, words in
          enumerate([labels["right"], labels["given"],
                     *([labels["far"].format(style.num(far, 1))] if outside else [])]))))


def _lane(key: str, xs: Sequence[float], wide: float, y: float, height: float, values: Sequence[float],
          label: str) -> str:
    """A gate from 0 at the bottom to 1 at the top; g and c about the middle, in a scale of their own."""
    gate = key in "fio"
    size = max(map(abs, values))
    half = size if size > 1e-6 and not gate else 1.0    # what σ leaves where a gate is shut is drawn as 0
    tall, base = (height - 2, y + height - 1) if gate else (height / 2 - 1, y + height / 2)
    label = label if gate else label.format(style.num(half, 2 if half >= 0.0095 else 3))
    return "".join((
        svg.polylines([[(LEFT, base), (RIGHT, base)], *([[(LEFT, y), (RIGHT, y)]] if gate else [])],
                      stroke=style.LINE),
        _bars(xs, wide * 0.72, base, [tall * v / half for v in values], LAYERS.get(key, style.INK)),
        svg.text(LEFT - 8, y + height / 2 + 6, label, style.SMALL, text_anchor="end")))


def _bars(xs: Sequence[float], wide: float, base: float, heights: Sequence[float], color: str) -> str:
    path = "".join(f"M{x - wide / 2:.1f} {base:.1f}v{-height:.1f}h{wide:.1f}v{height:.1f}z"
                   for x, height in zip(xs, heights, strict=True) if abs(height) > 0.05)
    return svg.tag("path", d=path, fill=color, stroke=style.INK, stroke_width=1) if path else ""


def story(x: float, y: float, lines: Sequence[str]) -> str:
    """Write what the job is; the first line is its name."""
    return "".join(svg.text(x, y + 21 * n, line, style.SMALL, font_weight=None if n else "bold")
                   for n, line in enumerate(lines))


def result(x: float, y: float, width: float, title: str, rows: Sequence[tuple[str, str]],
           notes: Sequence[str]) -> str:
    """Write the result of an exam: a title, rows (name, number), notes under them."""
    high = 30 + 22 * (len(rows) + len(notes)) + 12
    out = [svg.box(x, y, width, high, "#f9f9f6", stroke=style.LINE),
           svg.text(x + 12, y + 25, title, 18, font_weight="bold")]
    for n, (name, number) in enumerate(rows):
        out += [svg.text(x + 12, y + 50 + 22 * n, name, style.SMALL),
                svg.text(x + width - 12, y + 50 + 22 * n, number, style.SMALL, text_anchor="end")]
    out += [svg.text(x + 12, y + 50 + 22 * (n + len(rows)), note, style.SMALL, fill=style.MUTED)
            for n, note in enumerate(notes)]
    return "".join(out)
