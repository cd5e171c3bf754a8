"""Draw two losses of one generator: their pulls side by side, their weights, the lengths over the turns."""

from collections.abc import Sequence
from math import log10

import numpy as np

from helpers.gan.figures import FIELD
from helpers.ui import canvas, style, svg

COLORS, DASHES = ("#a34400", style.LINE_G), ("8 4", None)    # saturating, non-saturating
LOGITS = (-12.0, 6.0)                                      # of the weights' chart
TICKS = ((-9.21034, "0,0001"), (-4.59512, "0,01"), (0.0, "0,5"), (4.59512, "0,99"))    # logit, D(G(z))
POWERS = (-5.0, 2.0)                                       # of ten, of the lengths' chart
LONGEST = 0.3                                              # of a plane's side: the longest arrow of both


def plane(x: float, y: float, side: float, extent: float, chance: np.ndarray, real: np.ndarray,
          points: np.ndarray, arrows: np.ndarray, color: str, ends: np.ndarray | None = None) -> str:
    """Draw D's field, real points, generated ones and an arrow from each, all in data units, [n, 2].

    ends: where the generated points went, drawn instead of the arrows.
    """
    def at(some: np.ndarray) -> list[list[float]]:
        seen = np.clip(np.nan_to_num(some, posinf=1e3, neginf=-1e3), -9 * extent, 9 * extent)
        return np.c_[x + side * (seen[:, 0] / extent + 1) / 2,
                     y + side * (1 - seen[:, 1] / extent) / 2].astype(float).tolist()

    inside = svg.dots(at(real), style.REAL, 4)
    if ends is None:
        inside += svg.dots(at(points), style.GENERATED, 4.5, square=True)
        inside += svg.arrows(zip(at(points), at(points + arrows), strict=True), color, 2.2, 8)
    else:
        inside += svg.polylines(zip(at(points), at(ends), strict=True), stroke=color, stroke_width=1.4)
        inside += svg.dots(at(points), style.PAPER, 3, square=True)
        inside += svg.dots(at(ends), style.GENERATED, 5.5, square=True)
    return (svg.picture(x, y, side, side, canvas.heat(chance[::-1], FIELD, 240))
            + svg.window(x, y, side, side, inside) + svg.box(x, y, side, side, "none", rx=0))


def scaled(pulls: Sequence[np.ndarray], extent: float) -> list[np.ndarray]:
    """Bring several sets of arrows to one common scale, at which the longest of all is LONGEST of a side."""
    longest = max((float(np.linalg.norm(pull, axis=1).max()) for pull in pulls), default=0.0)
    unit = 2 * extent * LONGEST / longest if 0 < longest < np.inf else 0.0
    return [np.nan_to_num(pull, posinf=0, neginf=0) * unit for pull in pulls]


def weights(x: float, y: float, width: float, height: float, logits: np.ndarray,
            names: tuple[tuple[str, str], tuple[str, str]], below: str) -> str:
    """Chart σ(a) and 1 − σ(a) over the logit a, ticks in D(G(z)), with the present points [n] on both.

    names: two lines for each curve; below: what the ticks are.
    """
    low, high = LOGITS
    left = x + 30

    def at(a: float, weight: float) -> tuple[float, float]:
        return left + (x + width - left) * (a - low) / (high - low), y + height * (1 - weight)

    grid = np.linspace(low, high, 73)
    seen = np.clip(np.nan_to_num(logits), low, high)
    curves, dots = [], []
    for turn, color, dash in zip((1, -1), COLORS, DASHES, strict=True):
        line = [at(a, 1 / (1 + np.exp(-turn * a))) for a in grid]
        curves.append(svg.polyline(line, stroke=color, stroke_width=3.5, stroke_dasharray=dash))
        dots.append(svg.dots([at(a, 1 / (1 + np.exp(-turn * a))) for a in seen], style.GENERATED, 8,
                             square=True))
    ticks = "".join(svg.text(at(a, 0)[0], y + height + 20, label, style.SMALL, text_anchor="middle")
                    for a, label in TICKS)
    sides = "".join(svg.text(left - 8, at(0, level)[1] + 6, label, style.SMALL, text_anchor="end")
                    for level, label in ((0, "0"), (0.5, "½"), (1, "1")))
    lines = [[at(a, 0), at(a, 1)] for a, _ in TICKS] + [[at(low, 0.5), at(high, 0.5)]]
    return "".join((
        svg.box(left, y, x + width - left, height, rx=0, stroke=style.LINE),
        svg.polylines(lines, stroke=style.LINE, stroke_dasharray="3 4"), *curves, *dots, ticks, sides,
        *(svg.text(left + 12, y + top + 21 * n, word, style.SMALL, fill=color, font_weight="bold")
          for top, name, color in zip((height - 44, 30), names, COLORS, strict=True)
          for n, word in enumerate(name)),
        svg.text(x + width, y + height + 41, below, style.SMALL, text_anchor="end")))


def lengths(x: float, y: float, width: float, height: float, rows: Sequence[Sequence[float]],
            names: tuple[str, str]) -> str:
    """Chart two lists of lengths over the turns, of equal size, on a scale of powers of ten."""
    left, right = x + 62, x + width - 134
    low, high = POWERS

    def row(value: float) -> float:
        power = log10(value) if 0 < value < np.inf else low
        return y + height * (high - min(max(power, low), high)) / (high - low)

    out = [svg.box(left, y, right - left, height, rx=0, stroke=style.LINE)]
    for label, power in (("100", 2), ("1", 0), ("0,01", -2), ("0,0001", -4)):
        level = row(10.0**power)
        out.append(svg.polyline([(left, level), (right, level)], stroke=style.LINE, stroke_dasharray="3 4"))
        out.append(svg.text(left - 6, level + 6, label, style.SMALL, text_anchor="end"))
    last = max(len(rows[0]) - 1, 50)
    each = max(1, len(rows[0]) // 200)
    places = [row(values[-1]) + 6 for values in rows]
    if abs(places[0] - places[1]) < 20:    # their names would touch
        middle = min(max(sum(places) / 2, y + 18), y + height - 8)
        places = [middle + 10, middle - 10]
    for values, color, dash, name, place in zip(rows, COLORS, DASHES, names, places, strict=True):
        kept = [*range(0, len(values) - 1, each), len(values) - 1]
        line = [(left + (right - left) * i / last, row(values[i])) for i in kept]
        out.append(svg.polyline(line, stroke=color, stroke_width=2.5, stroke_dasharray=dash))
        out.append(svg.dots(line[-1:], color, 7))
        out.append(svg.text(right + 6, place, name, style.SMALL, fill=color, font_weight="bold"))
    return "".join(out)
