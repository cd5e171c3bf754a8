"""Draw how far gradients reach, over k on a log scale, and how a task was learnt from several seeds."""

from collections.abc import Iterable, Sequence
from math import log10
from typing import NamedTuple

from helpers.ui import style, svg
from helpers.ui.style import num

TOP, BOTTOM = 2, -30        # powers of ten at the chart's upper and lower edge
FRAME = 66.0, 48.0, 490.0, 266.0    # x, y, width, height of the gradients' chart
MARKS = range(0, BOTTOM - 1, -5)
HALO = {"stroke": style.PAPER, "stroke_width": 4, "paint_order": "stroke"}
DASH = "9 6"


class Curve(NamedTuple):
    """One curve over k: its name, colour and dashes; the least, the middle and the largest of the nets."""

    name: str
    color: str
    dash: str | None
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]


class Tally(NamedTuple):
    """One row of the score: name, a mark for each seed, what they come to; lit while it is in training."""

    name: str
    marks: str
    sums: str
    lit: bool


def k_at(x: float, y: float, last: int) -> int | None:
    """Say which k a place in the gradients' chart means, None outside of it; last: k at the right edge."""
    left, top, width, height = FRAME
    inside = left - 12 <= x <= left + width + 12 and top <= y <= top + height
    return round(min(max((x - left) / width, 0), 1) * last) if inside else None


def reach(curves: Sequence[Curve], k: int, lost: float, spans: Sequence[tuple[int, int, str]],
          words: dict[str, str]) -> str:
    """Chart the curves with their bands, the chosen k, and the spans of k that matter to a task.

    lost: what is below it is shaded; words: title, measure, axis, lost.
    """
    left, top, width, height = FRAME
    last = len(curves[0].middle) - 1

    def across(place: float) -> float:
        return left + width * place / last

    def row(value: float) -> float:
        power = log10(value) if value > 0 else -999
        return top + height * min(max((TOP - power) / (TOP - BOTTOM), -0.5), 1.5)

    def line(values: Iterable[float]) -> list[tuple[float, float]]:
        return [(across(place), row(value)) for place, value in enumerate(values)]

    out = [svg.tag("rect", x=left, y=row(lost), width=width, height=top + height - row(lost), fill="#eceff3"),
           *(svg.tag("rect", x=across(low - 0.5), y=top, width=across(high + 0.5) - across(low - 0.5),
                     height=height, fill=style.LIT) for low, high, _ in spans),
           svg.polylines([[(left, row(10.0**mark)), (left + width, row(10.0**mark))] for mark in MARKS],
                         stroke="#d5d9de", stroke_width=1)]
    for curve in curves:
        band = [*line(curve.low), *reversed(line(curve.high))]
        out.append(svg.polyline(band, stroke="none", fill=curve.color, fill_opacity=0.2))
    for curve in curves:
        out.append(svg.polyline(line(curve.middle), stroke=curve.color, stroke_width=3,
                                stroke_dasharray=curve.dash))
    out.append(svg.polyline([(across(k), top), (across(k), top + height)], stroke=style.LIT_EDGE,
                            stroke_width=2))
    out += [svg.dots([(across(k), row(curve.middle[k]))], curve.color, 8) for curve in curves]
    return "".join((
        svg.formula(4, 17, [(words["title"], False)], style.TEXT, width=570),
        svg.text(4, 39, words["measure"], style.SMALL),
        svg.window(left, top, width, height, *out), svg.box(left, top, width, height, "none", rx=0),
        *(svg.text(across(low / 2 + high / 2), top + 19, name, style.SMALL, text_anchor="middle", **HALO)
          for low, high, name in spans),
        svg.text(left + 8, top + height - 9, words["lost"], style.SMALL, **HALO),
        *(svg.text(left - 7, row(10.0**mark) + 6, power(mark), style.SMALL, text_anchor="end")
          for mark in MARKS),
        *(svg.text(across(place), top + height + 19, str(place), style.SMALL, text_anchor="middle")
          for place in (0, 20, 60, 80, last)),
        svg.text(across(40), top + height + 19, words["axis"], style.SMALL, text_anchor="middle")))


def readings(x: float, y: float, curves: Sequence[Curve], k: int, words: dict[str, str], foot: str) -> str:
    """Write what each curve says at k, with its key: 24 a row, a heading above and a line below.

    words: at (with {k}), middle, range, to.
    """
    out = [svg.text(x, y, words["at"].format(k=k), style.SMALL, font_weight="bold"),
           svg.text(x + 306, y, words["middle"], style.SMALL),
           svg.text(x + 400, y, words["range"], style.SMALL)]
    for place, curve in enumerate(curves, 1):
        base = y + 24 * place
        out += [svg.polyline([(x, base - 6), (x + 40, base - 6)], stroke=curve.color, stroke_width=3,
                             stroke_dasharray=curve.dash),
                svg.text(x + 48, base, curve.name, style.SMALL),
                svg.text(x + 306, base, short(curve.middle[k]), style.SMALL, font_weight="bold"),
                svg.text(x + 400, base, f"{short(curve.low[k])} {words['to']} {short(curve.high[k])}",
                         style.SMALL)]
    return "".join(out) + svg.text(x, y + 24 * (len(curves) + 1), foot, style.SMALL)


def order(x: float, y: float, width: float, height: float, runs: Sequence[Sequence[tuple[int, float]]],
          budget: int, words: dict[str, str]) -> str:
    """Chart the share of right answers over the updates, a line a seed, chance and one known symbol dashed.

    words: title, empty, axis, chance, one.
    """
    left, top, wide, high = x + 62, y + 10, width - 74, height - 34

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + wide * min(point[0] / budget, 1), top + high * (1 - point[1])

    levels = [(0.25, "25 %"), (0.5, "50 %"), (1.0, "100 %")]
    out = [svg.text(x, y, words["title"], style.SMALL, font_weight="bold"),
           svg.box(left, top, wide, high, rx=0, stroke=style.LINE),
           svg.polylines([[at((0, share)), at((budget, share))] for share, _ in levels[:2]],
                         stroke=style.MUTED, stroke_dasharray="4 4"),
           *(svg.text(left - 6, at((0, share))[1] + (12 if share == 1 else 6), name, style.SMALL,
                      text_anchor="end") for share, name in levels),
           svg.text(left, top + high + 19, "0", style.SMALL),
           svg.text(left + wide / 2, top + high + 19, words["axis"], style.SMALL, text_anchor="middle"),
           svg.text(left + wide, top + high + 19, str(budget), style.SMALL, text_anchor="end")]
    if not runs:
        return "".join(out) + svg.text(left + wide / 2, at((0, 0.7))[1], words["empty"], style.SMALL,
                                       text_anchor="middle")
    out += [svg.polylines([map(at, run) for run in runs[:-1]], stroke=style.MUTED, stroke_width=1.8),
            svg.polyline(map(at, runs[-1]), stroke=style.INK, stroke_width=3),
            svg.dots([at(run[-1]) for run in runs], style.LIT, 7),
            *(svg.text(left + wide - 6, at((0, share))[1] + 17, words[which], style.SMALL, text_anchor="end",
                       **HALO) for share, which in ((0.25, "chance"), (0.5, "one")))]
    return "".join(out)


def score(x: float, y: float, width: float, rows: Sequence[Tally], title: str, empty: str) -> str:
    """Write the score, 25 a row; a row in training stands on colour."""
    out = [svg.text(x, y, title, style.SMALL, font_weight="bold")]
    if not rows:
        out.append(svg.text(x, y + 25, empty, style.SMALL))
    for place, row in enumerate(rows, 1):
        base = y + 25 * place
        if row.lit:
            out.append(svg.tag("rect", x=x - 4, y=base - 18, width=width + 4, height=24, fill=style.LIT))
        out += [svg.formula(x, base, [(row.name, False)], style.SMALL),
                svg.text(x + 112, base, row.marks, style.SMALL),
                svg.text(x + width, base, row.sums, style.SMALL, text_anchor="end")]
    return "".join(out)


def short(value: float) -> str:
    """Write a number with about two digits that count."""
    return num(value, 2 if value >= 0.1 else 3 if value >= 0.01 else 0)


def power(exponent: int) -> str:
    """Write a power of ten: 1 for 10⁰."""
    return "1" if exponent == 0 else num(10.0**exponent, 0).removeprefix("1,0·")
