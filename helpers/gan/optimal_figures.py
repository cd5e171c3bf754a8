"""Draw a discriminator beside the best one: two fields, a cut through both, the loss above its least."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from helpers.gan.figures import FIELD
from helpers.ui import canvas, style, svg

PURPLE, ORANGE, TRACK, FAINT = style.LINE_D, "#8a5a00", "#9a9a9a", "#dedede"
KNOWN = 0.01     # of the greatest p + q of the plane: where there is less, p/(p+q) is not to be trusted
MOST_BINS = 120
CEILING = 1.6    # of the loss chart


def field(x: float, y: float, side: float, chance: np.ndarray, known: np.ndarray, cut: float) -> str:
    """Draw a probability over the plane, [n, n] with row 0 at the bottom, under grey where it is not known.

    cut: the height of the line, from 0 at the bottom to 1.
    """
    veil = np.zeros((*known.shape, 4), np.uint8)
    veil[~known[::-1]] = (190, 190, 190, 215)
    at = y + side * (1 - cut)
    return "".join((
        svg.picture(x, y, side, side, canvas.heat(chance[::-1], FIELD, 240)),
        svg.picture(x, y, side, side, canvas.uri(Image.fromarray(veil))),
        svg.polyline([(x, at), (x + side, at)], stroke=style.PAPER, stroke_width=5),
        svg.polyline([(x, at), (x + side, at)], stroke_width=2.5, stroke_dasharray="8 4"),
        svg.box(x, y, side, side, "none", rx=0)))


def cut(x: float, y: float, width: float, height: float, along: np.ndarray, chance: np.ndarray,
        best: np.ndarray, densities: tuple[np.ndarray, np.ndarray], top: float,
        names: tuple[str, str, str, str], title: str) -> str:
    """Chart one line through the plane: D on its track p/(p+q) above, both densities below; all [n].

    The track is faint where p + q is below KNOWN, and not drawn below a tenth of that, where hardly a
    sample says how large q is. top: the greatest p + q of the whole plane, so that cuts compare; names: of
    D, the best D, p and q.
    """
    left, upper = x + 34, 0.54 * height
    base, tall = y + height, 0.38 * height / top

    def across(value: float) -> float:
        return left + (x + width - left) * (value - along[0]) / (along[-1] - along[0])

    def line(values: np.ndarray, bottom: float, rise: float) -> list[tuple[float, float]]:
        return [(across(a), bottom - rise * v) for a, v in zip(along, np.nan_to_num(values), strict=True)]

    track = line(best, y + upper, upper)
    ticks = "".join(svg.text(x + 26, y + upper * (1 - level) + 6, label, style.SMALL, text_anchor="end")
                    for level, label in ((0, "0"), (0.5, "½"), (1, "1")))
    levels = [[(left, y + upper * (1 - level)), (x + width, y + upper * (1 - level))]
              for level in (0, 0.5, 1)]
    numbers = "".join(svg.text(across(a), base + 17, str(a).replace("-", "−"), style.SMALL,
                               text_anchor="middle") for a in (-1, 0, 1))
    fills = "".join(
        svg.polyline([(left, base), *line(part, base, tall), (x + width, base)], fill=fill,
                     fill_opacity=0.4, stroke=edge, stroke_width=2.5, stroke_dasharray=dash)
        for part, fill, edge, dash in zip(densities, (style.REAL, style.GENERATED), (style.REAL, ORANGE),
                                          (None, "6 3"), strict=True))
    return "".join((
        svg.polylines(levels, stroke=style.LINE, stroke_dasharray="4 4"), ticks, fills,
        svg.polyline([(left, base), (x + width, base)]), numbers,
        *(svg.polylines([[track[i] for i in run] for run in runs], stroke=color, stroke_width=10)
          for runs, color in ((_runs(sum(densities) > KNOWN / 10 * top), FAINT),
                              (_runs(sum(densities) > KNOWN * top), TRACK)) if runs),
        svg.polyline(line(chance, y + upper, upper), stroke=PURPLE, stroke_width=3.5),
        svg.text(x, y - 12, title, font_weight="bold"),
        svg.text(x + width - 148, y - 12, f"— {names[0]}", fill=PURPLE, font_weight="bold",
                 text_anchor="end"),
        svg.polyline([(x + width - 128, y - 18), (x + width - 98, y - 18)], stroke=TRACK, stroke_width=10),
        svg.text(x + width, y - 12, names[1], font_weight="bold", text_anchor="end"),
        svg.text(left + 4, base - tall * top + 4, names[2], style.SMALL, fill=style.REAL, font_weight="bold"),
        svg.text(x + width - 4, base - tall * top + 4, names[3], style.SMALL, fill=ORANGE, font_weight="bold",
                 text_anchor="end")))


def descent(x: float, y: float, width: float, height: float, batches: Sequence[float], turn: int,
            now: float, least: float, names: tuple[str, str]) -> str:
    """Chart the batches' losses over the turns, in means of a few; the exact loss now; the least one.

    Labels in the gutters: names[0] at 2·log 2, which is what ½ everywhere costs, names[1] at the least.
    """
    left, right = x + 72, x + width - 96

    def row(value: float) -> float:
        return y + height * (1 - min(max(value, 0.0), CEILING) / CEILING)

    each = max(1, -(-len(batches) // MOST_BINS))
    means = [(start + each / 2, float(np.mean(batches[start:start + each])))
             for start in range(0, len(batches), each)]
    last = max(turn, 50)
    path = [(left + (right - left) * at / last, row(value)) for at, value in means if np.isfinite(value)]
    half = 2 * np.log(2)
    return "".join((
        svg.box(x, y, width, height, rx=0, stroke=style.LINE),
        svg.polyline([(left, row(half)), (right, row(half))], stroke=style.MUTED, stroke_dasharray="5 4"),
        svg.text(left - 6, row(half) + 6, names[0], style.SMALL, text_anchor="end"),
        svg.polyline([(left, row(least)), (right, row(least))], stroke=TRACK, stroke_width=7),
        svg.text(right + 6, min(row(least) + 6, y + height - 5), names[1], style.SMALL),
        svg.text(left - 6, y + height - 3, "0", style.SMALL, text_anchor="end"),
        svg.polyline(path, stroke=PURPLE, stroke_width=2) if path else "",
        svg.dots([(left + (right - left) * turn / last, row(now))], style.DISCRIMINATOR, 10)
        if np.isfinite(now) else ""))


def _runs(known: np.ndarray) -> list[np.ndarray]:
    places = np.flatnonzero(known)
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [run for run in runs if len(run) > 1]
