"""Two straight lines: the seconds that generating takes, against length and against number."""

from IPython.display import Image

from helpers.ui import style, svg
from helpers.ui.style import num
from helpers.video.cost import Cost

TITLES = "50 clipes: quadros por clipe", "16 quadros: número de clipes"
TAKES = "milissegundos"
LEFT, GAP, WIDE, HIGH, TOP = 70, 480, 370, 220, 50


def cost_chart(*costs: Cost) -> Image:
    """Draw the cost by length and the cost by number, each on its own axes from 0."""
    parts = [_axes(LEFT + GAP * k, costs[k], title) for k, title in enumerate(TITLES)]
    return Image(svg.to_png(svg.page(TOP + HIGH + 60, *parts)), alt="O tempo cresce em linha reta.")


def _axes(x: float, cost: Cost, title: str) -> str:
    most, longest = max(cost.seconds), max(cost.sizes)
    bottom = TOP + HIGH
    points = [(x + WIDE * size / longest, bottom - 0.94 * HIGH * spent / most)
              for size, spent in zip(cost.sizes, cost.seconds, strict=True)]
    out = [svg.text(x, 30, title, style.TEXT), svg.box(x, TOP, WIDE, HIGH, rx=0, stroke=style.LINE),
           svg.polyline([(x, bottom), *points], stroke=style.GENERATOR, stroke_width=2.5)]
    for (right, high), size, spent in zip(points, cost.sizes, cost.seconds, strict=True):
        out.append(svg.tag("circle", cx=right, cy=high, r=5, fill=style.GENERATOR, stroke=style.INK))
        out.append(svg.text(right, bottom + 22, str(size), style.SMALL, text_anchor="middle"))
        out.append(svg.text(right - 8, high - 8, num(1000 * spent, 0), style.SMALL, text_anchor="end"))
    return "".join(out) + svg.text(x + WIDE, bottom + 46, f"ao lado dos pontos: {TAKES}", style.SMALL,
                                   text_anchor="end", fill=style.MUTED)
