"""Draw the Dirac-GAN: phase portrait, line of points, distance over time, eigenvalues, scale of γ."""

from collections.abc import Sequence
from math import hypot, isfinite, log10

import numpy as np

from helpers.ui import style, svg

REACH = 2.0           # the portrait shows θ and ψ from −2 to 2
GRID = 15             # arrows a side
LENGTH = 0.13         # of an arrow of pull 1, in data units; √ shortens the strong ones
PURPLE, GREEN = style.LINE_D, style.LINE_G    # D and G as lines and letters
HALO = {"stroke": style.PAPER, "stroke_width": 4, "paint_order": "stroke"}
Points = Sequence[tuple[float, float]]


def grid() -> tuple[np.ndarray, np.ndarray]:
    """The places of the field's arrows: θ and ψ, [GRID²] each."""
    side = np.linspace(-REACH, REACH, GRID + 2)[1:-1]
    theta, psi = np.meshgrid(side, side)
    return theta.ravel(), psi.ravel()


def field(x: float, y: float, side: float, pulls: np.ndarray) -> str:
    """Draw the pulls at the grid's places, [GRID², 2], in their directions, √ of their sizes long."""
    start = np.stack(grid(), 1)
    size = np.sqrt(np.linalg.norm(pulls, axis=1, keepdims=True))
    end = start + LENGTH * np.divide(pulls, size, out=np.zeros_like(pulls), where=size > 0)
    start, end = ((np.array([x, y]) + side * (points / REACH * [1, -1] + 1) / 2).tolist()
                  for points in (start, end))
    return svg.arrows(zip(start, end, strict=True), "#9a9a9a", 1.2, 4.5)


def portrait(x: float, y: float, side: float, arrows: str, start: tuple[float, float], path: Points,
             here: tuple[float, float], steps: Sequence[tuple[Points, str]], words: dict[str, str]) -> str:
    """Draw the plane of θ and ψ: field, equilibrium, path so far, place, and the pulls of this turn.

    arrows: drawn by `field`; steps: (two points, colour); words: theta, psi, rest, left (for a place that
    the window does not hold).
    """
    def at(point: Sequence[float]) -> tuple[float, float]:
        theta, psi = (min(max(v, -50.0), 50.0) if v == v else 50.0 for v in map(float, point))
        return x + side * (theta / REACH + 1) / 2, y + side * (1 - psi / REACH) / 2

    inside = "".join((
        arrows,
        svg.polylines([[at((-REACH, 0)), at((REACH, 0))], [at((0, -REACH)), at((0, REACH))]],
                      stroke=style.MUTED),
        svg.polyline(map(at, path), stroke=style.INK, stroke_width=2.2, stroke_linejoin="round"),
        svg.dots([at(start)], style.PAPER, 7),
        svg.dots([at((0, 0))], "#ffd84d", 15),
        *(svg.arrow([at(point) for point in ends], color, 4, 13) for ends, color in steps),
        svg.text(x + side - 8, y + side / 2 - 8, words["theta"], style.SMALL, text_anchor="end",
                 **HALO | {"fill": GREEN}),
        svg.text(x + side / 2 + 8, y + 20, words["psi"], style.SMALL, **HALO | {"fill": PURPLE}),
        svg.text(x + side / 2 + 12, y + side / 2 + 24, words["rest"], style.SMALL, **HALO)))
    mark = svg.dots([at(here)], style.GENERATED, 13, square=True)
    if not inside_window(here):
        edge = [min(max(v, low + 12), low + side - 12) for v, low in zip(at(here), (x, y), strict=True)]
        centre = [x + side / 2, y + side / 2]
        mark = (svg.arrow([_between(edge, centre, 34), edge], style.GENERATED, 7, 22)
                + svg.text(x + 10, y + side - 12, words["left"], font_weight="bold", **HALO))
    return (svg.box(x, y, side, side, rx=0) + svg.window(x, y, side, side, inside)
            + svg.box(x, y, side, side, "none", rx=0) + mark)


def point_line(x: float, y: float, width: float, theta: float, words: tuple[str, str]) -> str:
    """Draw the line where the data and the generated point live, on the portrait's own scale."""
    middle, inside = x + width / 2, isfinite(theta) and abs(theta) <= REACH
    place = middle + width * theta / (2 * REACH) if inside else 0.0
    real_left = not inside or place >= middle    # each label on the side where the other point is not
    return "".join((
        svg.polyline([(x, y), (x + width, y)], stroke=style.MUTED),
        svg.dots([(middle, y)], style.REAL, 13),
        svg.dots([(place, y)], style.GENERATED, 11, square=True) if inside else "",
        svg.text(middle - 12 if real_left else middle + 12, y + 24, words[0], style.SMALL,
                 text_anchor="end" if real_left else "start"),
        svg.text(middle + 12 if real_left else middle - 12, y + 24, words[1], style.SMALL,
                 text_anchor="start" if real_left else "end")))


def distances(measured: Points, predicted: Points, words: dict[str, str]) -> str:
    """Chart the distance to the equilibrium over the turns, on a log scale, on 366 × 158.

    Points are (turn, distance); words: title, key (of the dashed line), turns.
    """
    left, top, width, height = 74.0, 28.0, 290.0, 106.0
    real = [(turn, log10(d)) for turn, d in measured if isfinite(d) and d > 1e-300]
    guess = [(turn, log10(d)) for turn, d in predicted if isfinite(d) and d > 1e-300]
    levels = [level for _, level in real] or [0.0]
    low, high = min(levels), max(levels)
    low, high = (low + high) / 2 - max(high - low, 0.1) * 0.6, (low + high) / 2 + max(high - low, 0.1) * 0.6
    last = max([turn for turn, _ in measured], default=1) or 1

    def at(point: tuple[float, float]) -> tuple[float, float]:
        share = (high - point[1]) / (high - low)
        return left + width * point[0] / last, top + height * min(max(share, -9), 9)

    marks = sorted({max(levels), min(levels)}, reverse=True)
    rows = [at((0, level))[1] for level in marks]
    if len(rows) == 2 and rows[1] - rows[0] < 20:
        marks, rows = marks[:1], rows[:1]
    inside = "".join((
        svg.polyline(map(at, real), stroke=style.INK, stroke_width=2.5) if real else "",
        svg.polyline(map(at, guess), stroke="#D55E00", stroke_width=2.5,
                     stroke_dasharray="7 5") if guess else "",
        svg.dots([at(real[-1])], style.GENERATED, 8, square=True) if real else ""))
    return "".join((
        svg.text(2, 16, words["title"], style.SMALL),
        svg.text(364, 16, words["key"], style.SMALL, text_anchor="end", fill="#a34400"),
        svg.box(left, top, width, height, rx=0, stroke=style.LINE),
        svg.window(left, top, width, height, inside),
        *(svg.text(left - 6, row + 6, style.num(10**level, 2), style.SMALL, text_anchor="end")
          for level, row in zip(marks, rows, strict=True)),
        svg.text(left, 152, "0", style.SMALL), svg.text(left + width / 2, 152, words["turns"], style.SMALL,
                                                        text_anchor="middle"),
        svg.text(left + width, 152, str(last), style.SMALL, text_anchor="end")))


def eigenvalues(x: float, size: float, pair: Sequence[complex], inside: bool, title: str) -> str:
    """Draw both λ and the unit circle in the complex plane, as near as they are to the 1, in a square."""
    far = max(abs(value - 1) for value in pair)
    half = max(1.3 * far, 0.03) if far < 0.6 else 1.4
    centre = 1 - 0.3 * half if far < 0.6 else 0.0
    top, scale = 22.0, (size - 22) / (2 * half)

    def at(value: complex) -> tuple[float, float]:
        real, imaginary = (min(max(v, -99.0), 99.0) for v in (value.real, value.imag))
        return x + size / 2 + scale * (real - centre), top + (size - 22) / 2 - scale * imaginary

    left, right = x + 11, x + size - 11
    shown = [(min(max(px, left + 8), right - 8), min(max(py, top + 8), size - 8)) for px, py in map(at, pair)]
    body = "".join((
        svg.polyline([at(complex(centre - 9 * half)), at(complex(centre + 9 * half))], stroke=style.LINE),
        svg.tag("circle", cx=at(0)[0], cy=at(0)[1], r=scale, fill="#dcefe7", stroke=style.MUTED,
                stroke_width=2),
        svg.dots([at(1)], style.PAPER, 5)))
    return "".join((
        svg.text(x + size / 2, 16, title, style.SMALL, text_anchor="middle"),
        svg.window(left, top, size - 22, size - 22, body),
        svg.box(left, top, size - 22, size - 22, "none", rx=0, stroke=style.LINE),
        svg.text(at(1)[0] + 4, at(1)[1] + 20, "1", style.SMALL) if half < 1.4 else "",
        svg.text(*((left + 5, top + 20) if half < 1.4 else (at(0)[0] - 22, at(0)[1] - 6)), "|λ|<1",
                 style.SMALL),
        svg.dots(shown, "#56B4E9" if inside else "#D55E00", 11)))


def damping(x: float, y: float, width: float, gamma: float, critical: float | None,
            words: dict[str, str]) -> str:
    """Draw the scale of γ from 0 to 3: it turns below the critical value and not above it."""
    most = 3.0
    share = min(critical or 0.0, most) / most
    meeting, place = x + width * share, x + width * min(gamma, most) / most
    bands = [(x, meeting - x, "#cfe3f5", words["turning"]),
             (meeting, x + width - meeting, "#f3e3c3", words["not"])]
    return "".join((
        *(svg.tag("rect", x=start, y=y, width=length, height=24, fill=fill)
          + svg.text(start + length / 2, y + 18, label, style.SMALL, text_anchor="middle")
          for start, length, fill, label in bands if length > 60),
        svg.box(x, y, width, 24, "none", rx=0, stroke=style.LINE),
        svg.polyline([(meeting, y - 3), (meeting, y + 27)], stroke_width=3) if critical else "",
        svg.tag("path", d=f"M{place:.1f} {y + 1:.1f}l-8 -14h16z", fill=style.INK),
        svg.text(x + width / 2, y + 43, words["below"], style.SMALL, text_anchor="middle")))


def inside_window(point: tuple[float, float]) -> bool:
    """Say whether a place is in the portrait; what is no number is not."""
    return all(abs(value) <= REACH for value in point)


def _between(start: Sequence[float], to: Sequence[float], distance: float) -> tuple[float, float]:
    length = hypot(to[0] - start[0], to[1] - start[1]) or 1
    return tuple(a + (b - a) * distance / length for a, b in zip(start, to, strict=True))
