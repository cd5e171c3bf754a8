"""Draw Adam's attempts at a challenge: their errors over the steps, and what became of each seed."""

from collections.abc import Mapping, Sequence
from math import log10

from helpers.ui import style, svg

DECADES = 5      # of error that the chart shows below that of always 0; a little room above it
X, Y, WIDE, HIGH = 66.0, 184.0, 544.0, 216.0
LIST = 632.0     # where the rows beside it begin
ROW, SEEDS_Y = 23.0, 258.0    # their height, and where those of the seeds begin
Curve = Mapping[int, float]


def curves(others: Sequence[Curve], mine: Curve, plan: int, zero: float, yours: float,
           stars: Sequence[float], words: Mapping[str, str]) -> str:
    """Draw error against steps, in log scale: other seeds thin, this one thick; lines for 0, you, stars.

    zero: the error of always 0; stars: the errors that still earn one, two, three. words: zero, you, steps.
    """
    top, bottom = log10(3 * zero), log10(zero) - DECADES

    def height(error: float) -> float:
        share = (top - min(max(log10(max(error, 1e-300)), bottom), top)) / (top - bottom)
        return Y + HIGH * share

    def line(curve: Curve) -> list[tuple[float, float]]:
        return [(X + WIDE * step / plan, height(error)) for step, error in curve.items()]

    out = [svg.tag("rect", x=X, y=Y, width=WIDE, height=HIGH, fill="none", stroke=style.LINE)]
    decades = range(int(bottom // 1) + 1, int(top // 1) + 1)
    out.append(svg.polylines([[(X - 5, height(10.0**n)), (X, height(10.0**n))] for n in decades]))
    out += [svg.text(X - 8, height(10.0**n) + 6, style.num(10.0**n, max(-n, 0)) if n > -4 else f"10{_up(n)}",
                     style.SMALL, text_anchor="end") for n in decades if n % 2 == 0]
    out.append(svg.polylines([[(X, height(error)), (X + WIDE, height(error))] for error in stars],
                             stroke=style.LIT_EDGE, stroke_dasharray="2 5"))
    out += [svg.text(X + (6 if n else WIDE - 20), height(error) - 4, "★" * (n + 1), style.SMALL,
                     fill=style.LIT_EDGE) for n, error in enumerate(stars)]    # where curves seldom are
    out.append(svg.polyline([(X, height(zero)), (X + WIDE, height(zero))], stroke=style.MUTED,
                            stroke_width=2))
    out.append(svg.polyline([(X, height(yours)), (X + WIDE, height(yours))], stroke=style.INK,
                            stroke_width=3, stroke_dasharray="10 6"))
    if others:
        out.append(svg.polylines(map(line, others), stroke="#9a9a9a", stroke_width=1.5))
    path = line(mine)
    out += [svg.polyline(path, stroke=style.INK, stroke_width=5),
            svg.polyline(path, stroke=style.GENERATED, stroke_width=3),
            svg.dots(path[-1:], style.GENERATED, 9)]
    out += [svg.text(X + WIDE * share, Y + HIGH + 19, words["steps"].format(round(plan * share)), style.SMALL,
                     text_anchor=anchor)
            for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end"))]
    return "".join(out)


def seeds(rows: Sequence[tuple[str, str]], current: int, notes: Sequence[tuple[str, str]]) -> str:
    """List the seeds (name, result), this one lit; notes: three other errors (name, number) above them."""
    out = [svg.tag("rect", x=LIST - 6, y=SEEDS_Y + ROW * current, width=style.WIDTH - LIST + 2, height=ROW,
                   fill=style.LIT)]
    for n, (name, number) in enumerate([*notes, *rows]):
        y = Y + 14 + ROW * n if n < len(notes) else SEEDS_Y + 17 + ROW * (n - len(notes))
        bold = "bold" if n == len(notes) + current else None
        out += [svg.text(LIST, y, name, style.SMALL, font_weight=bold),
                svg.text(style.WIDTH - 10, y, number, style.SMALL, text_anchor="end")]
    return "".join(out)


def seed_at(x: float, y: float) -> int | None:
    """The seed at a point, by its row, from 0 on."""
    return int((y - SEEDS_Y) // ROW) if x >= LIST and y >= SEEDS_Y else None


def _up(n: int) -> str:
    return str(n).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
