"""The time that generating takes, against length and against number, beside a straight line."""

from IPython.display import Image

from helpers.ui import style, svg
from helpers.video.cost import Cost

TITLES = "100 clipes: quadros por clipe", "16 quadros: número de clipes"
NOTE = "Tracejado: o dobro, no dobro do tempo. Tempos arredondados: 1, 2, 4, 8… vezes o do menor."
TAKES = "{title}. {sizes}: {times} vezes o tempo do menor."
LEFT, GAP, WIDE, HIGH, TOP = 70, 480, 370, 220, 50


def cost_chart(*costs: Cost) -> Image:
    """Show the cost by length and the cost by number."""
    said = [TAKES.format(title=title, sizes=_listed(cost.sizes), times=_listed(cost.times))
            for title, cost in zip(TITLES, costs, strict=True)]
    return Image(svg.to_png(cost_drawing(*costs)), alt=" ".join([*said, NOTE]))


def cost_drawing(*costs: Cost) -> str:
    """Draw each cost on its own axes from 0, by `Cost.times`: the same at every measurement."""
    parts = [_axes(LEFT + GAP * k, *one) for k, one in enumerate(zip(TITLES, costs, strict=True))]
    return svg.page(TOP + HIGH + 66, *parts, svg.text(LEFT, TOP + HIGH + 52, NOTE, style.SMALL,
                                                      fill=style.MUTED))


def _axes(x: float, title: str, cost: Cost) -> str:
    longest, bottom = max(cost.sizes), TOP + HIGH
    ideal = [size / cost.sizes[0] for size in cost.sizes]
    most = max(*ideal, *cost.times)

    def at(values: list[float]) -> list[tuple[float, float]]:
        return [(x + 0.94 * WIDE * size / longest, bottom - 0.86 * HIGH * value / most)
                for size, value in zip(cost.sizes, values, strict=True)]

    points = at([*cost.times])
    out = [svg.text(x, 30, title, style.TEXT), svg.box(x, TOP, WIDE, HIGH, rx=0, stroke=style.LINE),
           svg.polyline([(x, bottom), *at(ideal)], stroke=style.INK, stroke_dasharray="6 4"),
           svg.dots(points, style.GENERATOR, 11)]
    for (right, high), size, times in zip(points, cost.sizes, cost.times, strict=True):
        out.append(svg.text(right, bottom + 22, str(size), style.SMALL, text_anchor="middle"))
        out.append(svg.text(right - 8, high - 10, f"{times:g}×", style.SMALL, text_anchor="end"))
    return "".join(out)


def _listed(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)
