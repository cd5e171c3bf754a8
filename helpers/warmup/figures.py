"""Draw the neuron: its line among the points, its place on the loss parabola."""

from collections.abc import Sequence

from helpers.ui import style, svg

Points = Sequence[tuple[float, float]]


LEFT, RIGHT = "← a bola saiu da janela: w = {w}", "a bola saiu da janela →  w = {w}"
REACH = 2.5    # half-width of the data's window; its half-height is twice as much


def line_among_points(x: float, y: float, width: float, height: float, points: Points, slope: float,
                      errors: bool) -> str:
    """Draw the data, the line ŷ = slope·x, and the errors as vertical strokes."""
    slope = _seen(slope)

    def at(px: float, py: float) -> tuple[float, float]:
        return x + width * (px / REACH + 1) / 2, y + height * (1 - py / (2 * REACH)) / 2

    ends = [at(-REACH, -slope * REACH), at(REACH, slope * REACH)]
    strokes = [(at(px, py), at(px, slope * px)) for px, py in points] if errors else []
    inside = "".join((
        svg.polylines([[at(-REACH, 0), at(REACH, 0)], [at(0, -2 * REACH), at(0, 2 * REACH)]],
                      stroke=style.LINE),
        svg.polylines(strokes, stroke="#D55E00", stroke_width=3) if strokes else "",
        svg.polyline(ends, stroke=style.GENERATOR, stroke_width=4),
        svg.dots([at(*point) for point in points], style.REAL, 11)))
    return (svg.box(x, y, width, height, rx=0) + svg.window(x, y, width, height, inside)
            + svg.text(x + 10, y + 26, "● dados") + svg.text(x + 10, y + 50, "— ŷ = w·x", fill=style.LINE_G)
            + (svg.text(x + 10, y + 74, "| erros", fill="#a34400") if errors else ""))


def parabola(curve: Points, ball: tuple[float, float], slope: float | None, lit: bool,
             target: tuple[float, float] | None = None) -> str:
    """Draw the loss over w on 536 × 158 with the present place, its slope, and where the step leads."""
    low, high = curve[0][0], curve[-1][0]
    top = max(loss for _, loss in curve)

    def at(w: float, loss: float) -> tuple[float, float]:
        return 60 + 460 * (_seen(w) - low) / (high - low), 134 - 124 * _seen(loss) / top

    parts = [svg.box(60, 4, 460, 132, rx=0, stroke=style.LINE),
             svg.polyline([at(*point) for point in curve], stroke_width=3),
             svg.text(52, 24, "perda", text_anchor="end"), svg.text(290, 155, "peso w", text_anchor="middle")]
    place = at(*ball)
    if slope is not None:    # the tangent, 1.2 wide in w
        ends = [at(ball[0] + d, ball[1] + slope * d) for d in (-0.6, 0.6)]
        parts.append(svg.polyline(ends, stroke="#D55E00", stroke_width=6 if lit else 3))
    if target:
        parts.append(svg.arrow([place, at(*target)], style.LINE_G, 4, 12))
        place = at(*target)
    parts.append(svg.dots([place], style.GENERATED, 16))
    w = (target or ball)[0]
    if not low <= w <= high:
        left = w < low
        edge, words = (64 if left else 516), LEFT if left else RIGHT
        parts += [svg.arrow([(edge + (36 if left else -36), 70), (edge, 70)], style.GENERATED, 7, 22),
                  svg.text(290, 34, words.format(w=style.num(w)), text_anchor="middle", font_weight="bold")]
    return svg.window(0, 0, 536, 158, *parts)


def _seen(value: float) -> float:
    """Keep a diverging number drawable: far outside the picture, but finite."""
    return min(max(value, -1e3), 1e3) if value == value else 1e3
