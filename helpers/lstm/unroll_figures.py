"""Draw a walk in time: inputs as bars, heat maps of gates and states (units × steps), one step's numbers."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import floor, log10
from typing import NamedTuple

import numpy as np

from helpers.lstm import colors
from helpers.lstm.unroll_plan import BARS, FOOT, GAP, LEFT, MAPS, SIDE, TOP, WIDE, Plan
from helpers.ui import canvas, style, svg

MINUS, _, PLUS = colors.SIGNED
UNKNOWN = "#e4e4e4"    # not computed yet
Cell = tuple[int, int]


class Map(NamedTuple):
    """One heat map: values [units, steps], how many columns are known, which cells are held."""

    key: str
    values: np.ndarray
    done: int
    held: np.ndarray | None = None


def reach(key: str, values: np.ndarray) -> float:
    """The end of a map's colour scale: 1 for gates; for g and h 1, 0.1, …; for c the next 1, 2 or 5 · 10ⁿ."""
    if key in "fio":
        return 1.0
    most = float(np.abs(values).max(initial=0.0))
    if most < 1e-6:
        return 1.0
    power = 10.0 ** floor(log10(most))
    steps = (1, 10) if key in "gh" else (1, 2, 5, 10)
    return next((power * step for step in steps if most <= power * step * (1 + 1e-9)), 10 * power)


def heat_map(plan: Plan, number: int, shown: Map) -> str:
    """Draw one map with its name and the ends of its scale; grey where nothing is computed yet."""
    y, high, signed = plan.top(number), reach(shown.key, shown.values), shown.key not in "fio"
    known, row = shown.values[:, :shown.done], plan.height / plan.units
    scaled = (known / high + 1) / 2 if signed else known
    ends = (f"−{_end(high)}", _end(high)) if signed else ("0", "1")
    parts = [svg.tag("rect", x=LEFT, y=y, width=WIDE, height=plan.height, fill=UNKNOWN)]
    if shown.done:
        parts.append(_pixels(LEFT, y, plan.column * shown.done, plan.height, scaled, shown.key))
    if signed:
        parts.append(_strokes(plan, y, row, zip(*np.nonzero(known < -high / 50), strict=True)))
    if shown.held is not None:
        parts.append(_marks(plan, y, row, zip(*np.nonzero(shown.held), strict=True)))
    middle = y + plan.height / 2
    parts += [svg.tag("rect", x=LEFT, y=y, width=WIDE, height=plan.height, fill="none", stroke=style.INK,
                      stroke_width=1.2),
              svg.text(4, middle + 6, shown.key, 19, font_weight="bold"),
              svg.text(LEFT - 5, middle + 6, ends[1], style.SMALL, text_anchor="end"),
              svg.text(72, middle + 6, ends[0], style.SMALL, text_anchor="end"),
              svg.picture(75, middle - 7, 18, 14, _scale(shown.key)),
              svg.tag("rect", x=75, y=middle - 7, width=18, height=14, fill="none", stroke=style.MUTED)]
    return "".join(parts)


def input_rows(plan: Plan, xs: np.ndarray, names: Sequence[str], flags: Iterable[int],
               chosen: Cell | None) -> str:
    """Draw the inputs, [steps, inputs]: signed bars; a flag that is 1 is a full cell with its number."""
    parts = []
    for k, name in enumerate(names):
        y, flag = TOP + plan.row * k, k in flags
        parts += [svg.tag("rect", x=LEFT, y=y, width=WIDE, height=plan.row, fill=style.PAPER,
                          stroke=style.MUTED),
                  svg.text(LEFT - 8, y + plan.row / 2 + 6, name, style.SMALL, text_anchor="end"),
                  bars(plan, y + 1, plan.row - 2, xs[:, k], flag)]
    if chosen:
        parts.append(svg.tag("rect", x=LEFT + chosen[1] * plan.column, y=TOP + plan.row * chosen[0],
                             width=plan.column, height=plan.row, fill="none", stroke=style.INK,
                             stroke_width=3.5))
    return "".join(parts)


def bars(plan: Plan, y: float, height: float, values: np.ndarray, from_foot: bool = False,
         narrow: float = 0.2, outline: bool = False) -> str:
    """Draw values as bars from the middle of a row, or from its foot; the longest one, or ±1, fills it."""
    most = max(1.0, float(np.abs(values).max(initial=0.0)))
    base, unit = (y + height, height / most) if from_foot else (y + height / 2, height / 2 / most)
    parts = []
    for sign, color in ((1, PLUS), (-1, MINUS)):
        path = "".join(f"M{LEFT + (t + narrow) * plan.column:.1f} {base:.1f}v{-unit * value:.1f}"
                       f"h{plan.column * (1 - 2 * narrow):.1f}v{unit * value:.1f}z"
                       for t, value in enumerate(values.tolist()) if value * sign > 0)
        if path:
            parts.append(svg.tag("path", d=path, fill="none" if outline else color, stroke=style.INK,
                                 stroke_width=2 if outline else 0.8))
    if not from_foot:
        parts.append(svg.polyline([(LEFT, base), (LEFT + WIDE, base)], stroke=style.LINE, stroke_width=1))
    return "".join(parts)


def answers(plan: Plan, wanted: np.ndarray | None, given: np.ndarray, done: int,
            names: Sequence[str]) -> str:
    """Draw the answers read off h as filled bars, as far as known, and the right ones as outlines."""
    y, height = plan.foot, BARS - GAP
    both = np.concatenate([given, wanted if wanted is not None else given])
    most = max(1.0, float(np.abs(both).max(initial=0.0)))    # one scale for the two
    parts = [svg.tag("rect", x=LEFT, y=y, width=WIDE, height=height, fill=style.PAPER, stroke=style.INK,
                     stroke_width=1.2),
             bars(plan, y, height, given[:done] / most, narrow=0.28)]
    if wanted is not None:
        parts.append(bars(plan, y, height, wanted / most, narrow=0.1, outline=True))
    parts += [svg.text(LEFT - 8, y + 13 + 18 * n, name, style.SMALL, text_anchor="end")
              for n, name in enumerate(names)]
    return "".join(parts)


def time_axis(plan: Plan, now: int, unit: int) -> str:
    """Number the steps from 1, frame the one that is shown and, in each map, the chosen unit's cell."""
    every = next(n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n * plan.column > 26)
    foot = plan.foot + BARS * plan.answers - GAP
    parts = [svg.text(LEFT + (t + 0.5) * plan.column, 17, str(t + 1), style.SMALL, text_anchor="middle",
                      fill=style.MUTED)
             for t in range(plan.steps) if t == 0 or (t + 1) % every == 0]
    row = plan.height / plan.units
    cells = "".join(_box(LEFT + now * plan.column, plan.top(n) + unit * row, plan.column, row)
                    for n in range(len(MAPS)))
    x = LEFT + now * plan.column
    return "".join((*parts, svg.tag("rect", x=x, y=TOP - 2, width=plan.column, height=foot - TOP + 4,
                                    fill="none", stroke=style.LIT_EDGE, stroke_width=2.5),
                    svg.tag("path", d=f"M{x + plan.column / 2 - 6:.1f} 1h12l-6 7z", fill=style.LIT_EDGE),
                    svg.tag("path", d=cells, fill="none", stroke=style.INK, stroke_width=3)))


def numbers(title: str, rows: Sequence[tuple[str, str, bool]], notes: Sequence[str]) -> str:
    """Print one step's numbers: rows (letter of a coloured chip or '', words, lit), and notes below."""
    parts = [svg.text(SIDE, 18, title, font_weight="bold")]
    for n, (letter, words, lit) in enumerate(rows):
        y = 44 + 25 * n
        if letter:
            parts.append(svg.tag("rect", x=SIDE, y=y - 12, width=12, height=12, fill=colors.LAYERS[letter],
                                 stroke=style.INK))
        if lit:
            parts.append(svg.tag("rect", x=SIDE + 16, y=y - 17, width=936 - SIDE - 16, height=24,
                                 fill=style.LIT))
        parts.append(svg.formula(SIDE + 18, y, [(words, False)], style.TEXT, width=200))
    parts += [svg.text(SIDE, FOOT - 2 - 20 * (len(notes) - 1 - n), words, style.SMALL, fill=style.MUTED)
              for n, words in enumerate(notes)]
    return "".join(parts)


def _pixels(x: float, y: float, width: float, height: float, values: np.ndarray, key: str) -> str:
    """Place a map's cells as a picture; each is enlarged here, since browsers would smooth them."""
    across, down = max(1, round(width / values.shape[1])), max(1, round(height / len(values)))
    return svg.picture(x, y, width, height,
                       canvas.heat(np.kron(values, np.ones((down, across))), _table(key)))


def _strokes(plan: Plan, y: float, row: float, cells: Iterable[Cell]) -> str:
    """Mark negative cells with a dash, so that the sign does not rest on colour alone."""
    half = min(4.0, plan.column / 3)
    path = "".join(f"M{LEFT + (t + 0.5) * plan.column - half:.1f} {y + (unit + 0.5) * row:.1f}h{2 * half:.1f}"
                   for unit, t in cells)
    return svg.tag("path", d=path, stroke=style.INK, stroke_width=1.8) if path and row >= 4 else ""


def _marks(plan: Plan, y: float, row: float, cells: Iterable[Cell]) -> str:
    """Mark held cells with a dot."""
    path = "".join(f"M{LEFT + (t + 0.5) * plan.column:.1f} {y + (unit + 0.5) * row:.1f}h0"
                   for unit, t in cells)
    size = min(6.0, plan.column / 2, row)
    return "".join(svg.tag("path", d=path, stroke=color, stroke_width=wide, stroke_linecap="round")
                   for color, wide in ((style.PAPER, size + 2), (style.INK, size))) if path else ""


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{x:.1f} {y:.1f}h{width:.1f}v{height:.1f}h{-width:.1f}z"


def _end(value: float) -> str:
    return style.num(value, 6).rstrip("0").rstrip(",") if value < 1 else style.num(value, 0)


@lru_cache
def _table(key: str) -> np.ndarray:
    return canvas.ramp([style.PAPER, colors.LAYERS[key]] if key in "fio" else colors.SIGNED)


@lru_cache
def _scale(key: str) -> str:
    return canvas.heat(np.linspace(0, 1, 64)[None].repeat(4, 0), _table(key))
