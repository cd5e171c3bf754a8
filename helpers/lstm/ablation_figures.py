"""Draw a broken gate: an example step by step, the table of errors on a log scale, where the error arises."""

from collections.abc import Sequence
from math import log10
from typing import NamedTuple

from helpers.lstm.colors import LAYERS
from helpers.ui import style, svg

LEFT, STEP = 132.0, 33.0                  # the example's first column, and the width of one
VALUE, CHIPS, MEMORY, OUTPUT, TIME = 46.0, 70.0, 154.0, 207.0, 250.0    # where its lanes stand
COMMANDS = tuple(LAYERS[gate] for gate in "ifo")    # write concerns i, erase f, read o
TABLE, PITCH = 304.0, 25.0                # the table's first row and the height of one
SCALE = (172.0, 412.0)                    # its log scale, from 10^LOWEST to 1
LOWEST = -6
TICKS = {-6: "10⁻⁶", -4: "10⁻⁴", -2: "10⁻²"}
COLUMNS = (532.0, 688.0)                  # the right ends of its numbers
SIDE = 704.0                              # where the charts beside it begin
CURVE = (708.0, 412.0, 224.0, 44.0)       # x, y, width, height of the lower one
BLACK, WRONG = "#000000", "#7a1f3d"                       # what is between an answer and the truth


class Line(NamedTuple):
    """A row of the table: label, errors as cut and as trained, their words, is it shown, error under way."""

    label: str
    cut: Sequence[float]
    fresh: Sequence[float]
    words: tuple[str, str]
    lit: bool
    live: float | None = None


def example(values: Sequence[float], commands: Sequence[Sequence[bool]], memory: Sequence[float],
            free: Sequence[float], half: float, wanted: Sequence[float], given: Sequence[float],
            worst: int | None, labels: Sequence[str], spans: tuple[str, str]) -> str:
    """Draw a sequence of 24 steps: what arrives, what is kept (dashed: with no gate held), what is answered.

    commands: write, erase, read, each [steps]; free: empty to leave it out; half: the memory at the upper
    edge of its lane; worst: the step to mark; labels: of the six lanes and the time; spans: below the names
    of the last two lanes.
    """
    column = [LEFT + STEP * (n + 0.5) for n in range(len(values))]
    out = [svg.tag("rect", x=column[worst] - STEP / 2, y=26, width=STEP, height=TIME - 40, fill=style.LIT)
           ] if worst is not None else []
    for bars, color in ((True, COMMANDS[0]), (False, "#dddddd")):    # what is written stands out
        path = "".join(f"M{x - 9:.1f} {VALUE}v{-18 * value:.1f}h18v{18 * value:.1f}z"
                       for x, value, written in zip(column, values, commands[0], strict=True)
                       if bool(written) == bars)
        out.append(svg.tag("path", d=path, fill=color, stroke=style.INK if bars else style.LINE) if path
                   else "")
    for n, (row, color) in enumerate(zip(commands, COMMANDS, strict=True)):
        path = "".join(f"M{x - 14:.1f} {CHIPS + 19 * n}h28v14h-28z"
                       for x, on in zip(column, row, strict=True) if on)
        out.append(svg.tag("path", d=path, fill=color, stroke=style.INK) if path else "")
    levels = [VALUE, MEMORY, OUTPUT]
    out.append(svg.polylines([[(LEFT, y), (column[-1] + STEP / 2, y)] for y in levels], stroke=style.LINE))
    if free:
        out.append(svg.polyline(_lane(column, free, MEMORY, 21 / half), stroke=style.MUTED, stroke_width=2,
                                stroke_dasharray="5 4"))
    out.append(svg.polyline(_lane(column, memory, MEMORY, 21 / half), stroke=BLACK, stroke_width=3))
    high = max(max(map(abs, [*wanted, *given])), 1.0)
    right, real = (_lane(column, row, OUTPUT, 24 / high) for row in (given, wanted))
    out += [svg.polylines(zip(real, right, strict=True), stroke=WRONG, stroke_width=3),
            svg.dots(real, style.REAL, 11), svg.dots(right, style.GENERATED, 6, square=True)]
    places = [VALUE + 6, *(CHIPS + 13 + 19 * n for n in range(3)), MEMORY - 4, OUTPUT - 4, TIME]
    out += [svg.text(8, y, label, style.SMALL) for y, label in zip(places, labels, strict=True)]
    out += [svg.text(8, y + 16, words, style.SMALL, fill=style.MUTED)
            for y, words in zip((MEMORY, OUTPUT), spans, strict=True)]
    shown = {0, 4, 9, 14, 19, len(values) - 1} - ({worst - 1, worst + 1} if worst is not None else set())
    out += [svg.text(column[n], TIME, str(n + 1), style.SMALL, text_anchor="middle",
                     font_weight="bold" if n == worst else None)
            for n in sorted(shown | ({worst} if worst is not None else set()))]
    return "".join(out)


def table(lines: Sequence[Line], base: float, heads: Sequence[str], words: dict[str, str]) -> str:
    """Draw the rows' errors as dots on a log scale, with their medians as numbers; base: of always 0.

    heads: two lines over the labels; over the scale, both columns, each of them; words: floor, base.
    """
    left, right = SCALE
    bottom = TABLE + PITCH * len(lines)
    out = [svg.tag("rect", x=2, y=TABLE + PITCH * n, width=COLUMNS[1], height=PITCH, fill=style.LIT)
           for n, line in enumerate(lines) if line.lit]
    out += [svg.box(left, TABLE, right - left, bottom - TABLE, "none", rx=0, stroke=style.LINE),
            svg.polyline([(across(base), TABLE), (across(base), bottom)], stroke=style.INK, stroke_width=2,
                         stroke_dasharray="5 4"),
            svg.polylines([[(across(10.0**n), TABLE), (across(10.0**n), bottom)] for n in (-4, -2)],
                          stroke="#e3e3e3"),
            svg.text(across(base) - 20, bottom + 18, words["base"], style.SMALL),
            svg.text(left, bottom + 18, words["floor"], style.SMALL),
            *(svg.text(across(10.0**n), TABLE - 5, mark, style.SMALL, text_anchor="middle")
              for n, mark in TICKS.items())]
    rows = [TABLE + PITCH * (n + 0.5) for n in range(len(lines))]
    cut = [(across(value), y - 5) for line, y in zip(lines, rows, strict=True) for value in line.cut]
    fresh = [(across(value), y + 5) for line, y in zip(lines, rows, strict=True) for value in line.fresh]
    live = [(across(line.live), y + 5) for line, y in zip(lines, rows, strict=True) if line.live is not None]
    out += [svg.dots(cut, "#ffffff", 7, square=True), svg.dots(fresh, style.INK, 7),
            svg.dots(live, style.LIT, 9)]
    for x, y, anchor, said in zip((8, 8, left, sum(COLUMNS) / 2 - 62, *COLUMNS), (26, 7, 26, 26, 7, 7),
                                  ("start",) * 3 + ("middle",) + ("end",) * 2, heads, strict=True):
        out.append(svg.text(x, TABLE - y, said, style.SMALL, text_anchor=anchor))
    for line, y in zip(lines, rows, strict=True):
        out.append(svg.text(8, y + 6, line.label, style.SMALL, font_weight="bold" if line.lit else None))
        out += [svg.text(x, y + 6, said, style.SMALL, text_anchor="end")
                for x, said in zip(COLUMNS, line.words, strict=True) if said]
    return "".join(out)


def shares(parts: Sequence[tuple[str, str, float]], title: str) -> str:
    """Draw where the error arises: (label, words, share), one bar each, under a title."""
    out = [svg.text(SIDE, TABLE - 26, title, style.SMALL)]
    for n, (label, said, share) in enumerate(parts):
        y = TABLE - 20 + 21 * n
        out += [svg.text(SIDE, y + 14, label, style.SMALL),
                svg.box(SIDE + 132, y + 2, 48 * share, 14, WRONG, rx=0) if share > 0.003 else "",
                svg.text(style.WIDTH - 8, y + 14, said, style.SMALL, text_anchor="end")]
    return "".join(out)


def curve(points: Sequence[tuple[float, float]], here: tuple[float, float], base: float, top: float | None,
          title: str, ends: tuple[str, str]) -> str:
    """Chart an error over 0 to 1; here: the present point; base: of always 0.

    top: the error at the upper edge, 0 at the lower one; None: the table's log scale.
    """
    x, y, width, height = CURVE

    def at(point: tuple[float, float]) -> tuple[float, float]:
        depth = 1 - min(point[1] / top, 1.0) if top else _depth(point[1])
        return x + width * point[0], y + height * depth

    return "".join((
        svg.text(SIDE, y - 7, title, style.SMALL),
        svg.box(x, y, width, height, rx=0, stroke=style.LINE),
        svg.polyline([at((0, base)), at((1, base))], stroke=style.INK, stroke_dasharray="5 4"),
        svg.polyline(map(at, points), stroke=WRONG, stroke_width=2.5) if points else "",
        svg.dots([at(here)], style.LIT, 9),
        svg.text(x, y + height + 18, ends[0], style.SMALL),
        svg.text(x + width, y + height + 18, ends[1], style.SMALL, text_anchor="end")))


def across(error: float) -> float:
    """Where an error stands on the table's scale; what leaves it stands at its ends."""
    return SCALE[1] - (SCALE[1] - SCALE[0]) * _depth(error)


def row_at(x: float, y: float, rows: int) -> int | None:
    """The table's row under a place of the drawing."""
    inside = 0 <= x <= COLUMNS[1] + 4 and TABLE <= y < TABLE + PITCH * rows
    return int((y - TABLE) // PITCH) if inside else None


def value_at(x: float, y: float) -> float | None:
    """The value, 0 to 1, under a place of the lower chart."""
    left, top, width, height = CURVE
    inside = left - 8 <= x <= left + width + 8 and top <= y <= top + height
    return min(max((x - left) / width, 0.0), 1.0) if inside else None


def _depth(error: float) -> float:
    """0 at an error of 1 and above, 1 at 10^LOWEST and below."""
    return min(max(log10(max(error, 1e-30)) / LOWEST, 0.0), 1.0)


def _lane(column: Sequence[float], row: Sequence[float], y: float, scale: float) -> list[tuple[float, float]]:
    return [(x, y - scale * value) for x, value in zip(column, row, strict=True)]
